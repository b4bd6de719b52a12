"""Reads a filled canvas, .docx or .odt, as people send it back.

What is not found is missing; what is doubtful is to be confirmed, with the words read and their place; text that
answers no label is a note of the document. Nothing is written, nothing is fetched, no macro or entity is run.

The codes and their parameters are in `CODES`.
"""

from __future__ import annotations

import posixpath

from concertia.engine.canvas.fields import FIELDS
from concertia.engine.canvas.reader_answers import merge, read_field
from concertia.engine.canvas.reader_archive import open_archive
from concertia.engine.canvas.reader_blocks import Document, Line
from concertia.engine.canvas.reader_docx import read_docx
from concertia.engine.canvas.reader_labels import label_count
from concertia.engine.canvas.reader_layout import in_reading_order
from concertia.engine.canvas.reader_odt import read_odt
from concertia.engine.canvas.reader_segments import Segments, segment
from concertia.engine.canvas.reading import FieldReading, Reading, Status
from concertia.engine.notes import EngineError, Note

LEAST_LABELS = 5
MAX_LINES = 20_000


def read(data: bytes, name: str = "") -> Reading:
    """The reading of a filled canvas; its kind is told from the content, `name` only serves to remark a wrong ending.

    Raises `EngineError` when the file cannot be read, is dangerous, or is not this canvas (codes in `CODES`).

    >>> read(b"%PDF-1.7 renamed", "canevas.docx")
    Traceback (most recent call last):
    concertia.engine.notes.EngineError: file.pdf
    """
    archive = open_archive(data)
    try:
        document = read_docx(archive) if archive.kind == "docx" else read_odt(archive)
        reading = _interpret(document)
    except RecursionError as error:
        raise EngineError("document.too_deep", limit=150) from error
    ending = posixpath.splitext(name.lower())[1].lstrip(".")
    expected = ("docx", "docm", "dotx", "dotm") if archive.kind == "docx" else ("odt", "ott")
    if ending and ending not in expected:
        note = Note("file.other_ending", {"ending": ending, "kind": archive.kind})
        return Reading(reading.fields, reading.results, (*reading.notes, note))
    return reading


def _interpret(document: Document) -> Reading:
    lines = list(in_reading_order(document.blocks))
    if len(lines) > MAX_LINES:
        raise EngineError("document.too_long", limit=10)
    found = label_count([line.text for line in lines])
    if found < LEAST_LABELS:
        raise EngineError("canvas.other_form", found=found, expected=len(FIELDS))
    cut = segment(lines)
    fields = tuple(_readings(cut))
    return Reading(fields, cut.results, (*document.notes, *cut.notes, *_hidden_links(lines, fields)))


def _readings(cut: Segments) -> list[FieldReading]:
    by_field: dict[tuple[str, int | None], list[FieldReading]] = {}
    for one in cut.segments:
        by_field.setdefault((one.key, one.result), []).append(read_field(one))
    readings = []
    for result in (None, *range(cut.results)):
        for field in FIELDS:
            if (field.section == 3) == (result is not None):
                found = by_field.get((field.key, result))
                readings.append(merge(found) if found else FieldReading(field.key, result, Status.MISSING))
    return readings


def _hidden_links(lines: list[Line], fields: tuple[FieldReading, ...]) -> list[Note]:
    """Addresses behind words, which the values do not hold."""
    known = "\n".join(str(one.value) for one in fields)
    notes: list[Note] = []
    for line in lines:
        for span in line.spans:
            hidden = span.link.startswith(("http://", "https://", "mailto:")) and span.text.strip()
            bare = span.link.removeprefix("mailto:").split("?")[0].rstrip("/")
            note = Note("link.hidden", {"text": span.text.strip(), "link": span.link})
            if hidden and bare not in known and note not in notes:
                notes.append(note)
    return notes


CODES: dict[str, tuple[str, ...]] = {}
