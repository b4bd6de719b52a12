"""Criteria of the RGAA on forms and on what changes by itself, tried in a browser."""

import re

import pytest

from tests.journeys.addresses import pages_of
from tests.journeys.browser import NATIONAL, REFERENT, plain
from tests.journeys.test_rgaa import each_page

UNGROUPED = """() => {
  const wrong = [], names = new Map();
  for (const node of document.querySelectorAll('main input[type=radio], main input[type=checkbox]'))
    names.set(node.name, [...(names.get(node.name) || []), node]);
  for (const [name, nodes] of names) {
    if (nodes.length < 2) continue;
    const groups = new Set(nodes.map(node => node.closest('fieldset, [role=group], [role=radiogroup]')));
    const group = [...groups][0];
    const legend = group && (group.querySelector(':scope > legend')?.textContent || group.getAttribute('aria-label')
      || document.getElementById(group.getAttribute('aria-labelledby'))?.textContent);
    if (groups.size !== 1 || !legend || !legend.trim()) wrong.push(name);
  }
  for (const node of document.querySelectorAll('fieldset'))
    if (!node.querySelector(':scope > legend')?.textContent.trim()) wrong.push(`fieldset ${node.id || node.className}`);
  return wrong;
}"""


@pytest.mark.parametrize("who", ["", REFERENT, NATIONAL], ids=["public", "referente", "equipe"])
def test_11_5_11_6_choices_are_grouped_under_a_legend(people, who):
    person = people(who)
    for address in each_page(person, who):
        assert (address, person.page.evaluate(UNGROUPED)) == (address, [])


REQUIRED = """() => [...document.querySelectorAll('main form[method=post] :is(input, textarea, select)')]
  .filter(node => node.required && node.type !== 'hidden' && node.checkVisibility())
  .filter(node => {
    const legend = node.closest('fieldset')?.querySelector('legend')?.textContent || '';
    const label = [...node.labels].map(one => one.textContent).join(' ') + legend;
    return !/obligatoire|requis/.test(label);
  }).map(node => node.name)"""
FAULTS = """() => [...document.querySelectorAll('main [aria-invalid=true]')].map(node => ({
  name: node.name,
  told: (node.getAttribute('aria-describedby') || node.closest('fieldset')?.getAttribute('aria-describedby') || '')
    .split(/ +/).map(id => document.getElementById(id)).filter(found => found && found.matches('.error'))
    .map(found => found.textContent.trim()).join(' '),
}))"""
EXAMPLE = re.compile(r"exemple|JJ/MM/AAAA|https://|au moins|De \d|\d")
# A form by its address and who fills it: what is wrongly typed in it, each field with what no format allows.
WRONG = (
    ("", "/accessibilite/signaler/", {"email": "pas une adresse"}, "Envoyer le signalement"),
    ("", "/territoires/VAL/ecrire/", {"email": "pas une adresse"}, "Envoyer"),
    ("", "/engager/autre/", {"email": "pas une adresse"}, ""),
    ("", "/compte/connexion/", {"login": "pas une adresse"}, "Se connecter"),
    (NATIONAL, "/espace/accessibilite/", {"audited_on": "31/02/2025", "applicable": "beaucoup"}, "Enregistrer l’audit"),
    (REFERENT, "/espace/concertations/VAL-02/cadre/", {"answer_due": "demain"}, ""),
    (REFERENT, "/espace/territoires/VAL/inviter/", {"email": "pas une adresse"}, ""),
    (REFERENT, "/espace/territoires/VAL/mandat/", {"email": "x", "mandate_ends_on": "demain"}, ""),
    (REFERENT, "/espace/territoires/VAL/enregistrer-signature/", {"signed_on": "demain"}, ""),
)


@pytest.mark.parametrize(("who", "address", "typed", "button"), WRONG, ids=[row[1] for row in WRONG])
def test_11_10_11_11_required_fields_say_so_and_errors_are_told_with_an_example(people, who, address, typed, button):
    person = people(who)
    page = person.page
    page.goto(address)
    assert page.evaluate(REQUIRED) == []
    form = page.locator("main form[method=post]:visible").first
    form.evaluate("node => { node.noValidate = true; }")
    for name, text in typed.items():
        field = form.locator(f"[name='{name}']")
        field.evaluate("node => { if (node.type === 'number' || node.type === 'email') node.type = 'text'; }")
        field.fill(text)
    with page.expect_navigation():
        (form.get_by_role("button", name=button) if button else form.locator("button")).last.click()
    faults = {fault["name"]: plain(fault["told"]) for fault in page.evaluate(FAULTS)}
    assert set(typed) <= set(faults), faults
    assert [name for name, told in faults.items() if not told] == []
    for name in typed:
        assert EXAMPLE.search(faults[name]), f"{address} {name} : {faults[name]}"
    person.look(status=person.seen.answer.status)


def test_11_12_what_was_sent_can_be_changed_and_taken_back(people):
    """A published text is corrected by a new version, or withdrawn after a page that asks to confirm with a reason."""
    referent = people(REFERENT)
    identifier = referent.start("À reprendre")
    referent.open(f"/espace/concertations/{identifier}/cadre/")
    referent.fill({"#decider": "Le conseil."})
    referent.page.locator("main form[method=post] button").last.click()
    referent.open(f"/espace/concertations/{identifier}/cadre/")
    assert referent.field("#decider").input_value() == "Le conseil."
    referent.fill({"#decider": "Le bureau."})
    referent.page.locator("main form[method=post] button").last.click()
    referent.open(f"/espace/concertations/{identifier}/cadre/")
    assert referent.field("#decider").input_value() == "Le bureau."
    for form, asks in (
        ("/espace/concertations/VAL-01/retirer/", "motif"),
        ("/espace/territoires/VAL/retirer-signature/", "motif"),
    ):
        referent.open(form)
        assert asks in referent.text.casefold()
        assert referent.page.locator("main form[method=post] button").count() == 1
        assert referent.page.locator("main a[href]").count() >= 1, "un chemin pour renoncer"


CHANGES = """() => {
  window.unread = [];
  new MutationObserver(changes => changes.forEach(change => {
    const node = change.target.nodeType === 1 ? change.target : change.target.parentElement;
    if (!node || !node.closest || !node.textContent.trim()) return;
    const isField = node.closest('[data-concertia-row], textarea, select, option, [data-concertia-error]');
    const isRead = node.closest('[role=status], [role=alert], [aria-live]');
    if (!isField && !isRead) window.unread.push(node.outerHTML.slice(0, 160));
  })).observe(document.querySelector('main'), { subtree: true, childList: true, characterData: true });
}"""


def test_7_5_what_changes_by_itself_is_read_out(people):
    """While one types in the canvas, the sentence that says what is saved changes: in a place that is read out."""
    referent = people(REFERENT)
    identifier = referent.start("Enregistré seul")
    referent.page.goto(f"/espace/concertations/{identifier}/canevas/")
    referent.page.evaluate(CHANGES)
    referent.field("#objectives").fill("Écouter.")
    referent.page.wait_for_function(
        "() => /enregistr/i.test(document.querySelector('[role=status]')?.textContent || '')"
    )
    assert referent.page.evaluate("() => window.unread") == []
    referent.open(f"/espace/concertations/{identifier}/cadre/")
    referent.fill({"#decider": "Le conseil."})
    with referent.page.expect_navigation():
        referent.page.locator("main form[method=post] button").last.click()
    told = referent.page.locator(".messages")
    assert told.count() == 0 or told.first.evaluate("node => !!node.closest('[role=status]')")


def test_the_lists_of_pages_are_not_empty(people):
    assert len(pages_of(people())) > 20
