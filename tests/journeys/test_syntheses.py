"""From a map of themes to a synthesis validated by name and a canvas with its evidence, by keyboard alone."""

import csv
import io
import re

import pytest

from tests.journeys.browser import REFERENT, says
from tests.journeys.test_collection import press, reach
from tests.voices import composed

SHAPES = [("etroit", True, "dark"), ("large", True, "light"), ("etroit", False, "light"), ("large", False, "dark")]
_made = []  # one consultation with its analysis for all these journeys: each writes a synthesis of its own


def a_table():
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(["avis", "nom", "profil"])
    writer.writerows([text, author, profile] for author, profile, text in composed(60))
    return {"name": "voix.csv", "mimeType": "text/csv", "buffer": out.getvalue().encode()}


def analysed(person):
    """A consultation whose contributions were read, by the pages that people use."""
    if _made:
        return _made[0]
    identifier = person.start("Synthèse")
    person.open(f"/espace/concertations/{identifier}/contributions/verser/")
    person.page.locator("[name=files]").set_input_files([a_table()])
    person.press("Déposer et vérifier")
    person.press(re.compile("^Verser"))
    person.open(f"/espace/concertations/{identifier}/analyse/")
    person.field("#with_encoder").uncheck()
    person.press("Analyser ces contributions")
    for _ in range(120):
        if "Analyse en cours" not in person.text:
            break
        person.page.wait_for_timeout(1000)
        person.page.goto(f"/espace/concertations/{identifier}/analyse/")
    _made.append(identifier)
    return identifier


def write(person, label, words):
    """Replace what a field holds, by keyboard."""
    reach(person, label, role="textbox")
    person.page.keyboard.press("ControlOrMeta+A")
    person.page.keyboard.press("Delete")
    person.page.keyboard.type(words)


def at_the_first_theme(person):
    """Go to a part that has quotes to read, by the list or, where it is narrow, by the choice."""
    if person.shape == "etroit":
        options = person.page.get_by_label("Aller à la partie").locator("option").all_inner_texts()
        person.page.get_by_label("Aller à la partie").select_option(label=the_fullest(options))
        press(person, "Aller")
    else:
        links = person.page.locator("nav .parts a").all_inner_texts()
        press(person, the_fullest(links).split("\n")[0], role="link")


def the_fullest(labels):
    return max(labels, key=lambda label: int((re.search(r"(\d+) à lire", label) or [0, 0])[1]))


@pytest.mark.parametrize(("shape", "script", "scheme"), SHAPES)
def test_a_synthesis_from_its_proposals_to_its_validation(people, shape, script, scheme):
    referent = people(REFERENT, shape=shape, script=script, scheme=scheme)
    identifier = analysed(referent)
    referent.open(f"/espace/concertations/{identifier}/analyse/syntheses/")
    write(referent, re.compile("^Titre"), f"Ce qui a été dit, {shape} {scheme}")
    press(referent, "Commencer")
    at_the_first_theme(referent)
    press(referent, re.compile("^Garder la proposition 1"))
    says(referent, "proposé par un programme local, relu par")
    press(referent, re.compile("^Écarter la proposition 1"))
    says(referent, "Proposition écartée")
    write(referent, re.compile("^Votre phrase"), "Ils sont # à le dire : « ». Et 300 en doutent.")
    press(referent, "Écrire, puis choisir ses sources")
    says(referent, "Cette phrase n’a ni citation ni nombre", "Aucune source")
    press(referent, "Enregistrer et choisir une citation")
    write(referent, "Mots cherchés", "introuvable")
    press(referent, "Chercher")
    says(referent, "Aucun message. Essayez d’autres mots")
    write(referent, "Mots cherchés", "")
    press(referent, "Chercher")
    press(referent, re.compile("^Citer le message"), role="link")
    first = referent.page.locator("[name=passages]").first
    if not first.is_checked():  # a message of one passage has it chosen already
        reach(referent, re.compile("."), role="checkbox")
        referent.page.keyboard.press("Space")
    press(referent, "Citer")
    says(referent, "La citation est dans la phrase")
    press(referent, "Enregistrer et écrire le nombre")
    says(referent, "Choisissez un nombre dans la liste")
    referent.field("#counted").select_option(label="personnes")
    press(referent, "Enregistrer et écrire le nombre")
    says(referent, "Le nombre 300 n’est compté nulle part.")
    words = referent.field("#text").input_value().replace(" Et 300 en doutent.", "")
    referent.field("#text").fill(words)
    press(referent, re.compile("^Enregistrer$"))
    says(referent, "La phrase est enregistrée.")
    press(referent, "Monter la phrase 2")
    press(referent, "Lire la synthèse entière", role="link")
    says(referent, "ni gardées ni écartées", "Ce qu’un programme a fait", "1 phrase a été écrite par une personne.")
    press(referent, "J’ai tout relu")
    says(referent, "propositions du programme attendent")
    press(referent, "Écarter tout ce qui n’a pas été gardé")
    press(referent, "Lire la synthèse entière", role="link")
    press(referent, "J’ai tout relu")
    page, to_read = referent.page.url, re.compile("^Relire le message n°")
    if referent.page.get_by_role("link", name=to_read).count():  # once: the journeys share these messages
        press(referent, "Valider à mon nom")
        says(referent, "pour les noms et les adresses")
    while referent.page.get_by_role("link", name=to_read).count():
        press(referent, to_read, role="link")
        press(referent, re.compile("^Relue"))
        referent.open(page)
    press(referent, "Valider à mon nom")
    says(referent, "La synthèse est validée, à votre nom.", "Validée par")
    press(referent, "Rouvrir pour modifier")
    says(referent, "de nouveau un brouillon")


@pytest.mark.parametrize(("shape", "script", "scheme"), SHAPES[1:3])
def test_two_writers_of_one_sentence(people, shape, script, scheme):
    referent = people(REFERENT, shape=shape, script=script, scheme=scheme)
    identifier = analysed(referent)
    referent.open(f"/espace/concertations/{identifier}/analyse/syntheses/")
    referent.fill({"#title": f"À deux, {shape}"})
    referent.press("Commencer")
    referent.fill({"#text": "Une phrase."})
    referent.press("Écrire, puis choisir ses sources")
    other = people(REFERENT, shape=shape, script=script, scheme=scheme)
    other.open(referent.path)
    other.fill({"#text": "La version de l’autre."})
    other.press("Enregistrer", exact=True)
    referent.fill({"#text": "La version d’ici."})
    referent.press("Enregistrer", exact=True, status=409)
    says(referent, "Rien n’a été écrasé", "La version de l’autre.")
    assert referent.field("#text").input_value() == "La version d’ici."
    press(referent, "Enregistrer la mienne")
    says(referent, "La version d’ici.")


@pytest.mark.parametrize(("shape", "script", "scheme"), SHAPES)
def test_a_theme_is_carried_into_the_canvas(people, shape, script, scheme):
    referent = people(REFERENT, shape=shape, script=script, scheme=scheme)
    identifier = analysed(referent)
    point = f"Garder un agent humain, {shape} {scheme}"
    referent.open(f"/espace/concertations/{identifier}/documenter/")
    press(referent, "Porter dans le canevas", role="link")
    referent.page.locator("table.themes tbody a").last.focus()
    with referent.page.expect_navigation():
        referent.page.keyboard.press("Enter")
    referent.look()
    press(referent, "Ajouter au canevas", status=422)
    says(referent, "Choisissez une nature.")
    referent.field("#kind").select_option(label="Point de vigilance")
    write(referent, re.compile("^Ce que le canevas dira"), point)
    referent.page.locator("[name=quotes]").first.check()
    press(referent, "Ajouter au canevas")
    says(referent, "C’est dans le canevas, avec ses preuves.", point, "Point de vigilance")
    press(referent, re.compile("^Ne plus lier"))
    says(referent, "La preuve n’est plus liée")
    assert point in referent.draft(identifier)["_sections3"][0]["points_vigilance"]
