"""One mail a week for each person who works here: what waits for them, and nothing when nothing does.

Apps register what they have to say of a person; the ground gathers it and posts one message.
"""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils import timezone

from concertia.core.mail import post

_sources: dict[str, Callable] = {}


def register_digest(name, lines_of):
    """`lines_of(user)` gives sentences; registering a name again replaces it."""
    _sources[name] = lines_of


def lines_for(user) -> list[str]:
    return [line for name in sorted(_sources) for line in _sources[name](user)]


def send_digests(today=None):
    """Once a week to each person, the first day that something waits; a day missed is made up the next."""
    year, week, _ = (today or timezone.localdate()).isocalendar()
    for user in get_user_model().objects.filter(is_active=True).iterator():
        lines = lines_for(user)
        if lines:
            body = "Bonjour,\n\n" + "\n".join(f"- {line}" for line in lines)
            body += f"\n\nVotre espace : {settings.ADDRESS.rstrip('/')}/espace/\n"
            post(
                f"digest:{user.pk}:{year}-{week}", to=user.email, subject="Ce qui vous attend sur Concertia", body=body
            )
