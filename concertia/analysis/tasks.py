from django_tasks import task

from concertia.analysis.actions import runs
from concertia.analysis.models import Run
from concertia.core import jobs


@task()
def carry_out_run(job_id):
    runs.carry_out(Run.objects.select_related("job", "corpus__consultation", "previous").get(job_id=job_id))


jobs.register_kind(runs.KIND, carry_out_run.enqueue)
