"""The two children of `concertia serve` that are not the web: `python -m concertia.cli.processes worker|schedule`."""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from datetime import timedelta

from concertia.cli.installation import set_up_django

logger = logging.getLogger(__name__)

ATTEMPTS = 3
GAVE_UP = (
    "Abandonné : le travail a été interrompu brutalement {attempts} fois (arrêt de la machine ou manque de mémoire). "
    "Corrigez la cause, puis relancez-le."
)
PAUSE = 15  # seconds between two looks at the schedule


def put_back_abandoned_jobs() -> int:
    """Give a killed worker's jobs another start; after three, say so rather than loop. Return how many start again.

    Right only because one worker serves an installation, which the lock of `concertia serve` ensures: whatever is
    marked as running when it starts was left by a dead one.
    """
    from django_tasks_db.models import DBTaskResult  # noqa: PLC0415 -- app ready

    put_back = 0
    for job in DBTaskResult.objects.running():
        if len(job.worker_ids) >= ATTEMPTS:
            job.set_failed(RuntimeError(GAVE_UP.format(attempts=len(job.worker_ids))))
            continue
        job.status, job.started_at = "READY", None
        job.save(update_fields=["status", "started_at"])
        put_back += 1
    return put_back


def worker() -> None:
    from django.core.management import call_command  # noqa: PLC0415 -- app ready

    os.nice(5)  # long work yields to the pages
    logging.getLogger("django_tasks_db").addFilter(lambda record: record.levelno >= logging.ERROR)  # not each start
    if count := put_back_abandoned_jobs():
        logger.warning("%s travail(aux) interrompu(s) reprennent depuis le début.", count)
    call_command("db_worker", queue_name="*", interval=0.5, startup_delay=False, reload=False)


def declare_jobs() -> None:
    """Everything that comes back here; the nightly backup only where its place and its key are known."""
    from django.conf import settings  # noqa: PLC0415 -- app ready

    from concertia.cli import backup  # noqa: PLC0415 -- app ready
    from concertia.core import schedule  # noqa: PLC0415 -- app ready

    schedule.register_housekeeping()
    if settings.ENVIRONMENT.backup.directory and backup.recipient_path(settings.ENVIRONMENT.home).exists():
        schedule.register_job("Sauvegarder", every=timedelta(days=1), function=backup.nightly, at=backup.NIGHTLY_HOUR)


def schedule_forever() -> None:
    from django.db import DatabaseError, close_old_connections  # noqa: PLC0415 -- app ready
    from django.utils import timezone  # noqa: PLC0415 -- app ready

    from concertia.core import schedule  # noqa: PLC0415 -- app ready

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    declare_jobs()
    synchronised = False
    while True:
        close_old_connections()
        try:
            if not synchronised:
                schedule.synchronise_rows(timezone.now())
                synchronised = True
            schedule.run_due(timezone.now())
        except DatabaseError:
            logger.exception("Le programme n’a pas pu lire la base ; nouvel essai dans %s secondes.", PAUSE)
        time.sleep(PAUSE)


def main(role: str) -> None:
    set_up_django()
    {"worker": worker, "schedule": schedule_forever}[role]()


if __name__ == "__main__":
    main(sys.argv[1])
