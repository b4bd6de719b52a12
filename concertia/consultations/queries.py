from django.db.models import Count, Q
from django.shortcuts import get_object_or_404

from concertia.consultations import rules
from concertia.consultations.enums import ImportState
from concertia.consultations.models import CanvasImport, Consultation


def consultation_in_workspace(user, public_id) -> Consultation:
    """The consultation a member works on; for anybody else it does not exist (404, never 403)."""
    code, _, number = public_id.rpartition("-")
    found = get_object_or_404(
        Consultation.objects.select_related("territory", "updated_by"), territory__short_code=code, number=int(number)
    )
    return get_object_or_404(Consultation.objects.none()) if not rules.can_view_workspace(user, found) else found


def territories_with_work(user):
    """The bodies of a person, each with its consultations and what waits in them."""
    waiting = Count("imports", filter=Q(imports__state=ImportState.TO_REVIEW), distinct=True)
    versions = Count("publications", filter=Q(publications__withdrawn_at=None), distinct=True)
    memberships = user.memberships.select_related("territory").order_by("territory__name")
    rows = Consultation.objects.filter(territory__memberships__user=user).select_related("territory")
    by_territory = {}
    for row in rows.annotate(documents_waiting=waiting, versions=versions).order_by("-number"):
        by_territory.setdefault(row.territory_id, []).append(row)
    return [(membership, by_territory.get(membership.territory_id, [])) for membership in memberships]


def mailbox():
    """Documents received by the national team: what is to attach, what waits, what was refused."""
    return CanvasImport.objects.filter(consultation=None).select_related("job", "uploaded_by").order_by("name", "pk")
