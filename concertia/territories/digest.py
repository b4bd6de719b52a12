"""What the national team and the référent·es find of this app in their weekly mail."""

from concertia.core.digest import register_digest
from concertia.core.enums import MailState
from concertia.core.models import OutboxMessage
from concertia.territories import rules
from concertia.territories.enums import Role
from concertia.territories.queries import signature_in_force, waiting_requests


def waiting_for(user):
    lines = []
    if rules.is_national_team(user):
        requests, failed = waiting_requests().count(), OutboxMessage.objects.filter(state=MailState.FAILED).count()
        lines += [f"{requests} demande(s) à vérifier."] if requests else []
        lines += [f"{failed} courriel(s) en échec à regarder."] if failed else []
    for member in user.memberships.filter(role=Role.REFERENT).select_related("territory"):
        if signature_in_force(member.territory) is None:
            lines.append(f"{member.territory.name} : la charte n’est pas encore signée.")
    return lines


def register():
    register_digest("territories", waiting_for)
