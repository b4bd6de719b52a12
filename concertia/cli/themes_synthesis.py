"""The synthesis of an analysis: every quote is a slice, every number a count, and both are checked once written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from concertia.cli.themes_inputs import Corpus
from concertia.core.text import thousands
from concertia.engine.text.campaigns import persons
from concertia.engine.text.result import Analysis, Theme
from concertia.engine.text.synthesis import Figure, Quote, Sentence, verify
from concertia.engine.text.units import Status


@dataclass(frozen=True)
class Section:
    """What is said of one theme (None: of the whole)."""

    theme: int | None
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class Synthesis:
    """The sentences that were checked; `refused`: those that were not kept because the check refused them."""

    sections: tuple[Section, ...]
    refused: int


def synthesis_of(analysis: Analysis, corpus: Corpus) -> Synthesis:
    """A sentence on the whole, then for each theme its counts and its quotes."""
    texts, counts = corpus.texts, counts_of(analysis, corpus)
    sections = [Section(None, (_whole(counts),))]
    sections += [Section(theme.number, (_counted(theme), *_quoted(theme, texts))) for theme in analysis.themes]
    kept = [
        Section(one.theme, tuple(sentence for sentence in one.sentences if not verify([sentence], texts, counts)))
        for one in sections
    ]
    before, after = (sum(len(one.sentences) for one in these) for these in (sections, kept))
    return Synthesis(tuple(kept), before - after)


def counts_of(analysis: Analysis, corpus: Corpus) -> Mapping[tuple[str, int | None], int]:
    """Every count that a sentence may name, of a theme or of the whole (None)."""
    everyone = persons(corpus.contributions, range(len(corpus.contributions)))
    counts: dict[tuple[str, int | None], int] = {
        ("contributions", None): analysis.ledger.read,
        ("persons", None): everyone,
        ("units", None): analysis.unit_ledger.read,
        ("themes", None): len(analysis.themes),
        **{(str(status), None): analysis.ledger.count(status) for status in Status},
    }
    for theme in analysis.themes:
        counts["persons", theme.number] = theme.persons
        counts["contributions", theme.number] = theme.contributions
        counts["contributions_without_copies", theme.number] = theme.contributions_without_copies
        counts["units", theme.number] = theme.units
    return counts


def _whole(counts: Mapping[tuple[str, int | None], int]) -> Sentence:
    statuses = (Status.DUPLICATE, Status.SIGNAL, Status.SET_ASIDE)
    named = ("contributions", "persons", str(Status.THEME), "themes", *map(str, statuses))
    figures = tuple(Figure(counts[name, None], name) for name in named)
    read, people, held, themes, copies, signals, aside = (figure.value for figure in figures)
    text = (
        f"{_many(read, 'contribution')} de {_many(people, 'personne')} : {thousands(held)} dans "
        f"{_many(themes, 'thème')}, "
        f"{_many(copies, 'doublon')}, {_many(signals, 'signal faible', 'signaux faibles')}, "
        f"{_many(aside, 'écartée')}."
    )
    return Sentence(text, (), figures)


def _counted(theme: Theme) -> Sentence:
    figures = (
        Figure(theme.persons, "persons", theme.number),
        Figure(theme.contributions, "contributions", theme.number),
        Figure(theme.contributions_without_copies, "contributions_without_copies", theme.number),
    )
    text = (
        f"{_many(theme.persons, 'personne')}, {_many(theme.contributions, 'contribution')}, dont "
        f"{thousands(theme.contributions_without_copies)} sans les copies."
    )
    return Sentence(text, (), figures)


def _quoted(theme: Theme, texts: Mapping[str, str]) -> list[Sentence]:
    return [Sentence(written(quote, texts), (quote,)) for quote in theme.quotes]


def written(quote: Quote, texts: Mapping[str, str]) -> str:
    """A quote between its marks, every sign of it as it was written."""
    return f"«\u202f{quote.of(texts)}\u202f»"


def _many(count: int, one: str, several: str = "") -> str:
    return f"{thousands(count)} {one if count < 2 else several or f'{one}s'}"
