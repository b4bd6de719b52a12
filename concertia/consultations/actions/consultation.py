"""Creating a consultation, its frame, and the steps of its life."""

from django.db import transaction
from django.db.models import Max

from concertia.consultations import rules
from concertia.consultations.enums import ConsultationState
from concertia.consultations.models import Consultation, Results
from concertia.core import projections
from concertia.core.errors import NotAllowed, Refused
from concertia.territories.models import Territory


@transaction.atomic
def create_consultation(territory, *, by, title, question=""):
    """Open a draft with one empty section of results; numbers follow one another in a territory."""
    if not rules.can_create_consultation(by, territory):
        raise NotAllowed("consultation.create")
    return open_draft(territory, by=by, title=title, question=question)


def open_draft(territory, *, by, title, question=""):
    """The same without the rule, for a canvas that the national team attaches. Call it in a transaction."""
    Territory.objects.select_for_update().get(pk=territory.pk)  # two drafts at once take two numbers
    last = territory.consultations.aggregate(last=Max("number"))["last"] or 0
    consultation = Consultation.objects.create(
        territory=territory,
        number=last + 1,
        title=title,
        question=question,
        authority_name=territory.name,
        updated_by=by,
    )
    Results.objects.create(consultation=consultation)
    return consultation


@transaction.atomic
def save_frame(consultation, *, by, **values):
    """Who decides, how proposals are arbitrated, when they are answered, and the title and question."""
    if not rules.can_edit(by, consultation):
        raise NotAllowed("consultation.edit")
    for name, value in values.items():
        setattr(consultation, name, value)
    consultation.updated_by = by
    consultation.save(update_fields=[*values, "updated_by", "updated_at"])
    return consultation


@transaction.atomic
def advance(consultation, *, by, to):
    """One step of its life: announced, open, debates closed; publishing and follow-up have their own actions."""
    consultation = Consultation.objects.select_for_update().select_related("territory").get(pk=consultation.pk)
    if not rules.can_edit(by, consultation):
        raise NotAllowed("consultation.edit")
    if rules.STEPS.get(consultation.state) != to:
        raise Refused("Cette étape n’est plus possible : la concertation a changé d’état. Rechargez la page.")
    if to == ConsultationState.ANNOUNCED and (reason := rules.blocks_announcing(consultation)):
        raise Refused(reason)
    consultation.state = to
    consultation.save(update_fields=["state", "updated_at"])
    projections.changed("consultation", consultation.pk)
    return consultation


@transaction.atomic
def cancel_consultation(consultation, *, by, reason):
    consultation = Consultation.objects.select_for_update().select_related("territory").get(pk=consultation.pk)
    if not rules.can_cancel(by, consultation):
        raise NotAllowed("consultation.cancel")
    if not reason.strip():
        raise Refused("Motif : dites pourquoi la concertation est annulée, il sera public.")
    consultation.state = ConsultationState.CANCELLED
    consultation.cancel_reason = reason.strip()
    consultation.save(update_fields=["state", "cancel_reason", "updated_at"])
    projections.changed("consultation", consultation.pk)
    return consultation


@transaction.atomic
def save_stakeholders(consultation, *, by, formset):
    if not rules.can_edit(by, consultation):
        raise NotAllowed("consultation.edit")
    formset.save()


@transaction.atomic
def save_sessions(consultation, *, by, formset):
    if not rules.can_edit_sessions(by, consultation):
        raise NotAllowed("session.edit")
    formset.save()
