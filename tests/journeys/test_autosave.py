"""What is typed in the canvas is never lost: by itself, without network, without session, against somebody else."""

import re

import pytest

from tests.journeys.browser import EDITOR, REFERENT, expect, says

SAVED = re.compile(r"Enregistré à \d\d:\d\d:\d\d\.$")
TYPED = "Ce que les habitants attendent, dit à voix haute."
SESSION = "sessionid"


def status(person):
    return person.page.locator("[data-concertia-status]")


def open_canvas(person, identifier):
    person.page.goto(f"/espace/concertations/{identifier}/canevas/")


@pytest.fixture
def referent(people, shape):
    return people(REFERENT, shape=shape)


@pytest.fixture
def identifier(referent):
    identifier = referent.start("Enregistrement")
    open_canvas(referent, identifier)
    return identifier


def test_typing_is_saved_without_pressing(referent, identifier):
    referent.fill({"#objectives": TYPED})
    expect(status(referent)).to_have_text(SAVED)
    proposition = referent.page.locator("textarea[name*='-propositions-']")
    proposition.first.fill("Former les agents")
    referent.page.locator("#champ-propositions-0").get_by_role("button", name="Ajouter une ligne").click()
    expect(proposition.last).to_be_focused()
    referent.page.keyboard.type("Ouvrir un guichet")
    with referent.page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        pass
    assert answer.value.status == 200
    referent.look()
    draft = referent.draft(identifier)
    assert draft["objectifs"] == TYPED
    assert draft["_sections3"][0]["propositions"] == "1. Former les agents\n2. Ouvrir un guichet"
    open_canvas(referent, identifier)
    assert referent.warned_before_leaving == 0
    assert referent.page.locator("[data-concertia-restore]").is_hidden()


def test_wrong_date_is_shown_beside_its_field_and_the_rest_is_saved(referent, identifier):
    referent.fill({"#planned_start": "31/02/2025", "#objectives": TYPED})
    expect(status(referent)).to_contain_text("sauf 1 champ à corriger")
    date = referent.field("#planned_start")
    expect(date).to_have_attribute("aria-invalid", "true")
    expect(date.locator("xpath=preceding-sibling::p[1]")).to_contain_text("Cette date n’existe pas")
    described = date.get_attribute("aria-describedby").split()
    assert f"{date.get_attribute('id')}_helptext" in described, "l’aide du champ n’est plus lue avec son erreur"
    referent.look()
    assert referent.draft(identifier)["objectifs"] == TYPED
    assert referent.draft(identifier)["date_debut_prevue"] is None
    date.fill("28/02/2025")
    expect(status(referent)).to_have_text(SAVED)
    assert date.get_attribute("aria-invalid") is None
    referent.look()
    assert referent.draft(identifier)["date_debut_prevue"] == "28/02/2025"


def test_lost_connection_keeps_the_text_then_sends_it(referent, identifier):
    referent.context.set_offline(True)
    referent.fill({"#objectives": TYPED})
    expect(status(referent)).to_contain_text("Connexion perdue")
    referent.forgive("ERR_INTERNET_DISCONNECTED")
    assert referent.field("#objectives").input_value() == TYPED
    referent.context.set_offline(False)
    expect(status(referent)).to_have_text(SAVED)
    referent.look()
    assert referent.draft(identifier)["objectifs"] == TYPED


def test_text_typed_without_network_survives_a_closed_tab(referent, identifier):
    referent.context.set_offline(True)
    referent.fill({"#objectives": TYPED})
    expect(status(referent)).to_contain_text("Connexion perdue")
    referent.page.close()
    referent.context.set_offline(False)
    referent.forgive("ERR_INTERNET_DISCONNECTED")
    referent.open_tab()
    open_canvas(referent, identifier)
    assert referent.field("#objectives").input_value() == ""
    referent.look()
    says(referent, "Cet appareil garde une saisie du")
    referent.press("La reprendre et l’enregistrer")
    assert referent.field("#objectives").input_value() == TYPED
    assert referent.draft(identifier)["objectifs"] == TYPED
    assert referent.page.locator("[data-concertia-restore]").is_hidden()


def test_answer_lost_after_saving_is_no_conflict_with_oneself(referent, identifier):
    """The server wrote, the network died before it said so: the next save goes through."""

    def lose_the_answer(route):
        if route.request.method != "POST":
            return route.continue_()
        route.fetch()
        return route.abort("connectionreset")

    referent.page.route("**/canevas/", lose_the_answer)
    referent.fill({"#objectives": TYPED})
    expect(status(referent)).to_contain_text("Connexion perdue")
    referent.forgive("ERR_CONNECTION_RESET")
    referent.page.unroute("**/canevas/")
    referent.fill({"#subject": "Et le guichet ?"})
    expect(status(referent)).to_have_text(SAVED)
    assert referent.draft(identifier)["sujet_evolution"] == "Et le guichet ?"


def test_expired_session_says_so_and_gives_the_text_back(referent, identifier):
    referent.context.clear_cookies(name=SESSION)
    referent.fill({"#objectives": TYPED})
    expect(status(referent)).to_contain_text("Votre session a expiré. Votre saisie est gardée sur cet appareil.")
    referent.forgive("status of 401")
    referent.look()
    referent.follow("Se reconnecter")
    assert referent.warned_before_leaving == 0, "la page propose un lien puis déconseille de le suivre"
    referent.sign_in(REFERENT, at="")
    assert referent.path == f"/espace/concertations/{identifier}/canevas/"
    says(referent, "Cet appareil garde une saisie du")
    referent.press("La reprendre et l’enregistrer")
    assert referent.field("#objectives").input_value() == TYPED
    assert referent.draft(identifier)["objectifs"] == TYPED


def test_conflict_overwrites_nothing(people, referent, identifier, shape):
    editor = people(EDITOR, shape=shape)
    open_canvas(editor, identifier)
    editor.fill({"#objectives": "Ce que le rédacteur a écrit."})
    expect(status(editor)).to_have_text(SAVED)
    referent.fill({"#subject": TYPED})
    expect(status(referent)).to_contain_text("Rédacteur fictif a enregistré ce canevas depuis que vous l’avez ouvert")
    referent.forgive("status of 409")
    referent.look()
    assert referent.field("#subject").input_value() == TYPED
    assert referent.draft(identifier)["objectifs"] == "Ce que le rédacteur a écrit."
    assert referent.draft(identifier)["sujet_evolution"] is None
    # Opening the page again offers the text; taking it back may not erase the other person's.
    open_canvas(referent, identifier)
    referent.look()
    says(referent, "Cet appareil garde une saisie du")
    with referent.page.expect_navigation():
        referent.page.get_by_role("button", name="La reprendre").click()
    assert referent.draft(identifier)["objectifs"] == "Ce que le rédacteur a écrit."
    assert referent.field("#subject").input_value() == TYPED


@pytest.mark.parametrize("shape", ["etroit", "large"])
def test_without_script_an_expired_session_gives_the_text_back(people, shape):
    referent = people(REFERENT, shape=shape, script=False)
    identifier = referent.start("Sans script")
    referent.open(f"/espace/concertations/{identifier}/canevas/")
    referent.fill({"#objectives": TYPED, "#planned_start": "31/02/2025"})
    referent.context.clear_cookies(name=SESSION)
    referent.press("Enregistrer", exact=True)
    says(referent, "Votre session a expiré. Votre saisie est gardée : reconnectez-vous pour la retrouver.")
    referent.sign_in(REFERENT, at="")
    assert referent.path == f"/espace/concertations/{identifier}/canevas/"
    says(referent, "voici votre saisie telle que vous l’aviez laissée")
    assert referent.field("#objectives").input_value() == TYPED
    assert referent.field("#planned_start").input_value() == "31/02/2025"
    assert referent.draft(identifier)["objectifs"] is None
    referent.fill({"#planned_start": "28/02/2025"})
    referent.press("Enregistrer", exact=True)
    says(referent, "Le canevas est enregistré.")
    assert referent.draft(identifier)["objectifs"] == TYPED


def test_without_script_the_kept_text_is_for_nobody_else(people):
    referent = people(REFERENT, shape="large", script=False)
    identifier = referent.start("Poste partagé")
    referent.page.goto(f"/espace/concertations/{identifier}/canevas/")
    referent.fill({"#objectives": TYPED})
    referent.context.clear_cookies(name=SESSION)
    referent.press("Enregistrer", exact=True)
    referent.sign_in(EDITOR, at="")
    assert referent.path == f"/espace/concertations/{identifier}/canevas/"
    assert referent.field("#objectives").input_value() == ""


def test_without_script_a_conflict_overwrites_nothing(people):
    referent, editor = people(REFERENT, shape="etroit", script=False), people(EDITOR, shape="etroit", script=False)
    identifier = referent.start("À deux")
    for person in (referent, editor):
        person.page.goto(f"/espace/concertations/{identifier}/canevas/")
    editor.fill({"#objectives": "Ce que le rédacteur a écrit."})
    editor.press("Enregistrer", exact=True)
    referent.fill({"#objectives": TYPED})
    referent.press("Enregistrer", exact=True, status=409)
    says(referent, "Rédacteur fictif a enregistré ce canevas depuis que vous l’avez ouvert.", "Rien n’a été écrasé")
    assert referent.field("#objectives").input_value() == TYPED
    referent.press("Enregistrer", exact=True, status=409)
    assert referent.draft(identifier)["objectifs"] == "Ce que le rédacteur a écrit."
