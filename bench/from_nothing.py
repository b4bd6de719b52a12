"""From an empty folder to the first page, with system Python alone; then a second start; what the space goes to."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from bench.harness import ROOT, figure
from tests.cli.installation import free_port

HEAVIEST_MB = 450


def size_mb(path):
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file() and not file.is_symlink()) / 1e6


def first_page(folder, port):
    """Seconds from `make serve` to an answer, then stop."""
    python = getattr(sys, "_base_executable", sys.executable)
    kept = {name: value for name, value in os.environ.items() if name.startswith("PIP_") or name in ("PATH", "HOME")}
    began = time.perf_counter()
    serving = subprocess.Popen(
        ["make", "serve", f"PYTHON={python}"], cwd=folder, env=kept | {"PORT": str(port), "PIP_NO_CACHE_DIR": "1"},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        while True:
            if serving.poll() is not None:
                raise RuntimeError(f"make serve s’est arrêté (code {serving.returncode})")
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
                return time.perf_counter() - began
            except OSError:
                time.sleep(0.1)
    finally:
        if serving.poll() is None:
            os.killpg(serving.pid, signal.SIGINT)
        serving.wait(20)


def measure():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "concertia"
        subprocess.run(["git", "clone", "--quiet", "--depth", "1", f"file://{ROOT}", str(folder)], check=True)
        port = free_port()
        figure("from_nothing.first_page", first_page(folder, port), "s", target=300)
        figure("from_nothing.second_start", first_page(folder, port), "s", target=15)
        packages = folder / ".venv"
        heaviest = sorted(((size_mb(path), path.name) for path in packages.glob("lib/*/site-packages/*")), reverse=True)
        details = {name: round(size) for size, name in heaviest[:6]}
        figure("from_nothing.environment", size_mb(packages), "MB", target=HEAVIEST_MB, heaviest=details)
        figure("from_nothing.sources", size_mb(folder) - size_mb(packages), "MB")
