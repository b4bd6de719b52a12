"""The inventory, its search and facets: what answers, what is never shown, how much it asks of the database."""

import gzip
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import lxml.html
import pytest
from django.core.cache import caches
from django.db import connection
from django.http import HttpResponse, QueryDict
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import etree

from concertia.commons import pages, queries, search
from concertia.commons.actions.inventory import rebuild_inventory, verify_inventory
from concertia.commons.excerpts import excerpt
from concertia.commons.filters import filters_of
from concertia.commons.models import InventoryEntry, InventoryFacet, PublicState
from concertia.commons.pages import public_page
from concertia.consultations.actions.canvas import save_canvas
from concertia.consultations.actions.publication import publish, unpublish
from concertia.consultations.actions.reading import draft_of
from concertia.consultations.models import Consultation
from tests import factories


def published(*, code=None, record=None, title="L’IA au guichet", name="val-fleuri", **territory):
    body = factories.a_territory(code, **territory)
    referent = factories.a_user(body)
    draft = factories.a_draft(body, referent, title=title)
    factories.fill_draft(draft, referent, {**factories.filled_record(name), **(record or {})})
    publish(draft, by=referent)
    return draft, referent


def found(query):
    return [entry.public_id for entry in queries.entries_in_order(queries.ordered_ids(filters_of(QueryDict(query))))]


@pytest.fixture
def three(db):
    published(code="ALP", record={"objectifs": "Protéger les écoles et former les agents."}, insee_code="38185")
    published(code="BET", record={"objectifs": "Améliorer le guichet numérique."}, name="montbrun")
    published(code="GAM", title="Vidéosurveillance", record={"objectifs": "Rien d’autre."}, name="montbrun")


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("q=protegees", ["ALP-01"]),  # no accent, another form
        ("q=École", ["ALP-01"]),
        ("q=ecole+protéger", ["ALP-01"]),
        ("q=videosurveillances", ["GAM-01"]),
        ("q=bet-01", ["BET-01"]),  # the reference that every card shows
        ("q=ALP-01-P02", ["ALP-01"]),
        ("q=-améliorer+-écoles", ["GAM-01"]),  # what is left out is enough
        ("q=%22guichet+numérique%22", ["BET-01"]),
        ("q=«+guichet+numériques+»", ["BET-01"]),
        ("q=%22numérique+guichet%22", []),
        ("q=guichet+-numérique+ameliorer", []),
        ("q=l'école", ["ALP-01"]),
        ("q=de+la", []),
        ("q=';--", []),
        ("q=*", []),
        ("q=%22", []),
        ("q=NEAR(a+b)", []),
        ("q=title:ecole", []),
        ("q=%00école", ["ALP-01"]),
        ("q=%E2%80%AEécole", ["ALP-01"]),
        ("q=%ED%A0%80", []),
    ],
)
def test_search_forgives_accents_and_forms(query, answer, three):
    assert found(query) == answer


def test_a_title_answers_before_a_passage(db):
    published(code="AAA", record={"objectifs": "Parler de la cantine une fois."})
    published(code="BBB", title="La cantine scolaire")
    published(code="CCC", record={"objectifs": "Encore la cantine."})
    assert found("q=cantine")[0] == "BBB-01"


def test_facets_narrow_and_count_as_if_chosen(three):
    filters = filters_of(QueryDict("territoire=ALP&territoire=BET"))
    assert sorted(found("territoire=ALP&territoire=BET")) == ["ALP-01", "BET-01"]
    values = queries.facet_values(filters)
    counts = {row.value: row.count for row in values["territoire"]}
    assert counts == {"ALP": 1, "BET": 1, "GAM": 1}  # the facet's own choice does not narrow it
    assert sum(row.count for row in values["etat"]) == 2  # the others are narrowed by it
    assert [row.label for row in values["region"]] == ["Auvergne-Rhône-Alpes"]
    for facet, rows in values.items():
        for row in rows:
            if not row.is_chosen and facet != "territoire":
                assert len(found(filters.toggled(facet, row.value).query)) == row.count


def test_an_address_is_the_same_for_the_same_choice():
    one = filters_of(QueryDict("public=elus&public=agents&q=ecole&page=3"))
    two = filters_of(QueryDict("q=ecole&public=agents&public=elus&public=agents"))
    assert one.query == two.query == "q=ecole&public=agents&public=elus"


def test_three_hundred_filters_and_a_long_search_are_cut_and_it_is_said(client, three):
    many = "&".join(f"public=v{rank}" for rank in range(300))
    response = client.get(f"/concertations/?{many}&q={'a' * 10_000}")
    assert response.status_code == 200
    assert "Votre demande était trop longue" in response.content.decode()
    assert len(filters_of(QueryDict(many)).chosen["public"]) == 20


@pytest.mark.parametrize("page", ["-1", "1000000000", "9" * 30, "abc", "", "²", "1e9"])
def test_any_page_number_is_a_page(page, client, three):
    response = client.get("/concertations/", {"page": page})
    assert response.status_code == 200
    assert "ALP-01" in response.content.decode()


def test_a_consultation_taken_down_leaves_everything(client, three):
    draft = Consultation.objects.get(territory__short_code="ALP")
    inventory, territory = "/concertations/", "/territoires/ALP/"
    addresses = ["/", inventory, inventory + "?q=ecole", inventory + "?territoire=ALP", inventory + "flux.atom"]
    addresses += [territory, territory + "flux.atom", "/sitemap-concertations.xml"]
    before = {address: client.get(address).content.decode() for address in addresses}
    assert all("ALP-01" in html for html in before.values())
    unpublish(draft, by=factories.a_user(draft.territory), reason="Une erreur.")
    for address in addresses:
        assert "ALP-01" not in client.get(address).content.decode(), address
    assert client.get("/concertations/ALP-01/partager/").status_code == 404
    assert client.get("/concertations/ALP-01/").status_code == 410
    card = client.get("/concertations/ALP-01/carte/")  # the town hall's site shows a sentence, not a refused frame
    assert (card.status_code, "X-Frame-Options" in card.headers) == (410, False)
    assert "Publication retirée" in card.content.decode()
    assert client.get("/concertations/ALP-02/carte/").status_code == 404
    assert not InventoryEntry.objects.filter(public_id="ALP-01").exists()
    assert search.ranks(search.terms_of("écoles")) == {}
    assert not InventoryFacet.objects.filter(value="ALP").exists()


def test_a_consent_withdrawn_leaves_the_search(client, db):
    speaker = [{"nom": "Camille Fictive", "profession": "Chercheuse", "titre": "L’IA", "publiable": True}]
    draft, referent = published(code="ALP", record={"objectifs": "Entendre Camille Fictive.", "intervenants": speaker})
    canvas = draft_of(draft)
    assert len(canvas.speakers) == 1
    canvas.speakers[0].values["may_be_published"] = True
    canvas.values["objectives"] = "Entendre Camille Fictive."
    save_canvas(draft, by=referent, version=draft.version, canvas=canvas)
    publish(draft, by=referent, reason="Elle accepte d’être nommée.")
    assert found("q=camille") == ["ALP-01"]
    client.get("/concertations/?q=camille")
    draft.refresh_from_db()
    canvas.speakers[0].values["may_be_published"] = False
    save_canvas(draft, by=referent, version=draft.version, canvas=canvas)
    assert found("q=camille") == []
    assert "ALP-01" not in client.get("/concertations/?q=camille").content.decode()


def test_saving_a_draft_again_changes_nothing_public(three):
    draft = Consultation.objects.get(territory__short_code="ALP")
    before = PublicState.objects.get(subject="").number
    save_canvas(draft, by=factories.a_user(draft.territory), version=draft.version, canvas=draft_of(draft))
    assert PublicState.objects.get(subject="").number == before
    verify_inventory()
    assert PublicState.objects.get(subject="").number == before


def test_rebuilding_gives_the_same_inventory(three):
    def whole():
        rows = InventoryEntry.objects.order_by("pk").values()
        return list(rows), sorted(InventoryFacet.objects.values_list("entry", "facet", "value", "label"))

    before = whole()
    assert rebuild_inventory() == 3
    assert whole() == before
    assert found("q=protegees") == ["ALP-01"]


def test_the_daily_check_repairs_what_was_missed(three):
    InventoryEntry.objects.filter(public_id="ALP-01").delete()
    Consultation.objects.get(territory__short_code="BET").publications.update(withdrawn_at="2026-01-01T00:00Z")
    verify_inventory()
    assert sorted(InventoryEntry.objects.values_list("public_id", flat=True)) == ["ALP-01", "GAM-01"]


@pytest.mark.parametrize("address", ["", "?q=ecole", "?q=ecole&region=84&public=agents&annee=2025&etat=documented"])
def test_questions_asked_do_not_depend_on_how_many_answer(address, client, db):
    published(record={"objectifs": "École"}, insee_code="38185")
    client.get("/concertations/" + address)
    counts = []
    for _ in range(2):
        caches["pages"].clear()
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/concertations/" + address).status_code == 200
        counts.append(len(asked))
        published(record={"objectifs": "École"})
        published(record={"objectifs": "École"})
    assert counts[0] == counts[1] <= 12


def test_an_excerpt_shows_the_passage_that_holds_most():
    passages = [
        ["Question", "Quelle IA ?"],
        ["Frein", "x " * 200 + "la cantine de l’école" + " y" * 300],
        ["Titre", "école"],
    ]
    shown = excerpt(passages, search.stems_sought(search.terms_of("ecoles cantine")))
    assert shown.kind == "Frein"
    assert [piece.text for piece in shown.pieces if piece.is_sought] == ["cantine", "école"]
    assert shown.pieces[0].text == "… "
    assert len("".join(piece.text for piece in shown.pieces)) < 280


def test_what_was_typed_is_shown_as_text(client, three):
    html = client.get("/concertations/", {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in html


# --- pages served again ---------------------------------------------------------------------------------------------
def test_a_page_is_served_again_without_being_made(client, three):
    first = client.get("/concertations/")
    with CaptureQueriesContext(connection) as asked:
        again = client.get("/concertations/")
    assert again.content == first.content
    assert len(asked) == 1  # what cached pages stand on
    assert client.get("/concertations/", headers={"if-none-match": first["ETag"]}).status_code == 304


@pytest.mark.parametrize("tag", ["nonsense", '"', 'W/"', '""', "é" * 3000, '"a", "b', "\x00"])
def test_a_nonsense_etag_gets_the_page(tag, client, three):
    response = client.get("/concertations/", headers={"if-none-match": tag})
    assert response.status_code == 200
    assert "ALP-01" in response.content.decode()


def test_a_page_may_come_compressed(client, three):
    plain = client.get("/concertations/")
    packed = client.get("/concertations/", headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert packed["ETag"] != plain["ETag"]
    assert "Accept-Encoding" in packed["Vary"]


def test_a_page_asked_by_many_at_once_is_made_once(transactional_db):
    """The view is held until everybody has asked: without the wait, each would make the page."""
    made, everybody = [], threading.Barrier(5)

    @public_page
    def page(request):
        made.append(request.path)
        time.sleep(0.2)
        return HttpResponse("page", content_type="text/html")

    def ask(_):
        try:
            everybody.wait(10)
            return page(RequestFactory().get("/une-page/")).content
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as pool:
        assert set(pool.map(ask, range(5))) == {b"page"}
    assert made == ["/une-page/"]


def test_a_document_is_made_each_time(client, three):
    client.get("/concertations/ALP-01/versions/1/canevas.pdf")
    again = client.get("/concertations/ALP-01/versions/1/canevas.pdf")
    assert again["Content-Type"] == "application/pdf"
    assert "ETag" not in again


def test_a_signed_in_person_has_a_page_of_their_own(client, three):
    client.get("/concertations/")
    client.force_login(factories.a_user(factories.a_territory()))
    assert "Se déconnecter" in client.get("/concertations/").content.decode()
    client.logout()
    assert "Se déconnecter" not in client.get("/concertations/").content.decode()


# --- feeds, card, sitemap -------------------------------------------------------------------------------------------
def test_the_feed_says_what_the_address_asks(client, three):
    feed = etree.fromstring(client.get("/concertations/flux.atom", {"q": "ameliorer"}).content)
    names = {"a": "http://www.w3.org/2005/Atom"}
    assert feed.xpath("//a:entry/a:id/text()", namespaces=names) == ["http://127.0.0.1:8000/concertations/BET-01/"]
    assert feed.xpath("//a:entry/a:link/@href", namespaces=names)[0].endswith("/concertations/BET-01/")
    assert client.get("/concertations/flux.atom").content == client.get("/concertations/flux.atom").content
    assert (
        len(etree.fromstring(client.get("/territoires/GAM/flux.atom").content).xpath("//a:entry", namespaces=names))
        == 1
    )


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/concertations/flux.atom", "/concertations/"),
        ("/concertations/flux.atom?q=ameliorer&territoire=BET", "/concertations/?q=ameliorer&territoire=BET"),
        ("/territoires/GAM/flux.atom", "/territoires/GAM/"),
    ],
)
def test_a_feed_says_its_own_address_and_the_page_that_shows_the_same(address, page, client, three):
    feed = etree.fromstring(client.get(address).content)
    names = {"a": "http://www.w3.org/2005/Atom"}
    links = {link.get("rel"): link.get("href") for link in feed.xpath("/a:feed/a:link", namespaces=names)}
    assert links["self"].endswith(address)
    assert links["alternate"].endswith(page)
    assert feed.xpath("/a:feed/a:id/text()", namespaces=names)[0].endswith(address)


def test_an_empty_feed_is_a_feed(client, db):
    assert client.get("/concertations/flux.atom").status_code == 200


def test_another_site_may_frame_the_card_alone(client, three):
    card = client.get("/concertations/ALP-01/carte/")
    assert "X-Frame-Options" not in card.headers
    assert "frame-ancestors *" in card["Content-Security-Policy"]
    html = card.content.decode()
    assert "<form" not in html
    assert "<script" not in html
    assert 'target="_top"' in html
    again = client.get("/concertations/ALP-01/carte/")
    assert "frame-ancestors *" in again["Content-Security-Policy"]
    assert not again.cookies
    page = client.get("/concertations/ALP-01/")
    assert page["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]


def test_the_lines_to_copy_are_safe_on_another_site(client, db):
    draft, _ = published(code="ALP", title='Un "titre" <b>gras</b> & cie')
    page = lxml.html.fromstring(client.get("/concertations/ALP-01/partager/").content)
    for area in page.xpath("//textarea"):
        pasted = lxml.html.fragments_fromstring(area.text)
        assert [element.tag for element in pasted] in (["iframe"], ["a"])
        assert len(pasted[0]) == 0
        said = pasted[0].get("title") or pasted[0].text
        assert said.endswith('Un "titre" <b>gras</b> & cie')


def test_the_sitemap_holds_what_is_published(client, three):
    assert "sitemap-concertations.xml" in client.get("/sitemap.xml").content.decode()
    body = client.get("/sitemap-concertations.xml").content.decode()
    assert body.count("<loc>") == 3
    assert "/sitemap.xml" in client.get("/robots.txt").content.decode()
    assert client.get(reverse("commons:sitemap_part", args=["nope"])).status_code == 404


def test_a_page_of_one_consultation_stays_when_only_another_changes(client, db, django_assert_num_queries):
    one, other = published()[0], published()
    page = f"/concertations/{one.public_id}/"
    client.get(page)
    unpublish(other[0], by=other[1], reason="Erreur de saisie")
    with django_assert_num_queries(1):  # the numbers that it stands on
        client.get(page)


@pytest.mark.parametrize("address", ["/concertations/{0}/", "/concertations/{0}/carte/", "/territoires/{1}/"])
def test_a_page_of_one_consultation_is_made_again_when_it_changes(address, client, db):
    one, by = published()
    page = address.format(one.public_id, one.territory.short_code)
    before = client.get(page).content
    unpublish(one, by=by, reason="Erreur de saisie")
    assert client.get(page).content != before


def test_a_publication_makes_one_request_at_a_time_wait(db, monkeypatch):
    """While somebody makes a page again, the others have it as it was: it lacks only what was just added."""
    calls = []

    @public_page
    def view(request):
        calls.append(request.path)
        return HttpResponse(f"{len(calls)}")

    def asked():
        return gzip.decompress(view(RequestFactory().get("/", headers={"accept-encoding": "gzip"})).content)

    published()
    assert asked() == b"1"
    published()
    with pages.MAKING_AGAIN:  # somebody is making another page again
        assert asked() == b"1"
    assert asked() == b"2"


def test_what_is_taken_down_is_never_served_late(db):
    @public_page
    def view(request):
        return HttpResponse(f"{InventoryEntry.objects.count()}")

    def asked():
        return gzip.decompress(view(RequestFactory().get("/", headers={"accept-encoding": "gzip"})).content)

    one, by = published()
    assert asked() == b"1"
    unpublish(one, by=by, reason="Erreur de saisie")
    with pages.MAKING_AGAIN:
        assert asked() == b"0"


def test_a_second_version_is_an_addition_and_a_consent_withdrawn_is_not(db):
    speaker = [{"nom": "Camille Fictive", "profession": "Chercheuse", "titre": "L’IA", "publiable": True}]
    one, by = published(record={"intervenants": speaker})

    def save(**values):
        one.refresh_from_db()
        canvas = draft_of(one)
        canvas.speakers[0].values["may_be_published"] = values.pop("agrees")
        canvas.values |= values
        save_canvas(one, by=by, version=one.version, canvas=canvas)

    save(agrees=True)
    cut = PublicState.objects.get(subject="").cut
    save(agrees=True, objectives="Préciser ce qui a été dit.")
    publish(one, by=by, reason="Précision")
    assert PublicState.objects.get(subject="").cut == cut
    save(agrees=False)
    state = PublicState.objects.get(subject="")
    assert state.cut == state.number > cut


def test_a_mark_that_a_proxy_has_weakened_is_known(client, three):
    mark = client.get("/concertations/")["ETag"]
    assert client.get("/concertations/", HTTP_IF_NONE_MATCH=f"W/{mark}").status_code == 304


def test_any_two_versions_are_compared(client, three):
    draft = Consultation.objects.get(territory__short_code="ALP")
    referent = draft.territory.memberships.first().user
    for objectives in ("Écouter.", "Écouter et répondre."):
        canvas = draft_of(draft)
        canvas.values["objectives"] = objectives
        save_canvas(draft, by=referent, version=draft.version, canvas=canvas)
        draft.refresh_from_db()
        publish(draft, by=referent, reason="Les objectifs.")
    html = client.get("/concertations/ALP-01/").content.decode()
    assert 'action="/concertations/ALP-01/comparer/"' in html
    answer = client.get("/concertations/ALP-01/comparer/", {"avant": "3", "apres": "1"})
    assert answer.url == "/concertations/ALP-01/comparer/1/3/"
    assert client.get(answer.url).status_code == 200
    assert client.get("/concertations/ALP-01/comparer/2/2/").status_code == 404
    for wrong in ({}, {"avant": "x", "apres": "1"}, {"avant": "9" * 9, "apres": "1"}):
        assert client.get("/concertations/ALP-01/comparer/", wrong).status_code == 404
    cited = client.get("/concertations/ALP-01/partager/", {"version": "1"}).content.decode()
    assert "/concertations/ALP-01/versions/1/" in cited
