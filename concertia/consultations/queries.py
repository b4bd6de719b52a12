from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from concertia.consultations import rules
from concertia.consultations.enums import ImportState
from concertia.consultations.models import CanvasImport, Consultation
from concertia.territories.models import Mandate, Territory


def consultation_in_workspace(user, public_id, *, may=rules.can_view_workspace) -> Consultation:
    """The consultation a member works on; for anybody else it does not exist (404, never 403).

    `may`: a narrower rule, asked instead of the membership that it implies.
    """
    code, _, number = public_id.rpartition("-")
    found = get_object_or_404(
        Consultation.objects.select_related("territory", "updated_by"), territory__short_code=code, number=int(number)
    )
    if not may(user, found):
        raise Http404
    return found


def territories_with_work(user):
    """The bodies where a person acts today, their role there, and the consultations they may open."""
    waiting = Count("imports", filter=Q(imports__state=ImportState.TO_REVIEW), distinct=True)
    versions = Count("publications", filter=Q(publications__withdrawn_at=None), distinct=True)
    roles = {row.territory_id: row.get_role_display() for row in user.memberships.all()}
    scopes = {}
    for mandate in Mandate.objects.in_force().filter(user=user):
        if mandate.territory_id not in roles:
            scopes.setdefault(mandate.territory_id, []).append(mandate)
    rows = Consultation.objects.filter(territory__in=[*roles, *scopes]).select_related("territory")
    by_territory = {}
    for row in rows.annotate(documents_waiting=waiting, versions=versions).order_by("-number"):
        mandates = scopes.get(row.territory_id)
        if mandates is None or {"", row.public_id} & {mandate.scope for mandate in mandates}:
            by_territory.setdefault(row.territory_id, []).append(row)
    return [
        (territory, roles.get(territory.pk) or _mandate_label(scopes[territory.pk]), by_territory.get(territory.pk, []))
        for territory in Territory.objects.filter(pk__in=[*roles, *scopes]).order_by("name")
    ]


def _mandate_label(mandates):
    latest = max(mandate.ends_on for mandate in mandates)
    return f"{mandates[0].get_role_display()}, par mandat jusqu’au {latest:%d/%m/%Y}"


def mailbox():
    """Documents received by the national team: what is to attach, what waits, what was refused."""
    return CanvasImport.objects.filter(consultation=None).select_related("job", "uploaded_by").order_by("name", "pk")
