"""What is written is read again as it was: every field, in both formats."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concertia.engine.canvas.fields import FIELDS, Kind
from concertia.engine.canvas.reader import read
from concertia.engine.canvas.reading import empty_record
from concertia.engine.canvas.writer import write
from tests.engine.canvas.test_writer import filled

STRANGERS = sorted((Path(__file__).parent / "data" / "strangers").glob("*.json"))


def read_again(record, form):
    """The record that the reader finds in the document that the writer makes of a record."""
    again = read(write(record, form), f"canevas.{form}").record()
    del again["_manquants"]
    return again


def as_written(record):
    return json.loads(write(record, "json"))


def with_answer(key, value):
    """A filled record of one result, where one field has this value."""
    record = filled(objectifs="Comprendre les attentes.")
    del record["_sections3"][1:]
    (record if key in record else record["_sections3"][0])[key] = value
    return record


@pytest.mark.parametrize("form", ["docx", "odt"])
@pytest.mark.parametrize("path", STRANGERS, ids=lambda path: path.stem)
def test_round_trip_of_real_looking_records(path, form):
    expected = json.loads(path.read_text(encoding="utf-8"))
    record = {key: value for key, value in expected.items() if not key.startswith("_")}
    record["_sections3"] = expected["_sections3"]
    assert read_again(record, form) == as_written(record)


@pytest.mark.parametrize("form", ["docx", "odt"])
@pytest.mark.parametrize("results", [1, 2, 5])
def test_round_trip_of_a_blank_canvas(form, results):
    assert read_again(empty_record(results), form) == empty_record(results)


@pytest.mark.parametrize("form", ["docx", "odt"])
@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("amo", True),
        ("amo", False),
        ("amo", None),
        ("objectifs", "Nombre de participants : jugé trop faible"),
        ("objectifs", "Avant.\nNombre de participants : jugé trop faible.\nAprès."),
        ("objectifs", "angles abordés, attentes du commanditaire : tous"),
        ("objectifs", "☒ agents ☐ élus"),
        ("objectifs", "x oui"),
        ("objectifs", "<b>#import</b> $x$ \\ @a & ]]>"),
        ("restitution", "Non"),
        ("restitution", "Aucune"),
        ("intervenants", "Non."),
        ("intervenants", "Oui.\nCamille Ferrand, sociologue\nIdris Benali, ingénieur"),
        ("public_associe", {"choix": [], "autre": "élus d’autres communes"}),
        ("public_associe", {"choix": ["agents"], "autre": "lycéens\net apprentis"}),
        ("public_associe", {"choix": ["agents", "élus"], "autre": None}),
        ("animation", {"choix": ["futur souhaitable/non-souhaitable"], "autre": "théâtre-forum"}),
        ("points_vigilance", "- La crainte\n– le temps\n• la mesure"),
        ("propositions", "1. Maintenir\n2) Publier\n10. Former"),
        ("propositions", "Un accueil\nFrein : le temps\nOpportunité : le lien"),
        ("acces_ressources", "https://val-fleuri.example/a\nhttps://val-fleuri.example/b?c=d&e=f#g"),
    ],
)
def test_round_trip_of_an_answer(form, key, value):
    record = with_answer(key, value)
    assert read_again(record, form) == as_written(record)


WORD = st.text("abcdefghijklmnopqrstuvwxyzéèàçœÉÀ’'", min_size=2, max_size=9)
LINE = st.lists(WORD, min_size=2, max_size=8).map(" ".join)
LINES = st.lists(LINE, min_size=1, max_size=4).map("\n".join)
ITEMS = st.tuples(st.sampled_from(["", "- ", "Frein : "]), st.lists(LINE, min_size=1, max_size=4)).map(
    lambda drawn: "\n".join(f"{drawn[0]}{line}" for line in drawn[1])
)


def choices(field):
    labels = st.sets(st.sampled_from([choice.label for choice in field.choices]))
    ordered = labels.map(lambda chosen: [choice.label for choice in field.choices if choice.label in chosen])
    drawn = st.fixed_dictionaries({"choix": ordered, "autre": st.none() | LINE})
    return drawn.filter(lambda value: value["choix"] or value["autre"])


def answers(field):
    kinds = {
        Kind.TEXT: LINE,
        Kind.EMAIL: st.just("numerique@montbrun.example"),
        Kind.DATE: st.dates().map(lambda day: f"{day:%d/%m}/2025").filter(lambda text: text != "29/02/2025"),
        Kind.CHOICES: choices(field) if field.choices else st.none(),
        Kind.YES_NO: st.booleans(),
        Kind.SPEAKERS: st.just("Non.") | LINES.map(lambda lines: f"Oui. {lines}"),
        Kind.LONG_TEXT: LINES,
        Kind.SESSIONS: st.integers(1, 40).map(lambda count: f"{count} séances, {2 * count} heures"),
        Kind.COUNT: st.integers(1, 900).map(str),
        Kind.ITEMS: ITEMS,
        Kind.URLS: st.lists(WORD.filter(str.isascii), min_size=1, max_size=3, unique=True).map(
            lambda names: "\n".join(f"https://val-fleuri.example/{name.replace(chr(39), '')}" for name in names)
        ),
    }
    return st.none() | kinds[field.kind]


def part(section3):
    return st.fixed_dictionaries({field.key: answers(field) for field in FIELDS if (field.section == 3) == section3})


RECORDS = st.builds(
    lambda flat, results: {**flat, "_sections3": results}, part(False), st.lists(part(True), min_size=1, max_size=3)
)


@given(RECORDS)
@settings(max_examples=40, deadline=None)
def test_round_trip_of_any_record(record):
    for form in ("docx", "odt"):
        assert read_again(record, form) == record
