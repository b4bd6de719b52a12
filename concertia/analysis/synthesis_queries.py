"""A synthesis as it may be shown: where each quote stands in its sentence, what is hidden or masked since, who read it.

What is given here may be shown: words that moderation hid or masked never are (see `quoting`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.shortcuts import get_object_or_404
from django.utils import timezone

from concertia.analysis.enums import Counted, SourceKind
from concertia.analysis.models import Run, Source, Synthesis, SynthesisSentence
from concertia.analysis.queries import Tree, run_shown, tree_of
from concertia.analysis.quoting import pieces_of, shown_slice
from concertia.collection.models import Contribution
from concertia.core.dates import in_words
from concertia.core.text import thousands

WHOLE = "L’ensemble"
GONE = "une personne dont le compte est fermé"


@dataclass(frozen=True)
class SourceRead:
    """A source as it may be shown. `read_at`: when a person read its contribution for names; empty, it stays inside."""

    kind: str
    shown: str = ""
    origin: str = ""
    contribution: int | None = None
    is_masked: bool = False
    mask_reason: str = ""
    read_at: dt.datetime | None = None
    value: int = 0
    counted: str = ""
    theme: str = ""


@dataclass(frozen=True)
class Piece:
    """A piece of a sentence: words of the writer, or a quote and its source."""

    text: str
    source: SourceRead | None = None


@dataclass(frozen=True)
class SentenceRead:
    pk: int
    text: str
    pieces: tuple[Piece, ...]
    sources: tuple[SourceRead, ...]
    proposed: bool
    edited: bool
    read_by: str
    read_at: dt.datetime | None

    @property
    def label(self) -> str:
        """Who proposed, who read: shown beside what a program proposed and a person kept."""
        if not self.proposed:
            return ""
        return f"proposé par un programme local, {'modifié et ' if self.edited else ''}{self.read}"

    @property
    def read(self) -> str:
        return f"relu par {self.read_by}, le {french_date(self.read_at)}" if self.read_at else "pas encore relu"

    @property
    def all_sources_read(self) -> bool:
        """Whether it may leave the workspace: each quoted contribution stands, and was read for names."""
        quotes = [one for one in self.sources if one.kind == SourceKind.QUOTE]
        return all(one.read_at is not None and not one.is_masked for one in quotes)

    @property
    def unread(self) -> list[int]:
        """The contributions quoted that nobody has read for names."""
        quotes = (one for one in self.sources if one.kind == SourceKind.QUOTE)
        return [one.contribution for one in quotes if one.read_at is None and not one.is_masked]


@dataclass(frozen=True)
class SectionRead:
    """What is said of one theme; `theme` is None for the whole."""

    theme: int | None
    title: str
    persons: int
    messages: int
    sentences: tuple[SentenceRead, ...]


@dataclass(frozen=True)
class SynthesisRead:
    pk: int
    title: str
    state: str
    state_label: str
    validated_by: str
    validated_at: dt.datetime | None
    run: str
    run_date: dt.datetime
    has_newer_run: bool
    statement: tuple[str, ...]
    sections: tuple[SectionRead, ...]


def syntheses_of(consultation):
    """The latest first."""
    rows = Synthesis.objects.filter(run__corpus__consultation=consultation)
    return rows.select_related("run__corpus", "made_by", "validated_by").order_by("-pk")


def synthesis_of(consultation, pk) -> Synthesis:
    rows = Synthesis.objects.select_related(
        "run__corpus__consultation__territory", "run__job", "made_by", "reviewed_by", "validated_by"
    )
    return get_object_or_404(rows, pk=pk, run__corpus__consultation=consultation)


def sentences_of(synthesis: Synthesis, **wanted) -> list[SynthesisSentence]:
    """Its sentences with their sources; three queries whatever their number."""
    rows = synthesis.sentences.filter(**wanted).select_related("read_by", "theme")
    return list(rows.prefetch_related("sources__contribution", "sources__theme"))


def section_of(sentence: SynthesisSentence, tree: Tree) -> int | None:
    """The standing theme that a sentence is about; the whole when there is none, or none any more."""
    branch = tree.standing(sentence.theme_id) if sentence.theme_id else None
    return branch.theme.pk if branch else None


def newer_run(synthesis: Synthesis) -> Run | None:
    """The analysis that people read now, when it is not the one this synthesis was written on."""
    corpus = synthesis.run.corpus
    shown = run_shown(corpus.consultation, use=corpus.use)
    return shown if shown and shown.pk != synthesis.run_id else None


def counts_of(run: Run, tree: Tree) -> dict[tuple[str, int | None], int]:
    """Every count that a sentence may name, as it is today: of a standing theme, or of the whole (None)."""
    counts: dict[tuple[str, int | None], int] = {
        (Counted.PERSONS.value, None): run.corpus.persons,
        (Counted.CONTRIBUTIONS.value, None): run.read,
        (Counted.UNITS.value, None): run.record.get("units_read", 0),
    }
    for pk, branch in tree.by_pk.items():
        theme = branch.theme
        counts[Counted.PERSONS.value, pk] = theme.persons
        counts[Counted.CONTRIBUTIONS.value, pk] = theme.messages
        counts[Counted.UNITS.value, pk] = theme.units
    return counts


def synthesis_as_read(synthesis: Synthesis) -> SynthesisRead:
    """What people kept, section by section, as it may be shown today."""
    run, tree = synthesis.run, tree_of(synthesis.run)
    kept = sentences_of(synthesis, read_at__isnull=False)
    by_section: dict[int | None, list[SentenceRead]] = {}
    for row in kept:
        by_section.setdefault(section_of(row, tree), []).append(sentence_as_read(row, tree))
    sections = [
        SectionRead(theme, title, persons, messages, tuple(by_section[theme]))
        for theme, title, persons, messages in sections_of(run, tree)
        if theme in by_section
    ]
    return SynthesisRead(
        synthesis.pk, synthesis.title, synthesis.state, synthesis.get_state_display(),
        str(synthesis.validated_by or ""), synthesis.validated_at, str(run), run.asked_at,
        newer_run(synthesis) is not None, statement_of(run, kept), tuple(sections),
    )  # fmt: skip


def sections_of(run: Run, tree: Tree) -> list[tuple[int | None, str, int, int]]:
    """The whole, then each standing theme in the order of the map: (theme, name, persons, messages)."""
    rows: list[tuple[int | None, str, int, int]] = [(None, WHOLE, run.corpus.persons, run.read)]
    waiting = list(reversed(tree.roots))
    while waiting:
        branch = waiting.pop()
        theme = branch.theme
        rows.append((theme.pk, theme.name, theme.persons, theme.messages))
        waiting.extend(reversed(branch.children))
    return rows


def sentence_as_read(row: SynthesisSentence, tree: Tree) -> SentenceRead:
    sources = list(row.sources.all())
    read = {source.pk: source_as_read(source, tree) for source in sources}
    pieces = [Piece(text, read[source.pk] if source else None) for text, source in pieces_of(row.text, sources)]
    return SentenceRead(
        row.pk, "".join(piece.text for piece in pieces), tuple(pieces), tuple(read.values()), row.proposed,
        row.edited, str(row.read_by or GONE), row.read_at,
    )  # fmt: skip


def source_as_read(source: Source, tree: Tree) -> SourceRead:
    if source.kind == SourceKind.FIGURE:
        branch = tree.standing(source.theme_id) if source.theme_id else None
        name = branch.theme.name if branch else str(source.theme) if source.theme else ""
        return SourceRead(source.kind, value=source.value, counted=source.get_counted_display(), theme=name)
    row = source.contribution
    return SourceRead(
        source.kind, shown=shown_slice(source), origin=origin_of(row), contribution=row.pk, is_masked=row.is_masked,
        mask_reason=row.mask_reason, read_at=row.read_at,
    )  # fmt: skip


def origin_of(row: Contribution) -> str:
    """Where a contribution comes from, without saying who: « n° 12 · atelier · habitante · 12 mars 2026 »."""
    date = french_date(row.said_at) if row.said_at else ""
    return " · ".join(part for part in (f"n°\xa0{row.pk}", row.origin, row.profile, date) if part)


def french_date(moment: dt.datetime | None) -> str:
    return in_words(timezone.localtime(moment), "j\xa0F Y") if moment else ""


def statement_of(run: Run, kept: Sequence[SynthesisSentence]) -> tuple[str, ...]:
    """What a program did, which, when, and who read it: said at the end of the synthesis."""
    if not kept:
        return ()
    named = [f"{name} {version}" for name, version in run.record.get("versions", {}).items() if version]
    with_versions = f" (Concertia, avec {', '.join(named)})" if named else " (Concertia)"
    return (
        f"Les messages ont été regroupés par un programme local{with_versions}, sur la machine de ce site et sans "
        f"appel extérieur, le {french_date(run.asked_at)}.",
        *_proposed_and_read([row for row in kept if row.proposed], len(kept)),
        *_written_by_people(len([row for row in kept if not row.proposed])),
        "Chaque citation et chaque nombre mène à sa source.",
    )


def _proposed_and_read(rows: Sequence[SynthesisSentence], total: int) -> Iterator[str]:
    if not rows:
        return
    readers = ", ".join(dict.fromkeys(str(row.read_by or GONE) for row in rows))
    edited = sum(row.edited for row in rows)
    changed = f", dont {thousands(edited)} qu’une personne a modifiée{'s' if edited > 1 else ''}" if edited else ""
    yield (
        f"{_many(len(rows), 'phrase')} sur {thousands(total)} : proposé par un programme local{changed}, relu par "
        f"{readers}, {_between(rows)}."
    )


def _written_by_people(count: int) -> Iterator[str]:
    if count:
        written = "phrases ont été écrites par des personnes" if count > 1 else "phrase a été écrite par une personne"
        yield f"{thousands(count)} {written}."


def _many(count, word):
    return f"{thousands(count)} {word}{'s' if count > 1 else ''}"


def _between(rows) -> str:
    first, last = (french_date(fold(row.read_at for row in rows)) for fold in (min, max))
    return f"le {first}" if first == last else f"entre le {first} et le {last}"
