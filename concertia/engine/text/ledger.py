"""The ledger: everything read has one status and one only, and the sums are checked.

    set aside > duplicate > theme > signal, the first that holds

    Σ themes + duplicates + signals + set aside = everything read, for contributions and for units

Reference: rule 1 of the design, « nothing is lost »: none of the systems reviewed keeps such a sum.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from concertia.engine.notes import EngineError
from concertia.engine.text.units import Status


@dataclass(frozen=True)
class Line:
    """`theme` for those in a theme, `reason` for those set aside; how many."""

    status: Status
    theme: int | None
    reason: str | None
    count: int


@dataclass(frozen=True)
class Ledger:
    """`read`: everything; `lines`: what became of it, their counts adding up to `read`."""

    read: int
    lines: tuple[Line, ...]

    def count(self, status: Status) -> int:
        """How many have a status.

        >>> ledger_of([Status.THEME], [0], {}).count(Status.THEME)
        1
        """
        return sum(line.count for line in self.lines if line.status == status)


def status_of(*, is_set_aside: bool, is_duplicate: bool, has_theme: bool) -> Status:
    """The one status, by precedence; what is in no theme is a signal, to be read.

    >>> status_of(is_set_aside=False, is_duplicate=True, has_theme=True)
    <Status.DUPLICATE: 'doublon'>
    """
    if is_set_aside:
        return Status.SET_ASIDE
    if is_duplicate:
        return Status.DUPLICATE
    return Status.THEME if has_theme else Status.SIGNAL


def ledger_of(statuses: Sequence[Status], themes: Sequence[int | None], reasons: Mapping[int, str]) -> Ledger:
    """Counts what became of each thing read: its status, its theme when it is in one, why it is set aside (by rank).

    Raises `EngineError` « ledger.unbalanced » when a thing in a theme has none, when one set aside has no reason, or
    when the sum is not what was read.

    >>> ledger_of([Status.THEME, Status.SET_ASIDE], [3, None], {1: "empty"}).lines[1].reason
    'empty'
    """
    counts: Counter[tuple[Status, int | None, str | None]] = Counter()
    for rank, (status, theme) in enumerate(zip(statuses, themes, strict=True)):
        own = theme if status == Status.THEME else None
        reason = reasons.get(rank) if status == Status.SET_ASIDE else None
        if (status == Status.THEME and own is None) or (status == Status.SET_ASIDE and reason is None):
            raise EngineError("ledger.unbalanced", rank=rank, status=str(status))
        counts[status, own, reason] += 1
    order = [Status.THEME, Status.DUPLICATE, Status.SIGNAL, Status.SET_ASIDE]
    keys = sorted(counts, key=lambda key: (order.index(key[0]), -1 if key[1] is None else key[1], key[2] or ""))
    ledger = Ledger(len(statuses), tuple(Line(*key, counts[key]) for key in keys))
    if sum(line.count for line in ledger.lines) != ledger.read:
        raise EngineError("ledger.unbalanced", rank=-1, status="")
    return ledger
