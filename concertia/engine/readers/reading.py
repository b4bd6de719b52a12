"""What comes out of reading a file of contributions: rows with their place, rows kept aside with a reason, remarks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from concertia.engine.notes import Note


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: file, sheet (or « table 2 » of a document), line from 1, name of the column.

    The line is the first physical line of a text file, the row of a sheet as its program numbers it, the rank of the
    paragraph in a document.
    """

    file: str
    sheet: str = ""
    line: int = 0
    column: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One contribution, as written: ends of line made « \\n », spaces at both ends and HTML marks taken off.

    What a column does not tell is "". `others`: the cells of the columns left, in the order of `Table.others`.
    `records`: how many records of the file it joins (the cues of one turn to speak; 1 elsewhere).
    """

    text: str
    place: Place
    id: str = ""
    author: str = ""
    date: str = ""
    channel: str = ""
    others: tuple[str, ...] = ()
    records: int = 1
    profile: str = ""


@dataclass(frozen=True, slots=True)
class SetAside:
    """What is not a contribution, or could not be read as one: why, where, and all its cells."""

    note: Note
    place: Place
    cells: tuple[str, ...]
    records: int = 1


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds what. Asked for: a header, a letter (« B ») or a rank (« 2 »), "" to let it be guessed.
    Found: the header, "" when there is none."""

    text: str = ""
    author: str = ""
    id: str = ""
    date: str = ""
    channel: str = ""
    profile: str = ""


@dataclass(frozen=True, slots=True)
class SeenColumn:
    """A column of a table, for who chooses: its name, what it was taken for (« text », « author »…, "" for nothing) and
    up to three of its values, cut at 80 signs. `file` and `sheet` are those of its `Table`."""

    name: str
    role: str
    samples: tuple[str, ...]
    sheet: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the file: `records` counts its rows under the header that are not blank, `blank` the others.

    `file`: the file it is in, among several read together.
    """

    sheet: str
    headers: tuple[str, ...]
    columns: Columns
    others: tuple[str, ...]
    records: int
    blank: int
    file: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A file read, or several together. Always, and checked at its making:

        records of the rows + records set aside = records of the tables

    To choose: `seen` shows every column of the tables; read again with `Columns(text=…)`, names taken from there.
    """

    file: str
    kind: str
    rows: tuple[Row, ...]
    set_aside: tuple[SetAside, ...]
    tables: tuple[Table, ...]
    notes: tuple[Note, ...] = ()
    encoding: str = ""
    separator: str = ""
    seen: tuple[SeenColumn, ...] = ()

    def __post_init__(self) -> None:
        kept = sum(row.records for row in self.rows) + sum(one.records for one in self.set_aside)
        if kept != self.records:
            raise AssertionError(f"{kept} records accounted for, {self.records} in the file")

    @property
    def records(self) -> int:
        """How many records the file holds, its header and its blank lines not counted."""
        return sum(table.records for table in self.tables)


def identifiers(rows: Sequence[Row]) -> tuple[str, ...]:
    """One identifier a row, no two alike: that of the file when it is the only one, else made of the place.

    Among rows of several files, a place begins with the name of the file.

    >>> here = [Place("avis.csv", line=line) for line in (2, 3, 4)]
    >>> identifiers([Row("Oui", here[0], id="7"), Row("Non", here[1], id="7"), Row("Peut-être", here[2])])
    ('7@2', '7@3', '@4')
    """
    counts = Counter(row.id for row in rows)
    are_several = len({row.place.file for row in rows}) > 1
    made: list[str] = []
    taken = {row.id for row in rows if row.id and counts[row.id] == 1}
    for row in rows:
        name = row.id
        if not name or counts[name] > 1:
            sheet = f"{row.place.sheet}!" if row.place.sheet else ""
            file = f"{row.place.file}:" if are_several else ""
            stem = name = f"{file}{row.id}@{sheet}{row.place.line}"
            rank = 1
            while name in taken:
                rank += 1
                name = f"{stem}.{rank}"
            taken.add(name)
        made.append(name)
    return tuple(made)
