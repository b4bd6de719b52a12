"""Who may do what on a consultation, and when; tested role by role in one table."""

from concertia.consultations.enums import ConsultationState, PropositionState
from concertia.engine.canvas.fields import REQUIRED
from concertia.territories.enums import COMMISSION_ROLES, Role
from concertia.territories.queries import role_in, signature_in_force
from concertia.territories.rules import is_national_team

__all__ = ["is_national_team"]

EDITORS = (Role.REFERENT, Role.EDITOR)
PUBLISHERS = (Role.REFERENT, Role.SIGNATORY)
OVER = (ConsultationState.CLOSED, ConsultationState.CANCELLED)
# What may follow what, apart from publishing (documented) and from what `followup` asks (followed, closed).
STEPS = {
    ConsultationState.PROJECT: ConsultationState.ANNOUNCED,
    ConsultationState.ANNOUNCED: ConsultationState.OPEN,
    ConsultationState.OPEN: ConsultationState.DEBATES_CLOSED,
}


def _role(user, consultation):
    return role_in(user, consultation.territory, consultation.public_id)


def can_create_consultation(user, territory) -> bool:
    return role_in(user, territory) in EDITORS


def can_view_workspace(user, consultation) -> bool:
    """Every member of the territory; the commission reads what is published, like everyone."""
    role = _role(user, consultation)
    return role is not None and role not in COMMISSION_ROLES


def can_edit(user, consultation) -> bool:
    return consultation.state not in OVER and _role(user, consultation) in EDITORS


def can_edit_sessions(user, consultation) -> bool:
    return consultation.state not in OVER and _role(user, consultation) in (*EDITORS, Role.FACILITATOR)


def can_publish(user, consultation) -> bool:
    return consultation.state not in OVER and _role(user, consultation) in PUBLISHERS


def can_unpublish(user, consultation) -> bool:
    return _role(user, consultation) in PUBLISHERS and consultation.publications.filter(withdrawn_at=None).exists()


def can_cancel(user, consultation) -> bool:
    return _role(user, consultation) == Role.REFERENT and consultation.state in (
        *STEPS,
        ConsultationState.DEBATES_CLOSED,
    )


def can_import_batch(user) -> bool:
    return is_national_team(user)


def can_attach_import(user, canvas_import) -> bool:
    return canvas_import.consultation_id is None and is_national_team(user)


def can_download_import(user, canvas_import) -> bool:
    """The document received holds a mail and names: its depositor while it waits, then the territory's editors."""
    if canvas_import.consultation is None:
        return canvas_import.uploaded_by_id == user.pk or is_national_team(user)
    return _role(user, canvas_import.consultation) in EDITORS


def blocks_announcing(consultation) -> str:
    """Why this consultation cannot be announced yet, or an empty string."""
    if signature_in_force(consultation.territory) is None:
        return "La charte n’est pas signée : une concertation s’annonce une fois la charte signée par le territoire."
    return ""


def missing_required(record) -> list[str]:
    """Keys of the required canvas fields still empty, once for each section 3 where they are."""
    results = record["_sections3"] or [{}]
    return [key for key in REQUIRED if key in record and not record[key]] + [
        key for section in results for key in REQUIRED if key not in record and section.get(key) in (None, "")
    ]


def is_kept_when_removed(proposition) -> bool:
    """A proposition once published is unpublished, never deleted: its number was quoted."""
    return proposition.state != PropositionState.DRAFT or proposition.number is not None
