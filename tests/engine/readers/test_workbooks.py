"""Workbooks, xlsx and ods: values, sheets, and what is refused before it fills the memory."""

import io
import zipfile

import pytest

from concertia.engine.notes import EngineError
from concertia.engine.readers import Columns, read
from tests.engine.readers.workbooks import ods, ods_cell, packed, xlsx

ROWS = [
    ["Concertation fictive", None, None, None],
    [None, None, None, None],
    ["n°", "date", "votre avis", "âge"],
    [1, '<c s="1"><v>45718</v></c>', "Plus d’arbres", 34],
    [2, '<c s="1"><v>45719</v></c>', None, 51],
    [3, "hier", "Deux\nlignes 🎷", 22],
]


def refused(data, name="avis.xlsx", **options):
    with pytest.raises(EngineError) as caught:
        read(data, name, **options)
    return caught.value.note


def test_read_takes_the_values_of_a_workbook():
    reading = read(xlsx({"Avis": ROWS}), "avis.xlsx")
    assert [(row.id, row.date, row.text, row.others, row.place.line, row.place.sheet) for row in reading.rows] == [
        ("1", "2025-03-02", "Plus d’arbres", ("34",), 4, "Avis"),
        ("3", "hier", "Deux\nlignes 🎷", ("22",), 6, "Avis"),
    ]
    assert [(one.note.code, one.place.line) for one in reading.set_aside] == [
        ("row.above_header", 1),
        ("row.no_text", 5),
    ]
    assert (reading.kind, reading.records, reading.tables[0].blank) == ("xlsx", 4, 1)


def test_read_takes_the_same_from_an_ods():
    rows = [[None if str(value).startswith("<c") else value for value in row] for row in ROWS]
    reading = read(ods({"Avis": rows}), "avis.ods")
    assert [(row.id, row.text, row.place.line) for row in reading.rows] == [
        ("1", "Plus d’arbres", 4),
        ("3", "Deux\nlignes 🎷", 6),
    ]


def test_read_takes_each_row_that_a_workbook_repeats():
    repeated = f'<table:table-row table:number-rows-repeated="3">{ods_cell("oui")}</table:table-row>'
    end = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'  # noqa: E501 -- one tag
    reading = read(ods({"F": f"<table:table-row>{ods_cell('avis')}</table:table-row>{repeated}{end}"}), "a.ods")
    assert [row.text for row in reading.rows] == ["oui"] * 3


def test_read_takes_the_sheet_whose_text_is_named_and_leaves_the_others_counted():
    sheets = {
        "Notice": [
            ["Ce classeur est une fiction composée pour les essais."],
            ["Merci de ne pas le publier."],
        ],
        "Avis": [["id", "avis"], ["1", "Oui"]],
        "Listes": [["code"], [1], [2]],
    }
    reading = read(xlsx(sheets, hidden=("Listes",)), "a.xlsx")
    assert [row.text for row in reading.rows] == ["Oui"]
    assert [(one.note.code, one.place.sheet) for one in reading.set_aside] == [
        ("row.other_sheet", "Notice"),
        ("row.other_sheet", "Notice"),
        ("row.no_text_in_sheet", "Listes"),
        ("row.no_text_in_sheet", "Listes"),
    ]
    assert reading.records == 5
    assert [(note.code, note.params) for note in reading.notes] == [("sheet.hidden", {"sheet": "Listes"})]


def test_read_takes_the_sheet_asked_for():
    sheets = {"A": [["avis"], ["Oui"]], "B": [["avis"], ["Non"]]}
    assert [row.text for row in read(xlsx(sheets), "a.xlsx").rows] == ["Oui", "Non"]
    assert [row.text for row in read(xlsx(sheets), "a.xlsx", sheet="b").rows] == ["Non"]
    assert refused(xlsx(sheets), sheet="C").params == {"sheet": "C", "sheets": "« A », « B »"}


def test_read_looks_for_the_column_asked_for_in_every_sheet():
    sheets = {"A": [["titre"], ["Rue"]], "B": [["verbatim libre", "n"], ["Non, merci", 1]]}
    reading = read(xlsx(sheets), "a.xlsx", columns=Columns(text="verbatim libre"))
    assert [row.text for row in reading.rows] == ["Non, merci"]
    assert refused(xlsx(sheets), columns=Columns(text="absente")).code == "column.unknown"


def test_read_keeps_rows_wider_than_their_header():
    reading = read(xlsx({"F": [["id", "avis"], [1, "Oui", None, "à revoir"], [2, "Non"]]}), "a.xlsx")
    assert [(row.text, row.others) for row in reading.rows] == [("Oui", ("", "à revoir")), ("Non", ("", ""))]
    assert reading.tables[0].headers == ("id", "avis", "C", "D")


def test_read_reads_the_result_of_a_formula_and_never_computes():
    cells = '<row r="1"><c r="A1" t="str"><v>avis</v></c></row>'
    cells += '<row r="2"><c r="A2" t="str"><f>CONCATENATE("O","ui")</f><v>Oui</v></c></row>'
    cells += '<row r="3"><c r="A3"><f>1+1</f></c><c r="B3" t="str"><v>x</v></c></row>'
    reading = read(xlsx({"F": cells}), "a.xlsx")
    assert [row.text for row in reading.rows] == ["Oui"]
    assert reading.records == len(reading.rows) + len(reading.set_aside)


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576">' + "<c><v>1</v></c>" * 10 + "</row>",
        '<row r="1"><c r=">" x=\'>\' r="XFD1"><v>1</v></c></row><row r="900000"><c><v>1</v></c></row>',
        '<row r="9"><!-- <row r="1"> --><c><v>1</v></c></row>',
    ],
)
def test_read_refuses_a_grid_too_large_before_it_is_unfolded(cells):
    assert refused(xlsx({"F": cells})).code in ("table.too_many_cells", "file.damaged")


def test_read_refuses_an_ods_that_repeats_a_cell_without_end():
    bomb = f'<table:table-row table:number-rows-repeated="1000000">{ods_cell("oui", " table:number-columns-repeated=" + chr(34) + "1000" + chr(34))}</table:table-row>'  # noqa: E501 -- one tag
    assert refused(ods({"F": bomb}), "a.ods").code == "table.too_many_cells"


def test_read_refuses_what_is_locked_cut_or_hollow():
    locked = ods({"F": [["avis"]]}, manifest="<manifest:encryption-data/>")
    assert refused(locked, "a.ods").code == "file.encrypted"
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
    assert refused(ole + "EncryptedPackage".encode("utf-16-le")).code == "file.encrypted"
    assert refused(ole + "Workbook\0".encode("utf-16-le"), "a.xls").code == "file.damaged"
    assert refused(ole + "__properties_version1.0".encode("utf-16-le"), "a.msg").code == "file.outlook"
    assert refused(ole + "WordDocument".encode("utf-16-le"), "a.doc").code == "file.old_word"
    whole = xlsx({"F": [["avis"], ["Oui"]]})
    for size in (40, len(whole) // 2, len(whole) - 30):
        assert refused(whole[:size]).code == "file.damaged"
    assert refused(packed({"[Content_Types].xml": "presentationml"}), "a.pptx").code == "archive.other_kind"
    assert refused(xlsx({"F": [[None]]})).code == "table.no_rows"
    assert refused(packed({"[Content_Types].xml": "spreadsheetml"})).code == "file.damaged"


def test_read_refuses_a_bomb():
    bomb = packed({"[Content_Types].xml": "spreadsheetml", "xl/worksheets/sheet1.xml": b"\x20" * 260_000_000})
    assert refused(bomb).code == "archive.bomb"


def test_read_does_not_take_a_damaged_sheet_for_an_empty_one():
    data = xlsx({"F": [["avis"], ["Oui"]]})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    entries["xl/worksheets/sheet1.xml"] = entries["xl/worksheets/sheet1.xml"][:-60]
    assert refused(packed(entries)).code in ("file.damaged", "table.no_rows")


def test_read_takes_ten_thousand_rows_of_yes_that_pack_very_well():
    rows = "".join(f"<table:table-row>{ods_cell('oui')}</table:table-row>" for _ in range(60_000))
    reading = read(ods({"F": f"<table:table-row>{ods_cell('avis')}</table:table-row>{rows}"}), "a.ods")
    assert len(reading.rows) == 60_000
