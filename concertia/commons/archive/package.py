"""One ZIP from the records: the same records give the same bytes, whatever the hour and the machine's zone.

Everything is laid on disk first, then in the ZIP in the order of the names: memory holds a few consultations at a time.
"""

import csv
import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO

from concertia.commons.archive import rows
from concertia.commons.archive.cells import cell
from concertia.commons.archive.records import document_name
from concertia.commons.archive.tables import BY_NAME, TABLES
from concertia.commons.archive.texts import LICENCE, readme

FORMAT = "concertia/donnees-ouvertes/1"
PACKAGE = "concertia-donnees-ouvertes"
TERRITORIES, CHARTERS = "reprise/territoires.jsonl", "reprise/chartes.jsonl"
SIGNATURES, CONSULTATIONS = "reprise/signatures.jsonl", "reprise/concertations.jsonl"
SUMS, MANIFEST, DATA_PACKAGE = "SHA256SUMS", "manifest.json", "datapackage.json"
NOTHING_YET = datetime(2024, 9, 30, tzinfo=UTC)  # the day of the first charter
BLOCK, LEVEL = 1 << 20, 6


@dataclass(frozen=True)
class Built:
    """What was written, and the fingerprint of what it holds of each version, by its name."""

    sha256: str
    size: int
    counts: dict[str, int]
    versions: dict[str, str]
    last_update: datetime


@dataclass
class Part:
    """One file of the archive: a slice of a file on disk."""

    file: IO[bytes]
    start: int
    size: int
    sha256: str


class Table:
    """Lines of a CSV or of a « JSON lines » file, counted."""

    def __init__(self, columns=None):
        # SIM115: `Workshop` closes it with the others.
        self.file = tempfile.TemporaryFile()  # noqa: SIM115
        self.text = io.TextIOWrapper(self.file, encoding="utf-8", newline="")
        self.csv = csv.writer(self.text, lineterminator="\r\n")
        self.count = 0
        if columns:
            self.csv.writerow(columns)

    def row(self, values):
        self.csv.writerow([cell(value) for value in values])
        self.count += 1

    def line(self, record):
        self.text.write(json.dumps(record, ensure_ascii=False) + "\n")
        self.count += 1

    def part(self) -> Part:
        self.text.flush()
        self.file.seek(0)
        digest = hashlib.file_digest(self.file, "sha256").hexdigest()
        return Part(self.file, 0, self.file.tell(), digest)


class Workshop:
    """The files of an archive in the making."""

    def __init__(self, stack: ExitStack):
        self.tables = {table.name: Table(table.columns) for table in TABLES}
        self.lines = {name: Table() for name in (TERRITORIES, CHARTERS, SIGNATURES, CONSULTATIONS)}
        self.documents = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 -- the stack closes it
        for table in (*self.tables.values(), *self.lines.values()):
            stack.callback(table.text.close)
        self.parts: dict[str, Part] = {}
        self.versions: dict[str, str] = {}
        self.last_update = NOTHING_YET
        self.has_names = False  # personal data
        self.has_fiction = False

    def document(self, name: str, content: bytes) -> None:
        start = self.documents.seek(0, io.SEEK_END)
        self.documents.write(content)
        self.parts[name] = Part(self.documents, start, len(content), hashlib.sha256(content).hexdigest())

    def seen(self, *moments: str | None) -> None:
        """The archive is dated by the last of what it tells."""
        for moment in filter(None, moments):
            found = datetime.fromisoformat(moment)
            self.last_update = max(self.last_update, found if found.tzinfo else found.replace(tzinfo=UTC))

    def close_tables(self) -> None:
        self.parts |= {f"{name}.csv": table.part() for name, table in self.tables.items()}
        self.parts |= {name: table.part() for name, table in self.lines.items()}

    @property
    def counts(self) -> dict[str, int]:
        """Lines of each table, and the consultations themselves: `concertations` has a line for each result."""
        return {name: table.count for name, table in self.tables.items()} | {
            "concertations_distinctes": self.lines[CONSULTATIONS].count
        }


def write_archive(source, out: IO[bytes], *, address: str) -> Built:
    """Write the archive of a source of records; `out` can be read again and sought in."""
    with ExitStack() as stack:
        workshop = Workshop(stack)
        _lay(source, workshop)
        workshop.close_tables()
        _describe(workshop, address)
        _pack(workshop, out)
        counts, versions, last_update = workshop.counts, workshop.versions, workshop.last_update
    size = out.seek(0, io.SEEK_END)
    out.seek(0)
    digest = hashlib.file_digest(out, "sha256").hexdigest()
    return Built(digest, size, counts, versions, last_update)


# --- what it holds --------------------------------------------------------------------------------------------------
def _lay(source, workshop):
    published = set(_lay_consultations(source, workshop))
    signed = set(_lay_signatures(source, workshop))
    for record in source.charters():
        workshop.lines[CHARTERS].line(record)
    for record in source.territories():
        workshop.lines[TERRITORIES].line(record)
        workshop.tables["organisations"].row(rows.organisation(record, signed=signed, published=published))
        workshop.has_fiction |= record["fictive"]


def _lay_consultations(source, workshop) -> Iterator[str]:
    """Lay each consultation; the codes of those who published."""
    for entry in source.consultations():
        workshop.lines[CONSULTATIONS].line(entry.record)
        for number, content in entry.documents.items():
            workshop.document(document_name(entry.identifier, number), content)
        workshop.versions |= entry.digests
        for table, values in rows.consultation(entry):
            workshop.tables[table].row(values)
        for version in entry.record["versions"]:
            workshop.seen(version["publiee_le"], version["retiree_le"])
        workshop.has_names |= bool(entry.record["intervenants"])
        yield entry.current["contenu"]["territoire"]["code"]


def _lay_signatures(source, workshop) -> Iterator[int]:
    """Lay each signature; the numbers of the territories whose charter is in force."""
    for record, content in source.signatures():
        workshop.lines[SIGNATURES].line(record)
        workshop.document(record["fichier"], content)
        workshop.tables["signatures"].row(rows.signature(record, json.loads(content)))
        workshop.seen(record["signee_le"], record["retiree_le"])
        workshop.has_names = True
        if record["etat"] == "signed":
            yield record["territoire"]


# --- what says what it holds ----------------------------------------------------------------------------------------
def _describe(workshop, address):
    workshop.document(DATA_PACKAGE, _json(_data_package(workshop, address)))
    manifest = {
        "format": FORMAT,
        "derniere_mise_a_jour": workshop.last_update.isoformat(),
        "nombres": workshop.counts,
        "fichiers": len(workshop.parts) + 4,  # itself, the licence, the readme and the fingerprints
    }
    workshop.document(MANIFEST, _json(manifest))
    workshop.document("LICENCE.txt", LICENCE.encode())
    text = readme(
        workshop.counts, workshop.last_update, address, has_names=workshop.has_names, has_fiction=workshop.has_fiction
    )
    workshop.document("LISEZMOI.txt", text.encode())
    sums = "".join(f"{part.sha256}  {name}\n" for name, part in sorted(workshop.parts.items()))
    workshop.document(SUMS, sums.encode())


def _data_package(workshop, address) -> dict:
    return {
        "profile": "tabular-data-package",
        "name": PACKAGE,
        "title": "Concertia : données ouvertes des concertations territoriales de l’IA",
        "description": "Ce que les territoires ont publié, tel qu’il se lit à la date de l’archive. Voir LISEZMOI.txt.",
        "homepage": f"{address}/donnees-ouvertes/",
        "created": workshop.last_update.isoformat(),
        "derniere_mise_a_jour": workshop.last_update.isoformat(),
        "donnees_personnelles": "oui" if workshop.has_names else "non",
        "donnees_personnelles_precision": (
            "Noms et fonctions des signataires de la charte et des intervenants qui acceptent d’être nommés."
        ),
        "licenses": [
            {
                "name": "etalab-2.0",
                "title": "Licence Ouverte 2.0",
                "path": "https://spdx.org/licenses/etalab-2.0.html",
            }
        ],
        "sources": [{"title": "Les territoires qui ont publié sur Concertia", "path": f"{address}/territoires/"}],
        "keywords": ["intelligence artificielle", "participation", "collectivités territoriales"],
        "resources": [_resource(name, workshop.parts[f"{name}.csv"]) for name in BY_NAME],
    }


def _resource(name, part) -> dict:
    table = BY_NAME[name]
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "path": table.path,
        "title": table.title,
        "description": table.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": part.size,
        "hash": f"sha256:{part.sha256}",
        "schema": table.schema(),
    }


def _json(value) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


# --- the ZIP --------------------------------------------------------------------------------------------------------
def _pack(workshop, out):
    moment = workshop.last_update.astimezone(UTC).timetuple()[:6]
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(workshop.parts):
            part = workshop.parts[name]
            info = zipfile.ZipInfo(name, moment)
            info.compress_type, info._compresslevel = zipfile.ZIP_DEFLATED, LEVEL
            info.create_system, info.external_attr = 3, 0o100644 << 16
            info.file_size = part.size
            with archive.open(info, "w") as entry:
                for block in _blocks(part):
                    entry.write(block)


def _blocks(part: Part) -> Iterator[bytes]:
    part.file.seek(part.start)
    left = part.size
    while left:
        block = part.file.read(min(left, BLOCK))
        left -= len(block)
        yield block
