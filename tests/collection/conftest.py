import pytest

from concertia.collection.actions import deposits


@pytest.fixture(autouse=True)
def _patient_pages(monkeypatch):
    """A machine that does many things at once reads slowly: what a page waits for is tried by its own test."""
    monkeypatch.setattr(deposits, "PATIENCE", 50)
