"""Cuts a delimited text (csv) into records, each with its line; finds the separator.

Own cutting, because the standard module reads past a quotation mark never closed up to the end of the file, without
a word, and bounds the length of a cell by a setting shared by the whole process.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

SEPARATORS = ("\t", ";", ",", "|")
SAMPLE_LINES = 400
LEAST_REGULAR = 0.7  # share of the records that have the usual number of cells
HEADER_WITHIN = 10  # a title may stand above the header
LONGEST_RECORD = 100_000  # for the standard module, which bounds a cell to 131,072 letters
QUOTED_END = re.compile(r'[^"]*(?:""[^"]*)*"')


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one record, the physical line it begins at, and the code of what is wrong with it, if anything.

    `lent`: the ranks of the cells that only repeat a merged cell, which begins above or at the left.
    """

    line: int
    cells: list[str]
    problem: str = ""
    lent: frozenset[int] = frozenset()

    @property
    def own(self) -> list[str]:
        """Its cells, those lent by a merged cell left blank."""
        if not self.lent:
            return self.cells
        return ["" if rank in self.lent else cell for rank, cell in enumerate(self.cells)]

    @property
    def is_blank(self) -> bool:
        return not any(map(str.strip, self.own))


def find_separator(text: str) -> str:
    """The separator that cuts the first lines most regularly; "" when each line is one cell.

    For each candidate, the share of the first 400 records that have the commonest number of cells (two or more); one
    of the first ten must have it, and the share be 70 % at least.

    >>> find_separator("id;avis\\n1;Oui, mais\\n2;Non, sauf, peut-être\\n")
    ';'
    >>> find_separator("Votre avis\\nOui, mais\\nNon\\n")
    ''
    """
    if text.startswith("sep=") and text[4:5] and text[5:6] in ("\n", ""):
        return text[4]
    lines = text[:2_000_000].split("\n", SAMPLE_LINES)
    sample = "\n".join(lines[:SAMPLE_LINES])
    best, regular = "", 0.0
    for separator in SEPARATORS:
        if separator not in sample:
            continue
        widths = [len(record.cells) for record in records(sample, separator) if any(record.cells)]
        width, count = Counter(widths).most_common(1)[0] if widths else (0, 0)
        share = count / max(1, len(widths))
        if width > 1 and width in widths[:HEADER_WITHIN] and share >= LEAST_REGULAR and share > regular:
            best, regular = separator, share
    return best


def records(text: str, separator: str) -> Iterator[Record]:
    """Every record of `text`, blank lines included; quotes as in RFC 4180; with "" for separator, one cell a record.

    A cell that opens a quotation mark and closes it only on a later line, before something else than a separator, or
    never, is a line gone wrong: that line alone comes out, with the problem `row.open_quote` when there are several
    columns, and reading goes on at the next. A mark that closes on its own line before other words is part of the text.

    >>> [record.cells for record in records('a;"b;\\n""c"\\n"Oui" dit-il;d', ";")]
    [['a', 'b;\\n"c'], ['"Oui" dit-il', 'd']]
    >>> [record.problem for record in records('1;"jamais fermé\\n2;"bien"', ";")]
    ['row.open_quote', '']
    """
    problem = "row.open_quote" if separator else ""
    separator = separator or "\x00"  # which a decoded text never holds
    cell = rf'(?:"[^"]*+(?:""[^"]*+)*+"|[^"\n{re.escape(separator)}]*+)'
    regular = re.compile(rf"{cell}(?:{re.escape(separator)}{cell})*+")
    position, line, end = _after_directive(text)
    while position < end:
        stop = text.find("\n", position)
        stop = end if stop < 0 else stop
        physical = text[position:stop]
        if '"' not in physical:
            yield Record(line, physical.split(separator))
            position, line = stop + 1, line + 1
            continue
        whole = regular.match(text, position)
        if whole and whole.end() - position < LONGEST_RECORD and text[whole.end() : whole.end() + 1] in ("\n", ""):
            yield Record(line, next(csv.reader((whole[0],), delimiter=separator)))
            position, line = whole.end() + 1, line + whole[0].count("\n") + 1
            continue
        quoted = _quoted(text, position, stop, separator)
        if quoted is None:
            yield Record(line, physical.split(separator), problem)
            position, line = stop + 1, line + 1
            continue
        cells, after = quoted
        yield Record(line, cells)
        line += text.count("\n", position, after - 1) + 1
        position = after


def _after_directive(text: str) -> tuple[int, int, int]:
    """Where to begin: « sep=; » on the first line is a word to the spreadsheet, not a record."""
    if text.startswith("sep=") and text[5:6] == "\n":
        return 6, 2, len(text)
    return 0, 1, len(text)


def _quoted(text: str, position: int, stop: int, separator: str) -> tuple[list[str], int] | None:
    """The cells of the record at `position`, whose first line ends at `stop`, and where the next record begins."""
    cells: list[str] = []
    while True:
        found = _cell(text, position, stop, separator)
        if found is None:
            return None
        cell, after = found
        cells.append(cell)
        if text[after : after + 1] != separator:
            return cells, after + 1
        position = after + 1
        if position > stop:
            stop = text.find("\n", position)
            stop = len(text) if stop < 0 else stop


def _cell(text: str, position: int, stop: int, separator: str) -> tuple[str, int] | None:
    """The cell at `position` and the place of the separator or end of line after it; None when its mark stays open."""
    after = position
    if text.startswith('"', position):
        closing = QUOTED_END.match(text, position + 1)
        if closing is None:
            return None
        after = closing.end()
        while text.startswith(" ", after):
            after += 1
        if text[after : after + 1] in (separator, "\n", ""):
            return text[position + 1 : closing.end() - 1].replace('""', '"'), after
        if closing.end() > stop:
            return None
    end = text.find(separator, after, stop)
    end = stop if end < 0 else end
    return text[position:end], end
