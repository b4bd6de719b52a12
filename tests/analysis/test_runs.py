"""Corpora frozen, runs carried out, stored whole or not at all."""

import pytest

from concertia.analysis.actions import runs
from concertia.analysis.actions.runs import ask_run, cancel_run, carry_out, freeze_corpus
from concertia.analysis.enums import Status
from concertia.analysis.models import Assignment, Placement, Run
from concertia.analysis.queries import tree_of
from concertia.core import jobs
from concertia.core.enums import JobState
from concertia.core.errors import NotAllowed, Refused
from concertia.core.models import JobProgress
from concertia.territories.enums import Role
from tests import factories
from tests.voices import composed


def stored(run):
    """Everything a run left, apart from dates and durations."""
    themes = list(run.themes.order_by("number").values_list("number", "machine_label", "persons", "messages", "units"))
    places = list(
        run.placements.order_by("contribution").values_list("contribution", "status", "theme__number", "place")
    )
    ideas = list(
        Assignment.objects.filter(placement__run=run)
        .order_by("placement__contribution", "unit")
        .values_list("placement__contribution", "start", "end", "status", "theme__number")
    )
    return themes, places, ideas, run.record


def test_everything_read_has_one_place_and_the_sums_hold(db):
    _, _, run = factories.an_analysed_consultation(80)
    assert run.job.state == JobState.DONE
    assert run.read == 80 == run.in_themes + run.duplicates + run.signals_count + run.set_aside
    assert run.placements.count() == 80
    by_status = {status: run.placements.filter(status=status).count() for status in Status.values}
    assert by_status == {
        Status.THEME: run.in_themes,
        Status.DUPLICATE: run.duplicates,
        Status.SIGNAL: run.signals_count,
        Status.SET_ASIDE: run.set_aside,
    }
    assert run.campaigns.filter(placements__contribution__author="p-lettre-0").distinct().get().persons == 3


def test_a_corpus_does_not_change_and_the_same_list_is_the_same_corpus(db):
    draft, analyst, run = factories.an_analysed_consultation(40)
    assert freeze_corpus(draft, by=analyst) == run.corpus
    factories.contributions(draft, [("p", "", "Un avis de plus sur le bus du soir.")])
    second = freeze_corpus(draft, by=analyst)
    assert (second.number, second.count, run.corpus.count) == (2, 41, 40)


def test_the_same_corpus_gives_the_same_rows(db):
    _, analyst, first = factories.an_analysed_consultation(60)
    again = ask_run(first.corpus, by=analyst, with_encoder=False)
    carry_out(again)
    again.refresh_from_db()
    assert stored(again) == stored(first)


@pytest.mark.parametrize("killed_at", range(20))
def test_a_worker_killed_anywhere_ends_the_same(killed_at, db, monkeypatch):
    """The worker dies at one of its beats; the schedule sends the job again; what is stored is the same."""
    _, analyst, first = factories.an_analysed_consultation(40)
    run = ask_run(first.corpus, by=analyst, with_encoder=False)
    beats = [0]

    def dies(*_, **__):
        beats[0] += 1
        if beats[0] > killed_at:
            raise SystemExit("tué")

    monkeypatch.setattr(
        runs.time, "monotonic", lambda seconds=[0]: seconds.__setitem__(0, seconds[0] + 2) or seconds[0]
    )
    monkeypatch.setattr(jobs, "beat", dies)
    try:
        carry_out(run)
    except SystemExit:
        assert not Placement.objects.filter(run=run).exists()
    monkeypatch.undo()
    JobProgress.objects.filter(pk=run.job_id).update(beat_at="2020-01-01T00:00Z")
    sent = []
    monkeypatch.setitem(jobs._senders, runs.KIND, sent.append)
    jobs.send_silent_jobs_again()
    if sent:
        assert sent == [run.job_id]
        carry_out(Run.objects.get(pk=run.pk))
    assert stored(Run.objects.get(pk=run.pk)) == stored(first)


def test_a_run_that_was_stopped_writes_nothing(db):
    _, analyst, first = factories.an_analysed_consultation(40)
    run = ask_run(first.corpus, by=analyst, with_encoder=False)
    cancel_run(run, by=analyst)
    carry_out(run)
    assert JobProgress.objects.get(pk=run.job_id).state == JobState.CANCELLED
    assert not run.themes.exists()


def test_one_analysis_at_a_time(db):
    _, analyst, first = factories.an_analysed_consultation(40)
    ask_run(first.corpus, by=analyst)
    with pytest.raises(Refused, match="déjà en cours"):
        ask_run(first.corpus, by=analyst)


def test_nothing_to_analyse_is_said(db):
    territory = factories.a_territory()
    with pytest.raises(Refused, match="aucune contribution"):
        freeze_corpus(factories.a_draft(territory, factories.a_user(territory)), by=factories.an_analyst(territory))


@pytest.mark.parametrize("role", [Role.READER, Role.FACILITATOR, Role.SIGNATORY])
def test_who_may_not_analyse(role, db):
    territory = factories.a_territory()
    draft = factories.a_draft(territory, factories.a_user(territory))
    factories.contributions(draft, composed(5))
    with pytest.raises(NotAllowed):
        freeze_corpus(draft, by=factories.a_user(territory, role))


def test_counts_of_themes_are_those_of_their_rows(db):
    _, _, run = factories.an_analysed_consultation(80)
    tree = tree_of(run)
    for branch in {id(one): one for one in tree.by_pk.values()}.values():
        rows = Placement.objects.filter(theme__in=branch.everything())
        assert branch.theme.messages == rows.count()
        assert branch.theme.persons == len(set(rows.values_list("person", flat=True)))
    in_themes = sum(branch.theme.messages for branch in tree.roots)
    assert in_themes == run.placements.filter(status__in=(Status.THEME, Status.DUPLICATE)).exclude(theme=None).count()
