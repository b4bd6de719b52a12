"""Who may do what in a body: its members, its mandates, its charter."""

from concertia.territories.enums import Role, TerritoryKind
from concertia.territories.models import Membership
from concertia.territories.queries import role_in

# Roles that a référent·e may give; the commission's are given by the commission.
GIVEN_BY_A_TERRITORY = (
    Role.REFERENT,
    Role.SIGNATORY,
    Role.EDITOR,
    Role.FACILITATOR,
    Role.ANALYST,
    Role.READER,
)
GIVEN_BY_MANDATE = (Role.EDITOR, Role.FACILITATOR, Role.ANALYST, Role.READER)


def is_national_team(user) -> bool:
    return (
        user.is_authenticated
        and Membership.objects.filter(
            user=user, territory__kind=TerritoryKind.COMMISSION, role=Role.NATIONAL_TEAM
        ).exists()
    )


def is_member(user, territory) -> bool:
    """A member, whatever the role; somebody who acts by mandate is not."""
    return Membership.objects.filter(user=user, territory=territory).exists()


def can_open_territory(user, territory) -> bool:
    return territory.kind != TerritoryKind.COMMISSION and role_in(user, territory) is not None


def can_manage_members(user, territory) -> bool:
    """A mandate never gives it: who acts for a territory does not choose who else does."""
    return (
        territory.kind != TerritoryKind.COMMISSION
        and Membership.objects.filter(user=user, territory=territory, role=Role.REFERENT).exists()
    )


def can_record_signature(user, territory) -> bool:
    return can_manage_members(user, territory)


def can_withdraw_signature(user, territory) -> bool:
    return Membership.objects.filter(
        user=user, territory=territory, role__in=(Role.REFERENT, Role.SIGNATORY)
    ).exists() and (territory.kind != TerritoryKind.COMMISSION)


def can_read_proof(user, territory) -> bool:
    """The signed paper shows a handwritten signature: the territory's members and the national team."""
    return is_member(user, territory) or is_national_team(user)
