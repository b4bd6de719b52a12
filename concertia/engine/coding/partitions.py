"""How near two ways of sorting the same contributions are: B³, adjusted Rand index, V-measure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from concertia.engine.coding.intervals import REPLICATES, Values, Weights, bootstrap
from concertia.engine.coding.ratings import Code
from concertia.engine.notes import EngineError

Interval = tuple[float, float] | None
Contingency = NDArray[np.float64]


@dataclass(frozen=True)
class BCubed:
    """`precision`: of what is put with a contribution, the share that belongs with it; `recall`: of what belongs with
    it, the share put with it; `score`: their harmonic mean, and its 95 % interval."""

    precision: float
    recall: float
    score: float
    interval: Interval = None


@dataclass(frozen=True)
class AdjustedRand:
    """1 for the same partition, 0 on average by chance, and its 95 % interval."""

    value: float
    interval: Interval = None


@dataclass(frozen=True)
class VMeasure:
    """`homogeneity`: each class found holds one true class; `completeness`: each true class is in one class found."""

    homogeneity: float
    completeness: float
    value: float
    interval: Interval = None


@dataclass(frozen=True)
class _Cells:
    """The cells of the contingency table that hold something: its line, its column, how many contributions."""

    lines: NDArray[np.int64]
    columns: NDArray[np.int64]
    counts: Weights
    shape: tuple[int, int]

    def sums(self, drawn: Weights) -> tuple[Values, Values]:
        """Totals of the lines and of the columns, for each replicate."""
        lines = np.array([np.bincount(self.lines, weights=one, minlength=self.shape[0]) for one in drawn])
        columns = np.array([np.bincount(self.columns, weights=one, minlength=self.shape[1]) for one in drawn])
        return lines, columns


def b_cubed(
    truth: Sequence[Code],
    found: Sequence[Code],
    *,
    rng: np.random.Generator | None = None,
    replicates: int = REPLICATES,
) -> BCubed:
    """How well contributions are put together, each contribution counting the same.

        precision = (1/n) Σ_cells n_ij² / n_.j,  recall = (1/n) Σ_cells n_ij² / n_i.,  score = 2 p r / (p + r)

    with n_ij the contributions of true class i put in class j. Shapes: both (contributions,). Limits: a single class
    has recall 1, one class a contribution precision 1: read both; a class of one contribution counts for one. Raises
    `EngineError`: `agreement.lengths`, `agreement.empty`. References: Bagga & Baldwin, LREC 1998; Amigó et al.,
    *Information Retrieval* 12, 2009.

    >>> result = b_cubed("aaaaabbccccc", "xxxxxyyyyyyy")
    >>> round(result.precision, 4), result.recall
    (0.7619, 1.0)
    """
    cells = _cells(truth, found)

    def parts(drawn: Weights) -> tuple[Values, Values]:
        lines, columns = cells.sums(drawn)
        total = drawn.sum(axis=1)
        precision = (drawn**2 / np.maximum(columns[:, cells.columns], 1.0)).sum(axis=1) / total
        return precision, (drawn**2 / np.maximum(lines[:, cells.lines], 1.0)).sum(axis=1) / total

    def score(drawn: Weights) -> Values:
        precision, recall = parts(drawn)
        return 2 * precision * recall / (precision + recall)

    precision, recall = parts(cells.counts[None, :])
    value = float(score(cells.counts[None, :])[0])
    return BCubed(float(precision[0]), float(recall[0]), value, _interval(score, cells, rng, replicates))


def adjusted_rand(
    truth: Sequence[Code],
    found: Sequence[Code],
    *,
    rng: np.random.Generator | None = None,
    replicates: int = REPLICATES,
) -> AdjustedRand:
    """The share of pairs of contributions on which two partitions agree, corrected for chance.

        ARI = (Σ_ij C(n_ij) − E) / (½ (Σ_i C(n_i.) + Σ_j C(n_.j)) − E),  E = Σ_i C(n_i.) Σ_j C(n_.j) / C(n),
        C(x) = x (x − 1) / 2

    Shapes: both (contributions,). Two partitions that are both a single class, or both of one contribution a class, are
    the same: 1. Limits: large classes weigh as the square of their size; drawing contributions again makes pairs of the
    same one, so that the interval is a little too high. Raises `EngineError`: `agreement.lengths`, `agreement.empty`.
    Reference: Hubert & Arabie, *Journal of Classification* 2, 1985.

    >>> round(adjusted_rand("aabbbbcccc", "xyxyyzzzzz").value, 3)
    0.313
    """
    cells = _cells(truth, found)

    def value(drawn: Weights) -> Values:
        lines, columns = cells.sums(drawn)
        together, first, second = (_pairs(one).sum(axis=1) for one in (drawn, lines, columns))
        expected = first * second / np.maximum(_pairs(drawn.sum(axis=1)), 1.0)
        most = (first + second) / 2
        varies = np.abs(most - expected) > 1e-12
        return np.where(varies, (together - expected) / np.where(varies, most - expected, 1.0), 1.0)

    return AdjustedRand(float(value(cells.counts[None, :])[0]), _interval(value, cells, rng, replicates))


def v_measure(
    truth: Sequence[Code],
    found: Sequence[Code],
    *,
    rng: np.random.Generator | None = None,
    replicates: int = REPLICATES,
) -> VMeasure:
    """How much each of two partitions tells of the other.

        h = 1 − H(T|F)/H(T),  c = 1 − H(F|T)/H(F),  V = 2 h c / (h + c)

    with H the entropy; h (c) is 1 when H(T) (H(F)) is 0. Shapes: both (contributions,). Limits: not corrected for
    chance: it grows with the number of classes; give ARI beside it. Raises `EngineError`: `agreement.lengths`,
    `agreement.empty`. Reference: Rosenberg & Hirschberg, EMNLP-CoNLL 2007.

    >>> round(v_measure("aaabcbbbcacccab", "xxxxxyyyyyzzzzz").value, 2)
    0.14
    """
    cells = _cells(truth, found)

    def parts(drawn: Weights) -> tuple[Values, Values]:
        lines, columns = cells.sums(drawn)
        joint, true, sorted_as = (_entropy(one) for one in (drawn, lines, columns))
        shared = true + sorted_as - joint
        homogeneity = np.where(true > 1e-12, shared / np.where(true > 1e-12, true, 1.0), 1.0)
        completeness = np.where(sorted_as > 1e-12, shared / np.where(sorted_as > 1e-12, sorted_as, 1.0), 1.0)
        return homogeneity, completeness

    def value(drawn: Weights) -> Values:
        homogeneity, completeness = parts(drawn)
        both = homogeneity + completeness
        return np.where(both > 1e-12, 2 * homogeneity * completeness / np.where(both > 1e-12, both, 1.0), 0.0)

    homogeneity, completeness = parts(cells.counts[None, :])
    whole = float(value(cells.counts[None, :])[0])
    return VMeasure(float(homogeneity[0]), float(completeness[0]), whole, _interval(value, cells, rng, replicates))


def _cells(truth: Sequence[Code], found: Sequence[Code]) -> _Cells:
    if len(truth) != len(found):
        raise EngineError("agreement.lengths", first=len(truth), second=len(found))
    if not len(truth):
        raise EngineError("agreement.empty")
    lines, columns = _ranks(truth), _ranks(found)
    width = int(columns.max()) + 1
    cells, counts = np.unique(lines * width + columns, return_counts=True)
    first, second = np.divmod(cells, width)
    return _Cells(first, second, counts.astype(np.float64), (int(lines.max()) + 1, width))


def _ranks(codes: Sequence[Code]) -> NDArray[np.int64]:
    known: dict[Code, int] = {}
    return np.array([known.setdefault(code, len(known)) for code in codes], dtype=np.int64)


def _pairs(counts: Values) -> Values:
    return counts * (counts - 1) / 2


def _entropy(counts: Values) -> Values:
    shares = counts / counts.sum(axis=1)[:, None]
    entropy: Values = -(shares * np.log(np.where(shares > 0, shares, 1.0))).sum(axis=1)
    return entropy


def _interval(
    statistic: Callable[[Weights], Values], cells: _Cells, rng: np.random.Generator | None, replicates: int
) -> Interval:
    return None if rng is None else bootstrap(statistic, cells.counts, rng=rng, replicates=replicates)
