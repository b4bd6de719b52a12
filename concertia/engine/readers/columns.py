"""Decides which column holds the text, the author, the identifier, the date, the channel and the profile."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields

from concertia.engine.notes import EngineError, Note
from concertia.engine.readers.headers import NUMBER_OR_DATE, column_letter
from concertia.engine.readers.reading import Columns
from concertia.engine.readers.vocabulary import plain_name, role_of, sounds_like_text, sureness

SHOWN_COLUMNS = 30
MOST_NUMBERS = 0.8  # share of numbers and dates above which a column is not words
LEAST_WORDS = 3.0  # words a cell, on average, for a column that only its content makes a text
HALF_DISTINCT = 0.5  # distinct values a filled cell: below, a column tells groups apart, above, lines
ENOUGH_CELLS = 20  # under which that share says nothing
ASKED, NAMED, BY_CONTENT, NO_TEXT = 3, 2, 1, 0
LINK = re.compile(r"https?://\S+|[^\s@]+@[^\s@]+\.[^\s@]+")

Reason = Callable[[Sequence[str]], str]


def no_reason(cells: Sequence[str]) -> str:
    """The reason for which a row with a text is nevertheless kept aside: none."""
    return ""


@dataclass(frozen=True)
class Layout:
    """Where each thing stands in a row: for each, the ranks of the columns that may hold it, the first filled wins.

    `trust`: what chose the text, from `NO_TEXT` to `ASKED`. `reason` gives the code of a reason to keep a row aside.
    """

    text: tuple[int, ...] = ()
    title: tuple[int, ...] = ()
    author: tuple[int, ...] = ()
    id: tuple[int, ...] = ()
    date: tuple[int, ...] = ()
    channel: tuple[int, ...] = ()
    profile: tuple[int, ...] = ()
    trust: int = NO_TEXT
    reason: Reason = no_reason
    notes: tuple[Note, ...] = field(default=())


@dataclass(frozen=True)
class _Content:
    """What the first cells of a column look like."""

    filled: int
    words: float
    numbers: float
    distinct: float

    @property
    def volume(self) -> float:
        """How much it says: words in all, what is said twice counted less."""
        return self.filled * self.words * self.distinct


def asked(headers: Sequence[str], wanted: Columns) -> dict[str, int]:
    """The rank of each column asked for by its header, else its letter, else its rank.

    Raises `EngineError("column.unknown")`, with the columns there are.

    >>> asked(["n°", "Votre avis"], Columns(text="votre avis", id="1"))
    {'text': 1, 'id': 0}
    """
    names = [header.casefold() for header in headers]
    plain = [plain_name(header) for header in headers]
    letters = [column_letter(rank) for rank in range(len(headers))]
    numbers = [str(rank + 1) for rank in range(len(headers))]
    found: dict[str, int] = {}
    for one in fields(wanted):
        name = str(getattr(wanted, one.name)).strip()
        if not name:
            continue
        for names_in_use, sought in (
            (names, " ".join(name.split()).casefold()),
            (plain, plain_name(name)),
            (letters, name.upper()),
            (numbers, name),
        ):
            if sought in names_in_use:
                found[one.name] = names_in_use.index(sought)
                break
        else:
            raise EngineError("column.unknown", column=name, columns=shown(headers))
    return found


def shown(headers: Sequence[str]) -> str:
    """The names of the columns on one line, the first thirty."""
    names = ", ".join(f"« {header[:60]} »" for header in headers[:SHOWN_COLUMNS])
    return names + (", …" if len(headers) > SHOWN_COLUMNS else "")


def guess(headers: Sequence[str], sample: Sequence[Sequence[str]], wanted: Columns) -> Layout:
    """The layout of a table from its headers and its first rows; what is asked for is taken as it is.

    The text is, among the columns with a known name (`vocabulary`) that do not hold numbers, the one whose name is the
    surest and whose cells are the longest and the most often filled; else, among headers that ask for words, then
    columns of three words a cell and more, the wordiest; else the only column. Long columns left out are told in a
    note.
    """
    chosen = asked(headers, wanted)
    contents = [_content(sample, rank) for rank in range(len(headers))]
    trust = ASKED if "text" in chosen else NO_TEXT
    if "text" not in chosen:
        rank, trust = _text_column(headers, contents, set(chosen.values()))
        if trust:
            chosen["text"] = rank
    for role in ("author", "id", "date", "channel", "profile"):
        if role not in chosen:
            sure = [
                (sureness(header, role), contents[rank].filled > 0, -rank)
                for rank, header in enumerate(headers)
                if rank not in chosen.values() and sureness(header, role) and _may_be(role, contents[rank])
            ]
            if sure:
                chosen[role] = -max(sure, key=lambda one: (one[1], one[0], one[2]))[2]
    left = [
        headers[rank]
        for rank, content in enumerate(contents)
        if rank not in chosen.values() and content.words >= 2 * LEAST_WORDS and content.numbers < MOST_NUMBERS
    ]
    notes = (Note("table.other_texts", {"count": len(left), "columns": shown(left)}),) if left and trust else ()
    places = {role: (rank,) for role, rank in chosen.items()}
    return Layout(**places, trust=trust, notes=notes)  # type: ignore[arg-type]  # keys are the roles, all tuples


def _may_be(role: str, content: _Content) -> bool:
    """A profile is shared by several; what nearly everyone fills in their own way is not one. An identifier is not."""
    if content.filled < ENOUGH_CELLS or role not in ("profile", "id"):
        return True
    return (content.distinct <= HALF_DISTINCT) == (role == "profile")


def _text_column(headers: Sequence[str], contents: Sequence[_Content], taken: set[int]) -> tuple[int, int]:
    free = [
        rank for rank, one in enumerate(contents) if rank not in taken and one.filled and one.numbers < MOST_NUMBERS
    ]
    named = [rank for rank in free if sureness(headers[rank], "text")]
    if named:
        return max(named, key=lambda rank: (_weighed(headers[rank], contents[rank]), -rank)), NAMED
    unknown = [rank for rank in free if not role_of(headers[rank])]
    sounding = [rank for rank in unknown if sounds_like_text(headers[rank]) and contents[rank].words > 1]
    wordy = [rank for rank in unknown if contents[rank].words >= LEAST_WORDS]
    for ranks in (sounding, wordy):
        if ranks:
            best = max(ranks, key=lambda rank: (contents[rank].volume, -rank))
            return best, BY_CONTENT
    if len(headers) == 1 and free:
        return 0, BY_CONTENT
    empty = [rank for rank, one in enumerate(contents) if not one.filled and sureness(headers[rank], "text")]
    return (empty[0], NAMED) if empty else (-1, NO_TEXT)


def _weighed(header: str, content: _Content) -> float:
    """How likely a column that bears a known name is the text: by the name, and by what stands in it."""
    return sureness(header, "text") + 0.5 * min(content.words, 12.0) / 12.0 + 0.001 * content.filled


def _content(sample: Sequence[Sequence[str]], rank: int) -> _Content:
    cells = [record[rank].strip() for record in sample if rank < len(record)]
    filled = [cell for cell in cells if cell]
    if not filled:
        return _Content(0, 0.0, 0.0, 0.0)
    numbers = sum(bool(NUMBER_OR_DATE.fullmatch(cell[:40]) or LINK.fullmatch(cell[:120])) for cell in filled)
    words = sum(len(cell[:4000].split()) for cell in filled) / len(filled)
    return _Content(len(filled), words, numbers / len(filled), len(set(filled)) / len(filled))
