"""What a measure of agreement gives, and how far it may be trusted: the bootstrap by contribution."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from concertia.engine.notes import EngineError

Weights = NDArray[np.float64]
Values = NDArray[np.float64]

REPLICATES = 1_000
LEVEL = 0.95
Z = 1.959964  # the normal law's bound at that level
BLOCK = 4_000_000  # weights drawn at once: 32 MB


@dataclass(frozen=True)
class Agreement:
    """A coefficient with what it is made of. `value` is NaN when nothing varies: agreement then says nothing.

    `observed` and `expected` are agreements (shares) for Fleiss κ and AC1, disagreements for Cohen κ and α; `units`
    counts the contributions it rests on. `low` and `high` bound the 95 % interval, None when no generator was given,
    NaN when most replicates are undefined.
    """

    coefficient: str
    value: float
    observed: float
    expected: float
    units: int
    low: float | None = None
    high: float | None = None


def patterns(rows: NDArray[np.float64]) -> tuple[NDArray[np.float64], Weights]:
    """The distinct rows of a table, in order, and how many times each is there."""
    distinct, counts = np.unique(rows, axis=0, return_counts=True)
    return distinct, counts.astype(np.float64)


def bootstrap(
    statistic: Callable[[Weights], Values], counts: Weights, *, rng: np.random.Generator, replicates: int = REPLICATES
) -> tuple[float, float]:
    """The 2.5 and 97.5 percentiles of a statistic over contributions drawn again with replacement.

    n contributions drawn among n, of which n_p are of pattern p, are a multinomial draw (n; n_p/n) over the patterns:
    the same law as drawing one by one, at the cost of the patterns. `statistic` takes weights of shape (replicates,
    patterns) and gives one value a replicate. Limits: the percentile interval is too narrow under some thirty
    contributions; replicates where the statistic is undefined are left out, and (NaN, NaN) comes when they are half.
    Raises `EngineError("agreement.replicates")` under 2 replicates. Reference: Efron & Tibshirani, *An Introduction to
    the Bootstrap*, 1993, ch. 13.

    >>> share = lambda weights: weights[:, 1] / weights.sum(axis=1)
    >>> low, high = bootstrap(share, np.array([60.0, 40.0]), rng=np.random.default_rng(1))
    >>> 0.28 < low < 0.33 and 0.47 < high < 0.52
    True
    """
    if replicates < 2:
        raise EngineError("agreement.replicates")
    total = counts.sum()
    block = max(1, BLOCK // len(counts))
    found: list[Values] = []
    for start in range(0, replicates, block):
        size = min(block, replicates - start)
        drawn = rng.multinomial(int(total), counts / total, size=size).astype(np.float64)
        found.append(statistic(drawn))
    values = np.concatenate(found)
    values = values[np.isfinite(values)]
    if 2 * len(values) < replicates:
        return float("nan"), float("nan")
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.percentile(values, [tail, 100 - tail])
    return float(low), float(high)


def share_interval(count: int, base: int) -> tuple[float, float]:
    """The 95 % interval of a share, count out of base, that stays inside 0 and 1 and wide when there are few (Wilson).

        (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n),  z = 1.96

    Limits: supposes that each text was drawn alike; texts chosen by a machine are not. Raises `EngineError`
    (`agreement.empty`) when base is nought. Reference: Wilson, *Journal of the American Statistical Association* 22,
    1927.

    >>> [round(bound, 3) for bound in share_interval(9, 10)]
    [0.596, 0.982]
    """
    if base < 1:
        raise EngineError("agreement.empty")
    share, spread = count / base, Z**2 / base
    centre, half = share + spread / 2, Z * math.sqrt(share * (1 - share) / base + spread / (4 * base))
    return max(0.0, (centre - half) / (1 + spread)), min(1.0, (centre + half) / (1 + spread))


def corrected(observed: Values, expected: Values) -> Values:
    """(observed − expected) / (1 − expected), NaN where chance alone explains everything."""
    rest = 1.0 - expected
    varies = rest > 1e-12
    return np.where(varies, (observed - expected) / np.where(varies, rest, 1.0), np.nan)


def ratio(observed: Values, expected: Values) -> Values:
    """1 − observed / expected, NaN where no disagreement could be expected."""
    varies = expected > 1e-12
    return np.where(varies, 1.0 - observed / np.where(varies, expected, 1.0), np.nan)
