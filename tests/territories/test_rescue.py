import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import reverse

from concertia.core.models import OutboxMessage
from concertia.territories.actions.rescue import forget_second_factor
from tests import factories


@pytest.fixture
def user(db):
    return factories.a_user(factories.a_territory())


def test_a_lost_second_factor_is_forgotten(user):
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert forget_second_factor(user.email.upper()) == 1
    assert not Authenticator.objects.exists()


def test_an_unknown_address_is_told(db):
    assert forget_second_factor("personne@ailleurs.example") is None


def test_a_forgotten_password_goes_through_the_outbox(user, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        Client().post(reverse("account_reset_password"), {"email": user.email})
    assert [message.to for message in OutboxMessage.objects.filter(key__startswith="account:")] == [user.email]
    assert "/mot-de-passe/nouveau/" in mail.outbox[-1].body
    assert OutboxMessage.objects.get(key__startswith="account:").body == ""
