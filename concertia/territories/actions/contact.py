"""Writing to the référent·e without seeing the address."""

import datetime as dt
import secrets

from django.db import transaction
from django.utils import timezone

from concertia.core.errors import Refused
from concertia.core.mail import post
from concertia.core.models import OutboxMessage
from concertia.territories import phrases
from concertia.territories.enums import Role

MOST_IN_AN_HOUR = 20  # to one territory: beyond, it is a flood, and the sender is told


@transaction.atomic
def write_to_referent(territory, *, name, email, text):
    """One mail to each référent·e, who answers to the writer directly; nothing of it is published."""
    prefix = f"contact:{territory.pk}:"
    since = timezone.now() - dt.timedelta(hours=1)
    referents = territory.memberships.filter(role=Role.REFERENT).select_related("user")
    if not referents:
        raise Refused("Ce territoire n’a pas encore de personne référente ici : votre message ne peut pas partir.")
    sent = OutboxMessage.objects.filter(key__startswith=prefix, created_at__gt=since).count()
    if sent >= MOST_IN_AN_HOUR * len(referents):
        raise Refused("Ce territoire reçoit trop de messages en ce moment : réessayez dans une heure.")
    once = secrets.token_hex(8)
    subject, body = phrases.contact(territory, name=name, text=text)
    for member in referents:
        post(f"{prefix}{once}:{member.user_id}", to=member.user.email, subject=subject, body=body, reply_to=email)
