"""What an analysis gives back: plain frozen data, in the order of the input, ready to be written or stored."""

from __future__ import annotations

from dataclasses import dataclass

from concertia.engine.notes import Note
from concertia.engine.text.campaigns import Campaign
from concertia.engine.text.ledger import Ledger
from concertia.engine.text.synthesis import Quote
from concertia.engine.text.themes import Trial
from concertia.engine.text.units import Status


@dataclass(frozen=True)
class Parameters:
    """Everything an analysis may be told besides the texts; a run record keeps it."""

    most_encoded: int = 6000
    map_sample: int = 1500
    resolutions: tuple[float, ...] = (0.5, 0.7, 1.0, 1.4, 2.0)
    most_nodes: int = 4000
    signal_share: float = 0.05
    fewest_in_campaign: int = 3
    quotes: int = 5


@dataclass(frozen=True, slots=True)
class ContributionResult:
    """What became of one contribution. `theme`: its main one (of its model for a duplicate; the nearest for a signal);
    `place`: its rank in the reading order, 1 first (None for copies and those set aside)."""

    id: str
    status: Status
    theme: int | None
    score: float
    reason: str | None
    duplicate_of: str | None
    level: str | None
    place: int | None


@dataclass(frozen=True, slots=True)
class UnitResult:
    """What became of one unit: `unit` is its rank in the contribution, [start, end) its slice."""

    contribution: str
    unit: int
    start: int
    end: int
    status: Status
    theme: int | None
    family: int | None
    score: float
    duplicate_of: str | None


@dataclass(frozen=True)
class Theme:
    """`name` is « » when no noun comes back. Persons and contributions are counted with and without duplicates."""

    number: int
    name: str
    terms: tuple[str, ...]
    family: int | None
    persons: int
    persons_without_copies: int
    contributions: int
    contributions_without_copies: int
    units: int
    quotes: tuple[Quote, ...]
    persons_heard: int


@dataclass(frozen=True)
class SignalResult:
    """One contribution to read first, its most telling unit as a quote."""

    contribution: str
    score: float
    nearest_theme: int | None
    rare_words: tuple[str, ...]
    profile: str | None
    quote: Quote


@dataclass(frozen=True)
class CampaignResult:
    """A campaign, with the ids of its messages, the model first."""

    members: tuple[str, ...]
    campaign: Campaign


@dataclass(frozen=True)
class Record:
    """What a run needs to be replayed: SHA-256 of the input whatever its order, parameters, seed, versions, the kind of
    vectors used and how many texts the encoder has read."""

    input_sha256: str
    parameters: Parameters
    seed: int
    versions: tuple[tuple[str, str], ...]
    vectors: str
    encoded: int
    kept: tuple[float, float] | None


@dataclass(frozen=True)
class Analysis:
    """One whole analysis. The ledgers add up; `stability` is None when no theme was sought.

    `languages`: of each contribution, in their order (see `units.languages`); None without the detector.
    """

    contributions: tuple[ContributionResult, ...]
    units: tuple[UnitResult, ...]
    themes: tuple[Theme, ...]
    resolution: float | None
    stability: float | None
    trials: tuple[Trial, ...]
    signals: tuple[SignalResult, ...]
    reading_order: tuple[str, ...]
    campaigns: tuple[CampaignResult, ...]
    flood: tuple[str, ...]
    ledger: Ledger
    unit_ledger: Ledger
    notes: tuple[Note, ...]
    record: Record
    languages: tuple[str | None, ...] | None = None
