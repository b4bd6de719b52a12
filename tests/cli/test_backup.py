import hashlib
import io
import json
import os
import shutil
import sqlite3
import stat
import tarfile
import threading
import time

import pyrage
import pytest

from concertia.cli.archive import CLOSING
from tests.cli.installation import ON_POSTGRES, Installation, Server, concertia, free_port, new_postgres

BASE = "base.dump" if ON_POSTGRES else "base.sqlite3"
ROWS = "INSERT INTO core_scheduledjob (name, every, due_at, last_error) VALUES ({mark}, {every}, {now}, '')".format(
    mark="%s" if ON_POSTGRES else "?",
    every="interval '1 day'" if ON_POSTGRES else "86400000000",
    now="now()" if ON_POSTGRES else "'2026-01-01 00:00:00'",
)


@pytest.fixture
def filled(installation):
    """Rows and files worth keeping: an empty file, a long name, accents, one larger than a block."""
    files = installation.home / "files"
    (files / "canevas" / "2026").mkdir(parents=True)
    (files / "vide").touch()
    (files / "canevas" / "2026" / ("à" * 100 + ".docx")).write_bytes(os.urandom(10_000))
    (files / "canevas" / "grand.bin").write_bytes(os.urandom(3_000_000))
    connection = installation.connect()
    for number in range(500):
        connection.execute(ROWS, (f"ligne {number}",))
    connection.commit()
    connection.close()
    return installation


@pytest.fixture
def backup(filled, tmp_path):
    target = tmp_path / "concertia-20260101-030000.age"
    concertia("backup", "--home", filled.home, "--to", target, check=0)
    return target


def elsewhere(tmp_path, name="ailleurs"):
    """Another machine: an empty folder and, on PostgreSQL, an empty database."""
    home = tmp_path / name / "maison"
    home.mkdir(parents=True)
    url = new_postgres() if ON_POSTGRES else ""
    return Installation(home, None, url, {"DATABASE_URL": url} if url else {})


def restore(backup, identity, target, *more):
    return concertia("restore", backup, "--identity", identity, "--home", target.home, *more, env=target.env)


def fingerprints(home):
    root = home / "files"
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in root.rglob("*") if path.is_file()
    }  # fmt: skip


def content(installation):
    """Every row of the tables that an installation fills, in one comparable value."""
    tables = ("core_scheduledjob", "territories_user", "territories_membership", "django_migrations")
    return {table: sorted(map(repr, installation.rows(f"SELECT * FROM {table}"))) for table in tables}


def is_untouched(target):
    """Nothing was put in place: at most the lock that the command holds."""
    empty = not target.database_url or target.rows("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [
        (0,)
    ]
    return empty and {path.name for path in target.home.iterdir()} <= {"serve.lock"}


def secret_of(identity):
    return pyrage.x25519.Identity.from_str(identity.read_text().split()[-1])


def members_of(backup, identity):
    opened = io.BytesIO(pyrage.decrypt(backup.read_bytes(), [secret_of(identity)]))
    with tarfile.open(fileobj=opened) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar}


def rebuilt(backup, identity, target, change):
    """The same archive with one thing changed, encrypted again: whoever has the public key can do that."""
    members = members_of(backup, identity)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, data in change(members).items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    target.write_bytes(pyrage.encrypt(out.getvalue(), [secret_of(identity).to_public()]))
    return target


def manifest_with(**changes):
    def change(members):
        manifest = json.loads(members[CLOSING])
        for name, value in changes.items():
            manifest[name] = value(manifest[name]) if callable(value) else value
        return members | {CLOSING: json.dumps(manifest).encode()}

    return change


# --- round trip -----------------------------------------------------------------------------------------------------
def test_restore_elsewhere_gives_back_every_row_and_every_file(filled, backup, tmp_path):
    target = elsewhere(tmp_path)
    done = restore(backup, filled.identity, target)
    assert done.returncode == 0, done.stderr
    assert content(target) == content(filled)
    assert fingerprints(target.home) == fingerprints(filled.home)
    assert (target.home / "concertia.toml").read_text() == (filled.home / "concertia.toml").read_text()


def test_restored_installation_serves(filled, backup, tmp_path):
    target = elsewhere(tmp_path)
    restore(backup, filled.identity, target)
    shutil.copytree(filled.home / "static", target.home / "static")
    with Server(target.home, env=target.env) as server:
        assert server.process.poll() is None


def test_backup_holds_no_secret_unless_asked(filled, backup, tmp_path):
    assert [name for name in members_of(backup, filled.identity) if name.startswith("secrets/")] == []
    target = elsewhere(tmp_path)
    concertia("backup", "--home", filled.home, "--to", tmp_path / "b.age", "--with-secrets", check=0)
    restore(tmp_path / "b.age", filled.identity, target)
    key = "secrets/secret_key"
    assert (target.home / key).read_text() == (filled.home / key).read_text()


def test_restore_without_secrets_makes_a_new_key(filled, backup, tmp_path):
    target = elsewhere(tmp_path)
    done = restore(backup, filled.identity, target)
    key = "secrets/secret_key"
    assert (target.home / key).read_text() != (filled.home / key).read_text()
    assert stat.S_IMODE((target.home / key).stat().st_mode) == 0o600
    assert "chacun devra se reconnecter" in done.stderr


def test_backup_during_writes_is_one_moment(filled, tmp_path):
    """Each write adds a row to two tables in one transaction: whatever moment is copied, both hold as many."""
    connection = filled.connect()
    for table in ("essai_a", "essai_b"):
        connection.execute(f"CREATE TABLE {table} (n integer)")
    connection.commit()
    connection.close()
    stop, written = threading.Event(), []

    def write():
        own = filled.connect()
        while not stop.is_set():
            for table in ("essai_a", "essai_b"):
                own.execute(f"INSERT INTO {table} VALUES ({len(written)})")
            own.commit()
            written.append(1)
            time.sleep(0.001)
        own.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        time.sleep(0.2)
        before = len(written)
        concertia("backup", "--home", filled.home, "--to", tmp_path / "b.age", check=0)
        after = len(written)
    finally:
        stop.set()
        writer.join()
    target = elsewhere(tmp_path)
    assert restore(tmp_path / "b.age", filled.identity, target).returncode == 0
    [(first,)], [(second,)] = (target.rows(f"SELECT count(*) FROM {table}") for table in ("essai_a", "essai_b"))
    assert first == second
    assert before <= first <= after
    assert after > before  # people did write meanwhile


@pytest.mark.restore_cycles
def test_backup_and_restore_again_and_again(filled, tmp_path):
    """Each cycle restores what the previous one restored: nothing drifts."""
    source, expected = filled, (content(filled), fingerprints(filled.home))
    for cycle in range(int(os.environ.get("CONCERTIA_RESTORE_CYCLES", "2"))):
        archive = tmp_path / f"cycle-{cycle}.age"
        concertia("backup", "--home", source.home, "--to", archive, env=source.env, check=0)
        target = elsewhere(tmp_path, f"cycle-{cycle}")
        assert restore(archive, filled.identity, target).returncode == 0
        assert (content(target), fingerprints(target.home)) == expected
        source = target


# --- refusals -------------------------------------------------------------------------------------------------------
def test_restore_with_another_key_refuses(backup, tmp_path):
    other = tmp_path / "autre.txt"
    other.write_text(str(pyrage.x25519.Identity.generate()))
    target = elsewhere(tmp_path)
    done = restore(backup, other, target)
    assert done.returncode == 2
    assert (
        done.stderr
        == f"La clé indiquée n’est pas celle de {backup.name} : indiquez la clé secrète de cette installation.\n"
    )
    assert is_untouched(target)


@pytest.mark.parametrize("kept", [0.01, 0.3, 0.9, 0.9999])
def test_restore_of_a_truncated_file_refuses(filled, backup, tmp_path, kept):
    short = tmp_path / "tronquee.age"
    short.write_bytes(backup.read_bytes()[: int(backup.stat().st_size * kept)])
    target = elsewhere(tmp_path)
    done = restore(short, filled.identity, target)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "est tronqué ou abîmé" in done.stderr
    assert is_untouched(target)


def test_restore_of_an_altered_byte_refuses(filled, backup, tmp_path):
    data = bytearray(backup.read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "abimee.age").write_bytes(data)
    target = elsewhere(tmp_path)
    done = restore(tmp_path / "abimee.age", filled.identity, target)
    assert (done.returncode, "est tronqué ou abîmé" in done.stderr) == (2, True)
    assert is_untouched(target)


def test_restore_of_something_else_refuses(filled, tmp_path):
    target = elsewhere(tmp_path)
    done = restore(filled.home / "concertia.toml", filled.identity, target)
    assert (done.returncode, "n’est pas une sauvegarde de Concertia" in done.stderr) == (2, True)
    missing = restore(tmp_path / "absent.age", filled.identity, target)
    assert (missing.returncode, "n’existe pas" in missing.stderr) == (2, True)
    assert is_untouched(target)


TAMPERED = {
    "count": (manifest_with(counts=lambda counts: counts | {"core_scheduledjob": 499}), "core_scheduledjob"),
    "hash": (
        manifest_with(files=lambda files: [{**entry, "sha256": "0" * 64} for entry in files]),
        "ne correspond pas au manifeste",
    ),
    "file removed": (
        lambda members: {name: data for name, data in members.items() if name != "files/canevas/grand.bin"},
        "« files/canevas/grand.bin » ne correspond pas au manifeste",
    ),
    "file added": (lambda members: {"files/de-trop": b"x"} | members, "« files/de-trop » ne correspond pas"),
    "climbing name": (lambda members: {"files/../../sorti": b"x"} | members, "n’a rien à y faire"),
    "no manifest": (lambda members: {k: v for k, v in members.items() if k != CLOSING}, "n’a pas de manifeste"),
    "broken manifest": (lambda members: members | {CLOSING: b"{"}, "Le manifeste de cette sauvegarde est illisible"),
    "later version": (manifest_with(version="99.0.0"), "a été faite par Concertia 99.0.0"),
    "later migration": (
        manifest_with(migrations=lambda known: [*known, ["core", "9999_later"]]),
        "1 migration(s) que cette version ne connaît pas",
    ),
    "later format": (
        lambda members: (
            members | {"concertia-sauvegarde.json": b'{"application": "concertia", "format": 2, "version": "3.0"}'}
        ),
        "est au format 2",
    ),
    "base replaced": (lambda members: members | {BASE: b"not a database"}, "ne correspond pas au manifeste"),
}


@pytest.mark.parametrize("case", TAMPERED)
def test_restore_of_a_tampered_backup_refuses_and_changes_nothing(filled, backup, tmp_path, case):
    change, sentence = TAMPERED[case]
    target = elsewhere(tmp_path)
    done = restore(rebuilt(backup, filled.identity, tmp_path / "x.age", change), filled.identity, target)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert sentence in done.stderr
    assert is_untouched(target)
    assert not (tmp_path / "sorti").exists()


def as_if_from_the_other_engine(members):
    other = {"base.dump": "base.sqlite3", "base.sqlite3": "base.dump"}
    renamed = {other.get(name, name): data for name, data in members.items()}
    return manifest_with(
        database="sqlite" if ON_POSTGRES else "postgresql",
        files=lambda files: [{**entry, "name": other.get(entry["name"], entry["name"])} for entry in files],
    )(renamed)


def test_restore_on_the_other_engine_refuses(filled, backup, tmp_path):
    data = rebuilt(backup, filled.identity, tmp_path / "x.age", as_if_from_the_other_engine)
    target = elsewhere(tmp_path)
    done = restore(data, filled.identity, target)
    assert (done.returncode, "et cette installation emploie" in done.stderr) == (2, True), done.stderr
    assert is_untouched(target)


# --- replacing ------------------------------------------------------------------------------------------------------
def test_restore_over_data_asks_for_force_then_keeps_the_old(filled, backup):
    connection = filled.connect()
    connection.execute("DELETE FROM core_scheduledjob")
    connection.commit()
    connection.close()
    (filled.home / "files" / "depuis.txt").write_text("écrit depuis")
    refused = restore(backup, filled.identity, filled)
    assert (refused.returncode, "ajoutez --force" in refused.stderr) == (2, True)
    assert filled.rows("SELECT count(*) FROM core_scheduledjob") == [(0,)]
    done = restore(backup, filled.identity, filled, "--force")
    assert done.returncode == 0, done.stderr
    assert filled.rows("SELECT count(*) FROM core_scheduledjob") == [(500,)]
    assert not (filled.home / "files" / "depuis.txt").exists()
    [kept] = filled.home.glob(".avant-restauration-*")
    assert (kept / "files" / "depuis.txt").read_text() == "écrit depuis"
    if ON_POSTGRES:
        assert (kept / "base.dump").stat().st_size > 0
    else:
        old = sqlite3.connect(kept / "db.sqlite3")
        assert old.execute("SELECT count(*) FROM core_scheduledjob").fetchone() == (0,)
        old.close()


def test_restore_refuses_while_serving(filled, backup):
    with Server(filled.home, port=free_port()) as server:
        done = restore(backup, filled.identity, filled, "--force")
        assert (done.returncode, "Concertia tourne depuis" in done.stderr) == (2, True)
        assert server.process.poll() is None


# --- the command ----------------------------------------------------------------------------------------------------
def test_backup_keeps_the_newest_and_touches_nothing_else(filled, tmp_path):
    folder = tmp_path / "sauvegardes"
    folder.mkdir()
    for day in range(1, 6):
        (folder / f"concertia-2020010{day}-030000.age").touch()
    (folder / "concertia-notes.age").touch()
    concertia("backup", "--home", filled.home, "--to", folder, "--keep", "3", check=0)
    names = sorted(path.name for path in folder.iterdir())
    assert len(names) == 4
    assert names[:2] == ["concertia-20200104-030000.age", "concertia-20200105-030000.age"]
    assert names[-1] == "concertia-notes.age"
    assert stat.S_IMODE((folder / names[2]).stat().st_mode) == 0o600


def test_backup_leaves_no_plaintext_behind(filled, backup):
    assert list(filled.home.glob(".sauvegarde-*")) == []
    assert list(backup.parent.glob(".*partiel")) == []


def test_backup_without_a_key_or_a_place_says_what_to_do(filled, tmp_path):
    nowhere = concertia("backup", "--home", filled.home)
    assert (nowhere.returncode, "--to DOSSIER" in nowhere.stderr) == (2, True)
    (filled.home / "backup.recipient").unlink()
    keyless = concertia("backup", "--home", filled.home, "--to", tmp_path / "b.age")
    assert (keyless.returncode, "--new-identity" in keyless.stderr) == (2, True)
    concertia("backup", "--home", filled.home, "--new-identity", tmp_path / "neuve.txt", check=0)
    concertia("backup", "--home", filled.home, "--to", tmp_path / "b.age", check=0)
    target = elsewhere(tmp_path)
    assert restore(tmp_path / "b.age", tmp_path / "neuve.txt", target).returncode == 0
