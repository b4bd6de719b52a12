"""Same and nearly the same: copies, light, medium and heavy rewrites, each tied to one model. Nothing is deleted.

    weight of a word   w = log(1 + n / f), f the texts that hold its stem, at least 1 % of n: the words of a campaign
                       come back in it, and weigh no less for that; small words weigh 0.3 of it
    likeness           D(A, B) = 2 · w(A ∩ B) / (w(A) + w(B)), over sets of stems, whatever their order
    candidates         texts that share enough of the 16 rarest words of one of them (10 above 30,000 texts)
    kept               D ≥ 0.5 (0.65 under 10 distinct words, 0.8 under 6)

Groups are stars: each member is verified against the model (the text with the most twins), then against the template
(words of half the members), never against another member, so that A ~ B ~ C does not make A ~ C. Levels come from the
order of the words (normalised Indel likeness with the model): light from 0.9, medium from 0.7, heavy below.

Limits: a text rewritten with other words is not found here (`completed` looks for those with vectors); two texts that
share one long sentence may be held for alike. References: A. Broder, « On the resemblance and containment of
documents », 1997, for candidates verified on sets; L. R. Dice, « Measures of the amount of ecologic association between
species », Ecology 26(3), 1945.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from rapidfuzz.distance import Indel
from scipy import sparse

from concertia.engine.text.bags import Bags, as_sets, bags_of, stems_of, words_to_stems
from concertia.engine.text.neighbours import nearest_others
from concertia.engine.text.small_words import SMALL

RAREST, SHARED_RARE = 16, 0.35  # words of a text by which its twins are sought, and the share of their weight to share
MANY, RAREST_OF_MANY, SHARED_OF_MANY = 30_000, 10, 0.48  # beyond that many texts
COMMONEST = 100  # texts that hold a word: beyond, it brings no candidate, unless the text has nothing rarer
COMMONEST_OF_ALL = 1000
FEW_RARE = 4
BLOCK = 2000
RARE_ENOUGH = 0.01  # share of the texts under which all words weigh the same
OF_SMALL_WORDS = 0.3  # what « de » or « pour » weighs of another word
CLOSE, SHORT = 0.65, 0.8  # likeness of two texts, and of two very short ones
LIKE, EVEN = 0.48, 0.25  # likeness of a rewrite, and the least that each third of it shares
LIGHT, MEDIUM = 0.9, 0.7
MEANING, MEANING_WORDS = 0.86, 0.3  # likeness of vectors and of words, for a twin by meaning


class Level(StrEnum):
    """How far a text is from its model."""

    EXACT = "exact"
    LIGHT = "light"
    MEDIUM = "medium"
    HEAVY = "heavy"
    MEANING = "meaning"


@dataclass(frozen=True, eq=False)
class Duplicates:
    """`model`: for each of n texts the rank of its model, itself without one; `level` and `likeness` of the two."""

    model: np.ndarray
    level: tuple[Level | None, ...]
    likeness: np.ndarray

    @cached_property  # asked for each text in turn
    def is_copy(self) -> np.ndarray:
        return np.asarray(self.model != np.arange(len(self.model)))

    def groups(self, fewest: int = 2) -> tuple[tuple[int, ...], ...]:
        """Each model followed by its copies, the largest groups first, of at least `fewest` texts."""
        members: dict[int, list[int]] = {}
        for rank in np.flatnonzero(self.is_copy):
            members.setdefault(int(self.model[rank]), []).append(int(rank))
        kept = [(model, *copies) for model, copies in members.items() if len(copies) + 1 >= fewest]
        return tuple(sorted(kept, key=lambda group: (-len(group), group[0])))


def find_duplicates(texts: Sequence[str]) -> Duplicates:
    """Ties each of n texts to its model. Give the texts in an order that comes from their content.

    Time is about that of reading the words plus n · 16 · (texts per rare word); memory stays under 1 GB at 100,000.

    >>> texts = ["Il faut un abri bus devant le collège", "Rien à voir ici", "il faut un abri-bus devant le collège !"]
    >>> found = find_duplicates(texts)
    >>> found.model.tolist(), found.level[2]
    ([0, 1, 0], <Level.EXACT: 'exact'>)
    """
    bags = bags_of(texts)
    first = _first_of_each(bags)
    distinct = np.flatnonzero(first == np.arange(len(texts)))
    copies = np.bincount(np.searchsorted(distinct, first), minlength=len(distinct))
    sets = _word_sets(bags, distinct)
    star = _stars(sets, copies)
    star = _joined_to_templates(sets, star)
    model = distinct[star][np.searchsorted(distinct, first)]
    return _graded(bags, model, first)


def completed(found: Duplicates, texts: Sequence[str], rows: np.ndarray, ranks: np.ndarray) -> Duplicates:
    """Adds twins by meaning among models: `rows[i]` is the vector (length 1) of the text `ranks[i]`.

    A model joins another when their vectors are alike (≥ 0.86), their words share something (D ≥ 0.3) and their
    lengths are of the same order; each is verified against the model it joins.
    """
    near, likeness = nearest_others(rows, 10)
    bags = bags_of([texts[rank] for rank in ranks])
    sets = _word_sets(bags, np.arange(len(ranks)))
    lengths = np.diff(bags.starts)
    one, place = np.nonzero(likeness >= MEANING)
    other = near[one, place]
    ratio = np.minimum(lengths[one], lengths[other]) / np.maximum(1, np.maximum(lengths[one], lengths[other]))
    kept = (ratio >= 0.5) & (lengths[one] >= 8) & (sets.dice(one, other) >= MEANING_WORDS)
    target = _stars_of(one[kept], other[kept], np.bincount(found.model, minlength=len(texts))[ranks], len(ranks))
    model, level, value = found.model.copy(), list(found.level), found.likeness.copy()
    moved = {int(ranks[rank]): int(ranks[aim]) for rank, aim in enumerate(target) if aim != rank}
    for rank in range(len(texts)):
        aim = moved.get(int(found.model[rank]))
        if aim is not None:
            model[rank], level[rank] = aim, level[rank] if level[rank] and rank == aim else Level.MEANING
            value[rank] = MEANING
    return Duplicates(model, tuple(level), value)


@dataclass(frozen=True, eq=False)
class _Sets:
    """`held`: texts × stems, 0 or 1; `weights` of the stems; `totals` of the texts; `sizes` in distinct stems."""

    held: sparse.csr_matrix
    weights: np.ndarray
    totals: np.ndarray
    sizes: np.ndarray
    thirds: tuple[sparse.csr_matrix, ...]

    @cached_property
    def weighed(self) -> sparse.csr_matrix:
        """`held`, each stem by its weight."""
        return sparse.csr_matrix(self.held @ sparse.diags(self.weights))

    def alike(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """Whether the texts of each pair are near enough."""
        likeness = self.dice(one, other)
        size = np.minimum(self.sizes[one], self.sizes[other])
        found = likeness >= np.where(size < 6, SHORT, CLOSE)
        unsure = np.flatnonzero(~found & (likeness >= LIKE) & (size >= 10))
        even = self.spread(one[unsure], self.held[other[unsure]]) >= EVEN
        unsure = unsure[even]
        found[unsure[self.spread(other[unsure], self.held[one[unsure]]) >= EVEN]] = True
        return found

    def spread(self, texts: np.ndarray, held: sparse.csr_matrix) -> np.ndarray:
        """The least share of weight that a third of each text has in the set of the same row of `held`."""
        least = np.ones(len(texts), dtype=np.float32)
        for third in self.thirds:
            weighed = sparse.csr_matrix(third[texts] @ sparse.diags(self.weights))
            total = np.asarray(weighed.sum(axis=1)).ravel()
            shared = np.asarray(weighed.multiply(held).sum(axis=1)).ravel()
            least = np.minimum(least, np.divide(shared, total, out=np.ones_like(total), where=total > 0))
        return least

    def dice(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        found = np.zeros(len(one), dtype=np.float32)
        for start in range(0, len(one), 50_000):
            at = slice(start, start + 50_000)
            shared = np.asarray(self.weighed[one[at]].multiply(self.held[other[at]]).sum(axis=1)).ravel()
            found[at] = 2 * shared / np.maximum(1e-9, self.totals[one[at]] + self.totals[other[at]])
        return found


def _first_of_each(bags: Bags) -> np.ndarray:
    """For each text the rank of the first that says the same words in the same order."""
    seen: dict[bytes, int] = {}
    return np.array(
        [seen.setdefault(bags.words_of(rank).tobytes() or b"\xff" * 3 + str(rank).encode(), rank)
         for rank in range(len(bags.starts) - 1)],
        dtype=np.int64,
    )  # fmt: skip


def _word_sets(bags: Bags, chosen: np.ndarray) -> _Sets:
    to_stem, rank = words_to_stems(bags.words)
    held = as_sets(bags.counts[chosen] @ to_stem)
    frequency = np.bincount(held.indices, minlength=len(rank))
    weights = np.log1p(len(chosen) / np.maximum(frequency, max(5.0, RARE_ENOUGH * len(chosen)))).astype(np.float32)
    weights[[rank[stem] for stem in stems_of(sorted(SMALL)) if stem in rank]] *= OF_SMALL_WORDS
    thirds = tuple(as_sets(_third_counts(bags, chosen, part) @ to_stem) for part in range(3))
    return _Sets(held, weights, np.asarray(held @ weights).ravel(), np.diff(held.indptr), thirds)


def _third_counts(bags: Bags, chosen: np.ndarray, part: int) -> sparse.csr_matrix:
    """The words of one third of each chosen text."""
    starts, lengths = bags.starts[chosen], np.diff(bags.starts)[chosen]
    first, last = starts + lengths * part // 3, starts + lengths * (part + 1) // 3
    counts = last - first
    bounds = np.concatenate([[0], np.cumsum(counts)])
    places = np.arange(bounds[-1]) - np.repeat(bounds[:-1] - first, counts)
    ones = np.ones(len(places), dtype=np.float32)
    found = sparse.csr_matrix((ones, bags.sequence[places].copy(), bounds), shape=(len(chosen), len(bags.words)))
    found.sum_duplicates()
    return found


def _rarest(sets: _Sets) -> sparse.csr_matrix:
    """Texts × stems: the square root of the weight of each text's rarest words that others hold too."""
    held = sets.held
    frequency = np.bincount(held.indices, minlength=held.shape[1])
    rows = np.repeat(np.arange(held.shape[0]), np.diff(held.indptr))
    usable = np.flatnonzero((frequency[held.indices] > 1) & (frequency[held.indices] <= COMMONEST_OF_ALL))
    rows, columns = rows[usable], held.indices[usable]
    order = np.lexsort((columns, frequency[columns], rows))
    counts = np.bincount(rows, minlength=held.shape[0])
    place = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    kept = order[(place < FEW_RARE) | ((place < _effort(sets)[0]) & (frequency[columns[order]] <= COMMONEST))]
    values = np.sqrt(sets.weights[columns[kept]])
    return sparse.csr_matrix((values, (rows[kept], columns[kept])), shape=held.shape)


def _effort(sets: _Sets) -> tuple[int, float]:
    return (RAREST, SHARED_RARE) if sets.held.shape[0] <= MANY else (RAREST_OF_MANY, SHARED_OF_MANY)


def _candidates(sets: _Sets) -> np.ndarray:
    """Pairs i < j that share enough of the weight of one's rarest words, each as i · n + j, sorted."""
    rarest = _rarest(sets)
    wanted = _effort(sets)[1] * np.asarray(rarest.multiply(rarest).sum(axis=1)).ravel()
    frequency = np.bincount(sets.held.indices, minlength=sets.held.shape[1])
    usable = np.where((frequency > 1) & (frequency <= COMMONEST_OF_ALL), np.sqrt(sets.weights), 0)
    index = sparse.csr_matrix(sets.held @ sparse.diags(usable.astype(np.float32)))
    index.eliminate_zeros()
    index = sparse.csr_matrix(index.T)
    found = []
    total = sets.held.shape[0]
    for start in range(0, total, BLOCK):
        shared = rarest[start : start + BLOCK] @ index
        sizes = np.diff(shared.indptr)
        kept = np.flatnonzero(shared.data >= np.repeat(wanted[start : start + BLOCK], sizes))
        one = np.repeat(np.arange(start, start + len(sizes)), sizes)[kept]
        other = shared.indices[kept].astype(np.int64)
        low, high = np.minimum(one, other), np.maximum(one, other)
        found.append((low * total + high)[_may_be_alike(sets, low, high)])
    pairs = np.concatenate(found) if found else np.zeros(0, dtype=np.int64)
    pairs.sort()  # ten times as fast here as np.unique, which hashes
    return pairs[np.diff(pairs, prepend=-1) > 0]


def _may_be_alike(sets: _Sets, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Two texts apart whose weights, were the lighter one held whole by the other, are near enough."""
    first, second = sets.totals[one], sets.totals[other]
    return np.asarray((one != other) & (2 * np.minimum(first, second) >= 0.999 * LIKE * (first + second)))


def _stars(sets: _Sets, copies: np.ndarray) -> np.ndarray:
    """For each distinct text its model, among those verified as alike."""
    pairs, total = _candidates(sets), sets.held.shape[0]
    kept = [pairs[:0]]
    for start in range(0, len(pairs), 50_000):
        some = pairs[start : start + 50_000]
        kept.append(some[sets.alike(some // total, some % total)])
    alike = np.concatenate(kept)
    return _stars_of(alike // max(1, total), alike % max(1, total), copies, total)


def _stars_of(one: np.ndarray, other: np.ndarray, copies: np.ndarray, total: int) -> np.ndarray:
    """Greedy stars: the text whose neighbours hold the most messages takes those still free, and so on."""
    ones = np.ones(2 * len(one), dtype=np.int8)
    shape = (total, total)
    links = sparse.csr_matrix((ones, (np.concatenate([one, other]), np.concatenate([other, one]))), shape=shape)
    weight = np.asarray(links @ copies).ravel() + copies
    star = np.arange(total)
    is_free = np.ones(total, dtype=bool)
    for rank in np.lexsort((np.arange(total), -copies, -weight)):  # between equals, the wording sent the most
        if not is_free[rank]:
            continue
        near = links.indices[links.indptr[rank] : links.indptr[rank + 1]]
        near = near[is_free[near]]
        star[near] = rank
        is_free[near] = is_free[rank] = False
    return star


def _joined_to_templates(sets: _Sets, star: np.ndarray) -> np.ndarray:
    """Texts still alone, and small groups, tied to a larger group whose template they follow."""
    models, sizes = np.unique(star, return_counts=True)
    large = models[sizes >= 4]
    if not len(large):
        return star
    rank_of = {int(model): rank for rank, model in enumerate(large)}
    held = np.flatnonzero(np.isin(star, large))
    group = np.array([rank_of[int(model)] for model in star[held]])
    ones = np.ones(len(held), dtype=np.float32)
    member = sparse.csr_matrix((ones, (group, held)), shape=(len(large), len(star)))
    share = sparse.csr_matrix(member @ sets.held)
    share.data = (share.data >= 0.5 * np.repeat(np.diff(member.indptr), np.diff(share.indptr))).astype(np.float32)
    share.eliminate_zeros()
    rarest = _rarest(sets)
    wanted = _effort(sets)[1] * np.asarray(rarest.multiply(rarest).sum(axis=1)).ravel()
    index = sparse.csr_matrix((share @ sparse.diags(np.sqrt(sets.weights))).T)
    totals = np.asarray(share @ sets.weights).ravel()
    count = dict(zip(models.tolist(), sizes.tolist(), strict=True))
    joined = star.copy()
    for start in range(0, len(models), BLOCK):
        some = models[start : start + BLOCK]
        found = sparse.coo_matrix(rarest[some] @ index)
        near = (found.data >= wanted[some[found.row]]) & (sets.sizes[some[found.row]] >= 10)
        texts, groups = some[found.row[near]], found.col[near]
        shared = np.asarray(sets.held[texts].multiply(share[groups]) @ sets.weights).ravel()
        likeness = 2 * shared / (sets.totals[texts] + totals[groups])
        likeness[sets.spread(texts, share[groups]) < EVEN] = 0
        for place in np.lexsort((groups, -likeness, texts)):
            model, aim = int(texts[place]), int(large[groups[place]])
            is_larger = (count[aim], -aim) > (count[model], -model)
            if likeness[place] >= LIKE and is_larger and joined[model] == model:
                joined[model] = aim
    return _settled(joined)


def _settled(star: np.ndarray) -> np.ndarray:
    """Models of models followed to the end."""
    while not np.array_equal(star[star], star):
        star = star[star]
    return star


def _graded(bags: Bags, model: np.ndarray, first: np.ndarray) -> Duplicates:
    likeness = np.ones(len(model), dtype=np.float32)
    level: list[Level | None] = [None] * len(model)
    for rank in np.flatnonzero(model != np.arange(len(model))).tolist():
        if first[rank] == first[model[rank]]:
            level[rank] = Level.EXACT
            continue
        value = Indel.normalized_similarity(bags.words_of(rank).tolist(), bags.words_of(model[rank]).tolist())
        likeness[rank] = round(value, 4)
        level[rank] = Level.LIGHT if value >= LIGHT else Level.MEDIUM if value >= MEDIUM else Level.HEAVY
    return Duplicates(model, tuple(level), likeness)
