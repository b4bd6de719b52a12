"""Krippendorff α: one code a coder, on a scale without order, with an order, or of numbers."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from concertia.engine.coding.agreement import measured
from concertia.engine.coding.intervals import REPLICATES, Agreement, Values, Weights, patterns, ratio
from concertia.engine.coding.ratings import Ratings, number
from concertia.engine.notes import EngineError

Level: TypeAlias = Literal["nominal", "ordinal", "interval"]


def krippendorff_alpha(
    ratings: Ratings,
    *,
    level: Level = "nominal",
    rng: np.random.Generator | None = None,
    replicates: int = REPLICATES,
) -> Agreement:
    """How far coders agree, on any scale, with any number of coders and of codes missing.

        α = 1 − D_o / D_e,  D_o = (1/n) Σ_i Σ_ck n_ic n_ik δ_ck / (r_i − 1),  D_e = Σ_ck n_c n_k δ_ck / (n (n − 1))

    over the contributions coded twice or more: n_ic coders gave code c to contribution i, r_i coded it, n_c = Σ_i n_ic,
    n = Σ_c n_c. The difference δ_ck is 1 when c ≠ k (`nominal`), (c − k)² (`interval`), and the square of the number of
    codes given from c to k, both ends counted by half (`ordinal`).

    Shapes: ratings (contributions, coders). Limits: as κ, low when one code is nearly always given; Krippendorff asks
    for .800 to conclude, .667 to conclude tentatively. Cost: linear in contributions. Raises `EngineError`:
    `agreement.no_pair`, `agreement.level`, `agreement.no_order` (ordinal), `agreement.not_numbers` (interval).
    References: Krippendorff, *Computing Krippendorff's Alpha-Reliability*, 2011; *Content Analysis*, 4th ed., 2019,
    ch. 12.

    >>> from concertia.engine.coding.ratings import ratings
    >>> rows = [[1, 1, None, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 3, 4], [4, 4, 4, 4],
    ...         [1, 1, 2, 1], [2, 2, 2, 2], [None, 5, 5, 5], [None, None, 1, 1], [None, 3, None, None]]
    >>> [round(krippendorff_alpha(ratings(rows), level=level).value, 3) for level in ("nominal", "ordinal", "interval")]
    [0.743, 0.815, 0.849]
    """
    scale = _scale(ratings, level)
    table, counts = patterns(ratings.counts)
    coders = table.sum(axis=1)
    is_paired = coders > 1
    if not is_paired.any():
        raise EngineError("agreement.no_pair")
    table = table * is_paired[:, None]
    coders = coders * is_paired
    others = np.maximum(coders - 1, 1.0)

    def nominal(drawn: Weights) -> tuple[Values, Values]:
        given = drawn @ table
        total = given.sum(axis=1)
        unlike = (coders**2 - (table**2).sum(axis=1)) / others
        return drawn @ unlike / total, (total**2 - (given**2).sum(axis=1)) / (total * (total - 1))

    def scored(drawn: Weights) -> tuple[Values, Values]:
        given = drawn @ table
        total = given.sum(axis=1)
        scores = given.cumsum(axis=1) - given / 2 if scale is None else np.broadcast_to(scale, given.shape)
        scores = scores - ((given * scores).sum(axis=1) / total)[:, None]
        # Σ_ck n_ic n_ik (s_c − s_k)² = 2 (r_i Σ_c n_ic s_c² − (Σ_c n_ic s_c)²); centred, Σ_c n_c s_c is nought.
        spread = coders[:, None] * (table @ (scores**2).T) - (table @ scores.T) ** 2
        within = (drawn * (2 * spread / others[:, None]).T).sum(axis=1)
        return within / total, 2 * (given * scores**2).sum(axis=1) / (total - 1)

    def parts(drawn: Weights) -> tuple[Values, Values]:
        with np.errstate(invalid="ignore", divide="ignore"):  # a draw may hold no contribution coded twice: NaN
            return nominal(drawn) if level == "nominal" else scored(drawn)

    units = int(counts @ is_paired)
    return measured(f"krippendorff_{level}", parts, counts, ratio, units, rng, replicates)


def _scale(ratings: Ratings, level: str) -> Values | None:
    """The values of the codes on an interval scale; None on the others."""
    if level not in ("nominal", "ordinal", "interval"):
        raise EngineError("agreement.level", level=str(level))
    if level == "ordinal" and not ratings.is_ordered:
        raise EngineError("agreement.no_order")
    if level != "interval":
        return None
    numbers = np.array([number(code) for code in ratings.codes])
    if np.isnan(numbers).any():
        raise EngineError("agreement.not_numbers")
    return numbers
