"""Whatever the bytes: a reading, or one refusal that has its sentence; and it never lasts."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from concertia.collection.phrases import sentence
from concertia.engine.notes import EngineError
from concertia.engine.readers import read, read_isolated, tables
from concertia.engine.readers.codes import ASIDE, CODES, REFUSALS
from tests.engine.readers.workbooks import packed, xlsx

FILES = Path(__file__).parent / "files"
SOUND = {path.name: path.read_bytes() for path in sorted(FILES.iterdir())}
MAIL = (
    b"From: a@x.example\nDate: Mon, 3 Mar 2025 10:02:00 +0100\nSubject: =?utf-8?q?=C3=A9?=\nMIME-Version: 1.0\n"
    b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html; charset=utf-8\n\n"
    b"<p>Oui<blockquote>Non</blockquote>\n--b\nContent-Transfer-Encoding: base64\n\nT3Vp\n--b--\n"
)
SOUND |= {
    "mail.eml": MAIL,
    "boite.mbox": b"From - x\n" + MAIL + b"\n\nFrom - y\n" + MAIL,
    "lot.zip": packed({"a.eml": MAIL, "b.csv": b"id;avis\n1;Oui\n", "c.xlsx": xlsx({"F": [["avis"], ["Oui"]]})}),
    "chat.txt": b"10:02:11 From A to Everyone : Oui\n10:03:11 From B to A : Non\n10:04 C\n",
    "piste.vtt": b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v A>Oui</v>\n",
    "liste.json": b'[{"id": 1, "avis": "Oui"}, {"id": 2, "avis": ["Non", {"fr": "Non"}]}, 3]',
    "table.csv": 'N°;Groupe;;Avis\n;Qui;Profil;\n1;A;élu;"Oui\nNon"\n'.encode("cp1252"),
}
MAIL_LINES = [
    "From: a@x.example\n", "Date: 1\n", "To: b\n", "\n", "> oui\n", "--b\n", "a écrit :\n", "Le 3, ", "-- \n", "<p>",
    "Content-Type: multipart/alternative; boundary=b\n", "Cordialement\n", "mots\n",
]  # fmt: skip
DISCUSSED = [
    "10:02 ", "[10:02] ", "03/03/2025 10:02 - ", "De ", "From ", "A", " à ", " to ", "Everyone", " : ", "oui", "\n",
    "\n\n", "(Direct Message)",
]  # fmt: skip
CELLS = ["", "id", "avis", "Groupe", "A", "1", "un texte un peu long"]
WORD = "wordprocessingml"
DOCTYPE = '<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>'
NAMES = [*SOUND, "avis", "avis.xls", "avis.eml", "avis.zip", "x.tsv"]


def tried(data, name):
    """The reading or its refusal, once its codes are known to have their sentence."""
    try:
        reading = read(data, name)
    except EngineError as error:
        reading, refusal = None, error.note
    if reading is None:
        assert refusal.code in REFUSALS
        assert sentence(refusal)
        return None
    kept = sum(row.records for row in reading.rows) + sum(one.records for one in reading.set_aside)
    assert kept == reading.records
    assert {one.note.code for one in reading.set_aside} <= set(ASIDE) | set(REFUSALS)
    assert all(sentence(note) for note in reading.notes)
    assert {note.code for note in reading.notes} <= set(CODES)
    return reading


@settings(max_examples=150, deadline=2_000, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=400), st.sampled_from(NAMES))
def test_any_bytes_under_any_name(data, name):
    tried(data, name)


@settings(max_examples=200, deadline=10_000, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(sorted(SOUND)), st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6)), max_size=6), st.data()
)
def test_any_sound_file_spoilt_in_places(name, spoils, data):
    spoilt = bytearray(SOUND[name])
    for share, piece in spoils:
        start = int(share * len(spoilt))
        spoilt[start : start + data.draw(st.integers(0, 8))] = piece
    tried(bytes(spoilt), name)


@settings(max_examples=100, deadline=2_000)
@given(st.lists(st.sampled_from(MAIL_LINES), max_size=25))
def test_any_mail(lines):
    tried(f"From: a@x.example\nDate: 1\nTo: b\n{''.join(lines)}".encode(), "a.eml")


@settings(max_examples=100, deadline=2_000)
@given(st.lists(st.sampled_from(DISCUSSED), max_size=40))
def test_any_discussion(pieces):
    tried("".join(pieces).encode(), "chat.txt")


@settings(max_examples=100, deadline=2_000)
@given(st.lists(st.lists(st.sampled_from(CELLS), max_size=5), max_size=6))
def test_any_header(rows):
    reading = tried("\n".join(";".join(row) for row in rows).encode(), "a.csv")
    assert reading is None or len({column.name for column in reading.seen}) == len(reading.seen)


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.csv", "file.empty"),
        (b"\xef\xbb\xbf", "a.csv", "file.empty"),
        (b"\x00" * 5_000, "a.csv", "file.empty"),
        (b"id;avis\n", "a.csv", "table.no_rows"),
        (xlsx({"F": [["id", "avis"]]}), "a.xlsx", "table.no_rows"),
        (b"%PDF-1.7", "a.csv", "file.pdf"),
        (b"PK\x03\x04 cut", "a.xlsx", "file.damaged"),
        (SOUND["mot-de-passe.xlsx"], "a.xlsx", "file.encrypted"),
        (packed({"[Content_Types].xml": WORD, "word/document.xml": DOCTYPE}), "a.docx", "document.doctype"),
        (f'<?xml version="1.0"?>{DOCTYPE}'.encode(), "a.xml", "file.xml"),
    ],
)  # fmt: skip
def test_bad_files_end_with_their_own_sentence(data, name, code):
    with pytest.raises(EngineError) as caught:
        read(data, name)
    assert caught.value.note.code == code
    assert sentence(caught.value.note).endswith(".")


def test_a_text_without_end_is_set_aside_and_the_others_are_read(monkeypatch):
    monkeypatch.setattr("concertia.engine.readers.reader.LONGEST_TEXT", 50)
    reading = read(f"id;avis\n1;{'a ' * 40}\n2;Oui\n".encode(), "a.csv")
    assert [row.text for row in reading.rows] == ["Oui"]
    assert [(one.note.code, one.note.params, one.place.line) for one in reading.set_aside] == [
        ("row.too_long", {"letters": 79, "limit": 50}, 2)
    ]


def test_too_many_rows_are_refused_as_soon_as_they_are_met(monkeypatch):
    monkeypatch.setattr(tables, "MAX_RECORDS", 400)
    with pytest.raises(EngineError) as caught:
        read(b"id;avis\n" + b"1;Oui\n" * 500, "a.csv")
    assert caught.value.note.params == {"limit": 400}


def test_a_line_of_sixty_megabytes_is_stopped_or_set_aside():
    data = b"un banc " * 7_500_000
    reading = read_isolated(data, "avis.txt")
    assert [one.note.code for one in reading.set_aside] == ["row.too_long"]
