"""From a file dropped to texts fit to be quoted, by keyboard alone, with and without script, narrow and wide."""

import re

import pytest

from tests.collection.files import TABLE, TRANSCRIPT
from tests.journeys.browser import REFERENT, expect, says

AVIS = {"name": "avis.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
SHAPES = [("etroit", True, "dark"), ("large", True, "light"), ("etroit", False, "light"), ("large", False, "dark")]


def reach(person, name, *, role="button"):
    """Go by the key « Tab » to what bears these words, as somebody without a mouse."""
    wanted = person.page.locator("main").get_by_role(role, name=name).first.element_handle()
    person.page.locator("main").focus()
    for _ in range(120):
        person.page.keyboard.press("Tab")
        if wanted.evaluate("node => node === document.activeElement"):
            return
    raise AssertionError(f"« {name} » ne s’atteint pas au clavier")


def press(person, name, *, role="button", status=200):
    reach(person, name, role=role)
    with person.page.expect_navigation():
        person.page.keyboard.press("Enter")
    return person.look(status=status)


def type_in(person, label, text):
    reach(person, label, role="textbox")
    person.page.keyboard.type(text)


def dropped(person, identifier, *files):
    person.open(f"/espace/concertations/{identifier}/contributions/verser/")
    person.page.locator("[name=files]").set_input_files(list(files))
    return press(person, "Déposer et vérifier")


@pytest.mark.parametrize(("shape", "script", "scheme"), SHAPES)
def test_from_a_file_to_a_text_fit_to_be_quoted(people, shape, script, scheme):
    referent = people(REFERENT, shape=shape, script=script, scheme=scheme)
    identifier = referent.start("Recueil")
    referent.open(f"/espace/concertations/{identifier}/recueillir/")
    press(referent, "Verser des contributions", role="link")
    press(referent, "Déposer et vérifier", status=422)
    says(referent, "Choisissez un ou plusieurs fichiers.")
    dropped(referent, identifier, AVIS)
    says(referent, "4 lignes dans le fichier = 3 lues + 1 laissée de côté", "Il n’y a pas de texte.")
    referent.page.get_by_label("Personne").select_option("aucune")
    press(referent, "Lire avec ces colonnes")
    says(referent, "3 contributions sans personne")
    press(referent, "Verser 3 contributions")
    says(referent, "3 contributions versées")
    press(referent, "Lire ces contributions", role="link")
    press(referent, "Relire avant de partager", role="link")
    says(referent, "Contributions relues : 0 sur 3")
    press(referent, "Rien à cacher")
    press(referent, "Passer", role="link")
    type_in(referent, "Mots à cacher", "Mme Inconnue")
    press(referent, "Cacher ces mots", status=422)
    says(referent, "n’est pas dans ce texte")
    referent.field("Mots à cacher").fill("m. fictif")
    press(referent, "Cacher ces mots")
    says(referent, "Demandez à […], 06 00 00 00 01")
    press(referent, "Plus rien à cacher")
    says(referent, "Mes données doivent rester ici", "Contributions relues : 2 sur 3")
    press(referent, "Rien à cacher")
    says(referent, "Tout est relu")


@pytest.mark.parametrize(("shape", "script", "scheme"), SHAPES[1:3])
def test_refused_taken_back_masked_and_shown_again(people, shape, script, scheme):
    referent = people(REFERENT, shape=shape, script=script, scheme=scheme)
    identifier = referent.start("Recueil repris")
    scan = {"name": "scan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 rien"}
    turns = {"name": "atelier.vtt", "mimeType": "text/vtt", "buffer": TRANSCRIPT.encode()}
    dropped(referent, identifier, scan, turns)
    says(referent, "2 fichiers reçus", "Ce fichier est un PDF.")
    press(referent, "scan.pdf", role="link")
    press(referent, "Retirer ce dépôt", role="link")
    press(referent, "Retirer ce dépôt")
    says(referent, "« scan.pdf » est retiré")
    press(referent, "atelier.vtt", role="link")
    says(referent, "les 3 passages lus forment 2 contributions")
    referent.page.get_by_label("Bruno").check()
    press(referent, "Relire sans les personnes cochées")
    says(referent, "Laissé de côté : animation.", "Verser 1 contribution")
    referent.page.get_by_label("Bruno").uncheck()
    press(referent, "Relire sans les personnes cochées")
    press(referent, "Verser 2 contributions")
    press(referent, "Lire ces contributions", role="link")
    press(referent, re.compile("^Contribution n°"), role="link")
    type_in(referent, "Mots à cacher", "le guichet")
    press(referent, "Cacher ces mots")
    says(referent, "je voudrais garder […].")
    press(referent, re.compile("^Ne plus cacher"))
    says(referent, "je voudrais garder le guichet.")
    press(referent, re.compile("^Masquer tout"), role="link")
    press(referent, "Masquer", status=422)
    type_in(referent, "Motif", "essai de modération")
    press(referent, "Masquer")
    says(referent, "Source masquée par la modération : essai de modération")
    press(referent, "Ne plus masquer")
    says(referent, "je voudrais garder le guichet.")
    referent.open(f"/espace/concertations/{identifier}/contributions/?q=introuvable")
    says(referent, "Aucune contribution avec ces filtres.")


def test_one_key_does_each_gesture_and_can_be_turned_off(people):
    referent = people(REFERENT)
    identifier = referent.start("Recueil au clavier")
    dropped(referent, identifier, AVIS)
    press(referent, "Verser 3 contributions")
    page = referent.page
    referent.open(f"/espace/concertations/{identifier}/contributions/relire/")
    page.keyboard.press("c")
    expect(referent.field("Mots à cacher")).to_be_focused()
    page.keyboard.type("r")  # in a field, a key is a letter
    expect(referent.field("Mots à cacher")).to_have_value("r")
    referent.field("Mots à cacher").fill("")
    page.locator("main").focus()
    page.evaluate("() => document.getSelection().selectAllChildren(document.querySelector('[data-concertia-words]'))")
    expect(referent.field("Mots à cacher")).to_have_value("Je veux parler à une personne au guichet")
    with page.expect_navigation():
        page.keyboard.press("r")
    says(referent, "Contributions relues : 1 sur 3")
    page.get_by_label(re.compile("Touches")).uncheck()
    page.locator("main").focus()
    page.keyboard.press("r")
    referent.open(f"/espace/concertations/{identifier}/contributions/relire/")
    expect(page.get_by_label(re.compile("Touches"))).not_to_be_checked()
    says(referent, "Contributions relues : 1 sur 3")
