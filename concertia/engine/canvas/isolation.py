"""Reads a canvas in a child process that can neither last nor grow: whatever the file, the caller stays as it was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from concertia.engine.canvas.reader_signature import check_signature
from concertia.engine.canvas.reading import FieldReading, Place, Reading, Status
from concertia.engine.isolation import Bounds, answers_of, safe_name
from concertia.engine.notes import EngineError, Note

TASK = "concertia.engine.canvas.isolation:answer"
MAX_ANSWER = 40_000_000


def read_isolated(data: bytes, name: str, *, seconds: int = 8, megabytes: int = 512) -> Reading:
    """As `reader.read`, in a child process bounded in processor time, wall time (`seconds`) and memory (`megabytes`).

    Raises `EngineError` with the codes of the reader, or `reading.too_long` (seconds), `reading.too_much_memory`
    (limit), `reading.interrupted`, `reading.unavailable`.
    """
    check_signature(data)
    bounds = Bounds(seconds, megabytes, MAX_ANSWER)
    answers = list(answers_of(TASK, {"name": safe_name(name)}, data, bounds=bounds))
    try:
        (plain,) = answers
        return reading_from_plain(plain)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise EngineError("reading.interrupted") from error


def answer(request: dict[str, Any], data: bytes) -> Iterator[dict[str, Any]]:
    """In the child: the reading, or the refusal, as plain JSON values."""
    from concertia.engine.canvas.reader import read  # noqa: PLC0415 -- slow import: the caller has no need of it

    try:
        yield reading_to_plain(read(data, request["name"]))
    except EngineError as error:
        yield {"refused": [error.note.code, error.note.params]}


def reading_to_plain(reading: Reading) -> dict[str, Any]:
    """A reading as JSON values; `reading_from_plain` gives the same reading back.

    >>> reading_to_plain(Reading((FieldReading("amo", None, Status.READ, True, "oui", Place(3)),), 1))["results"]
    1
    """
    return {
        "results": reading.results,
        "notes": [[note.code, note.params] for note in reading.notes],
        "fields": [
            {
                "key": one.key,
                "result": one.result,
                "status": one.status.value,
                "value": one.value,
                "text": one.text,
                "place": [one.place.paragraph, one.place.table, one.place.row, one.place.column] if one.place else None,
                "reason": [one.reason.code, one.reason.params] if one.reason else None,
            }
            for one in reading.fields
        ],
    }


def reading_from_plain(plain: dict[str, Any]) -> Reading:
    """The reading of JSON values; raises KeyError, TypeError or ValueError when they are not one."""
    fields = tuple(
        FieldReading(
            str(one["key"]),
            one["result"],
            Status(one["status"]),
            one["value"],
            str(one["text"]),
            Place(*one["place"]) if one["place"] else None,
            Note(*one["reason"]) if one["reason"] else None,
        )
        for one in plain["fields"]
    )
    return Reading(fields, int(plain["results"]), tuple(Note(*note) for note in plain["notes"]))
