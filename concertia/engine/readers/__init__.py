"""Tables, minutes, transcripts, mails, exports of platforms → rows with their place, nothing lost on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from concertia.engine.readers.isolated import read_isolated, read_path_isolated, read_several_isolated
from concertia.engine.readers.reader import read, read_file, read_several
from concertia.engine.readers.reading import (
    Columns,
    Place,
    Reading,
    Row,
    SeenColumn,
    SetAside,
    Table,
    identifiers,
)

if TYPE_CHECKING:
    from concertia.engine.readers.polis import PolisVotes, read_votes

__all__ = [
    "Columns",
    "Place",
    "PolisVotes",
    "Reading",
    "Row",
    "SeenColumn",
    "SetAside",
    "Table",
    "identifiers",
    "read",
    "read_file",
    "read_isolated",
    "read_path_isolated",
    "read_several",
    "read_several_isolated",
    "read_votes",
]


def __getattr__(name: str) -> Any:
    if name not in ("PolisVotes", "read_votes"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from concertia.engine.readers import polis  # noqa: PLC0415 -- slow import: its arrays are of no use to the others

    return getattr(polis, name)
