import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.utils import timezone

from concertia.core import queries, schedule
from concertia.core.models import ScheduledJob

PARIS = ZoneInfo("Europe/Paris")
NOON = dt.datetime(2026, 3, 10, 12, 0, tzinfo=PARIS)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def registry(monkeypatch):
    """An empty registry; what a test registers goes with it."""
    monkeypatch.setattr(schedule, "REGISTRY", {})


class Calls(list):
    def __call__(self):
        self.append("fait")


def fail():
    raise ValueError("disque plein")


def due():
    return {row.name: row.due_at for row in ScheduledJob.objects.all()}


@pytest.mark.django_db
def test_run_due_runs_what_is_due_once_and_sets_the_next_hour():
    calls = Calls()
    schedule.register_job("compter", every=HOUR, function=calls)
    schedule.synchronise_rows(NOON)
    assert schedule.run_due(NOON) == ["compter"]
    assert schedule.run_due(NOON + HOUR / 2) == []
    assert calls == ["fait"]
    assert due() == {"compter": NOON + HOUR}


@pytest.mark.django_db
def test_run_due_after_a_long_stop_runs_once_not_once_per_missed_period():
    calls = Calls()
    schedule.register_job("compter", every=HOUR, function=calls)
    schedule.synchronise_rows(NOON)
    schedule.run_due(NOON + 3 * DAY)
    assert schedule.run_due(NOON + 3 * DAY) == []
    assert calls == ["fait"]


@pytest.mark.django_db
def test_a_job_killed_half_way_is_still_due():
    """Whoever kills the process between the start and the end leaves the row due."""

    def killed():
        raise SystemExit

    schedule.register_job("lourd", every=DAY, function=killed)
    schedule.synchronise_rows(NOON)
    with pytest.raises(SystemExit):
        schedule.run_due(NOON)
    row = ScheduledJob.objects.get()
    assert (row.due_at, row.started_at, row.finished_at) == (NOON, NOON, None)
    calls = Calls()
    schedule.register_job("lourd", every=DAY, function=calls)
    assert schedule.run_due(NOON + HOUR) == ["lourd"]


@pytest.mark.django_db
def test_a_failed_job_is_shown_tried_again_and_does_not_stop_the_next(caplog):
    calls = Calls()
    schedule.register_job("échoue", every=DAY, function=fail)
    schedule.register_job("suivant", every=DAY, function=calls)
    schedule.synchronise_rows(NOON)
    assert schedule.run_due(NOON) == ["échoue", "suivant"]
    assert calls == ["fait"]
    assert due()["échoue"] == NOON + schedule.RETRY
    assert schedule.late_jobs(NOON) == [
        schedule.LateJob("échoue", NOON + schedule.RETRY, "A échoué : ValueError : disque plein")
    ]
    schedule.register_job("échoue", every=DAY, function=calls)
    schedule.run_due(NOON + schedule.RETRY)
    assert schedule.late_jobs(NOON + schedule.RETRY) == []
    assert "La tâche programmée « échoue » a échoué" in caplog.text


@pytest.mark.django_db
@pytest.mark.parametrize(("every", "grace"), [(HOUR, dt.timedelta(minutes=10)), (DAY, 2 * HOUR)])
def test_a_job_is_late_once_its_grace_has_passed(every, grace):
    schedule.register_job("oublié", every=every, function=Calls())
    schedule.synchronise_rows(NOON)
    second = dt.timedelta(seconds=1)
    assert schedule.late_jobs(NOON + grace) == []
    assert [job.name for job in schedule.late_jobs(NOON + grace + second)] == ["oublié"]


@pytest.mark.django_db
def test_health_says_which_jobs_are_late():
    ScheduledJob.objects.create(name="Sauvegarder", every=DAY, due_at=timezone.now() - DAY)
    assert queries.health() == {"etat": "degrade", "base": "ok", "taches_en_retard": ["Sauvegarder"]}
    ScheduledJob.objects.update(due_at=timezone.now())
    assert queries.health() == {"etat": "ok", "base": "ok", "taches_en_retard": []}


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ((2026, 3, 10, 2, 59), (2026, 3, 10, 3, 0)),
        ((2026, 3, 10, 3, 0), (2026, 3, 11, 3, 0)),
        ((2026, 3, 28, 12, 0), (2026, 3, 29, 3, 0)),  # the night the clocks go forward
        ((2026, 10, 24, 12, 0), (2026, 10, 25, 3, 0)),  # and the night they go back
        ((2026, 12, 31, 12, 0), (2027, 1, 1, 3, 0)),
    ],
)
def test_next_due_is_the_same_hour_of_the_clock_all_year(after, expected):
    job = schedule.Job("nuit", DAY, "", dt.time(3))
    assert job.next_due(dt.datetime(*after, tzinfo=PARIS)) == dt.datetime(*expected, tzinfo=PARIS)


@pytest.mark.django_db
def test_synchronise_rows_follows_the_registry():
    ScheduledJob.objects.create(name="disparue", every=DAY, due_at=NOON)
    schedule.register_job("nuit", every=DAY, function=Calls(), at=dt.time(3))
    schedule.synchronise_rows(NOON)
    tomorrow = dt.datetime(2026, 3, 11, 3, tzinfo=PARIS)
    assert due() == {"nuit": tomorrow}
    schedule.synchronise_rows(NOON + HOUR)
    assert due() == {"nuit": tomorrow}
    schedule.register_job("nuit", every=HOUR, function=Calls())
    schedule.synchronise_rows(NOON)
    assert due() == {"nuit": NOON + HOUR}


@pytest.mark.django_db(transaction=True)  # SQLite folds its journal back outside a transaction only
def test_housekeeping_forgets_attempts_of_yesterday_and_ended_sessions():
    now = timezone.now()
    for hours in (1, 30):
        AccessAttempt.objects.create(username=f"{hours}", failures_since_start=1)
        AccessAttempt.objects.filter(username=f"{hours}").update(attempt_time=now - hours * HOUR)
    Session.objects.create(session_key="finie", expire_date=now - HOUR)
    Session.objects.create(session_key="vive", expire_date=now + HOUR)
    schedule.register_housekeeping()
    schedule.synchronise_rows(now - 2 * DAY)
    assert len(schedule.run_due(now)) == len(schedule.REGISTRY) == 7
    assert [row.last_error for row in ScheduledJob.objects.exclude(last_error="")] == []
    assert [attempt.username for attempt in AccessAttempt.objects.all()] == ["1"]
    assert [session.session_key for session in Session.objects.all()] == ["vive"]
