"""Three codes of a grid suggested for each contribution and each unit, from the grid and from what people coded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from threadpoolctl import threadpool_limits

from concertia.cli.themes_files import Suggested
from concertia.cli.themes_inputs import Corpus
from concertia.core.text import thousands
from concertia.engine.coding.suggestions import GridCode, Suggestions, grounds_of, suggest
from concertia.engine.text.encoder import Encode
from concertia.engine.text.result import Analysis, UnitResult
from concertia.engine.text.units import Contribution, Status

MOST_ENCODED = 6000  # distinct texts: above, reading them all would take more than a minute
MOST_ENCODED_TWICE = 3000  # the second encoder is slower
WITHOUT_ENCODER = "L’encodeur de phrases n’a pas servi : les textes n’ont été comparés à la grille que par leurs mots."
TOO_MANY = (
    "Il y a {texts} textes et passages distincts, et l’encodeur de phrases s’arrête à {most} : au-delà, il lui "
    "faudrait plus d’une minute. Les textes n’ont donc été comparés à la grille que par leurs mots ; des définitions "
    "qui emploient les mots des gens, des exemples et des contributions déjà codées (--coded) aident d’autant plus."
)


def remembering(encode: Encode, *, telling: Callable[[int], None]) -> Encode:
    """An encoder that reads each text once in its life, and tells how many it is about to read."""
    known: dict[str, np.ndarray] = {}

    def remembered(texts: Sequence[str]) -> np.ndarray:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            telling(len(new))
            known.update(zip(new, encode(new), strict=True))
        return np.array([known[text] for text in texts]) if texts else encode([])

    return remembered


def suggestions_of(
    corpus: Corpus,
    analysis: Analysis,
    grid: Sequence[GridCode],
    coded: Mapping[str, Sequence[str]],
    *,
    seed: int,
    encoders: Sequence[Encode],
) -> tuple[tuple[Suggested, ...], str]:
    """The suggestions, in the order of the file, and what is to be said of the way texts were compared to the grid.

    A contribution of one unit shares its own suggestions with it.
    """
    status = {one.id: one.status for one in analysis.contributions}
    read = [one for one in corpus.contributions if status[one.id] != Status.SET_ASIDE]
    texts = corpus.texts
    units = [one for one in analysis.units if one.contribution in texts]
    passages = [texts[one.contribution][one.start : one.end] for one in units]
    taught = [one for one in read if one.id in coded]
    distinct = len({*passages, *(one.text for one in read)})
    too_many = TOO_MANY.format(texts=thousands(distinct), most=thousands(MOST_ENCODED))
    limit = WITHOUT_ENCODER if not encoders else too_many if distinct > MOST_ENCODED else ""
    encoders = encoders[: 0 if limit else 1 if distinct > MOST_ENCODED_TWICE else None]
    with threadpool_limits(limits=1):
        whole = _suggested([one.text for one in read], read, 0, grid, coded, seed, encoders)
        by_unit = _suggested(
            [*passages, *(one.text for one in taught)], taught, len(passages), grid, coded, seed, encoders
        )
    return tuple(_lines(read, units, whole, by_unit)), limit


def _suggested(
    texts: Sequence[str],
    taught: Sequence[Contribution],
    first: int,
    grid: Sequence[GridCode],
    coded: Mapping[str, Sequence[str]],
    seed: int,
    encoders: Sequence[Encode],
) -> Suggestions:
    """`taught`: the contributions that stand from the rank `first` on among the texts, some of them coded."""
    grounds = grounds_of(texts, grid, rng=np.random.default_rng(seed), encoders=encoders)
    choices = {
        rank: frozenset(coded[one.id]) for rank, one in enumerate(taught, start=first) if one.id in coded
    }  # fmt: skip
    return suggest(grounds, choices)


def _lines(read: Sequence[Contribution], units: Sequence[UnitResult], whole: Suggestions, by_unit: Suggestions):
    places: dict[str, list[int]] = {}
    for rank, unit in enumerate(units):
        places.setdefault(unit.contribution, []).append(rank)
    for rank, one in enumerate(read):
        own = whole.best(rank)
        found = places.get(one.id, [])
        yield from (Suggested(one.id, None, at, best.code, best.score) for at, best in enumerate(own, start=1))
        for place in found:
            bests = own if len(found) == 1 else by_unit.best(place)
            unit = units[place].unit
            yield from (Suggested(one.id, unit, at, best.code, best.score) for at, best in enumerate(bests, start=1))
