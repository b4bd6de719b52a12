"""Finds the line that names the columns, and gives each column a name of its own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from concertia.engine.readers.vocabulary import JOINT, role_of

HEADER_WITHIN = 20  # lines: titles and remarks may stand above
LONGEST_NAME = 3  # words, for a header of a single column that no list knows
MOST_WORDS = 15  # in a name of the second line of a header, unless it asks a question
NUMBER_OR_DATE = re.compile(r"[\d\s.,:/+%€$TZ-]+")


@dataclass(frozen=True)
class Header:
    """Ranks of the first and last line of a header (−1 for none), and the names it gives to the columns."""

    first: int = -1
    last: int = -1
    names: tuple[str, ...] = ()


def find_header(records: Sequence[Sequence[str]]) -> Header:
    """The header of the first records that are not blank: one line (`header_rank`), or two.

    Two lines: the first names groups of columns, the second the columns of each, joined here by « › »; a column that
    has no group may be named on the first line alone. Under the first blank of a group the second line is filled; it
    holds neither a number, nor a date, nor what comes again below; and it is told from data by a name that is known
    (`vocabulary`), or by a blank in a column that is filled further down.

    >>> rows = [["N°", "Vos réponses", ""], ["", "Ce qui va", "Ce qui manque"], ["1", "Le bus", "Un banc"]]
    >>> find_header(rows).names
    ('N°', 'Vos réponses › Ce qui va', 'Vos réponses › Ce qui manque')
    """
    head = [[cell.strip() for cell in record] for record in records]
    above = 0
    for first in range(min(len(head) - 1, HEADER_WITHIN)):
        names = _two_lines(head[first], head[first + 1], head[first + 2 :])
        if names and above <= max(1, _filled(names) // 2):
            return Header(first, first + 1, names)
        above = max(above, _filled(head[first]))
    rank = header_rank(records)
    return Header(rank, rank, tuple(records[rank])) if rank >= 0 else Header()


def _two_lines(upper: Sequence[str], lower: Sequence[str], below: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The names that two lines of a header give together; () when they are not one header."""
    width = max(len(upper), len(lower))
    upper, lower = [*upper, *[""] * (width - len(upper))], [*lower, *[""] * (width - len(lower))]
    while width and not (upper[width - 1] or lower[width - 1]):
        width -= 1
    if _filled(upper) < 2 or _filled(lower) < 2 or not below:
        return ()
    names: list[str] = []
    group, are_groups = "", False
    for top, under in zip(upper[:width], lower[:width], strict=True):
        if not (top or under):
            return ()
        are_groups |= bool(group and not top)
        group = "" if not under else top or group
        names.append(f"{group}{JOINT}{under}" if group and under else under or top)
    if not are_groups or len(set(names)) < width or not _may_name(lower, below):
        return ()
    columns = [[cells[rank] for cells in below if rank < len(cells)] for rank in range(width)]
    left_blank = any(
        not under and 2 * _filled(column) >= len(below) for under, column in zip(lower, columns, strict=False)
    )
    return tuple(names) if left_blank or any(map(role_of, lower)) else ()


def _may_name(cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether none of the cells is plainly a datum: a number, a date, a long text, a value that comes again."""
    for rank, cell in enumerate(cells):
        if not cell:
            continue
        column = [record[rank] for record in below if rank < len(record)]
        is_long = len(cell.split()) > MOST_WORDS and not cell.endswith("?")
        if NUMBER_OR_DATE.fullmatch(cell) or is_long or cell in column or _looks_like_those(cell, column):
            return False
    return True


def header_rank(records: Sequence[Sequence[str]]) -> int:
    """Rank of the header in the first records that are not blank; -1 when the table has none.

    Only titles, twice narrower at least, may stand above it. It is the first of the twenty that names two things known
    (`vocabulary`), else one; else the first as wide as most, if it looks like names: no cell empty, a number or a
    date, none found again below; in a table of one column, three words at most and no full stop, or a question.

    >>> header_rank([["Export du 3 mars"], ["id", "avis"], ["1", "Oui"]]), header_rank([["Oui."], ["Non."]])
    (1, -1)
    """
    head = [[cell.strip() for cell in record] for record in records[:HEADER_WITHIN]]
    widths = [_filled(cells) for cells in head]
    usual = Counter(widths).most_common(1)[0][0] if widths else 0
    known = [len({role_of(cell) for cell in cells} - {""}) for cells in head]
    may_head = [max(widths[:rank], default=0) <= max(1, width // 2) for rank, width in enumerate(widths)]
    for least in (2, 1):
        for rank, number in enumerate(known):
            if may_head[rank] and number >= least and (least > 1 or widths[rank] >= min(usual, 2)):
                return rank
    first = next((rank for rank, width in enumerate(widths) if width >= usual), -1)
    if first < 0 or not _looks_like_names(head[first], records[first + 1 :]):
        return -1
    return first


def _filled(cells: Sequence[str]) -> int:
    return sum(bool(cell) for cell in cells)


def _looks_like_names(cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    named = [cell for cell in cells if cell]
    while cells and not cells[-1]:
        cells = cells[:-1]
    if not named or not below or len(named) < len(cells) or len(set(named)) < len(named):
        return False
    if any(NUMBER_OR_DATE.fullmatch(cell) for cell in named):
        return False
    if any(cell.strip() == name for record in below for cell, name in zip(record, cells, strict=False)):
        return False
    if any(_looks_like_those(name, [record[rank] for record in below if rank < len(record)])
           for rank, name in enumerate(cells)):  # fmt: skip
        return False
    if len(cells) == 1:
        only = cells[0]
        return only.endswith("?") or (len(only.split()) <= LONGEST_NAME and not only.endswith((".", "!", "…")))
    return True


def _looks_like_those(name: str, below: Sequence[str]) -> bool:
    """A question above questions, or a coded identifier above others: the first of the data, not a name."""
    if name.endswith("?"):
        return 2 * sum(cell.strip().endswith("?") for cell in below) > len(below)
    if not any(sign.isdigit() for sign in name) or " " in name or len(below) < 2:
        return False
    return all(len(cell.strip()) == len(name) and cell.strip()[:3] == name[:3] for cell in below)


def column_letter(rank: int) -> str:
    """The name a spreadsheet gives to the column of this rank, from 0.

    >>> column_letter(0), column_letter(27)
    ('A', 'AB')
    """
    letters = ""
    rank += 1
    while rank:
        rank, rest = divmod(rank - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def distinct_names(cells: Sequence[str], width: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A name for each of `width` columns, and the names that were there twice.

    >>> distinct_names(["avis", "", "avis"], 4)
    (('avis', 'B', 'avis (2)', 'D'), ('avis',))
    """
    names: list[str] = []
    twice: list[str] = []
    taken = {" ".join(cell.split()) for cell in cells}
    for rank in range(width):
        wanted = " ".join(cells[rank].split()) if rank < len(cells) else ""
        name, number = wanted or column_letter(rank), 1
        while name in names or (number > 1 and name in taken):
            number += 1
            name = f"{wanted or column_letter(rank)} ({number})"
        if wanted and number > 1 and wanted not in twice:
            twice.append(wanted)
        names.append(name)
    return tuple(names), tuple(twice)
