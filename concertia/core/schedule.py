"""Work that comes back: a registry says what, rows say when, `concertia serve` runs what is due.

A row is due until its run has ended: a job killed half-way is still due and starts again. A job that failed is tried
again a quarter of an hour later, and shown until it succeeds. Nothing is skipped silently.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from django.utils.module_loading import import_string

from concertia.core.models import ScheduledJob

logger = logging.getLogger(__name__)

RETRY = timedelta(minutes=15)
SHORTEST_GRACE = timedelta(minutes=10)
DAY = timedelta(days=1)
ATTEMPTS_KEPT = DAY  # sign-in attempts hold an address and an account: a day is enough to see an attack
FINISHED_TASKS_KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Job:
    name: str  # French, since it is what the page of late jobs shows
    every: timedelta
    function: str | Callable[[], object]
    at: time | None  # hour of the day, local time; without it, as soon as the period has passed

    def next_due(self, after: datetime) -> datetime:
        if self.at is None:
            return after + self.every
        local = timezone.localtime(after)
        due = timezone.make_aware(datetime.combine(local.date(), self.at))
        while due <= after:
            local += self.every
            due = timezone.make_aware(datetime.combine(local.date(), self.at))
        return due


@dataclass(frozen=True)
class LateJob:
    """One line of the page that shows late jobs."""

    name: str
    due_at: datetime
    reason: str


REGISTRY: dict[str, Job] = {}


def register_job(
    name: str,
    *,
    every: timedelta,
    function: str | Callable[[], object],
    at: time | None = None,
) -> None:
    """Declare a job; `function` is a callable without argument, or its dotted path. The same name replaces."""
    REGISTRY[name] = Job(name=name, every=every, function=function, at=at)


def synchronise_rows(now: datetime) -> None:
    """Give each registered job its row, and drop the rows of jobs that no longer exist."""
    ScheduledJob.objects.exclude(name__in=REGISTRY).delete()
    for job in REGISTRY.values():
        first = job.next_due(now) if job.at else now
        row, created = ScheduledJob.objects.get_or_create(name=job.name, defaults={"every": job.every, "due_at": first})
        if not created and row.every != job.every:
            row.every = job.every
            row.due_at = min(row.due_at, job.next_due(now))
            row.save(update_fields=["every", "due_at"])


def run_due(now: datetime) -> list[str]:
    """Run each job whose hour has come, oldest first; return their names."""
    due = ScheduledJob.objects.filter(due_at__lte=now, name__in=REGISTRY).order_by("due_at", "pk")
    return [_run(row, now) for row in due]


def _run(row: ScheduledJob, now: datetime) -> str:
    job = REGISTRY[row.name]
    row.started_at = now
    row.save(update_fields=["started_at"])
    try:
        function = import_string(job.function) if isinstance(job.function, str) else job.function
        function()
    except Exception as error:
        logger.exception("La tâche programmée « %s » a échoué", job.name)
        row.last_error = f"{type(error).__name__} : {error}"[:2000]
        row.due_at = now + min(job.every, RETRY)
    else:
        row.last_error = ""
        row.due_at = job.next_due(now)
    row.finished_at = timezone.now()
    row.save(update_fields=["last_error", "due_at", "finished_at"])
    return row.name


def late_jobs(now: datetime) -> list[LateJob]:
    """The jobs to show: failed the last time, or due for longer than their grace."""
    late = []
    for row in ScheduledJob.objects.order_by("due_at", "pk"):
        grace = max(SHORTEST_GRACE, row.every / 12)
        if row.last_error:
            reason = f"A échoué : {row.last_error.splitlines()[0][:200]}"
        elif row.due_at + grace < now:
            reason = "N’a pas été lancée à son heure. « concertia serve » tourne-t-il ?"
        else:
            continue
        late.append(LateJob(name=row.name, due_at=row.due_at, reason=reason))
    return late


# --- the jobs every installation has ------------------------------------------------------------------------------
def forget_sign_in_attempts() -> None:
    from axes.models import AccessAttempt, AccessFailureLog, AccessLog  # noqa: PLC0415 -- app ready

    limit = timezone.now() - ATTEMPTS_KEPT
    for model in (AccessAttempt, AccessFailureLog, AccessLog):
        model.objects.filter(attempt_time__lt=limit).delete()


def clear_sessions() -> None:
    """The sessions that ended, and what was known of their browser and address."""
    from allauth.usersessions.models import UserSession  # noqa: PLC0415 -- app ready

    call_command("clearsessions", verbosity=0)
    UserSession.objects.filter(created_at__lt=timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)).delete()


def forget_finished_tasks() -> None:
    from django_tasks_db.models import DBTaskResult  # noqa: PLC0415 -- app ready

    DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - FINISHED_TASKS_KEPT).delete()


def tidy_database() -> None:
    """Refresh the statistics of SQLite and fold its journal back; PostgreSQL does both by itself."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA optimize")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def register_housekeeping() -> None:
    hourly = timedelta(hours=1)
    register_job(
        "Envoyer les courriels qui attendent", every=timedelta(minutes=5), function="concertia.core.mail.send_due"
    )
    register_job("Écrire le résumé de la semaine", every=DAY, function="concertia.core.digest.send_digests", at=time(8))
    register_job(
        "Reprendre les travaux interrompus",
        every=timedelta(minutes=1),
        function="concertia.core.jobs.send_silent_jobs_again",
    )
    register_job("Effacer les tentatives de connexion d’hier", every=hourly, function=forget_sign_in_attempts)
    register_job("Effacer les sessions finies", every=DAY, function=clear_sessions, at=time(2))
    register_job("Effacer les travaux finis depuis un mois", every=DAY, function=forget_finished_tasks, at=time(2, 15))
    register_job("Entretenir la base", every=DAY, function=tidy_database, at=time(4))
