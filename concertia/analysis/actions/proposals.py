"""Proposals while people code: what this process remembers of a reading, and learns again after each choice.

Nothing here writes. The heavy numbers come from a file made by a job (`readings`); for a small corpus they come from
words alone until then. Learning takes a fraction of a second; when a grid is so large that it takes more than
`BUDGET`, it is done again every few choices, so that each choice still costs that much on average.
"""

from __future__ import annotations

import time
from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from math import ceil
from threading import Lock
from typing import Any

from concertia.analysis.actions.readings import SEED, load_arrays
from concertia.analysis.coding_queries import (
    choices_of,
    codes_in_use,
    mark_of,
    masked_among,
    reading_shown,
    sealed_texts,
    texts_coded,
    texts_of,
)
from concertia.analysis.engine_inputs import grid_of
from concertia.analysis.models import Codebook, Corpus
from concertia.analysis.phrases import missing_sentence
from concertia.collection.models import Contribution

SHOWN = 3
BUDGET = 0.3  # seconds
MOST_QUICK = 500  # texts that words alone read in less than a second
QUEUE = 12  # texts chosen ahead
REMEMBERED = 3  # readings a process holds: some megabytes each


@dataclass
class Prepared:
    """The numbers of one reading: `grounds` of the engine, and the texts in its order."""

    texts: tuple[int, ...]
    grounds: Any
    by_meaning: bool
    version: int
    rank_of: dict[int, int] = field(init=False)
    lock: Lock = field(init=False, default_factory=Lock)
    mark: tuple = ()
    found: Any = None  # the engine's Suggestions
    taught: frozenset[int] = frozenset()
    counts: dict[int, int] = field(default_factory=dict)  # code → texts that taught it
    seconds: float = 0.0
    queue: list[int] = field(default_factory=list)

    def __post_init__(self):
        self.rank_of = {pk: rank for rank, pk in enumerate(self.texts)}

    def best(self, text: int) -> list[int]:
        """The codes proposed for a text, best first; none for a text whose coding has been learnt from."""
        if self.found is None or text not in self.rank_of or text in self.taught:
            return []
        return [int(one.code) for one in self.found.best(self.rank_of[text], SHOWN)]


_remembered: OrderedDict[tuple, Prepared] = OrderedDict()
_door = Lock()


def proposals_on(codebook: Codebook, corpus: Corpus) -> Prepared | None:
    """What the machine proposes now on this corpus, learnt again if people chose since; None while nothing is ready."""
    try:
        prepared = _prepared(codebook, corpus)
    except ModuleNotFoundError as error:
        missing_sentence(error)
        return None  # the packages of the analysis are not installed: people code without proposals
    if prepared is not None:
        with prepared.lock:
            _learn(prepared, codebook, corpus)
    return prepared


def _prepared(codebook: Codebook, corpus: Corpus) -> Prepared | None:
    reading = reading_shown(codebook, corpus)
    if reading is None and corpus.count > MOST_QUICK:
        return None
    key = ("file", reading.pk) if reading else ("words", codebook.pk, codebook.version, corpus.pk)
    with _door:
        if key in _remembered:
            _remembered.move_to_end(key)
            return _remembered[key]
        prepared = _from_file(reading) if reading else _from_words(codebook, corpus)
        if prepared is not None:
            _remembered[key] = prepared
        while len(_remembered) > REMEMBERED:
            _remembered.popitem(last=False)
        return prepared


def _from_file(reading) -> Prepared:
    from concertia.engine.coding.suggestions import Grounds  # noqa: PLC0415 -- optional dependency

    with load_arrays(reading) as kept:
        codes = tuple(str(code) for code in kept["codes"])
        grounds = Grounds(codes, kept["likeness"], kept["rows"])
        by_meaning = any(name.startswith("vectors_") for name in kept.files)
        return Prepared(tuple(kept["contributions"].tolist()), grounds, by_meaning, reading.version)


def _from_words(codebook: Codebook, corpus: Corpus) -> Prepared | None:
    import numpy as np  # noqa: PLC0415 -- optional dependency

    from concertia.engine.coding.suggestions import grounds_of  # noqa: PLC0415 -- optional dependency

    codes, pks = codes_in_use(codebook), texts_of(corpus)
    if not codes:
        return None
    rows = Contribution.objects.in_bulk(pks)
    grounds = grounds_of([rows[pk].text for pk in pks], grid_of(codes), rng=np.random.default_rng(SEED))
    return Prepared(tuple(pks), grounds, False, codebook.version)


def _learn(prepared: Prepared, codebook: Codebook, corpus: Corpus) -> None:
    mark = mark_of(codebook)
    if mark == prepared.mark:
        return
    choices = {pk: codes for pk, codes in choices_of(codebook).items() if pk in prepared.rank_of}
    wait = ceil(prepared.seconds / BUDGET) if prepared.seconds > BUDGET else 1
    same_grid = prepared.mark[:1] == mark[:1]
    if prepared.found is not None and same_grid and len(choices.keys() - prepared.taught) < wait:
        return
    from threadpoolctl import threadpool_limits  # noqa: PLC0415 -- optional dependency

    began = time.perf_counter()
    with threadpool_limits(limits=1):
        grounds, found = learnt(prepared, [code.pk for code in codes_in_use(codebook)], choices)
        queue = _queue(prepared, grounds, found, choices, aside=_not_to_code(codebook, corpus))
    prepared.seconds = time.perf_counter() - began
    prepared.found, prepared.taught, prepared.mark, prepared.queue = found, frozenset(choices), mark, queue
    prepared.counts = Counter(code for given in choices.values() for code in given)


def learnt(prepared: Prepared, codes: list[int], choices: dict[int, frozenset[int]]):
    """The grounds cut to the codes in use, and what the engine suggests having learnt from these choices."""
    from concertia.engine.coding.suggestions import suggest  # noqa: PLC0415 -- optional dependency

    grounds = _grounds_now(prepared, codes, choices)
    known = set(codes)
    coded = {
        prepared.rank_of[pk]: frozenset(map(str, given & known))
        for pk, given in choices.items()
        if pk in prepared.rank_of and (given & known or not given)
    }
    return grounds, suggest(grounds, coded)


def _grounds_now(prepared: Prepared, codes: list[int], choices: dict[int, frozenset[int]]):
    """One column a code in use. A code born since the reading is likened to the texts that people gave it."""
    import numpy as np  # noqa: PLC0415 -- optional dependency

    from concertia.engine.coding.suggestions import Grounds  # noqa: PLC0415 -- optional dependency

    whole = prepared.grounds
    column = {int(code): rank for rank, code in enumerate(whole.codes)}
    lowest = float(whole.likeness.min()) if whole.likeness.size else 0.0
    likeness = np.full((len(prepared.texts), len(codes)), lowest, dtype=np.float32)
    for place, code in enumerate(codes):
        if code in column:
            likeness[:, place] = whole.likeness[:, column[code]]
            continue
        given = [prepared.rank_of[pk] for pk, held in choices.items() if code in held and pk in prepared.rank_of]
        if given:
            likeness[:, place] = (whole.rows @ whole.rows[given].T).max(axis=1)
    return Grounds(tuple(map(str, codes)), likeness, whole.rows)


def _not_to_code(codebook: Codebook, corpus: Corpus) -> set[int]:
    """Texts that somebody coded, that a blind sample keeps, or that moderation masked."""
    return texts_coded(codebook) | sealed_texts(codebook) | masked_among(corpus)


def _queue(prepared: Prepared, grounds, found, choices, *, aside: set[int]) -> list[int]:
    """The texts to code next, the most teaching first."""
    from concertia.engine.coding.suggestions import next_to_code  # noqa: PLC0415 -- optional dependency

    known = {
        rank: frozenset(map(str, choices.get(pk, ())))
        for pk in (*choices, *aside)
        if (rank := prepared.rank_of.get(pk)) is not None
    }
    return [prepared.texts[rank] for rank in next_to_code(grounds, found, known, count=QUEUE)]


def next_text(codebook: Codebook, corpus: Corpus, *, coder, prepared=None, skip=(), again=False) -> int | None:
    """The text to code next: the most teaching with `prepared`, else in order; None when nothing is left.

    What anybody coded is left to them, unless `again`: then what this person has not coded.
    """
    aside = sealed_texts(codebook) | masked_among(corpus) | texts_coded(codebook, by=coder if again else None)
    aside |= set(skip)
    if prepared is not None and not again:
        chosen = next((pk for pk in prepared.queue if pk not in aside), None)
        if chosen is not None:
            return chosen
        with prepared.lock:
            prepared.mark = ()  # the queue is spent: choose again at the next look
    return next((pk for pk in texts_of(corpus) if pk not in aside), None)


def nearest_texts(prepared: Prepared, given: set[int], *, count: int) -> list[int]:
    """The texts that resemble these the most, nearest first, without them."""
    ranks = [prepared.rank_of[pk] for pk in given if pk in prepared.rank_of]
    if not ranks:
        return []
    rows = prepared.grounds.rows
    likeness = (rows @ rows[ranks].T).max(axis=1)
    order = [int(rank) for rank in (-likeness).argsort(kind="stable") if prepared.texts[rank] not in given]
    return [prepared.texts[rank] for rank in order[:count]]
