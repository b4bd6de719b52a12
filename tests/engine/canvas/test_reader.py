"""The reader on canvases as people send them back: what is doubtful is asked, and nothing is silently wrong."""

import json
from pathlib import Path

import pytest

from concertia.engine.canvas.fields import BY_KEY, FIELDS, OTHER_LABEL, PUBLICS, REQUIRED
from concertia.engine.canvas.reader import CODES, read
from concertia.engine.canvas.reading import Place, Status
from concertia.engine.notes import Note
from tests.engine.canvas.test_reader_documents import (
    FILLED,
    answer,
    answered,
    canvas,
    cell,
    docx,
    get,
    label_runs,
    p,
    read_canvas,
    run,
    seen,
    table,
)

FOLDER = Path(__file__).parent / "data" / "reader"
LABELS = {key: BY_KEY[key].label + ("*" if BY_KEY[key].required else "") for key in FILLED}
FIRST = list(FILLED)[:11]
THIRD = list(FILLED)[11:]
TITLE = p("3 – Résultats synthétiques de la concertation", style="Heading1")
PLAIN = {one.key: one.value for one in read(docx(canvas())).fields}


def section3() -> str:
    return "".join(answered(key, FILLED[key]) for key in THIRD)


def sections12() -> str:
    return "".join(answered(key, FILLED[key]) for key in FIRST)


def plainly_read(body: str, results: int = 1) -> tuple[Note, ...]:
    """Every field is read with its usual value, in each of the consultations; gives the notes."""
    reading = read(docx(body))
    assert reading.results == results
    assert [(one.key, one.value) for one in reading.fields if one.value != PLAIN[one.key]] == []
    assert [(one.key, one.result, one.reason) for one in reading.fields if one.status is not Status.READ] == []
    return reading.notes


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("canevas-rempli-1.docx", "canevas-rempli-1.json"),
        ("canevas-rempli-2.docx", "canevas-rempli-2.json"),
        ("canevas-rempli-2.odt", "canevas-rempli-2.json"),
    ],
)
def test_reference_files_are_read_exactly(name, expected):
    meant = json.loads((FOLDER / expected).read_text(encoding="utf-8"))
    reading = read((FOLDER / name).read_bytes(), name)
    assert [one.key for one in reading.to_confirm()] == meant.pop("_a_confirmer")
    assert reading.record() == meant
    assert reading.notes == ()


def test_blank_canvas_has_nothing():
    reading = read((FOLDER / "canevas-vierge.docx").read_bytes())
    assert {one.status for one in reading.fields} == {Status.MISSING}
    assert {one.value for one in reading.fields} == {None}
    assert reading.record()["_manquants"] == list(REQUIRED)
    assert reading.notes == ()


def test_place_is_the_paragraph_or_the_cell():
    reading = read(docx(p("") + canvas()))
    assert get(reading, "collectivite").place == Place(paragraph=6)
    reading = read(
        docx(p("avant") + table(*[(LABELS[key], cell(*words.split("\n"))) for key, words in FILLED.items()]))
    )
    assert get(reading, "amo").place == Place(table=1, row=5, column=2)


# Boxes


@pytest.mark.parametrize(
    "words",
    [
        "☐ tirage au sort ☒ recrutement ciblé ☐ appel à manifestation",
        "☐ tirage au sort ☑ recrutement ciblé ☐ appel à manifestation\n☐ autre (à préciser)",
        "□ tirage au sort ✓ recrutement ciblé □ appel à manifestation",
        "☐ tirage au sort ✔ recrutement ciblé ☐ appel à manifestation",
        "☐ tirage au sort ✗ recrutement ciblé ☐ appel à manifestation",
        "☐ tirage au sort ✘ recrutement ciblé ☐ appel à manifestation",
        "x recrutement ciblé",
        "[ ] tirage au sort [x] recrutement ciblé [ ] appel à manifestation",
        "[] tirage au sort [X] recrutement ciblé [] appel à manifestation",
        "( ) tirage au sort (x) recrutement ciblé ( ) appel à manifestation",
        "tirage au sort ☐ recrutement ciblé ☒ appel à manifestation ☐",
        "☐\ttirage au sort\n☒\trecrutement ciblé\n☐\tappel à manifestation",
        "tirage au sort\nX recrutement ciblé\nappel à manifestation",
        "☐ Tirage au sort, ☒ RECRUTEMENT CIBLE, ☐ Appel a manifestation",
        "☐ tirage au sort ☒ recrutement\nciblé ☐ appel à manifestation",
    ],
)
def test_ticked_choice_is_read(words):
    assert seen(answer("recrutement", words)) == ("lu", {"choix": ["recrutement ciblé"], "autre": None}, "")


@pytest.mark.parametrize(
    ("words", "choices", "other", "code"),
    [
        ("recrutement ciblé", ["recrutement ciblé"], None, "choices.typed"),
        (
            "par tirage au sort et un appel à manifestation",
            ["tirage au sort", "appel à manifestation"],
            "all",
            "choices.typed",
        ),
        ("Par affichage en mairie", [], "all", "choices.typed"),
        ("tirage au sort, recrutement ciblé, appel à manifestation", [], None, "choices.boxes_lost"),
        (
            "☑ tirage au sort ☒ recrutement ciblé ☐ appel à manifestation",
            ["tirage au sort", "recrutement ciblé"],
            None,
            "choices.two_signs",
        ),
        ("☐ X tirage au sort ☐ recrutement ciblé", ["tirage au sort"], None, "choices.box_unclear"),
        ("tirage au sort X recrutement ciblé X appel", ["recrutement ciblé"], "appel", "choices.box_unclear"),
        ("☒ tirage au sort (listes)", ["tirage au sort"], "tirage au sort (listes)", "choices.with_words"),
        ("☒ quotas ☐ tirage au sort", [], "quotas", "choices.unknown"),
        ("☒ autre (à préciser)", [], None, "choices.other_empty"),
        (
            "☐ tirage au sort\n☐ autre (à préciser) : bouche à oreille",
            [],
            "bouche à oreille",
            "choices.other_not_ticked",
        ),
        ("☐ tirage au sort ☒ tirage au sort", ["tirage au sort"], None, "choices.twice"),
        ("• tirage au sort\n• ☒ recrutement ciblé", ["recrutement ciblé"], None, "choices.no_box"),
    ],
)
def test_doubtful_choice_is_asked(words, choices, other, code):
    reading = answer("recrutement", words)
    assert seen(reading) == ("a_confirmer", {"choix": choices, "autre": words if other == "all" else other}, code)
    assert reading.text == words


def test_other_choice_is_read_with_its_words():
    for words in (
        "☒ autre (à préciser) : tracts",
        "☒ autre : tracts",
        "☒ Autre (à préciser) :\ntracts",
        "☒ autres, à préciser tracts",
    ):
        assert seen(answer("recrutement", f"☒ tirage au sort\n{words}")) == (
            "lu",
            {"choix": ["tirage au sort"], "autre": "tracts"},
            "",
        )
    reading = answer("recrutement", "☐ tirage au sort\n☒ autre (à préciser) : tracts\net affiches")
    assert reading.value == {"choix": [], "autre": "tracts\net affiches"}


def test_nothing_ticked_is_missing():
    words = " ".join(f"☐ {choice.label}" for choice in PUBLICS) + f"\n☐ {OTHER_LABEL} : ………"
    assert seen(answer("public_associe", words)) == ("non_trouve", None, "")


def test_choices_come_in_their_declared_order():
    words = "☒ élus ☒ agents ☐ acteurs associatifs"
    assert answer("public_associe", words).value == {"choix": ["agents", "élus"], "autre": None}


@pytest.mark.parametrize(("style", "code"), [("b", "emphasis"), ("u", "emphasis"), ("highlight", "emphasis")])
def test_choice_set_off_without_a_mark_is_asked(style, code):
    words = p(run("tirage au sort ") + run("recrutement ciblé", style) + run(" appel à manifestation"))
    expected = ("a_confirmer", {"choix": ["recrutement ciblé"], "autre": None}, f"choices.{code}")
    assert seen(answer("recrutement", words)) == expected
    boxed = p(run("☐ tirage au sort ☐ ") + run("recrutement ciblé", style) + run(" ☐ appel à manifestation"))
    assert seen(answer("recrutement", boxed)) == expected


def test_choices_left_by_striking_the_others_are_asked():
    words = p(run("tirage au sort ", "strike") + run("recrutement ciblé ") + run("appel à manifestation", "strike"))
    assert seen(answer("recrutement", words)) == (
        "a_confirmer",
        {"choix": ["recrutement ciblé"], "autre": None},
        "choices.struck",
    )
    contrary = p(run("☒ ") + run("tirage au sort", "strike") + run(" ☐ recrutement ciblé"))
    assert seen(answer("recrutement", contrary))[2] == "choices.styles_differ"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("☒ oui ☐ non", ("lu", True, "")),
        ("☐oui ☑non", ("lu", False, "")),
        ("oui ☒ non ☐", ("lu", True, "")),
        ("X oui", ("lu", True, "")),
        ("X oui    non", ("lu", True, "")),
        ("oui [ ] non [x]", ("lu", False, "")),
        ("Oui", ("lu", True, "")),
        ("NON.", ("lu", False, "")),
        ("oui X", ("lu", True, "")),
        ("☐ oui ☐ non", ("non_trouve", None, "")),
        ("☒ oui ☒ non", ("a_confirmer", None, "yes_no.both")),
        ("oui X non", ("a_confirmer", False, "choices.box_unclear")),
        ("oui / non", ("a_confirmer", None, "choices.boxes_lost")),
        ("☒ oui (cabinet) ☐ non", ("a_confirmer", True, "yes_no.with_words")),
        ("Oui, un cabinet", ("a_confirmer", True, "yes_no.with_words")),
        ("Un cabinet", ("a_confirmer", None, "yes_no.unclear")),
        (p(run("oui", "u") + run(" / non")), ("a_confirmer", True, "choices.emphasis")),
        (p(run("☐ oui", "strike") + run(" ☐ non")), ("a_confirmer", False, "choices.struck")),
    ],
)
def test_yes_or_no(words, expected):
    assert seen(answer("amo", words)) == expected


# Values


@pytest.mark.parametrize(
    ("key", "words", "expected"),
    [
        ("date_debut_prevue", "mardi 7 janvier 2025", ("lu", "07/01/2025", "")),
        ("date_debut_prevue", "JJ/MM/AAAA", ("non_trouve", None, "")),
        ("date_debut_prevue", "__/__/____", ("non_trouve", None, "")),
        ("date_debut_prevue", "31/02/2025", ("a_confirmer", "31/02/2025", "date.impossible")),
        ("date_debut_prevue", "printemps 2025", ("a_confirmer", "printemps 2025", "date.unclear")),
        ("date_fin_prevue", "du 3 au 5 mars 2025", ("a_confirmer", "du 3 au 5 mars 2025", "date.several")),
        ("nb_participants", "1 200", ("lu", "1200", "")),
        ("nb_participants", "37 participants", ("lu", "37", "")),
        ("nb_participants", "37\ndont 12 agents", ("a_confirmer", "37\ndont 12 agents", "count.with_details")),
        ("nb_participants", "une centaine", ("a_confirmer", "une centaine", "count.approximate")),
        ("nb_sequences", "2 ateliers de 3h", ("lu", "2 ateliers de 3h", "")),
        ("personne_referente", "Service numérique", ("a_confirmer", "Service numérique", "email.absent")),
        ("personne_referente", "ia@bourg", ("a_confirmer", "ia@bourg", "email.malformed")),
        (
            "acces_ressources",
            "Actes : https://a.example",
            ("a_confirmer", "Actes : https://a.example", "urls.with_words"),
        ),
        ("objectifs", "……", ("non_trouve", None, "")),
        ("objectifs", "à compléter", ("non_trouve", None, "")),
        ("objectifs", "à définir", ("a_confirmer", "à définir", "answer.unfinished")),
        ("objectifs", "Premier\u00a0: écouter.\n\nSecond.", ("lu", "Premier : écouter.\nSecond.", "")),
    ],
)
def test_answer_becomes_a_value_or_a_question(key, words, expected):
    assert seen(answer(key, words)) == expected


def test_box_in_a_cell_of_its_own_goes_with_its_words():
    names = ["tirage au sort", "recrutement ciblé", "appel à manifestation"]
    marks = ["☐", "☒", "☐"]
    expected = ("lu", {"choix": ["recrutement ciblé"], "autre": None}, "")
    assert seen(answer("recrutement", table(*zip(marks, names, strict=True)))) == expected
    assert seen(answer("recrutement", table(*zip(names, marks, strict=True)))) == expected


# Hints


@pytest.mark.parametrize("key", [field.key for field in FIELDS if field.hint])
def test_hint_left_before_the_answer_is_no_part_of_it(key):
    hint, words = BY_KEY[key].hint, FILLED[key]
    for beside in (
        run(hint, "i") + run(" " + words),
        run(hint) + run(" : " + words),
        run(f"({hint}) {words}"),
        run(f"{hint}\n{words}"),
    ):
        body = canvas(drop=(key,)) if BY_KEY[key].section < 3 else canvas()
        body = (
            body.replace(answered(key, words), p(label_runs(key) + beside))
            if BY_KEY[key].section == 3
            else p(label_runs(key) + beside) + body
        )
        assert seen(get(read(docx(body)), key)) == ("lu", PLAIN[key], "")


def test_hint_that_people_wrote_in_is_asked_with_all_the_words():
    words = (
        "quelle a été la consigne posée ? Le vélo. le cadre initial a-t-il évolué au cours de la concertation ? Oui."
    )
    body = canvas().replace(
        answered("sujet_evolution", FILLED["sujet_evolution"]), p(label_runs("sujet_evolution") + run(words))
    )
    assert seen(get(read(docx(body)), "sujet_evolution")) == ("a_confirmer", words, "hint.mixed")
    half = "angles abordés, attentes"
    body = canvas().replace(answered("objectifs", FILLED["objectifs"]), p(label_runs("objectifs") + run(half)))
    assert seen(get(read(docx(body)), "objectifs")) == ("a_confirmer", half, "hint.mixed")


def test_words_of_a_hint_in_an_answer_stay():
    words = "Les freins et opportunités pour le territoire sont mêlés."
    assert seen(answer("diagnostics", words)) == ("lu", words, "")


def test_answer_that_begins_like_a_hint_is_whole():
    body = canvas().replace(answered("personne_referente", FILLED["personne_referente"]), "")
    for words in ("email@bourg.example", "email-ia@bourg.example"):
        reading = read(docx(p(label_runs("personne_referente") + run(words)) + body))
        assert seen(get(reading, "personne_referente")) == ("lu", words, "")


# Labels


@pytest.mark.parametrize(
    "written",
    [
        "Nombre de participants : ",
        "NOMBRE DE PARTICIPANTS* : ",
        "3.3 Nombre de participants : ",
        "3.3. Nombre de participants* :",
        "• Nombre de participants* – ",
        "Nombre de participants (*) : ",
        "nombre  de\u00a0participants\u00a0:",
        "Nombre de particpants : ",
        "Nombre de participants\t",
        "Nombre de participants ",
        "Nombre de\xad partici\xadpants : ",
    ],
)
def test_label_in_other_spellings(written):
    body = canvas().replace(answered("nb_participants", "37"), p(written + "37"))
    assert plainly_read(body) == ()


@pytest.mark.parametrize(
    ("key", "written"),
    [
        ("sujet_evolution", "Sujet posé et évolution* : "),
        ("sujet_evolution", "Sujet posé : "),
        ("points_vigilance", "Points de vigilance issus des débats : "),
        ("points_vigilance", "Points de vigilance : "),
        ("points_vigilance", "POINTS DE VIGILANCE ISSUS DES DEBATS"),
        ("droit_de_suite", "Droit de suite de la collectivite : "),
        ("amo", "Avez-vous eu recours à une AMO pour le cadrage et l'animation des concertations ? "),
        ("amo", "Avez-vous eu recours à une AMO ? "),
        ("intervenants", "Avez vous fait appel à des intervenants ? "),
        ("date_debut_prevue", "Date de debut de la concertation prévue : "),
        ("personne_referente", "Personne référente (email) : "),
    ],
)
def test_label_shortened_or_mended(key, written):
    beside = p(written + FILLED[key].replace("\n", " ")) if not written.isupper() else p(written) + p(FILLED[key])
    assert plainly_read(canvas().replace(answered(key, FILLED[key]), beside)) == ()


def test_label_too_far_from_its_spelling_is_asked():
    body = canvas().replace(
        answered("droit_de_suite", FILLED["droit_de_suite"]), p("Droit des suites de collectivités : Voté")
    )
    assert seen(get(read(docx(body)), "droit_de_suite")) == ("a_confirmer", "Voté", "label.doubtful")


def test_words_of_a_label_in_an_answer_stay_in_it():
    for words in (
        "- Nombre de participants jugé trop faible\n- coût",
        "Les propositions qui ressortent sont nombreuses",
    ):
        assert seen(answer("points_vigilance", words)) == ("lu", words, "")
    for words in ("- Nombre de participants : trop faible\n- coût", "Propositions qui ressortent des débats : peu"):
        assert seen(answer("points_vigilance", words)) == ("a_confirmer", words, "label.inside")
    assert seen(answer("objectifs", "Nombre de participants : 40 visés")) == (
        "a_confirmer",
        "Nombre de participants : 40 visés",
        "label.inside",
    )


def test_missing_label_is_missing_and_nothing_else_moves():
    for field in FIELDS:
        reading = read(docx(canvas(drop=(field.key,))))
        found = [(one.key, one.value) for one in reading.fields if one.status is Status.READ]
        assert found == [(key, value) for key, value in PLAIN.items() if key != field.key]
        assert seen(get(reading, field.key)) == ("non_trouve", None, "")


def test_labels_in_another_order_are_read():
    assert plainly_read("".join(answered(key, FILLED[key]) for key in reversed(FILLED))) == ()


def test_text_that_answers_nothing_is_noted():
    reading = read(docx(p("À l’attention du conseil") + canvas()))
    assert reading.notes == (Note("text.unattached", {"text": "À l’attention du conseil", "paragraph": 1}),)
    reading = read(docx(canvas() + p("Fait à Bourg, le 2 avril") + p("La directrice")))
    assert [note.params["text"] for note in reading.notes] == ["Fait à Bourg, le 2 avril", "La directrice"]
    assert get(reading, "acces_ressources").status is Status.READ


def test_canvas_copied_twice_loses_nothing():
    reading = read(docx(canvas() + canvas({"collectivite": "Autre ville"})))
    assert reading.results == 2
    assert get(reading, "collectivite").value == "Ville de Montclair"
    assert "Autre ville" in [note.params["text"] for note in reading.notes]


# Layouts


def pairs(keys: list[str]) -> list[tuple[str, str]]:
    return [(cell(LABELS[key]), cell(*FILLED[key].split("\n"))) for key in keys]


@pytest.mark.parametrize(
    "body",
    [
        table(*pairs(list(FILLED))),
        table(*[(one,) for pair in pairs(list(FILLED)) for one in pair]),
        table(*[(cell(p(LABELS[key] + " : "), *words.split("\n")),) for key, words in FILLED.items()]),
        "".join(
            table(tuple(a for a, _b in pairs(k)), tuple(b for _a, b in pairs(k))) for k in (FIRST[:6], FIRST[6:], THIRD)
        ),
        table((cell(canvas()),)),
        "".join(p(LABELS[key]) + table((cell(*words.split("\n")),)) for key, words in FILLED.items()),
        "".join(p(label_runs(key) + run(words.replace("\n", " "))) for key, words in FILLED.items()),
        "".join(
            p(BY_KEY[key].label) + "".join(p(one) + p("") for one in words.split("\n")) for key, words in FILLED.items()
        ),
        p(run("\n".join(f"{BY_KEY[key].label} : {words}" for key, words in FILLED.items()))),
        "".join(p(f"{BY_KEY[key].number} {BY_KEY[key].label} : {words}") for key, words in FILLED.items()),
    ],
    ids=[
        "beside",
        "above",
        "in one cell",
        "rows of labels",
        "frame",
        "boxes",
        "one line",
        "below",
        "breaks",
        "numbered",
    ],
)
def test_layouts_are_read(body):
    assert plainly_read(body) == ()


@pytest.mark.parametrize(
    ("body", "headings"),
    [
        (sections12() + TITLE + section3() + TITLE + section3(), 0),
        (sections12() + TITLE + section3() + section3(), 0),
        (sections12() + TITLE + p("Concertation n° 1") + section3() + p("Concertation n°2 : agents") + section3(), 2),
        (sections12() + TITLE + section3() + p(run("Atelier des agents", "b")) + section3(), 1),
        (sections12() + table(*[(a, b, b) for a, b in pairs(THIRD)]), 0),
        (sections12() + table(("", "Concertation 1", "Concertation 2"), *[(a, b, b) for a, b in pairs(THIRD)]), 2),
        (sections12() + table(tuple(a for a, _ in pairs(THIRD)), *[tuple(b for _, b in pairs(THIRD))] * 2), 0),
    ],
    ids=["title", "labels", "headings", "bold heading", "columns", "named columns", "rows"],
)
def test_two_consultations_are_two_results(body, headings):
    assert [note.code for note in plainly_read(body, 2)] == ["result.heading"] * headings


def test_section_left_blank_is_no_consultation():
    blank = "".join(p(label_runs(key)) for key in THIRD)
    assert plainly_read(sections12() + TITLE + section3() + TITLE + blank) == ()
    assert plainly_read(sections12() + TITLE + blank + TITLE + section3()) == ()


def test_inserted_file_is_said_unread():
    assert [note.code for note in read(docx(canvas() + '<w:altChunk r:id="x"/>')).notes] == ["document.unread_parts"]


def test_column_of_remarks_is_asked_not_taken_for_a_consultation():
    body = sections12() + table(*[(a, b, cell("vu")) for a, b in pairs(THIRD)])
    reading = read(docx(body))
    assert reading.results == 1
    assert seen(get(reading, "nb_participants")) == ("a_confirmer", "37\nvu", "count.with_words")


def test_item_that_looks_like_a_heading_stays_in_its_answer():
    words = "Coût\nAtelier 3 : peu de temps"
    assert answer("points_vigilance", words).value == words


def test_section_title_shortened_ends_the_answer():
    body = canvas().replace("3 – Résultats synthétiques de la concertation", "3. RÉSULTATS SYNTHÉTIQUES")
    assert plainly_read(body) == ()


def test_every_code_said_is_declared():
    reading = read_canvas({"amo": "☒ oui ☒ non", "objectifs": "à définir", "recrutement": "tirage au sort"})
    for note in [one.reason for one in reading.to_confirm()] + list(reading.notes):
        assert tuple(sorted(note.params)) == tuple(sorted(CODES[note.code]))
