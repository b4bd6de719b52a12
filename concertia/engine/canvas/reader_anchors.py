"""Reads the answers that stand in an anchor: the content controls and sections that the writer names after a field.

What an anchor holds is the answer, whatever its words; its lines are not searched for labels, hints or blanks, only
the values are checked. An anchor that holds no answer counts for nothing: the labels then lead to what people typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from concertia.engine.canvas.fields import BY_KEY, OTHER_LABEL, Field, Kind
from concertia.engine.canvas.reader_answers import (
    PARSERS,
    Parsed,
    chosen,
    joined_answer,
    markers_that_matter,
    read_field,
    struck,
    text_of,
    visible,
)
from concertia.engine.canvas.reader_blocks import BOLD, Block, Line, Span, Table, lines_of, plain
from concertia.engine.canvas.reader_boxes import BOX, Ticks, read_boxes, read_yes_no
from concertia.engine.canvas.reader_labels import find_label
from concertia.engine.canvas.reader_segments import Segment
from concertia.engine.canvas.reading import FieldReading, Status
from concertia.engine.notes import Note

CHECKED = {Kind.EMAIL, Kind.DATE, Kind.COUNT, Kind.SESSIONS, Kind.URLS}
MOST_CHECKED = 2_000  # letters of a line in which a value is looked for: the patterns are slow on longer ones
MOST_LETTERS = 20_000  # of several such lines
UNSEEN = re.compile("[\xad\u200b]")
OTHER = re.compile(rf"\s*(?:{BOX.pattern})\s*{re.escape(OTHER_LABEL)}\s*:?", re.IGNORECASE)


def settled(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """The blocks, where only the anchors to believe are left: those that hold one answer, or none.

    An anchor is not believed when it holds another anchor, or a label that people see as such: in bold, or found
    nowhere else. That is how a section 3 pasted in the last answer comes, or a forged document.
    """
    anchored: dict[int, list[Line]] = {}
    outside: list[Line] = []
    containers: set[int] = set()
    for line in lines_of(blocks):
        if line.anchor is None:
            outside.append(line)
            continue
        if line.anchor.rank not in anchored:
            outer = line.anchor.outer
            while outer:
                containers.add(outer.rank)
                outer = outer.outer
        anchored.setdefault(line.anchor.rank, []).append(line)
    if not anchored:
        return blocks
    matches = [find_label(line.text) for line in outside if line.text.strip()]
    known = {match.key for match in matches if match and not match.weak}
    alone = {rank: lines for rank, lines in anchored.items() if rank not in containers}
    known |= {line.anchor.key for lines in alone.values() for line in lines[:1] if line.anchor}
    kept = {rank for rank, lines in alone.items() if not any(_is_label(line, known) for line in lines)}
    return _mapped(blocks, lambda line: line if not line.anchor or line.anchor.rank in kept else _released(line))


def _is_label(line: Line, known: set[str]) -> bool:
    """Whether a line in an anchor is a label after all."""
    if not line.text.strip() or (len(known) == len(BY_KEY) and not line.any_style() & BOLD):
        return False
    match = find_label(line.text)
    if match is None or match.weak:
        return False
    return match.key not in known or bool(line.style(match.start, min(match.end, len(line.text))) & BOLD)


def _released(line: Line) -> Line:
    """The line as one that has no anchor."""
    return replace(line, anchor=None, spans=tuple(Span(plain(one.text), one.style, one.link) for one in line.spans))


def _mapped(blocks: tuple[Block, ...], change: Callable[[Line], Line]) -> tuple[Block, ...]:
    mapped: list[Block] = []
    for block in blocks:
        if isinstance(block, Table):
            rows = tuple(tuple(replace(c, blocks=_mapped(c.blocks, change)) for c in row) for row in block.rows)
            mapped.append(Table(rows, block.number))
        else:
            mapped.append(change(block))
    return tuple(mapped)


def read_answer(segment: Segment) -> FieldReading:
    """The reading of one field: what its anchor holds, else what the label leads to; both, to confirm, if both do."""
    spec = BY_KEY[segment.key]
    inside = [line for line in segment.lines if line.anchor]
    beside = read_field(replace(segment, lines=[line for line in segment.lines if not line.anchor]))
    value, doubt = _held(spec, inside) if any(line.text.strip() for line in inside) else (None, None)
    if value is None and doubt is None:
        return beside
    filled = [line for line in inside if line.text.strip()]
    text = text_of(filled)
    anchors = {line.anchor.rank for line in filled if line.anchor}
    if len(anchors) > 1:
        doubt = Note("label.repeated", {"count": len(anchors)})
    if beside.status is not Status.MISSING:
        value, doubt = _together(value, beside), Note("answer.outside", {"text": beside.text})
        text = f"{text}\n{beside.text}"
    doubt = doubt or struck(spec, inside)
    status = Status.CONFIRM if doubt else Status.READ
    return FieldReading(spec.key, segment.result, status, value, text, filled[0].place, doubt)


def _together(value: Any, beside: FieldReading) -> Any:
    """What an anchor holds, then the words beside it, where the value can hold words."""
    words = beside.value if isinstance(beside.value, str) else beside.text
    if isinstance(value, dict):
        return {**value, "autre": "\n".join(filter(None, (value["autre"], words)))}
    return f"{value}\n{words}" if isinstance(value, str) else value


def _held(spec: Field, lines: list[Line]) -> Parsed:
    """The value that an anchor holds; None without a note when it is the blank one of the canvas."""
    if spec.kind is Kind.CHOICES:
        return chosen(spec, _ticks(spec, lines))
    if spec.kind is Kind.YES_NO:
        yes, doubt, said = read_yes_no(lines)
        return (yes, doubt) if said else (None, None)
    lines = markers_that_matter(spec, lines)
    verbatim = visible("\n".join(f"{line.marker} {line.text}" if line.marker else line.text for line in lines)).strip()
    return _checked(spec, verbatim, lines) if spec.kind in CHECKED else (verbatim, None)


def _ticks(spec: Field, lines: list[Line]) -> Ticks:
    """The boxes of an anchor: after « autre (à préciser) : », all is what people wrote there, boxes and labels too."""
    rank = next((rank for rank, line in enumerate(lines) if OTHER.match(line.text)), len(lines))
    ticks = read_boxes(lines[:rank], spec.choices)
    match = OTHER.match(lines[rank].text) if rank < len(lines) else None
    if match is None:
        return ticks
    words = "\n".join([lines[rank].text[match.end() :], *(line.text for line in lines[rank + 1 :])]).strip()
    box = match.groupdict()
    ticks.other_ticked = not box["empty"]
    if box["unsure"]:
        ticks.suspect("choices.box_unclear", option=OTHER_LABEL)
    if ticks.other_ticked and not words:
        ticks.suspect("choices.other_empty")
    if box["empty"] and re.search(r"\w", words):
        ticks.suspect("choices.other_not_ticked", option=words)
    if ticks.other_ticked or re.search(r"\w", words):
        ticks.other = words or None
    return ticks


def _checked(spec: Field, verbatim: str, lines: list[Line]) -> Parsed:
    """A date, a number or an address: in its usual form when it is sure, else as it stands, with why it is not."""
    shown = joined_answer(lines)
    if spec.kind is Kind.COUNT and shown == "0":
        return "0", None
    if len(shown) > MOST_LETTERS or max(map(len, shown.split("\n"))) > MOST_CHECKED:
        return verbatim, Note("answer.too_long", {"most": MOST_CHECKED})
    value, note = PARSERS[spec.kind](shown, lines)
    same = value == shown and (note is not None or not UNSEEN.search(verbatim))
    return (verbatim if same or spec.kind is Kind.SESSIONS else value), note
