"""Each rule × each role, in the person's own territory and in another one; one table."""

import pytest

from concertia.consultations import rules
from concertia.consultations.enums import ConsultationState, ImportState
from concertia.consultations.models import CanvasImport, Publication
from concertia.territories.enums import COMMISSION_ROLES, Role
from concertia.territories.models import Membership
from concertia.territories.queries import commission
from tests import factories

R, S, E, F, A, L, N, M = (
    Role.REFERENT,
    Role.SIGNATORY,
    Role.EDITOR,
    Role.FACILITATOR,
    Role.ANALYST,
    Role.READER,
    Role.NATIONAL_TEAM,
    Role.MANIFESTO_WRITER,
)
ALLOWED = {
    "can_create_consultation": {R, E},
    "can_view_workspace": {R, S, E, F, A, L},
    "can_edit": {R, E},
    "can_edit_sessions": {R, E, F},
    "can_publish": {R, S},
    "can_unpublish": {R, S},
    "can_cancel": {R},
}


def member(territory, role):
    return factories.a_user(commission() if role in COMMISSION_ROLES else territory, role)


def subject_of(rule, draft):
    return draft.territory if rule == "can_create_consultation" else draft


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("rule", list(ALLOWED))
def test_rule_in_own_territory(rule, role, draft):
    Publication.objects.create(consultation=draft, number=1, content={}, sha256="0")
    user = member(draft.territory, role)
    assert getattr(rules, rule)(user, subject_of(rule, draft)) is (role in ALLOWED[rule])


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("rule", list(ALLOWED))
def test_rule_in_another_territory_is_never_allowed(rule, role, draft):
    Publication.objects.create(consultation=draft, number=1, content={}, sha256="0")
    user = member(factories.a_territory(), role)
    assert getattr(rules, rule)(user, subject_of(rule, draft)) is False


def test_a_commission_role_given_by_mistake_in_a_territory_opens_nothing(draft):
    user = factories.a_user()
    Membership.objects.create(user=user, territory=draft.territory, role=Role.NATIONAL_TEAM)
    assert not rules.can_view_workspace(user, draft)
    assert not rules.can_import_batch(user)


@pytest.mark.parametrize("role", list(Role))
def test_only_the_national_team_opens_the_mailbox(role, territory):
    user = member(territory, role)
    document = CanvasImport(state=ImportState.TO_ATTACH, uploaded_by=factories.a_user())
    assert rules.can_import_batch(user) is (role == N)
    assert rules.can_attach_import(user, document) is (role == N)
    assert rules.can_download_import(user, document) is (role == N)


@pytest.mark.parametrize("role", list(Role))
def test_a_document_received_is_for_editors_of_its_territory(role, draft):
    document = CanvasImport(consultation=draft, uploaded_by=factories.a_user())
    assert rules.can_download_import(member(draft.territory, role), document) is (role in {R, E})


@pytest.mark.parametrize("state", [ConsultationState.CLOSED, ConsultationState.CANCELLED])
@pytest.mark.parametrize("rule", ["can_edit", "can_edit_sessions", "can_publish", "can_cancel"])
def test_nothing_changes_once_over(rule, state, draft, referent):
    draft.state = state
    assert getattr(rules, rule)(referent, draft) is False
