import pytest

from concertia.consultations.actions.imports import import_canvas
from tests import factories


@pytest.fixture
def territory(db):
    return factories.a_territory("VAL", name="Communauté de communes du Val Fleuri")


@pytest.fixture
def referent(territory):
    return factories.a_user(territory)


@pytest.fixture
def draft(territory, referent):
    return factories.a_draft(territory, referent)


@pytest.fixture
def filled(draft, referent):
    """A draft that a filled canvas has completed."""
    import_canvas(draft, by=referent, upload=factories.a_document())
    draft.refresh_from_db()
    return draft
