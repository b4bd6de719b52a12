"""Everything read has one status, and the sums are checked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concertia.engine.notes import EngineError
from concertia.engine.text.ledger import ledger_of, status_of
from concertia.engine.text.units import Status


@pytest.mark.parametrize(
    ("is_set_aside", "is_duplicate", "has_theme", "status"),
    [
        (True, True, True, Status.SET_ASIDE),
        (False, True, True, Status.DUPLICATE),
        (False, False, True, Status.THEME),
        (False, False, False, Status.SIGNAL),
    ],
)
def test_status_of_is_the_first_that_holds(is_set_aside, is_duplicate, has_theme, status):
    found = status_of(is_set_aside=is_set_aside, is_duplicate=is_duplicate, has_theme=has_theme)
    assert found == status


@given(st.lists(st.tuples(st.sampled_from(list(Status)), st.integers(0, 5)), max_size=50))
def test_ledger_adds_up(things):
    statuses = [status for status, _ in things]
    ledger = ledger_of(statuses, [theme for _, theme in things], dict.fromkeys(range(len(things)), "empty"))
    assert sum(line.count for line in ledger.lines) == ledger.read == len(things)
    assert {status: ledger.count(status) for status in Status} == {one: statuses.count(one) for one in Status}


@pytest.mark.parametrize("status", [Status.THEME, Status.SET_ASIDE])
def test_ledger_refuses_a_theme_or_a_reason_that_is_missing(status):
    with pytest.raises(EngineError) as refused:
        ledger_of([status], [None], {})
    assert refused.value.note.code == "ledger.unbalanced"
