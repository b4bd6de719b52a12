from django_tasks import task

from concertia.collection.actions import deposits
from concertia.collection.models import Deposit
from concertia.core import jobs


def _deposits_of(job_id):
    """One deposit, or none when a later job took its place."""
    return Deposit.objects.select_related("job__started_by", "consultation__territory").filter(job_id=job_id)


@task()
def read_deposit(job_id):
    for deposit in _deposits_of(job_id):
        deposits.carry_out_reading(deposit)


@task()
def keep_deposit(job_id):
    for deposit in _deposits_of(job_id):
        deposits.carry_out_keeping(deposit)


jobs.register_kind(deposits.READING, read_deposit.enqueue)
jobs.register_kind(deposits.KEEPING, keep_deposit.enqueue)
