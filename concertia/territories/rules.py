from concertia.territories.enums import Role, TerritoryKind
from concertia.territories.models import Membership


def is_national_team(user) -> bool:
    return (
        user.is_authenticated
        and Membership.objects.filter(
            user=user, territory__kind=TerritoryKind.COMMISSION, role=Role.NATIONAL_TEAM
        ).exists()
    )
