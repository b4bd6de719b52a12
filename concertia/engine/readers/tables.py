"""Turns the records of a table, whatever file it came from, into rows and what is set aside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import chain, islice

from concertia.engine.notes import EngineError, Note
from concertia.engine.readers.cleaning import cleaned, is_blank
from concertia.engine.readers.columns import ASKED, BY_CONTENT, NAMED, NO_TEXT, Layout, asked, guess, shown
from concertia.engine.readers.delimited import Record
from concertia.engine.readers.headers import Header, distinct_names, find_header
from concertia.engine.readers.platforms import VOTES, known_layout
from concertia.engine.readers.reading import Columns, Place, Row, SeenColumn, SetAside, Table

SAMPLE = 300  # records, to find the header and guess the columns
MOST_SHORT_LINES = 20  # named in a note
MAX_RECORDS = 300_000  # three times the largest consultation planned for: beyond, memory is no longer told
LONGEST_TEXT = 5_000_000  # letters, of one contribution
SAMPLES, LONGEST_SAMPLE = 3, 80


@dataclass
class Gathered:
    """What the tables of one file give, in the order of the file."""

    rows: list[Row] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    seen: list[SeenColumn] = field(default_factory=list)


@dataclass(frozen=True)
class Prepared:
    """A table whose header is known and whose columns are guessed; `above`: what stands over the header."""

    sheet: str
    headers: tuple[str, ...]
    layout: Layout
    above: tuple[Record, ...]
    head: tuple[Record, ...]
    rest: Iterator[Record]
    blank: int
    notes: tuple[Note, ...]

    @property
    def is_empty(self) -> bool:
        return not self.head and not self.above


def prepare(
    records: Iterable[Record], *, sheet: str, wanted: Columns, headers: Sequence[str] | None = None, width: int = 0
) -> Prepared:
    """Read the head of a table: its header, unless `headers` are known, and its columns, `width` of them at least.

    Raises `EngineError("column.unknown")` for a column asked for that is not there.
    """
    stream = iter(records)
    head: list[Record] = []
    blank = 0
    for record in stream:
        if record.is_blank:
            blank += 1
            continue
        head.append(record)
        if len(head) == SAMPLE:
            break
    header = find_header([record.own for record in head]) if headers is None else Header()
    named = headers if headers is not None else header.names
    below = head[header.last + 1 :]
    width = max(width, len(named)) or max((_width(record.cells) for record in below), default=0)
    names, twice = distinct_names(named, width)
    notes = [Note("table.column_twice", {"column": name, "sheet": sheet}) for name in twice]
    if not named and head:
        notes.append(Note("table.no_header", {"columns": shown(names), "sheet": sheet}))
    if header.last > header.first:
        notes.append(Note("table.two_line_header", {"line": head[header.first].line, "sheet": sheet}))
    sample = [record.own for record in below]
    layout = _layout(names, sample, wanted)
    above = tuple(head[: max(header.first, 0)])
    return Prepared(sheet, names, layout, above, tuple(below), stream, blank, (*notes, *layout.notes))


def _width(cells: Sequence[str]) -> int:
    return max((rank + 1 for rank, cell in enumerate(cells) if cell.strip()), default=0)


def _layout(headers: Sequence[str], sample: Sequence[Sequence[str]], wanted: Columns) -> Layout:
    known = known_layout(headers)
    if known is None:
        return guess(headers, sample, wanted)
    chosen = asked(headers, wanted)
    if not chosen:
        return known
    places = {role: (rank,) for role, rank in chosen.items()}
    if "text" in chosen:
        places["title"] = ()  # type: ignore[assignment]  # no title over a text chosen by hand
    return replace(known, trust=ASKED if "text" in chosen else known.trust, **places)  # type: ignore[arg-type]


def read_tables(tables: Sequence[Prepared], *, file: str) -> Gathered:
    """Read the tables whose text column is the surest; the records of the others are kept aside, each with why.

    Raises `EngineError`: `table.no_text_column` when no table has a text, `table.no_rows` when there is no record.
    """
    best = max((one.layout.trust for one in tables), default=NO_TEXT)
    gathered = Gathered()
    if all(one.is_empty for one in tables):
        raise EngineError("table.no_rows")
    if best == NO_TEXT:
        if any(note.code == VOTES for one in tables for note in one.layout.notes):
            raise EngineError(VOTES)
        columns = "; ".join(shown(one.headers) for one in tables[:5] if one.headers)
        raise EngineError("table.no_text_column", columns=columns)
    for table in tables:
        reader = _TableReader(table, file, gathered)
        if table.layout.trust == best or (table.layout.trust >= NAMED and best != ASKED):
            reader.read_all()
        else:
            code = "row.no_text_in_sheet" if table.layout.trust < BY_CONTENT else "row.other_sheet"
            reader.leave_all(Note(code, {"sheet": table.sheet}))
    return gathered


class _TableReader:
    """Goes through the records of one table, once."""

    def __init__(self, table: Prepared, file: str, gathered: Gathered) -> None:
        self.table, self.file, self.gathered = table, file, gathered
        self.layout, self.width = table.layout, len(table.headers)
        layout = table.layout
        places = (*_places(layout), layout.title)
        used = set(chain.from_iterable(places))
        self.others = tuple(rank for rank in range(self.width) if rank not in used)
        self.blank, self.records = table.blank, 0
        self.with_html = 0
        self.short: list[int] = []
        self.shared: dict[tuple[str, int], Note] = {}

    def read_all(self) -> None:
        for record in self._records():
            self._read(record)
        self._finish(self.table.notes)

    def leave_all(self, note: Note) -> None:
        for record in self._records():
            self._leave(record, note)
        self._finish(())

    def _records(self) -> Iterator[Record]:
        for record in self.table.above:
            self.records += 1
            self._leave(record, self._note("row.above_header"))
        for record in self.table.head:
            self.records += 1
            yield record
        for record in self.table.rest:
            if record.is_blank:
                self.blank += 1
                continue
            self.records += 1
            if self.records > MAX_RECORDS:
                raise EngineError("table.too_many_rows", limit=MAX_RECORDS)
            yield record

    def _read(self, record: Record) -> None:
        cells = record.cells
        rank = self._first(cells, self.layout.text)
        code = record.problem or ("row.merged_text" if rank in record.lent else self._fault(cells, rank))
        if code:
            self._leave(record, self._note(code, len(cells)))
            return
        text, had_html = cleaned(cells[rank]) if rank >= 0 else ("", False)
        title = self._cell(cells, self.layout.title) if self.layout.title else ""
        if title and text:
            text = f"{cleaned(title)[0]}\n\n{text}"
        code = "row.no_text" if is_blank(text) else self.layout.reason(cells)
        if code:
            self._leave(record, self._note(code, len(cells)))
            return
        self.with_html += had_html
        if len(cells) < self.width:
            self.short.append(record.line)
        self.gathered.rows.append(
            Row(
                text,
                Place(self.file, self.table.sheet, record.line, self.table.headers[rank]),
                self._cell(cells, self.layout.id),
                self._cell(cells, self.layout.author),
                self._cell(cells, self.layout.date),
                self._cell(cells, self.layout.channel),
                tuple([cells[rank].strip() if rank < len(cells) else "" for rank in self.others]),
                profile=self._cell(cells, self.layout.profile),
            )
        )

    def _fault(self, cells: Sequence[str], rank: int) -> str:
        headers = self.table.headers
        if len(cells) > self.width and any(cell.strip() for cell in cells[self.width :]):
            return "row.too_many_cells"
        if len(cells) < self.width and all(place >= len(cells) for place in self.layout.text):
            return "row.too_few_cells"
        if rank < 0 or len(cells) < 2 or cells[rank].strip() != headers[rank]:
            return ""
        is_header = all(cell.strip() == header for cell, header in zip(cells, headers, strict=False))
        return "row.header_again" if is_header else ""

    def _first(self, cells: Sequence[str], ranks: tuple[int, ...]) -> int:
        for rank in ranks:
            if rank < len(cells) and cells[rank].strip():
                return rank
        return -1

    def _cell(self, cells: Sequence[str], ranks: tuple[int, ...]) -> str:
        for rank in ranks:
            if rank < len(cells):
                cell = cells[rank].strip()
                if cell:
                    return cell
        return ""

    def _note(self, code: str, cells: int = 0) -> Note:
        """One note for all the rows of the same fault: a hundred thousand of them must not fill the memory."""
        key = (code, cells if code in ("row.too_many_cells", "row.too_few_cells") else 0)
        if key not in self.shared:
            self.shared[key] = Note(code, {"cells": cells, "expected": self.width} if key[1] else {})
        return self.shared[key]

    def _leave(self, record: Record, note: Note) -> None:
        place = Place(self.file, self.table.sheet, record.line)
        self.gathered.set_aside.append(SetAside(note, place, tuple(record.own)))

    def _finish(self, notes: Sequence[Note]) -> None:
        headers, layout = self.table.headers, self.layout
        found = Columns(*(headers[ranks[0]] if ranks else "" for ranks in _places(layout)))
        others = tuple(headers[rank] for rank in self.others)
        self.gathered.tables.append(Table(self.table.sheet, headers, found, others, self.records, self.blank))
        self.gathered.seen.extend(_seen(self.table))
        self.gathered.notes.extend(notes)
        if self.with_html:
            self.gathered.notes.append(Note("text.html_removed", {"count": self.with_html, "sheet": self.table.sheet}))
        if self.short:
            lines = ", ".join(str(line) for line in islice(self.short, MOST_SHORT_LINES))
            more = ", …" if len(self.short) > MOST_SHORT_LINES else ""
            self.gathered.notes.append(Note("table.short_rows", {"count": len(self.short), "lines": lines + more}))


def _places(layout: Layout) -> tuple[tuple[int, ...], ...]:
    return layout.text, layout.author, layout.id, layout.date, layout.channel, layout.profile


def _seen(table: Prepared) -> Iterator[SeenColumn]:
    """Each column with its first distinct values and what it is taken for; ranks after the first are « text » too."""
    names = [one.name for one in fields(Columns)]
    roles = {rank: name for name, ranks in zip(names, _places(table.layout), strict=True) for rank in ranks}
    for rank, header in enumerate(table.headers):
        cells = (record.cells[rank].strip() for record in table.head if rank < len(record.cells))
        samples = dict.fromkeys(cell[:LONGEST_SAMPLE] for cell in cells if cell)
        yield SeenColumn(header, roles.get(rank, ""), tuple(islice(samples, SAMPLES)), table.sheet)
