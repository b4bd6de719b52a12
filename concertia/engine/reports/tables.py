"""The data of an analysis as tables: a workbook with one sheet a table, or CSV files in a zip."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from concertia.engine.canvas.writer_zip import pack
from concertia.engine.reports.words import plain, safe_cell, shorten

Cell = str | int | float | None
LONGEST_CELL = 32_000  # a workbook holds 32,767 signs in a cell
CUT = " […] (coupé ici : le texte entier est dans le CSV)"
MOST_LINES = 1_048_575
EPOCH = dt.datetime(2000, 1, 1)
WIDTHS = {"texte": 70, "extrait": 70, "modèle": 70, "thème": 34, "thème principal": 34, "thème le plus proche": 34}
WIDTHS |= {"mots": 40, "mots rares": 30, "canal": 24, "nommé par": 36, "degrés": 40, "sous": 30, "thèmes fusionnés": 30}
NARROWEST = 13
LINE_HEIGHT, MOST_SHOWN = 15, 20  # points; lines of a cell that are shown before one clicks on it


@dataclass(frozen=True)
class Table:
    """A table: the name of its file, what it holds, its columns, and its lines."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def tables_csv(tables: tuple[Table, ...], *, read_me: str) -> bytes:
    """The tables as CSV files (UTF-8 with its mark, commas) in a zip, with a text that says what each holds."""
    files = [("LISEZMOI.txt", plain(read_me).encode())]
    files += [(f"{table.name}.csv", _csv(table)) for table in tables]
    return pack(files)


def _csv(table: Table) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(table.columns)
    writer.writerows([_shown(cell) for cell in row] for row in table.rows)
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def _shown(cell: Cell) -> str:
    if cell is None:
        return ""
    return safe_cell(cell) if isinstance(cell, str) else str(cell)


def tables_xlsx(tables: tuple[Table, ...], *, title: str, author: str, made: dt.datetime = EPOCH) -> bytes:
    """The tables as a workbook; `made` is its date, so that the same data give the same bytes.

    Every text is written as a text: none is read as a formula, a number or an address.
    """
    import xlsxwriter  # noqa: PLC0415 -- optional dependency

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": shorten(plain(title), 200), "author": plain(author), "created": made})
    head = book.add_format({"bold": True, "bottom": 2, "text_wrap": True, "valign": "top"})
    words = book.add_format({"text_wrap": True, "valign": "top"})
    numbers = book.add_format({"valign": "top"})
    for name, part in _sheets(tables):
        sheet = book.add_worksheet(name)
        _prepare(sheet, part, head)
        widths = [WIDTHS.get(column, NARROWEST) for column in part.columns]
        for rank, row in enumerate(part.rows, 1):
            lines = 1
            for place, cell in enumerate(row):
                if isinstance(cell, str):
                    text = _fitting(cell)
                    sheet.write_string(rank, place, text, words)
                    lines = max(lines, _lines(text, widths[place]))
                elif cell is not None:
                    sheet.write_number(rank, place, cell, numbers)
            sheet.set_row(rank, LINE_HEIGHT * min(lines, MOST_SHOWN))
    book.close()
    return buffer.getvalue()


def _prepare(sheet: Any, table: Table, head: Any) -> None:
    """Heads that stay in sight and on every page; printed on A4, one page wide."""
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, WIDTHS.get(column, NARROWEST))
        sheet.write_string(0, place, column, head)
    sheet.set_row(0, 2 * LINE_HEIGHT)
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)


def _lines(text: str, width: int) -> int:
    """How many lines the words take in a column so wide: a sheet does not find it alone in every program."""
    return sum(1 + len(line) // width for line in text[: width * MOST_SHOWN].split("\n"))


def _sheets(tables: tuple[Table, ...]) -> Iterator[tuple[str, Table]]:
    """Each table under its name; one longer than a sheet goes on in a second."""
    for table in tables:
        for part, start in enumerate(range(0, max(1, len(table.rows)), MOST_LINES), 1):
            rows = table.rows[start : start + MOST_LINES]
            name = table.name if part == 1 else f"{table.name} {part}"
            yield name[:31], Table(table.name, table.title, table.columns, rows)


def _fitting(text: str) -> str:
    text = plain(text)
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - len(CUT)] + CUT
