from django_tasks import task

from concertia.commons.actions import open_data


@task()
def make_open_data_release():
    open_data.make_release()
