"""What people do to a map of themes: rename, merge, split, move, create, place under another; and undo, last first.

Each act writes beside itself what it changed (`ThemeChange.before`): undoing writes that back. A merge moves no row:
the theme points to what it became.
"""

from __future__ import annotations

from collections import defaultdict

from django.db import transaction
from django.utils import timezone

from concertia.analysis import rules
from concertia.analysis.actions.counting import recount_ledger, recount_themes
from concertia.analysis.enums import Change, Status
from concertia.analysis.models import Assignment, Placement, Run, Theme, ThemeChange
from concertia.analysis.queries import tree_of
from concertia.core.errors import NotAllowed, Refused

LONGEST_NAME = 200
CHUNK = 500
STALE = "Ce thème a changé depuis que la page est ouverte : rechargez-la."


def _locked(run: Run, by) -> Run:
    if not rules.can_analyse(by, run.corpus.consultation):
        raise NotAllowed("analysis.themes")
    return Run.objects.select_for_update().select_related("corpus__consultation").get(pk=run.pk)


def _named(run: Run, label: str, *, apart_from=None) -> str:
    label = " ".join(label.split())[:LONGEST_NAME]
    if not label:
        raise Refused("Nom du thème : écrivez quelques mots.")
    same = [one.theme for one in tree_of(run).by_pk.values() if one.theme.name.casefold() == label.casefold()]
    if any(one.pk != apart_from for one in same):
        raise Refused(f"Un autre thème s’appelle déjà « {label} » : fusionnez-les, ou choisissez un autre nom.")
    return label


def _standing(run: Run, theme: Theme) -> Theme:
    branch = tree_of(run).standing(theme.pk)
    if branch is None or branch.theme.pk != theme.pk:
        raise Refused(STALE)
    return branch.theme


def _log(run, kind, theme, told, *, by, before) -> ThemeChange:
    return ThemeChange.objects.create(run=run, kind=kind, theme=theme, told=told[:500], by=by, before=before)


@transaction.atomic
def rename_theme(theme: Theme, *, by, label) -> ThemeChange:
    """Give a theme a person's name; what the machine proposed stays beside it."""
    run = _locked(theme.run, by)
    theme = _standing(run, theme)
    label = _named(run, label, apart_from=theme.pk)
    named_at = theme.named_at.isoformat() if theme.named_at else None
    before = {str(theme.pk): {"label": theme.label, "named_by_id": theme.named_by_id, "named_at": named_at}}
    told = f"« {theme.name} » renommé « {label} »"
    Theme.objects.filter(pk=theme.pk).update(label=label, named_by=by, named_at=timezone.now())
    return _log(run, Change.RENAME, theme, told, by=by, before={"themes": before})


@transaction.atomic
def merge_themes(theme: Theme, *, into: Theme, by) -> ThemeChange:
    """`theme` becomes part of `into`: it points to it, and its rows stay its own."""
    run = _locked(theme.run, by)
    theme, into = _standing(run, theme), _standing(run, into)
    if theme.pk == into.pk:
        raise Refused("Un thème ne se fusionne pas avec lui-même : choisissez-en un autre.")
    if into.pk in tree_of(run).standing(theme.pk).everything():
        raise Refused(f"« {into.name} » est rangé sous « {theme.name} » : fusionnez dans l’autre sens.")
    Theme.objects.filter(pk=theme.pk).update(merged_into=into)
    recount_themes(run, [into.pk, *([theme.parent_id] if theme.parent_id else [])])
    told = f"« {theme.name} » fusionné dans « {into.name} »"
    before = {"themes": {str(theme.pk): {"merged_into_id": None}}}
    return _log(run, Change.MERGE, theme, told, by=by, before=before)


@transaction.atomic
def place_theme(theme: Theme, *, under: Theme | None, by) -> ThemeChange:
    """Put a theme under another, or at the top."""
    run = _locked(theme.run, by)
    theme = _standing(run, theme)
    if under is not None:
        under = _standing(run, under)
        if under.pk in tree_of(run).standing(theme.pk).everything():
            raise Refused(f"« {under.name} » est rangé sous « {theme.name} », ou c’est lui : choisissez-en un autre.")
    before = {"themes": {str(theme.pk): {"parent_id": theme.parent_id}}}
    old = theme.parent_id
    Theme.objects.filter(pk=theme.pk).update(parent=under)
    recount_themes(run, [theme.pk, *([old] if old else [])])
    told = f"« {theme.name} » rangé sous « {under.name} »" if under else f"« {theme.name} » remonté au premier rang"
    return _log(run, Change.PLACE, theme, told, by=by, before=before)


@transaction.atomic
def create_theme(run: Run, *, by, label) -> ThemeChange:
    """A theme that a person adds, empty."""
    run = _locked(run, by)
    theme = _made(run, _named(run, label), by=by)
    return _log(run, Change.CREATE, theme, f"« {theme.name} » créé", by=by, before={"made": [theme.pk]})


@transaction.atomic
def split_theme(theme: Theme, *, by, label, contributions) -> ThemeChange:
    """Take these contributions out of a theme, into a new one that remembers where it comes from."""
    run = _locked(theme.run, by)
    theme = _standing(run, theme)
    label = _named(run, label)
    inside = tree_of(run).standing(theme.pk).everything()
    new = _made(run, label, by=by, split_from=theme, parent_id=theme.parent_id)
    before, count = _moved(run, contributions, new, by=by, out_of=inside)
    if not count:
        raise Refused("Choisissez au moins un message de ce thème à mettre dans le nouveau.")
    recount_themes(run, [theme.pk, new.pk])
    told = f"« {new.name} » séparé de « {theme.name} » ({count} message{'s' if count > 1 else ''})"
    return _log(run, Change.SPLIT, new, told, by=by, before={**before, "made": [new.pk]})


@transaction.atomic
def move_contributions(run: Run, *, by, contributions, to: Theme, out_of: Theme | None = None) -> ThemeChange:
    """Put contributions in a theme, from one theme or from wherever they are; a signal put there is no longer one."""
    run = _locked(run, by)
    to = _standing(run, to)
    inside = tree_of(run).standing(_standing(run, out_of).pk).everything() if out_of else None
    before, count = _moved(run, contributions, to, by=by, out_of=inside)
    if not count:
        raise Refused("Choisissez au moins un message à déplacer.")
    recount_themes(run, {to.pk, *before["touched"]})
    recount_ledger(run)
    told = f"{count} message{'s' if count > 1 else ''} mis dans « {to.name} »"
    return _log(run, Change.MOVE, to, told, by=by, before=before)


def _made(run, label, *, by, **fields) -> Theme:
    number = (run.themes.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    return Theme.objects.create(
        run=run, number=number, label=label, named_by=by, named_at=timezone.now(), made_by=by, **fields
    )


def _moved(run, contributions, to, *, by, out_of):
    """Write the new theme on the rows; returns what they held, and how many contributions changed place."""
    wanted = sorted({int(pk) for pk in contributions})
    mains, ideas = defaultdict(list), defaultdict(list)
    for start in range(0, len(wanted), CHUNK):
        placements = Placement.objects.filter(run=run, contribution__in=wanted[start : start + CHUNK])
        placements = placements.exclude(status=Status.SET_ASIDE)
        if out_of is not None:
            placements = placements.filter(theme__in=out_of)
        own = list(placements.values_list("pk", "theme", "status", "moved_by"))
        theirs = Assignment.objects.filter(placement__in=[row[0] for row in own])
        if out_of is not None:
            theirs = theirs.filter(theme__in=out_of)
        for pk, *held in own:
            mains[tuple(held)].append(pk)
        for pk, *held in theirs.values_list("pk", "theme", "status"):
            ideas[tuple(held)].append(pk)
    for (_, status, _), pks in mains.items():
        _write(Placement, pks, {"theme": to, "moved_by": by, "status": _once_placed(status)})
    for (_, status), pks in ideas.items():
        _write(Assignment, pks, {"theme": to, "status": _once_placed(status)})
    before = {
        "placements": [[*held, pks] for held, pks in mains.items()],
        "assignments": [[*held, pks] for held, pks in ideas.items()],
        "touched": sorted({held[0] for held in (*mains, *ideas) if held[0]}),
    }
    return before, sum(len(pks) for pks in mains.values())


def _once_placed(status):
    return Status.THEME if status == Status.SIGNAL else status


def _write(model, pks, values):
    for start in range(0, len(pks), CHUNK):
        model.objects.filter(pk__in=pks[start : start + CHUNK]).update(**values)


@transaction.atomic
def undo_last_change(run: Run, *, by) -> ThemeChange:
    """Write back what the last act changed; what came before it is then the last."""
    run = _locked(run, by)
    change = run.changes.filter(undone_at=None).first()
    if change is None:
        raise Refused("Il n’y a plus rien à annuler.")
    before, touched = change.before, set(change.before.get("touched", ()))
    for theme, status, mover, pks in before.get("placements", ()):
        _write(Placement, pks, {"theme_id": theme, "status": status, "moved_by_id": mover})
    for theme, status, pks in before.get("assignments", ()):
        _write(Assignment, pks, {"theme_id": theme, "status": status})
    for pk, values in before.get("themes", {}).items():
        touched |= {int(pk), *_related(Theme.objects.get(pk=pk))}
        Theme.objects.filter(pk=pk).update(**values)
        touched |= set(_related(Theme.objects.get(pk=pk)))
    Theme.objects.filter(pk__in=before.get("made", ())).update(removed=True)
    ThemeChange.objects.filter(pk=change.pk).update(undone_at=timezone.now(), undone_by=by)
    recount_themes(run, {*touched, change.theme_id})
    recount_ledger(run)
    return change


def _related(theme):
    return [pk for pk in (theme.merged_into_id, theme.parent_id, theme.split_from_id) if pk]
