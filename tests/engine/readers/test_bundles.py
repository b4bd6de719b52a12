"""Zips and folders: each row keeps its file, each file refused says why, and none does harm."""

import io
import zipfile

import pytest

from concertia.engine.contributions import contributions_of
from concertia.engine.notes import EngineError
from concertia.engine.readers import Columns, read, read_file, read_several
from concertia.engine.readers.bundles import MAX_FILES
from tests.engine.readers.workbooks import packed, xlsx


def refused(data, name="lot.zip"):
    with pytest.raises(EngineError) as caught:
        read(data, name)
    return caught.value.note.code


def test_read_takes_every_file_of_a_zip_with_its_place():
    data = packed(
        {
            "__MACOSX/._avis.csv": b"x",
            "avis.csv": "id;avis\n1;Un banc\n2;\n",
            "séances/mardi.txt": "Un bus",
            "classeur.xlsx": xlsx({"F": [["id", "avis"], [1, "Un parc"]]}),
            "plan.pdf": b"%PDF-1.4",
            "autre.zip": packed({"a.txt": "Oui"}),
        }
    )
    reading = read(data, "lot.zip")
    assert [(row.text, row.place.file, row.place.sheet, row.place.line) for row in reading.rows] == [
        ("Un banc", "lot.zip/avis.csv", "", 2),
        ("Un bus", "lot.zip/séances/mardi.txt", "", 1),
        ("Un parc", "lot.zip/classeur.xlsx", "F", 2),
    ]
    assert [(one.note.code, one.place.file) for one in reading.set_aside] == [
        ("row.no_text", "lot.zip/avis.csv"),
        ("file.pdf", "lot.zip/plan.pdf"),
        ("archive.nested", "lot.zip/autre.zip"),
    ]
    assert (reading.kind, reading.records) == ("zip", 6)
    assert {table.file for table in reading.tables} >= {"lot.zip/avis.csv", "lot.zip/classeur.xlsx"}


def test_identifiers_of_several_files_are_never_alike():
    reading = read_several([("a.csv", b"id;avis\n1;Oui\n2;Non\n"), ("b.csv", b"id;avis\n1;Oui\n;Non\n")], "lot")
    assert [one.id for one in contributions_of(reading)] == ["lot/a.csv:1@2", "2", "lot/b.csv:1@2", "lot/b.csv:@3"]


def test_columns_asked_for_are_looked_for_in_each_file():
    files = [("a.csv", b"q1;q2\nUn;Deux\n"), ("b.csv", b"q1\nTrois\n")]
    reading = read_several(files, "lot", columns=Columns(text="q2"))
    assert [row.text for row in reading.rows] == ["Deux"]
    assert [(one.note.code, one.place.file) for one in reading.set_aside] == [("column.unknown", "lot/b.csv")]


def test_notes_bear_the_name_of_their_file():
    reading = read_several([("a.txt", b"Oui\nNon")], "lot")
    assert [(note.code, note.params) for note in reading.notes] == [("text.by_line", {"file": "lot/a.txt"})]


def named(*names, method=zipfile.ZIP_DEFLATED):
    """An archive whose raw names are these bytes, without a word on their encoding."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for rank, _ in enumerate(names):
            archive.writestr(f"{rank:04}.txt", "Oui")
    data = stream.getvalue()
    for rank, name in enumerate(names):
        assert len(name) == 8
        data = data.replace(f"{rank:04}.txt".encode(), name)
    return data


@pytest.mark.parametrize(("raw", "name"), [(b"\x82t\x82.txt ", "été.txt "), ("é13.txt".encode(), "é13.txt")])
def test_names_are_read_in_the_encoding_they_were_written_in(raw, name):
    reading = read(named(raw.ljust(8)), "lot.zip")
    assert [row.place.file.rstrip() for row in reading.rows] == [f"lot.zip/{name.rstrip()}"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (named(b"../a.txt"), "archive.unsafe_name"),
        (named(b"/abc.txt"), "archive.unsafe_name"),
        (named(b"C:\\a.txt"), "archive.unsafe_name"),
        (named(b"abcd.txt", b"abcd.txt"), "archive.duplicate_names"),
        (packed({"bombe.txt": b"0" * 210_000_000}), "archive.bomb"),
        (packed({f"{rank}.txt": b"a" for rank in range(MAX_FILES + 1)}), "archive.too_many_entries"),
        (packed({"a/": b""}), "bundle.empty"),
        (packed({".cache": b"x"}), "bundle.empty"),
    ],
)
def test_read_refuses_an_archive_made_to_harm(data, code):
    assert refused(data) == code


def test_an_entry_damaged_or_locked_is_set_aside_and_the_others_are_read():
    data = bytearray(packed({"a.txt": b"Un banc " * 50, "b.txt": "Un bus"}))
    data[45] ^= 0xFF
    reading = read(bytes(data), "lot.zip")
    assert [row.text for row in reading.rows] == ["Un bus"]
    assert [one.note.code for one in reading.set_aside] == ["file.damaged"]
    locked = bytearray(packed({"a.txt": "Oui"}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + place] |= 1
    assert [one.note.code for one in read(bytes(locked), "lot.zip").set_aside] == ["file.encrypted"]


def test_an_entry_that_holds_more_than_it_declares_is_set_aside():
    data = bytearray(packed({"a.txt": b"Oui" * 1000}))
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = data.index(mark) + place
        data[start : start + 4] = (3).to_bytes(4, "little")
    assert [one.note.code for one in read(bytes(data), "lot.zip").set_aside] == ["file.damaged"]


def test_read_file_takes_a_folder_and_leaves_hidden_files_and_links(tmp_path):
    folder = tmp_path / "seances"
    (folder / "mars").mkdir(parents=True)
    (folder / "mars" / "a.txt").write_text("Un banc")
    (folder / ".cache").write_text("x")
    (folder / "lien.txt").symlink_to(tmp_path / "ailleurs.txt")
    reading = read_file(folder)
    assert [(row.text, row.place.file) for row in reading.rows] == [("Un banc", "seances/mars/a.txt")]
    assert reading.kind == "folder"
