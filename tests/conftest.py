import sys

import pytest
from django.core.cache import caches


@pytest.fixture(autouse=True)
def _own_files(request, settings, tmp_path):
    """Documents received by a test go to its own folder; no limit counted, no reading remembered, holds in the next."""
    settings.MEDIA_ROOT = tmp_path / "files"
    for name in ("default", "pages"):
        caches[name].clear()
    if remembers := sys.modules.get("concertia.analysis.actions.proposals"):  # rows of two tests have the same numbers
        remembers._remembered.clear()
