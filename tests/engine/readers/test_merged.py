"""Merged cells and headers of two lines, in files that office programs and their libraries have saved."""

from pathlib import Path

import pytest

from concertia.engine.notes import EngineError
from concertia.engine.readers import Columns, read, read_file
from concertia.engine.readers.headers import find_header
from tests.engine.readers.workbooks import xlsx

FILES = Path(__file__).parent / "files"
SAID = [
    ("1", "P1", "Habitant", "Des bancs à l’ombre devant l’école."),
    ("2", "P1", "Habitant", "Un bus le dimanche pour aller au marché."),
    ("3", "P2", "Commerçante", "Une place de livraison, côté gare."),
    ("5", "P4", "Élue", "Je réponds le mois prochain."),
]


@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods"])
def test_read_joins_two_lines_of_header_and_fills_down_merged_cells(ending):
    reading = read_file(FILES / f"atelier.{ending}")
    assert [(row.id, row.author, row.profile, row.text) for row in reading.rows] == SAID
    assert [row.date for row in reading.rows] == ["2025-03-03", "2025-03-03", "2025-03-04", "2025-03-04"]
    assert [(one.note.code, one.place.line) for one in reading.set_aside] == [
        ("row.above_header", 1),
        ("row.merged_text", 6),
        ("row.merged_text", 8),
    ]
    assert reading.tables[0].columns == Columns(
        text="Vos réponses › Ce qui manque ?",
        author="Participant › Code participant",
        id="N°",
        date="Vos réponses › Date",
        profile="Participant › Profil",
    )
    assert [(note.code, note.params) for note in reading.notes] == [
        ("table.two_line_header", {"line": 2, "sheet": "Atelier"})
    ]
    assert reading.kind == ending


@pytest.mark.parametrize("ending", ["docx", "odt"])
def test_read_does_the_same_in_the_table_of_a_document(ending):
    reading = read_file(FILES / f"atelier.{ending}")
    assert [(row.id, row.profile, row.text) for row in reading.rows] == [
        ("1", "Habitant", "Des bancs à l’ombre devant l’école."),
        ("2", "Habitant", "Un bus le dimanche pour aller au marché."),
        ("3", "Élue", "Une place de livraison, côté gare."),
    ]
    assert [one.note.code for one in reading.set_aside] == ["row.beside_table"] * 2


@pytest.mark.parametrize("ending", ["docx", "odt"])
def test_read_takes_a_transcript_whose_names_and_words_share_a_paragraph(ending):
    reading = read_file(FILES / f"enregistrement.{ending}")
    assert [(row.author, row.text, row.others, row.place.line) for row in reading.rows] == [
        ("Anne Fictive", "Bonsoir à toutes et à tous.", ("0:03",), 2),
        ("Léo Fictif", "Merci. Le bus passe trop tôt le matin.", ("0:09",), 3),
        ("Anne Fictive", "C’est noté.", ("1:02:10",), 4),
    ]


def test_read_joins_two_lines_without_knowing_what_is_merged():
    text = "N°;Participant;;Vos réponses;\n;Code;Profil;Ce qui va;Ce qui manque\n"
    text += "1;P1;élu;Le bus.;Un banc.\n2;P2;élu;;Rien."
    reading = read(text.encode(), "atelier.csv")
    assert reading.tables[0].headers == (
        "N°",
        "Participant › Code",
        "Participant › Profil",
        "Vos réponses › Ce qui va",
        "Vos réponses › Ce qui manque",
    )
    assert (len(reading.rows), reading.records) == (2, 2)
    again = read(text.encode(), "atelier.csv", columns=Columns(text="Vos réponses › Ce qui va"))
    assert [row.text for row in again.rows] == ["Le bus."]


@pytest.mark.parametrize(
    ("rows", "last"),
    [
        ([["id", "avis", ""], ["1", "Oui", "note"], ["2", "Non", ""]], 0),  # a number: a datum
        ([["auteur", "avis", ""], ["Anne", "Oui merci", "note"], ["Anne", "Non", ""]], 0),  # comes again
        ([["auteur", "avis", ""], ["Anne", "", "note"], ["Léo", "Non", ""], ["Zoé", "Oui", ""]], 0),
        ([["code", "avis", "", ""], ["A12", "Oui", "x", "y"], ["A13", "Non", "x", "z"]], 0),
        ([["A", "", "B", ""], ["Avis", "Note", "Avis", "Note"], ["Oui", "3", "Non", "4"]], 1),
        ([["Titre"], ["Qui", "", "Quoi", ""], ["Nom", "Profil", "Avis", "Idée"], ["A", "élu", "Oui", "Non"]], 2),
    ],
)
def test_find_header_takes_a_second_line_only_when_it_names(rows, last):
    assert find_header(rows).last == last


def test_a_text_merged_over_several_rows_is_one_contribution():
    merged = xlsx({"A": [["auteur", "avis"], ["P1", "Un banc"], ["P2", None], ["P3", "Un bus"]]})
    reading = read(merged, "a.xlsx")
    assert [row.author for row in reading.rows] == ["P1", "P3"]


def test_read_refuses_a_workbook_locked_by_a_password():
    with pytest.raises(EngineError) as caught:
        read_file(FILES / "mot-de-passe.xlsx")
    assert caught.value.note.code == "file.encrypted"
    old = bytearray((FILES / "atelier.xls").read_bytes())
    codepage = bytes(old).index(b"\x42\x00\x02\x00")
    old[codepage] = 0x2F  # the record that says « from here on, all is enciphered »
    with pytest.raises(EngineError) as caught:
        read(bytes(old), "a.xls")
    assert caught.value.note.code in ("file.encrypted", "file.damaged")
