"""What the pages of the analysis read; counts are written by the actions, never computed while a page waits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.http import Http404
from django.shortcuts import get_object_or_404

from concertia.analysis import rules
from concertia.analysis.models import Placement, Run, Theme
from concertia.collection.enums import Use
from concertia.consultations.models import Consultation
from concertia.consultations.queries import consultation_in_workspace
from concertia.core.enums import JobState


def consultation_to_analyse(user, public_id) -> Consultation:
    """The consultation of somebody who may read its contributions; for anybody else it does not exist."""
    found = consultation_in_workspace(user, public_id)
    if not rules.can_see_analysis(user, found):
        raise Http404
    return found


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


def messages_in(themes: Iterable[int]):
    """The contributions whose main theme is one of these, the closest first."""
    return (
        Placement.objects.filter(theme__in=list(themes))
        .select_related("contribution", "campaign", "duplicate_of")
        .order_by("-score", "pk")
    )


def themes_by_contribution(run: Run, contributions: Iterable[int]) -> dict[int, list[str]]:
    """The names of the themes of each contribution, as they stand."""
    tree, found = tree_of(run), defaultdict(list)
    rows = Placement.objects.filter(run=run, contribution__in=list(contributions), assignments__theme__isnull=False)
    for contribution, theme in rows.values_list("contribution", "assignments__theme").distinct():
        branch = tree.standing(theme)
        if branch and branch.theme.name not in found[contribution]:
            found[contribution].append(branch.theme.name)
    return dict(found)
