"""What the collection shows in the step « Recueillir »."""

from concertia.collection import rules
from concertia.collection.enums import DepositState
from concertia.collection.models import Deposit
from concertia.collection.queries import counts_of
from concertia.core.panels import Panel
from concertia.core.panels import register as register_panel


def contributions(consultation, user):
    counts = counts_of(consultation)
    can_read = rules.can_read_contributions(user, consultation)
    return {
        **counts,
        "done": counts["participation"] > 0,
        "waiting": Deposit.objects.filter(consultation=consultation, state=DepositState.WAITING).count(),
        "can_deposit": rules.can_deposit(user, consultation),
        "can_read": can_read,
        "can_moderate": rules.can_moderate(user, consultation),
        "public_id": consultation.public_id,
    }


def register():
    register_panel(Panel("recueillir", "contributions", 30, "collection/panels/contributions.html", contributions))
