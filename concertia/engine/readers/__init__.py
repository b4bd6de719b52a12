"""Tables, minutes, transcripts, exports of Decidim and Polis → rows with their place, nothing lost on the way."""

from concertia.engine.readers.polis import PolisVotes, read_votes
from concertia.engine.readers.reader import read, read_file
from concertia.engine.readers.reading import Columns, Place, Reading, Row, SetAside, Table, identifiers

__all__ = [
    "Columns",
    "Place",
    "PolisVotes",
    "Reading",
    "Row",
    "SetAside",
    "Table",
    "identifiers",
    "read",
    "read_file",
    "read_votes",
]
