"""Weak signals: what few people say, alone or with some others, ranked so that a person reads it first.

    alone(t)   mean percentile of   1 − likeness to the nearest theme's centre
                                    mean weight log((1 + n) / (1 + df)) of its words of more than 3 letters
                                    weight of its words that at most 1 % of texts hold, over √(number of words)
                                    1 − mean likeness to its 10 nearest texts (of at most 2,000 in a large corpus)
    circle(t)  a third of the percentile of the weight of its words that at most 1 % of texts hold, two thirds of that,
               among some 120 texts of like length, of its likeness to its 2 nearest less that to the 5th to 15th
    group(t)   mean over the small group of alike texts where t stands (Leiden at resolution 8) of the third weight of
               `alone`, drawn towards the middle by three texts
    novelty(t) = the largest of P(circle), P(group) and 1 − 3 · (1 − P(alone)), P a percentile: three texts of a
                 circle are read for one that is alone; without circles, P(alone) as it is

What two to four persons say is near nobody's idea of an outlier: they are near one another, and nobody else is near.
`circle` is for them, from 100 to 4,000 texts; `group`, from 1,000 texts on, for a rare subject that some twenty share.
A text's length moves every likeness: two long texts share more words, hence « of like length ».

The whole has a reading order (most novel first); the list is its head, at most 5 %, each with the words that make it
rare, its nearest theme and, when most of its neighbours are of one profile, that profile. Nothing is dropped: what is
not in the list is in a theme. So that one rare idea written by several does not fill the list, a text alike a tenth
of it already placed (likeness ≥ 0.8) waits behind, right after those that are not.

Limits: on one topic, a rare viewpoint is often said with everybody's words, and stands anywhere in the order: read
further when you can. References: K. Spärck Jones, « A statistical interpretation of term specificity », Journal of
Documentation 28(1), 1972, for the weights; F. Wilcoxon, 1945, for ranks in place of values.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.stats import rankdata

from concertia.engine.text.bags import Bags
from concertia.engine.text.neighbours import nearest, nearest_others
from concertia.engine.text.themes import Partition

LONGEST_LIST = 0.05
NEAREST, CROWD = 5, 10
COMPANY, BEYOND = 2, slice(4, 15)  # the nearest texts of a circle, and those that are not of it
FEWEST_WITH_CIRCLES, LIKE_LENGTH = 100, 120
MOST_COMPARED, COMPARED_OF_MANY = 4000, 2000  # texts among which neighbours are sought
FEWEST_GROUPED = 1000  # below, groups of alike texts are of two or three, and tell nothing
TOWARDS_MIDDLE = 3
CIRCLES_FOR_ONE = 3  # in the head of the order, for one text that is alone
ALIKE, SAME_IDEA = 0.8, 10  # one idea has at most a tenth of the list
RARE_SHARE = 0.01
RARE_WORDS = 3
ONE_PROFILE = 0.8
COMMON_PROFILE = 0.5


@dataclass(frozen=True)
class Signal:
    """One text to read: its rank among the texts given, its score from 0 to 1, its nearest theme (None when there is
    none), the words that make it rare, the profile of its neighbours when they share one."""

    text: int
    score: float
    nearest_theme: int | None
    rare_words: tuple[str, ...]
    profile: str | None


@dataclass(frozen=True, eq=False)
class Reading:
    """`order`: every text, the most novel first; `score`: the novelty of each; `signals`: the head of the order."""

    order: np.ndarray
    score: np.ndarray
    signals: tuple[Signal, ...]


def read_first(
    rows: np.ndarray,
    partition: Partition,
    bags: Bags,
    *,
    rng: np.random.Generator,
    profiles: Sequence[str | None] | None = None,
    share: float = LONGEST_LIST,
    total: int | None = None,
) -> Reading:
    """Ranks n texts; the list holds at most `share` of `total` (n by default), and all when no theme is found.

    >>> from concertia.engine.text.bags import bags_of
    >>> from concertia.engine.text.themes import find_themes
    >>> texts = ["le bus du soir"] * 20 + ["le parc fleuri"] * 20 + ["une éolienne"]
    >>> rows = np.repeat(np.eye(3, dtype=np.float32), [20, 20, 1], axis=0)
    >>> found = find_themes(rows, rng=np.random.default_rng(0))
    >>> reading = read_first(rows, found, bags_of(texts), rng=np.random.default_rng(0))
    >>> int(reading.order[0]), len(reading.signals)
    (40, 2)
    """
    count = len(rows)
    if not count:
        return Reading(np.zeros(0, dtype=np.int64), np.zeros(0), ())
    drawn = rng.permutation(count)
    sample = np.sort(drawn[:MOST_COMPARED])
    ranks = sample[nearest(rows, rows[sample], NEAREST + 1)[0]] if profiles is not None else None
    words = _rarity(bags)
    theme_likeness, theme = _nearest_theme(rows, partition)
    known = sample if count <= MOST_COMPARED else np.sort(drawn[:COMPARED_OF_MANY])
    near = nearest_others(rows, BEYOND.stop, among=known)[1]
    parts = [_percentile(one) for one in (1 - theme_likeness, words.mean, words.density, -near[:, :CROWD].sum(axis=1))]
    score = _percentile(np.mean(parts if partition.count else parts[1:], axis=0))
    if FEWEST_WITH_CIRCLES <= count <= MOST_COMPARED:
        score = np.maximum(1 - CIRCLES_FOR_ONE * (1 - score), _circles(near, np.diff(bags.starts), words.rare))
    if count >= FEWEST_GROUPED:
        score = np.maximum(score, _of_groups(partition.groups, words.density))
    order = np.lexsort((np.arange(count), -score.round(9)))
    most = int(share * (count if total is None else total)) if partition.count else count
    order = _spread(order, rows, most)
    common = _commonest(profiles) if profiles is not None else None
    signals = tuple(
        Signal(
            int(text),
            round(float(score[text]), 4),
            None if theme[text] < 0 else int(theme[text]),
            tuple(bags.written[word] for word in words.rarest(int(text))),
            None if profiles is None or ranks is None else _profile(profiles, ranks[text], int(text), common=common),
        )
        for text in order[:most]
    )
    return Reading(order, score, signals)


def _nearest_theme(rows: np.ndarray, partition: Partition) -> tuple[np.ndarray, np.ndarray]:
    if not partition.count:
        return np.zeros(len(rows)), np.full(len(rows), -1)
    ranks, likeness = nearest(rows, partition.centres, 1)
    found = np.where(likeness[:, 0] > 0, ranks[:, 0], -1)
    return likeness[:, 0], found


def _circles(near: np.ndarray, lengths: np.ndarray, rare: np.ndarray) -> np.ndarray:
    """For each text, the percentile of how much two others stand with it apart from the rest, in rare words."""
    apart = near[:, :COMPANY].mean(axis=1) - near[:, BEYOND].mean(axis=1)
    by_length = np.array_split(np.argsort(lengths, kind="stable"), max(1, len(lengths) // LIKE_LENGTH))
    among = np.zeros(len(lengths))
    for alike in by_length:
        among[alike] = _percentile(apart[alike])
    return _percentile(2 * among + _percentile(rare))


def _of_groups(groups: np.ndarray, density: np.ndarray) -> np.ndarray:
    """For each text, the percentile of how rare the words of its group are; a text without a group is its own."""
    alone = groups < 0
    group = np.where(alone, groups.max(initial=0) + 1 + np.arange(len(groups)), groups)
    _, member = np.unique(group, return_inverse=True)
    sizes, sums = np.bincount(member), np.bincount(member, weights=_percentile(density))
    return _percentile(((sums + TOWARDS_MIDDLE / 2) / (sizes + TOWARDS_MIDDLE))[member])


def _percentile(values: np.ndarray) -> np.ndarray:
    """Ranks from 0 (least) to 1 (most), equal values sharing theirs."""
    if len(values) < 2:
        return np.zeros(len(values))
    return np.asarray((rankdata(np.round(values, 6)) - 1) / (len(values) - 1))


@dataclass(frozen=True, eq=False)
class _Words:
    """For each text the mean weight of its long words, the weight of its rare ones and that over the root of its number
    of words (`density`); `weights` of the vocabulary."""

    mean: np.ndarray
    rare: np.ndarray
    density: np.ndarray
    weights: np.ndarray
    counts: sparse.csr_matrix

    def rarest(self, text: int) -> list[int]:
        held = self.counts.indices[self.counts.indptr[text] : self.counts.indptr[text + 1]]
        held = held[self.weights[held] > 0]
        return [int(word) for word in held[np.lexsort((held, -self.weights[held]))][:RARE_WORDS]]


def _rarity(bags: Bags) -> _Words:
    texts = bags.counts.shape[0]
    frequency = np.bincount(bags.counts.indices, minlength=len(bags.words))
    is_long = np.array([len(word) > 3 and word.isalpha() for word in bags.words], dtype=bool)
    weights = np.where(is_long, np.log((1 + texts) / (1 + frequency)), 0)
    is_rare = frequency <= max(3, RARE_SHARE * texts)
    held = bags.counts.copy()
    held.data = np.ones_like(held.data)
    mean = np.asarray(held @ weights).ravel() / np.maximum(1, np.asarray(held @ is_long.astype(float)).ravel())
    rare = np.asarray(held @ np.where(is_rare, weights, 0)).ravel()
    return _Words(mean, rare, rare / np.sqrt(np.maximum(1, np.diff(held.indptr))), weights, held)


def _spread(order: np.ndarray, rows: np.ndarray, most: int) -> np.ndarray:
    """The order with, in its first 2 · `most` texts, those alike enough texts already placed put behind the others."""
    head, tail = order[: 2 * most], order[2 * most :]
    placed = np.empty((len(head), rows.shape[1]), dtype=rows.dtype)
    first: list[int] = []
    behind: list[int] = []
    for text in head:
        alike = int(np.sum(placed[: len(first)] @ rows[text] >= ALIKE))
        if alike < max(1, most // SAME_IDEA):
            placed[len(first)] = rows[text]
            first.append(int(text))
        else:
            behind.append(int(text))
    return np.concatenate([np.array(first + behind, dtype=np.int64), tail])


def _profile(profiles: Sequence[str | None] | None, near: np.ndarray, text: int, *, common: str | None) -> str | None:
    """The profile of most of a text's neighbours and of its author, unless it is that of nearly everyone."""
    if profiles is None or profiles[text] in (None, common):
        return None
    known = Counter(profiles[rank] for rank in near if profiles[rank] is not None)
    name, times = known.most_common(1)[0] if known else (None, 0)
    return name if name == profiles[text] and times >= ONE_PROFILE * sum(known.values()) and times > 2 else None


def _commonest(profiles: Sequence[str | None]) -> str | None:
    """The profile that half of all texts have, or None."""
    known = Counter(profile for profile in profiles if profile is not None)
    name, times = known.most_common(1)[0] if known else (None, 0)
    return name if times >= COMMON_PROFILE * len(profiles) else None
