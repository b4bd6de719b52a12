import pytest

from tests.cli.installation import Installation


@pytest.fixture(scope="session")
def initialised(tmp_path_factory):
    """Made once by `concertia init`; never written to by a test."""
    return Installation.create(tmp_path_factory.mktemp("modele"))


@pytest.fixture
def installation(initialised, tmp_path):
    return initialised.copy(tmp_path)
