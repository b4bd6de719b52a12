"""An archive opened without trusting it: every name, size and fingerprint is checked before a line is read.

Nothing is written to disk: the entries are read from the ZIP, under caps on what they may unfold to.
"""

import hashlib
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from concertia.commons.archive.package import (
    BLOCK,
    CHARTERS,
    CONSULTATIONS,
    DATA_PACKAGE,
    FORMAT,
    MANIFEST,
    SIGNATURES,
    SUMS,
    TERRITORIES,
)
from concertia.commons.archive.records import ConsultationEntry, document_name
from concertia.commons.archive.tables import TABLES
from concertia.core.converters import CODE
from concertia.core.errors import Refused

MOST_ENTRIES, MOST_BYTES, LONGEST_LINE = 200_000, 2_000_000_000, 20_000_000
READ_WHOLE = {TERRITORIES: 100_000_000, CHARTERS: LONGEST_LINE, SUMS: LONGEST_LINE, MANIFEST: LONGEST_LINE}
MOST_TIMES, FREE = 100, 50_000_000  # how far it may unfold, beyond a size that is harmless
SINGLE = {TERRITORIES, CHARTERS, SIGNATURES, CONSULTATIONS, SUMS, MANIFEST, DATA_PACKAGE, "LICENCE.txt", "LISEZMOI.txt"}
SINGLE |= {table.path for table in TABLES}
DOCUMENT = re.compile(rf"publications/{CODE}-[0-9]{{2,5}}-v[0-9]{{1,5}}\.json|signatures/{CODE}-[0-9]{{1,18}}\.json")
SUM = re.compile(r"([0-9a-f]{64})  (\S+)")
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,  # what zipfile raises on a compression that it does not know
    RuntimeError,
    OSError,
    ValueError,
)
DAMAGED = "Cette archive est tronquée ou abîmée : téléchargez-la de nouveau. Rien n’a été changé."
FOREIGN = "Ce fichier n’est pas une archive de données ouvertes de Concertia. Rien n’a été changé."


@dataclass
class FromArchive:
    """The records of an archive whose every byte has been checked."""

    zip: zipfile.ZipFile

    def territories(self) -> Iterator[dict]:
        return self._lines(TERRITORIES)

    def charters(self) -> Iterator[dict]:
        return self._lines(CHARTERS)

    def signatures(self) -> Iterator[tuple[dict, bytes]]:
        for record in self._lines(SIGNATURES):
            yield record, self._bytes(record["fichier"])

    def consultations(self) -> Iterator[ConsultationEntry]:
        for record in self._lines(CONSULTATIONS):
            readable = [version["version"] for version in record["versions"] if version["fichier"]]
            forms = {
                number: json.loads(self._bytes(document_name(record["identifiant"], number))) for number in readable
            }
            yield ConsultationEntry(record, forms)

    def _lines(self, name) -> Iterator[dict]:
        with self.zip.open(name) as entry:
            while line := entry.readline(LONGEST_LINE):
                yield json.loads(line)

    def _bytes(self, name) -> bytes:
        with self.zip.open(name) as entry:
            return entry.read(LONGEST_LINE)


@contextmanager
def opened(file: IO[bytes]) -> Iterator[FromArchive]:
    """The records of a ZIP, once it is known to be whole, unchanged and ours; else `Refused`, in one sentence."""
    size = file.seek(0, 2)
    file.seek(0)
    if file.read(4) != b"PK\x03\x04":
        raise Refused(FOREIGN)
    try:
        archive = zipfile.ZipFile(file)
    except UNREADABLE as reason:
        raise Refused(DAMAGED) from reason
    with archive:
        _check_entries(archive, size)
        try:
            _check_sums(archive)
            _check_format(archive)
        except UNREADABLE as reason:
            raise Refused(DAMAGED) from reason
        yield FromArchive(archive)


def _check_entries(archive, size):
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    if not {MANIFEST, SUMS, DATA_PACKAGE} <= names:
        raise Refused(FOREIGN)
    for entry in entries:
        if entry.orig_filename not in SINGLE and not DOCUMENT.fullmatch(entry.orig_filename):
            shown = ascii(entry.orig_filename)[1:-1][:80]
            raise Refused(f"Cette archive contient « {shown} », qui n’a rien à y faire : elle est refusée.")
    if len(names) != len(entries):
        raise Refused("Cette archive contient deux fois le même fichier : elle est refusée.")
    total = sum(entry.file_size for entry in entries)
    is_bomb = total > MOST_BYTES or (total > FREE and total > MOST_TIMES * size)
    is_bomb |= any(archive.getinfo(name).file_size > most for name, most in READ_WHOLE.items() if name in names)
    if is_bomb or len(entries) > MOST_ENTRIES:
        raise Refused("Cette archive se déplie en bien plus que ce qu’elle pèse : elle est refusée.")
    if missing := SINGLE - names:
        raise Refused(f"Il manque « {min(missing)} » à cette archive : téléchargez-la de nouveau.")


def _check_sums(archive):
    """Each fingerprint announced is that of the bytes found, and none is missing."""
    announced = {}
    with archive.open(SUMS) as entry:
        for line in entry.read(LONGEST_LINE).decode().splitlines():
            found = SUM.fullmatch(line)
            if not found:
                raise Refused(DAMAGED)
            announced[found[2]] = found[1]
    if announced.keys() != {entry.filename for entry in archive.infolist()} - {SUMS}:
        raise Refused(
            "SHA256SUMS ne nomme pas les fichiers de cette archive : elle a été modifiée. Rien n’a été changé."
        )
    for name, expected in announced.items():
        if _fingerprint(archive, name) != expected:
            raise Refused(
                f"« {name} » n’a plus son empreinte : l’archive a été modifiée ou abîmée. Rien n’a été changé."
            )


def _fingerprint(archive, name) -> str:
    digest = hashlib.sha256()
    with archive.open(name) as entry:
        while block := entry.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _check_format(archive):
    with archive.open(MANIFEST) as entry:
        manifest = json.loads(entry.read(LONGEST_LINE))
    found = manifest.get("format") if isinstance(manifest, dict) else None
    if not isinstance(found, str) or not found.startswith(FORMAT.rpartition("/")[0]):
        raise Refused(FOREIGN)
    if found != FORMAT:
        number = found.rpartition("/")[2][:20]
        raise Refused(f"Cette archive est au format {number}, que cette version de Concertia ne lit pas.")
