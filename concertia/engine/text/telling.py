"""From ranks and arrays to the result people read: statuses, counts of persons, quotes and both ledgers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from concertia.engine.notes import Note
from concertia.engine.text.bags import bags_of
from concertia.engine.text.campaigns import persons
from concertia.engine.text.duplicates import Duplicates
from concertia.engine.text.labels import Label
from concertia.engine.text.ledger import ledger_of, status_of
from concertia.engine.text.placement import Placed
from concertia.engine.text.result import (
    Analysis,
    CampaignResult,
    ContributionResult,
    Parameters,
    Record,
    SignalResult,
    Theme,
    UnitResult,
)
from concertia.engine.text.signals import Reading
from concertia.engine.text.synthesis import Quote, Voice, Voiced, choose_quotes, persons_heard
from concertia.engine.text.themes import Partition
from concertia.engine.text.units import Contribution, Reason, Status, Unit
from concertia.engine.text.vectors import Vectors

PASSAGES = 200  # of a theme, among which quotes are chosen
NO_RECORD = Record("", Parameters(), 0, (), "", 0, None)


@dataclass(frozen=True, eq=False)
class Read:
    """Everything the steps have found, in the order of the contents."""

    people: tuple[Contribution, ...]
    found: Duplicates
    reasons: dict[int, Reason]
    models: np.ndarray
    vectors: Vectors
    partition: Partition
    reading: Reading
    theme: np.ndarray
    score: np.ndarray
    units: tuple[Unit, ...]
    placed: Placed
    labels: tuple[Label, ...]
    campaigns: tuple[CampaignResult, ...]
    flood: tuple[str, ...]
    notes: tuple[Note, ...]
    first_unit: np.ndarray  # of each contribution, and one more to end the last


def tell(read: Read, settings: Parameters, order: Sequence[int]) -> Analysis:
    """The result of an analysis, in the order of the input: `order[i]` is the place in the file of the i-th text."""
    signals = {int(read.models[signal.text]) for signal in read.reading.signals}
    statuses = [_status(read, rank, signals) for rank in range(len(read.people))]
    contributions = _contributions(read, statuses)
    unit_statuses = [_unit_status(read, rank, statuses) for rank in range(len(read.units))]
    units = _units(read, unit_statuses)
    themes = _themes(read, settings, statuses, unit_statuses)
    back = np.argsort(np.array(order, dtype=np.int64), kind="stable")
    by_place = sorted(range(len(units)), key=lambda rank: (order[read.units[rank].contribution], units[rank].unit))
    return Analysis(
        contributions=tuple(contributions[rank] for rank in back),
        units=tuple(units[rank] for rank in by_place),
        themes=themes,
        resolution=read.partition.resolution,
        stability=read.partition.stability,
        trials=read.partition.trials,
        signals=_signals(read),
        reading_order=tuple(read.people[read.models[rank]].id for rank in read.reading.order),
        campaigns=read.campaigns,
        flood=read.flood,
        ledger=ledger_of(
            statuses, [_theme(read.theme[rank]) for rank in range(len(statuses))],
            {rank: str(reason) for rank, reason in read.reasons.items()},
        ),
        unit_ledger=ledger_of(unit_statuses, [_theme(theme) for theme in read.placed.theme], {}),
        notes=read.notes,
        record=NO_RECORD,
    )  # fmt: skip


def _theme(number: int | np.integer) -> int | None:
    return int(number) if number >= 0 else None


def _status(read: Read, rank: int, signals: set[int]) -> Status:
    return status_of(
        is_set_aside=rank in read.reasons,
        is_duplicate=bool(read.found.is_copy[rank]),
        has_theme=bool(read.theme[rank] >= 0) and rank not in signals,
    )


def _unit_status(read: Read, rank: int, statuses: Sequence[Status]) -> Status:
    unit = read.units[rank]
    is_copy = bool(read.placed.model[rank] != rank)
    in_signal = statuses[unit.contribution] == Status.SIGNAL
    has_theme = bool(read.placed.theme[rank] >= 0) and not in_signal
    return status_of(is_set_aside=False, is_duplicate=is_copy, has_theme=has_theme)


def _contributions(read: Read, statuses: Sequence[Status]) -> list[ContributionResult]:
    place = {int(read.models[rank]): at for at, rank in enumerate(read.reading.order, start=1)}
    found = []
    for rank, (one, status) in enumerate(zip(read.people, statuses, strict=True)):
        is_copy = status == Status.DUPLICATE
        level = read.found.level[rank]
        found.append(
            ContributionResult(
                one.id,
                status,
                None if status == Status.SET_ASIDE else _theme(read.theme[rank]),
                round(float(read.score[rank]), 4),
                str(read.reasons[rank]) if rank in read.reasons else None,
                read.people[read.found.model[rank]].id if is_copy else None,
                str(level) if is_copy and level else None,
                place.get(rank),
            )
        )
    return found


def _units(read: Read, statuses: Sequence[Status]) -> list[UnitResult]:
    number: dict[int, int] = {}
    found = []
    for rank, (unit, status) in enumerate(zip(read.units, statuses, strict=True)):
        number[unit.contribution] = number.get(unit.contribution, -1) + 1
        theme = _theme(read.placed.theme[rank])
        model = read.units[read.placed.model[rank]].contribution
        found.append(
            UnitResult(
                read.people[unit.contribution].id,
                number[unit.contribution],
                unit.start,
                unit.end,
                status,
                theme,
                None if theme is None else read.partition.families[theme],
                round(float(read.placed.score[rank]), 4),
                read.people[model].id if status == Status.DUPLICATE else None,
            )
        )
    return found


def _themes(
    read: Read, settings: Parameters, statuses: Sequence[Status], unit_statuses: Sequence[Status]
) -> tuple[Theme, ...]:
    members: list[list[int]] = [[] for _ in range(read.partition.count)]
    for rank, status in enumerate(statuses):
        if status in (Status.THEME, Status.DUPLICATE) and read.theme[rank] >= 0:
            members[read.theme[rank]].append(rank)
    units: list[list[int]] = [[] for _ in range(read.partition.count)]
    for rank, status in enumerate(unit_statuses):
        if status == Status.THEME:
            units[read.placed.theme[rank]].append(rank)
    rare: dict[int, list[Voiced]] = {}
    for signal in read.reading.signals:
        if signal.nearest_theme is not None:
            rare.setdefault(signal.nearest_theme, []).append(_whole(read, int(read.models[signal.text])))
    return tuple(
        _told(read, settings, number, members[number], units[number], rare.get(number, []))
        for number in range(read.partition.count)
    )


def _told(
    read: Read, settings: Parameters, number: int, members: list[int], units: list[int], rare: list[Voiced]
) -> Theme:
    people = read.people
    own = [rank for rank in members if not read.found.is_copy[rank]]
    chosen = sorted(units, key=lambda rank: (-float(read.placed.score[rank]), rank))[:PASSAGES]
    passages = [_voiced(read, read.units[rank]) for rank in chosen]
    rows = read.vectors.space.lexical.place(bags_of([one.text for one in passages]))
    quotes = choose_quotes(passages, rows, rare=rare, count=settings.quotes)
    label = read.labels[number]
    return Theme(
        number,
        label.name,
        label.terms,
        read.partition.families[number],
        persons(people, members),
        persons(people, own),
        len(members),
        len(own),
        len(units),
        quotes,
        persons_heard(quotes, passages, rows),
    )


def _voiced(read: Read, unit: Unit) -> Voiced:
    one = read.people[unit.contribution]
    return Voiced(one.id, unit.start, unit.end, one.author or f"#{one.id}", unit.of(one.text))


def _whole(read: Read, rank: int) -> Voiced:
    """The first unit of a contribution, to quote it."""
    return _voiced(read, _units_from(read, rank)[0])


def _units_from(read: Read, rank: int) -> Sequence[Unit]:
    return read.units[read.first_unit[rank] : read.first_unit[rank + 1]]


def _signals(read: Read) -> tuple[SignalResult, ...]:
    found = []
    for signal in read.reading.signals:
        rank = int(read.models[signal.text])
        quoted = _telling(read, rank, signal.rare_words)
        quote = Quote(read.people[rank].id, quoted.start, quoted.end, Voice.RARE)
        found.append(
            SignalResult(
                read.people[rank].id, signal.score, signal.nearest_theme, signal.rare_words, signal.profile, quote
            )
        )
    return tuple(found)


def _telling(read: Read, rank: int, rare_words: Sequence[str]) -> Unit:
    """The unit of a contribution that holds the most of its rare words."""
    text = read.people[rank].text
    units = _units_from(read, rank)
    return max(units, key=lambda unit: (sum(word in unit.of(text).lower() for word in rare_words), -unit.start))
