from django.db import Error, connection
from django.utils import timezone

from concertia.core.schedule import late_jobs


def health() -> dict:
    """Whether the database answers and which scheduled jobs are late: what /sante/ says."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        late = [job.name for job in late_jobs(timezone.now())]
    except Error:
        return {"etat": "panne", "base": "ne répond pas", "taches_en_retard": []}
    return {"etat": "degrade" if late else "ok", "base": "ok", "taches_en_retard": late}
