"""Pure computation: texts, votes, pools, canvas. What a researcher imports stands here, loaded when first asked for.

    from concertia.engine import analyse, contributions_of, read_file

Nothing is loaded at import, so that what only needs the canvas does not pay for the numerical libraries.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from concertia.engine.coding import (
        adjusted_rand,
        b_cubed,
        code_agreements,
        code_sets,
        cohen_kappa,
        disagreements,
        fleiss_kappa,
        gwet_ac1,
        krippendorff_alpha,
        krippendorff_alpha_sets,
        masi_distance,
        ratings,
        v_measure,
    )
    from concertia.engine.coding.suggestions import GridCode, for_contributions, grounds_of, next_to_code, suggest
    from concertia.engine.contributions import contributions_of
    from concertia.engine.notes import EngineError, Note
    from concertia.engine.readers import (
        Columns,
        Reading,
        SeenColumn,
        read,
        read_file,
        read_isolated,
        read_path_isolated,
        read_several,
        read_several_isolated,
    )
    from concertia.engine.text.analysis import analyse
    from concertia.engine.text.encoder import by_units, local_encoder, local_encoders
    from concertia.engine.text.growth import place_new
    from concertia.engine.text.result import Parameters
    from concertia.engine.text.synthesis import Figure, Quote, Sentence, verify
    from concertia.engine.text.units import Contribution, cut, languages, units_of

_CODING, _SUGGESTIONS = "concertia.engine.coding", "concertia.engine.coding.suggestions"
_TEXT = "concertia.engine.text"
_HOMES = {
    "Columns": "concertia.engine.readers",
    "Contribution": f"{_TEXT}.units",
    "EngineError": "concertia.engine.notes",
    "Figure": f"{_TEXT}.synthesis",
    "GridCode": _SUGGESTIONS,
    "Note": "concertia.engine.notes",
    "Parameters": f"{_TEXT}.result",
    "Quote": f"{_TEXT}.synthesis",
    "Reading": "concertia.engine.readers",
    "SeenColumn": "concertia.engine.readers",
    "Sentence": f"{_TEXT}.synthesis",
    "adjusted_rand": _CODING,
    "analyse": f"{_TEXT}.analysis",
    "b_cubed": _CODING,
    "by_units": f"{_TEXT}.encoder",
    "code_agreements": _CODING,
    "code_sets": _CODING,
    "cohen_kappa": _CODING,
    "contributions_of": "concertia.engine.contributions",
    "cut": f"{_TEXT}.units",
    "disagreements": _CODING,
    "fleiss_kappa": _CODING,
    "for_contributions": _SUGGESTIONS,
    "grounds_of": _SUGGESTIONS,
    "gwet_ac1": _CODING,
    "krippendorff_alpha": _CODING,
    "krippendorff_alpha_sets": _CODING,
    "languages": f"{_TEXT}.units",
    "local_encoder": f"{_TEXT}.encoder",
    "local_encoders": f"{_TEXT}.encoder",
    "masi_distance": _CODING,
    "next_to_code": _SUGGESTIONS,
    "place_new": f"{_TEXT}.growth",
    "ratings": _CODING,
    "read": "concertia.engine.readers",
    "read_file": "concertia.engine.readers",
    "read_isolated": "concertia.engine.readers",
    "read_path_isolated": "concertia.engine.readers",
    "read_several": "concertia.engine.readers",
    "read_several_isolated": "concertia.engine.readers",
    "suggest": _SUGGESTIONS,
    "units_of": f"{_TEXT}.units",
    "v_measure": _CODING,
    "verify": f"{_TEXT}.synthesis",
}

__all__ = [
    "Columns",
    "Contribution",
    "EngineError",
    "Figure",
    "GridCode",
    "Note",
    "Parameters",
    "Quote",
    "Reading",
    "SeenColumn",
    "Sentence",
    "adjusted_rand",
    "analyse",
    "b_cubed",
    "by_units",
    "code_agreements",
    "code_sets",
    "cohen_kappa",
    "contributions_of",
    "cut",
    "disagreements",
    "fleiss_kappa",
    "for_contributions",
    "grounds_of",
    "gwet_ac1",
    "krippendorff_alpha",
    "krippendorff_alpha_sets",
    "languages",
    "local_encoder",
    "local_encoders",
    "masi_distance",
    "next_to_code",
    "place_new",
    "ratings",
    "read",
    "read_file",
    "read_isolated",
    "read_path_isolated",
    "read_several",
    "read_several_isolated",
    "suggest",
    "units_of",
    "v_measure",
    "verify",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return sorted(__all__)
