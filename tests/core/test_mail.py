import datetime as dt
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail as django_mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from concertia.core import mail
from concertia.core.enums import MailState
from concertia.core.models import OutboxMessage


@pytest.fixture
def message(db):
    return mail.post("k", to="a@b.example", subject="Objet", body="Texte", reply_to="c@d.example")


class Broken(EmailBackend):
    def send_messages(self, messages):
        raise SMTPServerDisconnected("coupé")


def test_a_message_is_sent_once_whoever_asks(message):
    for _ in range(3):
        mail.send(message.pk)
    mail.send_due()
    assert [(sent.to, sent.reply_to) for sent in django_mail.outbox] == [(["a@b.example"], ["c@d.example"])]
    message.refresh_from_db()
    assert (message.state, message.body) == (MailState.SENT, "")


def test_the_same_key_is_written_once(message):
    assert mail.post("k", to="x@y.example", subject="Autre", body="Autre") == message
    assert OutboxMessage.objects.count() == 1


def test_a_failure_is_tried_again_then_shown(message, settings):
    settings.EMAIL_BACKEND = "tests.core.test_mail.Broken"
    for attempt in range(mail.MOST_ATTEMPTS):
        mail.send_due()
        message.refresh_from_db()
        assert message.attempts == attempt + 1
        assert "coupé" in message.last_error
        OutboxMessage.objects.filter(state=MailState.WAITING).update(due_at=timezone.now())
    assert message.state == MailState.FAILED
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.try_again(message)
    assert len(django_mail.outbox) == 1


def test_a_sending_cut_short_is_shown_and_not_sent_twice(message):
    OutboxMessage.objects.update(state=MailState.SENDING, due_at=timezone.now() - dt.timedelta(hours=1))
    mail.send_due()
    message.refresh_from_db()
    assert message.state == MailState.FAILED
    assert django_mail.outbox == []


def test_an_address_with_a_header_fails_and_is_shown(db):
    message = mail.post("h", to="a@b.example", subject="S\nBcc: x@y.example", body="B")
    mail.send(message.pk)
    assert django_mail.outbox[0].subject == "S Bcc: x@y.example"


def test_a_message_is_sent_after_the_act_is_committed(db, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        mail.post("c", to="a@b.example", subject="S", body="B")
        assert django_mail.outbox == []
    assert len(django_mail.outbox) == 1
