import pytest


@pytest.fixture(autouse=True)
def _own_files(request, settings, tmp_path):
    """Documents received by a test go to its own folder."""
    settings.MEDIA_ROOT = tmp_path / "files"
