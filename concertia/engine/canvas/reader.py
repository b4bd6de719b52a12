"""Reads a filled canvas, .docx or .odt, as people send it back.

What is not found is missing; what is doubtful is to be confirmed, with the words read and their place; text that
answers no label is a note of the document. A document that Concertia wrote has anchors, by which its answers are
found for certain. Nothing is written, nothing is fetched, no macro or entity is run.

The codes and their parameters are in `CODES`.
"""

from __future__ import annotations

import posixpath
from dataclasses import replace

from concertia.engine.canvas.fields import FIELDS
from concertia.engine.canvas.reader_anchors import read_answer, settled
from concertia.engine.canvas.reader_answers import merge
from concertia.engine.canvas.reader_archive import open_archive
from concertia.engine.canvas.reader_blocks import Document, Line
from concertia.engine.canvas.reader_docx import read_docx
from concertia.engine.canvas.reader_labels import find_label
from concertia.engine.canvas.reader_layout import in_reading_order
from concertia.engine.canvas.reader_odt import read_odt
from concertia.engine.canvas.reader_segments import Segments, segment
from concertia.engine.canvas.reading import FieldReading, Reading, Status
from concertia.engine.notes import EngineError, Note

LEAST_LABELS = 5
MAX_LINES = 20_000
MAX_LABELS = 900  # the writer makes up to a hundred sections 3, of eight labels
MAX_LETTERS = 2_000_000


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
    lines = list(in_reading_order(settled(document.blocks)))
    if len(lines) > MAX_LINES or sum(len(line.text) for line in lines) > MAX_LETTERS:
        raise EngineError("document.too_long", limit=MAX_LETTERS // 1_000_000)
    _check_labels(lines)
    cut = segment(lines)
    fields = tuple(_readings(cut))
    results = 1 + max(one.result or 0 for one in fields)
    return Reading(fields, results, (*document.notes, *cut.notes, *_hidden_links(lines, fields)))


def _check_labels(lines: list[Line]) -> None:
    """Refuse another form, which holds few of the labels, and a file made of labels without end."""
    keys: set[str] = set()
    met = 0
    for line in lines:
        if line.anchor:
            keys.add(line.anchor.key)
            continue
        match = find_label(line.text) if line.text.strip() else None
        if match and not match.weak:
            keys.add(match.key)
            met += 1
        if met > MAX_LABELS:
            raise EngineError("canvas.too_many_labels", limit=MAX_LABELS)
    if len(keys) < LEAST_LABELS:
        raise EngineError("canvas.other_form", found=len(keys), expected=len(FIELDS))


def _readings(cut: Segments) -> list[FieldReading]:
    by_field: dict[tuple[str, int | None], list[FieldReading]] = {}
    for one in cut.segments:
        by_field.setdefault((one.key, one.result), []).append(read_answer(one))
    readings = []
    for result in (None, *range(cut.results)):
        own = []
        for field in FIELDS:
            if (field.section == 3) == (result is not None):
                found = by_field.get((field.key, result))
                own.append(merge(found) if found else FieldReading(field.key, result, Status.MISSING))
        readings.append(own)
    anchored = {one.result for one in cut.segments if any(line.anchor for line in one.lines)}
    return _without_blank_results(readings, anchored)


def _without_blank_results(readings: list[list[FieldReading]], anchored: set[int | None]) -> list[FieldReading]:
    """Leave out the sections 3 that nobody filled, but those that the writer made so; the first stays when none is."""
    common, *results = readings
    kept = [
        own
        for rank, own in enumerate(results)
        if rank in anchored or any(one.status is not Status.MISSING for one in own)
    ]
    return [*common, *(replace(one, result=rank) for rank, own in enumerate(kept or results[:1]) for one in own)]


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


CODES: dict[str, tuple[str, ...]] = {
    # Refusals of a file (EngineError).
    "file.empty": (),
    "file.too_large": ("megabytes", "limit"),
    "file.encrypted": (),
    "file.old_word": (),
    "file.other_office": (),
    "file.pdf": (),
    "file.image": ("format",),
    "file.rtf": (),
    "file.html": (),
    "file.text": (),
    "file.flat_xml": (),
    "file.unknown": (),
    "file.damaged": (),
    "archive.other_kind": ("kind",),  # xlsx, pptx, vsdx, ods, odp, odg, jar, epub, zip
    "archive.nested": (),
    "archive.unsafe_name": (),
    "archive.symlink": (),
    "archive.duplicate_names": (),
    "archive.too_many_entries": ("limit",),
    "archive.bomb": ("limit",),  # megabytes
    "document.doctype": (),
    "document.damaged_xml": (),
    "document.too_deep": ("limit",),
    "document.too_long": ("limit",),  # megabytes of text
    "document.not_word": (),
    "document.not_odt": (),
    "canvas.other_form": ("found", "expected"),
    "canvas.too_many_labels": ("limit",),
    # Refusals of the isolated reading (EngineError).
    "reading.too_long": ("seconds",),
    "reading.too_much_memory": ("limit",),  # megabytes
    "reading.interrupted": (),
    "reading.unavailable": (),
    # Remarks on the whole document (Reading.notes).
    "file.other_ending": ("ending", "kind"),
    "document.macros_ignored": (),
    "document.tracked_changes": ("count",),
    "document.unread_parts": ("count",),  # another file inserted whole in the document
    "text.unattached": ("text", "paragraph"),
    "text.footnote": ("text",),
    "result.heading": ("text", "paragraph"),
    "link.hidden": ("text", "link"),
    # Why a field is to be confirmed (FieldReading.reason), and notes of `values`.
    "label.doubtful": ("label",),
    "label.out_of_order": ("label",),
    "label.inside": ("label",),
    "label.repeated": ("count",),
    "hint.mixed": ("hint",),
    "answer.unfinished": ("text",),
    "text.struck": (),
    "answer.too_long": ("most",),  # for a date, a number or an address
    "answer.outside": ("text",),  # words beside the anchor of an answer that has words too
    "text.several_lines": ("count",),
    "choices.box_unclear": ("option",),
    "choices.two_signs": (),
    "choices.twice": ("option",),
    "choices.no_box": ("option",),
    "choices.with_words": ("option",),
    "choices.other_not_ticked": ("option",),
    "choices.other_empty": (),
    "choices.unknown": ("option",),
    "choices.struck": (),
    "choices.emphasis": (),
    "choices.styles_differ": (),
    "choices.boxes_lost": (),
    "choices.typed": (),
    "yes_no.both": ("text",),
    "yes_no.with_words": ("text",),
    "yes_no.unclear": ("text",),
    "speakers.boxes": ("text",),
    "email.absent": ("text",),
    "email.malformed": ("text",),
    "email.several": ("text",),
    "email.with_words": ("text",),
    "email.in_link": ("text", "link"),
    "urls.absent": ("rest",),
    "urls.with_words": ("rest",),
    "urls.in_link": ("text", "link"),
    "date.unclear": ("text",),
    "date.with_words": ("text",),
    "date.several": ("text",),
    "date.impossible": ("text",),
    "date.implausible_year": ("text", "year"),
    "date.weekday_differs": ("text", "weekday"),
    "count.unclear": ("text",),
    "count.in_words": ("text",),
    "count.approximate": ("text",),
    "count.range": ("text",),
    "count.sum": ("text",),
    "count.several": ("text",),
    "count.with_details": ("text",),
    "count.with_words": ("text",),
    "count.implausible": ("text",),
    "sessions.unclear": ("text",),
    "sessions.several": ("text",),
    "sessions.unit_unclear": ("text",),
    "sessions.with_words": ("text",),
    "sessions.hours_computed": ("text", "each"),
}
