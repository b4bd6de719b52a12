"""What a program proposes for a synthesis: for the whole and for each theme, its counts and quotes that cover people.

A proposal is a sentence that nobody has read yet: it is no part of the synthesis until a person keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from concertia.analysis.enums import Counted, SourceKind
from concertia.analysis.models import Source, Synthesis, SynthesisSentence, Theme
from concertia.analysis.queries import Tree, tree_of
from concertia.analysis.quoting import quoted
from concertia.analysis.synthesis_queries import counts_of, sections_of
from concertia.collection.models import Contribution
from concertia.core.text import thousands

PERSONS, MESSAGES = Counted.PERSONS, Counted.CONTRIBUTIONS


@dataclass
class Proposal:
    theme: Theme | None
    text: str
    sources: list[Source] = field(default_factory=list)

    @property
    def key(self):
        quotes = tuple((one.contribution_id, one.start, one.end) for one in self.sources if one.contribution_id)
        return (self.theme.pk if self.theme else None, quotes)


def propose(synthesis: Synthesis, *, only=None) -> int:
    """Write what is not in the synthesis yet; `only`: the sections wanted (None among them for the whole)."""
    tree = tree_of(synthesis.run)
    held = _held(synthesis)
    proposals = [
        one
        for one in _proposals(synthesis, tree)
        if one.key not in held and (only is None or (one.theme.pk if one.theme else None) in only)
    ]
    last = synthesis.sentences.order_by("-position").values_list("position", flat=True).first() or 0
    rows = SynthesisSentence.objects.bulk_create(
        SynthesisSentence(synthesis=synthesis, position=last + rank, theme=one.theme, text=one.text, proposed=True)
        for rank, one in enumerate(proposals, 1)
    )
    for row, one in zip(rows, proposals, strict=True):
        for position, source in enumerate(one.sources):
            source.sentence, source.position = row, position
    Source.objects.bulk_create([source for one in proposals for source in one.sources], batch_size=1000)
    return len(rows)


def _held(synthesis) -> set:
    """What was proposed and is still there, kept or waiting."""
    return {
        (row.theme_id, tuple((s.contribution_id, s.start, s.end) for s in row.sources.all() if s.contribution_id))
        for row in synthesis.sentences.filter(proposed=True).prefetch_related("sources")
    }


def _proposals(synthesis: Synthesis, tree: Tree) -> Iterator[Proposal]:
    run = synthesis.run
    counts = counts_of(run, tree)
    yield _counted(None, counts)
    themes = [tree.by_pk[pk].theme for pk, *_ in sections_of(run, tree) if pk]
    texts = Contribution.objects.unmasked().in_bulk({quote[0] for theme in themes for quote in theme.quotes})
    for theme in themes:
        yield _counted(theme, counts)
        yield from _quotes(theme, texts)


def _counted(theme: Theme | None, counts) -> Proposal:
    """Persons and messages, with their base."""
    persons, messages = counts[PERSONS, None], counts[MESSAGES, None]
    figures = [Source(kind=SourceKind.FIGURE, counted=one, value=counts[one, None]) for one in (PERSONS, MESSAGES)]
    if theme is None:
        text = f"{_many(persons, 'personne')}, {_many(messages, 'message')} lu{'s' if messages > 1 else ''}."
        return Proposal(None, text, figures)
    own = [
        Source(kind=SourceKind.FIGURE, counted=one, theme=theme, value=counts[one, theme.pk])
        for one in (PERSONS, MESSAGES)
    ]
    text = (
        f"{_many(own[0].value, 'personne')} sur {thousands(persons)} en parlent, dans "
        f"{_many(own[1].value, 'message')} sur {thousands(messages)}."
    )
    if own[0].value < 2:
        text = text.replace("en parlent", "en parle")
    return Proposal(theme, text, [own[0], figures[0], own[1], figures[1]])


def _quotes(theme: Theme, texts) -> Iterable[Proposal]:
    for pk, start, end, _ in theme.quotes:
        if pk in texts and (words := texts[pk].shown(start, end)).strip():
            source = Source(kind=SourceKind.QUOTE, contribution=texts[pk], start=start, end=end)
            yield Proposal(theme, quoted(words), [source])


def _many(count, word):
    return f"{thousands(count)} {word}{'s' if count > 1 else ''}"
