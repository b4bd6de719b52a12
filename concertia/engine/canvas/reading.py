"""What comes out of reading a canvas: each field with its status, the words read and their place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from concertia.engine.canvas.fields import FIELDS, REQUIRED
from concertia.engine.notes import Note

Record = dict[str, Any]


class Status(Enum):
    READ = "lu"
    CONFIRM = "a_confirmer"
    MISSING = "non_trouve"


@dataclass(frozen=True)
class Place:
    """Where words were read: the n-th paragraph of the body (from 1), or a cell of the n-th table (all from 1)."""

    paragraph: int = 0
    table: int = 0
    row: int = 0
    column: int = 0


@dataclass(frozen=True)
class FieldReading:
    """One field of one section; `result` is the rank of its section 3 (from 0), None in sections 1 and 2.

    `value` is as in `fields.Kind`. With CONFIRM it is what was read (the words as they stand when they could not be
    turned into a value), `text` the sentence read, `reason` why a person must look. With MISSING it is None.
    """

    key: str
    result: int | None
    status: Status
    value: Any = None
    text: str = ""
    place: Place | None = None
    reason: Note | None = None


@dataclass(frozen=True)
class Reading:
    """A canvas read: one `FieldReading` for each field of sections 1 and 2, and for each field of each section 3."""

    fields: tuple[FieldReading, ...]
    results: int  # number of sections 3, at least 1
    notes: tuple[Note, ...] = ()  # remarks on the whole document, such as text attached to no field

    def record(self) -> Record:
        """The values alone: sections 1 and 2 flat, `_sections3` always a list, `_manquants` the required not found."""
        sections3: list[Record] = [{} for _ in range(self.results)]
        record: Record = {}
        for reading in self.fields:
            target = record if reading.result is None else sections3[reading.result]
            target[reading.key] = reading.value
        record["_sections3"] = sections3
        missing = {reading.key for reading in self.fields if reading.status is Status.MISSING}
        record["_manquants"] = [key for key in REQUIRED if key in missing]
        return record

    def to_confirm(self) -> tuple[FieldReading, ...]:
        return tuple(reading for reading in self.fields if reading.status is Status.CONFIRM)


def empty_record(results: int = 1) -> Record:
    """A record with every key and no value, the shape that `write` takes."""
    record: Record = {field.key: None for field in FIELDS if field.section < 3}
    record["_sections3"] = [{field.key: None for field in FIELDS if field.section == 3} for _ in range(results)]
    return record
