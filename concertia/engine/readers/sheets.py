"""Reads the sheets of a workbook, xlsx, ods or xls, once it is known to be harmless and its grid to be small."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Any, TypeAlias

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from concertia.engine.canvas.reader_archive import Archive
from concertia.engine.isolation import Bounds, answers_of
from concertia.engine.notes import EngineError, Note
from concertia.engine.readers.columns import Layout
from concertia.engine.readers.delimited import Record
from concertia.engine.readers.grids import MAX_CELLS, check_grids, ods_merges
from concertia.engine.readers.reading import Columns
from concertia.engine.readers.tables import Prepared, prepare

MOST_LENT = 100_000
OLD = "concertia.engine.readers.sheets:old_answer"
OLD_BOUNDS = Bounds(seconds=30, megabytes=1_000, answer=300_000_000)
AT_ONCE = 1_000  # rows a line of answer
Merge: TypeAlias = tuple[tuple[int, int], tuple[int, int]]
Value: TypeAlias = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta


@dataclass(frozen=True)
class Grid:
    """One sheet: `records` gives its rows, from the first each time it is asked."""

    name: str
    width: int
    is_hidden: bool
    records: Callable[[], Iterator[Record]]


def prepared_sheets(
    data: bytes, archive: Archive | None, *, wanted: Columns, sheet: str
) -> tuple[list[Prepared], tuple[Note, ...]]:
    """The sheets that hold something, in the order of the workbook, or the one called `sheet`; no archive for an xls.

    Raises `EngineError`: `file.encrypted`, `file.damaged`, `table.too_many_cells`, `sheet.unknown`, and
    `column.unknown` when no sheet has the columns asked for; for an xls also those of `isolation.answers_of`.
    """
    grids = _old_grids(data, sheet) if archive is None else _grids(data, archive, sheet)
    tables: list[Prepared] = []
    refused: list[EngineError] = []
    for grid in grids:
        try:
            tables.append(prepare(grid.records(), sheet=grid.name, wanted=wanted, width=grid.width))
        except EngineError as error:  # a column asked for that this sheet does not have
            refused.append(error)
            without = prepare(grid.records(), sheet=grid.name, wanted=Columns(), width=grid.width)
            tables.append(replace(without, layout=Layout()))
    if refused and len(refused) == len(tables):
        raise refused[0]
    return tables, tuple(Note("sheet.hidden", {"sheet": grid.name}) for grid in grids if grid.is_hidden)


def _grids(data: bytes, archive: Archive | None, wanted: str) -> list[Grid]:
    if archive is not None:
        check_grids(archive)
    workbook, sheets = _opened(data, wanted)
    spans = ods_merges(archive) if archive is not None and archive.kind == "ods" else {}
    hidden = {one.name for one in workbook.sheets_metadata if one.visible != SheetVisibleEnum.Visible}
    return [
        Grid(
            name,
            _width(content),
            name in hidden,
            partial(_records, content, spans.get(name) or content.merged_cell_ranges or ()),
        )
        for name, content in sheets
    ]


def _old_grids(data: bytes, wanted: str) -> list[Grid]:
    """The sheets of an xls, unfolded in a child process: its library reserves all that a file asks, and dies of it."""
    found: list[Grid] = []
    rows: list[Record] = []
    try:
        for kind, content in answers_of(OLD, {"sheet": wanted}, data, bounds=OLD_BOUNDS):
            if kind == "rows":
                rows.extend(Record(line, cells, lent=frozenset(lent)) for line, cells, lent in content)
                continue
            name, width, is_hidden = content
            rows = []
            found.append(Grid(name, width, is_hidden, partial(iter, rows)))
    except EngineError:
        raise
    except (ValueError, TypeError) as error:
        raise EngineError("reading.interrupted") from error
    return found


def old_answer(request: dict[str, Any], data: bytes) -> Iterator[Any]:
    """In the child: each sheet of an xls, then its rows, a thousand at once; or the refusal."""
    try:
        for grid in _grids(data, None, request["sheet"]):
            yield ["sheet", [grid.name, grid.width, grid.is_hidden]]
            rows = ([record.line, record.cells, sorted(record.lent)] for record in grid.records())
            while some := list(islice(rows, AT_ONCE)):
                yield ["rows", some]
    except EngineError as error:
        yield {"refused": [error.note.code, error.note.params]}


def _opened(data: bytes, wanted: str) -> tuple[CalamineWorkbook, list[tuple[str, CalamineSheet]]]:
    try:
        workbook = load_workbook(io.BytesIO(data))
        sheets = [(name, workbook.get_sheet_by_name(name)) for name in _names(workbook, wanted)]
    except PasswordError as error:
        raise EngineError("file.encrypted") from error
    except (CalamineError, OSError, ValueError) as error:
        if isinstance(error, EngineError):
            raise
        raise EngineError("file.damaged") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how a library written in Rust says that it is lost
            raise
        raise EngineError("file.damaged") from error
    if sum(one.total_height * one.total_width for _, one in sheets) > MAX_CELLS:
        raise EngineError("table.too_many_cells", limit=MAX_CELLS // 1_000_000)
    return workbook, sheets


def _names(workbook: CalamineWorkbook, wanted: str) -> list[str]:
    names = [one.name for one in workbook.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    if not wanted:
        return names
    found = [name for name in names if name.casefold() == wanted.strip().casefold()]
    if not found:
        raise EngineError("sheet.unknown", sheet=wanted, sheets=", ".join(f"« {name} »" for name in names[:30]))
    return found


def _width(sheet: CalamineSheet) -> int:
    return sheet.end[1] + 1 if sheet.end else 0


def _records(sheet: CalamineSheet, merges: Sequence[Merge]) -> Iterator[Record]:
    """The rows as the program numbers them; empty columns at the left kept, so that letters are those on the screen.

    A merged cell lends what it says to the places it covers.
    """
    if not sheet.height:
        return
    margin = [""] * (sheet.start[1] if sheet.start else 0)
    lent = _lent(merges, _width(sheet))
    lender: dict[tuple[int, int], str] = {}
    for line, values in enumerate(sheet.iter_rows(), start=1):
        cells = [value.replace("\x00", "\ufffd") if isinstance(value, str) else _written(value) for value in values]
        while cells and not cells[-1]:
            cells.pop()
        if margin:
            cells = [*margin, *cells]
        covered = lent.get(line - 1)
        if covered is None:
            yield Record(line, cells)
            continue
        cells.extend([""] * (max(covered) + 1 - len(cells)))
        for rank, source in covered.items():
            if source[0] == line - 1:
                lender[source] = cells[source[1]]
            cells[rank] = lender.get(source, "")
        own = frozenset(rank for rank, source in covered.items() if source != (line - 1, rank))
        while cells and not cells[-1]:
            cells.pop()
        yield Record(line, cells, lent=own)


def _lent(merges: Sequence[Merge], width: int) -> dict[int, dict[int, tuple[int, int]]]:
    """For each row that a merged cell touches, for each of its columns there, where that cell begins.

    Beyond a hundred thousand places none is lent: no table of contributions is made so.
    """
    lent: dict[int, dict[int, tuple[int, int]]] = {}
    left = MOST_LENT
    for (top, start), (bottom, end) in merges:
        columns = range(start, min(end, width - 1) + 1)
        left -= (bottom - top + 1) * max(1, len(columns))
        if left < 0:
            return {}
        for row in range(top, bottom + 1):
            lent.setdefault(row, {}).update((column, (top, start)) for column in columns)
    return {row: covered for row, covered in lent.items() if covered}


def _written(value: Value) -> str:
    """A value as one would write it: no « .0 » after a whole number, dates from the year down.

    >>> _written(3.0), _written(True), _written(datetime.datetime(2025, 3, 2, 14, 30))
    ('3', 'true', '2025-03-02 14:30:00')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)
