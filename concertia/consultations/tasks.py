from django_tasks import task

from concertia.consultations.actions import imports
from concertia.core.models import JobProgress


@task()
def read_canvas_batch(job_id):
    imports.read_batch(JobProgress.objects.get(pk=job_id))
