import datetime as dt

import pytest

from concertia.core.digest import lines_for, send_digests
from concertia.core.models import OutboxMessage
from concertia.territories.actions.joining import request_to_join
from tests import factories

MONDAY, TUESDAY = dt.date(2026, 11, 23), dt.date(2026, 11, 24)


@pytest.fixture
def referent(db):
    return factories.a_user(factories.a_territory("VAL", name="Val Fleuri"))


def test_a_digest_says_what_waits_and_only_to_whom_it_waits_for(referent):
    draft = factories.a_draft(referent.memberships.get().territory, referent, "L’IA au guichet")
    draft.answer_due = dt.date(2025, 6, 30)
    draft.save()
    assert lines_for(referent) == [
        "L’IA au guichet : réponse en retard, promise pour le 30/06/2025.",
        "Val Fleuri : la charte n’est pas encore signée.",
    ]
    assert lines_for(factories.a_user()) == []


def test_the_national_team_hears_of_requests(db):
    team = factories.a_national_team_member()
    request_to_join(kind="autre", authority_name="Codev", name="P", office="O", email="p@codev.example")
    assert lines_for(team) == ["1 demande(s) à vérifier."]


def test_a_digest_is_written_once_a_week(referent):
    for day in (MONDAY, MONDAY, TUESDAY):
        send_digests(day)
    assert [message.to for message in OutboxMessage.objects.all()] == [referent.email]
    send_digests(MONDAY + dt.timedelta(days=7))
    assert OutboxMessage.objects.count() == 2


def test_nobody_is_written_to_when_nothing_waits(referent):
    factories.a_signature(referent.memberships.get().territory)
    send_digests(MONDAY)
    assert OutboxMessage.objects.count() == 0
