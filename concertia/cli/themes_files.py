"""The files of `concertia themes`: everything an analysis says, in CSV and JSON, the same bytes for the same input."""

from __future__ import annotations

import csv
import io
import json
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from concertia import __version__
from concertia.analysis import phrases as phrases_analysis
from concertia.cli.themes_inputs import Corpus, Entry, Source
from concertia.cli.themes_synthesis import Synthesis
from concertia.collection import phrases as phrases_reading
from concertia.commons.archive.cells import cell
from concertia.engine.notes import Note
from concertia.engine.text.analysis import UNSTABLE
from concertia.engine.text.ledger import Ledger
from concertia.engine.text.result import Analysis, CampaignResult, ContributionResult, Theme
from concertia.engine.text.synthesis import Quote
from concertia.engine.text.units import Status

COMMAND = "concertia themes"
SUGGESTIONS = "suggestions.csv"
FILES = (
    "assignments.csv", "contributions.csv", "themes.json", "campaigns.json", "signals.csv", "synthesis.json",
    "report.html", "run.json", "timing.json", SUGGESTIONS,
)  # fmt: skip
ASSIGNMENTS = ("id", "unit", "start", "end", "status", "theme", "parent", "score", "duplicate_of")
CONTRIBUTIONS = (
    "id", "status", "theme", "parent", "score", "duplicate_of", "likeness", "reading_order", "reason", "file", "sheet",
    "line", "rows",
)  # fmt: skip
SIGNALS = ("rank", "id", "start", "end", "score", "theme", "theme_name", "rare_words", "profile", "quote")
SUGGESTED = ("id", "unit", "rank", "code", "score")


@dataclass(frozen=True)
class Suggested:
    """One line of suggestions: `unit` is None for a whole contribution."""

    id: str
    unit: int | None
    rank: int
    code: str
    score: float


@dataclass(frozen=True)
class Outcome:
    """All that is known once the analysis is done. `options`: what was asked; `remarks`: what else is to be said."""

    corpus: Corpus
    analysis: Analysis
    synthesis: Synthesis
    options: dict[str, Any]
    suggestions: tuple[Suggested, ...] | None = None
    suggestions_limit: str = ""  # what they could not do, in French
    remarks: tuple[str, ...] = ()
    languages: dict[str, int] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)  # the label of each code of the grid
    coded: int = 0  # contributions that a person has coded

    @cached_property
    def results(self) -> dict[str, ContributionResult]:
        return {one.id: one for one in self.analysis.contributions}

    @cached_property
    def texts(self) -> dict[str, str]:
        return self.corpus.texts


def files_of(outcome: Outcome) -> dict[str, bytes]:
    """The name and the bytes of every file but the report and the timing."""
    made = {
        "assignments.csv": _csv(ASSIGNMENTS, _assignments(outcome)),
        "contributions.csv": _csv(CONTRIBUTIONS, _contributions(outcome)),
        "signals.csv": _csv(SIGNALS, _signals(outcome)),
        "themes.json": _json(themes_record(outcome)),
        "campaigns.json": _json(_campaigns(outcome)),
        "synthesis.json": _json(_synthesis(outcome)),
        "run.json": _json(run_record(outcome)),
    }
    if outcome.suggestions is not None:
        made[SUGGESTIONS] = _csv(
            SUGGESTED,
            ((one.id, "" if one.unit is None else one.unit, one.rank, one.code, number(one.score))
             for one in outcome.suggestions),
        )  # fmt: skip
    return made


def theme_id(theme: int | None) -> str:
    """« T1 » for the largest theme."""
    return "" if theme is None else f"T{theme + 1}"


def family_id(family: int | None) -> str:
    return "" if family is None else f"F{family + 1}"


def theme_name(theme: Theme) -> str:
    """Its name; when no noun comes back, its first words."""
    return theme.name or ", ".join(theme.terms[:3]) or f"thème {theme_id(theme.number)}, sans nom"


def number(value: float) -> str:
    return f"{value:.4f}"


def said(note: Note) -> str:
    """The sentence of any note: of the analysis, else of the readers."""
    phrases = phrases_analysis if note.code in phrases_analysis.SENTENCES else phrases_reading
    return phrases.sentence(note)


def row_ledger(outcome: Outcome) -> dict[str, int]:
    """What became of every line of the files; the counts add up to `read`."""
    aside = sum(entry.aside is not None for entry in outcome.corpus.entries)
    counts = _sums(outcome.analysis.ledger)
    return {**counts, "read": counts["read"] + aside, "ecarte": counts["ecarte"] + aside}


def unit_ledger(outcome: Outcome) -> dict[str, int]:
    """What became of every unit; a contribution without a word is one unit, set aside."""
    counts = _sums(outcome.analysis.unit_ledger)
    wordless = len(_wordless(outcome))
    return {**counts, "read": counts["read"] + wordless, "ecarte": counts["ecarte"] + wordless}


def _sums(ledger: Ledger) -> dict[str, int]:
    return {"read": ledger.read, **{str(status): ledger.count(status) for status in _ORDER}}


_ORDER = (Status.THEME, Status.DUPLICATE, Status.SIGNAL, Status.SET_ASIDE)


def _wordless(outcome: Outcome) -> dict[str, ContributionResult]:
    """Contributions that have no unit."""
    held = {unit.contribution for unit in outcome.analysis.units}
    return {one.id: one for one in outcome.analysis.contributions if one.id not in held}


def _assignments(outcome: Outcome) -> Iterable[Sequence[Any]]:
    units: dict[str, list[Any]] = {}
    for unit in outcome.analysis.units:
        units.setdefault(unit.contribution, []).append(unit)
    for one in outcome.corpus.contributions:
        for unit in units.get(one.id, ()):
            theme, family = theme_id(unit.theme), family_id(unit.family)
            yield (
                one.id, unit.unit, unit.start, unit.end, unit.status, theme, family, number(unit.score),
                unit.duplicate_of,
            )  # fmt: skip
        if one.id not in units:
            yield one.id, 0, 0, len(one.text), outcome.results[one.id].status, "", "", number(0), ""


def _contributions(outcome: Outcome) -> Iterable[Sequence[Any]]:
    results = outcome.results
    families = [theme.family for theme in outcome.analysis.themes]
    for entry in outcome.corpus.entries:
        place = (entry.place.file, entry.place.sheet, entry.place.line, entry.records)
        if entry.aside is not None:
            yield _aside_id(entry), Status.SET_ASIDE, "", "", "", "", "", "", entry.aside, *place
            continue
        one = results[entry.id]
        family = "" if one.theme is None else family_id(families[one.theme])
        level = phrases_analysis.LEVELS.get(one.level or "", one.level)
        reason = phrases_analysis.REASONS.get(one.reason or "", one.reason)
        score = number(one.score)
        yield one.id, one.status, theme_id(one.theme), family, score, one.duplicate_of, level, one.place, reason, *place


def _aside_id(entry: Entry) -> str:
    """A set-aside line has no identifier: its place stands for it."""
    sheet = f"{entry.place.sheet}!" if entry.place.sheet else ""
    return f"{entry.place.file}:{sheet}{entry.place.line}"


def _signals(outcome: Outcome) -> Iterable[Sequence[Any]]:
    texts, themes = outcome.texts, outcome.analysis.themes
    for rank, one in enumerate(outcome.analysis.signals, start=1):
        near = one.nearest_theme
        name = "" if near is None else theme_name(themes[near])
        words = ", ".join(one.rare_words)
        quote = one.quote
        yield (
            rank, one.contribution, quote.start, quote.end, number(one.score), theme_id(near), name, words, one.profile,
            quote.of(texts),
        )  # fmt: skip


def themes_record(outcome: Outcome) -> dict[str, Any]:
    analysis = outcome.analysis
    return {
        "stability": analysis.stability,
        "stable": None if analysis.stability is None else analysis.stability >= UNSTABLE,
        "resolution": analysis.resolution,
        "trials": [asdict(one) for one in analysis.trials],
        "persons_are": "auteurs" if outcome.corpus.has_authors else "contributions",
        "ledger": row_ledger(outcome),
        "unit_ledger": unit_ledger(outcome),
        "families": [
            {"id": family_id(family), "themes": [theme_id(theme.number) for theme in themes]}
            for family, themes in families_of(analysis)
            if family is not None
        ],
        "themes": [_theme(outcome, theme) for theme in analysis.themes],
    }


def families_of(analysis: Analysis) -> list[tuple[int | None, list[Theme]]]:
    """The themes by family, in the order of the families' largest theme; None for those that have no family."""
    found: dict[int | None, list[Theme]] = {}
    for theme in analysis.themes:
        found.setdefault(theme.family, []).append(theme)
    return list(found.items())


def _theme(outcome: Outcome, theme: Theme) -> dict[str, Any]:
    texts = outcome.texts
    return {
        "id": theme_id(theme.number),
        "name": theme_name(theme),
        "terms": list(theme.terms),
        "parent": family_id(theme.family) or None,
        "persons": theme.persons,
        "persons_without_copies": theme.persons_without_copies,
        "contributions": theme.contributions,
        "contributions_without_copies": theme.contributions_without_copies,
        "units": theme.units,
        "persons_heard": theme.persons_heard,
        "quotes": [_quote(quote, texts) for quote in theme.quotes],
    }


def _quote(quote: Quote, texts: dict[str, str]) -> dict[str, Any]:
    place = {"contribution": quote.contribution, "start": quote.start, "end": quote.end}
    return {**place, "voice": str(quote.voice), "text": quote.of(texts)}


def _campaigns(outcome: Outcome) -> dict[str, Any]:
    texts = outcome.texts
    found = outcome.analysis.campaigns
    questions = [said(note) for note in outcome.analysis.notes if note.code.startswith("flood.")]
    return {
        "campaigns": [_campaign(rank, one, texts) for rank, one in enumerate(found, start=1)],
        "flood": {"question": questions[0] if questions else None, "contributions": list(outcome.analysis.flood)},
    }


def _campaign(rank: int, one: CampaignResult, texts: dict[str, str]) -> dict[str, Any]:
    campaign, model = one.campaign, texts[one.members[0]]
    return {
        "id": f"C{rank}",
        "messages": len(one.members),
        "persons": campaign.persons,
        "levels": campaign.levels,
        "burst": campaign.burst,
        "model": one.members[0],
        "members": list(one.members),
        "template": [
            {
                "start": part.span.start,
                "end": part.span.end,
                "text": part.span.of(model),
                "varies": part.varies,
                "others": list(part.others),
            }
            for part in campaign.template
        ],
    }


def _synthesis(outcome: Outcome) -> dict[str, Any]:
    texts, themes = outcome.texts, outcome.analysis.themes
    sections = []
    for section in outcome.synthesis.sections:
        theme = section.theme
        sentences = [
            {
                "text": one.text,
                "sources": [_quote(quote, texts) for quote in one.quotes],
                "figures": [{**asdict(figure), "theme": theme_id(figure.theme) or None} for figure in one.figures],
            }
            for one in section.sentences
        ]
        name = None if theme is None else theme_name(themes[theme])
        sections.append({"theme": theme_id(theme) or None, "title": name, "sentences": sentences})
    return {"sections": sections, "refused_sentences": outcome.synthesis.refused}


def run_record(outcome: Outcome) -> dict[str, Any]:
    record = outcome.analysis.record
    return {
        "command": COMMAND,
        "concertia": __version__,
        "python": platform.python_version(),
        "options": outcome.options,
        "files": [_source(source) for source in outcome.corpus.sources],
        "input_sha256": record.input_sha256,
        "parameters": asdict(record.parameters),
        "seed": record.seed,
        "versions": dict(record.versions),
        "vectors": {"kind": record.vectors, "encoded": record.encoded, "kept": record.kept},
        "languages": outcome.languages,
        "ledger": row_ledger(outcome),
        "unit_ledger": unit_ledger(outcome),
        "notes": [
            {"code": note.code, "params": note.params, "sentence": said(note)} for note in outcome.analysis.notes
        ],
        "suggestions_limit": outcome.suggestions_limit,
        "remarks": list(outcome.remarks),
    }


def _source(source: Source) -> dict[str, Any]:
    reading = source.reading
    return {
        "file": source.name,
        "sha256": source.sha256,
        "kind": reading.kind,
        "encoding": reading.encoding,
        "separator": reading.separator,
        "rows": reading.records,
        "contributions": len(reading.rows),
        "set_aside": sum(one.records for one in reading.set_aside),
        "tables": [asdict(table) for table in reading.tables],
        "notes": [
            {"code": note.code, "params": note.params, "sentence": phrases_reading.sentence(note)}
            for note in reading.notes
        ],
    }


def _csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return file.getvalue().encode("utf-8", "replace")


@lru_cache(maxsize=50_000)  # names, statuses and places come back on every line
def _cell(value: Any) -> str:
    """Formula-proof, but for our own numbers, which may be negative."""
    return value if isinstance(value, str) and _is_number(value) else cell(value)


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdigit() and text.isascii()


def _json(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=False)
    return (text + "\n").encode("utf-8", "replace")
