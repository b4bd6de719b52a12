"""Word by word differences between two versions of a text, for two columns side by side."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher

TOKEN = re.compile(r"\s*\w+|\s*[^\w\s]|\s+")  # a space goes with the word after it
SENTENCE = re.compile(r"[^.!?…\n]*[.!?…\n]+\s*|[^.!?…\n]+$")
# A cut, and the pairs of equal pieces that it may make: each is looked at again for every difference found.
CUTS = ((TOKEN, 100_000), (SENTENCE, 50_000))


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
    left, right = _comparable(old, new)
    before: list[Segment] = []
    after: list[Segment] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        _add(before, "".join(left[i1:i2]), tag != "equal")
        _add(after, "".join(right[j1:j2]), tag != "equal")
    return tuple(before), tuple(after)


def _comparable(old: str, new: str) -> tuple[list[str], list[str]]:
    """Both texts cut in words, else in sentences, else left whole: the finest cut that takes no time to compare."""
    for cut, most in CUTS:
        left, right = cut.findall(old), cut.findall(new)
        there = Counter(right)
        if sum(count * there[token] for token, count in Counter(left).items()) <= most:
            return left, right
    return [old], [new]


def _add(segments: list[Segment], text: str, changed: bool) -> None:
    """A space before a change is not part of it: the mark is on the words."""
    word = text.lstrip() if changed else ""
    space = text.removesuffix(word)
    if space and segments and not segments[-1].changed:
        segments[-1] = Segment(segments[-1].text + space, False)
    elif space:
        segments.append(Segment(space, False))
    if word:
        segments.append(Segment(word, True))
