"""No small cell is shown, and none can be found again from the totals."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from concertia.engine.privacy.small_cells import LEAST, suppress_small_cells


def test_a_small_cell_takes_others_with_it():
    """The example worked by hand: three more cells make a cycle, the cheapest there is."""
    shown = suppress_small_cells([[12, 3, 9], [20, 8, 30], [7, 6, 15]])
    assert shown.cells == ((None, None, 9), (20, 8, 30), (None, None, 15))
    assert shown.withheld == 4


def test_a_table_without_small_cell_is_shown_whole():
    assert suppress_small_cells([[5, 0], [0, 12]]).cells == ((5, 0), (0, 12))


@pytest.mark.parametrize("table", [[[3, 9, 12]], [[3], [9]], [[2]]])
def test_one_line_with_a_small_cell_is_withheld_whole(table):
    assert all(cell is None for row in suppress_small_cells(table).cells for cell in row)


def test_nothing_and_wrong_tables():
    assert suppress_small_cells([]).cells == ()
    for wrong in ([[1, 2], [3]], [[-1, 2]]):
        with pytest.raises(ValueError, match="rows of one length"):
            suppress_small_cells(wrong)


def test_a_bridge_between_two_cycles_is_not_enough():
    """Two withheld cells in every line, and yet the one that joins two cycles could be found: it is closed too."""
    table = [[2, 2, 9, 9], [2, 2, 9, 9], [9, 2, 2, 2], [9, 9, 2, 2]]
    shown = suppress_small_cells(table).cells
    assert all(width(table, shown, row, column) > 0 for row, column in places(shown))


tables = st.integers(2, 4).flatmap(
    lambda columns: st.lists(st.lists(st.integers(1, 20), min_size=columns, max_size=columns), min_size=2, max_size=4)
)


def places(shown):
    return [(r, c) for r, row in enumerate(shown) for c, cell in enumerate(row) if cell is None]


def width(table, shown, row, column):
    """How far a withheld cell may be from its value for somebody who knows every total: by linear programming."""
    hidden = places(shown)
    sums, right = [], []
    for lines in ([[(r, c) for c in range(len(table[0]))] for r in range(len(table))],
                  [[(r, c) for r in range(len(table))] for c in range(len(table[0]))]):  # fmt: skip
        for line in lines:
            sums.append([1 if place in line else 0 for place in hidden])
            right.append(sum(table[r][c] for r, c in line if (r, c) in hidden))
    goal = [1 if place == (row, column) else 0 for place in hidden]
    low = linprog(goal, A_eq=sums, b_eq=right).fun
    high = -linprog([-one for one in goal], A_eq=sums, b_eq=right).fun
    return high - low


@given(tables)
@settings(max_examples=60, deadline=None)
def test_no_withheld_cell_can_be_computed_from_the_totals(table):
    shown = suppress_small_cells(table).cells
    for r, row in enumerate(shown):
        for c, cell in enumerate(row):
            assert cell is None or cell == table[r][c]
            assert cell is None or cell == 0 or cell >= LEAST
    for row, column in places(shown):
        assert width(table, shown, row, column) >= 1
