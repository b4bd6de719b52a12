"""A citizen and a researcher: they search, narrow, share an address, follow, cite; with and without script."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

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
    of_the_demonstration = reader.page.locator("li.entry", has_text="VAL-01")  # other journeys publish too
    expect(of_the_demonstration.locator("mark").first).to_have_text("Former")
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
    says(reader, "MON-01")
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


@pytest.fixture
def another_site(server):
    """A page of another origin that frames the card and a page; a real one, since browsers keep loopback apart."""
    frames = "".join(
        f'<iframe title="{title}" src="{server.url}{path}" width="500" height="320"></iframe>'
        for title, path in (("carte", "/concertations/VAL-01/carte/"), ("page", "/concertations/VAL-01/"))
    )
    html = f"<!doctype html><html lang='fr'><title>Ailleurs</title><h1>Ailleurs</h1>{frames}".encode()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(html)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{site.server_port}/"
        site.shutdown()


def test_the_card_lives_in_the_page_of_another_site(people, another_site):
    visitor = people(shape="large")
    visitor.page.goto(another_site)
    card = visitor.page.frame_locator("iframe[title=carte]")
    expect(card.get_by_role("link", name="Lire la concertation")).to_be_visible()
    page = visitor.page.frame_locator("iframe[title=page]")
    expect(page.get_by_role("link", name="Concertia")).to_have_count(0)
    card.get_by_role("link", name="Lire la concertation").click()
    visitor.page.wait_for_url("**/concertations/VAL-01/")
    visitor.seen.troubles = []  # the browser says that it refused the frame of the page
