"""Small cells of a table of persons: which numbers may not be shown so that nobody is told apart, totals included.

A cell of 1 to `least` − 1 persons is not shown. Alone in its line, it would be found again from the total: others are
withheld with it. Rows and columns are the two sides of a graph, withheld cells its edges; when every withheld number
is at least 1, one of them can be found exactly from the totals if and only if its edge is a bridge, that is if no
cycle goes through it. Each bridge is closed by the path of cells that costs the fewest persons (Dijkstra), until no
bridge is left.

Limits: a withheld number stays bounded by the totals (it is not found exactly, it may be guessed within a range); a
person counted in several rows makes the sums larger than the totals of persons, which only adds to the doubt; a cell
of 0 is shown, and withheld only when nothing else can protect its line. References: D. Gusfield, « A graph theoretic
approach to statistical data security », SIAM Journal on Computing 17(3), 1988; A. Hundepool and others, *Statistical
Disclosure Control*, Wiley, 2012, chapter 4.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LEAST = 5
Place = tuple[int, int]


@dataclass(frozen=True)
class ShownTable:
    """The numbers that may be shown, `None` for the others; `withheld` counts these."""

    cells: tuple[tuple[int | None, ...], ...]
    withheld: int


def suppress_small_cells(table: Sequence[Sequence[int]], *, least: int = LEAST) -> ShownTable:
    """The table without its small cells, nor those that would give them back by subtraction from the totals.

    `table`: rows of counts of persons, all of one length. Raises ValueError for rows of several lengths or a negative
    count. A table of one row or one column with a small cell is withheld whole: nothing can protect it.

    >>> suppress_small_cells([[12, 3, 9], [20, 8, 30], [7, 6, 15]]).cells
    ((None, None, 9), (20, 8, 30), (None, None, 15))
    """
    rows = [list(row) for row in table]
    columns = len(rows[0]) if rows else 0
    if any(len(row) != columns for row in rows) or any(cell < 0 for row in rows for cell in row):
        raise ValueError("A table of counts has rows of one length and no negative number.")
    withheld = {(r, c) for r, row in enumerate(rows) for c, cell in enumerate(row) if 0 < cell < least}
    if withheld and min(len(rows), columns) < 2:
        withheld = {(r, c) for r in range(len(rows)) for c in range(columns)}
    else:
        _close_bridges(rows, withheld)
    cells = tuple(
        tuple(None if (r, c) in withheld else cell for c, cell in enumerate(row)) for r, row in enumerate(rows)
    )
    return ShownTable(cells, len(withheld))


def _close_bridges(rows: list[list[int]], withheld: set[Place]) -> None:
    """Add cells until each withheld one lies on a cycle."""
    while bridges := _bridges(withheld):
        withheld |= _detour(rows, withheld, min(bridges))


def _bridges(withheld: set[Place]) -> set[Place]:
    """The edges that no cycle goes through (Tarjan's low links, without recursion); columns are −1 − c."""
    beside: dict[int, list[int]] = defaultdict(list)
    for row, column in sorted(withheld):
        beside[row].append(-1 - column)
        beside[-1 - column].append(row)
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    found: set[Place] = set()
    for start in sorted(beside):
        if start in order:
            continue
        stack: list[tuple[int, int | None, Iterator[int]]] = [(start, None, iter(beside[start]))]
        order[start] = low[start] = len(order)
        while stack:
            node, above, left = stack[-1]
            following = next(left, None)
            if following is None:
                stack.pop()
                if above is not None:
                    low[above] = min(low[above], low[node])
                    if low[node] > order[above]:
                        found.add((max(node, above), -1 - min(node, above)))
            elif following not in order:
                order[following] = low[following] = len(order)
                stack.append((following, node, iter(beside[following])))
            elif following != above:
                low[node] = min(low[node], order[following])
    return found


def _detour(rows: list[list[int]], withheld: set[Place], bridge: Place) -> set[Place]:
    """The cells of the cheapest path from the bridge's row to its column that does not take the bridge."""
    dear = 1 + sum(map(sum, rows))  # a cell of 0 moves nobody: the last to be taken
    start, goal = bridge[0], -1 - bridge[1]
    best, came, queue = {start: 0}, {start: start}, [(0, start)]
    while queue:
        cost, node = heapq.heappop(queue)
        if node == goal:
            break
        if cost > best[node]:
            continue
        others = range(len(rows)) if node < 0 else (-1 - column for column in range(len(rows[0])))
        for other in others:
            place = (max(node, other), -1 - min(node, other))
            if place == bridge:
                continue
            price = 0 if place in withheld else rows[place[0]][place[1]] or dear
            if cost + price < best.get(other, cost + price + 1):
                best[other], came[other] = cost + price, node
                heapq.heappush(queue, (cost + price, other))
    path, node = set(), goal
    while node != start:
        path.add((max(node, came[node]), -1 - min(node, came[node])))
        node = came[node]
    return path
