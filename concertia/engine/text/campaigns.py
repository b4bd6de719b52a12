"""Campaigns: a text sent by many, told with its messages, its authors, its burst and its template. And floods.

A campaign is counted, never deleted: n messages, m persons, counts with and without. It needs a text of 12 words or
more: people write the same few words without a word between them (« Je suis pour »), which are only duplicates. Among
2,204 labelled answers of the Grand Débat, the longest that three persons or more seem to have written alike by chance
has 10 words, and the shortest that was passed from hand to hand has 37.

    burst      1 − (shortest time that holds half of the messages) / (half of the time of the whole consultation)
    template   the model's words kept by at least 60 % of the members stand; the rest varies

A flood is written by a machine in other words each time: it has no twin. What gives it away is that its texts are
nearer to each other than people's are, often sent together, and above all written in one manner (see `manner`):

    near(t)  = mean over the 10 nearest of  likeness · (1 + length)/2 · (1 + time)/2 · (1 + style)/2
    hand(t)  = mean likeness of manner to the 10 nearest, less that to anybody
    alone(t) = near + 2 · hand, each in robust deviations from the median
    flood(t) = half alone(t), half the mean of alone over its 10 nearest

    length: the shorter over the longer; style: likeness of the use of small words; time: 1 within a twentieth of the
    period, else 0

It is a question to ask a person (« were these written by one hand? »), never an accusation. Limits: without times only
words speak; without an encoder the nearest texts are not those of one opinion, and little is found; told to invent
persons, a machine hides better; a short answer is like many others, so texts under 12 words are not judged. A text is
pointed at when `alone` and `flood` are 3.5 robust deviations above the median, and those of five of its ten nearest.
Reference for the deviations: B. Iglewicz and D. Hoaglin, « How to detect and handle outliers », 1993.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import Indel

from concertia.engine.notes import Note
from concertia.engine.text.bags import bags_of, same_words_key, unit_rows
from concertia.engine.text.duplicates import Duplicates
from concertia.engine.text.manner import closer_than_anybody, manners_of
from concertia.engine.text.neighbours import nearest_others
from concertia.engine.text.small_words import SMALL
from concertia.engine.text.units import Contribution, Span
from concertia.engine.text.words import words

KEPT_BY = 0.6
READ_FOR_TEMPLATE = 60
NEIGHBOURS = 10
FEWEST_WORDS = 12  # of a text that stands for somebody: below, many write the same by chance
DEVIATIONS = 3.5
OF_MANNER = 2  # what the manner weighs of the rest


@dataclass(frozen=True)
class Part:
    """A slice of the model: what stands, or what varies with up to three other wordings."""

    span: Span
    varies: bool
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Campaign:
    """`members`: ranks of the contributions, the model first; `persons`: distinct authors; `burst` from 0 (spread) to 1
    (all at once), None without times."""

    model: int
    members: tuple[int, ...]
    persons: int
    levels: dict[str, int]
    burst: float | None
    template: tuple[Part, ...]


@dataclass(frozen=True, eq=False)
class Flood:
    """`score` of each text (nan for one too short); `suspects`: those to ask about; `note` words it as a question."""

    score: np.ndarray
    suspects: tuple[int, ...]
    note: Note | None


def campaigns_of(contributions: Sequence[Contribution], found: Duplicates, *, fewest: int = 3) -> tuple[Campaign, ...]:
    """The groups of at least `fewest` alike messages whose model has 12 words or more, largest first.

    >>> texts = ["Gardons notre piscine ouverte cet hiver, pour nos enfants et pour nos anciens"] * 3 + ["Oui"] * 3
    >>> from concertia.engine.text.duplicates import find_duplicates
    >>> people = [Contribution(str(rank), text, author="a" if rank else "b") for rank, text in enumerate(texts)]
    >>> [(len(one.members), one.persons) for one in campaigns_of(people, find_duplicates(texts))]
    [(3, 2)]
    """
    times = [one.time for one in contributions if one.time is not None]
    period = max(times) - min(times) if len(times) > 1 else 0.0
    return tuple(
        _campaign(contributions, group, found, period)
        for group in found.groups(fewest)
        if len(same_words_key(contributions[group[0]].text).split()) >= FEWEST_WORDS
    )


def persons(contributions: Sequence[Contribution], ranks: Sequence[int]) -> int:
    """Distinct persons among some contributions; one without an author counts as one person.

    >>> persons([Contribution("1", "oui", "a"), Contribution("2", "non", "a"), Contribution("3", "oui")], [0, 1, 2])
    2
    """
    known = {contributions[rank].author for rank in ranks} - {None}
    return len(known) + sum(contributions[rank].author is None for rank in ranks)


def burst_of(times: Sequence[float], period: float) -> float | None:
    """How much of a group came at once: 1 for all together, 0 for spread over half the period or more.

    >>> burst_of([0, 1, 2, 3], 1000.0), burst_of([0, 500, 1000], 1000.0)
    (0.998, 0.0)
    """
    if len(times) < 3 or period <= 0:
        return None
    ordered = np.sort(np.asarray(times, dtype=float))
    half = (len(ordered) + 1) // 2
    shortest = float(np.min(ordered[half - 1 :] - ordered[: len(ordered) - half + 1]))
    return round(max(0.0, 1 - shortest / (period / 2)), 4)


def template_of(model: str, others: Sequence[str]) -> tuple[Part, ...]:
    """The model cut into what stands and what varies, word by word; put end to end, the spans are the model.

    What lies between two words goes with what stands: a quote is exact to its last full stop.

    >>> parts = template_of("Je vis à Lure et je dis non", ["Je vis à Vesoul et je dis non"] * 3)
    >>> [("Je vis à Lure et je dis non"[part.span.start : part.span.end], part.others) for part in parts if part.varies]
    [('Lure', ('Vesoul',))]
    >>> "".join(part.span.of("« Non », dit-il.") for part in template_of("« Non », dit-il.", ["« Non », dit-elle."]))
    '« Non », dit-il.'
    """
    mine = list(words(model))
    keys = [word.plain for word in mine]
    kept = np.zeros(len(keys))
    replaced: dict[int, Counter[str]] = {}
    for other in others[:READ_FOR_TEMPLATE]:
        theirs = list(words(other))
        for code in Indel.opcodes(keys, [word.plain for word in theirs]):
            if code.tag == "equal":
                kept[code.src_start : code.src_end] += 1
            elif code.tag == "insert":
                written = other[theirs[code.dest_start].start : theirs[code.dest_end - 1].end]
                replaced.setdefault(code.src_start, Counter())[written] += 1
    stands = kept >= KEPT_BY * max(1, len(others[:READ_FOR_TEMPLATE]))
    parts: list[Part] = []
    start, begins = 0, 0
    for place in range(1, len(mine) + 1):
        if place < len(mine) and stands[place] == stands[start]:
            continue
        varies = not bool(stands[start])
        wordings: Counter[str] = Counter()
        for at in range(start, place + 1) if varies else ():
            wordings.update(replaced.get(at, Counter()))
        chosen = sorted(wordings, key=lambda text: (-wordings[text], text))[:3]
        if varies and begins < mine[start].start:  # only before the first word
            parts.append(Part(Span(begins, mine[start].start), False))
        first = mine[start].start if varies else begins
        is_last = place == len(mine)
        begins = mine[place - 1].end if varies else len(model) if is_last else mine[place].start
        parts.append(Part(Span(first, begins), varies, tuple(chosen)))
        start = place
    if parts and begins < len(model):
        parts.append(Part(Span(begins, len(model)), False))
    return tuple(parts)


def flood_of(contributions: Sequence[Contribution], rows: np.ndarray, *, is_copy: np.ndarray | None = None) -> Flood:
    """Scores n texts placed by rows of length 1 (n × d); copies are left to the campaigns.

    >>> flood_of([Contribution("1", "oui")], np.ones((1, 2))).suspects
    ()
    """
    bags = bags_of([one.text for one in contributions])
    lengths = np.diff(bags.starts)
    judged = lengths >= FEWEST_WORDS
    if is_copy is not None:
        judged &= ~is_copy
    score = np.full(len(contributions), np.nan)
    chosen = np.flatnonzero(judged)
    if len(chosen) <= 2 * NEIGHBOURS:
        return Flood(score, (), None)
    ranks, likeness = nearest_others(rows[chosen], NEIGHBOURS)
    near = chosen[ranks]
    same_length = np.minimum(lengths[near], lengths[chosen, None]) / np.maximum(lengths[near], lengths[chosen, None])
    small = [place for place, word in enumerate(bags.words) if word in SMALL]
    style = unit_rows(bags.counts[:, small])
    manner = np.stack([
        np.asarray(style[chosen].multiply(style[near[:, at]]).sum(axis=1)).ravel() for at in range(near.shape[1])
    ], axis=1)  # fmt: skip
    together = _together(contributions, chosen, near)
    found = np.maximum(likeness, 0) * (0.5 + 0.5 * same_length) * (0.5 + 0.5 * manner) * (0.5 + 0.5 * together)
    hand = closer_than_anybody(manners_of([contributions[rank].text for rank in chosen.tolist()]), ranks)
    alone = _deviations(found.mean(axis=1)) + OF_MANNER * _deviations(hand)
    score[chosen] = (alone + alone[ranks].mean(axis=1)) / 2
    suspects = _standing_out(alone, score[chosen], ranks)
    if not len(suspects):
        return Flood(score, (), None)
    pointed = tuple(int(rank) for rank in chosen[suspects])
    return Flood(score, pointed, Note("flood.question", {"messages": len(pointed)}))


def _campaign(
    contributions: Sequence[Contribution], group: tuple[int, ...], found: Duplicates, period: float
) -> Campaign:
    levels = Counter(str(found.level[rank]) for rank in group[1:])
    sent = [one.time for rank in group if (one := contributions[rank]).time is not None]
    template = template_of(contributions[group[0]].text, [contributions[rank].text for rank in group[1:]])
    burst = burst_of([time for time in sent if time is not None], period)
    return Campaign(group[0], group, persons(contributions, group), dict(sorted(levels.items())), burst, template)


def _together(contributions: Sequence[Contribution], chosen: np.ndarray, near: np.ndarray) -> np.ndarray:
    """1 for a neighbour sent within a twentieth of the period; 1 everywhere when times are not known."""
    times = np.array([np.nan if one.time is None else one.time for one in contributions])
    known = times[~np.isnan(times)]
    if len(known) < len(times) or np.ptp(known) <= 0:
        return np.ones(near.shape)
    gap = np.abs(times[near] - times[chosen, None])
    return np.asarray(gap <= np.ptp(known) / 20, dtype=float)


def _standing_out(alone: np.ndarray, score: np.ndarray, ranks: np.ndarray) -> np.ndarray:
    """Those far above the others by themselves and with their nearest: a person near a flood is not of it."""
    high = np.minimum(_deviations(alone), _deviations(score)) >= DEVIATIONS
    found: np.ndarray = np.flatnonzero(high & (high[ranks].sum(axis=1) >= NEIGHBOURS // 2))
    return found


def _deviations(values: np.ndarray) -> np.ndarray:
    """Robust deviations from the median; 0 for all when half of them are the same."""
    middle = np.median(values)
    spread = 1.4826 * np.median(np.abs(values - middle))
    return np.asarray((values - middle) / spread if spread > 0 else np.zeros(len(values)))
