import pytest
from django.test import Client
from django.urls import reverse

from concertia.core.models import OutboxMessage
from concertia.territories.actions.contact import MOST_IN_AN_HOUR
from tests import factories


@pytest.fixture
def referent(db):
    return factories.a_user(factories.a_territory("VAL", name="Val Fleuri"))


def write(**changes):
    data = {
        "name": "Habitante fictive",
        "email": "habitante@ailleurs.example",
        "text": "Quand aurons-nous la réponse ?",
    }
    return Client().post(reverse("territories:contact", args=["VAL"]), data | changes)


def test_a_message_reaches_the_referent_who_answers_directly(referent):
    assert write()["Location"] == reverse("commons:territory", args=["VAL"])
    message = OutboxMessage.objects.get()
    assert (message.to, message.reply_to) == (referent.email, "habitante@ailleurs.example")
    assert "Quand aurons-nous la réponse ?" in message.body


def test_the_mail_of_the_referent_is_on_no_page(referent):
    client = Client()
    for name in ("territories:contact", "commons:territory"):
        assert referent.email not in client.get(reverse(name, args=["VAL"])).content.decode()


@pytest.mark.parametrize("field", ["name", "email", "text"])
def test_a_header_in_a_field_adds_no_recipient(field, referent):
    values = {"name": "N", "email": "a@b.example", "text": "T"}
    write(**{field: values[field] + "\r\nBcc: victime@ailleurs.example"})
    for message in OutboxMessage.objects.all():
        assert "\n" not in message.subject + message.to + message.reply_to


def test_a_program_that_fills_the_hidden_field_sends_nothing(referent):
    assert write(website="https://spam.example").status_code == 302
    assert OutboxMessage.objects.count() == 0


def test_a_flood_is_stopped_and_said(referent):
    for _ in range(MOST_IN_AN_HOUR):
        write()
    assert "trop de messages" in write().content.decode()
    assert OutboxMessage.objects.count() == MOST_IN_AN_HOUR


def test_a_territory_without_referent_says_so(db):
    factories.a_territory("VAL")
    assert "pas encore de personne référente" in write().content.decode()
