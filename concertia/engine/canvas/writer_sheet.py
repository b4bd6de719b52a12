"""The canvas laid out: what every document shows, in order, whatever its format."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from concertia.engine.canvas.fields import SECTIONS, SUBTITLE, Field, Kind, Section
from concertia.engine.canvas.reading import Record, empty_record
from concertia.engine.canvas.writer_record import Checked

EMPTY_BOX, CROSSED_BOX = "☐", "☒"
BLANK_LINES = {Kind.LONG_TEXT: 3, Kind.ITEMS: 4, Kind.SPEAKERS: 3}
DATE = "2024-09-01T00:00:00Z"  # of the canvas: a document says nothing of when it was written
LINK = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?(?:[/?#][A-Za-z0-9._~:/?#@!$&'()*+,;=%-]*)?")
PUBLIC_NOTE = (
    "Version publique : l’adresse de la personne référente n’y figure pas, ni le nom des intervenants qui n’ont pas "
    "donné leur accord."
)


@dataclass(frozen=True)
class Answer:
    """A field, its value, and the rank of its section 3 (from 1; 0 in sections 1 and 2)."""

    field: Field
    value: Any
    rank: int

    @property
    def anchor(self) -> str:
        """The invisible name of the answer in a document, by which the reader finds it again for certain."""
        return f"concertia:{self.field.key}:{self.rank}" if self.rank else f"concertia:{self.field.key}"

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(self.value.split("\n")) if isinstance(self.value, str) else ()

    @property
    def chosen(self) -> tuple[str, ...]:
        return tuple(self.value["choix"]) if isinstance(self.value, dict) else ()

    @property
    def other(self) -> str | None:
        return self.value["autre"] if isinstance(self.value, dict) else None


@dataclass(frozen=True)
class Block:
    """A section with its answers; a canvas has one block of section 3 for each result."""

    section: Section
    answers: tuple[Answer, ...]
    rank: int = 0
    total: int = 0

    @property
    def heading(self) -> str:
        return f"{self.section.number} – {self.section.title}"


@dataclass(frozen=True)
class Sheet:
    """A canvas ready to be drawn."""

    record: Record
    blocks: tuple[Block, ...]
    blank: bool
    public: bool
    withheld: int

    @property
    def authority(self) -> str | None:
        name = self.record["collectivite"]
        return " ".join(name.split()) if name else None

    @property
    def title(self) -> str:
        """The title of the file, for the readers of its properties."""
        title = f"Concertations territoriales de l’IA – {SUBTITLE}"
        return f"{title} – {shorten(self.authority, 120)}" if self.authority else title


def shorten(text: str, most: int) -> str:
    """The text on one line, cut at a word when it is longer than `most`."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    head = text[:most]
    return f"{head.rsplit(' ', 1)[0] if ' ' in head[most // 2 :] else head}…"


def sheet(checked: Checked | None, *, public: bool) -> Sheet:
    """The sheet of a checked record; None gives the blank one."""
    record = checked.record if checked else empty_record()
    results = record["_sections3"]
    blocks = []
    for section in SECTIONS:
        if section.number < 3:
            blocks.append(Block(section, tuple(Answer(field, record[field.key], 0) for field in section.fields)))
            continue
        for rank, result in enumerate(results, start=1):
            answers = tuple(Answer(field, result[field.key], rank) for field in section.fields)
            blocks.append(Block(section, answers, rank, len(results)))
    withheld = checked.withheld if checked else 0
    return Sheet(record, tuple(blocks), checked is None, public, withheld)


def link_target(line: str) -> str | None:
    """The address of a line that is a plain web address, as a document may link to it without breaking."""
    if not LINK.fullmatch(line) or re.search(r"%(?![0-9A-Fa-f]{2})", line):
        return None
    return line if urlsplit(line).hostname else None
