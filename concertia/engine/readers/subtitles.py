"""Reads transcripts with times: WebVTT (.vtt) and SubRip (.srt)."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from concertia.engine.readers.speech import LEAST_SHARE, LEAST_TURNS

TIMES = re.compile(r"^\s*((?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3})\s*-->\s*((?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3})")
VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]{1,200})>")
TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>|<\d[\d:.]{4,14}>|\{\\[^{}]{1,60}\}")
SPEAKER = re.compile(r"^\s*(?:[-–—]\s*)?\[?([^\W\d_][^\n:?!;.\[\]]{0,58}?)\]?\s*:\s+(?=\S)")
NOT_CUES = ("WEBVTT", "NOTE", "STYLE", "REGION")
SENTENCE_END = (".", "?", "!", "…", "»")
LONGEST_TURN = 1_500  # letters, when nobody is named: then a sentence end cuts
PAUSE = 3.0  # seconds


@dataclass(frozen=True, slots=True)
class Cue:
    """One block of the file: its times, who speaks if said, and the text; `problem` when it is none."""

    line: int
    start: str
    end: str
    who: str
    text: str
    problem: str = ""


def is_subtitles(text: str) -> bool:
    """Whether a text is WebVTT or SubRip, by its first lines."""
    head = [line for line in text.lstrip().split("\n", 6)[:6] if line.strip()]
    return bool(head) and (head[0].startswith("WEBVTT") or any(TIMES.match(line) for line in head[:2]))


def cues_of(text: str) -> list[Cue]:
    """The blocks of the file in their order; what is not a cue (notes, styles, no time, no word) has its problem.

    >>> cues_of("WEBVTT\\n\\n00:01.000 --> 00:02.500\\n<v Anne>Bonjour.</v>\\n")[1]
    Cue(line=3, start='00:01.000', end='00:02.500', who='Anne', text='Bonjour.', problem='')
    """
    cues: list[Cue] = []
    blocks = [(line, block, _times(block)) for line, block in _blocks(text)]
    are_named = _are_named([block[rank + 1 :] for _, block, rank in blocks if rank >= 0])
    who = ""
    for line, block, rank in blocks:
        if rank < 0:
            code = "row.subtitle_header" if block[0].split(" ")[0] in NOT_CUES else "row.no_time"
            cues.append(Cue(line, "", "", "", "\n".join(block), code))
            continue
        start, end = TIMES.findall(block[rank])[0]
        said = "\n".join(block[rank + 1 :])
        voice = VOICE.search(said)
        plain = _plain(said)
        named = SPEAKER.match(plain) if are_named else None
        if voice:
            who = voice[1].strip()
        elif named:
            who, plain = named[1].strip(), plain[named.end() :]
        cues.append(Cue(line, start, end, who, plain, "" if plain else "row.no_text"))
    return cues


def _times(block: Sequence[str]) -> int:
    """Rank of the line that holds the times: the first, or the one under a number or a name."""
    return next((rank for rank, line in enumerate(block[:3]) if TIMES.match(line)), -1)


def _plain(said: str) -> str:
    return html.unescape(TAG.sub("", said)).strip()


def _are_named(cues: Sequence[Sequence[str]]) -> bool:
    """Whether « Anne : » at the head of a cue says who speaks, and not « Attention : »: the same names come again."""
    found = [SPEAKER.match(_plain("\n".join(cue))) for cue in cues]
    names = Counter(match[1].casefold() for match in found if match)
    again = sum(count for count in names.values() if count > 1)
    return again >= LEAST_TURNS and again >= LEAST_SHARE * sum(names.values())


def _blocks(text: str) -> list[tuple[int, list[str]]]:
    blocks: list[tuple[int, list[str]]] = []
    is_open = False
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            is_open = False
        elif is_open:
            blocks[-1][1].append(line)
        else:
            blocks.append((number, [line]))
            is_open = True
    return blocks


def goes_on(turn: Sequence[Cue], cue: Cue) -> bool:
    """Whether a cue goes on with what is being said: the same voice; when nobody is named, an unfinished sentence."""
    last = turn[-1]
    if cue.who != last.who:
        return False
    if cue.who:
        return True
    is_long = sum(len(one.text) for one in turn) > LONGEST_TURN
    paused = seconds(cue.start) - seconds(last.end) > PAUSE
    return not (last.text.endswith(SENTENCE_END) or is_long or paused)


def seconds(clock: str) -> float:
    """Seconds in a time of the file.

    >>> seconds("01:02:03,500"), seconds("02:03.5")
    (3723.5, 123.5)
    """
    total = 0.0
    for piece in clock.replace(",", ".").split(":"):
        total = 60 * total + float(piece)
    return total
