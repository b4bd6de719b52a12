"""Text that looks like a page stays text: typed everywhere, run nowhere, shown as it was typed."""

import re

import pytest

from tests.journeys.browser import REFERENT, publish
from tests.journeys.canvases import document, upload

ATTACK = (
    """</textarea></title>"'><script>window.attaque=1;alert(1)</script><img src=x onerror="alert(2)">{{7*7}}&lt;b&gt;"""
)
TEXTS = "input[type=text]:not([name$=starts_at]):not([name$=ends_at]), textarea"
DATES = ("planned_start", "planned_end", "actual_start", "actual_end", "sessions_hours", "resources", "answer_due")


def type_everywhere(person):
    """The attack in every box that takes text, cut where the box is shorter; returns how many."""
    boxes = [
        box for box in person.page.locator(TEXTS).all() if not re.search("|".join(DATES), box.get_attribute("name"))
    ]
    for box in boxes:
        longest = int(box.get_attribute("maxlength") or 10_000)
        box.fill(ATTACK[:longest])
    return len(boxes)


def nothing_ran(person):
    """No dialog (the look says it), no variable set, no element born of the text."""
    assert person.page.evaluate("() => window.attaque === undefined")
    assert person.page.locator("img[src=x]").count() == 0
    assert "49" not in re.sub(r"[A-Z]{3}-\d+", "", person.page.title())


@pytest.mark.parametrize(("shape", "script"), [("etroit", True), ("large", False)], ids=["script", "sans-script"])
def test_markup_typed_everywhere_is_shown_as_typed(people, shape, script):
    referent = people(REFERENT, shape=shape, script=script)
    reader = people(shape=shape, script=script)
    identifier = referent.start(ATTACK, ATTACK)
    _fill_every_form(referent, identifier)
    publish(referent, identifier)
    nothing_ran(referent)
    referent.open(f"/espace/concertations/{identifier}/canevas/")
    referent.field("#objectives").fill(ATTACK.replace("script", "style"))
    referent.press("Enregistrer", exact=True)
    publish(referent, identifier, reason=ATTACK)
    for address in ("", "versions/1/", "comparer/1/2/"):
        reader.open(f"/concertations/{identifier}/{address}")
        nothing_ran(reader)
        assert ATTACK in reader.page.locator("main").inner_text().replace("\u202f", "").replace("\u00a0", " ")
    reader.open("/")
    nothing_ran(reader)
    for step in ("cadrer", "recruter", "recueillir", "analyser", "documenter", "rendre-compte"):
        referent.open(f"/espace/concertations/{identifier}/{step}/")
        nothing_ran(referent)
    for extension in ("docx", "odt", "pdf", "json"):
        answer = reader.context.request.get(f"/concertations/{identifier}/versions/2/canevas.{extension}")
        assert answer.status == 200
    referent.open(f"/espace/concertations/{identifier}/retirer/")
    referent.fill({"#reason": ATTACK})
    referent.press("Retirer la publication")
    reader.open(f"/concertations/{identifier}/", status=410)
    nothing_ran(reader)


def _fill_every_form(referent, identifier):
    base = f"/espace/concertations/{identifier}/"
    referent.page.goto(base + "cadre/")
    assert type_everywhere(referent) == 4
    referent.press("Enregistrer", exact=True)
    nothing_ran(referent)
    referent.page.goto(base + "acteurs/")
    assert type_everywhere(referent) == 4
    referent.press("Enregistrer", exact=True)
    referent.page.goto(base + "seances/")
    referent.field("#sessions-0-starts_at").fill("12/03/2025 18:30")
    assert type_everywhere(referent) > 0
    referent.press("Enregistrer", exact=True)
    nothing_ran(referent)
    referent.page.goto(base + "canevas/")
    assert type_everywhere(referent) >= 13
    referent.fill({"#planned_start": "03/03/2025", "#referent_email": "qui@exemple.example"})
    referent.page.locator("[name$='-planned_end']").fill("30/06/2025")
    referent.page.locator("[name$='-participants']").fill("12")
    referent.page.locator("[name$='-may_be_published']").first.check()
    resources = referent.page.locator("[name$='-resources']")
    resources.fill("javascript:alert(3)")
    referent.press("Enregistrer", exact=True, status=422)
    nothing_ran(referent)
    assert "javascript:alert(3)" in referent.text
    referent.page.locator("[name$='-resources']").fill("https://exemple.example/?a=%3Cscript%3E&b='%22")
    referent.press("Enregistrer", exact=True)
    nothing_ran(referent)


def test_markup_in_the_name_or_the_words_of_a_document(people):
    referent = people(REFERENT, shape="large")
    identifier = referent.start("Nom de fichier")
    referent.page.goto(f"/espace/concertations/{identifier}/documenter/")
    name = "<img src=x onerror=alert(4)>.docx"
    referent.drop(upload(name, document(ATTACK, objectifs=ATTACK, propositions=f"1. {ATTACK}")))
    nothing_ran(referent)
    assert name in referent.page.get_by_role("heading", level=1).inner_text()
    assert referent.field("#objectives").input_value() == ATTACK
    referent.open(f"/espace/concertations/{identifier}/documenter/")
    nothing_ran(referent)
    answer = referent.context.request.get(
        referent.page.get_by_role("link", name="fichier d’origine").get_attribute("href")
    )
    assert answer.headers["content-disposition"].startswith("attachment")
