"""Agreement between coders, human and machine."""

from concertia.engine.coding.agreement import cohen_kappa, fleiss_kappa, gwet_ac1
from concertia.engine.coding.alpha import krippendorff_alpha
from concertia.engine.coding.code_sets import (
    CodeAgreement,
    CodeSets,
    Disagreement,
    code_agreements,
    code_sets,
    disagreements,
    krippendorff_alpha_sets,
    masi_distance,
)
from concertia.engine.coding.intervals import Agreement
from concertia.engine.coding.partitions import AdjustedRand, BCubed, VMeasure, adjusted_rand, b_cubed, v_measure
from concertia.engine.coding.ratings import Ratings, ratings

__all__ = [
    "AdjustedRand",
    "Agreement",
    "BCubed",
    "CodeAgreement",
    "CodeSets",
    "Disagreement",
    "Ratings",
    "VMeasure",
    "adjusted_rand",
    "b_cubed",
    "code_agreements",
    "code_sets",
    "cohen_kappa",
    "disagreements",
    "fleiss_kappa",
    "gwet_ac1",
    "krippendorff_alpha",
    "krippendorff_alpha_sets",
    "masi_distance",
    "ratings",
    "v_measure",
]
