import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from concertia.collection.actions import deposits, moderation
from concertia.collection.enums import DepositState
from concertia.collection.models import Contribution, Deposit
from concertia.territories.enums import Role
from tests import factories
from tests.collection.files import MINUTES, TABLE, a_file

pytestmark = pytest.mark.django_db


def client_of(user):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def words(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(unescape(text).replace("\u202f", " ").replace("\u00a0", " ").split())


@pytest.fixture
def place():
    territory = factories.a_territory()
    referent = factories.a_user(territory)
    return factories.a_draft(territory, referent), referent, client_of(referent)


def address(place, name, *arguments):
    return reverse(f"collection:{name}", args=[place[0].public_id, *arguments])


def test_drop_check_keep(place):
    _, _, client = place
    response = client.post(address(place, "deposit"), {"files": a_file(), "use": "participation"}, follow=True)
    page = words(response)
    assert "4 lignes dans le fichier = 3 lues + 1 laissée de côté" in page
    assert "Verser 3 contributions" in page
    assert "Il n’y a pas de texte. ( 1 fois)" in page
    deposit = Deposit.objects.get()
    columns = {"text": "avis", "author": "-", "profile": "canal"}
    again = client.post(address(place, "check", deposit.pk), columns, follow=True)
    assert "3 contributions sans personne" in words(again)
    kept = client.post(address(place, "keep", deposit.pk), follow=True)
    assert "3 contributions versées" in words(kept)
    assert Contribution.objects.filter(author="", profile="en ligne").count() == 2
    assert "C’est versé" not in words(client.post(address(place, "keep", deposit.pk), follow=True))
    assert Contribution.objects.count() == 3


def test_wrong_choice_of_columns_is_told_by_the_field(place):
    _, _, client = place
    client.post(address(place, "deposit"), {"files": a_file(), "use": "participation"})
    at = address(place, "check", Deposit.objects.get().pk)
    response = client.post(at, {"text": "avis", "author": "avis"})
    assert (response.status_code, "« avis » est déjà choisie" in words(response)) == (422, True)
    response = client.post(at, {"text": "nulle part"})
    assert (response.status_code, "Choisissez une des colonnes du fichier." in words(response)) == (422, True)


def test_nothing_dropped_or_empty_file_is_told_by_the_field(place):
    _, _, client = place
    response = client.post(address(place, "deposit"), {"use": "participation"})
    assert (response.status_code, "Choisissez un ou plusieurs fichiers." in words(response)) == (422, True)
    response = client.post(address(place, "deposit"), {"files": a_file(b""), "use": "context"})
    assert (response.status_code, "avis.csv : Ce fichier est vide." in words(response)) == (422, True)


def test_several_files_are_listed_each_with_its_state(place):
    _, _, client = place
    files = [a_file(), a_file(b"%PDF-1.7 rien", "avis.pdf"), a_file(b"", "vide.csv")]
    page = words(client.post(address(place, "deposit"), {"files": files, "use": "participation"}, follow=True))
    for said in ("2 fichiers reçus", "vide.csv : Ce fichier est vide.", "avis.pdf refusé Ce fichier est un PDF."):
        assert said in page


def test_same_file_twice_asks_to_be_confirmed(place):
    _, _, client = place
    for _ in range(2):
        client.post(address(place, "deposit"), {"files": a_file(), "use": "participation"})
    second, first = Deposit.objects.all()
    assert "Ce même fichier attend déjà" in words(client.get(address(place, "check", second.pk)))
    client.post(address(place, "keep", first.pk))
    assert "Ce même fichier a déjà été versé" in words(client.get(address(place, "check", second.pk)))
    assert "Cochez « Verser quand même »" in words(client.post(address(place, "keep", second.pk), follow=True))
    assert Contribution.objects.count() == 3
    client.post(address(place, "keep", second.pk), {"again": "on"})
    assert Contribution.objects.count() == 6


def test_long_file_shows_its_progress_and_stops(place, monkeypatch):
    _, _, client = place
    monkeypatch.setattr(deposits, "SMALL_FILE", 10)
    client.post(address(place, "deposit"), {"files": a_file(), "use": "participation"})
    deposit = Deposit.objects.get()
    assert "Lecture en cours" in words(client.get(address(place, "check", deposit.pk)))
    fragment = client.get(address(place, "progress", deposit.pk), headers={"HX-Request": "true"})
    assert ("hx-get" in fragment.content.decode(), "HX-Refresh" in fragment.headers) == (True, False)
    client.post(address(place, "stop", deposit.pk))
    assert "La lecture n’est pas allée au bout." in words(client.get(address(place, "check", deposit.pk)))
    assert client.get(address(place, "progress", deposit.pk)).headers["HX-Refresh"] == "true"
    monkeypatch.undo()
    assert "Verser 3 contributions" in words(client.post(address(place, "read_again", deposit.pk), follow=True))


def test_withdraw_from_its_page(place):
    consultation, referent, client = place
    deposit = factories.a_deposit(consultation, referent)
    at = address(place, "withdraw", deposit.pk)
    assert "Ses 2 contributions et le fichier d’origine seront effacés." in words(client.get(at))
    assert "est retiré" in words(client.post(at, follow=True))
    assert Deposit.objects.get().state == DepositState.WITHDRAWN
    assert client.get(address(place, "original", deposit.pk)).status_code == 404
    again = client.post(at)
    assert (again.status_code, "déjà retiré" in words(again)) == (409, True)
    assert "ses contributions et son fichier sont effacés" in words(client.get(address(place, "check", deposit.pk)))


def test_files_leave_by_a_checked_view_under_their_name(place):
    consultation, referent, client = place
    client.post(address(place, "deposit"), {"files": a_file(), "use": "participation"})
    deposit = Deposit.objects.get()
    response = client.get(address(place, "original", deposit.pk))
    assert b"".join(response.streaming_content).decode() == TABLE
    assert response["Content-Disposition"] == 'attachment; filename="avis.csv"'
    table = b"".join(client.get(address(place, "left_aside", deposit.pk)).streaming_content).decode("utf-8-sig")
    assert table.splitlines()[1] == "ligne 4;Il n’y a pas de texte.;3 | Anne Exemple | 04/03/2025 | papier | agent"
    signatory = client_of(factories.a_user(consultation.territory, Role.SIGNATORY))
    assert signatory.get(address(place, "original", deposit.pk)).status_code == 404


def test_file_of_another_consultation_does_not_exist_here(place):
    consultation, referent, client = place
    other = factories.a_draft(consultation.territory, referent)
    deposit = factories.a_deposit(other, referent)
    text = deposit.contributions.first()
    for name, pk in (("check", deposit.pk), ("original", deposit.pk), ("contribution", text.pk), ("mask", text.pk)):
        assert client.get(address(place, name, pk)).status_code == 404
    assert client.post(address(place, "reading"), {"texte": text.pk, "action": "read"}).status_code == 404


def test_list_filters_and_shows_fifty(place):
    consultation, referent, client = place
    deposit = factories.a_deposit(consultation, referent, [f"Je veux un bus numéro {n}" for n in range(60)])
    context = factories.contributions(consultation, [("", "", "Article sur le guichet")])[0]
    Contribution.objects.filter(pk=context.pk).update(use="context")
    moderation.mask(deposit.contributions.first(), by=referent, reason="injurieux")
    at = address(place, "contributions")
    for query, said in (
        ("", "61 contributions"),
        ("?usage=context", "1 contribution avec ces filtres"),
        ("?etat=masked", "Source masquée par la modération : injurieux"),
        (f"?depot={deposit.pk}&a_relire=on", "59 contributions avec ces filtres"),
        ("?q=NUMÉRO 59", "1 contribution avec ces filtres"),
        ("?q=tramway", "Aucune contribution avec ces filtres."),
        ("?usage=rien&depot=abc&page=x", "61 contributions"),
        ("?page=2", "Page 2 sur 2"),
    ):
        assert said in words(client.get(at + query)), query
    assert len(client.get(at).context["page"]) == 50


@pytest.mark.parametrize("name", ["contributions", "deposit"])
def test_lists_cost_the_same_for_one_and_for_three(place, name):
    consultation, referent, client = place

    def cost():
        with CaptureQueriesContext(connection) as counted:
            assert client.get(address(place, name)).status_code == 200
        return len(counted)

    factories.a_deposit(consultation, referent, ["Un bus."])
    cost()  # what a process reads once
    one = cost()
    for _ in range(2):
        factories.a_deposit(consultation, referent, ["Un bus.", "Un car."])
    assert cost() == one


def test_hide_mask_and_read_from_the_page_of_a_contribution(place):
    consultation, referent, client = place
    text = factories.a_deposit(consultation, referent, ["Demandez à M. Fictif."]).contributions.get()
    page = address(place, "contribution", text.pk)
    wrong = client.post(address(place, "hide", text.pk), {"words": "Mme Fictive"})
    assert (wrong.status_code, "n’est pas dans ce texte" in words(wrong)) == (422, True)
    hidden = client.post(address(place, "hide", text.pk), {"words": "M. Fictif"}, follow=True)
    assert "Demandez à […]." in words(hidden)
    assert "« M. Fictif »" in words(hidden)
    reader = client_of(factories.a_user(consultation.territory, Role.FACILITATOR))
    assert "Fictif" not in words(reader.get(page))
    client.post(address(place, "mark_read", text.pk), {"action": "read"})
    assert Contribution.objects.quotable().count() == 1
    client.post(address(place, "mark_read", text.pk), {"action": "again"})
    assert Contribution.objects.quotable().count() == 0
    for passage in ("11-20", "11-20", "x-y", ""):
        client.post(address(place, "show", text.pk), {"passage": passage})
    assert "Demandez à M. Fictif." in words(client.get(page))
    empty = client.post(address(place, "mask", text.pk), {"reason": ""})
    assert (empty.status_code, "Motif" in words(empty)) == (422, True)
    client.post(address(place, "mask", text.pk), {"reason": "met en cause une personne"})
    assert "Source masquée par la modération : met en cause une personne" in words(reader.get(page))
    assert "Fictif" not in words(reader.get(page))
    client.post(address(place, "unmask", text.pk))
    assert "Demandez à M. Fictif." in words(reader.get(page))


def test_reading_goes_from_text_to_text_and_resumes(place):
    consultation, referent, client = place
    deposit = factories.a_deposit(consultation, referent, ["Demandez à M. Fictif.", "Un bus.", "Un car.", "Un car."])
    first, second, third, twin = deposit.contributions.all()
    at = address(place, "reading")
    assert "Contributions relues : 0 sur 4" in words(client.get(at))
    wrong = client.post(at, {"texte": first.pk, "action": "hide", "words": "Mme Fictive"})
    assert (wrong.status_code, "n’est pas dans ce texte" in words(wrong)) == (422, True)
    hidden = client.post(at, {"texte": first.pk, "action": "hide", "words": "M. Fictif"}, follow=True)
    assert "Demandez à […]." in words(hidden)
    assert "Plus rien à cacher" in words(hidden)
    page = client.post(at, {"texte": first.pk, "action": "read"}, follow=True)
    assert page.context["contribution"] == second
    page = client.get(f"{at}?apres={second.pk}")  # passed over
    assert page.context["contribution"] == third
    page = client.post(at, {"texte": third.pk, "action": "read"}, follow=True)
    assert (page.context["contribution"], "3 sur 4" in words(page)) == (second, True)
    empty = client.post(at, {"texte": second.pk, "action": "mask", "reason": ""})
    assert (empty.status_code, "Motif" in words(empty)) == (422, True)
    page = client.post(at, {"texte": second.pk, "action": "mask", "reason": "hors sujet"}, follow=True)
    assert "Tout est relu" in words(page)
    assert set(Contribution.objects.quotable()) == {first, third, twin}
    assert client.post(at, {"texte": "x", "action": "read"}).status_code == 404
    assert client.post(at, {"texte": first.pk, "action": "autre"}).status_code == 422


def test_pages_without_anything_say_what_to_do(place):
    _, _, client = place
    assert "Aucune contribution encore." in words(client.get(address(place, "contributions")))
    assert "Il n’y a encore rien à relire." in words(client.get(address(place, "reading")))
    assert "Aucun fichier encore." in words(client.get(address(place, "deposit")))
    step = words(client.get(reverse("workspace:step", args=[place[0].public_id, "recueillir"])))
    assert "versez un tableau, un compte rendu ou une transcription" in step


def test_step_tells_what_waits(place):
    consultation, referent, client = place
    factories.a_deposit(consultation, referent)
    client.post(address(place, "deposit"), {"files": a_file(), "use": "participation"})
    step = words(client.get(reverse("workspace:step", args=[consultation.public_id, "recueillir"])))
    for said in (
        "2 contributions des participants",
        "1 fichier déposé attend d’être vérifié",
        "2 n’ont pas encore été",
    ):
        assert said in step
    reader = client_of(factories.a_user(consultation.territory, Role.READER))
    step = words(reader.get(reverse("workspace:step", args=[consultation.public_id, "recueillir"])))
    assert ("2 contributions des participants" in step, "Verser" in step) == (True, False)


def test_page_of_a_wide_table_shows_all_its_columns(place):
    _, _, client = place
    headers = ";".join(["avis", *(f"q{n}" for n in range(299))])
    line = ";".join(["Je veux un bus jusqu’au bourg", *("1" for _ in range(299))])
    table = SimpleUploadedFile("large.csv", f"{headers}\n{line}\n".encode())
    response = client.post(address(place, "deposit"), {"files": table, "use": "participation"}, follow=True)
    assert "Les 270 autres colonnes" in words(response)


def test_people_left_out_and_the_channel_are_said_before_keeping(place):
    _, _, client = place
    files = {"files": a_file(MINUTES, "atelier.txt"), "use": "participation"}
    page = client.post(address(place, "deposit"), files, follow=True)
    for said in (
        "Ne pas compter ces personnes (animation)",
        "Animatrice (2 messages)",
        "Mme Lopez (1 message)",
        "Canal",
    ):
        assert said in words(page)
    deposit = Deposit.objects.get()
    marks = {one["name"]: one["print"] for one in deposit.reading["people"]}
    at = address(place, "keep", deposit.pk)
    wrong = client.post(at, {"left_out": list(marks.values())})
    assert (wrong.status_code, "Il ne resterait rien à verser" in words(wrong)) == (422, True)
    page = client.post(at, {"left_out": [marks["Animatrice"]], "origin": "atelier du 12 mars"}, follow=True)
    assert Contribution.objects.count() == 0  # what counts has changed: it is shown first
    for said in ("Ce qui compte a changé", "Laissé de côté : animation. ( 2 fois)", "Verser 2 contributions"):
        assert said in words(page)
    client.post(at, {"left_out": [marks["Animatrice"]], "origin": "atelier du 12 mars"})
    assert set(Contribution.objects.values_list("origin", flat=True)) == {"atelier du 12 mars"}
    assert Contribution.objects.count() == 2
    kept = client.get(address(place, "check", deposit.pk))
    assert "Lopez" not in words(kept)


def test_context_pages_speak_of_passages_never_of_persons(place):
    _, referent, client = place
    client.post(address(place, "deposit"), {"files": a_file(), "use": "context"})
    deposit = Deposit.objects.get()

    def said(name):
        page = client.get(address(place, name, deposit.pk)).content.decode()
        main = re.sub(r"<[^>]+>", " ", page[page.index("<h1") : page.index("</main>")])
        main = main.replace(referent.email, "").replace("une personne au guichet", "")  # who deposits, what is said
        return " ".join(main.split()).lower()

    waiting = said("check")
    assert "verser 3 passages" in waiting
    client.post(address(place, "keep", deposit.pk))
    for shown in (waiting, said("check"), said("withdraw")):
        assert ("contribution" in shown, "personne" in shown) == (False, False), shown
    assert "3 passages · déposé par" in words(client.get(address(place, "deposit")))


def test_withdraw_agrees_with_what_goes(place):
    consultation, referent, client = place
    one = factories.a_deposit(consultation, referent, ["Un bus."])
    page = words(client.get(address(place, "withdraw", one.pk)))
    assert "Sa contribution et le fichier d’origine seront effacés." in page
    client.post(address(place, "deposit"), {"files": a_file(), "use": "participation"})
    waiting = Deposit.objects.first()
    assert "Le fichier d’origine sera effacé. Il restera" in words(client.get(address(place, "withdraw", waiting.pk)))
