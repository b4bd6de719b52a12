"""The report of an analysis in a browser: light and dark, wide and narrow, on paper; axe reports nothing."""

import io

import pypdf
import pytest

from concertia.cli.main import main
from tests.cli.consultation import GRID, as_csv, contributions
from tests.journeys.browser import AXE, FACTS, OVERFLOWING, TAGS


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rapport")
    (folder / "avis.csv").write_bytes(as_csv(contributions()))
    (folder / "grille.csv").write_bytes(GRID)
    given = [str(folder / "avis.csv"), "--grid", str(folder / "grille.csv"), "--out", str(folder / "resultat")]
    assert main(["themes", *given, "--without-encoder"]) == 0
    return (folder / "resultat" / "report.html").as_uri()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_report_is_accessible_and_fits_every_width(browser, address, scheme):
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(address)
    assert (asked, said) == ([address], [])
    facts = page.evaluate(FACTS)
    assert facts["title"].endswith(" — Concertia")
    assert (facts["lang"], facts["headings"], facts["mains"]) == ("fr", 1, 1)
    assert (facts["repeated"], facts["dangling"]) == ([], [])
    page.evaluate(AXE)
    for width in (1280, 360, 320):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate(OVERFLOWING) == []
        options = {"runOnly": {"type": "tag", "values": TAGS}}
        found = page.evaluate("options => axe.run(document, options).then(results => results.violations)", options)
        assert [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found] == []
    page.close()


def test_report_prints_whole_on_a4(browser, address):
    page = browser.new_page(color_scheme="dark")
    page.goto(address)
    printed = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4")))
    text = "\n".join(sheet.extract_text() for sheet in printed.pages)
    assert [float(side) for side in printed.pages[0].mediabox[2:]] == pytest.approx([595, 842], abs=2)
    assert "Ce que disent les contributions" in text
    assert "Empreintes SHA-256" in text
    page.close()
