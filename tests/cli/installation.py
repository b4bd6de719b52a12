"""A real installation in a temporary folder, driven as an operator does: by commands, in other processes."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parents[2]
ON_POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")
MAIL, PASSWORD = "administration@exemple.fr", "une phrase de passe pour les essais"


def environment(**more):
    """The environment of an operator: none of what the tests themselves run with."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CONCERTIA_", "DJANGO_", "PG"))}
    kept.pop("DATABASE_URL", None)
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"} | more


def concertia(*arguments, env=None, check=None, **options):
    """Run a command; `check` is the exit status expected. Return the finished process."""
    done = subprocess.run(
        [sys.executable, "-m", "concertia.cli.main", *map(str, arguments)],
        env=environment(**(env or {})), cwd=ROOT, capture_output=True, text=True, timeout=120,
        stdin=subprocess.DEVNULL, **options,
    )  # fmt: skip
    if check is not None:
        assert done.returncode == check, done.stderr
    return done


def new_postgres(template=None):
    """A database of its own in the cluster the tests run on; a copy of another when named."""
    server = os.environ["DATABASE_URL"]
    name = f"essai_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(_with_name(server, "postgres"), autocommit=True) as connection:
        copied = f' TEMPLATE "{urlsplit(template).path[1:]}"' if template else ""
        connection.execute(f'CREATE DATABASE "{name}"{copied}')
    return _with_name(server, name)


def _with_name(url, name):
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Installation:
    home: Path
    identity: Path
    database_url: str = ""
    env: dict = field(default_factory=dict)

    @classmethod
    def create(cls, folder, *, address="http://127.0.0.1:8000"):
        home, identity, password = folder / "maison", folder / "cle.txt", folder / "passe.txt"
        password.write_text(PASSWORD)
        arguments = ["--home", home, "--address", address, "--admin-mail", MAIL, "--backup-identity", identity]
        url = new_postgres() if ON_POSTGRES else ""
        if url:
            arguments += ["--database-url", url]
        concertia("init", *arguments, "--admin-password-file", password, "--non-interactive", check=0)
        return cls(home, identity, url)

    def copy(self, folder):
        """The same installation elsewhere, with a database of its own."""
        home = folder / "maison"
        shutil.copytree(self.home, home)
        url = new_postgres(self.database_url) if self.database_url else ""
        if url:
            (home / "secrets" / "database_url").write_text(url)
        return Installation(home, self.identity, url)

    def connect(self):
        """A connection of psycopg or sqlite3: both have `execute` and `commit`."""
        if self.database_url:
            return psycopg.connect(self.database_url)
        return sqlite3.connect(self.home / "db.sqlite3", timeout=30)

    def rows(self, query):
        connection = self.connect()
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()


class Server:
    """`concertia serve` in its own process; `kill_everything` is what a power cut does to processes."""

    def __init__(self, home, *arguments, env=None, port=None):
        self.home, self.port = home, port or free_port()
        self.log = (home.parent / f"serve-{self.port}.log").open("ab")
        command = [sys.executable, "-m", "concertia.cli.main", "serve", "--home", str(home), "--port", str(self.port)]
        self.process = subprocess.Popen(
            [*command, *arguments],
            env=environment(**(env or {})), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
        )  # fmt: skip

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        return self.wait_until_ready()

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()
        self.log.close()

    def wait_until_ready(self, path="/", seconds=90):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.words()
            try:
                urllib.request.urlopen(self.url + path, timeout=5).close()
                return self
            except urllib.error.HTTPError:
                return self
            except OSError:
                time.sleep(0.05)
        raise AssertionError(f"le site ne répond pas :\n{self.words()}")

    def words(self):
        return Path(self.log.name).read_text(errors="replace")

    def descendants(self):
        """Every process below the supervisor, read from /proc: pid → command line."""
        parents = {}
        for entry in Path("/proc").glob("[0-9]*/stat"):
            try:
                stat = entry.read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            parents[int(entry.parent.name)] = (int(stat[1]), stat[0])
        found, frontier = {}, {self.process.pid}
        while frontier:
            frontier = {pid for pid, (parent, state) in parents.items() if parent in frontier and state != "Z"}
            for pid in frontier:
                try:
                    found[pid] = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
                except OSError:
                    continue
        return found

    def kill_everything(self):
        """SIGKILL to the supervisor and to each of its descendants, at once."""
        pids = [self.process.pid, *self.descendants()]
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait()
        wait_for_the_end_of(pids)

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        return self.process.wait(20)


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def wait_for_the_end_of(pids, seconds=15):
    deadline = time.monotonic() + seconds
    while any(is_alive(pid) for pid in pids):
        assert time.monotonic() < deadline, f"encore en vie : {[pid for pid in pids if is_alive(pid)]}"
        time.sleep(0.02)
