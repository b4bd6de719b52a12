"""From a map of themes to documents that leave, by keyboard alone, with and without script."""

import io
import re
import time
import zipfile

import pypdf
import pytest

from tests.journeys.browser import AXE, REFERENT, TAGS, says
from tests.journeys.test_analysis import PATIENCE, TABLE, analysed
from tests.journeys.test_collection import SHAPES, dropped, press

BARRIERS = """tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})
  .then(found => found.violations.map(rule => rule.id + ' ' + rule.nodes[0].html))"""
_made = []  # one analysed consultation for all these journeys


def shared(person):
    """The page « Partager » of a consultation that was analysed by the pages that people use."""
    if not _made:
        identifier = person.start("À partager")
        dropped(person, identifier, TABLE)
        press(person, re.compile("^Verser"))
        person.open(f"/espace/concertations/{identifier}/analyse/")
        person.field("#with_encoder").uncheck()
        person.press("Analyser ces contributions")
        analysed(person, identifier)
        _made.append(identifier)
    path = f"/espace/concertations/{_made[0]}/analyse/partager/"
    person.open(path)
    return path


def prepared(person):
    """Ask for the documents, then wait as somebody who reloads the page, or whose page reloads itself."""
    if person.page.get_by_role("button", name="Préparer les documents").count():
        press(person, "Préparer les documents")
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and "et à jour" not in person.text:
        time.sleep(1)
        if not person.script:
            person.page.reload()
    person.page.wait_for_load_state()
    return person.look()


@pytest.mark.parametrize(("shape", "script", "scheme"), SHAPES)
def test_from_a_map_to_documents_that_open(people, shape, script, scheme):
    referent = people(REFERENT, shape=shape, script=script, scheme=scheme)
    shared(referent)
    says(referent, "peut être cité", "jamais cités")
    prepared(referent)
    links = referent.page.locator("main .list a[href*='documents/']")
    assert links.count() == 10
    for place in [links.nth(rank).get_attribute("href") for rank in range(10)]:
        answer = referent.context.request.get(place)
        assert answer.status == 200
        content = answer.body()
        if answer.headers["content-type"] == "application/pdf":
            assert len(pypdf.PdfReader(io.BytesIO(content)).pages) >= 1
        elif content[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                assert archive.testzip() is None


def test_one_theme_is_chosen_by_keyboard(people):
    referent = people(REFERENT)
    shared(referent)
    choice = referent.page.get_by_role("combobox", name="Documents de")
    choice.focus()
    referent.page.keyboard.press("ArrowDown")
    press(referent, "Afficher")
    says(referent, "Documents du thème")


def test_the_wall_and_the_charts_read_well(people, shape):
    for scheme in ("light", "dark"):
        referent = people(REFERENT, shape=shape, scheme=scheme)
        path = shared(referent)
        referent.open(f"{path}retenir/")
        says(referent, "Ce qu’il faut retenir", "Ce qu’on ne sait pas", "citation pas encore relue")
        referent.open(f"{path}graphiques/")
        assert referent.page.locator("main svg").count() == referent.page.locator("main table").count() > 0


def test_the_page_alone_has_no_barrier(people):
    """The report as a page of its own, opened out of the site: a browser, axe, and nothing asked from anywhere."""
    referent = people(REFERENT)
    shared(referent)
    prepared(referent)
    place = referent.page.get_by_role("link", name="Rapport en page web").get_attribute("href")
    page = referent.context.request.get(place).text()
    alone = people()
    alone.page.goto("about:blank")
    alone.page.set_content(page)
    assert alone.page.locator("h1").count() == 1
    alone.page.evaluate(AXE)
    assert alone.page.evaluate(BARRIERS, TAGS) == []
