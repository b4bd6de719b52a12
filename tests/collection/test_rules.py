"""Every role × every moment × every right."""

import datetime as dt

import pytest
from django.utils import timezone

from concertia.collection import rules
from concertia.consultations.enums import ConsultationState
from concertia.territories.enums import COMMISSION_ROLES, Role
from concertia.territories.models import Mandate
from concertia.territories.queries import commission
from tests import factories

R, S, E, F, A, L, N, M = Role
OVER = {ConsultationState.CLOSED, ConsultationState.CANCELLED}
WHO = [*Role, "mandate", "ended mandate", "elsewhere"]
MAY = {
    rules.can_deposit: {R, E, F, A, "mandate"},
    rules.can_read_contributions: {R, S, E, F, A, "mandate"},
    rules.can_download_deposit: {R, E, F, A, "mandate"},
    rules.can_moderate: {R, E, A, "mandate"},
}
STOPS_WHEN_OVER = {rules.can_deposit}


def person(who, territory):
    if who == "elsewhere":
        return factories.a_user(factories.a_territory())
    if who in ("mandate", "ended mandate"):
        days = 9 if who == "mandate" else -1
        user = factories.a_user()
        ends_on = timezone.localdate() + dt.timedelta(days)
        Mandate.objects.create(user=user, territory=territory, role=E, ends_on=ends_on)
        return user
    return factories.a_user(commission() if who in COMMISSION_ROLES else territory, who)


@pytest.mark.django_db
@pytest.mark.parametrize("state", ConsultationState)
@pytest.mark.parametrize("who", WHO)
def test_who_may_do_what_and_when(who, state):
    territory = factories.a_territory()
    consultation = factories.a_draft(territory, factories.a_user(territory))
    consultation.state = state
    user = person(who, territory)
    for rule, people in MAY.items():
        expected = who in people and not (rule in STOPS_WHEN_OVER and state in OVER)
        assert (rule.__name__, rule(user, consultation)) == (rule.__name__, expected)
