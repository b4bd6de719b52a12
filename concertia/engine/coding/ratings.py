"""What several coders gave to the same contributions, ready to be counted."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from concertia.engine.notes import EngineError

Code = Hashable
Counts = NDArray[np.float64]

MISSING = -1


@dataclass(frozen=True)
class Ratings:
    """One code a coder and a contribution: `ranks[unit, coder]` is a rank in `codes`, `MISSING` where none was given.

    int64, shape (contributions, coders). `is_ordered`: the order of `codes` means something (numbers, or a list given).
    """

    ranks: NDArray[np.int64]
    codes: tuple[Code, ...]
    is_ordered: bool

    @property
    def counts(self) -> Counts:
        """How many coders gave each code to each contribution; shape (contributions, codes)."""
        table = np.zeros((len(self.ranks), len(self.codes)))
        for column in self.ranks.T:
            given = np.flatnonzero(column >= 0)
            table[given, column[given]] += 1
        return table


def ratings(rows: Iterable[Sequence[Code | None]], *, codes: Sequence[Code] | None = None) -> Ratings:
    """Gather what coders gave: one row a contribution, one column a coder, None (or NaN) where a coder gave nothing.

    `codes` declares those of the grid, in their order, used or not; else they are those met: numbers in order, anything
    else by its text. Shapes: `rows` (contributions, coders). Raises `EngineError`: `agreement.empty`,
    `agreement.uneven_rows` (line), `agreement.unknown_code` (found).

    >>> table = ratings([["vélo", "vélo"], ["bus", None], ["bus", "vélo"]])
    >>> table.codes, table.ranks.tolist()
    (('bus', 'vélo'), [[1, 1], [0, -1], [0, 1]])
    """
    lines = [[None if _is_missing(cell) else _plain(cell) for cell in row] for row in rows]
    check_rows(lines)
    met = {cell for line in lines for cell in line if cell is not None}
    known = tuple(_plain(code) for code in codes) if codes is not None else _sorted(met)
    place = {code: rank for rank, code in enumerate(known)}
    strangers = met - place.keys()
    if strangers:
        raise EngineError("agreement.unknown_code", found=str(_sorted(strangers)[0]))
    ranks = np.array([[MISSING if cell is None else place[cell] for cell in line] for line in lines], dtype=np.int64)
    return Ratings(ranks, known, codes is not None or all(isinstance(code, (int, float)) for code in known))


def check_rows(lines: Sequence[Sequence[object]]) -> None:
    """One row a contribution, as long as the first; raises `EngineError` `agreement.empty`, `agreement.uneven_rows`."""
    if not lines or not lines[0]:
        raise EngineError("agreement.empty")
    for number, line in enumerate(lines, start=1):
        if len(line) != len(lines[0]):
            raise EngineError("agreement.uneven_rows", line=number)


def _is_missing(cell: Code | None) -> bool:
    return cell is None or (isinstance(cell, float) and cell != cell)


def _plain(cell: Code) -> Code:
    """A NumPy scalar as the Python value it holds, so that 1 and np.int64(1) are one code."""
    return cell.item() if isinstance(cell, np.generic) else cell


def number(code: Code) -> float:
    """The value of a code that is a number, NaN for the others."""
    return float(code) if isinstance(code, (int, float)) else float("nan")


def _sorted(codes: Iterable[Code]) -> tuple[Code, ...]:
    found = list(codes)
    if all(isinstance(code, (int, float)) for code in found):
        return tuple(sorted(found, key=number))
    return tuple(sorted(found, key=lambda code: (str(code), str(type(code)))))
