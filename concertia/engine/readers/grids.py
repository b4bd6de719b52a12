"""How large the grid of a sheet would be, before any program unfolds it.

A few hundred bytes may name the cell XFD1048576, or repeat one cell a billion times: what reads the sheet would then
fill the memory. The tags of rows and cells are counted as they stand, nothing is built.
"""

from __future__ import annotations

import html
import re

from concertia.engine.canvas.reader_archive import Archive
from concertia.engine.notes import EngineError

MAX_CELLS = 4_000_000  # in all the sheets; a grid is held whole: a hundred thousand rows of forty columns
ATTRIBUTES = rb"((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>"
XLSX_CELL = re.compile(rb"<(?:\w+:)?c(?=[\s/>])")
# As every office program writes it; a tag that is not so makes the count go tag by tag.
USUAL_COLUMN = re.compile(rb'<c r="([A-Z]{1,3})\d{1,7}"')
USUAL_ROW = re.compile(rb'<c r="[A-Z]{1,3}(\d{1,7})"')
XLSX_TAG = re.compile(rb"<(?:\w+:)?(row|c)(?=[\s/>])" + ATTRIBUTES)
ODS_TAG = re.compile(rb"<table:(table|table-row|table-cell|covered-table-cell)(?=[\s/>])" + ATTRIBUTES)
REFERENCE = re.compile(rb"\sr\s*=\s*[\"']([A-Z]{0,3})(\d{0,9})[\"']")
NAME = re.compile(rb"\stable:name\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
SPANNED = re.compile(rb"-(rows|columns)-spanned\s*=\s*[\"'](\d{1,7})[\"']")
REPEATED = re.compile(rb"-repeated\s*=\s*[\"'](\d{1,9})[\"']")


def check_grids(archive: Archive) -> None:
    """Raise `EngineError("table.too_many_cells")` when the sheets unfold to more than four million cells."""
    if archive.kind == "ods":
        total = _ods_cells(_plain_xml(archive.parts.get("content.xml", b"")))
    else:
        sheets = [content for name, content in archive.parts.items() if _is_sheet(name)]
        total = sum(_xlsx_cells(_plain_xml(content)) for content in sheets)
    if total > MAX_CELLS:
        raise EngineError("table.too_many_cells", limit=MAX_CELLS // 1_000_000)


def _is_sheet(name: str) -> bool:
    return name.endswith(".xml") and not name.startswith(("xl/theme/", "xl/styles", "xl/sharedStrings", "docProps/"))


def _plain_xml(content: bytes) -> bytes:
    """What no office program writes in a sheet could hide rows from the count: it is refused."""
    if b"<!--" in content or b"<![CDATA[" in content or b"<!DOCTYPE" in content or b"\x00" in content:
        raise EngineError("file.damaged")
    return content


def _xlsx_cells(content: bytes) -> int:
    """At most the cells of the grid, from the references at once when each cell has one; else tag by tag."""
    columns = USUAL_COLUMN.findall(content)
    if not columns or len(columns) != len(XLSX_CELL.findall(content)):
        return _xlsx_cells_by_tag(content)
    most = max(map(_column, set(columns))) * max(map(int, set(USUAL_ROW.findall(content))))
    return most if most <= MAX_CELLS else _xlsx_cells_by_tag(content)


def _xlsx_cells_by_tag(content: bytes) -> int:
    row = column = last_row = last_column = 0
    for tag in XLSX_TAG.finditer(content):
        attributes = tag[2]
        reference = REFERENCE.search(attributes)
        if tag[1] == b"row":
            row, column = (int(reference[2] or 0) if reference else row + 1), 0
            continue
        column = _column(reference[1]) if reference and reference[1] else column + 1
        here = int(reference[2]) if reference and reference[2] else row
        if not attributes.endswith(b"/"):
            last_row, last_column = max(last_row, here), max(last_column, column)
    return last_row * last_column


def _column(letters: bytes) -> int:
    rank = 0
    for letter in letters:
        rank = 26 * rank + letter - 64
    return rank


def _ods_cells(content: bytes) -> int:
    total = row = end = column = last_row = last_column = 0
    for tag in ODS_TAG.finditer(content):
        kind, attributes = tag[1], tag[2]
        if kind == b"table":
            total, row, end, last_row, last_column = total + last_row * last_column, 0, 0, 0, 0
            continue
        repeated = REPEATED.search(attributes) if b"-repeated" in attributes else None
        times = int(repeated[1]) if repeated else 1
        if kind == b"table-row":
            row, column = end, 0
            end = row + times
            continue
        column += times
        if b"value-type" in attributes or not attributes.endswith(b"/"):
            last_row, last_column = max(last_row, end), max(last_column, column)
    return total + last_row * last_column


def ods_merges(archive: Archive) -> dict[str, list[tuple[tuple[int, int], tuple[int, int]]]]:
    """The merged cells of each sheet of an ods: (row, column) of the first and last, from 0.

    >>> cell = b'<table:table-cell table:number-rows-spanned="2" table:number-columns-spanned="1"/>'
    >>> row = b"<table:table-row>" + cell + b"</table:table-row>"
    >>> ods_merges(Archive("ods", {"content.xml": b'<table:table table:name="Avis">' + row + b"</table:table>"}))
    {'Avis': [((0, 0), (1, 0))]}
    """
    content = archive.parts.get("content.xml", b"")
    merges: dict[str, list[tuple[tuple[int, int], tuple[int, int]]]] = {}
    if b"-spanned" not in content:
        return merges
    name = ""
    row = end = column = 0
    for tag in ODS_TAG.finditer(content):
        kind, attributes = tag[1], tag[2]
        if kind == b"table":
            found = NAME.search(attributes)
            written = (found[1] or found[2] or b"") if found else b""
            name, row, end = html.unescape(written.decode("utf-8", "replace")), 0, 0
            continue
        repeated = REPEATED.search(attributes) if b"-repeated" in attributes else None
        times = int(repeated[1]) if repeated else 1
        if kind == b"table-row":
            row, column, end = end, 0, end + times
            continue
        if b"-spanned" in attributes:
            spans = {side: int(number) for side, number in SPANNED.findall(attributes)}
            rows, columns = max(1, spans.get(b"rows", 1)), max(1, spans.get(b"columns", 1))
            if rows * columns > 1:
                merges.setdefault(name, []).append(((row, column), (row + rows - 1, column + columns - 1)))
        column += times
    return merges
