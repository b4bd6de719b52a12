"""Public reading: publications alone, with no mail, no name without consent, no outside host."""

import datetime as dt
import json
import re

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from concertia.consultations.actions.canvas import save_canvas
from concertia.consultations.actions.publication import publish, unpublish
from concertia.consultations.actions.reading import draft_of
from concertia.consultations.engine_inputs import record_of
from concertia.engine.canvas.reader import read
from concertia.territories.actions.reference import load_engaged_territories
from tests import factories

SECRETS = ("participation@val-fleuri.example", "Idris Benali")


@pytest.fixture
def referent(db):
    return factories.a_user(factories.a_territory("VAL", name="Communauté de communes du Val Fleuri"))


def published(referent, record=None, title="L’IA au guichet"):
    draft = factories.a_draft(referent.memberships.get().territory, referent, title)
    factories.fill_draft(draft, referent, record)
    draft.speakers.filter(name="Camille Ferrand").update(may_be_published=True)
    draft.refresh_from_db()
    return draft, publish(draft, by=referent)


def page(client, name, *args):
    return client.get(reverse(f"commons:{name}", args=args))


def test_home_is_whole_before_anything_is_published(client, db):
    response = page(client, "home")
    assert response.status_code == 200
    assert "Aucune concertation n’est publiée encore" in response.content.decode()


def test_two_consultations_of_one_name_have_each_its_page_title(client, referent):
    for public_id in ("VAL-01", "VAL-02"):
        published(referent, title="Au clavier")
        html = page(client, "consultation", public_id).content.decode()
        assert re.search(r"<title>(.*?)</title>", html, re.DOTALL)[1].endswith(f"({public_id}) — Concertia")


def test_a_draft_is_nowhere_public(client, referent):
    factories.a_draft(referent.memberships.get().territory, referent, "Brouillon secret")
    assert page(client, "consultation", "VAL-01").status_code == 404
    for name in ("home", "consultations"):
        assert "Brouillon secret" not in page(client, name).content.decode()


def test_the_public_page_shows_the_record_without_mail_nor_unconsented_name(client, referent):
    published(referent)
    html = page(client, "consultation", "VAL-01").content.decode()
    for shown in ("Camille Ferrand", "VAL-01-P03", "lycéens du territoire", "Frein"):
        assert shown in html
    for secret in SECRETS:
        assert secret not in html


@pytest.mark.parametrize("extension", ["docx", "odt", "pdf", "json"])
def test_public_documents_hold_no_secret(extension, client, referent):
    published(referent)
    response = page(client, "document", "VAL-01", 1, extension)
    assert response.status_code == 200
    if extension in ("docx", "odt"):
        record = read(response.content).record()
        assert record["personne_referente"] is None
        assert "Camille Ferrand" in record["intervenants"]
        text = json.dumps(record, ensure_ascii=False)
    else:
        text = response.content.decode("latin-1") if extension == "pdf" else response.content.decode()
    for secret in SECRETS:
        assert secret not in text


def test_withdrawing_a_consent_takes_the_name_out_of_every_version(client, referent):
    draft, _ = published(referent)
    draft.speakers.update(may_be_published=False)
    html = page(client, "version", "VAL-01", 1).content.decode()
    assert "Camille Ferrand" not in html
    assert "Nom non publié" in html


def test_a_withdrawn_version_says_when_and_why_and_nothing_else(client, referent):
    draft, _ = published(referent)
    unpublish(draft, by=referent, reason="Un nom y figurait.")
    response = page(client, "consultation", "VAL-01")
    assert response.status_code == 410
    html = response.content.decode()
    assert "Un nom y figurait." in html
    assert "accueil humain" not in html
    for extension in ("docx", "pdf", "json"):
        assert page(client, "document", "VAL-01", 1, extension).status_code == 404


def test_two_versions_are_compared_field_by_field(client, referent):
    draft, _ = published(referent)
    draft.objectives = draft.objectives.replace("craintes", "espoirs")
    draft.save()
    publish(draft, by=referent, reason="Un mot corrigé.")
    html = page(client, "compare", "VAL-01", 1, 2).content.decode()
    assert "<del>craintes</del>" in html
    assert "<ins>espoirs</ins>" in html
    assert html.count('<th scope="row">') == 1
    assert page(client, "compare", "VAL-01", 1, 3).status_code == 404


def test_a_promise_put_off_is_seen_in_the_comparison(client, referent):
    draft, _ = published(referent)
    draft.answer_due = dt.date(2029, 1, 31)
    draft.save()
    publish(draft, by=referent, reason="La réponse viendra plus tard.")
    html = page(client, "compare", "VAL-01", 1, 2).content.decode()
    assert "Réponse attendue" in html
    assert "<ins>31/01/2029</ins>" in html


@pytest.mark.parametrize("name", ["commons:territory", "territories:contact", "territories:workspace"])
def test_what_is_no_code_of_a_territory_is_not_looked_for(name, client, referent):
    address = reverse(name, args=["VAL"]).replace("VAL", "%00")
    assert client.get(address).status_code == 404


PAYLOAD = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}"


def test_markup_typed_in_any_field_is_shown_as_typed(client, referent):
    record = factories.filled_record()
    for key in ("collectivite", "objectifs", "sujet_evolution", "restitution"):
        record[key] = PAYLOAD
    for key in ("points_vigilance", "diagnostics", "propositions", "droit_de_suite"):
        record["_sections3"][0][key] = PAYLOAD
    published(referent, record, title=PAYLOAD)
    html = page(client, "consultation", "VAL-01").content.decode() + page(client, "home").content.decode()
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "&lt;script&gt;alert(1)" in html


@pytest.mark.parametrize("name", ["home", "consultations", "canvas"])
def test_no_page_calls_another_host(name, client, referent):
    published(referent)
    html = page(client, name).content.decode()
    assert re.findall(r'(?:src|href|action)="(?:https?:)?//[^"]+"', html) == []


def test_pages_carry_a_strict_policy(client, db):
    policy = page(client, "home")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("name", ["home", "consultations"])
def test_a_list_asks_as_many_questions_for_one_as_for_three(name, client, referent):
    published(referent)
    page(client, name)
    caches["pages"].clear()
    with CaptureQueriesContext(connection) as one:
        page(client, name)
    published(referent, title="Deux")
    published(referent, title="Trois")
    with CaptureQueriesContext(connection) as three:
        page(client, name)
    assert len(one) == len(three) <= 12


@pytest.mark.parametrize("number", ["0", "-1", "abc", "999999999"])
def test_a_nonsense_page_number_is_a_page(number, client, referent):
    published(referent)
    assert client.get(reverse("commons:consultations") + f"?page={number}").status_code == 200


@pytest.mark.parametrize("extension", ["docx", "odt", "pdf"])
def test_blank_canvas(extension, client, db):
    assert page(client, "blank", extension).status_code == 200


def test_schema_has_no_mail(client, db):
    assert "personne_referente" not in page(client, "schema").content.decode()


def test_post_is_refused_on_public_pages(db):
    assert Client().post(reverse("commons:home")).status_code == 405


def test_a_name_withdrawn_leaves_lists_and_answers_even_when_its_row_is_removed(client, referent):
    draft, _ = published(referent)
    draft.question = "Que répondre à Camille Ferrand ?"
    draft.save()
    publish(draft, by=referent, reason="La question est posée.")
    assert "Camille Ferrand" in page(client, "home").content.decode()
    draft.refresh_from_db()
    canvas = draft_of(draft)
    canvas.speakers = []
    save_canvas(draft, by=referent, version=draft.version, canvas=canvas)
    for name, arguments in (
        ("home", []),
        ("consultations", []),
        ("consultation", ["VAL-01"]),
        ("version", ["VAL-01", 1]),
    ):
        assert "Camille Ferrand" not in page(client, name, *arguments).content.decode()
    assert record_of(draft)["intervenants"] == "Oui"


def test_home_counts_the_lines_of_the_list_and_not_those_who_joined_since(client, referent):
    load_engaged_territories()
    factories.a_territory()
    assert "29 lignes de la liste de la commission" in page(client, "home").content.decode()
