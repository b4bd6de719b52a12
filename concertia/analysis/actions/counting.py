"""The counts that pages show, written again by each act that changes them."""

from __future__ import annotations

from django.db.models import Count, Q

from concertia.analysis.enums import Status
from concertia.analysis.models import Assignment, Placement, Run, Theme
from concertia.analysis.queries import Branch, tree_of

MOST_READ, LONGEST_QUOTE, QUOTES = 2000, 400, 5
COUNTED = (Status.THEME, Status.DUPLICATE)


def recount_themes(run: Run, pks) -> None:
    """Persons, messages and ideas of these themes and of those above them, with what was merged into them."""
    tree = tree_of(run)
    branches = {branch.theme.pk: branch for pk in pks if (branch := tree.standing(pk))}
    for branch in list(branches.values()):
        while branch.theme.parent_id and (above := tree.standing(branch.theme.parent_id)) not in (None, branch):
            if above.theme.pk in branches:
                break
            branches[above.theme.pk] = branch = above
    for branch in branches.values():
        _recount(branch)


def recount_all(run: Run) -> None:
    tree = tree_of(run)
    for branch in {id(one): one for one in tree.by_pk.values()}.values():
        _recount(branch)


def _recount(branch: Branch) -> None:
    """A message is counted in its main theme, so that the themes add up to the ledger; an idea in its own."""
    themes, theme = branch.everything(), branch.theme
    counts = Placement.objects.filter(theme__in=themes, status__in=COUNTED).aggregate(
        persons=Count("person", distinct=True),
        messages=Count("pk"),
        distinct_messages=Count("pk", filter=Q(status=Status.THEME)),
    )
    counts["units"] = Assignment.objects.filter(theme__in=themes, status=Status.THEME).count()
    if theme.made_by_id:
        counts["quotes"] = _passages_of(themes)
    Theme.objects.filter(pk=theme.pk).update(**counts)


def _passages_of(themes) -> list[list]:
    """Quotes for a theme that a person made, unknown to the engine: one idea a person, the fullest first."""
    rows = Assignment.objects.filter(theme__in=themes, status=Status.THEME).order_by("pk")
    names = ("placement__person", "placement__contribution", "start", "end")
    found: dict[str, list] = {}
    for person, contribution, start, end in rows.values_list(*names)[:MOST_READ]:
        if end - start <= LONGEST_QUOTE and end - start > (
            found[person][2] - found[person][1] if person in found else 0
        ):
            found[person] = [contribution, start, end, "common"]
    return sorted(found.values(), key=lambda one: (one[1] - one[2], one[0]))[:QUOTES]


def recount_ledger(run: Run) -> None:
    """The sum of a run, from its rows: everything read has one status."""
    counts = dict(run.placements.order_by().values_list("status").annotate(Count("pk")))
    run.in_themes, run.duplicates = counts.get(Status.THEME, 0), counts.get(Status.DUPLICATE, 0)
    run.signals_count, run.set_aside = counts.get(Status.SIGNAL, 0), counts.get(Status.SET_ASIDE, 0)
    run.save(update_fields=["in_themes", "duplicates", "signals_count", "set_aside"])
