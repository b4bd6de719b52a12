import pytest

from concertia.consultations.actions.consultation import advance, cancel_consultation, create_consultation
from concertia.consultations.actions.publication import publish
from concertia.consultations.enums import ConsultationState
from concertia.consultations.models import Consultation
from concertia.core.errors import NotAllowed, Refused
from concertia.territories.enums import Role
from tests import factories


def test_numbers_follow_one_another_in_a_territory(territory, referent):
    ids = [create_consultation(territory, by=referent, title="A").public_id for _ in range(3)]
    assert ids == ["VAL-01", "VAL-02", "VAL-03"]


def test_a_reader_creates_nothing(territory):
    with pytest.raises(NotAllowed):
        create_consultation(territory, by=factories.a_user(territory, Role.READER), title="A")
    assert territory.consultations.count() == 0


def test_announcing_needs_the_charter(draft, referent):
    with pytest.raises(Refused, match="charte"):
        advance(draft, by=referent, to=ConsultationState.ANNOUNCED)


def test_advance_goes_one_step_at_a_time(draft, referent):
    factories.a_signature(draft.territory)
    for state in (ConsultationState.ANNOUNCED, ConsultationState.OPEN, ConsultationState.DEBATES_CLOSED):
        draft = advance(draft, by=referent, to=state)
        assert draft.state == state
    with pytest.raises(Refused):
        advance(draft, by=referent, to=ConsultationState.DOCUMENTED)
    with pytest.raises(Refused):
        advance(draft, by=referent, to=ConsultationState.ANNOUNCED)


def test_cancelling_needs_a_reason(draft, referent):
    with pytest.raises(Refused, match="Motif"):
        cancel_consultation(draft, by=referent, reason="  ")
    assert cancel_consultation(draft, by=referent, reason="Report au mandat suivant").state == "cancelled"


def test_what_was_published_meanwhile_is_not_cancelled(filled, referent):
    read_before = Consultation.objects.get(pk=filled.pk)
    publish(filled, by=referent)
    with pytest.raises(NotAllowed):
        cancel_consultation(read_before, by=referent, reason="Trop tard.")
    assert Consultation.objects.get(pk=filled.pk).state == ConsultationState.DOCUMENTED
