"""What the operating commands share: the sentence that refuses, the folder's lock, a child that dies with its parent.

No Django at import: these commands must speak even where Django cannot start.
"""

from __future__ import annotations

import ctypes
import functools
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from concertia.config.environment import NotInitialised, home_directory

SETTINGS = "concertia.config.settings"
INTERRUPTED = "restauration-interrompue.txt"


class Refusal(Exception):
    """One French sentence for the person at the terminal: what, where, what to do."""


def say(sentence: str = "") -> None:
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


def plainly(command: Callable[..., int]) -> Callable[..., int]:
    """Turn a refusal into one line and the exit status 2."""

    @functools.wraps(command)
    def run(arguments) -> int:
        try:
            return command(arguments)
        except (Refusal, NotInitialised) as reason:
            say(str(reason))
            return 2
        except KeyboardInterrupt:
            say("Interrompu.")
            return 130

    return run


def choose_home(arguments) -> Path:
    """The folder named on the command line, else CONCERTIA_HOME; children and settings see the same one.

    From here on, what these commands write is for the service's own account alone.
    """
    os.umask(0o077)
    if getattr(arguments, "home", None):
        os.environ["CONCERTIA_HOME"] = str(Path(arguments.home).resolve())
    return home_directory()


def set_up_django() -> None:
    """Load the settings, and say plainly what is wrong with them."""
    import django  # noqa: PLC0415 -- slow import
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415 -- slow import

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    try:
        django.setup()
    except ImproperlyConfigured as reason:
        raise Refusal(f"Les réglages de {home_directory()} ne permettent pas de démarrer : {reason}") from reason


def bring_up_to_date() -> None:
    """Apply the migrations and lay the static files where the web serves them."""
    from django.core.management import call_command  # noqa: PLC0415 -- app ready
    from django.db import OperationalError  # noqa: PLC0415 -- app ready

    try:
        call_command("migrate", interactive=False, verbosity=0)
    except OperationalError as reason:
        raise Refusal(f"La base de données refuse la mise à jour : {str(reason).strip().splitlines()[0]}.") from reason
    call_command("collectstatic", interactive=False, verbosity=0)


def private_write(path: Path, text: str) -> None:
    """Write a file that its owner alone reads, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(draft, path)


@contextmanager
def sole_use(home: Path, *, otherwise: str) -> Iterator[IO[str]]:
    """Hold the folder's lock; the kernel gives it back whatever kills us. `otherwise` is the refusal."""
    import fcntl  # noqa: PLC0415 -- optional dependency: POSIX alone

    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (home / "serve.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise Refusal(otherwise) from held
        yield lock


def die_with_parent(parent: int, how: signal.Signals = signal.SIGKILL) -> None:
    """Ask the kernel for this signal when our parent dies, even by `kill -9` (Linux; elsewhere, nothing)."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(1, int(how))
    if os.getppid() != parent:  # it died before we asked
        os.kill(os.getpid(), how)
