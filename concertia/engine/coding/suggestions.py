"""Codes suggested for texts: first from the grid's own words, then from what people chose. A person decides, always.

    s(t, c) = likeness of t to the label, definition and examples of c, less what it has of the counter-examples,
              mean over the encoders; half of it is the mean over the 10 nearest texts
    z(t, c) = s on one scale for all codes + s on each code's own scale
    q(t, c) ∝ π(c) · exp z(t, c),  π(c) = mean of q(·, c), found by turns: codes that many texts are near weigh more
    l(t, c) = log-odds that t has c: logistic regression on the vectors of the coded texts, one code against the others
    score   = 200 / (n + 200) · log q + n / (n + 20) · l,  n the number of coded texts

Texts and codes are centred apart, so that what every definition says weighs nothing. Scores are told as ranks from 0 to
1 over all texts and codes: they order suggestions, they are not probabilities and must not be shown as such. Texts are
multi-label: three codes are suggested for each, and nothing a person chose is ever replaced.

What to code next: where the first two suggestions are closest, in parts of the corpus not yet coded, near codes that
few texts have. Limits: on one topic, the right main code is among three for about three texts out of four; codes that
few texts have are suggested less often than they should; without an encoder definitions are matched by their words
alone. References: W. Yin et al., « Benchmarking zero-shot text classification », EMNLP 2019; M. Saerens, P. Latinne and
C. Decaestecker, « Adjusting the outputs of a classifier to new a priori probabilities », Neural Computation 14(1),
2002, for π; G. Hinton, « Products of experts », ICANN 1999, for the sum of the two; B. Settles, « Active learning
literature survey », 2009.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata
from sklearn.linear_model import LogisticRegression

from concertia.engine.text.encoder import Encode
from concertia.engine.text.neighbours import nearest_others
from concertia.engine.text.units import Unit
from concertia.engine.text.vectors import unit_length, vectors_of

SUGGESTED = 3
SMOOTHING, NEIGHBOURS = 0.5, 10
TURNS = 30  # to find how common each code is
EVEN = 0.5  # how much codes are thought equally common beforehand, to what the texts say
LEARNT_AFTER, GRID_UNTIL = 20, 200  # coded texts from which choices weigh half, and the grid's words only half
RARE_CODE = 3
MOST_SMOOTHED = 20_000


@dataclass(frozen=True)
class GridCode:
    """One code of a grid, in the words of those who made it."""

    key: str
    label: str
    definition: str = ""
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Suggestion:
    """A code and its score from 0 to 1, comparable inside one result only."""

    code: str
    score: float


@dataclass(frozen=True, eq=False)
class Suggestions:
    """`scores`: texts × codes; `codes`: their keys, in the order of the grid; `coded`: how many texts taught."""

    scores: np.ndarray
    codes: tuple[str, ...]
    coded: int

    def best(self, text: int, count: int = SUGGESTED) -> tuple[Suggestion, ...]:
        """The codes suggested for one text, best first."""
        row = self.scores[text]
        order = np.lexsort((np.arange(len(row)), -row))[:count]
        return tuple(Suggestion(self.codes[place], round(float(row[place]), 4)) for place in order)


@dataclass(frozen=True, eq=False)
class Grounds:
    """What suggestions are made from, computed once: `likeness` (texts × codes) and `rows` (texts × d)."""

    codes: tuple[str, ...]
    likeness: np.ndarray
    rows: np.ndarray


def grounds_of(
    texts: Sequence[str], codes: Sequence[GridCode], *, rng: np.random.Generator, encoders: Sequence[Encode] = ()
) -> Grounds:
    """Places n texts and m codes in the same spaces: each encoder's, or that of words without any.

    >>> codes = [GridCode("b", "bus", "les bus du soir"), GridCode("a", "arbres", "planter des arbres")]
    >>> texts = ["des bus le soir", "planter un arbre", "des arbres à planter"]
    >>> grounds = grounds_of(texts, codes, rng=np.random.default_rng(0))
    >>> [suggest(grounds).best(text, 1)[0].code for text in range(3)]
    ['b', 'a', 'a']
    """
    said = [_words_of(code) for code in codes]
    flat = [text for own in said for text in own]
    against = [text for code in codes for text in code.counter_examples]
    vectors = vectors_of([*texts, *flat], rng=rng)
    spaces = [(vectors.rows[: len(texts)], vectors.space.place([*flat, *against]))]
    for encode in encoders:
        read, other = encode(list(texts)), encode([*flat, *against])
        centre, middle = _mean(read), _mean(other[: len(flat)])
        spaces.append((unit_length(read - centre), unit_length(other - middle)))
    used = spaces[1:] or spaces[:1]
    likeness = np.mean([_likeness(rows, other, codes, said, len(flat)) for rows, other in used], axis=0)
    rows = unit_length(np.hstack([rows for rows, _ in spaces]))
    return Grounds(tuple(code.key for code in codes), np.asarray(likeness).reshape(len(texts), len(codes)), rows)


def suggest(grounds: Grounds, coded: Mapping[int, frozenset[str]] | None = None) -> Suggestions:
    """Scores every code for every text, learning from `coded`: the codes that people gave to some texts (by rank).

    Codes that the grid does not have are left out. Same grounds and choices, same scores.
    """
    choices = {rank: keys & set(grounds.codes) for rank, keys in (coded or {}).items()}
    taught = len(choices)
    scores = _from_grid(grounds)
    if taught and scores.size:
        by_choice = taught / (taught + LEARNT_AFTER) * _learnt(grounds, choices)
        scores = GRID_UNTIL / (taught + GRID_UNTIL) * scores + by_choice
    return Suggestions(_rank(scores.ravel()).reshape(scores.shape), grounds.codes, taught)


def for_contributions(found: Suggestions, units: Sequence[Unit], count: int) -> Suggestions:
    """Scores of contributions from those of their units: half the best unit's, half their mean.

    >>> found = Suggestions(np.array([[1.0, 0.0], [0.0, 1.0]]), ("a", "b"), 0)
    >>> for_contributions(found, [Unit(0, 0, 4), Unit(0, 4, 8)], 1).scores.tolist()
    [[0.75, 0.75]]
    """
    whose = np.array([unit.contribution for unit in units], dtype=np.int64)
    best = np.zeros((count, len(found.codes)))
    total = np.zeros_like(best)
    np.maximum.at(best, whose, found.scores)
    np.add.at(total, whose, found.scores)
    sizes = np.maximum(1, np.bincount(whose, minlength=count))[:, None]
    return Suggestions((best + total / sizes) / 2, found.codes, found.coded)


def next_to_code(
    grounds: Grounds, found: Suggestions, coded: Mapping[int, frozenset[str]] | None = None, *, count: int = 10
) -> tuple[int, ...]:
    """The texts to code next, the most teaching first: unsure, unlike those already coded, near a code with few texts.

    >>> rows = np.eye(3, dtype=np.float32)
    >>> grounds = Grounds(("a", "b"), np.array([[0.9, 0.1], [0.5, 0.5], [0.8, 0.1]]), rows)
    >>> next_to_code(grounds, suggest(grounds), count=1)
    (1,)
    """
    choices = coded or {}
    ordered = np.sort(found.scores, axis=1)[:, ::-1]
    unsure = 1 - (ordered[:, 0] - ordered[:, 1]) if ordered.shape[1] > 1 else np.ones(len(ordered))
    times = {key: sum(key in keys for keys in choices.values()) for key in found.codes}
    is_rare = np.array([times[key] < RARE_CODE for key in found.codes])
    near_rare = is_rare[found.scores.argmax(axis=1)] if choices else np.zeros(len(ordered))
    worth = _rank(unsure) + 0.5 * near_rare
    free = np.ones(len(ordered), dtype=bool)
    free[list(choices)] = False
    rows = grounds.rows
    covered = (rows @ rows[list(choices)].T).max(axis=1) if choices else np.zeros(len(rows))
    chosen: list[int] = []
    while len(chosen) < count and free.any():
        best = int(np.argmax(np.where(free, worth - covered, -np.inf)))
        chosen.append(best)
        free[best] = False
        covered = np.maximum(covered, rows @ rows[best])
    return tuple(chosen)


def _words_of(code: GridCode) -> list[str]:
    whole = f"{code.label}. {code.definition}".strip(". ") or code.key
    return [whole, code.label or code.key, *code.examples]


def _mean(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows.mean(axis=0)) if len(rows) else np.zeros(rows.shape[1])


def _likeness(
    rows: np.ndarray, other: np.ndarray, codes: Sequence[GridCode], said: Sequence[Sequence[str]], positives: int
) -> np.ndarray:
    """Texts × codes: mean of definition, label and best example, less half of the best counter-example."""
    likeness = rows @ other.T
    found = np.zeros((len(rows), len(codes)), dtype=np.float32)
    start, at = 0, positives
    for rank, (code, own) in enumerate(zip(codes, said, strict=True)):
        parts = [likeness[:, start], likeness[:, start + 1]]
        if code.examples:
            parts.append(likeness[:, start + 2 : start + len(own)].max(axis=1))
        found[:, rank] = np.mean(parts, axis=0)
        against = len(code.counter_examples)
        if against:
            found[:, rank] -= 0.5 * np.maximum(0, likeness[:, at : at + against].max(axis=1))
        start, at = start + len(own), at + against
    return found


def _from_grid(grounds: Grounds) -> np.ndarray:
    """Texts × codes: log q, from the grid's words and how common each code seems to be."""
    if not grounds.likeness.size:
        return grounds.likeness.astype(float)
    near = _smoothed(grounds)
    spread = near.std(axis=0)
    own_scale = (near - near.mean(axis=0)) / np.where(spread > 1e-9, spread, 1)
    odds = np.exp(own_scale + (near - near.mean()) / max(1e-9, float(near.std())))
    codes = odds.shape[1]
    common = np.full(codes, 1 / codes)
    for _ in range(TURNS):
        share = odds * common
        share /= share.sum(axis=1, keepdims=True)
        common = (share.mean(axis=0) + EVEN / codes) / (1 + EVEN)
    return np.asarray(np.log(share + 1e-12))


def _smoothed(grounds: Grounds) -> np.ndarray:
    count = min(NEIGHBOURS, len(grounds.rows) // NEIGHBOURS)  # few texts are not all neighbours
    if not count or len(grounds.rows) > MOST_SMOOTHED:
        return grounds.likeness
    near, _ = nearest_others(grounds.rows, count)
    return np.asarray((1 - SMOOTHING) * grounds.likeness + SMOOTHING * grounds.likeness[near].mean(axis=1))


def _learnt(grounds: Grounds, choices: Mapping[int, frozenset[str]]) -> np.ndarray:
    """Texts × codes: the log-odds learnt for each code; the same for all texts when none or all of those coded have it.

    Classes keep their weights: a code that people gave often is likelier.
    """
    ranks = np.array(sorted(choices))
    alike = np.log(len(ranks) + 2)
    learnt = np.zeros(grounds.likeness.shape)
    for place, key in enumerate(grounds.codes):
        has_code = np.array([key in choices[rank] for rank in ranks])
        if has_code.all() or not has_code.any():
            learnt[:, place] = alike if has_code.all() else -alike
            continue
        model = LogisticRegression(C=10.0, max_iter=500)
        model.fit(grounds.rows[ranks], has_code)
        learnt[:, place] = model.decision_function(grounds.rows)
    return learnt


def _rank(values: np.ndarray) -> np.ndarray:
    return np.asarray((rankdata(np.round(values, 6)) - 1) / max(1, len(values) - 1))
