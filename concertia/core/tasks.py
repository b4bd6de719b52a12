from django_tasks import task

from concertia.core import mail


@task()
def send_mail(message_id):
    mail.send(message_id)
