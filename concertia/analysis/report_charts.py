"""The charts of a run: themes, channels, days, profiles crossed with themes, codes crossed with codes."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from itertools import combinations_with_replacement

from django.utils import formats, timezone

from concertia.analysis.coding_queries import codings_shown
from concertia.analysis.models import Code
from concertia.core.dates import in_words
from concertia.engine.privacy.small_cells import LEAST, suppress_small_cells
from concertia.engine.reports.report import Bar, Bars, Chart, Crossing
from concertia.engine.reports.words import counted, thousands

MOST_THEMES, MOST_PROFILES, MOST_CODES, MOST_CHANNELS = 30, 7, 8, 20
MOST_DAYS, MOST_WEEKS = 31, 40
NO_PROFILE, OTHER_PROFILES = "non renseigné", "autres profils"


def charts_of(scope) -> tuple[Chart, ...]:
    """The charts there is something to show in."""
    found = [_themes(scope), _channels(scope), _days(scope)]
    if scope.branch is None:
        found += [_profiles(scope), *_codes(scope)]
    return tuple(chart for chart in found if chart)


def _counted(groups) -> dict:
    """Persons and messages of each group."""
    return {key: (len({place.person for place in places}), len(places)) for key, places in groups.items()}


def _themes(scope) -> Bars | None:
    branches = scope.roots if scope.branch is None else scope.branch.children
    bars = tuple(Bar(one.theme.name, one.theme.persons, one.theme.messages) for one in branches)
    title = "Personnes et messages par thème" if scope.branch is None else "Les thèmes sous celui-ci"
    return Bars("themes", title, "Thème", bars) if bars else None


def _channels(scope) -> Bars | None:
    groups = defaultdict(list)
    for place in scope.places:
        groups[place.came_by].append(place)
    rows = sorted(_counted(groups).items(), key=lambda row: (-row[1][0], row[0]))
    bars = tuple(Bar(name, *counts) for name, counts in rows[:MOST_CHANNELS])
    left = len(rows) - len(bars)
    one, many = "canal de plus, plus petit, n’est pas montré.", "canaux de plus, plus petits, ne sont pas montrés."
    note = counted(left, one, many) if left > 0 else ""
    return Bars("channels", "Personnes et messages par canal", "Canal", bars, note) if bars else None


def _days(scope) -> Bars | None:
    dated = [(timezone.localtime(place.said_at).date(), place) for place in scope.places if place.said_at]
    if not dated:
        return None
    step = _step({when for when, _ in dated})
    groups = defaultdict(list)
    for when, place in dated:
        groups[_start(when, step)].append(place)
    bars = tuple(Bar(_period(start, step), *counts) for start, counts in sorted(_counted(groups).items()))
    left = len(scope.places) - len(dated)
    note = f"Sans date : {counted(left, 'message, qui n’y est', 'messages, qui n’y sont')} pas." if left else ""
    title = {"day": "jour", "week": "semaine", "month": "mois"}[step]
    return Bars("days", f"Personnes et messages par {title}", title.capitalize(), bars, note)


def _step(days: set[dt.date]) -> str:
    if len(days) <= MOST_DAYS:
        return "day"
    return "week" if len({_start(day, "week") for day in days}) <= MOST_WEEKS else "month"


def _start(day: dt.date, step: str) -> dt.date:
    if step == "day":
        return day
    return day - dt.timedelta(days=day.weekday()) if step == "week" else day.replace(day=1)


def _period(start: dt.date, step: str) -> str:
    if step == "month":
        return formats.date_format(start, "F Y")
    return ("semaine du " if step == "week" else "") + in_words(start)


def _profiles(scope) -> Crossing | None:
    """Themes crossed with profiles; a profile of few persons is with the others, small cells are not said."""
    persons = defaultdict(set)
    for place in scope.places:
        persons[place.profile or NO_PROFILE].add(place.person)
    if set(persons) <= {NO_PROFILE}:
        return None
    ranked = sorted(persons, key=lambda name: (name == NO_PROFILE, -len(persons[name]), name))
    kept = [name for name in ranked if len(persons[name]) >= LEAST or name == NO_PROFILE][:MOST_PROFILES]
    columns = kept + ([OTHER_PROFILES] if len(kept) < len(ranked) else [])
    of = {name: columns.index(name) if name in kept else len(columns) - 1 for name in persons}
    branches = scope.roots[:MOST_THEMES]
    row_of = {pk: rank for rank, branch in enumerate(branches) for pk in branch.everything()}
    cells = [[set() for _ in columns] for _ in branches]
    for place in scope.places:
        if place.theme in row_of:
            cells[row_of[place.theme]][of[place.profile or NO_PROFILE]].add(place.person)
    if not branches:
        return None
    shown = suppress_small_cells([[len(cell) for cell in row] for row in cells])
    rows = tuple((branch.theme.name, row) for branch, row in zip(branches, shown.cells, strict=True))
    note = (
        f"« non dit » : {thousands(shown.withheld)} cases de moins de {LEAST} personnes, ou qui les feraient retrouver."
        if shown.withheld
        else ""
    )
    return Crossing("profiles", "Thèmes croisés avec les profils", "Thème", tuple(columns), rows, note=note)


def _codes(scope) -> list[Crossing]:
    """For each grid, how many contributions bear two codes together; on the diagonal, how many bear each."""
    members = scope.run.corpus.members.values("contribution")
    grids = defaultdict(lambda: defaultdict(set))
    for grid in scope.run.corpus.consultation.codebooks.order_by("pk"):
        rows = codings_shown(grid).filter(contribution__in=members, codes__isnull=False)
        for contribution, code in rows.values_list("contribution", "codes"):
            grids[grid.pk][contribution].add(code)
    labels = {code.pk: code for code in Code.objects.filter(codebook__in=grids).select_related("codebook")}
    return [_crossed(grid, coded.values(), labels) for grid, coded in sorted(grids.items())]


def _crossed(grid, coded, labels) -> Crossing:
    pairs = Counter(pair for codes in coded for pair in combinations_with_replacement(sorted(codes), 2))
    singles = Counter({one: count for (one, other), count in pairs.items() if one == other})
    kept = sorted(singles, key=lambda code: (-singles[code], code))[:MOST_CODES]
    rows = tuple((labels[one].label, tuple(pairs[min(one, other), max(one, other)] for other in kept)) for one in kept)
    name = labels[kept[0]].codebook.name
    left = len(singles) - len(kept)
    one, many = "code moins employé n’est pas montré.", "codes moins employés ne sont pas montrés."
    note = counted(left, one, many) if left > 0 else ""
    columns = tuple(labels[one].label for one in kept)
    return Crossing(
        f"codes-{grid}", f"Codes croisés de la grille « {name} »", "Code", columns, rows, "contributions", note
    )
