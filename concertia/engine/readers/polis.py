"""Reads the votes of a Polis export, `participants-votes.csv` or `votes.csv`, into one matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from concertia.engine.notes import EngineError, Note
from concertia.engine.readers.decoding import decode
from concertia.engine.readers.delimited import Record, find_separator, records
from concertia.engine.readers.kinds import check_bytes, is_archive
from concertia.engine.readers.platforms import POLIS_MATRIX, POLIS_VOTES
from concertia.engine.readers.reading import Place, SetAside

UNSEEN = -128  # in the matrix: this person did not vote on this statement
VOTES = {"1": 1, "0": 0, "-1": -1, "1.0": 1, "0.0": 0, "-1.0": -1}
MAX_VOTES = 100_000_000  # cells of the matrix, one byte each
DESCRIBED = frozenset(
    ("participant", "xid", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree", "n-pass", "timestamp")
)


@dataclass(frozen=True)
class PolisVotes:
    """Who voted what: `votes[p, s]` is 1 (agree), −1 (disagree), 0 (pass) or `UNSEEN`; int8, (persons, statements).

    `groups[p]` is the group that Polis gave, "" when it gave none. `set_aside` holds the lines that could not be read.
    """

    file: str
    participants: tuple[str, ...]
    statements: tuple[str, ...]
    votes: NDArray[np.int8]
    groups: tuple[str, ...]
    set_aside: tuple[SetAside, ...]
    notes: tuple[Note, ...]


def read_votes(data: bytes, name: str) -> PolisVotes:
    """The votes of a Polis export; the matrix of `participants-votes.csv`, or the history of `votes.csv` (last kept).

    In these exports 1 means agree, while the database of Polis writes −1: when the counts of the file (`n-agree`,
    `n-disagree`) say that the signs are turned over, they are turned back and the note `votes.turned` says so. Raises
    `EngineError`: those of a csv, `polis.not_votes`, `polis.too_many_votes`.

    >>> head = "participant,group-id,n-comments,n-votes,n-agree,n-disagree,0,1\\n"
    >>> read_votes((head + "4,0,0,2,1,1,1,-1\\n5,,0,1,0,0,,0\\n").encode(), "participants-votes.csv").votes.tolist()
    [[1, -1], [-128, 0]]
    """
    check_bytes(data)
    if is_archive(data):
        raise EngineError("polis.not_votes")
    decoded = decode(data)
    found = [one for one in records(decoded.text, find_separator(decoded.text)) if any(one.cells)]
    headers = [cell.strip().lower() for cell in found[0].cells] if found else []
    if set(headers) >= POLIS_MATRIX:
        votes = _matrix(headers, found[1:], name)
    elif set(headers) >= POLIS_VOTES:
        votes = _history(headers, found[1:], name)
    else:
        raise EngineError("polis.not_votes")
    return votes if not decoded.notes else PolisVotes(**{**vars(votes), "notes": (*decoded.notes, *votes.notes)})


def _matrix(headers: Sequence[str], lines: Sequence[Record], file: str) -> PolisVotes:
    columns = [rank for rank, header in enumerate(headers) if header not in DESCRIBED and header.isdigit()]
    _check_size(len(lines), len(columns))
    votes = np.full((len(lines), len(columns)), UNSEEN, dtype=np.int8)
    participants: list[str] = []
    groups: list[str] = []
    set_aside: list[SetAside] = []
    said = np.zeros((2,), dtype=np.int64)  # agreements and disagreements, as the file counts them
    who, group = headers.index("participant"), headers.index("group-id")
    for line in lines:
        cells = line.cells
        values = [_vote(cells[rank]) for rank in columns] if len(cells) == len(headers) else []
        known = [value for value in values if value is not None]
        code = line.problem or _fault(cells, headers, is_known=len(known) == len(values))
        if code:
            set_aside.append(SetAside(Note(code), Place(file, line=line.line), tuple(cells)))
            continue
        votes[len(participants)] = known
        participants.append(cells[who].strip())
        groups.append(cells[group].strip())
        said += [_count(cells, headers, "n-agree"), _count(cells, headers, "n-disagree")]
    votes = votes[: len(participants)]
    notes: tuple[Note, ...] = ()
    seen = np.array([(votes == 1).sum(), (votes == -1).sum()])
    if np.abs(seen - said[::-1]).sum() < np.abs(seen - said).sum():
        votes = np.where(votes == UNSEEN, votes, -votes).astype(np.int8)
        notes = (Note("votes.turned"),)
    statements = tuple(headers[rank] for rank in columns)
    return PolisVotes(file, tuple(participants), statements, votes, tuple(groups), tuple(set_aside), notes)


def _history(headers: Sequence[str], lines: Sequence[Record], file: str) -> PolisVotes:
    who, what, how = headers.index("voter-id"), headers.index("comment-id"), headers.index("vote")
    participants: dict[str, int] = {}
    statements: dict[str, int] = {}
    cast: dict[tuple[int, int], int] = {}
    set_aside: list[SetAside] = []
    for line in lines:
        cells = line.cells
        vote = _vote(cells[how]) if len(cells) == len(headers) else None
        code = line.problem or _fault(cells, headers, is_known=vote is not None)
        if code or vote is None:
            set_aside.append(SetAside(Note(code), Place(file, line=line.line), tuple(cells)))
            continue
        person = participants.setdefault(cells[who].strip(), len(participants))
        statement = statements.setdefault(cells[what].strip(), len(statements))
        cast[person, statement] = vote
    _check_size(len(participants), len(statements))
    votes = np.full((len(participants), len(statements)), UNSEEN, dtype=np.int8)
    for (person, statement), vote in cast.items():
        votes[person, statement] = vote
    groups = ("",) * len(participants)
    return PolisVotes(file, tuple(participants), tuple(statements), votes, groups, tuple(set_aside), ())


def _fault(cells: Sequence[str], headers: Sequence[str], *, is_known: bool) -> str:
    if len(cells) != len(headers):
        return "votes.cells"
    return "" if is_known else "votes.value"


def _vote(cell: str) -> int | None:
    cell = cell.strip()
    return VOTES.get(cell) if cell else UNSEEN


def _count(cells: Sequence[str], headers: Sequence[str], name: str) -> int:
    cell = cells[headers.index(name)].strip() if name in headers else ""
    return int(cell) if cell.isascii() and cell.isdigit() else 0


def _check_size(persons: int, statements: int) -> None:
    if persons * statements > MAX_VOTES:
        raise EngineError("polis.too_many_votes", limit=MAX_VOTES // 1_000_000)
