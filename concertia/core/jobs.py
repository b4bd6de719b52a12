"""Long work that shows how far it is, can be cancelled, and starts again when the machine that did it died.

A kind of job registers what sends it again. While it works it beats; a job that runs without a beat for a while was
killed: the schedule sends it again, and its result is the same since work is deterministic and written once, whole.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

from django.db import transaction
from django.utils import timezone

from concertia.core.enums import JobState
from concertia.core.models import JobProgress

SILENT_FOR = dt.timedelta(minutes=10)  # the longest step between two beats, with a wide margin
LIVE = (JobState.WAITING, JobState.RUNNING)

_senders: dict[str, Callable[[int], object]] = {}


class Cancelled(Exception):
    """A person stopped the job: what was begun is left, nothing is written."""


def register_kind(kind: str, send: Callable[[int], object]) -> None:
    """`send` puts the job (its id) in the queue again."""
    _senders[kind] = send


def send(job: JobProgress) -> None:
    """Put the job in the queue once what asked for it is written."""
    transaction.on_commit(partial(_senders[job.kind], job.pk))


def begin(job: JobProgress) -> bool:
    """Mark the job as running; False when it was cancelled or is over."""
    now = timezone.now()
    return bool(
        JobProgress.objects.filter(pk=job.pk, state__in=LIVE).update(state=JobState.RUNNING, beat_at=now, message="")
    )


def beat(job: JobProgress, *, done: int, message: str) -> None:
    """Say how far; raises Cancelled when a person stopped the job."""
    found = JobProgress.objects.filter(pk=job.pk, state=JobState.RUNNING)
    if not found.update(done=done, message=message[:500], beat_at=timezone.now()):
        raise Cancelled


def end(job: JobProgress, *, state: str, message: str = "") -> bool:
    """Close the job once; False when something else closed it before."""
    values = {"state": state, "message": message[:500], "finished_at": timezone.now()}
    return bool(JobProgress.objects.filter(pk=job.pk, state__in=LIVE).update(**values))


def cancel(job: JobProgress) -> bool:
    return end(job, state=JobState.CANCELLED, message="Arrêté par une personne.")


def send_silent_jobs_again() -> int:
    """Jobs whose worker died: in the queue again. Called by the schedule."""
    limit = timezone.now() - SILENT_FOR
    rows = JobProgress.objects.filter(kind__in=_senders, state__in=LIVE, beat_at__lt=limit)
    for job in rows:
        JobProgress.objects.filter(pk=job.pk).update(beat_at=timezone.now())
        _senders[job.kind](job.pk)
    return len(rows)
