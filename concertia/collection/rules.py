"""Who may do what with contributions; tested role by role in one table."""

from concertia.consultations.rules import OVER
from concertia.territories.enums import Role
from concertia.territories.queries import role_in

COLLECTORS = (Role.REFERENT, Role.EDITOR, Role.FACILITATOR, Role.ANALYST)
READERS = (*COLLECTORS, Role.SIGNATORY)
MODERATORS = (Role.REFERENT, Role.EDITOR, Role.ANALYST)


def _role(user, consultation):
    return role_in(user, consultation.territory, consultation.public_id)


def can_deposit(user, consultation) -> bool:
    return consultation.state not in OVER and _role(user, consultation) in COLLECTORS


def can_read_contributions(user, consultation) -> bool:
    """The words as they were received may name people: those who work on them, never the commission."""
    return _role(user, consultation) in READERS


def can_download_deposit(user, consultation) -> bool:
    """The file as it came may hold names: those who bring files in, also once the consultation is over."""
    return _role(user, consultation) in COLLECTORS


def can_moderate(user, consultation) -> bool:
    """Hide a name, mask a text, say that it was read: also once the consultation is over, since it stays readable."""
    return _role(user, consultation) in MODERATORS
