"""Where each quote stands in its sentence, and what may be shown there today.

Words that moderation hid or masked are never given, whatever the sentence still holds: a quote is shown from its
source, not from the sentence.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from concertia.analysis.enums import SourceKind
from concertia.analysis.models import Source
from concertia.core.text import NARROW

MASKED = "[source masquée par la modération]"
NUMBER = re.compile(r"\d+(?:[\xa0\u202f ]\d{3})*(?:[.,]\d+)?")
_SPACES = (" ", "\xa0", NARROW)


class State(StrEnum):
    """What became of a quote since it was written in its sentence."""

    EXACT = "exact"
    HIDDEN = "hidden"  # a passage was hidden since: it is now shown « […] »
    MASKED = "masked"
    CHANGED = "changed"  # the words between the marks are no longer those of the source
    ABSENT = "absent"  # nothing between « and » is left for it


@dataclass(frozen=True)
class Written:
    """Where the quote of a source stands in its sentence, its marks included, and what may be shown there."""

    source: Source
    start: int
    end: int
    state: State
    shown: str


def shown_slice(source: Source) -> str:
    """The words of a quote as they may be shown today; none when their source is masked."""
    return "" if source.contribution.is_masked else source.contribution.shown(source.start, source.end)


def pieces_of(text: str, sources: Iterable[Source]) -> list[tuple[str, Source | None]]:
    """A sentence cut at its quotes, each as it may be shown today."""
    pieces, at = [], 0
    for one in written_quotes(text, sources):
        if one.state == State.ABSENT:
            continue
        pieces += [(text[at : one.start], None), (one.shown, one.source)]
        at = one.end
    return [piece for piece in (*pieces, (text[at:], None)) if piece[0]]


def quoted(words: str) -> str:
    return f"«{NARROW}{words}{NARROW}»"


def written_quotes(text: str, sources: Iterable[Source]) -> list[Written]:
    """Each quote of a sentence, in the order of the text: exact ones first, the others where marks are left."""
    quotes = [source for source in sources if source.kind == SourceKind.QUOTE]
    taken: list[tuple[int, int]] = []
    found, left = [], []
    for source in quotes:
        place = _exact_place(text, source, taken)
        if place is None:
            left.append(source)
        else:
            taken.append(place[:2])
            found.append(_written(text, source, *place))
    spans = [span for span in marked_spans(text) if not _overlaps(span, taken)]
    for source in left:
        start, end = spans.pop(0) if spans else (len(text), len(text))
        found.append(_written(text, source, start, end, State.CHANGED if end > start else State.ABSENT))
    return sorted(found, key=lambda one: (one.start, one.end))


def _exact_place(text, source, taken):
    row = source.contribution
    shown, raw = row.shown(source.start, source.end), row.text[source.start : source.end]
    for words, state in ((shown, State.EXACT), (raw, State.HIDDEN)):
        span = span_of(text, words, taken)
        if span:
            return (*span, State.MASKED if row.is_masked else state)
    place = text.find(MASKED) if row.is_masked else -1  # as the form showed it, once saved
    return (place, place + len(MASKED), State.MASKED) if place >= 0 else None


def _written(text, source, start, end, state) -> Written:
    if source.contribution.is_masked and end > start:
        return Written(source, start, end, State.MASKED, MASKED)
    row = source.contribution
    has_hidden = any(first < source.end and source.start < last for first, last in row.hidden)
    is_own = state == State.EXACT or (state == State.CHANGED and not has_hidden)
    shown = text[start:end] if is_own else quoted(row.shown(source.start, source.end))
    return Written(source, start, end, state, shown)


def span_of(text: str, words: str, taken: Sequence[tuple[int, int]] = ()) -> tuple[int, int] | None:
    """Where words stand whole between « and », the marks included, outside the places already taken."""
    if not words:
        return None
    befores = [f"«{space}" for space in _SPACES] + ([] if words[0].isspace() else ["«"])
    afters = [f"{space}»" for space in _SPACES] + ([] if words[-1].isspace() else ["»"])
    place = text.find(words)
    while place >= 0:
        end = place + len(words)
        before = next((mark for mark in befores if text[:place].endswith(mark)), "")
        after = next((mark for mark in afters if text.startswith(mark, end)), "")
        span = (place - len(before), end + len(after))
        if before and after and not _overlaps(span, taken):
            return span
        place = text.find(words, place + 1)
    return None


def marked_spans(text: str) -> list[tuple[int, int]]:
    """What stands between « and », marks included; a mark inside another goes with it."""
    spans, depth, start = [], 0, 0
    for place, sign in enumerate(text):
        if sign == "«":
            start = place if depth == 0 else start
            depth += 1
        elif sign == "»" and depth:
            depth -= 1
            if depth == 0:
                spans.append((start, place + 1))
    return spans


def _overlaps(span, taken) -> bool:
    return any(span[0] < end and start < span[1] for start, end in taken)


def numbers_of(text: str, quotes: Iterable[Written]) -> list[re.Match[str]]:
    """The numbers written in figures outside the quotes."""
    held = [(one.start, one.end) for one in quotes]
    return [found for found in NUMBER.finditer(text) if not _overlaps(found.span(), held)]


def fingerprint(row) -> str:
    """Names a sentence as it was read, so that saving it says when somebody changed it in between."""
    return hashlib.sha256(f"{row.pk}\0{row.theme_id}\0{row.text}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
