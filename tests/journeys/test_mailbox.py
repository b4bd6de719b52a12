"""The national team drops what its mailbox received; each canvas goes to its territory, or aside with a reason."""

import re
import time

import pytest
from playwright.sync_api import Error

from tests.journeys.browser import NATIONAL, OTHER_REFERENT, REFERENT, expect, says
from tests.journeys.canvases import document, upload

PHOTO = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8
VAL, MONTBRUN = "CC du Val Fleuri", "Montbrun-sur-Ize"
NEITHER = "Syndicat fictif des Trois Ponts"


def drop(team, files):
    team.open("/espace/")
    team.follow("Ouvrir la boîte")
    team.page.get_by_label("Canevas reçus par courriel").set_input_files(files)
    with team.page.expect_navigation():
        team.page.get_by_role("button", name="Déposer et lire").click()


def entry(team, name):
    return team.page.locator("ul.list > li", has=team.page.get_by_role("heading", name=name, exact=True))


def choose(team, name, words):
    with team.page.expect_navigation():
        entry(team, name).get_by_role("link", name=words).click()
    team.look()


def queue_length(team):
    """What already waits there: the journeys share one installation, and come in any order."""
    team.open("/espace/boite/")
    found = re.search(r"À rattacher \((\d+)\)", team.page.inner_text("main"))
    return int(found[1]) if found else 0


def counts_seen(team, total):
    """The numbers of canvases read that the page shows, as they come, until the reading is over."""
    seen, deadline = [], time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            said = team.page.evaluate("() => document.querySelector('#avancement')?.innerText || ''")
        except Error:  # the page is loading again: the reading is over
            continue
        if found := re.search(r"Canevas lus.*?(\d+) sur (\d+)", said.replace("\n", " ")):
            assert int(found[2]) == total
            if not seen or seen[-1] != int(found[1]):
                seen.append(int(found[1]))
        elif seen:
            return seen
        team.page.wait_for_timeout(200)
    raise AssertionError(f"la lecture n’a pas fini en deux minutes : {seen}")


def test_thirty_canvases_are_dropped_at_once_and_attached(people):
    team = people(NATIONAL, shape="large")
    names = [VAL, MONTBRUN, NEITHER, *(f"Commune fictive n° {rank}" for rank in range(4, 30))]
    files = [
        upload(f"canevas-{rank:02}.docx", document(name, objectifs=f"Objectif de {name}."))
        for rank, name in enumerate(names, 1)
    ]
    waiting = queue_length(team)
    drop(team, [*files, upload("canevas-30.docx", PHOTO)])
    seen = counts_seen(team, 30)
    assert any(0 < count < 30 for count in seen), f"l’avancement n’a pas été montré : {seen}"
    assert seen == sorted(seen)
    expect(team.page.get_by_role("heading", name=f"À rattacher ({waiting + 29})")).to_be_visible()
    team.look()
    says(team, "Refusés ou écartés")
    refusal = entry(team, "canevas-30.docx").inner_text()
    assert re.search(r"[a-zé].*\.$", refusal)
    _attach(team, "canevas-01.docx", guess="Communauté de communes du Val Fleuri", code="")
    _attach(team, "canevas-02.docx", guess="Ville de Montbrun-sur-Ize", code="")
    _attach_by_hand(team)
    _discard(team)
    expect(team.page.get_by_role("heading", name=f"À rattacher ({waiting + 25})")).to_be_visible()
    _the_territories_find_them(people)


def _attach(team, name, *, guess, code):
    choose(team, name, "Rattacher")
    says(team, f"Territoire proposé : {guess}. À vous de confirmer.")
    assert team.field("#territory").locator("option:checked").inner_text() == guess
    assert team.field("#short_code").input_value() == code
    team.press("Rattacher", exact=True)
    says(team, f"est rattaché à {guess}.")


def _attach_by_hand(team):
    choose(team, "canevas-03.docx", "Rattacher")
    says(team, NEITHER, "Aucun territoire n’a ce nom ici : choisissez-le.")
    engaged = team.field("#territory").locator("option").all_inner_texts()
    chosen = next(name for name in engaged[1:] if "Val Fleuri" not in name and "Montbrun" not in name)
    team.field("#territory").select_option(label=chosen)
    team.fill({"#title": "Une concertation reçue par courriel", "#short_code": "ESSAI"})
    team.press("Rattacher", exact=True)
    says(team, "est rattaché à")


def _discard(team):
    choose(team, "canevas-04.docx", "Écarter")
    team.press("Écarter ce document")
    says(team, "Motif : dites pourquoi ce document est écarté.")
    team.fill({"#reason": "Doublon du numéro 5."})
    team.press("Écarter ce document")
    expect(entry(team, "canevas-04.docx")).to_contain_text("Doublon du numéro 5.")


def _the_territories_find_them(people):
    for mail, name in ((REFERENT, VAL), (OTHER_REFERENT, MONTBRUN)):
        referent = people(mail, shape="etroit")
        referent.open("/espace/")
        item = referent.page.locator("ul.list > li", has_text=f"Concertation — {name}").first
        expect(item).to_contain_text("1 document à relire")
        item.get_by_role("link").click()
        referent.look()
        referent.open(referent.path.rstrip("/") + "/documenter/")
        referent.follow(re.compile(r"canevas-0[12]\.docx"))
        assert referent.field("#objectives").input_value() == f"Objectif de {name}."


def test_without_script_the_queue_is_followed_by_reloading(people):
    team = people(NATIONAL, shape="etroit", script=False)
    drop(team, [upload(f"sans-script-{rank}.docx", document(f"Commune sans script {rank}")) for rank in (1, 2, 3)])
    team.look()
    deadline = time.monotonic() + 60
    while team.page.get_by_role("link", name="Actualiser").count():
        assert time.monotonic() < deadline
        with team.page.expect_navigation():
            team.page.get_by_role("link", name="Actualiser").click()
    team.look()
    for rank in (1, 2, 3):
        expect(entry(team, f"sans-script-{rank}.docx")).to_contain_text(f"Commune sans script {rank}")


@pytest.mark.parametrize("script", [True, False], ids=["script", "sans-script"])
def test_dropping_nothing_says_what_to_do(people, script):
    team = people(NATIONAL, shape="etroit", script=script)
    team.open("/espace/boite/")
    team.press("Déposer et lire")
    says(team, "Aucun fichier : choisissez un ou plusieurs documents .docx ou .odt.")


def test_the_queue_is_closed_to_territories(people):
    referent = people(REFERENT, shape="etroit")
    referent.open("/espace/boite/", status=403)
    says(referent, "Votre rôle ne permet pas cette action.")
