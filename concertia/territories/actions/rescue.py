"""Giving an account back to a person who lost their second factor; asked at the machine, never from a page."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction

from concertia.territories.models import User


@transaction.atomic
def forget_second_factor(email) -> int | None:
    """Forget every second factor of an account and end its sessions; how many there were, or None without account."""
    user = User.objects.filter(email=email.lower()).first()
    if user is None:
        return None
    forgotten = Authenticator.objects.filter(user=user).count()
    Authenticator.objects.filter(user=user).delete()
    for session in UserSession.objects.filter(user=user):
        session.end()
    return forgotten
