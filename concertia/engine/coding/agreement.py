"""Agreement between coders, corrected for chance: Cohen and Fleiss κ, Gwet AC1.

Krippendorff α is in `alpha`, codes given several at a time in `code_sets`, partitions in `partitions`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import numpy as np

from concertia.engine.coding.intervals import (
    REPLICATES,
    Agreement,
    Values,
    Weights,
    bootstrap,
    corrected,
    patterns,
    ratio,
)
from concertia.engine.coding.ratings import Counts, Ratings
from concertia.engine.notes import EngineError

Weighting: TypeAlias = Literal["none", "linear", "quadratic"]
Parts: TypeAlias = Callable[[Weights], tuple[Values, Values]]


def cohen_kappa(
    ratings: Ratings,
    *,
    weights: Weighting = "none",
    rng: np.random.Generator | None = None,
    replicates: int = REPLICATES,
) -> Agreement:
    """Agreement of two coders beyond what their own habits would give by chance, near misses counted if asked.

        κ = 1 − Σ v_ij o_ij / Σ v_ij p_i q_j

    with o_ij the share of contributions coded i by one and j by the other, p and q the shares of each coder, v_ij the
    weight of a disagreement: 1 (`none`), |i − j| (`linear`), (i − j)² (`quadratic`), i and j ranks among the codes.

    Shapes: ratings (contributions, 2). A contribution that one of the two left uncoded does not count. Limits: only
    two coders; when one code is nearly always given, κ is low although coders agree (give AC1 beside it); weights need
    codes in an order. Cost: linear in contributions. Raises `EngineError`: `agreement.two_coders`, `agreement.no_pair`,
    `agreement.no_order`, `agreement.weights`. References: Cohen, *Educational and Psychological Measurement* 20, 1960;
    *Psychological Bulletin* 70, 1968.

    >>> from concertia.engine.coding.ratings import ratings
    >>> rows = [("oui", "oui")] * 20 + [("oui", "non")] * 5 + [("non", "oui")] * 10 + [("non", "non")] * 15
    >>> round(cohen_kappa(ratings(rows)).value, 3)
    0.4
    """
    if ratings.ranks.shape[1] != 2:
        raise EngineError("agreement.two_coders", coders=ratings.ranks.shape[1])
    if weights not in ("none", "linear", "quadratic"):
        raise EngineError("agreement.weights", weights=str(weights))
    if weights != "none" and not ratings.is_ordered:
        raise EngineError("agreement.no_order")
    both = ratings.ranks[(ratings.ranks >= 0).all(axis=1)]
    if not len(both):
        raise EngineError("agreement.no_pair")
    size = len(ratings.codes)
    cells, counts = np.unique(both[:, 0] * size + both[:, 1], return_counts=True)
    first, second = np.divmod(cells, size)
    apart = np.abs(first - second).astype(np.float64)
    ranks = np.arange(size, dtype=np.float64)
    distance = np.abs(ranks[:, None] - ranks[None, :])
    if weights == "none":
        apart, distance = np.sign(apart), np.sign(distance)
    elif weights == "quadratic":
        apart, distance = apart**2, distance**2
    rows, columns = _indicator(first, size), _indicator(second, size)

    def parts(drawn: Weights) -> tuple[Values, Values]:
        total = drawn.sum(axis=1)
        expected = (((drawn @ rows) @ distance) * (drawn @ columns)).sum(axis=1) / total**2
        return drawn @ apart / total, expected

    return measured("cohen", parts, counts.astype(np.float64), ratio, len(both), rng, replicates)


def _indicator(ranks: np.ndarray[tuple[int], np.dtype[np.int64]], size: int) -> Counts:
    table = np.zeros((len(ranks), size))
    table[np.arange(len(ranks)), ranks] = 1.0
    return table


def fleiss_kappa(
    ratings: Ratings, *, rng: np.random.Generator | None = None, replicates: int = REPLICATES
) -> Agreement:
    """Agreement of any number of coders beyond what the overall use of the codes would give by chance.

        κ = (P − P_e) / (1 − P_e),  P = mean_i Σ_k n_ik (n_ik − 1) / (r_i (r_i − 1)),  P_e = Σ_k π_k²,
        π_k = mean_i n_ik / r_i

    with n_ik the coders who gave code k to contribution i, r_i those who coded it. P is a mean over contributions coded
    twice or more, π over those coded; with as many coders everywhere it is Fleiss's own formula.

    Shapes: ratings (contributions, coders); coders need not be the same persons. Limits: as Cohen's; codes have no
    order. Raises `EngineError("agreement.no_pair")`. References: Fleiss, *Psychological Bulletin* 76, 1971; with codes
    missing, Gwet, *Handbook of Inter-Rater Reliability*, 4th ed., 2014, ch. 2.

    >>> from concertia.engine.coding.ratings import ratings
    >>> round(fleiss_kappa(ratings([[1, 1, 1], [2, 2, 1], [2, 2, 2], [1, 2, 2]])).value, 4)
    0.3143
    """
    return _from_shares("fleiss", ratings, lambda shares: (shares**2).sum(axis=1), rng, replicates)


def gwet_ac1(ratings: Ratings, *, rng: np.random.Generator | None = None, replicates: int = REPLICATES) -> Agreement:
    """Agreement of any number of coders that stays readable when one code is nearly always given.

        γ = (P − P_e) / (1 − P_e),  P_e = Σ_k π_k (1 − π_k) / (K − 1)

    with P and π_k as for Fleiss κ and K the number of codes *of the grid*: declare them (`ratings(…, codes=…)`), since
    codes never given count. Shapes: ratings (contributions, coders). Limits: it is higher than κ on rare codes by
    construction: do not compare one with the other. Raises `EngineError("agreement.no_pair")`. Reference: Gwet,
    *British Journal of Mathematical and Statistical Psychology* 61, 2008.

    >>> from concertia.engine.coding.ratings import ratings
    >>> rows = [("+", "+")] * 118 + [("+", "-")] * 5 + [("-", "+")] * 2
    >>> round(gwet_ac1(ratings(rows)).value, 4), round(cohen_kappa(ratings(rows)).value, 4)
    (0.9408, -0.0234)
    """
    others = len(ratings.codes) - 1

    def expected(shares: Values) -> Values:
        if not others:
            return np.ones(len(shares))
        chance: Values = (shares * (1.0 - shares)).sum(axis=1) / others
        return chance

    return _from_shares("gwet_ac1", ratings, expected, rng, replicates)


def _from_shares(
    name: str,
    ratings: Ratings,
    chance: Callable[[Values], Values],
    rng: np.random.Generator | None,
    replicates: int,
) -> Agreement:
    table, counts = patterns(ratings.counts)
    coders = table.sum(axis=1)
    if not (coders > 1).any():
        raise EngineError("agreement.no_pair")
    paired, coded = (coders > 1).astype(np.float64), (coders > 0).astype(np.float64)
    pairs = np.where(coders > 1, coders * (coders - 1), 1.0)
    agreeing = paired * (table * (table - 1)).sum(axis=1) / pairs
    shares = table / np.maximum(coders, 1)[:, None]

    def parts(drawn: Weights) -> tuple[Values, Values]:
        with np.errstate(invalid="ignore", divide="ignore"):  # a draw may hold no contribution coded twice: NaN
            return drawn @ agreeing / (drawn @ paired), chance(drawn @ shares / (drawn @ coded)[:, None])

    return measured(name, parts, counts, corrected, int(counts @ paired), rng, replicates)


def measured(
    name: str,
    parts: Parts,
    counts: Weights,
    combine: Callable[[Values, Values], Values],
    units: int,
    rng: np.random.Generator | None,
    replicates: int,
) -> Agreement:
    """The value on the contributions as they are, and its interval when there is a generator."""
    observed, expected = parts(counts[None, :])
    value = float(combine(observed, expected)[0])
    low = high = None
    if rng is not None:
        low, high = bootstrap(lambda drawn: combine(*parts(drawn)), counts, rng=rng, replicates=replicates)
    return Agreement(name, value, float(observed[0]), float(expected[0]), units, low, high)
