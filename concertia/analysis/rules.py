"""Who may do what with an analysis; tested role by role in one table."""

from concertia.collection.rules import can_read_contributions
from concertia.consultations.rules import OVER
from concertia.territories.enums import Role
from concertia.territories.queries import role_in

ANALYSTS = (Role.REFERENT, Role.EDITOR, Role.ANALYST)


def can_see_analysis(user, consultation) -> bool:
    return can_read_contributions(user, consultation)


def can_analyse(user, consultation) -> bool:
    """Run, name, move, code, write; not once the consultation is over."""
    role = role_in(user, consultation.territory, consultation.public_id)
    return consultation.state not in OVER and role in ANALYSTS
