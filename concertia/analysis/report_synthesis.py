"""A validated synthesis as the blocks of a document: its sentences, their sources, who did what."""

from __future__ import annotations

from collections.abc import Iterator

from concertia.analysis.enums import SourceKind
from concertia.analysis.synthesis_queries import SentenceRead, SourceRead, SynthesisRead
from concertia.core.text import thousands
from concertia.engine.reports.outline import Block, Bullets, Heading, Paragraph
from concertia.engine.reports.report import NOT_YET_READ
from concertia.engine.reports.words import counted

HELD = f"[{NOT_YET_READ}]"


def blocks_of(synthesis: SynthesisRead, *, place: str, when: str) -> tuple[Block, ...]:
    """The synthesis in its reading order; a quote that may not leave is replaced by why."""
    return tuple(_blocks(synthesis, place, when))


def _blocks(synthesis: SynthesisRead, place: str, when: str) -> Iterator[Block]:
    yield Heading(synthesis.title, 1)
    yield Paragraph(f"{place} · {synthesis.run} · synthèse {synthesis.state_label} le {when}", "lead")
    if synthesis.has_newer_run:
        yield Paragraph("Une analyse plus récente existe : cette synthèse a été écrite sur la précédente.", "note")
    for section in synthesis.sections:
        yield Heading(section.title, 2)
        counts = f"{counted(section.persons, 'personne')}, {counted(section.messages, 'message')}."
        yield Paragraph(counts, "small")
        for sentence in section.sentences:
            yield Paragraph(words_of(sentence))
            if sources := _sources(sentence):
                yield Paragraph(sources, "small")
    yield Heading("Comment cette synthèse a été faite", 2)
    yield Bullets(synthesis.statement or ("Aucune phrase n’a été gardée.",))


def words_of(sentence: SentenceRead) -> str:
    """The sentence with only the quotes that may leave."""
    return "".join(HELD if one.source and not _may_leave(one.source) else one.text for one in sentence.pieces)


def _may_leave(source: SourceRead) -> bool:
    """A masked quote already shows that it is masked, in place of its words."""
    return source.kind != SourceKind.QUOTE or source.is_masked or source.read_at is not None


def _sources(sentence: SentenceRead) -> str:
    """Where each quote and each number comes from, without the profile of who said it."""
    quotes = [f"contribution {one.contribution}" for one in sentence.sources if one.kind == SourceKind.QUOTE]
    figures = [
        f"{thousands(one.value)} {one.counted}" + (f" de « {one.theme} »" if one.theme else " en tout")
        for one in sentence.sources
        if one.kind != SourceKind.QUOTE
    ]
    parts = [part for part in (*quotes, *figures, sentence.label) if part]
    return f"Sources : {' ; '.join(parts)}." if parts else ""
