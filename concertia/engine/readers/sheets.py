"""Reads the sheets of a workbook, xlsx or ods, once its archive is known to be harmless and its grid to be small."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import TypeAlias

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
from concertia.engine.notes import EngineError, Note
from concertia.engine.readers.columns import Layout
from concertia.engine.readers.delimited import Record
from concertia.engine.readers.grids import check_grids
from concertia.engine.readers.reading import Columns
from concertia.engine.readers.tables import Prepared, prepare

Value: TypeAlias = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta


def prepared_sheets(
    data: bytes, archive: Archive, *, wanted: Columns, sheet: str
) -> tuple[list[Prepared], tuple[Note, ...]]:
    """The sheets that hold something, in the order of the workbook, or the one called `sheet`.

    Raises `EngineError`: `file.encrypted`, `file.damaged`, `table.too_many_cells`, `sheet.unknown`, and
    `column.unknown` when no sheet has the columns asked for.
    """
    check_grids(archive)
    try:
        workbook = load_workbook(io.BytesIO(data))
        names = _names(workbook, sheet)
        sheets = [(name, workbook.get_sheet_by_name(name)) for name in names]
    except PasswordError as error:
        raise EngineError("file.encrypted") from error
    except (CalamineError, OSError) as error:
        raise EngineError("file.damaged") from error
    hidden = {one.name for one in workbook.sheets_metadata if one.visible != SheetVisibleEnum.Visible}
    tables: list[Prepared] = []
    refused: list[EngineError] = []
    for name, content in sheets:
        try:
            tables.append(prepare(_records(content), sheet=name, wanted=wanted, width=_width(content)))
        except EngineError as error:  # a column asked for that this sheet does not have
            refused.append(error)
            without = prepare(_records(content), sheet=name, wanted=Columns(), width=_width(content))
            tables.append(replace(without, layout=Layout()))
    if refused and len(refused) == len(tables):
        raise refused[0]
    return tables, tuple(Note("sheet.hidden", {"sheet": name}) for name in names if name in hidden)


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


def _records(sheet: CalamineSheet) -> Iterator[Record]:
    """The rows as the program numbers them; empty columns at the left kept, so that letters are those on the screen."""
    if not sheet.height:
        return
    margin = [""] * (sheet.start[1] if sheet.start else 0)
    for line, values in enumerate(sheet.iter_rows(), start=1):
        cells = [value.replace("\x00", "\ufffd") if isinstance(value, str) else _written(value) for value in values]
        while cells and not cells[-1]:
            cells.pop()
        yield Record(line, [*margin, *cells] if margin else cells)


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
