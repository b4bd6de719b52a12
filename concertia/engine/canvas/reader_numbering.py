"""Automatic numbering and styles of a .docx: what Word shows before a paragraph without writing it in the text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree


def _local(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _get(element: etree._Element | None, wanted: str) -> str:
    if element is None:
        return ""
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == wanted), "")


def _find(element: etree._Element | None, *path: str) -> etree._Element | None:
    for step in path:
        if element is None:
            return None
        element = next((item for item in element if _local(item) == step), None)
    return element


def _number(text: str, default: int = 0) -> int:
    return int(text) if text.isdigit() and len(text) < 6 else default


class Styles:
    """The paragraph styles: their shown name, and the numbering they bring, through the styles they are based on."""

    def __init__(self, root: etree._Element | None) -> None:
        self._styles = {_get(item, "styleId"): item for item in (root if root is not None else ())}

    def name(self, style: str) -> str:
        return _get(_find(self._styles.get(style), "name"), "val") or style

    def numbering(self, style: str) -> etree._Element | None:
        for _step in range(20):
            element = self._styles.get(style)
            if element is None:
                return None
            found = _find(element, "pPr", "numPr")
            if found is not None:
                return found
            style = _get(_find(element, "basedOn"), "val")
        return None


@dataclass
class _Level:
    form: str
    text: str
    start: int


@dataclass
class _List:
    levels: dict[int, _Level] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """The lists of numbering.xml, with their counters, which advance at each paragraph asked for."""

    def __init__(self, root: etree._Element | None) -> None:
        items = list(root) if root is not None else []
        shapes = {_get(item, "abstractNumId"): item for item in items if _local(item) == "abstractNum"}
        self._lists: dict[str, _List] = {}
        self._of: dict[str, str] = {}
        self._restarts: dict[str, dict[int, int]] = {}
        for key, shape in shapes.items():
            levels = {_number(_get(item, "ilvl")): _level(item) for item in shape if _local(item) == "lvl"}
            self._lists[key] = _List(levels)
        for item in items:
            if _local(item) == "num":
                number = _get(item, "numId")
                self._of[number] = _get(_find(item, "abstractNumId"), "val")
                overrides = [one for one in item if _local(one) == "lvlOverride"]
                self._restarts[number] = {
                    _number(_get(one, "ilvl")): _number(_get(_find(one, "startOverride"), "val"), 1)
                    for one in overrides
                    if _find(one, "startOverride") is not None
                }

    def marker(self, properties: etree._Element | None, style: str, styles: Styles) -> tuple[str, int]:
        """The marker shown before a paragraph (« - », « 2. », or nothing) and the level of its list."""
        own = _find(properties, "numPr")
        inherited = styles.numbering(style) if style else None
        number = _get(_find(own, "numId"), "val") or _get(_find(inherited, "numId"), "val")
        rank = _get(_find(own, "ilvl"), "val") or _get(_find(inherited, "ilvl"), "val")
        shape = self._lists.get(self._of.get(number, ""))
        if number in ("", "0"):
            return "", 0
        level = _number(rank)
        if shape is None or level not in shape.levels:
            return "-", level
        form = shape.levels[level].form
        if form == "none":
            return "", level
        if form == "bullet" or "%" not in shape.levels[level].text:
            return "-", level
        self._advance(number, shape, level)
        return _shown(shape, level), level

    def _advance(self, number: str, shape: _List, level: int) -> None:
        restart = self._restarts.get(number, {}).pop(level, None)
        if restart is not None:
            shape.counts[level] = restart
        elif level in shape.counts:
            shape.counts[level] += 1
        else:
            shape.counts[level] = shape.levels[level].start
        for deeper in [one for one in shape.counts if one > level]:
            del shape.counts[deeper]


def _level(element: etree._Element) -> _Level:
    return _Level(
        _get(_find(element, "numFmt"), "val") or "decimal",
        _get(_find(element, "lvlText"), "val"),
        _number(_get(_find(element, "start"), "val"), 1),
    )


def _shown(shape: _List, level: int) -> str:
    def value(match: re.Match[str]) -> str:
        rank = int(match.group(1)) - 1
        known = shape.levels.get(rank)
        start = known.start if known else 1
        return formatted(shape.counts.get(rank, start), known.form if known else "decimal")

    return re.sub(r"%([1-9])", value, shape.levels[level].text).strip() or "-"


def formatted(number: int, form: str) -> str:
    """A number as a list shows it.

    >>> formatted(3, "decimal"), formatted(2, "lowerLetter"), formatted(4, "upperRoman")
    ('3', 'b', 'IV')
    """
    if form in ("lowerLetter", "upperLetter", "a", "A") and number > 0:
        letters = chr(ord("a") + (number - 1) % 26) * (1 + (number - 1) // 26)
        return letters.upper() if form in ("upperLetter", "A") else letters
    if form in ("lowerRoman", "upperRoman", "i", "I") and 0 < number < 4000:
        text = ""
        for value, sign in ROMAN:
            text += sign * (number // value)
            number %= value
        return text if form in ("upperRoman", "I") else text.lower()
    return str(number)


ROMAN = (
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
)
