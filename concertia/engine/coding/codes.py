"""Every code of the measures of agreement with the names of its parameters."""

from __future__ import annotations

CODES: dict[str, tuple[str, ...]] = {
    "agreement.empty": (),
    "agreement.uneven_rows": ("line",),
    "agreement.unknown_code": ("found",),
    "agreement.two_coders": ("coders",),
    "agreement.no_pair": (),
    "agreement.no_order": (),
    "agreement.not_numbers": (),
    "agreement.weights": ("weights",),
    "agreement.level": ("level",),
    "agreement.distance": ("distance",),
    "agreement.too_many_sets": ("limit",),
    "agreement.lengths": ("first", "second"),
    "agreement.replicates": (),
}
