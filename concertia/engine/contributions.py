"""From the rows of a file to contributions: an identifier each, a person and a time when the file tells them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from concertia.engine.readers.reading import Reading, Row, identifiers
from concertia.engine.text.units import Contribution

DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:\D+(\d{1,2})\s*[:h]\s*(\d{2})(?:\s*:\s*(\d{2}))?)?.*")


def contributions_of(reading: Reading) -> tuple[Contribution, ...]:
    """One contribution a row, in the order of the file; what the reader set aside is not one.

    The profile is the cell of the column found or asked for (`Columns.profile`), None where there is nothing.

    >>> from concertia.engine.readers import read
    >>> contributions_of(read("auteur;avis\\nA;Plus d’arbres\\n;Des bancs\\n".encode(), "avis.csv"))[1]
    Contribution(id='L3', text='Des bancs', author=None, time=None, profile=None)
    """
    names = ids_of(reading.rows)
    return tuple(
        Contribution(name, row.text, author=row.author or None, time=seconds(row.date), profile=row.profile or None)
        for name, row in zip(names, reading.rows, strict=True)
    )


def ids_of(rows: Sequence[Row]) -> tuple[str, ...]:
    """The identifiers of the reader; « L12 » for the line 12 without any, since « @12 » would look like a formula.

    >>> from concertia.engine.readers import Place
    >>> ids_of([Row("Oui", Place("avis.csv", line=2)), Row("Non", Place("avis.csv", line=3), id="7")])
    ('L2', '7')
    """
    names = identifiers(rows)
    taken = set(names)
    own = []
    for name in names:
        plain = f"L{name[1:]}" if name.startswith("@") else name
        own.append(name if plain != name and plain in taken else plain)
    return tuple(own)


def seconds(date: str) -> float | None:
    """A date of a table (ISO, or day first as in France) in seconds since 1970; None when it is not one.

    >>> seconds("2025-03-02T10:00:00"), seconds("02/03/2025 10h00"), seconds("hier")
    (1740909600.0, 1740909600.0, None)
    """
    date = date.strip()
    try:
        if found := DAY_FIRST.fullmatch(date):
            day, month, year, hour, minute, second = (int(part or 0) for part in found.groups())
            moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        else:
            moment = datetime.fromisoformat(date.removesuffix(" UTC"))
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
