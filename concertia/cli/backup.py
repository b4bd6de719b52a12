"""`concertia backup`: an encrypted, verified copy of the whole installation, taken while people work."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from pathlib import Path
from typing import IO

import pyrage

from concertia import __version__
from concertia.cli.archive import DATABASES, Manifest, Writer, encrypt
from concertia.cli.database import Snapshot, database_of
from concertia.cli.installation import Refusal, choose_home, plainly, private_write, say
from concertia.config import environment

NIGHTLY_HOUR = time(3)
NAME = "concertia-%Y%m%d-%H%M%S.age"
MADE_HERE = re.compile(r"concertia-\d{8}-\d{6}\.age")
WORK = ".sauvegarde-"
SETTINGS = ("concertia.toml", "backup.recipient")


def recipient_path(home: Path) -> Path:
    return home / "backup.recipient"


def read_recipient(home: Path) -> str:
    """The public key backups are encrypted to; a machine that only has this cannot read its own backups."""
    path = recipient_path(home)
    if not path.exists():
        raise Refusal(
            f"Aucune clé de sauvegarde dans {home}. Créez-en une : « concertia backup --new-identity FICHIER », et "
            "rangez ce fichier hors de cette machine."
        )
    text = path.read_text(encoding="utf-8").strip()
    try:
        pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as reason:
        raise Refusal(f"{path} ne contient pas une clé publique de sauvegarde (elle commence par age1).") from reason
    return text


def new_identity(home: Path, target: Path) -> None:
    """Replace the key pair: later backups need the new secret key, earlier ones still need the old one."""
    target = target.resolve()
    if target.exists():
        raise Refusal(f"Le fichier {target} existe déjà : il n’est pas remplacé. Choisissez un autre nom.")
    if target.is_relative_to(home):
        raise Refusal(f"La clé secrète ne se range pas dans {home} : qui perd cette machine perdrait les deux.")
    identity = pyrage.x25519.Identity.generate()
    private_write(target, f"# Clé secrète des sauvegardes de Concertia\n{identity}\n")
    private_write(recipient_path(home), f"{identity.to_public()}\n")
    say(f"Nouvelle clé de sauvegarde : {target}. Rangez-la hors de cette machine, avec les précédentes.")


# --- making one ---------------------------------------------------------------------------------------------------
@contextmanager
def _workroom(home: Path) -> Iterator[Path]:
    """A private folder for the database's snapshot, alone in its kind; what a killed backup left is cleared."""
    import fcntl  # noqa: PLC0415 -- optional dependency: POSIX alone

    with (home / "backup.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise Refusal("Une autre sauvegarde est en cours : attendez qu’elle finisse.") from held
        for left in home.glob(f"{WORK}*"):
            shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=WORK, dir=home) as folder:
            yield Path(folder)


def stored_files(home: Path) -> Iterator[tuple[str, Path]]:
    root = home / "files"
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            path = Path(folder) / name
            if path.is_file() and not path.is_symlink():
                yield f"files/{path.relative_to(root).as_posix()}", path


def make_backup(home: Path, target: Path, *, database_url: str, with_secrets: bool = False) -> Manifest:
    """Write one whole backup under its final name, or nothing."""
    recipient, database = read_recipient(home), database_of(database_url)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.partiel")
    with _workroom(home) as room:
        _refuse_short_disk(room, database.size(), "la copie de la base")
        # The database first, the files next: whatever a row names was stored before the row, so it is in the copy.
        copy = room / DATABASES[database.kind]
        snapshot = database.snapshot(copy)
        files = list(stored_files(home))
        _refuse_short_disk(target.parent, copy.stat().st_size + sum(_size(path) for _, path in files), "la sauvegarde")
        manifest = _manifest(snapshot)
        sources = [(copy.name, copy), *_settings(home, with_secrets), *files]
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
                encrypt(lambda stream: _write(stream, manifest, sources), out, recipient)
                out.flush()
                os.fsync(out.fileno())
            os.replace(draft, target)
        except (OSError, pyrage.EncryptError) as reason:
            raise Refusal(f"La sauvegarde n’a pas pu être écrite dans {target.parent} : {reason}.") from reason
        finally:
            draft.unlink(missing_ok=True)
    return manifest


def _manifest(snapshot: Snapshot) -> Manifest:
    return Manifest(
        version=__version__,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        database=snapshot.database,
        database_version=snapshot.version,
        migrations=snapshot.migrations,
        counts=snapshot.counts,
    )


def _write(stream: IO[bytes], manifest: Manifest, sources: list[tuple[str, Path]]) -> None:
    writer = Writer(stream, manifest.version)
    for name, path in sources:
        writer.add(name, path)
    writer.close(manifest)


def _settings(home: Path, with_secrets: bool) -> Iterator[tuple[str, Path]]:
    """Settings always; secrets only when asked, since who reads a backup could then sign in as anyone."""
    for name in SETTINGS:
        if (home / name).exists():
            yield name, home / name
    if with_secrets:
        for path in sorted((home / "secrets").iterdir()):
            yield f"secrets/{path.name}", path


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # erased meanwhile
        return 0


def _refuse_short_disk(folder: Path, needed: int, what: str) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed * 1.05 + 10_000_000:
        raise Refusal(
            f"Il manque de la place dans {folder} pour {what} : {needed // 1_000_000 + 10} Mo nécessaires, "
            f"{free // 1_000_000} Mo libres."
        )


def forget_old(folder: Path, *, keep: int) -> list[Path]:
    """Erase all but the newest `keep`; only files named as this command names them."""
    made = sorted(path for path in folder.iterdir() if MADE_HERE.fullmatch(path.name))
    old = made[:-keep] if keep > 0 else []
    for path in old:
        path.unlink()
    return old


def newest(folder: Path) -> Path | None:
    made = sorted(path for path in folder.iterdir() if MADE_HERE.fullmatch(path.name)) if folder.is_dir() else []
    return made[-1] if made else None


def nightly() -> None:
    """The scheduled job: to the declared folder, keeping as many as declared."""
    settings = environment.load()
    folder = Path(settings.backup.directory)
    make_backup(settings.home, folder / datetime.now().strftime(NAME), database_url=settings.database_url)
    forget_old(folder, keep=settings.backup.keep)


# --- command ------------------------------------------------------------------------------------------------------
@plainly
def run(arguments: argparse.Namespace) -> int:
    home = choose_home(arguments)
    settings = environment.load()
    if arguments.new_identity:
        new_identity(home, Path(arguments.new_identity))
        return 0
    target = _target(arguments.to or settings.backup.directory)
    manifest = make_backup(home, target, database_url=settings.database_url, with_secrets=arguments.with_secrets)
    rows, size = sum(manifest.counts.values()), target.stat().st_size / 1_000_000
    say(
        f"Sauvegarde écrite : {target} ({rows} lignes de {len(manifest.counts)} tables, {_files(manifest)}, "
        f"{size:.1f} Mo)."
    )
    keep = settings.backup.keep if arguments.keep is None else arguments.keep
    if MADE_HERE.fullmatch(target.name) and (old := forget_old(target.parent, keep=keep)):
        say(f"{len(old)} sauvegarde(s) plus ancienne(s) effacée(s) ; les {keep} dernières sont gardées.")
    return 0


def _files(manifest: Manifest) -> str:
    count = sum(entry.name.startswith("files/") for entry in manifest.files)
    return f"{count} fichiers" if count > 1 else f"{count} fichier"


def _target(text: str) -> Path:
    if not text:
        raise Refusal(
            "Où écrire la sauvegarde ? Indiquez « --to DOSSIER », ou déclarez le dossier dans concertia.toml : "
            '[backup] directory = "/chemin".'
        )
    path = Path(text).resolve()
    return path if path.suffix == ".age" else path / datetime.now().strftime(NAME)


def register(subparsers) -> None:
    parser = subparsers.add_parser("backup", help="sauvegarder la base et les fichiers, chiffrés")
    parser.add_argument("--home", help="dossier de l’installation (sinon CONCERTIA_HOME, sinon var/)")
    parser.add_argument("--to", metavar="DOSSIER|FICHIER.age", help="où l’écrire (sinon le dossier de concertia.toml)")
    parser.add_argument("--keep", type=int, help="sauvegardes à garder dans ce dossier (0 : toutes)")
    parser.add_argument("--with-secrets", action="store_true", help="y joindre secrets/ (voir docs/exploitation.md)")
    parser.add_argument("--new-identity", metavar="FICHIER", help="seulement créer une nouvelle clé de sauvegarde")
    parser.set_defaults(run=run)
