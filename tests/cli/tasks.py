"""A job for the tests of `concertia serve`: it leaves a trace that says it ran."""

from django.conf import settings
from django_tasks import task


@task()
def leave_a_trace():
    with (settings.ENVIRONMENT.home / "trace.txt").open("a") as trace:
        trace.write("fait\n")
