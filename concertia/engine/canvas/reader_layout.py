"""Puts tables in the order in which their answers are meant: label then answer, whatever way the table is laid.

Reading cell by cell, row by row, is right for most tables (label on the left, label above in one column, a whole page
in a frame). Two layouts need more: a row of labels with the answers below, and one column for each consultation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from concertia.engine.canvas import values
from concertia.engine.canvas.fields import BY_KEY, Kind
from concertia.engine.canvas.reader_blocks import Block, Cell, Line, Table, lines_of
from concertia.engine.canvas.reader_labels import find_label, find_section, folded
from concertia.engine.canvas.reading import Place

RANKED = re.compile(
    r"^(?:la |l |les )?(?:concertation|resultats?|restitution|atelier|groupe|session|seance|volet|demarche|reunion)s?"
    r"(?: (?:de la|de l|des))?(?: (?:concertation|atelier|groupe))?"
    r" (?:n |no |numero |num )?(?:\d{1,2}|un|une|deux|trois|quatre|i{1,3}|iv|[a-d])\b"
)
FILLER = re.compile(r"^[\s._…·\-–—/|:]*$")


def in_reading_order(blocks: tuple[Block, ...]) -> Iterator[Line]:
    """The lines of the document, tables unfolded."""
    for block in blocks:
        if isinstance(block, Line):
            yield block
        else:
            yield from _table(block)


def is_blank(text: str) -> bool:
    """Nothing, or only the dots and dashes that a form leaves to write on.

    >>> is_blank(" ……… "), is_blank("n° 2")
    (True, False)
    """
    return bool(FILLER.match(text))


def _table(table: Table) -> Iterator[Line]:
    if not any(_is_label(line) or _is_title(line) for line in lines_of((table,))):
        for row in table.rows:
            for cell in row:
                yield from in_reading_order(cell.blocks)
        return
    yield _stop("start", table)
    rows = list(table.rows)
    while rows:
        if _is_label_row(rows[0]) and len(rows) > 1:
            taken = _answer_rows(rows)
            yield from _below(rows[0], rows[1:taken])
            rows = rows[taken:]
        elif columns := _result_columns(rows):
            taken, count = columns
            yield from _side_by_side(rows[:taken], count, table)
            rows = rows[taken:]
        else:
            yield from _row(rows[0], table)
            rows = rows[1:]
    yield _stop("end", table)


def _row(row: tuple[Cell, ...], table: Table) -> Iterator[Line]:
    """A row as it is read; what stands to the left of a label (a rank, a theme) is not the answer of the row above."""
    filled = [cell for cell in row if _said(cell)]
    if len(filled) > 1 and not _begins_with_label(filled[0]) and any(_bare_label(cell) for cell in filled[1:]):
        yield _stop("start", table)
    for cell in row:
        yield from in_reading_order(cell.blocks)


def _begins_with_label(cell: Cell) -> bool:
    return any(_is_label(line) or _is_title(line) for line in _lines(cell))


def _is_label(line: Line) -> bool:
    """A label for certain: « recrutement ciblé » in a cell only begins like one."""
    match = find_label(line.text) if line.anchor is None else None
    return match is not None and not match.weak


def _is_title(line: Line) -> bool:
    return line.anchor is None and find_section(line.text) is not None


def _stop(kind: str, table: Table) -> Line:
    return Line((), Place(table=table.number, row=1, column=1), stop=kind)


def _lines(cell: Cell) -> list[Line]:
    return list(in_reading_order(cell.blocks))


def _said(cell: Cell) -> str:
    return "\n".join(line.text for line in _lines(cell) if not line.stop).strip()


def _bare_label(cell: Cell) -> str | None:
    """The key of the label when the cell holds one label and no answer."""
    lines = [line for line in _lines(cell) if line.text.strip()]
    if not lines:
        return None
    match = find_label(lines[0].text) if lines[0].anchor is None else None
    if match is None or match.weak or any(line.stop or _is_label(line) for line in lines[1:]):
        return None
    rest = "\n".join([lines[0].text[match.end :], *(line.text for line in lines[1:])])
    hint = folded(BY_KEY[match.key].hint)
    return match.key if is_blank(rest) or folded(rest) in (hint, "") else None


def _is_label_row(row: tuple[Cell, ...]) -> bool:
    """Two labels or more, side by side, and nothing else."""
    filled = [cell for cell in row if _said(cell)]
    return len(filled) > 1 and all(_bare_label(cell) for cell in filled)


def _answer_rows(rows: list[tuple[Cell, ...]]) -> int:
    """The rank after the last row of answers to the labels of the first row."""
    taken = 1
    while taken < len(rows) and not any(_is_label(line) for cell in rows[taken] for line in _lines(cell)):
        taken += 1
    return taken


def _below(labels: tuple[Cell, ...], answers: list[tuple[Cell, ...]]) -> Iterator[Line]:
    """A row of labels: each with the cells under it; for section 3, one row of answers is one consultation."""
    keys = [_bare_label(cell) for cell in labels]
    third = all(key is None or BY_KEY[key].section == 3 for key in keys) and len([k for k in keys if k]) > 2
    filled = [row for row in answers if any(not is_blank(_said(cell)) for cell in row)]
    groups = [[row] for row in filled] if third and len(filled) > 1 else [filled]
    for rank, group in enumerate(groups):
        if rank or len(groups) > 1:
            yield Line((), _place(labels[0], group), stop="result")
        for label in labels:
            yield from _lines(label)
            for row in group:
                for cell in row:
                    if label.column <= cell.column < label.column + label.span:
                        yield from _lines(cell)
        orphans = [c for row in group for c in row if not any(x.column <= c.column < x.column + x.span for x in labels)]
        for cell in orphans:
            yield from _lines(cell)


def _place(label: Cell, group: list[tuple[Cell, ...]]) -> Place:
    lines = [line for row in group for cell in row for line in _lines(cell)] or _lines(label)
    return lines[0].place if lines else Place()


def _result_columns(rows: list[tuple[Cell, ...]]) -> tuple[int, int] | None:
    """(number of rows, number of consultations) when each column after the labels is one consultation."""
    taken = 0
    header = ""
    keyed: list[tuple[str, list[str]]] = []
    for row in rows:
        key = _bare_label(row[0]) if row else None
        if key is None and not keyed and taken == 0 and len(row) > 2 and not _is_label_row(row):
            header = "|".join(_said(cell) for cell in row[1:])
        elif key is None or BY_KEY[key].section != 3 or len(row) < 3 or any(map(_bare_label, row[1:])):
            break
        else:
            keyed.append((key, [_said(cell) for cell in row[1:]]))
        taken += 1
    widths = {len(answers) for _key, answers in keyed}
    if len(keyed) < 2 or len(widths) != 1:
        return None
    count = widths.pop()
    titles = [folded(title) for title in header.split("|")]
    named = len(titles) == count and all(RANKED.match(title) for title in titles)
    return (taken, count) if named or _same_kinds(keyed) else None


def _same_kinds(keyed: list[tuple[str, list[str]]]) -> bool:
    """Each column answers the dates and counts on its own."""
    tests = [
        all(
            (values.parse_date if BY_KEY[key].kind is Kind.DATE else values.parse_count)(one)[1] is None
            for one in answers
        )
        for key, answers in keyed
        if BY_KEY[key].kind in (Kind.DATE, Kind.COUNT)
    ]
    return bool(tests) and all(tests)


def _side_by_side(rows: list[tuple[Cell, ...]], count: int, table: Table) -> Iterator[Line]:
    for rank in range(count):
        yield Line((), Place(table=table.number, row=1, column=rank + 2), stop="result")
        for row in rows:
            yield from _lines(row[0]) if _bare_label(row[0]) or not rank else ()
            yield from _lines(row[rank + 1])
