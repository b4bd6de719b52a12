"""Finds the line that names the columns, and gives each column a name of its own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from concertia.engine.readers.vocabulary import role_of

HEADER_WITHIN = 20  # lines: titles and remarks may stand above
LONGEST_NAME = 3  # words, for a header of a single column that no list knows
NUMBER_OR_DATE = re.compile(r"[\d\s.,:/+%€$TZ-]+")


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
