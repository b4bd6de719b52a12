"""`concertia restore`: read a backup whole, verify it whole, then put it in place; or change nothing."""

from __future__ import annotations

import argparse
import os
import re
import secrets
import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import dj_database_url

from concertia import __version__
from concertia.cli.archive import DATABASES, Manifest, read_identity, unpack
from concertia.cli.database import Postgres, Sqlite, database_of, describe_sqlite
from concertia.cli.init import new_secret_key
from concertia.cli.installation import (
    INTERRUPTED,
    Refusal,
    choose_home,
    plainly,
    private_write,
    say,
    set_up_django,
    sole_use,
)
from concertia.config import environment

STAGING = ".restauration-"
BUSY = "Concertia tourne depuis {home} : arrêtez-le avant de restaurer (Ctrl-C, ou « systemctl stop concertia »)."


# --- verifying ----------------------------------------------------------------------------------------------------
def refuse_newer(manifest: Manifest) -> None:
    """A backup made by a later version holds tables and columns that this code does not know."""
    if _numbers(manifest.version) > _numbers(__version__):
        raise Refusal(
            f"Cette sauvegarde a été faite par Concertia {manifest.version}, plus récent que cette version "
            f"({__version__}) : installez Concertia {manifest.version} ou plus récent, puis recommencez."
        )
    known = known_migrations()
    unknown = [f"{app}.{name}" for app, name in manifest.migrations if (app, name) not in known]
    if unknown:
        raise Refusal(
            f"Cette sauvegarde contient {len(unknown)} migration(s) que cette version ne connaît pas "
            f"({unknown[0]}…) : installez la version qui l’a faite ({manifest.version}), puis recommencez."
        )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])


def known_migrations() -> set[tuple[str, str]]:
    """Every migration of the installed code; needs the settings, not the database."""
    from django.db.migrations.loader import MigrationLoader  # noqa: PLC0415 -- app ready

    loader = MigrationLoader(None, ignore_no_migrations=True)
    replaced = {key for migration in loader.disk_migrations.values() for key in migration.replaces}
    return set(loader.disk_migrations) | replaced


def verify_sqlite(path: Path, manifest: Manifest) -> None:
    with closing(sqlite3.connect(path)) as connection:
        try:
            found = describe_sqlite(connection)
        except sqlite3.DatabaseError as reason:
            raise Refusal("La base de cette sauvegarde ne s’ouvre pas : prenez une autre sauvegarde.") from reason
    for table in sorted(manifest.counts.keys() | found.counts.keys()):
        if manifest.counts.get(table) != found.counts.get(table):
            raise Refusal(
                f"La table {table} contient {found.counts.get(table, 0)} lignes et le manifeste en annonce "
                f"{manifest.counts.get(table, 0)} : la sauvegarde a été modifiée. Rien n’a été changé."
            )


def refuse_other_engine(manifest: Manifest, database: Sqlite | Postgres) -> None:
    names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    if manifest.database == database.kind:
        return
    hint = (
        "déclarez une base PostgreSQL vide (DATABASE_URL, ou secrets/database_url)"
        if manifest.database == "postgresql"
        else "restaurez sans DATABASE_URL, dans un dossier dont la base est un fichier SQLite"
    )
    raise Refusal(
        f"Cette sauvegarde vient de {names[manifest.database]} et cette installation emploie {names[database.kind]} : "
        f"{hint}."
    )


# --- putting in place ---------------------------------------------------------------------------------------------
@dataclass
class Swap:
    """Moves that can be taken back: what was there goes to `kept`, what was restored takes its place."""

    home: Path
    kept: Path
    done: list[tuple[Path, Path]] = field(default_factory=list)

    def move(self, source: Path, target: Path) -> None:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.move(source, target)
        self.done.append((source, target))

    def set_aside(self, path: Path) -> None:
        if path.exists():
            self.move(path, self.kept / path.name)

    def take_back(self) -> None:
        for source, target in reversed(self.done):
            shutil.move(target, source)
        self.done.clear()


def put_in_place(home: Path, staging: Path, manifest: Manifest, database: Sqlite | Postgres) -> Path | None:
    """Swap the database and the files; return where the previous ones are kept, if there were any."""
    kept = home / datetime.now().strftime(".avant-restauration-%Y%m%d-%H%M%S")
    swap, marker = Swap(home, kept), home / INTERRUPTED
    marker.write_text(f"Restauration commencée ; l’état précédent est dans {kept.name}/.\n", encoding="utf-8")
    try:
        if isinstance(database, Postgres):
            _keep_postgres(database, kept)
        swap.set_aside(home / "files")
        if (staging / "files").exists():
            swap.move(staging / "files", home / "files")
        if isinstance(database, Sqlite):
            for part in database.parts():
                swap.set_aside(part)
            swap.move(staging / DATABASES["sqlite"], database.path)
        else:  # last: it commits by itself, everything before it can still be taken back
            dump = staging / DATABASES["postgresql"]
            database.restore(dump, int(manifest.database_version), manifest.counts)
    except BaseException:
        swap.take_back()
        marker.unlink()
        raise
    _restore_settings(home, staging)
    os.sync()
    marker.unlink()
    return kept if kept.exists() else None


def _keep_postgres(database: Postgres, kept: Path) -> None:
    if not database.is_empty():
        kept.mkdir(mode=0o700, parents=True)
        database.snapshot(kept / DATABASES["postgresql"])


def _restore_settings(home: Path, staging: Path) -> None:
    """Settings and secrets already here win: the address or the mail of a new machine may differ."""
    for name in ("concertia.toml", "backup.recipient"):
        if (staging / name).exists() and not (home / name).exists():
            shutil.move(staging / name, home / name)
    if (home / "secrets" / "secret_key").exists():
        return
    (home / "secrets").mkdir(mode=0o700, exist_ok=True)
    if (staging / "secrets").exists():
        for path in (staging / "secrets").iterdir():
            private_write(home / "secrets" / path.name, path.read_text(encoding="utf-8"))
        return
    private_write(home / "secrets" / "secret_key", new_secret_key())
    say("La clé de signature est neuve : chacun devra se reconnecter, et les liens déjà envoyés ne valent plus.")


# --- command ------------------------------------------------------------------------------------------------------
def target_database(home: Path) -> Sqlite | Postgres:
    """Where to restore, on a machine that may have no settings yet."""
    if not (home / "secrets" / "secret_key").exists():  # the settings ask for a key; this one is never written
        os.environ.setdefault("CONCERTIA_SECRET_KEY", secrets.token_urlsafe(64))
    url = environment.load().database_url
    scheme = dj_database_url.parse(url)["ENGINE"].rsplit(".", 1)[-1]
    if scheme not in ("sqlite3", "postgresql"):
        raise Refusal(f"La base déclarée ({scheme}) n’est ni SQLite ni PostgreSQL.")
    return database_of(url)


def refuse_overwriting(home: Path, database: Sqlite | Postgres) -> None:
    files = home / "files"
    if not database.is_empty() or (files.exists() and any(files.iterdir())):
        raise Refusal(
            f"{home} contient déjà des données : rien n’a été changé. Pour les remplacer (elles seront gardées à "
            "côté), ajoutez --force."
        )


@plainly
def run(arguments: argparse.Namespace) -> int:
    path = Path(arguments.file)
    if not path.is_file():
        raise Refusal(f"Le fichier {path} n’existe pas. Indiquez une sauvegarde « concertia-….age ».")
    identity = read_identity(Path(arguments.identity))
    home = choose_home(arguments)
    os.environ["CONCERTIA_HOME"] = str(home)
    with sole_use(home, otherwise=BUSY.format(home=home)):
        database = target_database(home)
        if not arguments.force:
            refuse_overwriting(home, database)
        for left in home.glob(f"{STAGING}*"):
            shutil.rmtree(left)
        with tempfile.TemporaryDirectory(prefix=STAGING, dir=home) as folder:
            staging = Path(folder)
            try:
                manifest = unpack(path, identity, staging)
            except OSError as reason:
                raise Refusal(
                    f"La sauvegarde ne se déplie pas dans {home} : {reason.strerror}. Rien n’a été changé."
                ) from reason
            refuse_other_engine(manifest, database)
            set_up_django()
            refuse_newer(manifest)
            if manifest.database == "sqlite":
                verify_sqlite(staging / DATABASES["sqlite"], manifest)
            kept = put_in_place(home, staging, manifest, database)
    report(manifest, home, kept)
    return 0


def report(manifest: Manifest, home: Path, kept: Path | None) -> None:
    files = sum(entry.name.startswith("files/") for entry in manifest.files)
    say(
        f"Sauvegarde du {manifest.created} restaurée dans {home} : {sum(manifest.counts.values())} lignes de "
        f"{len(manifest.counts)} tables et {files} fichier(s), tous vérifiés."
    )
    if kept:
        say(f"L’état précédent est gardé dans {kept} : effacez-le quand vous aurez vérifié le site.")
    say("Ensuite : « concertia migrate » (si la version a changé), puis « concertia serve ».")


def register(subparsers) -> None:
    parser = subparsers.add_parser("restore", help="restaurer une sauvegarde, après l’avoir vérifiée")
    parser.add_argument("file", metavar="FICHIER.age")
    parser.add_argument(
        "--identity", required=True, metavar="FICHIER", help="clé secrète écrite par « concertia init »"
    )
    parser.add_argument("--home", help="dossier de l’installation (sinon CONCERTIA_HOME, sinon var/)")
    parser.add_argument("--force", action="store_true", help="remplacer des données présentes, en les gardant à côté")
    parser.set_defaults(run=run)
