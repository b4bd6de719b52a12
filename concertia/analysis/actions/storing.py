"""A run's result as rows, all in one transaction: themes, places, ideas, signals, campaigns, sums."""

from __future__ import annotations

import dataclasses

from concertia.analysis.actions.counting import recount_themes
from concertia.analysis.enums import Status
from concertia.analysis.models import Assignment, Campaign, Placement, Run, Signal, Theme
from concertia.analysis.phrases import sentence
from concertia.collection.models import Contribution

BATCH = 5000


def store_run(run: Run, analysis) -> None:
    """Write an `Analysis` of the engine as the rows of `run`: what is proposed stands until a person acts."""
    themes = _themes(run, analysis)
    placements = _placements(run, analysis, themes)
    _assignments(analysis, themes, placements)
    _signals(analysis, themes, placements)
    _campaigns(run, analysis, placements)
    recount_themes(run, {theme.parent_id for theme in themes} - {None})  # a person is counted once in a family
    ledger = analysis.ledger
    run.record = _record(analysis)
    run.notes = [sentence(note) for note in analysis.notes]
    run.stability = analysis.stability
    run.read = ledger.read
    run.in_themes, run.duplicates, run.signals_count, run.set_aside = (
        ledger.count(status) for status in (Status.THEME, Status.DUPLICATE, Status.SIGNAL, Status.SET_ASIDE)
    )
    run.save()


def _themes(run, analysis) -> list[Theme]:
    """One row a theme, under one row a family when the engine made families."""
    several = {one.family for one in analysis.themes if one.family is not None}
    families = {}
    for rank, family in enumerate(sorted(several)):
        names = [one.name for one in analysis.themes if one.family == family and one.name][:2]
        families[family] = Theme(
            run=run, number=len(analysis.themes) + rank + 1, machine_label=" et ".join(names)[:200]
        )
    Theme.objects.bulk_create(families.values())
    rows = [
        Theme(
            run=run, number=one.number + 1, machine_label=one.name[:200], terms=list(one.terms),
            parent=families.get(one.family), persons=one.persons, messages=one.contributions,
            distinct_messages=one.contributions_without_copies, units=one.units,
            quotes=[[int(quote.contribution), quote.start, quote.end, str(quote.voice)] for quote in one.quotes],
        )
        for one in analysis.themes
    ]  # fmt: skip
    return Theme.objects.bulk_create(rows)


def _placements(run, analysis, themes) -> dict[str, Placement]:
    authors = dict(
        Contribution.objects.filter(pk__in=run.corpus.members.values("contribution")).values_list("pk", "author")
    )
    rows = {}
    for one in analysis.contributions:
        pk = int(one.id)
        theme = None if one.theme is None or one.status == Status.SIGNAL else themes[one.theme]
        rows[one.id] = Placement(
            run=run, contribution_id=pk, person=authors[pk] or f"#{pk}", status=str(one.status),
            reason=one.reason or "", machine_theme=theme, theme=theme, score=one.score, place=one.place,
        )  # fmt: skip
    Placement.objects.bulk_create(rows.values(), batch_size=BATCH)
    copies = [(one.id, one.duplicate_of) for one in analysis.contributions if one.duplicate_of is not None]
    for own, model in copies:
        rows[own].duplicate_of = rows[model]
    Placement.objects.bulk_update([rows[own] for own, _ in copies], ["duplicate_of"], batch_size=500)
    return rows


def _assignments(analysis, themes, placements) -> None:
    def rows():
        for unit in analysis.units:
            theme = None if unit.theme is None or unit.status == Status.SIGNAL else themes[unit.theme]
            yield Assignment(
                placement=placements[unit.contribution], unit=unit.unit, start=unit.start, end=unit.end,
                status=str(unit.status), machine_theme=theme, theme=theme, score=unit.score,
            )  # fmt: skip

    Assignment.objects.bulk_create(rows(), batch_size=BATCH)


def _signals(analysis, themes, placements) -> None:
    Signal.objects.bulk_create(
        Signal(
            placement=placements[one.contribution], rank=rank, score=one.score, rare_words=list(one.rare_words),
            nearest=None if one.nearest_theme is None else themes[one.nearest_theme], profile=one.profile or "",
            start=one.quote.start, end=one.quote.end,
        )
        for rank, one in enumerate(analysis.signals, 1)
    )  # fmt: skip


def _campaigns(run, analysis, placements) -> None:
    texts = _models_of(analysis)
    for rank, one in enumerate(analysis.campaigns, 1):
        campaign = one.campaign
        text = texts[int(one.members[0])]
        row = Campaign.objects.create(
            run=run, rank=rank, messages=len(one.members), persons=campaign.persons, levels=campaign.levels,
            burst=campaign.burst,
            template=[[part.span.of(text), list(part.others) if part.varies else None] for part in campaign.template],
        )  # fmt: skip
        members = [placements[name].pk for name in one.members]
        for start in range(0, len(members), 500):
            Placement.objects.filter(pk__in=members[start : start + 500]).update(campaign=row)


def _models_of(analysis) -> dict[int, str]:
    first = [int(one.members[0]) for one in analysis.campaigns]
    return {row.pk: row.text for row in Contribution.objects.filter(pk__in=first)}


def _record(analysis) -> dict:
    record = dataclasses.asdict(analysis.record)
    record["versions"] = dict(analysis.record.versions)
    return {
        **record,
        "resolution": analysis.resolution,
        "flood": [int(name) for name in analysis.flood],
        "units_read": analysis.unit_ledger.read,
        "trials": [dataclasses.asdict(trial) for trial in analysis.trials],
    }
