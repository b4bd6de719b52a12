"""A citizen and a researcher: they search, narrow, share an address, follow, cite; with and without script."""

import pytest
from lxml import etree

from tests.journeys.browser import expect, says

ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture(params=[("etroit", True, "light"), ("large", False, "dark")], ids=["script", "sans-script"])
def reader(request, people):
    shape, script, scheme = request.param
    return people(shape=shape, script=script, scheme=scheme)


def test_words_are_searched_in_french_and_shown_where_they_are(reader):
    reader.open("/concertations/")
    reader.page.get_by_role("searchbox", name="Mots cherchés").fill("AGENT former")
    reader.press("Chercher", exact=True)
    says(reader, "pour « AGENT former »", "VAL-01")
    expect(reader.page.locator("mark").first).to_have_text("Former")
    assert "q=AGENT+former" in reader.page.url
    reader.page.get_by_role("searchbox", name="Mots cherchés").fill("quelquechosequinexistepas")
    reader.press("Chercher", exact=True)
    says(reader, "Aucune concertation", "Essayez moins de mots")
    reader.follow("affichez toutes les concertations")
    says(reader, "VAL-01", "MON-01")


def test_a_choice_makes_an_address_that_another_may_open(reader, people):
    reader.open("/concertations/")
    reader.page.locator("summary", has_text="Territoire").click()
    box = reader.page.get_by_role("checkbox", name="Montbrun")
    box.check()
    reader.press("Chercher", exact=True)
    says(reader, "1 concertation", "MON-01")
    assert "VAL-01" not in reader.text
    address = reader.page.url
    other = people(shape="large")
    other.page.goto(address)
    other.look()
    assert "VAL-01" not in other.text
    says(other, "MON-01")
    other.follow("(retirer ce filtre)")
    says(other, "VAL-01", "MON-01")


def test_a_list_is_followed_and_a_consultation_cited(reader):
    reader.open("/concertations/?territoire=VAL")
    address = reader.page.get_by_role("link", name="S’abonner à cette liste").get_attribute("href")
    feed = reader.context.request.get(address)
    entries = etree.fromstring(feed.body()).xpath("//a:entry/a:id/text()", namespaces=ATOM)
    assert entries
    assert all("/VAL-" in entry for entry in entries)
    reader.open("/concertations/VAL-01/")
    reader.follow("Citer, intégrer ou suivre cette concertation")
    says(reader, "Adresse de la concertation", "Empreinte SHA-256")
    lines = reader.page.get_by_label("La carte").input_value()
    assert lines.startswith("<iframe src=")
    reader.follow("Voir la carte")
    reader.follow("Lire la concertation")
    assert reader.path == "/concertations/VAL-01/"


def test_the_card_lives_in_the_page_of_another_site(people, server):
    """Another origin frames it; nothing else of the site may be framed."""
    visitor = people(shape="large")
    frames = "".join(
        f'<iframe title="{title}" src="{server.url}{path}" width="500" height="320"></iframe>'
        for title, path in (("carte", "/concertations/VAL-01/carte/"), ("page", "/concertations/VAL-01/"))
    )
    html = f"<!doctype html><html lang='fr'><title>Ailleurs</title><h1>Ailleurs</h1>{frames}"
    visitor.page.route("http://localhost:1/", lambda route: route.fulfill(body=html, content_type="text/html"))
    visitor.page.goto("http://localhost:1/")
    card = visitor.page.frame_locator("iframe[title=carte]")
    expect(card.get_by_role("link", name="Lire la concertation")).to_be_visible()
    expect(visitor.page.frame_locator("iframe[title=page]").get_by_role("heading")).to_have_count(0)
    visitor.seen.troubles = [line for line in visitor.seen.troubles if "frame-ancestors" not in line]
