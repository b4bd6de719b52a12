"""Making a version public, frozen and fingerprinted; taking it down with a reason."""

from django.db import transaction
from django.utils import timezone

from concertia.consultations import rules
from concertia.consultations.engine_inputs import publication_content, record_of
from concertia.consultations.enums import ConsultationState, PropositionState
from concertia.consultations.models import Consultation, Publication
from concertia.consultations.phrases import missing_fields
from concertia.core import projections
from concertia.core.errors import NotAllowed, Refused
from concertia.core.fingerprint import fingerprint


@transaction.atomic
def publish(consultation, *, by, reason=""):
    """Freeze the draft as version n + 1; the earlier ones stay readable under their number."""
    consultation = Consultation.objects.select_for_update().select_related("territory").get(pk=consultation.pk)
    if not rules.can_publish(by, consultation):
        raise NotAllowed("publication.publish")
    if missing := rules.missing_required(record_of(consultation)):
        raise Refused(missing_fields(missing))
    last = consultation.publications.first()
    if last and not reason.strip():
        raise Refused("Motif : dites en une phrase ce qui change depuis la version publiée.")
    _number_propositions(consultation)
    content = publication_content(consultation)
    digest = fingerprint(content)
    if last and last.sha256 == digest and last.withdrawn_at is None:
        raise Refused(f"Rien n’a changé depuis la version {last.number} : il n’y a rien à publier.")
    publication = Publication.objects.create(
        consultation=consultation,
        number=last.number + 1 if last else 1,
        content=content,
        sha256=digest,
        reason=reason.strip(),
        published_by=by,
    )
    if consultation.state != ConsultationState.FOLLOWED:
        consultation.state = ConsultationState.DOCUMENTED
        consultation.save(update_fields=["state", "updated_at"])
    projections.changed("consultation", consultation.pk)
    return publication


def _number_propositions(consultation):
    number = consultation.last_proposition
    rows = consultation.propositions.filter(results__isnull=False).order_by("results__position", "position", "pk")
    for proposition in rows:
        if proposition.number is None:
            number += 1
            proposition.number = number
        proposition.state = PropositionState.PUBLISHED
        proposition.save(update_fields=["number", "state"])
    consultation.last_proposition = number
    consultation.save(update_fields=["last_proposition"])


@transaction.atomic
def unpublish(consultation, *, by, reason, every_version=True):
    """Take the current version down, and by default the earlier ones with it; the reason and date stay public."""
    consultation = Consultation.objects.select_for_update().select_related("territory").get(pk=consultation.pk)
    if not rules.can_unpublish(by, consultation):
        raise NotAllowed("publication.unpublish")
    if not reason.strip():
        raise Refused("Motif : dites pourquoi la publication est retirée, il sera public.")
    readable = consultation.publications.filter(withdrawn_at=None)
    if not every_version:
        readable = readable.filter(pk=readable.first().pk)
    readable.update(withdrawn_at=timezone.now(), withdrawn_reason=reason.strip())
    if not consultation.publications.filter(withdrawn_at=None).exists():
        consultation.propositions.filter(state=PropositionState.PUBLISHED).update(state=PropositionState.UNPUBLISHED)
        if consultation.state == ConsultationState.DOCUMENTED:
            consultation.state = ConsultationState.DEBATES_CLOSED
            consultation.save(update_fields=["state", "updated_at"])
    projections.changed("consultation", consultation.pk)
    return consultation
