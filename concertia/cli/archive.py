"""The backup's format: a tar stream inside an age file, described by a manifest that closes it.

    concertia-sauvegarde.json   first, so that a program too old says so before reading the rest
    base.sqlite3 | base.dump    a snapshot of the database (SQLite file, or `pg_dump -Fc`)
    concertia.toml, backup.recipient, secrets/…  settings; secrets only when asked
    files/…                     the stored files
    manifeste.json              last: version, migrations, rows per table, size and SHA-256 of each file

Both directions stream through a pipe: no plaintext copy of the files is written on the way out.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

import pyrage

from concertia.cli.installation import Refusal

FORMAT = 1
OPENING, CLOSING = "concertia-sauvegarde.json", "manifeste.json"
DATABASES = {"sqlite": "base.sqlite3", "postgresql": "base.dump"}
SINGLE = (OPENING, CLOSING, "concertia.toml", "backup.recipient", *DATABASES.values())
FOLDERS = ("files", "secrets")
MAGIC = b"age-encryption.org/v1"
BLOCK = 1 << 20


@dataclass(frozen=True)
class Entry:
    name: str
    size: int
    sha256: str


@dataclass
class Manifest:
    version: str
    created: str
    database: str
    database_version: str
    migrations: list[list[str]]
    counts: dict[str, int]
    format: int = FORMAT
    files: list[Entry] = field(default_factory=list)

    def json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode()

    @classmethod
    def read(cls, text: bytes) -> Manifest:
        try:
            values = json.loads(text)
            manifest = cls(**{**values, "files": [Entry(**entry) for entry in values["files"]]})
        except (ValueError, TypeError, KeyError) as reason:
            raise Refusal("Le manifeste de cette sauvegarde est illisible : elle n’est pas utilisable.") from reason
        return manifest


# --- out ----------------------------------------------------------------------------------------------------------
class _Hashed(io.RawIOBase):
    """Reads a file for tar while taking its fingerprint."""

    def __init__(self, source: IO[bytes]) -> None:
        self.source, self.digest = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self.source.read(size)
        self.digest.update(block)
        return block


class Writer:
    def __init__(self, stream: IO[bytes], version: str) -> None:
        # SIM115: `close` closes it, after the manifest.
        self.tar = tarfile.open(fileobj=stream, mode="w|", bufsize=BLOCK, format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self.entries: list[Entry] = []
        self._text(OPENING, json.dumps({"application": "concertia", "format": FORMAT, "version": version}).encode())

    def _text(self, name: str, content: bytes) -> None:
        self.tar.addfile(_member(name, len(content)), io.BytesIO(content))

    def add(self, name: str, path: Path) -> bool:
        """Add one file; False when it was erased meanwhile, which a backup taken while people work must accept."""
        try:
            source = path.open("rb")
        except FileNotFoundError:
            return False
        with source:
            size = os.fstat(source.fileno()).st_size
            hashed = _Hashed(source)
            self.tar.addfile(_member(name, size), hashed)
        self.entries.append(Entry(name, size, hashed.digest.hexdigest()))
        return True

    def close(self, manifest: Manifest) -> None:
        manifest.files = self.entries
        self._text(CLOSING, manifest.json())
        self.tar.close()


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


class _Pump(threading.Thread):
    """Runs one end of the pipe and keeps what it raised."""

    def __init__(self, work: Callable[[], None], end: IO[bytes]) -> None:
        super().__init__(daemon=True)
        self.work, self.end, self.error = work, end, None
        self.start()

    def run(self) -> None:
        try:
            self.work()
        except BaseException as error:  # noqa: BLE001 -- carried to the thread that waits
            self.error = error
        finally:
            with suppress(OSError):  # the other end may be closed already
                self.end.close()


def encrypt(write: Callable[[IO[bytes]], None], destination: IO[bytes], recipient: str) -> None:
    """Encrypt to `destination` what `write` produces, as it produces it."""
    key = pyrage.x25519.Recipient.from_str(recipient)
    readable, writable = _pipe()
    pump = _Pump(lambda: write(writable), writable)
    try:
        pyrage.encrypt_io(readable, destination, [key])
    finally:
        readable.close()
        pump.join()
    if pump.error:
        raise pump.error


def _pipe() -> tuple[IO[bytes], IO[bytes]]:
    reading, writing = os.pipe()
    return os.fdopen(reading, "rb", BLOCK), os.fdopen(writing, "wb", BLOCK)


# --- back ---------------------------------------------------------------------------------------------------------
def read_identity(path: Path) -> pyrage.x25519.Identity:
    try:
        lines = path.read_text(encoding="utf-8").split()
    except (OSError, UnicodeDecodeError) as reason:
        raise Refusal(
            f"Le fichier de clé {path} ne se lit pas. Indiquez celui que « concertia init » a écrit."
        ) from reason
    for line in lines:
        if line.startswith("AGE-SECRET-KEY-"):
            with suppress(pyrage.IdentityError):
                return pyrage.x25519.Identity.from_str(line)
    raise Refusal(f"{path} ne contient pas de clé secrète de sauvegarde (elle commence par AGE-SECRET-KEY-1).")


@contextmanager
def _decrypted(source: IO[bytes], identity: pyrage.x25519.Identity, name: str) -> Iterator[IO[bytes]]:
    readable, writable = _pipe()
    pump = _Pump(lambda: pyrage.decrypt_io(source, writable, [identity]), writable)
    try:
        yield readable
        while readable.read(BLOCK):  # to the last block, which says whether the file is whole
            pass
    except (tarfile.TarError, EOFError) as reason:
        readable.close()
        pump.join()
        raise _unreadable(pump.error, name) from reason
    finally:
        readable.close()
        pump.join()
    if pump.error:
        raise _unreadable(pump.error, name) from pump.error


def _unreadable(error: BaseException | None, name: str) -> Refusal:
    if error and "No matching keys" in str(error):
        return Refusal(f"La clé indiquée n’est pas celle de {name} : indiquez la clé secrète de cette installation.")
    return Refusal(f"{name} est tronqué ou abîmé : prenez une autre sauvegarde. Rien n’a été changé.")


def unpack(path: Path, identity: pyrage.x25519.Identity, folder: Path) -> Manifest:
    """Decrypt and lay the whole archive in `folder`, check every fingerprint, return the manifest."""
    with path.open("rb") as source:
        if source.read(len(MAGIC)) != MAGIC:
            raise Refusal(f"{path.name} n’est pas une sauvegarde de Concertia (fichier chiffré « .age » attendu).")
        source.seek(0)
        with _decrypted(source, identity, path.name) as stream:
            found, texts = _extract(stream, folder)
    if CLOSING not in texts:
        raise Refusal(f"{path.name} n’a pas de manifeste : elle n’est pas entière. Prenez une autre sauvegarde.")
    manifest = Manifest.read(texts[CLOSING])
    _compare(manifest, found, path.name)
    return manifest


def _extract(stream: IO[bytes], folder: Path) -> tuple[dict[str, Entry], dict[str, bytes]]:
    found: dict[str, Entry] = {}
    texts: dict[str, bytes] = {}
    with tarfile.open(fileobj=stream, mode="r|", bufsize=BLOCK) as tar:
        for member in tar:
            name = _safe_name(member)
            if name in found or name in texts:
                raise Refusal(f"Cette sauvegarde contient deux fois « {name} » : elle n’est pas utilisable.")
            content = tar.extractfile(member)
            if name in (OPENING, CLOSING):
                texts[name] = content.read()
                if name == OPENING:
                    _check_opening(texts[name])
            else:
                found[name] = _lay(name, content, folder)
    return found, texts


def _safe_name(member: tarfile.TarInfo) -> str:
    """Only what `Writer` writes: plain files, known names, nothing that climbs out of the folder."""
    path = PurePosixPath(member.name)
    known = member.name in SINGLE or (len(path.parts) > 1 and path.parts[0] in FOLDERS)
    if not member.isreg() or not known or ".." in path.parts or path.is_absolute():
        raise Refusal(f"Cette sauvegarde contient « {member.name[:100]} », qui n’a rien à y faire : elle est refusée.")
    return str(path)


def _check_opening(text: bytes) -> None:
    try:
        opening = json.loads(text)
    except ValueError:
        opening = {}
    if opening.get("application") != "concertia":
        raise Refusal("Ce fichier chiffré n’est pas une sauvegarde de Concertia.")
    if opening.get("format") != FORMAT:
        raise Refusal(
            f"Cette sauvegarde est au format {opening.get('format')}, que cette version ne lit pas (format {FORMAT}). "
            f"Restaurez-la avec Concertia {opening.get('version')}."
        )


def _lay(name: str, content: IO[bytes], folder: Path) -> Entry:
    target = folder / name
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as out:
        while block := content.read(BLOCK):
            digest.update(block)
            size += len(block)
            out.write(block)
        out.flush()
        os.fsync(out.fileno())
    return Entry(name, size, digest.hexdigest())


def _compare(manifest: Manifest, found: dict[str, Entry], name: str) -> None:
    announced = {entry.name: entry for entry in manifest.files}
    for entry_name in sorted(announced.keys() | found.keys()):
        if announced.get(entry_name) != found.get(entry_name):
            raise Refusal(
                f"Dans {name}, « {entry_name} » ne correspond pas au manifeste : la sauvegarde a été modifiée ou "
                "abîmée. Rien n’a été changé."
            )
    if manifest.database not in DATABASES or DATABASES[manifest.database] not in found:
        raise Refusal(f"{name} ne contient pas de base : elle n’est pas utilisable.")
