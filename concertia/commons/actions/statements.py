"""What the statements let people do: report a barrier, and, for the national team, record an audit."""

import datetime as dt
import secrets

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from concertia.commons import phrases
from concertia.commons.actions.inventory import public_reading_changed
from concertia.commons.models import AccessibilityAudit, PublicState
from concertia.core.errors import NotAllowed, Refused
from concertia.core.mail import post
from concertia.core.models import OutboxMessage
from concertia.territories.rules import is_national_team

ANSWERED_WITHIN = dt.timedelta(days=7)
MOST_IN_AN_HOUR = 30  # reports; beyond, it is a flood, and the sender is told
MOST_FROM_ONE = 3  # acknowledgements that one address may be sent in an hour
PREFIX = "accessibility:"


@transaction.atomic
def report_barrier(*, name: str, email: str, page: str, text: str) -> dt.date:
    """One mail to the operator, one to the person; returns the day before which the answer is promised."""
    if not settings.SITE.contact:
        raise Refused("Aucune adresse de contact n’est déclarée sur ce site : votre signalement ne peut pas partir.")
    recent = OutboxMessage.objects.filter(key__startswith=PREFIX, created_at__gt=timezone.now() - dt.timedelta(hours=1))
    if recent.filter(key__endswith=":report").count() >= MOST_IN_AN_HOUR:
        raise Refused("Trop de signalements arrivent en ce moment : réessayez dans une heure.")
    if recent.filter(key__endswith=":receipt", to__iexact=email).count() >= MOST_FROM_ONE:
        raise Refused("Cette adresse a déjà envoyé plusieurs signalements : réessayez dans une heure.")
    answer_by = timezone.localdate() + ANSWERED_WITHIN
    once = secrets.token_hex(8)
    subject, body = phrases.barrier_reported(name=name, email=email, page=page, text=text, answer_by=answer_by)
    post(f"{PREFIX}{once}:report", to=settings.SITE.contact, subject=subject, body=body, reply_to=email)
    subject, body = phrases.barrier_acknowledged(answer_by=answer_by)
    post(f"{PREFIX}{once}:receipt", to=email, subject=subject, body=body, reply_to=settings.SITE.contact)
    return answer_by


@transaction.atomic
def record_audit(*, by, **fields) -> AccessibilityAudit:
    """The declaration and the mention on every page say at once what this audit found."""
    if not is_national_team(by):
        raise NotAllowed("accessibility.audit")
    if fields["audited_on"] > timezone.localdate():
        raise Refused("La date de l’audit est dans le futur : indiquez le jour où il a été fait.")
    if fields["validated"] > fields["applicable"]:
        raise Refused("Il ne peut pas y avoir plus de critères validés que de critères applicables.")
    if fields["validated"] < fields["applicable"] and not fields["nonconformities"]:
        raise Refused("Des critères ne sont pas validés : dites lesquels, et ce qui manque, dans les non-conformités.")
    audit = AccessibilityAudit.objects.create(recorded_by=by, **fields)
    public_reading_changed(PublicState.EVERYTHING)
    return audit
