"""A grid, texts coded one after the other, a blind sample of two people: by keyboard alone, with and without script."""

import re
import time

import pytest

from tests.journeys.browser import EDITOR, REFERENT, says
from tests.journeys.test_collection import SHAPES, dropped, press, reach, type_in
from tests.voices import composed

ROWS = "".join(f"{author};{text.replace(';', ',')}\n" for author, _, text in composed(30))
TABLE = {"name": "voix.csv", "mimeType": "text/csv", "buffer": f"auteur;contribution\n{ROWS}".encode()}
PATIENCE = 120  # seconds for a job of a few, on a busy machine
SIZE = 10


def a_grid(person, title):
    """A consultation with thirty texts, and the commission's lists as a grid; returns its identifier."""
    identifier = person.start(title)
    dropped(person, identifier, TABLE)
    press(person, re.compile("^Verser"))
    person.open(f"/espace/concertations/{identifier}/analyse/grilles/")
    says(person, "Aucune grille encore.")
    press(person, "Faire une grille", role="link")
    type_in(person, re.compile("^Nom de la grille"), "Enjeux")
    reach(person, re.compile("de rien"), role="radio")
    person.page.keyboard.press("ArrowDown")  # no analysis yet: the map is not offered
    press(person, "Créer la grille")
    says(person, "La grille « Enjeux » est créée.", "Codes (29)", "L’IA n’est ni neutre")
    return identifier


def prepared(person):
    """Ask for the proposals, then wait for the worker as somebody who reloads the page."""
    reach(person, re.compile("par les mots seuls"), role="checkbox")
    person.page.keyboard.press("Space")
    press(person, "Préparer les propositions")
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        person.page.reload()
        if "Prêtes depuis" in person.text:
            return person.look()
        time.sleep(1)
    raise AssertionError(person.text)


def text_shown(person):
    return person.page.locator("[data-concertia-coding]").get_attribute("data-concertia-text")


def choose(person):
    """The first proposal, saved; the next text is then in front of the person."""
    before = text_shown(person)
    if person.script:
        person.page.keyboard.press("1")
        person.page.keyboard.press("Enter")
        person.page.wait_for_function(
            "before => document.querySelector('[data-concertia-coding]')?.dataset.concertiaText !== before", arg=before
        )
        person.page.wait_for_load_state("networkidle")
        return person.look()
    person.page.locator("fieldset.proposals-box input").first.focus()
    person.page.keyboard.press("Space")
    press(person, "Enregistrer et continuer")
    assert text_shown(person) != before
    return person


@pytest.mark.parametrize(("shape", "script", "scheme"), SHAPES)
def test_texts_are_coded_one_after_the_other(people, shape, script, scheme):
    referent = people(REFERENT, shape=shape, script=script, scheme=scheme)
    a_grid(referent, "Codage")
    prepared(referent)
    press(referent, "Commencer à coder", role="link")
    says(referent, "Proposés par un programme local, à vérifier", "30 textes à coder sur 30")
    seen = {text_shown(referent)}
    for _ in range(3):
        choose(referent)
        seen.add(text_shown(referent))
    assert len(seen) == 4
    says(referent, "27 textes à coder sur 30", "De 3 textes codés")
    press(referent, re.compile("^Enregistrer"), status=422)
    says(referent, "Choisissez au moins un code")
    if script:
        referent.page.locator("[data-concertia-focus]").focus()
        referent.page.keyboard.press("n")
        referent.page.keyboard.type("Langue des signes")
        with referent.page.expect_navigation():
            referent.page.keyboard.press("Enter")
        referent.look()
    else:
        type_in(referent, re.compile("^Nouveau code"), "Langue des signes")
        press(referent, "Enregistrer et continuer")
    says(referent, "Textes proches de « Langue des signes »")
    referent.page.locator("main input[type=checkbox]").first.focus()
    referent.page.keyboard.press("Space")
    press(referent, "Donner le code aux textes cochés")
    says(referent, "est donné à 1 texte de plus", "25 textes à coder sur 30")
    press(referent, "5 par vous", role="link")
    says(referent, "5 textes, le dernier d’abord", "Langue des signes")
    press(referent, re.compile("^Relire ou corriger"), role="link")
    says(referent, "Vous avez codé ce texte le")


def test_single_keys_can_be_turned_off_and_stay_so(people):
    referent = people(REFERENT, shape="large")
    a_grid(referent, "Touches")
    prepared(referent)
    press(referent, "Commencer à coder", role="link")
    box = referent.page.locator("fieldset.proposals-box input").first
    referent.page.keyboard.press("1")
    assert box.is_checked()
    reach(referent, "Raccourcis d’une touche", role="checkbox")
    referent.page.keyboard.press("Space")
    referent.page.keyboard.press("1")
    assert box.is_checked()
    referent.page.reload()
    referent.page.keyboard.press("1")
    assert not box.is_checked()


def test_two_people_code_a_sample_blind_then_settle(people):
    referent, editor = people(REFERENT, shape="large"), people(EDITOR, shape="etroit", scheme="dark")
    identifier = a_grid(referent, "Accord")
    prepared(referent)
    press(referent, "Tirer un échantillon", role="link")
    referent.page.get_by_label(re.compile("^Nombre de textes")).fill(str(SIZE))
    for box in referent.page.locator("[name=coders]").all():
        box.focus()
        referent.page.keyboard.press("Space")
    press(referent, "Tirer l’échantillon")
    says(referent, "10 textes tirés au hasard", "0 sur 10", "personne ne voit ce que les autres ont choisi")
    address = referent.path
    for person, keys in ((referent, "a"), (editor, "b")):
        person.open(address)
        press(person, "Coder ma part", role="link")
        for rank in range(SIZE):
            says(person, f"texte {rank + 1} sur 10")
            assert person.page.locator(".proposals-box").count() == 0
            person.page.keyboard.press("a" if rank % 2 else keys)
            with person.page.expect_navigation():
                person.page.keyboard.press("Enter")
        person.look()
    says(editor, "α de Krippendorff", "Désaccords (5)", "textes sur 10")
    press(editor, re.compile("^Régler"), role="link")
    editor.page.locator("main input[type=checkbox]").first.focus()
    editor.page.keyboard.press("Space")
    press(editor, "Enregistrer l’accord")
    says(editor, "L’accord est enregistré", "Réglé par")
    referent.open(f"/espace/concertations/{identifier}/analyse/grilles/")
    press(referent, "Enjeux", role="link")
    press(referent, "Confronter à la machine", role="link")
    says(referent, "Il n’a donc jamais appris d’un texte dont il parle.")


def test_the_pages_of_coding_read_well(people, shape):
    referent = people(REFERENT, shape=shape, scheme="dark")
    a_grid(referent, "Pages")
    grid = referent.path
    for page in ("", "coder/", "codages/", "confronter/", "codes/nouveau/", "echantillons/nouveau/", "?q=zzz"):
        referent.open(grid + page)
    referent.page.goto(grid)
    referent.follow(re.compile("^Modifier"))
    referent.press("Retirer ce code")
    says(referent, "est retiré ; ce qui était codé ainsi le reste", "code retiré")


def test_what_is_typed_while_a_text_is_saved_is_not_lost(people):
    referent = people(REFERENT, shape="large")
    a_grid(referent, "Vite")
    prepared(referent)
    press(referent, "Commencer à coder", role="link")
    referent.page.wait_for_load_state("networkidle")  # the next text is there
    referent.page.route("**/coder/*/", lambda route: (time.sleep(0.5), route.continue_()))
    seen = {text_shown(referent)}
    for _ in range(2):  # the second « Enter » comes while the first text is being saved
        referent.page.keyboard.press("1")
        referent.page.keyboard.press("Enter")
        seen.add(text_shown(referent))
    referent.page.wait_for_function(
        "known => !known.includes(document.querySelector('[data-concertia-coding]').dataset.concertiaText)",
        arg=sorted(seen),
    )
    referent.page.wait_for_load_state("networkidle")
    referent.page.unroute("**/coder/*/")
    referent.page.reload()
    assert "28 textes à coder sur 30" in referent.text
