"""What the pages of the analysis read; counts are written by the actions, never computed while a page waits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, Window
from django.db.models.functions import DenseRank
from django.http import Http404
from django.shortcuts import get_object_or_404

from concertia.analysis import rules
from concertia.analysis.enums import Status
from concertia.analysis.models import Campaign, Placement, Run, Signal, Theme, ThemeChange
from concertia.collection.enums import ContributionState, Use
from concertia.collection.models import Contribution
from concertia.consultations.models import Consultation
from concertia.consultations.queries import consultation_in_workspace
from concertia.core.enums import JobState

MOST_QUOTES = 8


def consultation_to_analyse(user, public_id) -> Consultation:
    """The consultation of somebody who may read its contributions; for anybody else it does not exist."""
    return consultation_in_workspace(user, public_id, may=rules.can_see_analysis)


def runs_of(consultation, *, use=Use.PARTICIPATION):
    """Its runs, the latest first."""
    rows = Run.objects.filter(corpus__consultation=consultation, corpus__use=use)
    return rows.select_related("corpus", "job", "asked_by").order_by("-pk")


def run_shown(consultation, *, use=Use.PARTICIPATION) -> Run | None:
    """The latest run that ended well."""
    return runs_of(consultation, use=use).filter(job__state=JobState.DONE).first()


def run_of(consultation, pk) -> Run:
    return get_object_or_404(runs_of_any_use(consultation), pk=pk, job__state=JobState.DONE)


def runs_of_any_use(consultation):
    return Run.objects.filter(corpus__consultation=consultation).select_related("corpus__consultation", "job")


@dataclass
class Branch:
    """A standing theme, what was merged into it, its branches."""

    theme: Theme
    merged: list[Theme] = field(default_factory=list)
    children: list[Branch] = field(default_factory=list)

    def everything(self) -> list[int]:
        """The themes whose rows it holds."""
        own = [self.theme.pk, *(one.pk for one in self.merged)]
        return own + [pk for child in self.children for pk in child.everything()]


@dataclass
class Tree:
    """All the themes of a run, in one reading."""

    roots: list[Branch]
    by_pk: dict[int, Branch]

    def standing(self, pk: int) -> Branch | None:
        """The branch of a theme, or of what it became."""
        return self.by_pk.get(pk)


def tree_of(run: Run) -> Tree:
    """Every standing theme in its place; one query."""
    rows = {row.pk: row for row in run.themes.select_related("named_by").filter(removed=False)}
    into = {row.pk: _end(row, rows) for row in rows.values()}
    branches = {row.pk: Branch(row) for row in rows.values() if into[row.pk] == row.pk}
    roots = []
    for row in rows.values():
        if into[row.pk] != row.pk:
            branches[into[row.pk]].merged.append(row)
            continue
        above = into.get(row.parent_id) if row.parent_id else None
        is_under_itself = above == row.pk
        (roots if above is None or is_under_itself else branches[above].children).append(branches[row.pk])
    return Tree(roots, {pk: branches[end] for pk, end in into.items()})


def _end(row: Theme, rows: dict[int, Theme]) -> int:
    while row.merged_into_id in rows:
        row = rows[row.merged_into_id]
    return row.pk


def standing_themes(tree: Tree) -> list[Theme]:
    """Every theme that stands, in the order of the map."""

    def down(branches):
        for branch in branches:
            yield branch.theme
            yield from down(branch.children)

    return list(down(tree.roots))


def messages_in(themes: Iterable[int], *, words=""):
    """The contributions whose main theme is one of these, the closest first."""
    rows = Placement.objects.filter(theme__in=list(themes)).select_related("contribution", "campaign", "duplicate_of")
    if words:  # what a masked contribution says is not found either
        rows = rows.exclude(contribution__state=ContributionState.MASKED).filter(contribution__text__icontains=words)
    return rows.order_by("-score", "pk")


@dataclass(frozen=True)
class Quote:
    """Words to show: the contribution, the slice as people may read it, how many say the same, why it is there."""

    contribution: Contribution
    text: str
    voice: str
    persons: int


def quotes_of(run: Run, branch: Branch) -> list[Quote]:
    """The quotes proposed for a theme, or for what it gathers; who sent a copy says the same."""
    chosen = list(branch.theme.quotes)
    for other in (*branch.merged, *(child.theme for child in branch.children)):
        chosen += other.quotes[:1]
    rows = run.placements.filter(contribution__in={quote[0] for quote in chosen}).select_related("contribution")
    places = {row.contribution_id: row for row in rows.annotate(same=Count("copies__person", distinct=True))}
    found, seen = [], set()
    for pk, start, end, voice in chosen:
        if pk in places and (pk, start) not in seen:
            seen.add((pk, start))
            own = places[pk].contribution
            found.append(Quote(own, own.shown(start, end), voice, 1 + places[pk].same))
    return found[:MOST_QUOTES]


@dataclass(frozen=True)
class Part:
    """One piece of the sum that makes 100 %: `x` and `width` in hundredths of the bar."""

    kind: str
    count: int
    x: float
    width: float


def ledger_of(run: Run) -> list[Part]:
    """What became of everything read; the widths add up to 100."""
    counts = (
        (Status.THEME, run.in_themes), (Status.DUPLICATE, run.duplicates), (Status.SIGNAL, run.signals_count),
        (Status.SET_ASIDE, run.set_aside),
    )  # fmt: skip
    parts, at = [], 0
    for status, count in counts:
        parts.append(Part(status.value, count, 100 * at / max(1, run.read), 100 * count / max(1, run.read)))
        at += count
    return parts


def last_asked(consultation) -> Run | None:
    """The run asked last, however it stands: one that works is followed, one that failed says why."""
    return runs_of_any_use(consultation).order_by("-pk").first()


def waiting_counts(consultation, use) -> int:
    """How many contributions could be analysed."""
    return Contribution.objects.filter(consultation=consultation, use=use).unmasked().count()


def contributions_since(run: Run) -> int:
    """Contributions received since the corpus was frozen."""
    rows = Contribution.objects.filter(consultation=run.corpus.consultation, use=run.corpus.use).unmasked()
    return max(0, rows.count() - run.corpus.count)


def gestures_kept(run: Run):
    """What people did on the run before, and that this one keeps; nothing when it keeps nothing."""
    if run.previous is None or not run.themes.filter(kept_from__isnull=False).exists():
        return ThemeChange.objects.none()
    return run.previous.changes.filter(undone_at=None).select_related("by")


def other_duplicates_of(run: Run):
    """Messages that say what another says, outside campaigns, beside the one they repeat."""
    rows = run.placements.filter(status=Status.DUPLICATE, campaign=None)
    return rows.select_related("contribution", "duplicate_of__contribution").order_by("duplicate_of", "pk")


def signals_of(run: Run):
    rows = Signal.objects.filter(placement__run=run).order_by("rank")
    return rows.select_related("placement__contribution", "placement__theme", "nearest", "read_by")


def signals_read(run: Run) -> int:
    return Signal.objects.filter(placement__run=run, read_at__isnull=False).count()


def signal_of(run: Run, pk: str) -> Signal:
    if not pk.isdecimal():
        raise Http404
    rows = Signal.objects.select_related("placement__run__corpus__consultation__territory")
    return get_object_or_404(rows, pk=int(pk), placement__run=run)


def largest_campaign(run: Run):
    """The largest campaign, which knows how many there are (`total`); None when there is none."""
    return run.campaigns.annotate(total=Window(Count("pk"))).order_by("rank").first()


def campaigns_of(run: Run):
    dates = {"first": Min("placements__contribution__said_at"), "last": Max("placements__contribution__said_at")}
    masked = Count("placements", filter=Q(placements__contribution__state=ContributionState.MASKED))
    hides = Exists(Placement.objects.filter(campaign=OuterRef("pk")).exclude(contribution__hidden=[]))
    return run.campaigns.annotate(**dates, masked=masked, hides=hides).order_by("rank")


def messages_of_campaign(campaign: Campaign):
    """Its messages in the order of their dates, each with a number for its author: `sender` is 1 for the first."""
    rows = campaign.placements.select_related("contribution")
    sender = Window(DenseRank(), order_by=F("person").asc())
    return rows.annotate(sender=sender).order_by(F("contribution__said_at").asc(nulls_last=True), "pk")


def flood_of(run: Run) -> list[Contribution]:
    """Contributions that resemble each other more than the rest: a question for a person."""
    return list(Contribution.objects.filter(pk__in=run.record.get("flood", [])[:20]).order_by("pk"))


def set_aside_of(run: Run):
    return run.placements.filter(status=Status.SET_ASIDE).select_related("contribution").order_by("pk")


def themes_by_contribution(run: Run, contributions: Iterable[int]) -> dict[int, list[str]]:
    """The names of the themes of each contribution, as they stand."""
    tree, found = tree_of(run), defaultdict(list)
    rows = Placement.objects.filter(run=run, contribution__in=list(contributions), assignments__theme__isnull=False)
    for contribution, theme in rows.values_list("contribution", "assignments__theme").distinct():
        branch = tree.standing(theme)
        if branch and branch.theme.name not in found[contribution]:
            found[contribution].append(branch.theme.name)
    return dict(found)
