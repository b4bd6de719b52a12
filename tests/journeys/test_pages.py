"""Every page that needs no action, seen by somebody who only reads: narrow, wide, without script, printed, enlarged."""

import pytest

from tests.journeys.browser import REFERENT, says

PUBLIC = (
    "/",
    "/concertations/",
    "/concertations/?q=agents&public=agents&public=elus",
    "/concertations/?q=introuvable",
    "/concertations/VAL-01/",
    "/concertations/VAL-01/partager/",
    "/concertations/VAL-01/carte/",
    "/concertations/VAL-01/versions/1/",
    "/concertations/VAL-01/comparer/1/2/",
    "/concertations/MON-01/",
    "/territoires/",
    "/territoires/VAL/",
    "/territoires/VAL/charte/1/",
    "/charte/",
    "/canevas/",
    "/accessibilite/",
    "/accessibilite/signaler/",
    "/donnees-personnelles/",
    "/mentions-legales/",
    "/algorithmes/",
    "/plan-du-site/",
    "/ecoconception/",
    "/compte/connexion/",
    "/compte/inscription/",
    "/compte/mot-de-passe/oublie/",
)
FORMS = ("cadre/", "acteurs/", "seances/", "annuler/", "publier/", "retirer/")
OUT_OF_SIGHT = """() => {
  const width = document.documentElement.clientWidth;
  return [...document.querySelectorAll('main *')].filter(node => {
    const box = node.getBoundingClientRect(), style = getComputedStyle(node);
    if (!box.width || node.closest('.visually-hidden, [hidden], template')) return false;
    const hides = style.overflowX !== 'visible' && node.scrollWidth > node.clientWidth + 1
      && !node.matches('.scroll, textarea, input, select');
    return box.right > width + 1 && !node.closest('.scroll') || hides;
  }).map(node => `${node.tagName} ${node.className} ${node.textContent.trim().slice(0, 40)}`);
}"""


@pytest.mark.parametrize(
    ("shape", "script", "scheme"),
    [("etroit", True, "dark"), ("large", True, "light"), ("etroit", False, "light")],
)
def test_public_pages(people, shape, script, scheme):
    reader = people(shape=shape, script=script, scheme=scheme)
    for address in PUBLIC:
        reader.open(address)
    reader.open("/nulle-part/", status=404)
    says(reader, "Cette adresse ne mène à rien ici.")


def words(person):
    """The lines of a page, but the one button that is nothing without a script: a passkey needs the browser's own."""
    lines = (line.strip() for line in person.text.splitlines())
    return [line for line in lines if line and "clé d’accès" not in line]


def test_public_pages_are_the_same_without_script(people):
    with_script, without = people(shape="large"), people(shape="large", script=False)
    for address in PUBLIC:
        with_script.page.goto(address)
        without.page.goto(address)
        assert words(with_script) == words(without), address


def test_forms_of_the_workspace(people, shape):
    """Those that the other journeys do not open; on the demonstration, nothing is sent."""
    referent = people(REFERENT, shape=shape)
    for form in FORMS:
        referent.open(f"/espace/concertations/VAL-0{1 if form == 'retirer/' else 2}/{form}")


def test_private_pages_ask_to_sign_in(people):
    reader = people(shape="etroit")
    for address in ("/espace/", "/espace/concertations/VAL-01/", "/espace/concertations/VAL-01/canevas/"):
        reader.open(address)
        assert reader.path == "/compte/connexion/"


def test_public_page_prints_its_content_alone(people):
    reader = people(shape="large")
    reader.page.goto("/concertations/VAL-01/")
    content = reader.page.locator("main").evaluate("node => node.innerText.length")
    reader.page.emulate_media(media="print")
    for hidden in (".nav", ".skip", ".crumbs", ".demo", ".foot ul"):
        assert reader.page.locator(hidden).first.is_hidden(), f"{hidden} s’imprime"
    for shown in ("h1", ".proposals", ".summary", ".voice", ".fingerprint"):
        assert reader.page.locator(shown).first.is_visible(), f"{shown} ne s’imprime pas"
    assert reader.page.locator("main").evaluate("node => node.innerText.length") > 0.9 * content
    # A4 between margins of 15 mm, at 96 points an inch.
    reader.page.set_viewport_size({"width": 680, "height": 1000})
    assert reader.page.evaluate(OUT_OF_SIGHT) == []


def test_public_page_at_twice_its_size_loses_nothing(people):
    reader = people(shape="large")
    for address in PUBLIC:
        reader.page.set_viewport_size({"width": 1280, "height": 800})
        reader.page.goto(address)
        # A narrow comparison or register names its columns beside each cell, by the style sheet, instead of once above.
        reader.page.evaluate(
            "() => document.querySelectorAll('.compare thead, .stacked thead').forEach(node => node.remove())"
        )
        before = reader.text
        reader.page.set_viewport_size({"width": 640, "height": 400})
        reader.page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
        assert reader.page.evaluate(OUT_OF_SIGHT) == [], address
        assert sorted(reader.text.split()) == sorted(before.split()), address
        for cell in reader.page.locator(".compare td").all():
            shown = cell.evaluate("node => getComputedStyle(node, '::before').content")
            assert "Version" in shown
