"""The kill test's machinery: people type in the real canvas form, everything is killed, what was acknowledged is there.

Each save is answered with the version it made. The ledger keeps, per person, the last version the site acknowledged
and the words saved in it. After a restart, what is read back must be that version or a later one.
"""

import http.client
import http.cookiejar
import json
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import closing
from dataclasses import dataclass, field
from urllib.parse import urlencode

import lxml.html

from tests.cli.installation import PASSWORD, ROOT, Server, environment

FIELD = "objectives"


@dataclass
class Person:
    """Someone signed in, typing in one consultation; their session outlives the server."""

    mail: str
    public_id: str
    acknowledged: int = -1
    words: str = ""
    saves: int = 0
    opener: urllib.request.OpenerDirector = field(default=None)

    def ask(self, url, data=None, headers=None):
        request = urllib.request.Request(url, data=data, headers={"Referer": url, **(headers or {})})
        with self.opener.open(request, timeout=10) as answer:
            return answer.read()

    def sign_in(self, server):
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        address = f"{server.url}/compte/connexion/"
        form = _form(self.ask(address), "login")
        self.ask(address, urlencode(form | {"login": self.mail, "password": PASSWORD}).encode())

    def canvas(self, server):
        """The form as the site serves it: every field with its value."""
        return _form(self.ask(f"{server.url}/espace/concertations/{self.public_id}/canevas/"), "version")

    def type_until(self, server, stop):
        form = self.canvas(server)
        name = FIELD
        url = f"{server.url}/espace/concertations/{self.public_id}/canevas/"
        while not stop.is_set():
            form[name] = f"saisie {self.saves + 1} de {self.mail}"
            try:
                saved = json.loads(self.ask(url, urlencode(form, doseq=True).encode(), {"X-Concertia-Autosave": "1"}))
            except (OSError, http.client.HTTPException):
                continue  # the server is gone: nothing was acknowledged
            form["version"] = str(saved["version"])
            self.acknowledged, self.words = saved["version"], form[name]
            self.saves += 1

    def lost(self, server):
        """How many acknowledged saves the site no longer has."""
        form = self.canvas(server)
        version, words = int(form["version"]), form[FIELD]
        if version == self.acknowledged:
            return int(words != self.words)
        return max(0, self.acknowledged - version)


def _form(page, holding):
    """The values of the form that holds this field."""
    for form in lxml.html.fromstring(page).forms:
        if holding in form.fields:
            values = {}
            for name, value in form.form_values():
                values.setdefault(name, []).append(value.removeprefix("\n"))  # as a browser reads a textarea
            return {name: given[0] if len(given) == 1 else given for name, given in values.items()}
    raise AssertionError(f"aucun formulaire avec « {holding} » dans :\n{page.decode()[:2000]}")


@dataclass
class Report:
    cycles: int = 0
    acknowledged: int = 0
    lost: int = 0
    database_kills: int = 0
    restarts: list = field(default_factory=list)

    @property
    def slowest_restart(self):
        return max(self.restarts)

    def line(self):
        return {
            "cycles": self.cycles,
            "acknowledged": self.acknowledged,
            "lost": self.lost,
            "database_kills": self.database_kills,
            "restart_median_s": round(statistics.median(self.restarts), 2),
            "restart_max_s": round(self.slowest_restart, 2),
        }


def people_of(installation, count=4):
    done = subprocess.run(
        [sys.executable, "-m", "tests.cli.kill_world", str(count), PASSWORD],
        env=environment(CONCERTIA_HOME=str(installation.home)), cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [Person(**values) for values in json.loads(done.stdout)]


def kill_again_and_again(installation, *, cycles, seed, env=None, cluster=None, span=(0.8, 2.2)):
    """Start, let people type, kill everything at a random moment, check; return the figures."""
    chance = random.Random(seed)  # noqa: S311 -- moments to kill at, the same at each run
    report, people = Report(), people_of(installation)
    port = None
    for cycle in range(cycles + 1):
        began = time.monotonic()
        server = Server(installation.home, "--workers", "2", env=env, port=port).wait_until_ready("/sante/")
        port = server.port
        report.restarts.append(time.monotonic() - began)
        with server:
            for person in people:
                if person.opener is None:
                    person.sign_in(server)
            report.lost += sum(person.lost(server) for person in people if person.saves)
            if cycle == cycles:
                break
            _type_then_kill(server, people, chance.uniform(*span), cluster if cycle % 2 else None, report)
            check_integrity(installation)
        report.cycles += 1
    report.acknowledged = sum(person.saves for person in people)
    return report


def _type_then_kill(server, people, seconds, cluster, report):
    stop = threading.Event()
    typing = [threading.Thread(target=person.type_until, args=(server, stop)) for person in people]
    for thread in typing:
        thread.start()
    time.sleep(seconds)
    if cluster:
        cluster.kill()
        report.database_kills += 1
    server.kill_everything()
    stop.set()
    for thread in typing:
        thread.join()
    if cluster:
        cluster.start()


def check_integrity(installation):
    if installation.database_url:
        return
    with closing(sqlite3.connect(installation.home / "db.sqlite3")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def cycles_asked(default):
    return int(os.environ.get("CONCERTIA_KILL_CYCLES", default))
