from django_tasks import task

from concertia.analysis.actions import readings, runs
from concertia.analysis.models import GridReading, Run
from concertia.core import jobs


@task()
def carry_out_run(job_id):
    runs.carry_out(Run.objects.select_related("job", "corpus__consultation", "previous").get(job_id=job_id))


@task()
def carry_out_reading(job_id):
    readings.carry_out_reading(GridReading.objects.select_related("job", "corpus").get(job_id=job_id))


jobs.register_kind(readings.KIND, carry_out_reading.enqueue)
jobs.register_kind(runs.KIND, carry_out_run.enqueue)
