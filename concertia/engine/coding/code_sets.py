"""Coders who may give several codes at once: α on sets, agreement code by code, and where coders differ."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from concertia.engine.coding.agreement import gwet_ac1, measured
from concertia.engine.coding.alpha import krippendorff_alpha
from concertia.engine.coding.intervals import REPLICATES, Agreement, Values, Weights, ratio
from concertia.engine.coding.ratings import Ratings, check_rows
from concertia.engine.notes import EngineError

Distance: TypeAlias = Literal["masi", "jaccard"]
Codes: TypeAlias = Set[str]
MAX_SETS = 6_000  # distinct sets of codes, whose distances are held two by two


@dataclass(frozen=True)
class CodeSets:
    """The sets of codes given: `ranks[unit, coder]` is a rank in `sets`, −1 where a coder did not look.

    An empty set is an answer (« no code fits »), not an absence. `codes` are those of the grid.
    """

    ranks: NDArray[np.int64]
    sets: tuple[frozenset[str], ...]
    codes: tuple[str, ...]


@dataclass(frozen=True)
class CodeAgreement:
    """Agreement on one code, given or not given. `units`: contributions coded twice or more; `given`: those where
    somebody gave it; `positive`: when one coder gives it, the chance that another one does, NaN when nobody does."""

    code: str
    alpha: Agreement
    ac1: Agreement
    positive: float
    given: int
    units: int


@dataclass(frozen=True)
class Disagreement:
    """A contribution on which coders differ: its rank, and the mean distance between what two of them gave."""

    unit: int
    distance: float


def code_sets(rows: Iterable[Sequence[Codes | None]], *, codes: Sequence[str] | None = None) -> CodeSets:
    """Gather sets of codes: one row a contribution, one column a coder, None where a coder did not look.

    `codes` declares those of the grid; else they are those met, by name. Raises `EngineError`: `agreement.empty`,
    `agreement.uneven_rows` (line), `agreement.unknown_code` (found), `agreement.too_many_sets` (limit).

    >>> found = code_sets([[{"vélo"}, {"vélo", "bus"}], [set(), None]])
    >>> found.codes, found.ranks.tolist(), [sorted(one) for one in found.sets]
    (('bus', 'vélo'), [[2, 1], [0, -1]], [[], ['bus', 'vélo'], ['vélo']])
    """
    lines = [[None if cell is None else frozenset(cell) for cell in row] for row in rows]
    check_rows(lines)
    met = {cell for line in lines for cell in line if cell is not None}
    used = frozenset().union(*met)
    known = tuple(codes) if codes is not None else tuple(sorted(used))
    strangers = used - set(known)
    if strangers:
        raise EngineError("agreement.unknown_code", found=min(strangers))
    if len(met) > MAX_SETS:
        raise EngineError("agreement.too_many_sets", limit=MAX_SETS)
    sets = tuple(sorted(met, key=sorted))
    place = {one: rank for rank, one in enumerate(sets)}
    ranks = np.array([[-1 if cell is None else place[cell] for cell in line] for line in lines], dtype=np.int64)
    return CodeSets(ranks, sets, known)


def masi_distance(one: Codes, other: Codes) -> float:
    """How far two sets of codes are: 0 when equal, 1 when they share nothing.

        1 − J·M,  J = |A ∩ B| / |A ∪ B|,  M = 1 if A = B, 2/3 if one holds the other, 1/3 if they only overlap, 0 else

    Two empty sets are equal. Reference: Passonneau, *Measuring Agreement on Set-valued Items (MASI)*, LREC 2006.

    >>> masi_distance({"bus"}, {"bus", "vélo"}), masi_distance({"bus"}, {"bus"}), masi_distance({"bus"}, set())
    (0.6666666666666667, 0.0, 1.0)
    """
    shared, whole = len(one & other), len(one | other)
    if one == other:
        return 0.0
    if not shared:
        return 1.0
    monotonicity = 2 / 3 if one <= other or other <= one else 1 / 3
    return 1.0 - shared / whole * monotonicity


def distances(sets: Sequence[Codes], codes: Sequence[str], *, distance: Distance = "masi") -> NDArray[np.float64]:
    """The distance between every two sets; shape (sets, sets). Raises `EngineError("agreement.distance")`.

    >>> distances([{"bus"}, {"bus", "vélo"}], ["bus", "vélo"], distance="jaccard").tolist()
    [[0.0, 0.5], [0.5, 0.0]]
    """
    if distance not in ("masi", "jaccard"):
        raise EngineError("agreement.distance", distance=str(distance))
    holds = np.array([[code in one for code in codes] for one in sets], dtype=np.float64).reshape(len(sets), len(codes))
    shared = holds @ holds.T
    sizes = holds.sum(axis=1)
    whole = sizes[:, None] + sizes[None, :] - shared
    likeness = shared / np.maximum(whole, 1.0)
    if distance == "masi":
        is_inside = shared == np.minimum(sizes[:, None], sizes[None, :])
        likeness *= np.where(shared == whole, 1.0, np.where(is_inside, 2 / 3, 1 / 3))
    likeness[whole == 0] = 1.0
    apart: NDArray[np.float64] = 1.0 - likeness
    return apart


def krippendorff_alpha_sets(
    sets: CodeSets,
    *,
    distance: Distance = "masi",
    rng: np.random.Generator | None = None,
    replicates: int = REPLICATES,
) -> Agreement:
    """α between coders who give several codes at once, a part in common counting for a part.

        α = 1 − D_o / D_e

    as `krippendorff_alpha`, each distinct set of codes being a value and δ the distance between sets (MASI or Jaccard,
    not squared). Shapes: `sets.ranks` (contributions, coders). Limits: MASI is severe with sets that only overlap; give
    the agreement code by code beside it. Raises `EngineError`: `agreement.no_pair`, `agreement.distance`. References:
    Passonneau, LREC 2006; Artstein & Poesio, *Computational Linguistics* 34(4), 2008, § 2.7.

    >>> rows = [[{"bus"}, {"bus"}], [{"vélo"}, {"vélo", "bus"}], [{"école"}, {"école"}], [set(), {"bus"}]]
    >>> round(krippendorff_alpha_sets(code_sets(rows)).value, 3)
    0.485
    """
    apart = distances(sets.sets, sets.codes, distance=distance)
    given, counts = np.unique(np.sort(sets.ranks, axis=1), axis=0, return_counts=True)
    coders = (given >= 0).sum(axis=1)
    given, counts, coders = given[coders > 1], counts[coders > 1], coders[coders > 1]
    if not len(given):
        raise EngineError("agreement.no_pair")
    within = 2 * _sum_apart(given, apart) / (coders - 1)
    pattern, column = np.nonzero(given >= 0)
    value = given[pattern, column]

    def parts(drawn: Weights) -> tuple[Values, Values]:
        uses = np.array([np.bincount(value, weights=one[pattern], minlength=len(apart)) for one in drawn])
        total = uses.sum(axis=1)
        expected = ((uses @ apart) * uses).sum(axis=1)
        return drawn @ within / total, expected / (total * (total - 1))

    units = int(counts.sum())
    return measured(f"krippendorff_{distance}", parts, counts.astype(np.float64), ratio, units, rng, replicates)


def _sum_apart(given: NDArray[np.int64], apart: NDArray[np.float64]) -> Values:
    """For each row, the sum of the distances between the values that two coders gave."""
    total = np.zeros(len(given))
    for one, other in combinations(given.T, 2):
        both = (one >= 0) & (other >= 0)
        total[both] += apart[one[both], other[both]]
    return total


def code_agreements(
    sets: CodeSets, *, rng: np.random.Generator | None = None, replicates: int = REPLICATES
) -> tuple[CodeAgreement, ...]:
    """Agreement on each code of the grid, given or not given, in the order of the grid.

    α nominal and AC1 on {given, not given}; positive agreement is Σ_i n_i (n_i − 1) / Σ_i n_i (r_i − 1), with n_i the
    coders who gave the code to contribution i among the r_i who looked (Fleiss, 1971, agreement on a category). Limits:
    on a code given to a few contributions every figure is fragile: read them with `given` in sight, and the intervals.
    Raises `EngineError("agreement.no_pair")`.

    >>> rows = [[{"bus"}, {"bus"}], [{"vélo"}, {"vélo", "bus"}], [{"vélo"}, {"vélo"}], [set(), set()]]
    >>> found = code_agreements(code_sets(rows))
    >>> [(one.code, round(one.alpha.value, 2), round(one.positive, 2), one.given) for one in found]
    [('bus', 0.53, 0.67, 2), ('vélo', 1.0, 1.0, 2)]
    """
    looked = sets.ranks >= 0
    found: list[CodeAgreement] = []
    for code in sets.codes:
        holds = np.array([code in one for one in sets.sets] + [False], dtype=np.int64)
        ranks = np.where(looked, holds[sets.ranks], -1)
        binary = Ratings(ranks, (False, True), is_ordered=True)
        alpha = krippendorff_alpha(binary, rng=rng, replicates=replicates)
        ac1 = gwet_ac1(binary, rng=rng, replicates=replicates)
        coders, gave = looked.sum(axis=1), (ranks == 1).sum(axis=1)
        chances = int((gave * (coders - 1)).sum())
        positive = float((gave * (gave - 1)).sum() / chances) if chances else float("nan")
        found.append(CodeAgreement(code, alpha, ac1, positive, int((gave > 0).sum()), alpha.units))
    return tuple(found)


def disagreements(sets: CodeSets, *, distance: Distance = "masi") -> tuple[Disagreement, ...]:
    """The contributions on which coders differ, those where they differ most first, then in their order.

    A score never comes without it: coders learn from what they read together. Raises `EngineError` as α does.

    >>> rows = [[{"bus"}, {"bus"}], [{"vélo"}, {"bus"}], [{"bus"}, {"bus", "vélo"}]]
    >>> [(one.unit, round(one.distance, 2)) for one in disagreements(code_sets(rows))]
    [(1, 1.0), (2, 0.67)]
    """
    apart = distances(sets.sets, sets.codes, distance=distance)
    coders = (sets.ranks >= 0).sum(axis=1)
    mean = _sum_apart(sets.ranks, apart) / np.maximum(coders * (coders - 1) / 2, 1.0)
    order = np.argsort(-mean, kind="stable")
    return tuple(Disagreement(int(unit), float(mean[unit])) for unit in order if mean[unit] > 1e-12)
