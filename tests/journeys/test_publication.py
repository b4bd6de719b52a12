"""All of what a person can do: from a filled Word canvas to a public record, compared, taken down."""

import json
import re
from collections import Counter

import pytest

from concertia.engine.canvas.fields import BY_KEY
from concertia.engine.canvas.reader import read
from tests.journeys.browser import REFERENT, create, expect, plain, publish, says
from tests.journeys.canvases import answers, document, read_again, stranger, upload, words_of

THREE, HALF = "parkings-trois-sections.docx", "maison-sante-a-moitie.docx"
BADGES = {"lu": "lu", "a_confirmer": "à confirmer", "non_trouve": "non trouvé"}
ENGINE_CODE = re.compile(r"\b[a-z_]+\.[a-z_]+ \{")
FORMATS = {"docx": "Word (.docx)", "odt": "LibreOffice (.odt)", "pdf": "PDF", "json": re.compile("JSON|[.]json")}


def readings_are_shown(person, data, name):
    """Beside each field of each section: its status, the words read and their place; nothing else."""
    reading = read(data, name)
    notes = person.page.locator(".reading")
    expect(notes).to_have_count(len(reading.fields))
    shown = [plain(text) for text in notes.all_inner_texts()]
    statuses = Counter(next(badge for badge in BADGES.values() if text.startswith(badge)) for text in shown)
    assert statuses == Counter(BADGES[line.status.value] for line in reading.fields)
    for line, text in zip(reading.fields, shown, strict=True):
        assert text.startswith(BADGES[line.status.value]), (line, text)
        assert not ENGINE_CODE.search(text), f"code interne montré : {text}"
        if line.status.value == "a_confirmer":
            assert plain(line.text) in text, (line, text)
        if line.status.value != "non_trouve":
            assert re.search(r"[Pp]aragraphe \d+|[Tt]ableau \d+, ligne \d+", text), (line, text)
    return reading


@pytest.mark.parametrize(
    ("shape", "script", "scheme"), [("etroit", True, "light"), ("large", False, "dark")], ids=["script", "sans-script"]
)
def test_filled_canvas_becomes_a_published_record(people, shape, script, scheme):
    referent = people(shape=shape, script=script, scheme=scheme)
    identifier = _drop(referent, script)
    own = _complete(referent, identifier)
    publish(referent, identifier)
    says(referent, "Version 1 publiée. Elle est lisible par tout le monde.")
    reader = people(shape=shape, script=script, scheme=scheme)
    reader.open(f"/concertations/{identifier}/")
    _public_page_tells_all_but_names(reader, identifier)
    _public_documents(reader, own)
    _second_version(referent, reader, identifier)
    _take_down(referent, reader, identifier)


def _drop(referent, script):
    """Home, sign in, create with the document that somebody else filled; what was read stands beside the form."""
    referent.open("/")
    referent.follow("Se connecter")
    referent.sign_in(REFERENT, at="")
    data = stranger(THREE)
    question = "Que peut voir une caméra de parking ?"
    identifier = create(referent, "Caméras et parkings", name=THREE, data=data, question=question)
    assert re.fullmatch(rf"/espace/concertations/{identifier}/documents/\d+/", referent.path)
    reading = readings_are_shown(referent, data, THREE)
    keys = {line.key for line in reading.fields}
    assert keys == set(BY_KEY)
    assert len(keys) == 19
    assert reading.results == 3
    expect(referent.page.locator("section.card h3")).to_have_text(["Résultats 1", "Résultats 2", "Résultats 3"])
    propositions = [part["propositions"].split("\n") for part in answers(THREE)["_sections3"]]
    for rank, expected in enumerate(propositions, 1):
        section = referent.page.get_by_label(f"Résultats {rank}", exact=True)
        rows = section.locator("textarea[name*='-propositions-']")
        typed = [row.input_value() for row in rows.all()]
        assert typed == [*expected, ""], "chaque proposition est une ligne, suivie d’une ligne vide"
    brakes = referent.page.locator("select[name*='-diagnostics-']")
    assert brakes.first.locator("option:checked").inner_text() == "frein"
    return identifier


def _complete(referent, identifier):
    """Complete what is missing, add a speaker who agrees, say that all is read; then carry the draft away."""
    second = referent.page.get_by_label("Résultats 2", exact=True)
    second.locator("[name$='-sessions_count']").fill("2")
    second.locator("[name$='-follow_up']").fill("Réponse écrite avant l’été.")
    speakers = referent.page.locator("#champ-intervenants-0")
    if referent.script:
        speakers.get_by_role("button", name="Ajouter une ligne").click()
    row = speakers.get_by_role("group", name=re.compile("^Avez-vous")).last
    row.get_by_label("Nom", exact=True).fill("Ana Fictive")
    row.get_by_label("Profession").fill("juriste")
    row.get_by_label("Accepte que son nom soit publié").check()
    referent.press("J’ai tout relu")
    assert referent.path == f"/espace/concertations/{identifier}/documenter/"
    says(referent, "Relecture terminée", "11 sur 11")
    carried = {extension: referent.download(label)[1] for extension, label in FORMATS.items()}
    own = json.loads(carried["json"])
    for extension in ("docx", "odt"):
        assert read_again(carried[extension], f"x.{extension}") == own, extension
    assert own["personne_referente"] == "concertations@metropole-trois-rivieres.example"
    assert "Nora Steiner" in own["intervenants"]
    assert own["_sections3"][1]["nb_sequences"] == "2 séances"
    assert carried["pdf"].startswith(b"%PDF-1.7")
    return own


def _public_page_tells_all_but_names(reader, identifier):
    says(
        reader,
        "Que peut voir une caméra de parking ?",
        "Effacer les images après une heure",
        f"{identifier}-P01",
        f"{identifier}-P05",
        "Réponse écrite avant l’été.",
        "Ana Fictive, juriste",
        "Participants, résultats 3",
        "Peur du fichage des plaques",
    )
    whole = reader.page.content()
    for secret in ("Nora", "Steiner", "concertations@metropole-trois-rivieres.example"):
        assert secret not in whole, secret


def _public_documents(reader, own):
    names = {extension: reader.download(label) for extension, label in FORMATS.items()}
    for extension, (name, data) in names.items():
        assert re.fullmatch(rf"[A-Z]+-\d+-v1\.{extension}", name)
        words = words_of(data, extension)
        assert "Effacer les images après une heure" in words, extension
        for secret in ("Nora", "Steiner", "concertations@"):
            assert secret not in words, f"{secret} dans le .{extension} public"
    for extension in ("docx", "odt"):
        again = read_again(names[extension][1], f"x.{extension}")
        assert "Ana Fictive" in again["intervenants"]
        assert again["personne_referente"] is None
        hidden = ("personne_referente", "intervenants")
        assert {k: v for k, v in again.items() if k not in hidden} == {k: v for k, v in own.items() if k not in hidden}


def _second_version(referent, reader, identifier):
    """Change a word, say why, publish; anyone sees the two columns."""
    referent.open(f"/espace/concertations/{identifier}/canevas/")
    objectives = referent.field("#objectives")
    before = objectives.input_value()
    objectives.fill(before.replace("règles", "principes"))
    referent.press("Enregistrer", exact=True)
    says(referent, "Le canevas est enregistré.")
    referent.open(f"/espace/concertations/{identifier}/publier/")
    referent.press("Publier la version 2", status=422)  # no reason given
    says(referent, "Motif : dites en une phrase ce qui change depuis la version publiée.")
    publish(referent, identifier, reason="Un mot mal choisi est remplacé.")
    reader.open(f"/concertations/{identifier}/")
    says(reader, "version 2", "Un mot mal choisi est remplacé.")
    reader.follow("Ce qui a changé depuis la version 1")
    says(reader, "Ce qui a changé entre les versions 1 et 2", "Motif donné : Un mot mal choisi est remplacé.")
    row = reader.page.locator("table.compare tbody tr")
    expect(row).to_have_count(1)
    left, right = row.locator("td").all()
    assert left.locator("del").all_inner_texts() == ["règles"]
    assert right.locator("ins").all_inner_texts() == ["principes"]
    assert left.locator("ins").count() == right.locator("del").count() == 0
    decorations = [
        node.evaluate("node => getComputedStyle(node).textDecorationLine")
        for node in (left.locator("del"), right.locator("ins"))
    ]
    assert decorations == ["line-through", "underline"]
    reader.open(f"/concertations/{identifier}/versions/1/")
    says(reader, "Vous lisez une ancienne version.", "des règles")


def _take_down(referent, reader, identifier):
    referent.open(f"/espace/concertations/{identifier}/documenter/")
    referent.follow("Retirer la publication")
    referent.press("Retirer la publication")
    says(referent, "Motif : dites pourquoi la publication est retirée, il sera public.")
    referent.fill({"#reason": "Les participants demandent un délai."})
    referent.press("Retirer la publication")
    assert referent.path == f"/espace/concertations/{identifier}/documenter/"
    says(referent, "retirée")
    for address in ("", "versions/1/", "versions/2/"):
        reader.open(f"/concertations/{identifier}/{address}", status=410)
        says(reader, "Publication retirée", "Les participants demandent un délai.")
        assert "caméras" not in reader.text
    for address in ("versions/2/canevas.docx", "versions/2/canevas.json", "comparer/1/2/"):
        reader.open(f"/concertations/{identifier}/{address}", status=404)


@pytest.mark.parametrize(
    ("shape", "script", "scheme"), [("large", True, "dark"), ("etroit", False, "light")], ids=["script", "sans-script"]
)
def test_half_filled_canvas_is_completed_by_hand_then_compared_with_another(people, shape, script, scheme):
    """Nothing is guessed; what a person typed is never overwritten by a document dropped later."""
    referent = people(shape=shape, script=script, scheme=scheme)
    referent.sign_in(REFERENT)
    identifier = create(referent, "L’agenda de la maison de santé")
    for step in ("cadrer", "recruter", "recueillir", "analyser", "rendre-compte", "documenter"):
        referent.open(f"/espace/concertations/{identifier}/{step}/")
    data = stranger(HALF)
    referent.field("#document").set_input_files(upload(HALF, data))
    referent.press("Déposer et comparer")
    readings_are_shown(referent, data, HALF)
    for name in ("referent_email", "planned_start", "subject"):
        assert referent.field(f"#{name}").input_value() == "", f"{name} deviné"
    referent.open(f"/espace/concertations/{identifier}/publier/")
    says(referent, "Ces champs requis sont vides", "« Personne référente »", "« Propositions qui")
    assert referent.page.get_by_role("button", name=re.compile("^Publier")).count() == 0
    _fill_the_rest(referent)
    _compare_with_another(referent, identifier)
    publish(referent, identifier)
    says(referent, "Prévenir par téléphone", "Objectif venu du document")


def _fill_the_rest(referent):
    referent.follow("Compléter le canevas")
    referent.fill({"#referent_email": "secretariat@roquebelle.example", "#planned_start": "03/03/2025"})
    referent.fill({"#subject": "Qui décide de l’ordre des rendez-vous ?"})
    referent.page.get_by_label("appel à manifestation").check()
    referent.page.locator("[name$='-planned_end']").fill("30/06/2025")
    referent.page.locator("[name$='-participants']").fill("96")
    referent.page.locator("textarea[name*='-diagnostics-']").fill("Peu de médecins connaissent l’outil")
    referent.page.locator("textarea[name*='-propositions-']").fill("Prévenir par téléphone")
    referent.press("Enregistrer", exact=True)
    says(referent, "Le canevas est enregistré.", "11 champs requis sur 11 remplis")


def _compare_with_another(referent, identifier):
    data = document("Commune de Roquebelle", objectifs="Objectif venu du document.", nb_participants="12")
    referent.open(f"/espace/concertations/{identifier}/documenter/")
    referent.field("#document").set_input_files(upload("deuxieme.docx", data))
    referent.press("Déposer et comparer")
    participants = referent.page.locator("#champ-nb_participants-0")
    assert participants.locator("input").input_value() == "96"
    expect(participants.locator(".reading")).to_contain_text("différent de la saisie")
    objectives = referent.page.locator("#champ-objectifs-0")
    expect(objectives.locator(".reading")).to_contain_text("différent de la saisie")
    with referent.page.expect_navigation():
        objectives.get_by_role("button", name="Reprendre le document").click()
    referent.look()
    assert referent.field("#objectives").input_value() == "Objectif venu du document."
    assert referent.page.locator("#champ-nb_participants-0 input").input_value() == "96"
    referent.press("J’ai tout relu")
