"""Reads minutes, transcripts and tables written with Word or LibreOffice (.docx, .odt)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from concertia.engine.canvas.reader_archive import Archive
from concertia.engine.canvas.reader_blocks import Block, Document, Line, lines_of
from concertia.engine.canvas.reader_blocks import Table as DocumentTable
from concertia.engine.canvas.reader_docx import read_docx
from concertia.engine.canvas.reader_odt import read_odt
from concertia.engine.notes import EngineError, Note
from concertia.engine.readers.columns import ASKED, BY_CONTENT, NAMED
from concertia.engine.readers.delimited import Record
from concertia.engine.readers.paragraphs import Paragraph, are_spoken, read_paragraphs
from concertia.engine.readers.reading import Columns, Place, SetAside, Table
from concertia.engine.readers.tables import Gathered, Prepared, prepare, read_tables

LEAST_ROWS = 2
KEPT_NOTES = ("document.tracked_changes", "document.unread_parts", "document.macros_ignored")


def read_document(archive: Archive, *, file: str, wanted: Columns) -> Gathered:
    """Rows from a document: those of its tables of contributions when it has some, else its turns or paragraphs.

    A table is one of contributions when a header names its text, or when it holds most of the document, but not when
    most of it is turns to speak outside the tables. What stands beside such tables is set aside. Raises the codes of
    the readers of documents of the canvas, and `column.unknown`.
    """
    try:
        document = read_docx(archive) if archive.kind == "docx" else read_odt(archive)
    except RecursionError as error:
        raise EngineError("document.too_deep", limit=150) from error
    tables = _tables(document, wanted)
    if tables and not (wanted == Columns() and _is_mostly_spoken(document, file)):
        gathered = read_tables(list(tables.values()), file=file)
        _leave_beside(document, frozenset(tables), gathered, file)
    else:
        gathered = read_paragraphs(list(_paragraphs(document.blocks, file)), file=file)
        if wanted != Columns():
            gathered.notes.append(Note("column.ignored"))
    gathered.notes.extend(_kept(document.notes))
    return gathered


def _is_mostly_spoken(document: Document, file: str) -> bool:
    """Whether minutes end with a table (who does what), which then is not that of the contributions."""
    outside = tuple(block for block in document.blocks if not isinstance(block, DocumentTable))
    spoken, total = (sum(len(line.text) for line in lines_of(blocks)) for blocks in (outside, tuple(document.blocks)))
    return 2 * spoken > total and are_spoken(list(_paragraphs(outside, file)))


def _kept(notes: Sequence[Note]) -> Iterator[Note]:
    for note in notes:
        if note.code in KEPT_NOTES:
            yield note
        elif note.code == "text.footnote":
            yield Note("document.footnote", {"text": note.params["text"]})


def _tables(document: Document, wanted: Columns) -> dict[int, Prepared]:
    """The tables of contributions, by their rank among the blocks."""
    total = sum(bool(line.text.strip()) for line in lines_of(document.blocks))
    found: dict[int, Prepared] = {}
    refused: list[EngineError] = []
    for rank, block in enumerate(document.blocks):
        if not isinstance(block, DocumentTable):
            continue
        name = f"table {block.number}"
        try:
            width = max((cell.column + cell.span - 1 for row in block.rows for cell in row), default=0)
            table = prepare(_records(block), sheet=name, wanted=wanted, width=width)
        except EngineError as error:
            refused.append(error)
            continue
        inside = sum(bool(line.text.strip()) for line in lines_of((block,)))
        is_main = table.layout.trust == BY_CONTENT and len(table.headers) > 1 and 2 * inside > total
        if (table.layout.trust >= NAMED or is_main) and len(table.head) >= LEAST_ROWS - (table.layout.trust == ASKED):
            found[rank] = table
    if refused and not found:
        raise refused[0]
    return found


def _records(table: DocumentTable) -> Iterator[Record]:
    """The rows of a table; a merged cell lends its text to the places it covers, at its right and below."""
    above: dict[int, str] = {}
    for number, row in enumerate(table.rows, start=1):
        cells: list[str] = []
        lent: set[int] = set()
        end, text = 0, ""  # where the cell at the left ends, and what it says
        for cell in row:
            start = cell.column - 1
            if cell.continued:
                text = text if cell.column <= end else above.get(cell.column, "")
                lent.add(start)
            else:
                text = "\n".join(line.text for line in lines_of(cell.blocks)).strip()
            covered = range(start, start + cell.span)
            end = max(end, covered.stop)
            lent.update(covered[1:])
            cells.extend([""] * (start - len(cells)))
            cells.extend([text] * (covered.stop - len(cells)))
            above.update((rank + 1, text) for rank in covered)
        yield Record(number, cells, lent=frozenset(lent))


def _paragraphs(blocks: Sequence[Block], file: str) -> Iterator[Paragraph]:
    for line in lines_of(tuple(blocks)):
        yield Paragraph(line.text, _place(line, file), line.heading)


def _place(line: Line, file: str) -> Place:
    where = line.place
    if where.table:
        return Place(file, f"table {where.table}", where.row, str(where.column))
    return Place(file, "", where.paragraph)


def _leave_beside(document: Document, tables: frozenset[int], gathered: Gathered, file: str) -> None:
    beside = [block for rank, block in enumerate(document.blocks) if rank not in tables]
    paragraphs = [one for one in _paragraphs(beside, file) if one.text.strip()]
    if not paragraphs:
        return
    note = Note("row.beside_table")
    gathered.set_aside.extend(SetAside(note, one.place, (one.text,)) for one in paragraphs)
    gathered.tables.append(Table("", (), Columns(), (), len(paragraphs), 0))
