"""What the document of an analysis says, as plain frozen data: no row of a database, no HTML, no date of today."""

from __future__ import annotations

from dataclasses import dataclass

NOT_YET_READ = "citation pas encore relue"


@dataclass(frozen=True)
class Fact:
    """A number or a date with its name."""

    name: str
    value: str


@dataclass(frozen=True)
class LedgerLine:
    """A share of what was read; the shares of a ledger add to `read`."""

    name: str
    count: int
    of: int

    @property
    def share(self) -> str:
        """The share in percent with one decimal, as French writes it."""
        return f"{100 * self.count / self.of:.1f}\u202f%".replace(".", ",") if self.of else "0\u202f%"


@dataclass(frozen=True)
class Quote:
    """A slice of a contribution with where it comes from; `withheld` says why its words are not there."""

    text: str
    origin: str
    voice: str = ""
    withheld: str = ""


@dataclass(frozen=True)
class ThemeNode:
    """A theme with its two counts, its quotes, and the themes under it."""

    key: str
    name: str
    named: str
    persons: int
    messages: int
    terms: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    children: tuple[ThemeNode, ...] = ()


@dataclass(frozen=True)
class SignalLine:
    """A contribution to read first: its words, and what makes it stand apart."""

    rank: int
    quote: Quote
    nearest: str
    rare_words: tuple[str, ...]


@dataclass(frozen=True)
class CampaignLine:
    """Messages that say the same: what they share, what varies, who and how many."""

    rank: int
    persons: int
    messages: int
    levels: str
    parts: tuple[tuple[str, tuple[str, ...]], ...]  # a slice of the model and the wordings that replace it
    withheld: str = ""


@dataclass(frozen=True)
class Bar:
    """A line of a bar chart: the same thing counted in persons and in messages."""

    label: str
    persons: int
    messages: int


@dataclass(frozen=True)
class Bars:
    """A chart of bars, one pair a line, the largest first or in the order of time."""

    key: str
    title: str
    head: str
    bars: tuple[Bar, ...]
    note: str = ""


@dataclass(frozen=True)
class Crossing:
    """A chart of cells: rows crossed with columns; a cell without a number is one that may not be shown."""

    key: str
    title: str
    head: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int | None, ...]], ...]
    unit: str = "personnes"
    note: str = ""


Chart = Bars | Crossing


@dataclass(frozen=True)
class Report:
    """Everything a document of the analysis says, for one theme or for the whole."""

    title: str
    subtitle: str
    consultation: str
    question: str
    facts: tuple[Fact, ...]
    ledger: tuple[LedgerLine, ...]
    held_back: str
    ai_use: tuple[str, ...]
    stability: str
    themes: tuple[ThemeNode, ...] = ()
    signals: tuple[SignalLine, ...] = ()
    signals_count: int = 0
    campaigns: tuple[CampaignLine, ...] = ()
    aside: tuple[Fact, ...] = ()
    agreement: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    remarks: tuple[str, ...] = ()
    check: tuple[str, ...] = ()
    record: tuple[Fact, ...] = ()
    is_whole: bool = True


@dataclass(frozen=True)
class Wall:
    """One page to be read from the back of a room."""

    title: str
    question: str
    heard: str
    without_author: str  # how many of those persons are only a message; empty when there is none
    base: str
    themes: tuple[ThemeNode, ...]
    others: str
    dissenting: Quote | None
    rare: Quote | None
    unknown: tuple[str, ...]
    ai_use: str
    made: str
