"""What people did on the previous run, kept by the next one.

A theme that a person named, made, split, placed, or merged into is kept whole: its name, where it stands and the ideas
that were in it, and so is the theme that it was placed under. The
machine's new proposals stand for the rest; a proposal most of which is in a kept theme joins it, so that new messages
on the same subject are found there. `machine_theme` still says what the machine proposes.
"""

from __future__ import annotations

from collections import Counter, defaultdict

from concertia.analysis.actions.counting import recount_all, recount_ledger
from concertia.analysis.enums import Change, Status
from concertia.analysis.models import Assignment, Placement, Run, Signal, Theme
from concertia.analysis.queries import Branch, tree_of

CHUNK = 500
MOST_OF = 0.5


def keep_what_people_did(run: Run) -> None:
    """Lay on a fresh run the themes that people made theirs on `run.previous`."""
    branches = _touched(run.previous)
    if branches:
        kept = _kept_themes(run, branches)
        old = {pk: kept[branch.theme.pk] for branch in branches for pk in (branch.theme.pk, *_merged(branch))}
        joined = _lay(run, old)
        Theme.objects.filter(run=run, pk__in=joined, made_by=None).update(removed=True)
        recount_all(run)
        recount_ledger(run)
    _keep_readings(run)
    Signal.objects.filter(placement__run=run).exclude(placement__status=Status.SIGNAL).delete()  # kept in a theme


def _merged(branch: Branch) -> list[int]:
    return [theme.pk for theme in branch.merged]


def _touched(previous: Run) -> list[Branch]:
    tree = tree_of(previous)
    branches = {branch.theme.pk: branch for branch in tree.by_pk.values()}
    moved = Placement.objects.filter(run=previous, moved_by__isnull=False)
    chosen = set(moved.order_by().values_list("theme", flat=True).distinct())
    placed = previous.changes.filter(kind=Change.PLACE, undone_at=None).values_list("theme", flat=True)
    for branch in filter(None, map(tree.standing, placed)):
        chosen |= {branch.theme.pk, branch.theme.parent_id}
    return [
        branch
        for branch in branches.values()
        if branch.theme.label or branch.merged or branch.theme.kept_from_id or branch.theme.pk in chosen
    ]


def _kept_themes(run: Run, branches: list[Branch]) -> dict[int, Theme]:
    number = run.themes.order_by("-number").values_list("number", flat=True).first() or 0
    made: dict[int, Theme] = {}
    for rank, branch in enumerate(branches, 1):
        old = branch.theme
        made[old.pk] = Theme.objects.create(
            run=run, number=number + rank, machine_label=old.machine_label, label=old.label, named_by=old.named_by,
            named_at=old.named_at, terms=old.terms, made_by=old.made_by, kept_from=old, quotes=old.quotes,
        )  # fmt: skip
    for branch in branches:
        if branch.theme.parent_id in made:
            Theme.objects.filter(pk=made[branch.theme.pk].pk).update(parent=made[branch.theme.parent_id])
    return made


def _lay(run: Run, old: dict[int, Theme]) -> set[int]:
    """Put rows in the kept themes; returns the machine's themes left without any row."""
    said = _places_before(run.previous, old)
    ideas = list(_ideas(run))
    shares: dict[int, Counter[int | None]] = defaultdict(Counter)
    for _, contribution, start, end, theme, _ in ideas:
        if theme is not None:
            found = said.get((contribution, start, end))
            shares[theme][found.pk if found else None] += 1
    by_pk = {theme.pk: theme for theme in old.values()}
    joins = {}
    for theme, counts in shares.items():
        best, count = max(
            ((pk, n) for pk, n in counts.items() if pk is not None), key=lambda one: one[1], default=(0, 0)
        )
        if count >= MOST_OF * sum(counts.values()) and best:
            joins[theme] = by_pk[best]
    idea_moves, main_moves, seen = defaultdict(list), defaultdict(list), {}
    for pk, contribution, start, end, theme, _ in ideas:
        to = said.get((contribution, start, end)) or joins.get(theme)
        if to:
            idea_moves[to.pk].append(pk)
            seen.setdefault(contribution, to.pk)
    for pk, contribution, theme in _mains(run):
        if theme in joins:
            main_moves[joins[theme].pk].append(pk)
        elif contribution in seen and (theme is None or contribution in said):
            main_moves[seen[contribution]].append(pk)
    _update(Assignment, idea_moves)
    _update(Placement, main_moves)
    return set(joins)


def _places_before(previous: Run, old: dict[int, Theme]) -> dict:
    """(contribution, start, end) → the kept theme of that idea; a contribution alone when a person moved it whole."""
    rows = Assignment.objects.filter(placement__run=previous, theme__in=list(old))
    names = ("placement__contribution", "start", "end", "theme", "placement__moved_by")
    said: dict = {}
    for contribution, start, end, theme, mover in rows.values_list(*names).iterator(chunk_size=5000):
        said[contribution, start, end] = old[theme]
        if mover:
            said[contribution] = old[theme]
    return said


def _ideas(run: Run):
    rows = Assignment.objects.filter(placement__run=run).exclude(status=Status.SET_ASIDE).order_by("pk")
    names = ("pk", "placement__contribution", "start", "end", "theme", "status")
    return rows.values_list(*names).iterator(chunk_size=5000)


def _mains(run: Run):
    rows = Placement.objects.filter(run=run).exclude(status=Status.SET_ASIDE).order_by("pk")
    return rows.values_list("pk", "contribution", "theme").iterator(chunk_size=5000)


def _update(model, moves):
    for theme, pks in moves.items():
        for start in range(0, len(pks), CHUNK):
            rows = model.objects.filter(pk__in=pks[start : start + CHUNK])
            rows.filter(status=Status.SIGNAL).update(status=Status.THEME)
            rows.update(theme=theme)


def _keep_readings(run: Run) -> None:
    """A signal that a person has read stays read."""
    read = Signal.objects.filter(placement__run=run.previous, read_at__isnull=False)
    for contribution, by, at in read.values_list("placement__contribution", "read_by", "read_at"):
        Signal.objects.filter(placement__run=run, placement__contribution=contribution).update(read_by=by, read_at=at)
