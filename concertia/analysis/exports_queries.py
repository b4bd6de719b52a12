"""What the page « Partager » reads, and what tells whether a document still says what the workspace says."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from django.db.models import Count, Max, Q

import concertia
from concertia.analysis.enums import ExportFormat, SynthesisState
from concertia.analysis.models import Coding, CodingSample, Export, Run, Signal, Synthesis, Theme
from concertia.analysis.queries import Branch, Tree
from concertia.collection.enums import ContributionState
from concertia.collection.models import Contribution
from concertia.core import jobs

WHOLE_ONLY = (ExportFormat.WALL_A4, ExportFormat.WALL_A3)


@dataclass(frozen=True)
class Held:
    """How many contributions of a run may be quoted, and how many stay inside."""

    read: int
    unread: int
    masked: int

    @property
    def total(self) -> int:
        return self.read + self.unread + self.masked


def held_of(run: Run) -> Held:
    """One query whatever the size of the corpus."""
    is_masked = Q(contribution__state=ContributionState.MASKED)
    counts = run.placements.aggregate(
        masked=Count("pk", filter=is_masked),
        read=Count("pk", filter=~is_masked & Q(contribution__read_at__isnull=False)),
        unread=Count("pk", filter=~is_masked & Q(contribution__read_at=None)),
    )
    return Held(**counts)


def stamp_of(run: Run) -> str:
    """Names everything a document of this run is made of: names, gestures, readings, hidden words, codings."""
    texts = Contribution.objects.filter(placements__run=run)
    consultation = run.corpus.consultation
    facts = [
        concertia.__version__,
        run.pk,
        (consultation.title, consultation.question, consultation.territory.name),
        run.changes.aggregate(Count("pk"), Max("pk"), Count("undone_at"), Max("undone_at")),
        texts.aggregate(Count("read_at"), Max("read_at")),
        list(texts.filter(state=ContributionState.MASKED).order_by("pk").values_list("pk", "mask_reason")),
        list(texts.exclude(hidden=[]).order_by("pk").values_list("pk", "hidden")),
        Signal.objects.filter(placement__run=run).aggregate(Count("read_at")),
        Coding.objects.filter(codebook__consultation=consultation).aggregate(Count("pk"), Max("at")),
        CodingSample.objects.filter(corpus=run.corpus_id).aggregate(Count("pk"), Count("closed_at")),
        list(consultation.codebooks.order_by("pk").values_list("pk", "name", "version")),
    ]
    return hashlib.sha256(json.dumps(facts, default=str).encode()).hexdigest()


def exports_of(run: Run, theme: Theme | None, stamp: str) -> dict[str, Export]:
    """The documents that still hold, by format; those being made too."""
    rows = Export.objects.filter(run=run, theme=theme, stamp=stamp).select_related("job").order_by("pk")
    return {row.format: row for row in rows}


def live_export(run: Run, theme: Theme | None) -> Export | None:
    """One of the documents being made, with its job."""
    rows = Export.objects.filter(run=run, theme=theme, job__state__in=jobs.LIVE)
    return rows.select_related("job").order_by("pk").first()


def last_failed(run: Run, theme: Theme | None, stamp: str) -> Export | None:
    """A document that could not be made of what there is now, with the reason its job gives."""
    rows = Export.objects.filter(run=run, theme=theme, stamp=stamp, made_at=None, job__finished_at__isnull=False)
    return rows.select_related("job").order_by("-pk").first()


def formats_for(theme: Theme | None) -> list[ExportFormat]:
    return [one for one in ExportFormat if theme is None or one not in WHOLE_ONLY]


def themes_in_order(tree: Tree) -> list[tuple[Theme, int]]:
    """Every standing theme with its depth, in the order of the tree."""

    def under(branch: Branch, depth: int):
        yield branch.theme, depth
        for child in branch.children:
            yield from under(child, depth + 1)

    return [row for root in tree.roots for row in under(root, 0)]


def closed_samples(run: Run):
    return CodingSample.objects.filter(corpus=run.corpus_id, closed_at__isnull=False).select_related("codebook")


def validated_syntheses(consultation):
    """The syntheses that somebody validated by name: the only ones that leave."""
    rows = Synthesis.objects.filter(run__corpus__consultation=consultation, state=SynthesisState.VALIDATED)
    return rows.select_related("run__corpus__consultation__territory", "validated_by").order_by("-pk")
