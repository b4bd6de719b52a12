"""A private PostgreSQL cluster for the tests: made in a temporary folder, reached by a socket, gone at the end.

Standard library alone: `scripts/with_postgres.py` uses it before any package is installed.
"""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

PLACES = ("/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt")
ACCOUNT = "postgres"


def server_binaries():
    """The folder of the newest server installed here, or None."""
    found = []
    for place in PLACES:
        found += [path.parent for path in Path(place).glob("*/bin/initdb")]
    on_path = shutil.which("initdb")
    if on_path:
        found.append(Path(on_path).parent)
    numbered = [(int(path.parent.name) if path.parent.name.isdigit() else 0, str(path)) for path in found]
    return Path(max(numbered)[1]) if numbered else None


def _account():
    """PostgreSQL refuses to run as root: the account that runs it, or None when we already are somebody else."""
    if os.geteuid() != 0:
        return None
    for name in (ACCOUNT, "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("PostgreSQL ne démarre pas en root et aucun compte « postgres » ou « nobody » n’existe ici.")


def _stop_with_parent():
    """Ask the kernel for a fast shutdown of the cluster when the tests are killed (Linux; elsewhere, nothing)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)


@dataclass
class Cluster:
    binaries: Path
    folder: Path
    account: pwd.struct_passwd | None
    durable: bool
    process: subprocess.Popen | None = None

    def _identity(self):
        if self.account is None:
            return {}
        return {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}

    def _run(self, *command, **options):
        return subprocess.run(
            [str(self.binaries / command[0]), *command[1:]],
            check=True, capture_output=True, text=True, cwd=self.folder, **self._identity(), **options,
        )  # fmt: skip

    def create(self):
        arguments = ["--auth=trust", "--username=concertia", "--encoding=UTF8", "--locale=C.UTF-8"]
        self._run("initdb", "--pgdata", str(self.folder / "data"), "--no-sync", *arguments)

    def start(self):
        """Start in the foreground of a child, so that its end is ours to see; wait until it answers."""
        settings = {"listen_addresses": "", "unix_socket_directories": str(self.folder), "max_connections": "60"}
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(self.binaries / "postgres"), "-D", str(self.folder / "data"), *options],
                stdout=log, stderr=log, cwd=self.folder, start_new_session=True,
                preexec_fn=_stop_with_parent, **self._identity(),
            )  # fmt: skip
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            answer = subprocess.run(
                [str(self.binaries / "pg_isready"), "-q", "-h", str(self.folder)], capture_output=True
            )
            if answer.returncode == 0:
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError("PostgreSQL ne démarre pas :\n" + (self.folder / "log").read_text(errors="replace"))

    def stop(self):
        """Fast shutdown; then the whole group, which is ours alone."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self):
        """`kill -9` of the whole cluster, as when the machine stops; each backend has a session of its own."""
        pids = [self.process.pid, *_children(self.process.pid)]
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        while any(Path(f"/proc/{pid}").exists() for pid in pids[1:]):
            time.sleep(0.02)

    def url(self, name="postgres"):
        return f"postgres://concertia@{quote(str(self.folder), safe='')}/{name}"

    def new_database(self):
        name = f"t{uuid.uuid4().hex[:12]}"
        subprocess.run(
            [str(self.binaries / "createdb"), "-h", str(self.folder), "-U", "concertia", name],
            check=True, capture_output=True,
        )  # fmt: skip
        return self.url(name)


def _children(parent):
    """The pids whose parent this is, read from /proc."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(entry.read_text().rsplit(")", 1)[1].split()[1]) == parent:
                found.append(int(entry.parent.name))
    return found


@contextmanager
def private_cluster(*, durable=False):
    """Yield a running cluster; `durable` keeps fsync on, for the tests that kill it."""
    binaries = server_binaries()
    if binaries is None:
        raise RuntimeError("PostgreSQL n’est pas installé ici. Sur Debian : apt-get install postgresql.")
    # /tmp, not TMPDIR: the path of a socket must stay short.
    folder = Path(tempfile.mkdtemp(prefix="concertia-pg-", dir="/tmp"))
    account = _account()
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    cluster = Cluster(binaries, folder, account, durable)
    try:
        cluster.create()
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
