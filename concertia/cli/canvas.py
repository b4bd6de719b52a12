"""`concertia canvas`: read, write and describe the canvas of a consultation."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from concertia.cli.installation import Refusal, plainly, say

FORMATS = ("docx", "odt", "pdf", "json")
READ_AT_MOST = 200_000_000  # bytes: the reader refuses far less, and this stops an endless file


def register(subparsers) -> None:
    parser = subparsers.add_parser("canvas", help="lire, écrire et décrire le canevas de documentation")
    commands = parser.add_subparsers(dest="command", required=True, metavar="ACTION")
    read = commands.add_parser("read", help="lire un canevas rempli (.docx ou .odt) et en donner le JSON")
    read.add_argument("file", metavar="FICHIER", help="canevas Word (.docx) ou OpenDocument (.odt)")
    read.add_argument("--json", action="store_true", help="écrire le JSON sur la sortie standard (c’est déjà le cas)")
    read.set_defaults(run=read_canvas)
    write = commands.add_parser("write", help="écrire un canevas rempli à partir de son JSON")
    write.add_argument(
        "file", metavar="FICHIER.json", help="réponses, telles que « read » les donne ; « - » : entrée standard"
    )
    write.add_argument("out", metavar="SORTIE", help="document à écrire : .docx, .odt, .pdf ou .json")
    write.add_argument(
        "--public",
        action="store_true",
        help="sans l’adresse de la personne référente ni les intervenants qui n’ont pas donné leur accord",
    )
    write.set_defaults(run=write_canvas)
    blank = commands.add_parser("blank", help="écrire un canevas vierge")
    blank.add_argument("out", metavar="SORTIE", help="document à écrire : .docx, .odt ou .pdf")
    blank.set_defaults(run=write_blank)
    schema = commands.add_parser("schema", help="donner le schéma de données ouvertes (Table Schema)")
    schema.set_defaults(run=write_schema)


@plainly
def read_canvas(arguments: argparse.Namespace) -> int:
    from concertia.consultations.phrases import place, sentence  # noqa: PLC0415 -- slow import
    from concertia.engine.canvas.isolation import read_isolated  # noqa: PLC0415 -- slow import
    from concertia.engine.notes import EngineError  # noqa: PLC0415 -- slow import

    data = _read_file(arguments.file)
    try:
        reading = read_isolated(data, Path(arguments.file).name)
    except EngineError as error:
        raise Refusal(_one_line(f"{arguments.file} : {sentence(error.note)}")) from error
    several = reading.results > 1
    record = reading.record()
    record["_a_confirmer"] = [
        {
            "champ": field.key,
            "lu": field.text,
            "lieu": place(field.place, field.result if several else None),
            "raison": sentence(field.reason) if field.reason else "",
        }
        for field in reading.to_confirm()
    ]
    _print_json(record)
    for note in reading.notes:
        say(_one_line(sentence(note)))
    say(_summary(reading))
    return 0


def _summary(reading) -> str:
    """« 17 champs lus, 1 à confirmer, 1 non trouvé. »"""
    from concertia.engine.canvas.reading import Status  # noqa: PLC0415 -- slow import

    counts = {status: sum(field.status is status for field in reading.fields) for status in Status}
    read, missing = counts[Status.READ], counts[Status.MISSING]
    results = f" {reading.results} résultats de concertation." if reading.results > 1 else ""
    return (
        f"{read} champ{'s' * (read > 1)} lu{'s' * (read > 1)}, {counts[Status.CONFIRM]} à confirmer, "
        f"{missing} non trouvé{'s' * (missing > 1)}.{results}"
    )


@plainly
def write_canvas(arguments: argparse.Namespace) -> int:
    out = _output(arguments.out, FORMATS)
    record = _parse(_read_file(arguments.file), _shown(arguments.file))
    _save(out, _written(record, out, public=arguments.public))
    return 0


@plainly
def write_blank(arguments: argparse.Namespace) -> int:
    out = _output(arguments.out, FORMATS[:3])
    _save(out, _written(None, out, public=False))
    return 0


@plainly
def write_schema(arguments: argparse.Namespace) -> int:
    from concertia.engine.canvas.schema import table_schema  # noqa: PLC0415 -- slow import

    _print_json(table_schema())
    return 0


def _written(record: Any, out: Path, *, public: bool) -> bytes:
    from concertia.consultations.phrases import sentence  # noqa: PLC0415 -- slow import
    from concertia.engine.canvas.writer import write  # noqa: PLC0415 -- slow import
    from concertia.engine.notes import EngineError  # noqa: PLC0415 -- slow import

    try:
        return write(record, out.suffix[1:].lower(), public=public)
    except EngineError as error:
        raise Refusal(_one_line(sentence(error.note))) from error


def _read_file(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read(READ_AT_MOST)
    try:
        with Path(name).open("rb") as stream:
            return stream.read(READ_AT_MOST)
    except FileNotFoundError as error:
        raise Refusal(f"Le fichier {name} n’existe pas : vérifiez son nom et son dossier.") from error
    except IsADirectoryError as error:
        raise Refusal(f"{name} est un dossier : donnez un fichier.") from error
    except (OSError, ValueError) as error:
        raise Refusal(f"Le fichier {name} ne peut pas être lu ({_cause(error)}).") from error


def _shown(name: str) -> str:
    return "L’entrée standard" if name == "-" else f"Le fichier {name}"


def _cause(error: Exception) -> str:
    return "droit refusé" if isinstance(error, PermissionError) else str(getattr(error, "strerror", None) or error)


def _parse(data: bytes, shown: str) -> Any:
    """The JSON of a file, or a refusal that says where it stops being JSON."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Refusal(
            f"{shown} n’est pas en UTF-8 (ligne {line}) : enregistrez-le en UTF-8, puis recommencez."
        ) from error
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise Refusal(
            f"{shown} n’est pas du JSON valable : ligne {error.lineno}, colonne {error.colno}. Corrigez-la, puis "
            "recommencez."
        ) from error
    except (RecursionError, ValueError) as error:
        raise Refusal(
            f"{shown} n’est pas un canevas : ses listes sont trop imbriquées ou ses nombres trop grands."
        ) from error


def _output(name: str, formats: tuple[str, ...]) -> Path:
    """Where to write, once we know that it can hold one of the formats."""
    path = Path(name)
    if path.suffix[1:].lower() not in formats:
        known = ", ".join(f".{form}" for form in formats)
        raise Refusal(f"{name} : l’extension n’est pas connue. Choisissez parmi {known}.")
    if path.is_dir():
        raise Refusal(f"{name} est un dossier : donnez un nom de fichier.")
    path = Path(os.path.realpath(path))
    if not path.parent.is_dir():
        raise Refusal(f"Le dossier {path.parent} n’existe pas : créez-le, puis recommencez.")
    return path


def _save(path: Path, data: bytes) -> None:
    """Write the file whole or not at all: under another name beside it, then in its place."""
    draft = ""
    try:
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(draft, _rights(path))
        os.replace(draft, path)
    except OSError as error:
        raise Refusal(f"{path} ne peut pas être écrit ({_cause(error)}).") from error
    finally:
        if draft:
            Path(draft).unlink(missing_ok=True)
    say(f"{path.name} écrit ({len(data) / 1000:.0f} ko).")


def _rights(path: Path) -> int:
    """Those of the file it replaces, else the usual ones of a new file."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _print_json(value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    try:
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python would try again at exit
        raise Refusal(f"La sortie standard ne peut pas être écrite ({_cause(error)}).") from error


def _one_line(text: str) -> str:
    return " ".join(text.split())
