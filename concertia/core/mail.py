"""Mail that is sent once and never silently lost: a row first, then the sending.

A message is claimed before it is sent. If the process dies between the two, the row stays « envoi en cours » and is
shown as failed by the schedule rather than sent twice: a person decides. Once sent its text is erased, because it may
hold a single-use link.
"""

import datetime as dt
from smtplib import SMTPException

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from concertia.core.enums import MailState
from concertia.core.models import OutboxMessage
from concertia.core.text import one_line

MOST_ATTEMPTS = 5
FIRST_WAIT = dt.timedelta(minutes=5)
GIVEN_UP = dt.timedelta(minutes=30)  # a message claimed for longer was cut while being sent


def post(key, *, to, subject, body, reply_to=""):
    """Write a message to the outbox; the same key again writes nothing. Call it in the transaction of the act."""
    message, created = OutboxMessage.objects.get_or_create(
        key=key,
        defaults={"to": to, "subject": one_line(subject)[:200], "body": body, "reply_to": reply_to},
    )
    if created:
        from concertia.core.tasks import send_mail  # noqa: PLC0415 -- app ready

        transaction.on_commit(lambda: send_mail.enqueue(message.pk))
    return message


def send(message_id):
    """Send one waiting message; several workers asked for the same one send it once."""
    claimed = OutboxMessage.objects.filter(pk=message_id, state=MailState.WAITING).update(
        state=MailState.SENDING, due_at=timezone.now()
    )
    if not claimed:
        return
    message = OutboxMessage.objects.get(pk=message_id)
    mail = EmailMessage(
        message.subject, message.body, to=[message.to], reply_to=[message.reply_to] if message.reply_to else None
    )
    try:
        mail.send()
    except (OSError, SMTPException, ValueError) as error:
        _failed(message, error)
    else:
        OutboxMessage.objects.filter(pk=message_id).update(
            state=MailState.SENT, sent_at=timezone.now(), attempts=message.attempts + 1, last_error="", body=""
        )


def _failed(message, error):
    attempts = message.attempts + 1
    again = attempts < MOST_ATTEMPTS
    OutboxMessage.objects.filter(pk=message.pk).update(
        state=MailState.WAITING if again else MailState.FAILED,
        attempts=attempts,
        last_error=f"{type(error).__name__} : {error}"[:500],
        due_at=timezone.now() + FIRST_WAIT * 2**attempts,
    )


def send_due():
    """The schedule's part: what waits for another try, and what was cut while being sent."""
    now = timezone.now()
    OutboxMessage.objects.filter(state=MailState.SENDING, due_at__lt=now - GIVEN_UP).update(
        state=MailState.FAILED, last_error="L’envoi a été coupé : on ne sait pas si le message est parti."
    )
    for message_id in OutboxMessage.objects.filter(state=MailState.WAITING, due_at__lte=now).values_list(
        "pk", flat=True
    ):
        send(message_id)


def try_again(message):
    """A person asks for a failed message to be sent again."""
    OutboxMessage.objects.filter(pk=message.pk, state=MailState.FAILED).update(
        state=MailState.WAITING, attempts=0, due_at=timezone.now()
    )
    send(message.pk)
