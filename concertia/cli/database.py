"""The database seen by backup and restore, without Django: a snapshot, its row counts, and back."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import dj_database_url

from concertia.cli.installation import Refusal

if TYPE_CHECKING:
    import psycopg  # a tenth of a second that the commands without PostgreSQL need not wait

SERVER_BINARIES = Path("/usr/lib/postgresql")
EMPTY_THE_SCHEMA = """
SET client_min_messages = warning;
DO $$ DECLARE r record; BEGIN
  FOR r IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('DROP TABLE IF EXISTS public.%I CASCADE', r.tablename);
  END LOOP;
  FOR r IN SELECT cfgname FROM pg_ts_config WHERE cfgnamespace = 'public'::regnamespace LOOP
    EXECUTE format('DROP TEXT SEARCH CONFIGURATION public.%I', r.cfgname);
  END LOOP;
END $$;
"""


@dataclass(frozen=True)
class Snapshot:
    database: str
    version: str
    migrations: list[list[str]]
    counts: dict[str, int]


# --- SQLite -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Sqlite:
    path: Path
    kind = "sqlite"

    def is_empty(self) -> bool:
        return not self.path.exists()

    def size(self) -> int:
        return sum(path.stat().st_size for path in self.parts())

    def parts(self) -> list[Path]:
        """The file and its journal, which may hold what the file has not yet."""
        names = [self.path.name + suffix for suffix in ("", "-wal", "-shm")]
        return [self.path.with_name(name) for name in names if self.path.with_name(name).exists()]

    def snapshot(self, target: Path) -> Snapshot:
        """Copy a consistent state while people write: a reader of the journal never stops a writer."""
        if not self.path.exists():
            raise Refusal(f"Il n’y a pas de base à sauvegarder : {self.path} n’existe pas.")
        with closing(sqlite3.connect(self.path, timeout=60)) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
            return describe_sqlite(copy)


def describe_sqlite(connection: sqlite3.Connection) -> Snapshot:
    verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
    if verdict != "ok":
        raise Refusal(f"La base SQLite est abîmée ({verdict.splitlines()[0]}) : voir docs/exploitation.md.")
    tables = [
        name
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        if not name.startswith("sqlite_")
    ]
    counts = {}
    for name in tables:
        counts[name] = connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 -- from the schema
    applied = connection.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall()
    return Snapshot("sqlite", sqlite3.sqlite_version, [list(row) for row in applied], counts)


# --- PostgreSQL ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Postgres:
    host: str
    port: str
    user: str
    password: str
    name: str
    kind = "postgresql"

    def connect(self) -> psycopg.Connection:
        import psycopg  # noqa: PLC0415 -- slow import

        try:
            return psycopg.connect(
                host=self.host or None, port=self.port or None, user=self.user or None,
                password=self.password or None, dbname=self.name, connect_timeout=10,
            )  # fmt: skip
        except psycopg.OperationalError as reason:
            raise Refusal(
                f"La base PostgreSQL ne répond pas : {str(reason).strip().splitlines()[-1].strip()}"
            ) from reason

    def environment(self) -> dict[str, str]:
        """What PostgreSQL's own programs read; the password never stands on a command line."""
        given = {"PGHOST": self.host, "PGPORT": self.port, "PGUSER": self.user, "PGPASSWORD": self.password}
        return os.environ | {name: str(value) for name, value in given.items() if value} | {"PGDATABASE": self.name}

    def is_empty(self) -> bool:
        with self.connect() as connection:
            return not _tables(connection)

    def size(self) -> int:
        with self.connect() as connection:
            return connection.execute("SELECT pg_database_size(current_database())").fetchone()[0]

    def snapshot(self, target: Path) -> Snapshot:
        """Dump and count inside one exported snapshot: the counts are those of the dump, whatever people write."""
        import psycopg  # noqa: PLC0415 -- slow import

        with self.connect() as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            exported = connection.execute("SELECT pg_export_snapshot()").fetchone()[0]
            major = connection.info.server_version // 10_000
            command = [tool("pg_dump", major), "-Fc", "-Z", "1", "--snapshot", exported]
            _run([*command, "-f", str(target)], self.environment(), "sauvegarder")
            counts = {name: _count(connection, name) for name in _tables(connection)}
            rows = connection.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall()
            return Snapshot("postgresql", str(major), [list(row) for row in rows], counts)

    def restore(self, dump: Path, snapshot_version: int, counts: dict[str, int]) -> None:
        """Empty, load and count in one transaction: either the whole backup is there, or the old base is untouched."""
        with self.connect() as connection:
            major = connection.info.server_version // 10_000
        if major < snapshot_version:
            raise Refusal(
                f"La sauvegarde vient de PostgreSQL {snapshot_version} et ce serveur est en version {major} : "
                f"restaurez sur PostgreSQL {snapshot_version} ou plus récent."
            )
        psql = subprocess.Popen(  # noqa: S603 -- found by `tool`
            [tool("psql", major), "-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-o", os.devnull, "-f", "-"],
            stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment(),
        )  # fmt: skip
        try:
            self._feed(psql, [tool("pg_restore", major), "--no-owner", "--no-privileges", "-f", "-", str(dump)], counts)
        except BaseException:
            psql.kill()  # before its end of file, so that it commits nothing
            psql.communicate()
            raise
        errors = psql.stderr.read().decode(errors="replace").strip()
        if psql.wait():
            raise Refusal(f"PostgreSQL refuse la restauration, et rien n’y a changé : {errors.splitlines()[0]}")

    def _feed(self, psql: subprocess.Popen, command: list[str], counts: dict[str, int]) -> None:
        try:
            psql.stdin.write(EMPTY_THE_SCHEMA.encode())
            psql.stdin.flush()
            loading = subprocess.run(command, stdout=psql.stdin, stderr=subprocess.PIPE)  # noqa: S603 -- found by `tool`
            if loading.returncode and psql.poll() is None:
                raise Refusal(
                    f"La sauvegarde de la base ne se relit pas : {loading.stderr.decode(errors='replace').strip()}"
                )
            psql.stdin.write(_count_check(counts).encode())
            psql.stdin.close()
        except BrokenPipeError:
            return  # psql has stopped: its own words say why


def _tables(connection: psycopg.Connection) -> list[str]:
    rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    return [name for (name,) in rows.fetchall()]


def _count(connection: psycopg.Connection, table: str) -> int:
    from psycopg import sql  # noqa: PLC0415 -- slow import

    query = sql.SQL("SELECT count(*) FROM public.{}").format(sql.Identifier(table))
    return connection.execute(query).fetchone()[0]


def _count_check(counts: dict[str, int]) -> str:
    """SQL that stops the transaction when a table does not hold the rows the manifest announces."""
    lines = []
    for table, expected in counts.items():
        name, shown = '"' + table.replace('"', '""') + '"', table.replace("'", "''").replace("%", "%%")
        wrong = f"(SELECT count(*) FROM public.{name}) <> {int(expected)}"  # noqa: S608 -- quoted on the line above
        words = f"la table {shown} ne contient pas {int(expected)} lignes"
        lines.append(f"IF {wrong} THEN RAISE EXCEPTION '{words}'; END IF;")
    return "DO $verification$ BEGIN\n" + "\n".join(lines) + "\nEND $verification$;\n"


def tool(name: str, major: int) -> str:
    """PostgreSQL's own program, at least as recent as the server, which refuses an older one."""
    folders = [path for path in SERVER_BINARIES.glob("*/bin") if path.parent.name.isdigit()]
    for folder in sorted(folders, key=lambda path: int(path.parent.name)):
        if int(folder.parent.name) >= major and (folder / name).exists():
            return str(folder / name)
    found = shutil.which(name)
    if found is None:
        raise Refusal(f"Le programme « {name} » manque. Sur Debian : apt-get install postgresql-client-{major}.")
    asked = subprocess.run([found, "--version"], capture_output=True, text=True)  # noqa: S603 -- found on the path
    words = asked.stdout
    version = re.search(r"\d+", words)
    if version is None or int(version[0]) < major:
        raise Refusal(
            f"« {name} » est en version {version[0] if version else 'inconnue'} et le serveur en version {major} : "
            f"installez postgresql-client-{major}."
        )
    return found


def _run(command: list[str], environment: dict[str, str], verb: str) -> None:
    done = subprocess.run(command, env=environment, capture_output=True, text=True)  # noqa: S603 -- found by `tool`
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["aucun message"])[0]
        raise Refusal(f"PostgreSQL n’a pas pu {verb} la base : {last}")


# --- which one ----------------------------------------------------------------------------------------------------
def database_of(url: str) -> Sqlite | Postgres:
    found = dj_database_url.parse(url)
    if found["ENGINE"] == "django.db.backends.sqlite3":
        return Sqlite(Path(found["NAME"]))
    return Postgres(found["HOST"], str(found["PORT"] or ""), found["USER"], found["PASSWORD"], found["NAME"])
