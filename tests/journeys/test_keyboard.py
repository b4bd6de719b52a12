"""Without a mouse: every control is reached by Tab, seen when reached, worked by keys."""

import pytest

from tests.journeys.browser import PASSWORD, REFERENT, expect, focus_is_visible, identifier_in, says

FAR = 160


def tab_to(person, locator, *, keys="Tab"):
    """Press Tab until this control has the focus; wherever it stops on the way, one sees where it is."""
    page = person.page
    target = locator.first.element_handle()
    for _ in range(FAR):
        page.keyboard.press(keys)
        place = focus_is_visible(page)
        assert place["ok"], f"{person.path} ({person.shape}) : on ne voit pas où est le clavier : {place['name']}"
        if page.evaluate("node => document.activeElement === node", target):
            return
    raise AssertionError(f"{person.path} : jamais atteint au clavier : {locator}")


def enter(person):
    with person.page.expect_navigation():
        person.page.keyboard.press("Enter")
    person.look()


@pytest.fixture
def person(people, shape):
    return people(shape=shape)


def test_skip_link_leads_to_the_content(person):
    person.page.goto("/concertations/VAL-01/")
    person.page.keyboard.press("Tab")
    skip = person.page.get_by_role("link", name="Aller au contenu")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    assert focus_is_visible(person.page)["ok"]
    person.page.keyboard.press("Enter")
    assert person.page.evaluate("() => document.activeElement.id") == "contenu"
    tab_to(person, person.page.locator("main a"))


def test_from_signing_in_to_publishing_with_the_keyboard_alone(person):
    page, keyboard = person.page, person.page.keyboard
    person.page.goto("/")
    tab_to(person, page.get_by_role("link", name="Se connecter"))
    enter(person)
    tab_to(person, person.field("E-mail"))
    keyboard.type(REFERENT)
    tab_to(person, person.field("Mot de passe"))
    keyboard.type(PASSWORD)
    enter(person)
    tab_to(person, page.get_by_role("link", name="Créer une concertation"))
    enter(person)
    tab_to(person, person.field("#title"))
    keyboard.type("Au clavier")
    enter(person)
    identifier = identifier_in(person.path)
    tab_to(person, page.get_by_role("link", name="Documenter"))
    enter(person)
    tab_to(person, page.get_by_role("link", name="Remplir le canevas"))
    enter(person)
    _fill(person)
    tab_to(person, page.get_by_role("button", name="Enregistrer", exact=True))
    enter(person)
    says(person, "Le canevas est enregistré.", "11 champs requis sur 11 remplis")
    assert person.draft(identifier)["_sections3"][0]["propositions"] == "1. Former les agents\n2. Ouvrir un guichet"
    tab_to(person, page.get_by_role("link", name="Documenter"), keys="Shift+Tab")
    enter(person)
    tab_to(person, page.get_by_role("link", name="Publier"))
    enter(person)
    tab_to(person, page.get_by_role("button", name="Publier"))
    enter(person)
    assert person.path == f"/concertations/{identifier}/"
    says(person, "Version 1 publiée.")


def _fill(person):
    page, keyboard = person.page, person.page.keyboard
    for name, text in (("referent_email", "moi@exemple.example"), ("planned_start", "03/03/2025")):
        tab_to(person, person.field(f"#{name}"))
        keyboard.type(text)
    tab_to(person, page.get_by_label("agents", exact=True))
    keyboard.press("Space")
    tab_to(person, person.field("#objectives"))
    keyboard.type("Écouter.")
    tab_to(person, page.get_by_label("tirage au sort", exact=True))
    keyboard.press("Space")
    tab_to(person, person.field("#subject"))
    keyboard.type("L’IA au guichet ?")
    for ending, text in (("planned_end", "30/06/2025"), ("participants", "12")):
        tab_to(person, page.locator(f"[name$='-{ending}']"))
        keyboard.type(text)
    tab_to(person, page.locator("textarea[name*='-diagnostics-']"))
    keyboard.type("Outils mal connus")
    tab_to(person, page.locator("textarea[name*='-propositions-']"))
    keyboard.type("Former les agents")
    tab_to(person, page.locator("#champ-propositions-0").get_by_role("button", name="Ajouter une ligne"))
    keyboard.press("Enter")
    expect(page.locator("textarea[name*='-propositions-']").last).to_be_focused()
    keyboard.type("Ouvrir un guichet")
