"""Reads JSON: a list of objects or of texts, wherever it is in the file, or one object a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TypeAlias

from concertia.engine.notes import EngineError, Note
from concertia.engine.readers.delimited import Record

Json: TypeAlias = "dict[str, Json] | list[Json] | str | bool | None"
SPACE = re.compile(r"[ \t\n\r]*")
IMPOSSIBLE = re.compile(r"[\ud800-\udfff\x00]")  # halves of a pair, NUL
MOST_COLUMNS = 2_000
ONLY_TEXT = "texte"  # the column of a list of texts
UNREAD = "json"  # the column of what could not be read, kept whole


class Number(str):
    """A number as it is written: an identifier must not become a rounded number."""

    __slots__ = ()


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """An object in which a key written twice stays twice, as a column named twice does in a table."""
    made: dict[str, Json] = {}
    for key, value in pairs:
        name, number = key, 1
        while name in made:
            number += 1
            name = f"{key} ({number})"
        made[name] = value
    return made


DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=Number, parse_float=Number, parse_constant=Number, strict=False
)


def json_records(text: str) -> tuple[tuple[str, ...], list[Record], tuple[Note, ...]]:
    """The columns and the records of a JSON text; nested keys are joined by « / », lists of values by « , ».

    The list is the longest list of objects (else of texts) of the file. What is not an object among objects has the
    problem `row.not_an_object`; a line that is not JSON among lines that are, `row.invalid_json`. Raises `EngineError`:
    `json.invalid` (line, column), `json.too_deep`, `json.no_list`, `json.too_many_columns`.

    >>> columns, records, _ = json_records('{"avis": [\\n {"id": 7, "texte": {"fr": "Oui"}}]}')
    >>> columns, [(record.line, record.cells) for record in records]
    (('id', 'texte/fr'), [(2, ['7', 'Oui'])])
    """
    try:
        items = _items(text)
        flat = [(line, _flattened(item), problem) for line, item, problem in items]
    except RecursionError as error:
        raise EngineError("json.too_deep") from error
    headers: dict[str, int] = {}
    for _, cells, _ in flat:
        for name in cells:
            headers.setdefault(name, len(headers))
    if len(headers) > MOST_COLUMNS:
        raise EngineError("json.too_many_columns", limit=MOST_COLUMNS)
    broken = 0
    made: list[Record] = []
    for line, cells, problem in flat:
        row = [""] * len(headers)
        for name, cell in cells.items():
            row[headers[name]] = cell
        if any(IMPOSSIBLE.search(cell) for cell in row):
            row = [IMPOSSIBLE.sub("\ufffd", cell) for cell in row]
            broken += 1
        made.append(Record(line, row, problem))
    return tuple(headers), made, (Note("json.surrogates", {"count": broken}),) if broken else ()


def _items(text: str) -> list[tuple[int, Json, str]]:
    """Each item of the list with its line and its problem."""
    start = _skip(text, 0)
    try:
        whole, end = DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        if _is_lines(text):
            return list(_lines(text))
        raise EngineError("json.invalid", line=error.lineno, column=error.colno) from error
    end = _skip(text, end)
    if end < len(text):
        if _is_lines(text):
            return list(_lines(text))
        line = text.count("\n", 0, end) + 1
        raise EngineError("json.invalid", line=line, column=end - text.rfind("\n", 0, end))
    path = _longest_list(whole, ())
    if path is None:
        if isinstance(whole, dict) and whole:
            return [(1, whole, "")]
        raise EngineError("json.no_list")
    has_objects = any(isinstance(item, dict) for item in _at(whole, path))
    return [
        (line, item, "") if (isinstance(item, dict) if has_objects else _is_text(item)) else _stranger(line, item)
        for line, item in _elements(text, _position(text, start, path))
    ]


def _is_text(item: Json) -> bool:
    return isinstance(item, str) and not isinstance(item, Number)


def _stranger(line: int, item: Json) -> tuple[int, Json, str]:
    return line, {UNREAD: _scalar(item)}, "row.not_an_object"


def _is_lines(text: str) -> bool:
    """Whether the first line that is not blank is an object of its own (JSON Lines)."""
    first = text.lstrip().split("\n", 1)[0].strip()
    try:
        return isinstance(DECODER.decode(first), dict)
    except ValueError:
        return False


def _lines(text: str) -> Iterator[tuple[int, Json, str]]:
    for rank, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            item = DECODER.decode(line.strip())
        except ValueError:
            yield rank, {UNREAD: line}, "row.invalid_json"
            continue
        is_object = isinstance(item, dict)
        yield rank, item if is_object else {UNREAD: line}, "" if is_object else "row.not_an_object"


def _longest_list(value: Json, path: tuple[str, ...]) -> tuple[str, ...] | None:
    """The keys that lead to the longest list of objects, else of texts; lists inside lists are not looked into."""
    found: list[tuple[bool, int, tuple[str, ...]]] = []

    def walk(value: Json, path: tuple[str, ...]) -> None:
        if isinstance(value, list):
            has_objects = any(isinstance(item, dict) for item in value)
            if has_objects or any(_is_text(item) for item in value):
                found.append((has_objects, len(value), path))
        elif isinstance(value, dict):
            for key, inner in value.items():
                walk(inner, (*path, key))

    walk(value, path)
    return max(found, key=lambda one: (one[0], one[1]))[2] if found else None


def _at(value: Json, path: tuple[str, ...]) -> list[Json]:
    for key in path:
        value = value[key] if isinstance(value, dict) else None
    return value if isinstance(value, list) else []


def _skip(text: str, position: int) -> int:
    found = SPACE.match(text, position)
    return found.end() if found else position


def _position(text: str, position: int, path: tuple[str, ...]) -> int:
    """Where the list at the end of the path begins; keys written twice are named as `_object` names them."""
    for wanted in path:
        position = _skip(text, position + 1)
        seen: dict[str, Json] = {}
        while True:
            key, position = DECODER.raw_decode(text, position)
            name, number = str(key), 1
            while name in seen:
                number += 1
                name = f"{key} ({number})"
            seen[name] = None
            position = _skip(text, _skip(text, position) + 1)
            if name == wanted:
                break
            _, position = DECODER.raw_decode(text, position)
            position = _skip(text, _skip(text, position) + 1)
    return position


def _elements(text: str, position: int) -> Iterator[tuple[int, Json]]:
    position = _skip(text, position + 1)
    line, counted = 1, 0
    while position < len(text) and text[position] != "]":
        line += text.count("\n", counted, position)
        counted = position
        item, position = DECODER.raw_decode(text, position)
        yield line, item
        position = _skip(text, position)
        if text[position : position + 1] == ",":
            position = _skip(text, position + 1)


def _flattened(item: Json) -> dict[str, str]:
    cells: dict[str, str] = {}
    if isinstance(item, dict):
        _flatten(item, "", cells)
    else:
        cells[ONLY_TEXT] = _scalar(item)
    return cells


def _flatten(value: Json, name: str, cells: dict[str, str]) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            _flatten(inner, f"{name}/{key}" if name else key, cells)
    elif isinstance(value, list):
        translated: dict[str, Json] = {
            str(one.get("locale")): one.get("text") for one in value if isinstance(one, dict) and "text" in one
        }
        if value and len(translated) == len(value) and "None" not in translated:
            _flatten(translated, name.removesuffix("/translations"), cells)
        else:
            cells[name] = ", ".join(_scalar(one) for one in value)
    else:
        cells[name] = _scalar(value)


def _scalar(value: Json) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
