"""What the person who runs this installation must see on their first page: the jobs that are late."""

from django.utils import timezone

from concertia.core.panels import Panel
from concertia.core.panels import register as register_panel
from concertia.core.schedule import late_jobs


def late(subject, user):
    rows = late_jobs(timezone.now()) if user.is_superuser else []
    return {"rows": rows} if rows else None


def register():
    register_panel(Panel("mon-territoire", "late_jobs", 10, "core/panels/late_jobs.html", late))
