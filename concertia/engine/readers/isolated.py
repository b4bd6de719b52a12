"""Reads a stranger's files in a child process that can neither last nor grow (`engine.isolation`).

The reading is the same as without: what crosses is plain JSON, a line a row, checked and rebuilt here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from concertia.engine.isolation import Bounds, answers_of
from concertia.engine.notes import EngineError, Note
from concertia.engine.readers.kinds import MAX_FILE
from concertia.engine.readers.reader import GUESSED, bytes_of, files_in, read, read_several
from concertia.engine.readers.reading import Columns, Place, Reading, Row, SeenColumn, SetAside, Table

TASK = "concertia.engine.readers.isolated:answer"
SECONDS = 60  # a hundred thousand rows of a workbook take five
MEGABYTES = 1_500
MAX_ANSWER = 600_000_000  # bytes: a text may double when it is quoted
ROWS, ASIDE, HEAD = "rows", "aside", "head"
AT_ONCE = 1_000  # rows a line


def read_isolated(
    data: bytes,
    name: str,
    *,
    columns: Columns = GUESSED,
    sheet: str = "",
    key: bytes = b"",
    seconds: int = SECONDS,
    megabytes: int = MEGABYTES,
) -> Reading:
    """As `reader.read`, in a child bounded in processor time and wall time (`seconds`) and in memory (`megabytes`).

    Raises `EngineError` with the codes of the reader, or `reading.too_long` (seconds), `reading.too_much_memory`
    (limit), `reading.interrupted`, `reading.unavailable`.
    """
    _check_weight(len(data))
    request = {"file": name, **_wanted(columns, sheet, key)}
    return _reading(request, data, Bounds(seconds, megabytes, MAX_ANSWER))


def read_several_isolated(
    files: Sequence[tuple[str, bytes]],
    name: str,
    *,
    columns: Columns = GUESSED,
    sheet: str = "",
    key: bytes = b"",
    seconds: int = SECONDS,
    megabytes: int = MEGABYTES,
) -> Reading:
    """As `reader.read_several`, (relative name, bytes) each, in one child bounded as that of `read_isolated`."""
    _check_weight(sum(len(data) for _, data in files))
    sizes = [[inner, len(data)] for inner, data in files]
    request = {"folder": name, "files": sizes, **_wanted(columns, sheet, key)}
    return _reading(request, b"".join(data for _, data in files), Bounds(seconds, megabytes, MAX_ANSWER))


def read_path_isolated(
    path: Path,
    *,
    columns: Columns = GUESSED,
    sheet: str = "",
    key: bytes = b"",
    seconds: int = SECONDS,
    megabytes: int = MEGABYTES,
) -> Reading:
    """As `reader.read_file`, a file or a folder, in a child bounded as that of `read_isolated`."""
    if path.is_dir():
        return read_several_isolated(
            files_in(path), path.name, columns=columns, sheet=sheet, key=key, seconds=seconds, megabytes=megabytes
        )
    return read_isolated(
        bytes_of(path), path.name, columns=columns, sheet=sheet, key=key, seconds=seconds, megabytes=megabytes
    )


def answer(request: dict[str, Any], data: bytes) -> Iterator[Any]:
    """In the child: the reading line by line, or the refusal, as plain JSON values."""
    wanted = {"columns": Columns(**request["columns"]), "sheet": request["sheet"], "key": bytes.fromhex(request["key"])}
    try:
        if "files" in request:
            reading = read_several(list(_cut(request["files"], data)), request["folder"], **wanted)
        else:
            reading = read(data, request["file"], **wanted)
    except EngineError as error:
        yield {"refused": [error.note.code, error.note.params]}
        return
    yield from to_plain(reading)


def to_plain(reading: Reading) -> Iterator[list[Any]]:
    """A reading as JSON values: its rows, what is set aside, the rest, a thousand at once; `from_plain` gives it back.

    >>> reading = read(b"id;avis\\n1;Oui\\n2;\\n", "avis.csv")
    >>> import json
    >>> from_plain(json.loads(json.dumps(one)) for one in to_plain(reading)) == reading
    True
    """
    for start in range(0, len(reading.rows), AT_ONCE):
        yield [ROWS, [_row_to_plain(row) for row in reading.rows[start : start + AT_ONCE]]]
    for start in range(0, len(reading.set_aside), AT_ONCE):
        yield [ASIDE, [_aside_to_plain(one) for one in reading.set_aside[start : start + AT_ONCE]]]
    yield [
        HEAD,
        {
            "file": reading.file,
            "kind": reading.kind,
            "encoding": reading.encoding,
            "separator": reading.separator,
            "notes": [[note.code, note.params] for note in reading.notes],
            "tables": [asdict(table) for table in reading.tables],
            "seen": [asdict(column) for column in reading.seen],
        },
    ]


def _row_to_plain(row: Row) -> list[Any]:
    at = row.place
    where = (at.file, at.sheet, at.line, at.column)
    return [row.text, where, row.id, row.author, row.date, row.channel, row.others, row.records, row.profile]


def _aside_to_plain(one: SetAside) -> list[Any]:
    at = one.place
    return [one.note.code, one.note.params, (at.file, at.sheet, at.line, at.column), one.cells, one.records]


def from_plain(values: Iterator[Any]) -> Reading:
    """The reading of JSON values; raises `EngineError("reading.interrupted")` when they are not one."""
    rows: list[Row] = []
    aside: list[SetAside] = []
    notes: dict[tuple[Any, ...], Note] = {}  # the same fault of many rows is one note
    head: dict[str, Any] | None = None
    for kind, content in values:
        if kind == ROWS:
            for text, where, name, author, date, channel, others, records, profile in content:
                row = Row(text, Place(*where), name, author, date, channel, tuple(others), records, profile)
                rows.append(row)
        elif kind == ASIDE:
            for code, params, where, cells, records in content:
                note = notes.setdefault((code, *params.items()), Note(code, params))
                aside.append(SetAside(note, Place(*where), tuple(cells), records))
        else:
            head = content
    if head is None:
        raise EngineError("reading.interrupted")
    return Reading(
        head["file"],
        head["kind"],
        tuple(rows),
        tuple(aside),
        tuple(_table(one) for one in head["tables"]),
        tuple(Note(code, params) for code, params in head["notes"]),
        head["encoding"],
        head["separator"],
        tuple(SeenColumn(**{**one, "samples": tuple(one["samples"])}) for one in head["seen"]),
    )


def _table(plain: dict[str, Any]) -> Table:
    headers, others, columns = tuple(plain["headers"]), tuple(plain["others"]), Columns(**plain["columns"])
    return Table(**{**plain, "headers": headers, "others": others, "columns": columns})


def _reading(request: dict[str, Any], data: bytes, bounds: Bounds) -> Reading:
    try:
        return from_plain(answers_of(TASK, request, data, bounds=bounds))
    except EngineError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, AssertionError) as error:
        raise EngineError("reading.interrupted") from error


def _wanted(columns: Columns, sheet: str, key: bytes) -> dict[str, Any]:
    return {"columns": asdict(columns), "sheet": sheet, "key": key.hex()}


def _cut(sizes: Sequence[tuple[str, int]], data: bytes) -> Iterator[tuple[str, bytes]]:
    start = 0
    for name, size in sizes:
        yield name, data[start : start + size]
        start += size


def _check_weight(weight: int) -> None:
    if weight > MAX_FILE:
        raise EngineError("file.too_large", megabytes=-(-weight // 1_000_000), limit=MAX_FILE // 1_000_000)
