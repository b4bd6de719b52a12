"""Criteria of the RGAA that need a browser, tried on every public page and on the main pages of the workspace.

The name of a test begins with the criteria that it holds (tests/rgaa.csv). What a person must judge is not here.
"""

import io
import re
from html.parser import HTMLParser

import pypdf
import pytest

from concertia.engine.canvas.reader import read
from tests.journeys.addresses import WORKSPACE, pages_of
from tests.journeys.browser import LARGEST_PAGE, MOST_REQUESTS, NATIONAL, REFERENT, focus_is_visible, plain
from tests.journeys.test_pages import OUT_OF_SIGHT

EVERYBODY = ("", REFERENT, NATIONAL)
FAR = 400  # presses of Tab: more than the longest page has controls


@pytest.fixture(params=EVERYBODY, ids=["public", "referente", "equipe"])
def who(request):
    return request.param


def each_page(person, who):
    """Open each page of a person, and fail at the end with all that was found."""
    for address in pages_of(person, who):
        answer = person.page.goto(address)
        assert answer.status == 200, f"{address} : {answer.status}"
        yield address


def text_of(page):
    return plain(page.locator("body").inner_text())


# --- weight, markup, titles ---------------------------------------------------------------------------------------
def test_every_public_page_is_light(people):
    """150 kB and 15 requests at the first visit, by every address that the site gives."""
    heavy = []
    addresses = pages_of(people())
    assert len(addresses) > 20
    for address in addresses:
        reader = people()  # a new browser context: nothing is kept from the page before
        reader.page.goto(address, wait_until="networkidle")
        sizes = [request.sizes() for request in reader.seen.requests if request.response()]
        total = sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)
        if total > LARGEST_PAGE or len(reader.seen.requests) > MOST_REQUESTS:
            heavy.append((address, total, len(reader.seen.requests)))
    assert heavy == []


VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SELF_CLOSED = {"path", "circle", "rect", "use", "line", "polygon"}


class Strict(HTMLParser):
    """Every element is closed, in its turn; no attribute is written twice."""

    def __init__(self):
        super().__init__()
        self.open, self.problems = [], []

    def handle_starttag(self, tag, attributes):
        names = [name for name, _ in attributes]
        if len(names) != len(set(names)):
            self.problems.append(f"attribut répété : {self.get_starttag_text()}")
        if tag not in VOID | SELF_CLOSED:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        if tag not in VOID | SELF_CLOSED:
            self.problems.append(f"fermé en ouvrant : {tag}")

    def handle_endtag(self, tag):
        if tag in SELF_CLOSED:
            return
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> ne ferme rien, ligne {self.getpos()[0]}")


def test_8_1_8_9_the_page_sent_is_well_formed(people, who):
    person = people(who)
    for address in pages_of(person, who):
        sent = person.context.request.get(address).text()
        assert sent.startswith("<!doctype html>\n<html lang="), address
        reader = Strict()
        reader.feed(sent)
        assert (address, reader.problems, reader.open) == (address, [], [])


def test_8_6_each_title_says_its_page_and_the_site(people, who):
    person, titles = people(who), {}
    for address in each_page(person, who):
        title = person.page.title()
        assert re.fullmatch(r"\S.+ — Concertia", title), f"{address} : {title}"
        titles.setdefault(title, {}).setdefault(person.text, address)  # one page may have two addresses
    repeated = {title: list(found.values()) for title, found in titles.items() if len(found) > 1}
    assert repeated == {}


# --- 10 presentation ----------------------------------------------------------------------------------------------
def test_10_2_the_text_stays_without_style_sheets(people, who):
    person = people(who)
    for address in each_page(person, who):
        shown = set(text_of(person.page).casefold().split())
        person.page.evaluate("() => [...document.styleSheets].forEach(sheet => { sheet.disabled = true; })")
        assert shown - set(text_of(person.page).casefold().split()) == set(), address


LANDMARKS = """() => [...document.querySelectorAll('.skip, header, main, footer')]
  .filter(node => !node.closest('main') || node.tagName === 'MAIN').map(node => node.className || node.tagName)"""
OUT_OF_ORDER = """() => {
  const inFlow = node => { const style = getComputedStyle(node);
    const moved = ['absolute', 'fixed', 'sticky'].includes(style.position);
    return style.display !== 'none' && !moved && node.getClientRects().length; };
  const wrong = [];
  for (const parent of document.querySelectorAll('body, header .wrap, main, main *')) {
    if (parent.closest('svg, table, ul.inline, .actions, details:not([open])')) continue;
    const children = [...parent.children].filter(inFlow);
    if (children.length < 2) continue;
    const style = getComputedStyle(parent);
    if (style.flexDirection.includes('reverse') || children.some(node => getComputedStyle(node).order !== '0'))
      wrong.push(`${parent.tagName}.${parent.className} change l’ordre`);
    children.slice(1).forEach((node, rank) => {
      const above = children[rank].getBoundingClientRect(), box = node.getBoundingClientRect();
      if (box.bottom <= above.top + 1 && box.height)
        wrong.push(`${node.tagName}.${node.className} ${node.textContent.trim().slice(0, 30)}`);
    });
  }
  return wrong;
}"""


def test_10_3_the_page_is_read_in_the_order_it_is_seen(people, who, shape):
    """The skip link, the head, the content, the foot; inside, nothing is shown above what is read before it."""
    person = people(who, shape=shape)
    for address in each_page(person, who):
        assert person.page.evaluate(LANDMARKS) == ["skip", "head", "wrap", "foot"], address
        assert (address, person.page.evaluate(OUT_OF_ORDER)) == (address, [])


STOPS = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')]
  .filter(node => !node.disabled && node.type !== 'hidden' && node.tabIndex >= 0
    && node.checkVisibility({ visibilityProperty: true })
    && !node.closest('details:not([open]) > :not(summary)')).length"""
WHERE = """() => { const node = document.activeElement; if (!node || node === document.body) return '';
  if (!node.dataset.stop) { window.stops = (window.stops || 0) + 1; node.dataset.stop = window.stops; }
  return node.dataset.stop; }"""


ON_THE_MAP = """() => { const node = document.activeElement, mark = node.querySelector(':scope > .map-hit');
  return !!mark && node.matches('svg a:focus-visible') && parseFloat(getComputedStyle(mark).strokeWidth) >= 3
    && getComputedStyle(mark).stroke !== 'none'; }"""


def walk(page, key):
    """Press a key until the focus leaves the page: the stops, each seen, and none twice in a row."""
    stops = []
    for _ in range(FAR):
        page.keyboard.press(key)
        place = page.evaluate(WHERE)
        if not place or place in stops[:1] and len(stops) > 1:
            return stops
        assert not stops or place != stops[-1], f"piège : {focus_is_visible(page)['name']}"
        shown = focus_is_visible(page)
        assert shown["ok"] or page.evaluate(ON_THE_MAP), f"on ne voit pas où est le clavier : {shown['name']}"
        stops.append(place)
    raise AssertionError(f"le clavier ne sort pas de la page : {stops[-5:]}")


def test_10_7_12_9_the_keyboard_is_seen_everywhere_and_trapped_nowhere(people, who):
    """Radio buttons of one name are one stop; every other control is a stop, forwards and backwards."""
    person = people(who)
    for address in each_page(person, who):
        forwards = walk(person.page, "Tab")
        person.page.evaluate("() => document.activeElement.blur()")
        backwards = walk(person.page, "Shift+Tab")
        assert (address, set(forwards)) == (address, set(backwards))
        radios = person.page.evaluate("() => document.querySelectorAll('input[type=radio]').length")
        expected = person.page.evaluate(STOPS)
        assert expected - radios <= len(forwards) <= expected, (
            f"{address} : {len(forwards)} arrêts, {expected} contrôles"
        )


SCROLLED = """() => ({
  wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  covered: [...document.querySelectorAll('*')]
    .filter(node => ['fixed', 'sticky'].includes(getComputedStyle(node).position))
    .reduce((sum, node) => sum + node.getBoundingClientRect().height, 0),
  both: [...document.querySelectorAll('main *')].filter(node => {
    const style = getComputedStyle(node), scrolls = way => ['auto', 'scroll'].includes(way);
    return scrolls(style.overflowX) && scrolls(style.overflowY) && node.scrollWidth > node.clientWidth + 1
      && node.scrollHeight > node.clientHeight + 1 && node.tagName !== 'TEXTAREA';
  }).map(node => node.className),
})"""


def test_10_11_nothing_scrolls_both_ways_in_a_small_window(people, who):
    person = people(who)
    for width, height in ((320, 256), (320, 740), (1280, 256)):
        person.page.set_viewport_size({"width": width, "height": height})
        for address in each_page(person, who):
            seen = person.page.evaluate(SCROLLED)
            assert seen["wide"] <= 0, f"{address} déborde de {seen['wide']} px à {width} px"
            assert seen["both"] == [], f"{address} : {seen['both']}"
            assert seen["covered"] <= height / 2, f"{address} : {seen['covered']} px couverts sur {height}"


SPACING = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-bottom: 2em !important; }"""
SPACED = """css => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
}"""
CLIPPED = """() => [...document.querySelectorAll('body *')].filter(node => {
  const style = getComputedStyle(node);
  return !node.closest('.visually-hidden, svg, textarea, .scroll, .choices')
    && node.getClientRects().length && node.textContent.trim()
    && ['hidden', 'clip'].includes(style.overflowY) && node.scrollHeight > node.clientHeight + 2;
}).map(node => `${node.tagName}.${node.className} ${node.textContent.trim().slice(0, 40)}`)"""


def test_10_12_text_may_be_spaced_without_loss(people, who, shape):
    person = people(who, shape=shape)
    for address in each_page(person, who):
        before = text_of(person.page).split()
        person.page.evaluate(SPACED, SPACING)
        assert (address, person.page.evaluate(OUT_OF_SIGHT)) == (address, [])
        assert (address, person.page.evaluate(CLIPPED)) == (address, [])
        assert text_of(person.page).split() == before, address


VISIBLE = """() => [...document.querySelectorAll('body *')].filter(node => node.checkVisibility({ opacityProperty: true,
  visibilityProperty: true }) && !node.closest('svg')).length"""


def test_10_13_12_11_nothing_appears_that_the_keyboard_cannot_reach_or_dismiss(people, who):
    """Hovering and focusing show nothing more; what a press opens is reached by Tab next, and a press closes it."""
    person = people(who)
    for address in each_page(person, who):
        before = person.page.evaluate(VISIBLE)
        for control in person.page.locator("header a, header button, header summary, main summary").all()[:12]:
            if control.is_visible():
                control.hover(force=True)
                assert person.page.evaluate(VISIBLE) == before, address
                control.focus()
                assert person.page.evaluate(VISIBLE) == before, address
        for summary in person.page.locator("summary").all()[:6]:
            if summary.is_visible():
                opens_and_closes(person.page, summary, address)


def opens_and_closes(page, summary, address):
    """A disclosure: Enter opens and closes it, and what it holds is the next stop."""
    was_open = summary.evaluate("node => node.parentElement.open")
    summary.focus()
    page.keyboard.press("Enter")
    assert summary.evaluate("node => node.parentElement.open") is not was_open, address
    page.keyboard.press("Enter")
    assert summary.evaluate("node => node.parentElement.open") is was_open, address
    if not was_open:
        page.keyboard.press("Enter")
        holds = summary.evaluate(
            "node => !!node.parentElement.querySelector(':scope > :not(summary) :is(a, input, button)')"
        )
        if holds:
            page.keyboard.press("Tab")
            inside = "node => node.parentElement.contains(document.activeElement) && document.activeElement !== node"
            assert summary.evaluate(inside), f"{address} : {summary.inner_text()} s’ouvre hors d’atteinte du clavier"
        summary.focus()
        page.keyboard.press("Enter")


# --- 12 ways through the site -------------------------------------------------------------------------------------
WAYS = """() => ({
  landmarks: ['header.head', 'header [role=search]', 'header nav[aria-label=Principale]', 'main', 'footer.foot']
    .map(where => document.querySelectorAll(where).length),
  head: [...document.querySelector('header .wrap').children].map(node => node.tagName),
  menu: [...document.querySelectorAll('header nav a')].map(node => node.getAttribute('href')),
  foot: [...document.querySelectorAll('footer li a')].map(node => node.getAttribute('href')),
  search: document.querySelector('header form').outerHTML,
  skip: document.querySelector('body > a').getAttribute('href'),
})"""


def test_12_1_to_12_6_the_ways_through_the_site_never_move(people, who):
    """A menu, a search and a plan on every page, in one place; each part of the page is a landmark."""
    person = people(who)
    found = {address: person.page.evaluate(WAYS) for address in each_page(person, who)}
    first = next(iter(found.values()))
    assert first["landmarks"] == [1, 1, 1, 1, 1]
    assert first["head"] == ["A", "FORM", "NAV"]
    assert first["skip"] == "#contenu"
    assert first["foot"].index("/plan-du-site/") == 4 - (first["foot"][3] != "/donnees-ouvertes/")
    assert {address: ways for address, ways in found.items() if ways != first} == {}


# --- 13 documents -------------------------------------------------------------------------------------------------
def words_of(value):
    """Every word of an answer, however deep; numbers and dates as they are written."""
    if isinstance(value, dict):
        return [word for item in value.values() for word in words_of(item)]
    if isinstance(value, bool):
        return []
    if isinstance(value, list):
        return [word for item in value for word in words_of(item)]
    return re.findall(r"\w{4,}", plain(str(value or "")).casefold())


def test_13_4_a_document_and_its_page_carry_the_same_text(people):
    """What the Word, LibreOffice and PDF documents of a version answer is on its page, word for word."""
    reader = people()
    for address in ("/concertations/VAL-01/versions/1/", "/concertations/MON-01/versions/1/"):
        reader.page.goto(address)
        reader.page.evaluate("() => document.querySelectorAll('details').forEach(node => { node.open = true; })")
        page = set(re.findall(r"\w{4,}", reader.text.casefold()))
        for extension in ("docx", "odt"):
            body = reader.context.request.get(f"{address}canevas.{extension}").body()
            record = {key: value for key, value in read(body).record().items() if key != "_manquants"}
            assert sorted(set(words_of(record)) - page) == [], f"{address} {extension}"
        body = reader.context.request.get(f"{address}canevas.pdf").body()
        printed = " ".join(sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(body)).pages)
        answers = set(words_of(record))
        missing = answers - set(re.findall(r"\w{4,}", printed.casefold()))
        assert len(missing) <= len(answers) / 50, sorted(missing)  # words cut at the end of a line


def test_every_page_of_the_workspace_is_looked_at(people):
    """axe with the RGAA rules and all that `look` asks, on the pages that the other journeys may leave out."""
    for mail, addresses in WORKSPACE.items():
        person = people(mail)
        for address in addresses:
            person.open(address)
