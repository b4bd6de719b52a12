"""From files to contributions: what is analysed, what the readers set aside, each with its place; grids and codings."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from concertia.cli.installation import Refusal
from concertia.collection.phrases import sentence
from concertia.engine.coding.suggestions import GridCode
from concertia.engine.contributions import contributions_of
from concertia.engine.notes import EngineError
from concertia.engine.readers.decoding import decode
from concertia.engine.readers.delimited import find_separator, records
from concertia.engine.readers.isolated import read_isolated, read_several_isolated
from concertia.engine.readers.reader import files_in
from concertia.engine.readers.reading import Columns, Place, Reading
from concertia.engine.readers.vocabulary import plain_name
from concertia.engine.text.units import Contribution

GRID = {
    "code": ("code", "codes", "cle", "identifiant"),
    "label": ("label", "libelle", "nom", "intitule", "titre", "theme"),
    "definition": ("definition", "description", "sens"),
    "examples": ("examples", "exemples", "example", "exemple"),
    "counter_examples": ("counter examples", "contre exemples", "contre exemple", "counter example"),
}
CODED = {"id": ("id", "identifiant", "contribution", "numero", "n"), "code": ("code", "codes")}


@dataclass(frozen=True)
class Source:
    """One file read, or one folder, under a name of its own."""

    name: str
    sha256: str
    reading: Reading


@dataclass(frozen=True)
class Entry:
    """A line of a file: a contribution, or what its reader set aside (`aside`: why, in French)."""

    id: str
    place: Place
    records: int
    aside: str | None


@dataclass(frozen=True)
class Corpus:
    """Everything read, in the order of the files: `contributions` are the entries that are not set aside."""

    sources: tuple[Source, ...]
    entries: tuple[Entry, ...]
    contributions: tuple[Contribution, ...]

    @property
    def texts(self) -> dict[str, str]:
        return {one.id: one.text for one in self.contributions}

    @property
    def has_authors(self) -> bool:
        return any(one.author is not None for one in self.contributions)


def read_corpus(names: Sequence[str], *, columns: Columns, sheet: str) -> Corpus:
    """Every file read, each contribution with an identifier that no other has."""
    sources = [_source(path, name, columns, sheet) for path, name in zip(names, _own_names(names), strict=True)]
    by_file = [contributions_of(source.reading) for source in sources]
    taken = Counter(one.id for own in by_file for one in own)
    people: list[Contribution] = []
    entries: list[Entry] = []
    for source, read_there in zip(sources, by_file, strict=True):
        own = [one if taken[one.id] == 1 else replace(one, id=f"{source.name}:{one.id}") for one in read_there]
        people.extend(own)
        entries.extend(_entries(source.reading, [one.id for one in own]))
    if not people:
        raise Refusal(_nothing_read(sources))
    return Corpus(tuple(sources), tuple(entries), tuple(people))


def _source(path: str, name: str, columns: Columns, sheet: str) -> Source:
    """A file, or a folder and all it holds; its SHA-256 is then that of the names and SHA-256 of its files."""
    try:
        if Path(path).is_dir():
            files = files_in(Path(path))
            reading = read_several_isolated(files, name, columns=columns, sheet=sheet)
            digests = [f"{hashlib.sha256(data).hexdigest()}  {inner}\n" for inner, data in files]
            return Source(name, hashlib.sha256("".join(digests).encode("utf-8", "replace")).hexdigest(), reading)
        data = read_bytes(path)
        reading = read_isolated(data, name, columns=columns, sheet=sheet)
    except EngineError as error:
        raise Refusal(f"{name} : {' '.join(sentence(error.note).split())}") from error
    return Source(name, hashlib.sha256(data).hexdigest(), reading)


def _nothing_read(sources: Sequence[Source]) -> str:
    """Why there is no contribution: the first thing set aside says it, with its place."""
    for source in sources:
        for one in source.reading.set_aside:
            line = f", ligne {one.place.line}" if one.place.line else ""
            why = " ".join(sentence(one.note).split())
            return f"{source.name} : il n’y a aucune contribution à lire. {one.place.file}{line} : {why}"
    return f"{sources[0].name} : il n’y a aucune contribution à lire."


def read_bytes(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except FileNotFoundError as error:
        raise Refusal(f"Le fichier {name} n’existe pas : vérifiez son nom et son dossier.") from error
    except IsADirectoryError as error:
        raise Refusal(f"{name} est un dossier : donnez un fichier.") from error  # a grid, or codes
    except (OSError, ValueError) as error:
        cause = "droit refusé" if isinstance(error, PermissionError) else getattr(error, "strerror", None) or error
        raise Refusal(f"Le fichier {name} ne peut pas être lu ({cause}).") from error


def read_grid(name: str) -> tuple[GridCode, ...]:
    """The codes of a grid: columns code, label, definition and examples (separated by « | » or a new line)."""
    found: dict[str, GridCode] = {}
    for line, cells in _table(name, GRID, needed=("code",)):
        code = cells["code"]
        if not code:
            raise Refusal(f"{name}, ligne {line} : le code manque. Donnez un code à chaque ligne de la grille.")
        if code in found:
            raise Refusal(f"{name}, ligne {line} : le code « {code[:60]} » est déjà défini plus haut.")
        label, definition = cells["label"], cells["definition"]
        examples, counter_examples = (_several(cells[key]) for key in ("examples", "counter_examples"))
        if not (label or definition or examples):
            raise Refusal(f"{name}, ligne {line} : « {code[:60]} » n’a ni nom, ni définition, ni exemple.")
        found[code] = GridCode(code, label or code, definition, examples, counter_examples)
    if len(found) < 2:
        raise Refusal(f"{name} : une grille compte au moins deux codes, il y en a {len(found)}.")
    return tuple(found.values())


def read_coded(
    name: str, *, grid: Sequence[GridCode], known: set[str]
) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """The codes that a person gave to each contribution, and what is said of the lines that could not serve.

    Several lines, or codes joined by « | », give several codes.
    """
    codes = {one.key for one in grid}
    found: dict[str, list[str]] = {}
    remarks, file = [], Path(name).name
    for line, cells in _table(name, CODED, needed=("id", "code")):
        for code in (part.strip() for part in cells["code"].split("|")):
            name_of = cells["id"] if cells["id"] in known else cells["id"].removeprefix("'")
            if name_of not in known:
                remarks.append(f"{file}, ligne {line} : aucune contribution n’a l’identifiant « {cells['id'][:60]} ».")
            elif code not in codes:
                remarks.append(f"{file}, ligne {line} : le code « {code[:60]} » n’est pas dans la grille.")
            elif code not in found.setdefault(name_of, []):
                found[name_of].append(code)
    coded = {key: tuple(values) for key, values in found.items() if values}
    if not coded:
        raise Refusal(f"{name} : aucune ligne ne joint une contribution lue à un code de la grille. {remarks[0]}")
    return coded, tuple(dict.fromkeys(remarks))


def _several(cell: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in re.split(r"[|\n]", cell) if one.strip())


def _own_names(paths: Sequence[str]) -> list[str]:
    """« avis.csv », then « avis.csv (2) » for another file of the same name."""
    seen: Counter[str] = Counter()
    own = []
    for name in (Path(path).name for path in paths):
        seen[name] += 1
        own.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return own


def _entries(reading: Reading, ids: Sequence[str]) -> list[Entry]:
    """Rows and what was set aside, by file and sheet as they were read, then by line."""
    sheets: dict[tuple[str, str], int] = {}
    for table in reading.tables:
        sheets.setdefault((table.file or reading.file, table.sheet), len(sheets))
    kept = [Entry(name, row.place, row.records, None) for name, row in zip(ids, reading.rows, strict=True)]
    aside = [Entry("", one.place, one.records, sentence(one.note)) for one in reading.set_aside]
    last = len(sheets)
    return sorted(kept + aside, key=lambda one: (sheets.get((one.place.file, one.place.sheet), last), one.place.line))


def _table(
    name: str, columns: dict[str, tuple[str, ...]], *, needed: Sequence[str]
) -> list[tuple[int, dict[str, str]]]:
    """The lines of a small CSV with its known columns, or a refusal that says which is missing."""
    try:
        text = decode(read_bytes(name)).text
    except EngineError as error:
        raise Refusal(f"{name} : {' '.join(sentence(error.note).split())}") from error
    lines = [one for one in records(text, find_separator(text)) if any(cell.strip() for cell in one.cells)]
    if len(lines) < 2:
        raise Refusal(f"{name} : rien sous les titres des colonnes. Colonnes attendues : {', '.join(columns)}.")
    headers = [plain_name(cell) for cell in lines[0].cells]
    ranks = {key: next((headers.index(one) for one in names if one in headers), -1) for key, names in columns.items()}
    for key in needed:
        if ranks[key] < 0:
            raise Refusal(f"{name} : la colonne « {key} » manque. Colonnes attendues : {', '.join(columns)}.")
    return [
        (one.line, {key: one.cells[rank].strip() if 0 <= rank < len(one.cells) else "" for key, rank in ranks.items()})
        for one in lines[1:]
    ]
