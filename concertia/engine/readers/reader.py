"""Reads files of contributions: tables, minutes, transcripts, mails, exports, zips, folders → rows with their place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from concertia.engine.canvas.reader_archive import Caps, open_parts
from concertia.engine.notes import EngineError, Note
from concertia.engine.readers.bundles import MAX_FILES, File, is_bundle, is_left_by_a_system, read_bundle, unpacked
from concertia.engine.readers.decoding import Decoded, decode
from concertia.engine.readers.delimited import find_separator, records
from concertia.engine.readers.documents import read_document
from concertia.engine.readers.json_records import json_records
from concertia.engine.readers.kinds import MAX_FILE, check_bytes, ending_of, is_archive, is_old_workbook, text_kind
from concertia.engine.readers.mails import is_mail, read_mails
from concertia.engine.readers.paragraphs import read_paragraphs, read_subtitles, text_paragraphs
from concertia.engine.readers.reading import Columns, Reading, Row, SetAside
from concertia.engine.readers.sheets import prepared_sheets
from concertia.engine.readers.tables import LONGEST_TEXT, MAX_RECORDS, Gathered, prepare, read_tables

GUESSED = Columns()
WORKBOOK = Caps(unpacked=250_000_000, ratio=2_000)  # a sheet of a hundred thousand « oui » packs five hundred times
EXPECTED_ENDINGS = {
    "csv": ("csv", "tsv", "tab", "txt"),
    "json": ("json", "jsonl", "ndjson", "geojson"),
    "subtitles": ("vtt", "srt"),
    "txt": ("txt", "md", "text", "log"),
    "xlsx": ("xlsx", "xlsm", "xltx", "xltm"),
    "docx": ("docx", "docm", "dotx", "dotm"),
    "xls": ("xls", "xlt"),
    "ods": ("ods", "ots"),
    "odt": ("odt", "ott"),
    "mail": ("eml", "mbox", "txt"),
    "zip": ("zip",),
}


@dataclass(frozen=True)
class _Found:
    """What a file gives; its encoding and separator when it is a text."""

    gathered: Gathered
    kind: str
    encoding: str = ""
    separator: str = ""


def read(data: bytes, name: str, *, columns: Columns = GUESSED, sheet: str = "", key: bytes = b"") -> Reading:
    """The contributions of a file, from its bytes; its kind is told from the content.

    Read: csv (`,` `;` tabulation `|`; UTF-8, UTF-16, Windows-1252, Latin-9…), xlsx, xls, ods, json and JSON Lines,
    docx, odt, txt, WebVTT, SubRip, saved discussions of video meetings, mails (eml, mbox), exports of Decidim (JSON,
    CSV) and of Polis (comments), and a zip of several of these. `columns` names those to use, the others are guessed;
    `sheet` names the one to read, else every sheet whose text column is as sure. `key`, a secret of the consultation,
    enters the hashes that stand for the senders of mails: without it, who knows an address can find it again.

    Sum: Σ `Row.records` + Σ `SetAside.records` = Σ `Table.records`, checked at each reading. Blank lines are counted
    apart (`Table.blank`). Order is that of the file. A text is as written, but for: HTML marks (told in a note), ends
    of line, spaces at both ends, NUL characters; a Decidim proposal is its title, a blank line, its body.

    Limits: 200 MB (2,000 files in a zip); 4 million cells in a workbook; 300,000 records; 5 million signs in a text;
    a document of 10,000 paragraphs. Time and memory are linear in the size. Raises `EngineError` with one of the codes
    of `codes.REFUSALS`, never anything else. A stranger's file is better read by `isolated.read_isolated`.

    >>> reading = read("id;avis;âge\\n1;Plus d’arbres;34\\n2;;51\\n".encode(), "avis.csv")
    >>> [(row.id, row.text, row.place.line) for row in reading.rows]
    [('1', 'Plus d’arbres', 2)]
    >>> [(one.note.code, one.place.line) for one in reading.set_aside], reading.records
    ([('row.no_text', 3)], 2)
    """
    if not is_archive(data) or not is_bundle(data):
        return _read_one(data, name, columns=columns, sheet=sheet, key=key)
    check_bytes(data)
    one = partial(_read_one, columns=columns, sheet=sheet, key=key)
    return _with_ending(read_bundle(unpacked(data), name=name, kind="zip", read_one=one))


def read_several(
    files: Sequence[tuple[str, bytes]],
    name: str,
    *,
    columns: Columns = GUESSED,
    sheet: str = "",
    key: bytes = b"",
) -> Reading:
    """As `read`, for several files taken together, those of a folder called `name`: (relative name, bytes) each.

    The place of a row bears the name of its file. A file refused is one record set aside; an archive among them is
    opened. Raises `EngineError`: `file.too_large` (all together), `archive.too_many_entries`, `bundle.empty`,
    `table.too_many_rows`.

    >>> [row.place.file for row in read_several([("a.txt", b"Oui"), ("b/c.txt", b"Non")], "seances").rows]
    ['seances/a.txt', 'seances/b/c.txt']
    """
    weight = sum(len(data) for _, data in files)
    if weight > MAX_FILE:
        raise EngineError("file.too_large", megabytes=-(-weight // 1_000_000), limit=MAX_FILE // 1_000_000)
    if len(files) > MAX_FILES:
        raise EngineError("archive.too_many_entries", limit=MAX_FILES)
    given: list[File] = list(files)
    one = partial(read, columns=columns, sheet=sheet, key=key)
    return read_bundle(given, name=name, kind="folder", read_one=one)


def read_file(path: Path, *, columns: Columns = GUESSED, sheet: str = "", key: bytes = b"") -> Reading:
    """As `read`, from the file at `path`; as `read_several` when it is a folder, with all the folders in it.

    Raises `EngineError("file.unreadable")` when something cannot be opened.
    """
    if path.is_dir():
        return read_several(files_in(path), path.name, columns=columns, sheet=sheet, key=key)
    return read(bytes_of(path), path.name, columns=columns, sheet=sheet, key=key)


def bytes_of(path: Path) -> bytes:
    """What a file holds; raises `EngineError("file.unreadable")`."""
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise EngineError("file.unreadable", name=path.name) from error


def files_in(folder: Path) -> list[tuple[str, bytes]]:
    """The files of a folder and of those in it, in the order of their names; hidden ones and links left out.

    Raises `EngineError`: `file.unreadable`, `file.too_large`, `archive.too_many_entries`.
    """
    found: list[tuple[str, bytes]] = []
    weight = 0
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not path.is_file() or is_left_by_a_system(name):
            continue
        data = bytes_of(path)
        weight += len(data)
        if weight > MAX_FILE:
            raise EngineError("file.too_large", megabytes=-(-weight // 1_000_000), limit=MAX_FILE // 1_000_000)
        found.append((name, data))
        if len(found) > MAX_FILES:
            raise EngineError("archive.too_many_entries", limit=MAX_FILES)
    return found


def _read_one(data: bytes, name: str, *, columns: Columns, sheet: str, key: bytes) -> Reading:
    """Any file but a zip of files, which inside another is refused."""
    check_bytes(data)
    if is_archive(data):
        if is_bundle(data):
            raise EngineError("archive.nested")
        return _with_ending(_read_archive(data, name, columns, sheet))
    if is_old_workbook(data):
        tables, notes = prepared_sheets(data, None, wanted=columns, sheet=sheet)
        return _with_ending(_reading(name, _Found(read_tables(tables, file=name), "xls"), notes))
    if is_mail(data):
        found = _Found(read_mails(data, file=name, key=key), "mail")
        if columns != GUESSED:
            found.gathered.notes.append(Note("column.ignored"))
        return _with_ending(_reading(name, found, ()))
    decoded = decode(data)
    if not decoded.text.strip("\ufeff \t\r\n"):
        raise EngineError("file.empty")
    return _with_ending(_reading(name, _read_text(decoded, name, columns), decoded.notes))


def _with_ending(reading: Reading) -> Reading:
    """The reading, with a remark when the name of its file lies about the kind."""
    ending = ending_of(reading.file)
    if not ending or ending in EXPECTED_ENDINGS[reading.kind]:
        return reading
    note = Note("file.other_ending", {"ending": ending, "kind": reading.kind})
    return replace(reading, notes=(*reading.notes, note))


def _read_archive(data: bytes, name: str, columns: Columns, sheet: str) -> Reading:
    archive = open_parts(data, kinds=("xlsx", "ods", "docx", "odt"), caps=WORKBOOK)
    if archive.kind in ("docx", "odt"):
        gathered = read_document(archive, file=name, wanted=columns)
        return _reading(name, _Found(gathered, archive.kind), ())
    tables, notes = prepared_sheets(data, archive, wanted=columns, sheet=sheet)
    return _reading(name, _Found(read_tables(tables, file=name), archive.kind), notes)


def _read_text(decoded: Decoded, name: str, columns: Columns) -> _Found:
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
        if not any(one.code in ("speech.turns", "chat.messages") for one in gathered.notes):
            notes = (note,)
    if kind in ("subtitles", "txt") and columns != GUESSED:
        gathered.notes.append(Note("column.ignored"))
    gathered.notes.extend(notes)
    return _Found(gathered, kind, decoded.encoding, separator)


def _reading(name: str, found: _Found, notes: tuple[Note, ...]) -> Reading:
    gathered = found.gathered
    if len(gathered.rows) + len(gathered.set_aside) > MAX_RECORDS:
        raise EngineError("table.too_many_rows", limit=MAX_RECORDS)
    rows = [row for row in gathered.rows if len(row.text) <= LONGEST_TEXT]
    too_long = [_too_long(row) for row in gathered.rows if len(row.text) > LONGEST_TEXT]
    return Reading(
        name,
        found.kind,
        tuple(rows),
        (*gathered.set_aside, *too_long),
        tuple(gathered.tables),
        (*notes, *gathered.notes),
        found.encoding,
        found.separator,
        tuple(gathered.seen),
    )


def _too_long(row: Row) -> SetAside:
    note = Note("row.too_long", {"letters": len(row.text), "limit": LONGEST_TEXT})
    return SetAside(note, row.place, (row.text,), row.records)
