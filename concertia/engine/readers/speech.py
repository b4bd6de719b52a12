"""Finds who speaks in the lines of minutes or of a transcript, and joins what one says in a row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

CLOCK = r"\[?\(?(?P<{name}>\d{{1,2}}:\d{{2}}(?::\d{{2}})?(?:[.,]\d{{1,3}})?)\)?\]?"
NAME = r"(?P<who>[^\W\d_](?:[^\n:?!;.\[\]]|\.(?=\s?\S)){0,58}?)"
TURN = re.compile(
    rf"^\s*(?:{CLOCK.format(name='before')}\s*[-–—|]?\s*)?{NAME}\s*(?:{CLOCK.format(name='after')})?\s*:(?!\d|//)\s*(?P<what>.*)$"
)
HEADING = re.compile(rf"^\s*{NAME}\s+{CLOCK.format(name='after')}\s*$")  # « Prénom Nom   0:03 », what is said below
MOST_WORDS = 7  # in a name with its office
LEAST_HEADINGS = 2
LEAST_TURNS = 3
LEAST_SHARE = 0.5  # of the lines that look like turns, by people who speak again


@dataclass(frozen=True, slots=True)
class Turn:
    """What somebody says in a row: the lines it joins; `who` is "" before the first who speaks."""

    who: str
    start: str
    text: str
    line: int
    records: int


def turns_of(lines: Sequence[tuple[int, str]]) -> list[Turn] | None:
    """The turns to speak in numbered lines, blank ones left out; None when the lines are not a transcript.

    A turn begins by a line « Name 0:03 », two at least; else by « Name: », with or without an hour, when at least
    three turns, and half of them, are by people who speak more than once: « Date: », « Lieu: » come once.

    >>> lines = ["Réunion du 3", "ANNE : Bonjour.", "Oui.", "LÉO : Bonsoir.", "ANNE : Bien.", "LÉO : Non."]
    >>> [(turn.who, turn.text) for turn in turns_of(list(enumerate(lines, start=1)))][:3]
    [('', 'Réunion du 3'), ('ANNE', 'Bonjour.\\nOui.'), ('LÉO', 'Bonsoir.')]
    """
    filled = [(number, line.strip()) for number, line in lines if line.strip()]
    headings = [_matched(HEADING, line) for _, line in filled]
    if sum(map(bool, headings)) >= LEAST_HEADINGS:
        return _joined(filled, headings)
    found = [_matched(TURN, line) for _, line in filled]
    speakers = Counter(match["who"].strip().casefold() for match in found if match)
    again = sum(count for count in speakers.values() if count > 1)
    if again >= LEAST_TURNS and again >= LEAST_SHARE * sum(speakers.values()):
        return _joined(filled, found)
    return None


def _matched(pattern: re.Pattern[str], line: str) -> re.Match[str] | None:
    match = pattern.match(line[:2000]) if ":" in line else None
    return match if match and len(match["who"].split()) <= MOST_WORDS else None


def _joined(lines: Sequence[tuple[int, str]], found: Sequence[re.Match[str] | None]) -> list[Turn]:
    turns: list[Turn] = []
    texts: list[str] = []
    who, start, first, records = "", "", lines[0][0], 0

    def close() -> None:
        if records:
            turns.append(Turn(who, start, "\n".join(texts), first, records))

    for (number, line), match in zip(lines, found, strict=True):
        if match is None:
            texts.append(line)
            records += 1
            continue
        close()
        said = line[match.start("what") :] if "what" in match.re.groupindex else ""
        clocks = match.groupdict()
        who, start = match["who"].strip(), clocks.get("before") or clocks.get("after") or ""
        texts, first, records = [said] if said.strip() else [], number, 1
    close()
    return turns
