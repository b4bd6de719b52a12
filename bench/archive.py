"""The open data of 2,000 consultations and 20,000 propositions: seconds, size and peak memory, out and back in."""

import subprocess
import sys
import tempfile
from pathlib import Path

from bench.harness import ROOT, figure, measured
from bench.inventory import filled_home
from tests.cli.installation import environment

MOST_SECONDS, MOST_MB = 30, 500


def measure():
    with tempfile.TemporaryDirectory() as folder:
        home, empty = filled_home(folder), Path(folder) / "vide"
        first, second, again = (Path(folder) / f"{name}.zip" for name in ("a", "b", "c"))
        seconds, peak = _data(home, "export", first)
        _data(home, "export", second)
        size = first.stat().st_size / 1e6
        same = first.read_bytes() == second.read_bytes()
        figure("archive.write", seconds, "s", target=MOST_SECONDS, archive_mb=round(size, 1), same_bytes=same)
        figure("archive.write.memory", peak, "MB", target=MOST_MB)
        empty.mkdir()
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=_environment(empty), check=True)
        seconds, peak = _data(empty, "import", first)
        _data(empty, "export", again)
        figure("archive.load", seconds, "s", peak_mb=round(peak), same_bytes=again.read_bytes() == first.read_bytes())


def _data(home, *arguments):
    command = [sys.executable, "-m", "concertia.cli.main", "data", *arguments]
    return measured(command, cwd=ROOT, env=_environment(home))


def _environment(home):
    return environment(
        CONCERTIA_HOME=str(home), CONCERTIA_SECRET_KEY="k" * 60, DJANGO_SETTINGS_MODULE="concertia.config.settings"
    )
