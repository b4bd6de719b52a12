"""What the vigilances, diagnostics and propositions of a canvas rest on: themes with their counts, quotes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch

from concertia.analysis.models import EvidenceLink, Run, SynthesisSentence, Theme
from concertia.analysis.queries import Tree, tree_of
from concertia.analysis.synthesis_queries import origin_of
from concertia.collection.models import Contribution
from concertia.consultations.enums import FindingKind
from concertia.consultations.models import Finding, Proposition

FINDING, PROPOSITION = "constat", "proposition"


@dataclass(frozen=True)
class Choice:
    """A quote that may be bound: a slice of a contribution, as it may be shown."""

    key: str  # « contribution-start-end »
    shown: str
    origin: str


@dataclass(frozen=True)
class Bound:
    """One piece of evidence as it may be shown today."""

    pk: int
    theme: Theme | None
    run: Run | None
    became: str  # the theme that it was merged into
    persons: int
    messages: int
    shown: str
    origin: str
    is_masked: bool
    mask_reason: str
    bound_by: str


@dataclass(frozen=True)
class Item:
    """A finding or a proposition of the draft canvas, and what it rests on."""

    key: str  # « constat-12 »
    kind: str
    text: str
    place: str
    evidence: tuple[Bound, ...]


def items_of(consultation) -> list[Item]:
    """What the draft canvas says, in its order; the same number of queries whatever the number of items."""
    links = EvidenceLink.objects.select_related("theme__run__corpus", "contribution", "bound_by")
    evidence = Prefetch("evidence", links)
    results = list(consultation.results.all())
    several = len(results) > 1
    findings = Finding.objects.filter(results__in=results).prefetch_related(evidence)
    propositions = Proposition.objects.filter(results__in=results).prefetch_related(evidence)
    rows = [*findings, *propositions]
    trees = _trees(rows)
    found = []
    for rank, part in enumerate(results, 1):
        place = f"Résultats {rank}" if several else ""
        own = [row for row in rows if row.results_id == part.pk]
        own.sort(key=lambda row: (isinstance(row, Proposition), getattr(row, "kind", "") != FindingKind.VIGILANCE))
        found += [_item(row, place, trees) for row in own]
    return found


def _trees(rows) -> dict[int, Tree]:
    """The map of each run that evidence leads to: one query for each, there are few."""
    runs = {link.theme.run_id: link.theme.run for row in rows for link in row.evidence.all() if link.theme}
    return {pk: tree_of(run) for pk, run in runs.items()}


def _item(row, place, trees) -> Item:
    is_finding = isinstance(row, Finding)
    kind = row.get_kind_display() if is_finding else "proposition"
    key = f"{FINDING if is_finding else PROPOSITION}-{row.pk}"
    return Item(key, kind, row.text, place, tuple(_bound(link, trees) for link in row.evidence.all()))


def _bound(link: EvidenceLink, trees) -> Bound:
    theme, row = link.theme, link.contribution
    branch = trees[theme.run_id].standing(theme.pk) if theme else None
    stands = branch.theme if branch else None
    return Bound(
        pk=link.pk,
        theme=theme,
        run=theme.run if theme else None,
        became=stands.name if stands and stands.pk != theme.pk else "",
        persons=stands.persons if stands else 0,
        messages=stands.messages if stands else 0,
        shown=row.shown(link.start, link.end) if row and not row.is_masked else "",
        origin=origin_of(row) if row else "",
        is_masked=bool(row and row.is_masked),
        mask_reason=row.mask_reason if row else "",
        bound_by=str(link.bound_by or "une personne dont le compte est fermé"),
    )


def quotes_to_bind(theme: Theme) -> list[Choice]:
    """Those proposed for a theme, and those that a synthesis quotes about it."""
    places = [tuple(quote[:3]) for quote in theme.quotes]
    rows = SynthesisSentence.objects.filter(theme=theme, read_at__isnull=False, sources__contribution__isnull=False)
    places += rows.values_list("sources__contribution", "sources__start", "sources__end")
    places = list(dict.fromkeys(places))
    texts = Contribution.objects.unmasked().in_bulk({place[0] for place in places})
    return [
        Choice(f"{pk}-{start}-{end}", texts[pk].shown(start, end), origin_of(texts[pk]))
        for pk, start, end in places
        if pk in texts
    ]


def themes_carried(run: Run) -> dict[int, int]:
    """How many findings and propositions each theme of a run supports."""
    counts: dict[int, int] = {}
    for pk in EvidenceLink.objects.filter(theme__run=run).values_list("theme", flat=True):
        counts[pk] = counts.get(pk, 0) + 1
    return counts


def coverage_of(consultation) -> dict[str, int]:
    """How many findings and propositions of the draft rest on something, and how many on nothing."""
    has = {"has_evidence": Exists(EvidenceLink.objects.filter(finding=OuterRef("pk")))}
    findings = Finding.objects.filter(results__consultation=consultation).annotate(**has)
    has = {"has_evidence": Exists(EvidenceLink.objects.filter(proposition=OuterRef("pk")))}
    propositions = Proposition.objects.filter(consultation=consultation, results__isnull=False).annotate(**has)
    proved = [_flags(rows) for rows in (findings, propositions)]
    return {
        "findings": len(proved[0]),
        "findings_proved": sum(proved[0]),
        "propositions": len(proved[1]),
        "propositions_proved": sum(proved[1]),
    }


def _flags(rows: Iterable) -> list[bool]:
    return list(rows.values_list("has_evidence", flat=True))
