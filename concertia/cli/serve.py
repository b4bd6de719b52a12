"""`concertia serve`: one process that starts the web, the worker and the schedule, and starts again what dies.

`concertia migrate` stands here too: serving refuses to start before it.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from concertia.cli import init
from concertia.cli.installation import (
    INTERRUPTED,
    Refusal,
    bring_up_to_date,
    choose_home,
    die_with_parent,
    plainly,
    say,
    set_up_django,
    sole_use,
)

BUSY = (
    "Concertia tourne déjà depuis {home}. Arrêtez-le d’abord (Ctrl-C, ou « systemctl stop concertia »), puis "
    "recommencez."
)
STOPPING_TIME = 8  # seconds given to the children before they are killed; ten in all
HOPELESS = 5  # starts in a row without an answer before giving up
HEALTHY_AFTER = 30  # seconds of life that forgive earlier deaths
LONGEST_WAIT = 30.0


# --- children ---------------------------------------------------------------------------------------------------
@dataclass
class Child:
    """One process under watch. `last_word` is the signal the kernel sends it if the supervisor is killed."""

    name: str
    command: list[str]
    last_word: signal.Signals = signal.SIGKILL
    process: subprocess.Popen | None = None
    started: float = 0.0
    deaths: int = 0
    not_before: float = 0.0

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 -- our own command
            self.command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # a Ctrl-C in the terminal reaches the supervisor alone
            preexec_fn=partial(die_with_parent, os.getpid(), self.last_word),
        )

    def bury(self) -> None:
        """Clear what a dead child left behind, and say when the next one may start."""
        lived = time.monotonic() - self.started
        self.deaths = 1 if lived > HEALTHY_AFTER else self.deaths + 1
        self.end_group(signal.SIGKILL)
        self.not_before = time.monotonic() + (min(LONGEST_WAIT, 0.25 * 2**self.deaths) if self.deaths > 1 else 0.0)
        say(f"Le processus « {self.name} » s’est arrêté ({_cause(self.process.returncode)}) ; il redémarre.")
        self.process = None

    def end_group(self, how: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, how)


def _cause(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"code {status}"


@dataclass
class Supervisor:
    children: list[Child]
    host: str
    port: int
    announcement: str
    stopping: bool = False
    ready: bool = False
    started: float = field(default_factory=time.monotonic)

    def run(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask_to_stop)
        try:
            while not self.stopping:
                self._look_after()
                time.sleep(0.1)
        finally:
            self._stop()
        return 0

    def _ask_to_stop(self, *_) -> None:
        self.stopping = True

    def _look_after(self) -> None:
        for child in self.children:
            if child.process is None:
                if time.monotonic() >= child.not_before:
                    child.start()
            elif child.process.poll() is not None:
                child.bury()
                self._give_up_if_hopeless(child)
        if not self.ready and _answers(self.host, self.port):
            self.ready = True
            say(self.announcement)

    def _give_up_if_hopeless(self, child: Child) -> None:
        if not self.ready and child.deaths >= HOPELESS:
            raise Refusal(
                f"Le processus « {child.name} » s’arrête dès son départ ({HOPELESS} essais) : la raison est dans les "
                "lignes au-dessus. « concertia check --deploy » peut la préciser."
            )

    def _stop(self) -> None:
        alive = [child for child in self.children if child.process is not None and child.process.poll() is None]
        for child in alive:
            child.process.terminate()
        deadline = time.monotonic() + STOPPING_TIME
        for child in alive:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.0, deadline - time.monotonic()))
        for child in alive:  # and whatever they started themselves
            child.end_group(signal.SIGKILL)
            child.process.wait()
        say("Concertia est arrêté.")


def _answers(host: str, port: int) -> bool:
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 -- compared, not bound
    try:
        socket.create_connection((reachable, port), timeout=0.2).close()
    except OSError:
        return False
    return True


def children(host: str, port: int, workers: int) -> list[Child]:
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    web += ["--workers", str(workers), "--blocking-threads", "4", "--blocking-threads-idle-timeout", "600"]
    web += ["--no-ws", "--respawn-failed-workers", "--respawn-interval", "0.2", "--workers-kill-timeout", "5"]
    web += ["--log-level", "warning", "concertia.cli.web:application"]
    part = [sys.executable, "-m", "concertia.cli.processes"]
    return [
        # granian ends its own workers on SIGTERM; the others may be in the middle of work that must not run twice.
        Child("site", web, last_word=signal.SIGTERM),
        Child("travaux", [*part, "worker"]),
        Child("programme", [*part, "schedule"]),
    ]


# --- before serving ---------------------------------------------------------------------------------------------
def refuse_interrupted_restoration(home: Path) -> None:
    marker = home / INTERRUPTED
    if marker.exists():
        raise Refusal(
            f"Une restauration a été interrompue dans {home} : les données y sont peut-être incomplètes. "
            f"Relancez « concertia restore … --force » ; l’ancien état est décrit dans {marker.name}."
        )


def refuse_pending_migrations() -> None:
    from django.db import OperationalError, connection  # noqa: PLC0415 -- app ready
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415 -- app ready

    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except OperationalError as reason:
        raise Refusal(
            f"La base de données ne répond pas : {str(reason).strip().splitlines()[0]}. Vérifiez qu’elle est "
            "démarrée et que son adresse (DATABASE_URL ou secrets/database_url) est juste."
        ) from reason
    if pending:
        raise Refusal(
            f"La base n’est pas à jour : {len(pending)} migration(s) à appliquer. Faites une sauvegarde, puis lancez "
            "« concertia migrate »."
        )


def refuse_missing_static() -> None:
    from django.conf import settings  # noqa: PLC0415 -- app ready

    if not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        raise Refusal(
            f"Les feuilles de style ne sont pas en place dans {settings.STATIC_ROOT}. Lancez « concertia migrate »."
        )


def refuse_taken_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as reason:
            raise Refusal(_why_not_bound(reason.errno, host, port)) from reason


def _why_not_bound(number: int | None, host: str, port: int) -> str:
    if number == errno.EADDRINUSE:
        other = port + 1 if port < 65535 else 8000
        return (
            f"Le port {port} de {host} est déjà pris par un autre programme. Arrêtez-le, ou choisissez un autre port : "
            f"« concertia serve --port {other} » (ou « PORT={other} make serve »)."
        )
    if number == errno.EACCES:
        return (
            f"Le port {port} demande des droits d’administrateur. Choisissez un port à partir de 1024, par exemple "
            "8000."
        )
    return (
        f"L’adresse « {host} » n’est pas une adresse de cette machine. Indiquez 127.0.0.1, ou une adresse qu’elle "
        "porte."
    )


# --- commands ---------------------------------------------------------------------------------------------------
@plainly
def run(arguments: argparse.Namespace) -> int:
    home = choose_home(arguments)
    if arguments.demonstration:
        init.initialise_demonstration(home, address=f"http://127.0.0.1:{arguments.port}")
    os.environ["CONCERTIA_HOME"] = str(home)
    with sole_use(home, otherwise=BUSY.format(home=home)):
        refuse_interrupted_restoration(home)
        refuse_taken_port(arguments.host, arguments.port)
        set_up_django()
        _refuse_public_demonstration(arguments.host)
        if arguments.demonstration:
            bring_up_to_date()
            init.load_demonstration()
        refuse_pending_migrations()
        refuse_missing_static()
        announcement = _announcement(arguments)
        _leave_the_database()
        watched = children(arguments.host, arguments.port, arguments.workers)
        return Supervisor(watched, arguments.host, arguments.port, announcement).run()


@plainly
def run_migrate(arguments: argparse.Namespace) -> int:
    home = choose_home(arguments)
    if not home.exists():
        raise Refusal(f"Le dossier {home} n’existe pas. Lancez d’abord « concertia init ».")
    with sole_use(home, otherwise=BUSY.format(home=home)):
        set_up_django()
        bring_up_to_date()
    say("La base et les feuilles de style sont à jour.")
    return 0


def _leave_the_database() -> None:
    from django.db import connections  # noqa: PLC0415 -- app ready

    connections.close_all()


def _refuse_public_demonstration(host: str) -> None:
    from django.conf import settings  # noqa: PLC0415 -- app ready

    if settings.DEMONSTRATION and host not in ("127.0.0.1", "::1", "localhost"):
        raise Refusal(
            f"Une démonstration, dont les mots de passe sont connus de tous, ne s’ouvre que sur 127.0.0.1 : « {host} » "
            "est refusé. Pour une vraie installation : « concertia init »."
        )


def _announcement(arguments: argparse.Namespace) -> str:
    if arguments.demonstration:
        accounts = "".join(f"\n  {line}" for line in init.demonstration_accounts())
        return (
            f"\nConcertia est prêt : http://127.0.0.1:{arguments.port}/ (Ctrl-C pour arrêter)\n"
            f"Comptes de démonstration :{accounts}\n"
        )
    return f"Concertia répond sur {arguments.host}, port {arguments.port}."


def register(subparsers) -> None:
    serve = subparsers.add_parser("serve", help="servir le site, les travaux et le programme")
    serve.add_argument("--home", help="dossier de l’installation (sinon CONCERTIA_HOME, sinon var/)")
    serve.add_argument("--host", default="127.0.0.1", help="adresse d’écoute ; 127.0.0.1 derrière un serveur frontal")
    serve.add_argument("--port", type=_port, default=8000)
    serve.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1), help="processus du site")
    serve.add_argument("--demonstration", action="store_true", help="préparer et servir une démonstration locale")
    serve.set_defaults(run=run)
    migrate = subparsers.add_parser("migrate", help="mettre à jour la base et les feuilles de style")
    migrate.add_argument("--home", help="dossier de l’installation (sinon CONCERTIA_HOME, sinon var/)")
    migrate.set_defaults(run=run_migrate)


def _port(text: str) -> int:
    if text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError(f"« {text} » n’est pas un port : donnez un nombre de 1 à 65535.")
