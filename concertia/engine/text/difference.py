"""Word by word differences between two versions of a text, for two columns side by side."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
SENTENCE = re.compile(r"[^.!?…\n]*[.!?…\n]+\s*|[^.!?…\n]+$")
MANY = 4_000  # tokens; beyond, whole sentences are compared, because matching words is quadratic


@dataclass(frozen=True)
class Segment:
    """A run of text; `changed` when it is removed (in the old text) or added (in the new one)."""

    text: str
    changed: bool


def differences(old: str, new: str) -> tuple[tuple[Segment, ...], tuple[Segment, ...]]:
    """The old and the new text cut in segments; joined, the segments give back each text exactly.

    >>> differences("un avis rendu", "un avis publié")[1]
    (Segment(text='un avis ', changed=False), Segment(text='publié', changed=True))
    """
    left, right = TOKEN.findall(old), TOKEN.findall(new)
    if len(left) + len(right) > MANY:
        left, right = SENTENCE.findall(old), SENTENCE.findall(new)
    before: list[Segment] = []
    after: list[Segment] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        _add(before, "".join(left[i1:i2]), tag != "equal")
        _add(after, "".join(right[j1:j2]), tag != "equal")
    return tuple(before), tuple(after)


def _add(segments: list[Segment], text: str, changed: bool) -> None:
    """A space alone between two changed words belongs to the change: one mark, not three."""
    if not text:
        return
    if changed and len(segments) >= 2 and segments[-2].changed and segments[-1].text.isspace():
        text = segments.pop(-2).text + segments.pop().text + text
    segments.append(Segment(text, changed))
