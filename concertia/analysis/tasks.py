from django_tasks import task

from concertia.analysis.actions import exports, readings, runs
from concertia.analysis.models import GridReading, Run
from concertia.core import jobs
from concertia.core.models import JobProgress


@task()
def carry_out_run(job_id):
    runs.carry_out(Run.objects.select_related("job", "corpus__consultation", "previous").get(job_id=job_id))


@task()
def carry_out_reading(job_id):
    readings.carry_out_reading(GridReading.objects.select_related("job", "corpus").get(job_id=job_id))


@task()
def carry_out_exports(job_id):
    exports.carry_out_exports(JobProgress.objects.get(pk=job_id))


jobs.register_kind(runs.KIND, carry_out_run.enqueue)
jobs.register_kind(readings.KIND, carry_out_reading.enqueue)
jobs.register_kind(exports.KIND, carry_out_exports.enqueue)
