"""The common shape of a document, whatever file it came from: lines of styled text, and tables of cells of lines.

A line is what one reads on one line: a paragraph, or a part of it between two line breaks. Check boxes of every make
are already plain glyphs (`TICKED`, `EMPTY`, or `UNSURE` when the box and its glyph disagree).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from concertia.engine.canvas.fields import BY_KEY
from concertia.engine.canvas.reading import Place
from concertia.engine.notes import Note

BOLD, ITALIC, UNDERLINE, HIGHLIGHT, STRIKE = 1, 2, 4, 8, 16
EMPHASIS = BOLD | UNDERLINE | HIGHLIGHT

TICKED, EMPTY = "☒", "☐"
UNSURE = "\uffff"  # no document can hold it, so that no answer is taken for such a box
CROSS_GLYPHS = "☒✗✘✕✖❌🗷🗶⊠xX×╳"
CHECK_GLYPHS = "☑✓✔✅🗹🗸"
TICKED_GLYPHS = CROSS_GLYPHS + CHECK_GLYPHS + "■◉⦿●⬛"
EMPTY_GLYPHS = "☐□❏❐❑❒▢◻⬜▯○◯🔲"

WINGDINGS = {
    0xFE: "☑",
    0xFD: "☒",
    0x78: "☒",
    0xA8: "☐",
    0x6F: "☐",
    0x71: "☐",
    0x72: "☐",
    0x70: "☐",
    0xFC: "✓",
    0xFB: "✗",
    0x6E: "■",
    0xA1: "○",
    0xA4: "◉",
    0x6C: "●",
    0xA7: "▪",
    0xD8: "➢",
    0xE0: "→",
    0xE8: "→",
    0xF0: "→",
}
WINGDINGS_2 = {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "☐", 0x2A: "☐", 0xA2: "■"}
WEBDINGS = {0x61: "✓", 0x72: "✗", 0x63: "☐", 0x67: "■"}
SYMBOL = {0xB7: "•", 0xA8: "☐", 0xFE: "☑", 0xFD: "☒", 0x6F: "☐", 0xFC: "✓"}


def symbol(code: int, font: str) -> str:
    """The plain character that a symbol font shows for `code`; a bullet when it is not known.

    >>> symbol(0xF0FE, "Wingdings"), symbol(0xF0A3, "Wingdings 2")
    ('☑', '☐')
    """
    name = font.lower().replace(" ", "")
    table = WINGDINGS
    if name.startswith("wingdings2"):
        table = WINGDINGS_2
    elif name.startswith("webdings"):
        table = WEBDINGS
    elif name.startswith("symbol"):
        table = SYMBOL
    elif name and not name.startswith("wingdings") and not 0xF000 <= code <= 0xF0FF:
        return chr(code) if code >= 32 else ""
    return table.get(code & 0xFF, "•")


def plain(text: str, font: str = "", *, verbatim: bool = False) -> str:
    """The text with symbol-font characters (private area, or any in a Wingdings run) turned into plain ones.

    With `verbatim`, those of the private area are kept when no symbol font is named.
    """
    name = font.lower().replace(" ", "")
    symbolic = name.startswith(("wingdings", "webdings"))
    if verbatim and not (symbolic or name.startswith("symbol")):
        return text
    return "".join(
        symbol(ord(char), font) if 0xF020 <= ord(char) <= 0xF0FF or (symbolic and not char.isspace()) else char
        for char in text
    )


@dataclass(frozen=True)
class Span:
    text: str
    style: int = 0
    link: str = ""


@dataclass(frozen=True)
class Anchor:
    """The place that the writer made for the answer of one field, whatever section 3 its name says."""

    key: str
    rank: int  # its order in the document, from 1
    outer: Anchor | None = None  # the anchor it stands in, which the writer never does


ANCHOR = re.compile(r"concertia:([a-z_]+)(?::\d+)?")


@dataclass
class Anchors:
    """The anchors met while a document is walked, and the one that is open."""

    open: Anchor | None = None
    met: int = 0

    @contextmanager
    def within(self, name: str) -> Iterator[None]:
        """Read what an anchor of this name holds; a name that is none of the writer's changes nothing."""
        outer, known = self.open, ANCHOR.fullmatch(name)
        if known and known[1] in BY_KEY:
            self.met += 1
            self.open = Anchor(known[1], self.met, outer)
        yield
        self.open = outer


@dataclass(frozen=True)
class Line:
    spans: tuple[Span, ...]
    place: Place
    marker: str = ""  # what automatic numbering shows before it: « - », « 1. »
    level: int = 0
    heading: bool = False
    stop: str = ""  # "start" or "end" of a table that holds labels, "result" before the answers of another section 3
    anchor: Anchor | None = None

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)

    def style(self, start: int, end: int) -> int:
        """The styles that every visible character of the slice has."""
        common = -1
        for span, begin in self._offsets():
            piece = span.text[max(0, start - begin) : max(0, end - begin)]
            if piece.strip():
                common &= span.style
        return 0 if common == -1 else common

    def any_style(self) -> int:
        """The styles that at least one visible character has."""
        styles = 0
        for span in self.spans:
            styles |= span.style if span.text.strip() else 0
        return styles

    def cut(self, start: int, end: int | None = None) -> Line:
        """The slice of the line, without the marker of the list when it does not begin the line."""
        stop = len(self.text) if end is None else end
        spans = tuple(
            Span(span.text[max(0, start - begin) : max(0, stop - begin)], span.style, span.link)
            for span, begin in self._offsets()
        )
        return replace(self, spans=tuple(span for span in spans if span.text), marker="" if start else self.marker)

    def _offsets(self) -> Iterator[tuple[Span, int]]:
        begin = 0
        for span in self.spans:
            yield span, begin
            begin += len(span.text)


@dataclass(frozen=True)
class Cell:
    blocks: tuple[Block, ...]
    column: int
    span: int = 1
    continued: bool = False  # the lower part of a cell merged downwards


@dataclass(frozen=True)
class Table:
    rows: tuple[tuple[Cell, ...], ...]
    number: int


Block: TypeAlias = Line | Table


@dataclass(frozen=True)
class Document:
    blocks: tuple[Block, ...]
    notes: tuple[Note, ...] = ()


@dataclass
class Paragraph:
    """Gathers the runs of one paragraph while it is walked, then gives its lines."""

    spans: list[Span] = field(default_factory=list)

    def add(self, text: str, style: int = 0, link: str = "") -> None:
        if text:
            self.spans.append(Span(text, style, link))

    def lines(
        self, place: Place, marker: str = "", level: int = 0, heading: bool = False, anchor: Anchor | None = None
    ) -> list[Line]:
        rows: list[list[Span]] = [[]]
        for span in self.spans:
            first, *others = span.text.split("\n")
            rows[-1].append(Span(first, span.style, span.link))
            rows.extend([Span(other, span.style, span.link)] for other in others)
        return [
            Line(tuple(s for s in row if s.text), place, "" if rank else marker, level, heading, anchor=anchor)
            for rank, row in enumerate(rows)
        ]


def lines_of(blocks: tuple[Block, ...]) -> Iterator[Line]:
    """Every line in reading order, tables row by row."""
    for block in blocks:
        if isinstance(block, Line):
            yield block
            continue
        for row in block.rows:
            for cell in row:
                yield from lines_of(cell.blocks)
