"""From contributions to a map that people have made theirs, by keyboard alone, with and without script."""

import re
import time

import pytest

from tests.journeys.browser import REFERENT, says
from tests.journeys.test_collection import SHAPES, dropped, press, type_in
from tests.voices import composed

ROWS = "".join(f"{author};{profile};{text.replace(';', ',')}\n" for author, profile, text in composed(90))
TABLE = {"name": "voix.csv", "mimeType": "text/csv", "buffer": f"auteur;profil;contribution\n{ROWS}".encode()}
PATIENCE = 120  # seconds for a job of a few, on a busy machine


def analysed(person, identifier):
    """Wait for the worker as somebody who reloads the page."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        person.page.goto(f"/espace/concertations/{identifier}/analyse/")
        if "à leur place" in person.text and "Analyse en cours" not in person.text:
            return person.look()
        time.sleep(1)
    raise AssertionError(person.text)


@pytest.mark.parametrize(("shape", "script", "scheme"), SHAPES)
def test_from_contributions_to_a_map_that_people_have_made_theirs(people, shape, script, scheme):
    referent = people(REFERENT, shape=shape, script=script, scheme=scheme)
    identifier = referent.start("Analyse")
    referent.open(f"/espace/concertations/{identifier}/analyse/")
    says(referent, "Rien à analyser encore")
    dropped(referent, identifier, TABLE)
    press(referent, re.compile("^Verser"))
    referent.open(f"/espace/concertations/{identifier}/analyser/")
    press(referent, "Commencer l’analyse", role="link")
    press(referent, "Analyser ces contributions")
    analysed(referent, identifier)
    says(referent, "Nom proposé par un programme local, à relire")
    press(referent, "Renommer, fusionner ou ranger", role="link")
    type_in(referent, "Nom du thème", "Garder un humain")
    press(referent, "Renommer")
    says(referent, "C’est fait", "Garder un humain", "Nommé par")
    press(referent, re.compile("^Les? messages?, tel"), role="link")
    referent.page.locator("main input[type=checkbox]").first.check()
    type_in(referent, "Nom du thème", "À part")
    press(referent, "En faire un nouveau thème")
    says(referent, "« À part » séparé de « Garder un humain » (1 message)")
    referent.open(f"/espace/concertations/{identifier}/analyse/")
    press(referent, re.compile("Commencer la lecture|Continuer la lecture"), role="link")
    press(referent, re.compile("^J’ai lu"))
    says(referent, "lu par")
    press(referent, "Thèmes", role="link")
    press(referent, "Voir et annuler", role="link")
    press(referent, "Annuler ce geste")
    says(referent, "Annulé :", "annulé par")


def test_the_pages_of_an_analysis_read_well(people, shape):
    referent = people(REFERENT, shape=shape)
    identifier = referent.start("Analyse lue")
    dropped(referent, identifier, TABLE)
    press(referent, re.compile("^Verser"))
    referent.open(f"/espace/concertations/{identifier}/analyse/")
    press(referent, "Analyser ces contributions")
    analysed(referent, identifier)
    run = referent.page.get_by_role("link", name="fiche d’exécution").get_attribute("href").rsplit("/", 2)[0]
    for page in ("campagnes/", "ecartees/", "gestes/", "fiche/", "themes/creer/"):
        referent.open(f"{run}/{page}")
    referent.open(f"/espace/concertations/{identifier}/analyse/contexte/")
    says(referent, "Rien à analyser encore")
