"""Reads a file of contributions: tables, minutes, transcripts, exports of Decidim and Polis → rows with their place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from concertia.engine.canvas.reader_archive import Caps, open_parts
from concertia.engine.notes import EngineError, Note
from concertia.engine.readers.decoding import Decoded, decode
from concertia.engine.readers.delimited import find_separator, records
from concertia.engine.readers.documents import read_document
from concertia.engine.readers.json_records import json_records
from concertia.engine.readers.kinds import check_bytes, ending_of, is_archive, text_kind
from concertia.engine.readers.paragraphs import read_paragraphs, read_subtitles, text_paragraphs
from concertia.engine.readers.reading import Columns, Reading
from concertia.engine.readers.sheets import prepared_sheets
from concertia.engine.readers.tables import Gathered, prepare, read_tables

GUESSED = Columns()
WORKBOOK = Caps(unpacked=250_000_000, ratio=2_000)  # a sheet of a hundred thousand « oui » packs five hundred times
EXPECTED_ENDINGS = {
    "csv": ("csv", "tsv", "tab", "txt"),
    "json": ("json", "jsonl", "ndjson", "geojson"),
    "subtitles": ("vtt", "srt"),
    "txt": ("txt", "md", "text", "log"),
    "xlsx": ("xlsx", "xlsm", "xltx", "xltm"),
    "docx": ("docx", "docm", "dotx", "dotm"),
    "ods": ("ods", "ots"),
    "odt": ("odt", "ott"),
}


@dataclass(frozen=True)
class _Text:
    """What reading a text file adds to what its records give."""

    gathered: Gathered
    kind: str
    encoding: str
    separator: str = ""


def read(data: bytes, name: str, *, columns: Columns = GUESSED, sheet: str = "") -> Reading:
    """The contributions of a file, from its bytes; its kind is told from the content.

    Read: csv (`,` `;` tabulation `|`; UTF-8, UTF-16, Windows-1252, Latin-9…), xlsx, ods, json and JSON Lines, docx,
    odt, txt, WebVTT, SubRip, exports of Decidim (JSON, CSV) and of Polis (comments). `columns` names those to use, the
    others are guessed; `sheet` names the one to read, else every sheet whose text column is as sure.

    Sum: Σ `Row.records` + Σ `SetAside.records` = Σ `Table.records`, checked at each reading. Blank lines are counted
    apart (`Table.blank`). Order is that of the file. A text is as written, but for: HTML marks (told in a note), ends
    of line, spaces at both ends, NUL characters; a Decidim proposal is its title, a blank line, its body.

    Limits: 200 MB; 4 million cells in a workbook; a document of 10,000 paragraphs. Time and memory are linear in the
    size. Raises `EngineError` with one of the codes of `codes.REFUSALS`, never anything else.

    >>> reading = read("id;avis;âge\\n1;Plus d’arbres;34\\n2;;51\\n".encode(), "avis.csv")
    >>> [(row.id, row.text, row.place.line) for row in reading.rows]
    [('1', 'Plus d’arbres', 2)]
    >>> [(one.note.code, one.place.line) for one in reading.set_aside], reading.records
    ([('row.no_text', 3)], 2)
    """
    check_bytes(data)
    if is_archive(data):
        reading = _read_archive(data, name, columns, sheet)
    else:
        decoded = decode(data)
        if not decoded.text.strip("\ufeff \t\r\n"):
            raise EngineError("file.empty")
        found = _read_text(decoded, name, columns)
        reading = _reading(name, found, decoded.notes)
    ending = ending_of(name)
    if ending and ending not in EXPECTED_ENDINGS[reading.kind]:
        note = Note("file.other_ending", {"ending": ending, "kind": reading.kind})
        return replace(reading, notes=(*reading.notes, note))
    return reading


def read_file(path: Path, *, columns: Columns = GUESSED, sheet: str = "") -> Reading:
    """As `read`, from the file at `path`; raises `EngineError("file.unreadable")` when it cannot be opened."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise EngineError("file.unreadable", name=path.name) from error
    return read(data, path.name, columns=columns, sheet=sheet)


def _read_archive(data: bytes, name: str, columns: Columns, sheet: str) -> Reading:
    archive = open_parts(data, kinds=("xlsx", "ods", "docx", "odt"), caps=WORKBOOK)
    if archive.kind in ("docx", "odt"):
        gathered = read_document(archive, file=name, wanted=columns)
        return _reading(name, _Text(gathered, archive.kind, ""), ())
    tables, notes = prepared_sheets(data, archive, wanted=columns, sheet=sheet)
    return _reading(name, _Text(read_tables(tables, file=name), archive.kind, ""), notes)


def _read_text(decoded: Decoded, name: str, columns: Columns) -> _Text:
    text = decoded.text
    kind = text_kind(text, name)
    separator = ""
    notes: tuple[Note, ...] = ()
    if kind == "json":
        headers, made, notes = json_records(text)
        gathered = read_tables([prepare(made, sheet="", wanted=columns, headers=headers)], file=name)
    elif kind == "csv":
        separator = find_separator(text)
        gathered = read_tables([prepare(records(text, separator), sheet="", wanted=columns)], file=name)
    elif kind == "subtitles":
        gathered = read_subtitles(text, file=name)
    else:
        paragraphs, note = text_paragraphs(text, file=name)
        gathered = read_paragraphs(paragraphs, file=name)
        if not any(one.code == "speech.turns" for one in gathered.notes):
            notes = (note,)
    if kind in ("subtitles", "txt") and columns != GUESSED:
        gathered.notes.append(Note("column.ignored"))
    gathered.notes.extend(notes)
    return _Text(gathered, kind, decoded.encoding, separator)


def _reading(name: str, found: _Text, notes: tuple[Note, ...]) -> Reading:
    gathered = found.gathered
    return Reading(
        name,
        found.kind,
        tuple(gathered.rows),
        tuple(gathered.set_aside),
        tuple(gathered.tables),
        (*notes, *gathered.notes),
        found.encoding,
        found.separator,
    )
