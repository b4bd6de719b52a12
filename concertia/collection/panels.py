"""What the collection shows in the step « Recueillir »."""

from django.db.models import Count, Q

from concertia.collection import rules
from concertia.collection.enums import ContributionState, Use
from concertia.collection.models import Contribution
from concertia.core.panels import Panel
from concertia.core.panels import register as register_panel


def contributions(consultation, user):
    counts = Contribution.objects.filter(consultation=consultation).aggregate(
        participation=Count("pk", filter=Q(use=Use.PARTICIPATION)),
        context=Count("pk", filter=Q(use=Use.CONTEXT)),
        masked=Count("pk", filter=Q(state=ContributionState.MASKED)),
    )
    return {
        **counts,
        "done": counts["participation"] > 0,
        "can_deposit": rules.can_deposit(user, consultation),
        "can_read": rules.can_read_contributions(user, consultation),
        "public_id": consultation.public_id,
    }


def register():
    register_panel(Panel("recueillir", "contributions", 30, "collection/panels/contributions.html", contributions))
