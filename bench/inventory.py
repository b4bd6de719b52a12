"""The public space with 2,000 consultations and 20,000 propositions: each page made anew, then served again.

« Made » forces the page to be made at each request (the number that cached pages stand on is moved); « served » is
what visitors get between two publications.
"""

import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.harness import ROOT, figure, p95
from bench.pages import fetch
from tests.cli.installation import Server, environment

CONSULTATIONS, PROPOSITIONS, TERRITORIES = 2000, 10, 500
MADE, SERVED = 40, 200
PAGES = {
    "home": ("/", 0.08),
    "inventory": ("/concertations/", 0.2),
    "inventory.narrowed": ("/concertations/?public=agents&region=84&annee=2025", 0.2),
    "inventory.last_page": ("/concertations/?page=100", 0.2),
    "search": ("/concertations/?q=cantine+%C3%A9cole", 0.1),
    "search.phrase": ("/concertations/?q=%22transports+scolaires%22", 0.1),
    "search.one_common_word": ("/concertations/?q=agents", 0.1),
    "consultation": ("/concertations/Z001-01/", 0.08),
    "territories": ("/territoires/", 0.2),
    "feed": ("/concertations/flux.atom", 0.2),
    "api.consultations": ("/api/v1/concertations", 0.08),
    "api.propositions": ("/api/v1/propositions?page=90&taille=100", 0.08),
    "api.search": ("/api/v1/concertations?q=cantine", 0.08),
}


def filled_home(folder):
    """An installation with its database of fictional consultations; returns its folder."""
    home = Path(folder) / "maison"
    home.mkdir(parents=True)
    env = environment(
        CONCERTIA_HOME=str(home), CONCERTIA_SECRET_KEY="k" * 60, CONCERTIA_DEMO="1",
        DJANGO_SETTINGS_MODULE="concertia.config.settings",
    )  # fmt: skip
    migrate = [sys.executable, "-m", "concertia.cli.main", "migrate", "--home", str(home)]
    subprocess.run(migrate, cwd=ROOT, env=env, check=True, stderr=subprocess.DEVNULL)
    numbers = map(str, (CONSULTATIONS, PROPOSITIONS, TERRITORIES))
    subprocess.run([sys.executable, "-m", "bench.many", *numbers], cwd=ROOT, env=env, check=True)
    return home


def serving(home):
    """The server on it. Not the demonstration's own data: the database has publications already."""
    return Server(home, env={"CONCERTIA_SECRET_KEY": "k" * 60, "CONCERTIA_DEMO": "1"})


GROW = (
    "INSERT INTO commons_publicstate (subject, number, cut, changed_at) VALUES (?, 1, 1, datetime('now')) "
    "ON CONFLICT (subject) DO UPDATE SET number = number + 1, changed_at = datetime('now')"
)


def added(home, *subjects):
    """Move the numbers that cached pages stand on, as a publication does."""
    _written(home, GROW, subjects)


def something_changed(home):
    """Every page is made again, at once: something that it showed may have been taken down."""
    _written(home, f"{GROW}, cut = number + 1", ("*",))


def _written(home, statement, subjects):
    with sqlite3.connect(home / "db.sqlite3", timeout=20) as database:
        database.executemany(statement, [(subject,) for subject in ("", *subjects)])


def measure():
    with tempfile.TemporaryDirectory() as folder:
        home = filled_home(folder)
        with serving(home) as server:
            for name, (path, target) in PAGES.items():
                _measure_page(server, home, name, path, target)


def _measure_page(server, home, name, path, target):
    body, plain = fetch(server.url + path)
    for how, times in (("made", MADE), ("served", SERVED)):
        taken = []
        for _ in range(times):
            if how == "made":
                something_changed(home)
            began = time.perf_counter()
            fetch(server.url + path)
            taken.append(time.perf_counter() - began)
        median = round(statistics.median(taken), 4)
        figure(f"{name}.{how}.p95", p95(taken), "s", target=target, page=path, median=median, requests=times)
    figure(f"{name}.weight", len(body) / 1000, "kB", target=150, page=path, plain_kb=len(plain) / 1000)
