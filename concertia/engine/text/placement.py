"""Themes of the units: each idea of a contribution goes to the theme it is nearest to, its own contribution's first.

    theme(u) = argmax over t of  u · centre(t) + 0.15 · [t is the contribution's theme]

with u and the centres in the space of words, whatever the space the themes were found in. A unit that says the same
words as an earlier one is its duplicate. In a near-duplicate, a unit that its model does not say is read for itself: a
personal paragraph added to a letter is not lost. Limit: the unit nearest to the contribution's theme always keeps it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from concertia.engine.text.bags import as_sets, bags_of, words_to_stems
from concertia.engine.text.duplicates import Duplicates, Level
from concertia.engine.text.themes import centres_of
from concertia.engine.text.units import Unit
from concertia.engine.text.vectors import LexicalSpace

OWN_THEME = 0.15
OWN_WORDS = 6  # words of a paragraph added to a model, at least
SAID_BY_MODEL = 0.4  # share of its words that the model holds, at most


@dataclass(frozen=True, eq=False)
class Placed:
    """For each unit: its theme (-1 for none), its score, the rank of the unit it repeats (itself if it does not)."""

    theme: np.ndarray
    score: np.ndarray
    model: np.ndarray


def place_units(
    texts: Sequence[str],
    units: Sequence[Unit],
    *,
    theme: np.ndarray,
    score: np.ndarray,
    found: Duplicates,
    space: LexicalSpace,
    count: int,
) -> Placed:
    """Places the units of n contributions, given the theme and score of each, in `count` themes."""
    whose = np.array([unit.contribution for unit in units], dtype=np.int64)
    if not len(whose):
        return Placed(np.zeros(0, np.int32), np.zeros(0, np.float32), np.zeros(0, np.int64))
    of_contribution = np.bincount(whose, minlength=len(texts))
    own = _own_paragraphs(texts, units, found)
    by_unit = np.asarray(theme)[whose].astype(np.int32)
    unit_score = np.asarray(score, dtype=np.float32)[whose]
    several = np.flatnonzero((of_contribution[whose] > 1) & (~found.is_copy[whose] | own))
    if count and len(several):
        centres = _word_centres(texts, theme, found, space, count)
        rows = space.place(bags_of([units[rank].of(texts[whose[rank]]) for rank in several.tolist()]))
        likeness = rows @ centres.T
        bonus = np.zeros_like(likeness)
        has_own = np.flatnonzero(by_unit[several] >= 0)
        bonus[has_own, by_unit[several][has_own]] = OWN_THEME
        chosen = (likeness + bonus).argmax(axis=1).astype(np.int32)
        _keep_one(chosen, likeness, whose[several], by_unit[several])
        known = np.linalg.norm(rows, axis=1) > 0
        by_unit[several[known]] = chosen[known]
        unit_score[several[known]] = likeness[known, chosen[known]]
    return Placed(by_unit, unit_score, _models(texts, units, found, own))


def _word_centres(
    texts: Sequence[str], theme: np.ndarray, found: Duplicates, space: LexicalSpace, count: int
) -> np.ndarray:
    """The centre of each theme in the space of words, from at most 500 contributions of each."""
    chosen: list[int] = []
    for number in range(count):
        chosen.extend(np.flatnonzero((theme == number) & ~found.is_copy)[:500].tolist())
    rows = space.place(bags_of([texts[rank] for rank in chosen]))
    centres = centres_of(rows, np.asarray(theme)[chosen])
    return np.vstack([centres, np.zeros((count - len(centres), rows.shape[1]), dtype=np.float32)])


def _keep_one(chosen: np.ndarray, likeness: np.ndarray, whose: np.ndarray, own: np.ndarray) -> None:
    """Gives its contribution's theme to the unit nearest to it when no unit of the contribution has it.

    The units of a contribution follow each other.
    """
    first = np.flatnonzero(np.diff(whose, prepend=-1))
    has_it = np.logical_or.reduceat(chosen == own, first)
    ends = np.append(first[1:], len(whose))
    for place in np.flatnonzero(~has_it & (own[first] >= 0)).tolist():
        ranks = slice(first[place], ends[place])
        chosen[first[place] + int(np.argmax(likeness[ranks, own[first[place]]]))] = own[first[place]]


def _own_paragraphs(texts: Sequence[str], units: Sequence[Unit], found: Duplicates) -> np.ndarray:
    """Whether each unit belongs to a copy and says what its model does not."""
    own = np.zeros(len(units), dtype=bool)
    ranks = [
        rank
        for rank, unit in enumerate(units)
        if found.is_copy[unit.contribution] and found.level[unit.contribution] != Level.EXACT
    ]
    if not ranks:
        return own
    models, row = np.unique([found.model[units[rank].contribution] for rank in ranks], return_inverse=True)
    written = [units[rank].of(texts[units[rank].contribution]) for rank in ranks]
    bags = bags_of([*(texts[model] for model in models.tolist()), *written])
    words = as_sets(bags.counts)
    by_stem, _ = words_to_stems(bags.words)
    said = as_sets(as_sets(words[: len(models)] @ by_stem) @ by_stem.T)
    mine = words[len(models) :]
    held = np.asarray(mine.multiply(said[row]).sum(axis=1)).ravel()
    size = np.diff(mine.indptr)
    own[ranks] = (size >= OWN_WORDS) & (held <= SAID_BY_MODEL * size)
    return own


def _models(texts: Sequence[str], units: Sequence[Unit], found: Duplicates, own: np.ndarray) -> np.ndarray:
    """The unit that each repeats: the first to say the same words; for a copy's unit, the first unit of the model."""
    model = np.arange(len(units))
    whose = np.array([unit.contribution for unit in units], dtype=np.int64)
    follows = (found.is_copy[whose] & ~own).tolist()
    first = np.searchsorted(whose, found.model[whose]).tolist()
    seen: dict[str, int] = {}
    for rank, unit in enumerate(units):
        if follows[rank]:
            model[rank] = first[rank]
        else:
            key = " ".join(unit.of(texts[unit.contribution]).lower().split())
            model[rank] = seen.setdefault(key, rank)
    return model
