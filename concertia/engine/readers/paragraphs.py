"""Turns running text into rows: what each person says in a transcript, else one contribution a paragraph."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from concertia.engine.notes import EngineError, Note
from concertia.engine.readers.chats import Message, messages_of
from concertia.engine.readers.cleaning import is_blank
from concertia.engine.readers.reading import Columns, Place, Row, SetAside, Table
from concertia.engine.readers.speech import BESIDE, Turn, turns_of
from concertia.engine.readers.subtitles import Cue, cues_of, goes_on
from concertia.engine.readers.tables import MAX_RECORDS, Gathered

BULLET = re.compile(r"^\s*(?:[-–—•*·▪‣◦➢→]|\d{1,3}[.)])\s+(?=\S)")
TIMED = ("start", "end")  # the other cells of a row that was heard
STARTED = ("start",)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with the place of its first line; `records`: the lines it joins."""

    text: str
    place: Place
    is_heading: bool = False
    records: int = 1


def read_paragraphs(paragraphs: Sequence[Paragraph], *, file: str) -> Gathered:
    """Rows from the paragraphs of a document: the messages of a discussion, the turns of a transcript, else the
    paragraphs, headings set aside.

    Raises `EngineError`: `table.no_rows` when there is no word, `table.too_many_rows`.
    """
    if all(is_blank(one.text) for one in paragraphs):
        raise EngineError("table.no_rows")
    lines = [line for one in paragraphs for line in _lines(one)]
    if sum(bool(line.text.strip()) for line in lines) > MAX_RECORDS:
        raise EngineError("table.too_many_rows", limit=MAX_RECORDS)
    numbered = [(rank, one.text) for rank, one in enumerate(lines)]
    messages = messages_of(numbered)
    if messages is not None:
        return _discussed(messages, lines)
    turns = _turns(lines)
    if turns is not None:
        return _spoken(turns, lines)
    gathered = Gathered()
    blank = records = 0
    for one in paragraphs:
        if not one.text.strip():
            blank += 1
            continue
        records += one.records
        text = BULLET.sub("", one.text, count=1).strip()
        code = "row.no_text" if is_blank(text) else "row.heading" if one.is_heading else ""
        if code:
            gathered.set_aside.append(SetAside(Note(code), one.place, (one.text,), one.records))
        else:
            gathered.rows.append(Row(text, one.place, records=one.records))
    gathered.tables.append(Table("", (), Columns(), (), records, blank))
    return gathered


def are_spoken(paragraphs: Sequence[Paragraph]) -> bool:
    """Whether these paragraphs are turns to speak, what stands in their tables left apart."""
    lines = [line for one in paragraphs for line in _lines(one)]
    return turns_of(list(enumerate(line.text for line in lines)), apart=_apart(lines)) is not None


def _turns(lines: Sequence[Paragraph]) -> list[Turn] | None:
    """The turns that stand outside the tables of a document; else, when it is laid out in a table, all of them."""
    numbered = [(rank, one.text) for rank, one in enumerate(lines)]
    apart = _apart(lines)
    turns = turns_of(numbered, apart=apart)
    if turns is None and BESIDE in apart.values():
        turns = turns_of(numbered, apart={rank: code for rank, code in apart.items() if code != BESIDE})
    return turns


def _apart(lines: Sequence[Paragraph]) -> dict[int, str]:
    """Why a line is nobody's words, by its rank: the cell of a table, a title."""
    return {
        rank: BESIDE if one.place.sheet else "row.heading"
        for rank, one in enumerate(lines)
        if one.place.sheet or one.is_heading
    }


def _lines(paragraph: Paragraph) -> list[Paragraph]:
    """The lines of a paragraph; each has its own place where the paragraph joins lines of the file."""
    texts = paragraph.text.split("\n")
    step = 1 if paragraph.records == len(texts) else 0
    place = paragraph.place
    return [
        Paragraph(text, replace(place, line=place.line + step * rank), paragraph.is_heading)
        for rank, text in enumerate(texts)
    ]


def _discussed(messages: Sequence[Message], lines: Sequence[Paragraph]) -> Gathered:
    gathered = Gathered()
    for one in messages:
        place = lines[one.line].place
        code = one.problem or ("row.no_text" if is_blank(one.text) else "")
        if code:
            gathered.set_aside.append(SetAside(Note(code), place, (one.who, one.text), one.records))
        else:
            row = Row(one.text, place, author=one.who, date=one.date, others=(one.clock,), records=one.records)
            gathered.rows.append(row)
    gathered.notes.append(Note("chat.messages", {"count": len(gathered.rows)}))
    blank = sum(not one.text.strip() for one in lines)
    columns = Columns(author="author", date="date")
    gathered.tables.append(Table("", (), columns, STARTED, len(lines) - blank, blank))
    return gathered


def _spoken(turns: Sequence[Turn], paragraphs: Sequence[Paragraph]) -> Gathered:
    gathered = Gathered(notes=[Note("speech.turns", {"count": sum(bool(turn.who) for turn in turns)})])
    records = 0
    for turn in turns:
        place = paragraphs[turn.line].place
        following = (paragraphs[rank] for rank in range(turn.line, len(paragraphs)))
        joined = list(islice((one for one in following if one.text.strip()), turn.records))
        weight = sum(one.records for one in joined)
        records += weight
        code = turn.problem or ("row.no_text" if is_blank(turn.text) else "")
        if code:
            gathered.set_aside.append(SetAside(Note(code), place, tuple(one.text for one in joined), weight))
        else:
            gathered.rows.append(Row(turn.text, place, author=turn.who, others=(turn.start,), records=weight))
    if beside := sum(bool(turn.problem) for turn in turns):
        gathered.notes.append(Note("speech.beside", {"count": beside}))
    blank = sum(not one.text.strip() for one in paragraphs)
    gathered.tables.append(Table("", (), Columns(author="author"), STARTED, records, blank))
    return gathered


def text_paragraphs(text: str, *, file: str) -> tuple[list[Paragraph], Note]:
    """The paragraphs of a plain text: blocks between blank lines if some block has several lines, else its lines.

    The items of a list are each a paragraph. The note says which cut was made.
    """
    lines = text.split("\n")
    blocks: list[list[int]] = [[]]
    for rank, line in enumerate(lines):
        if not line.strip():
            blocks.append([])
        elif blocks[-1] and BULLET.match(line):
            blocks.append([rank])
        else:
            blocks[-1].append(rank)
    blocks = [block for block in blocks if block]
    is_wrapped = len(blocks) > 1 and any(len(block) > 1 for block in blocks) and "\n\n" in text.strip()
    if not is_wrapped:
        return [Paragraph(line, Place(file, line=rank)) for rank, line in enumerate(lines, start=1)], Note(
            "text.by_line"
        )
    made = [
        Paragraph("\n".join(lines[rank].strip() for rank in block), Place(file, line=block[0] + 1), records=len(block))
        for block in blocks
    ]
    return made, Note("text.by_block")


def read_subtitles(text: str, *, file: str) -> Gathered:
    """Rows from a .vtt or .srt: the cues of one voice in a row are one row, with when it begins and ends."""
    gathered = Gathered()
    cues = cues_of(text)
    if not any(not cue.problem for cue in cues):
        raise EngineError("table.no_rows")
    turn: list[Cue] = []
    for cue in cues:
        if cue.problem:
            place = Place(file, line=cue.line)
            gathered.set_aside.append(SetAside(Note(cue.problem), place, (cue.start, cue.end, cue.text)))
            continue
        if turn and not goes_on(turn, cue):
            gathered.rows.append(_heard(turn, file))
            turn = []
        turn.append(cue)
    gathered.rows.append(_heard(turn, file))
    gathered.tables.append(Table("", (), Columns(author="author"), TIMED, len(cues), 0))
    gathered.notes.append(Note("speech.turns", {"count": len(gathered.rows)}))
    return gathered


def _heard(turn: Sequence[Cue], file: str) -> Row:
    text = " ".join(" ".join(cue.text.split("\n")) for cue in turn)
    place = Place(file, line=turn[0].line)
    return Row(text, place, author=turn[0].who, others=(turn[0].start, turn[-1].end), records=len(turn))
