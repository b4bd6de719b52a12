"""A folder of results, written whole or not at all; one of ours may be replaced, what is not ours is never touched."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path

from concertia.cli.installation import Refusal


def check_out(name: str, *, command: str, files: Collection[str]) -> Path:
    """Where to write, once it is known that nothing but a previous result of `command` stands there."""
    path = Path(os.path.realpath(name))
    if not path.parent.is_dir():
        raise Refusal(f"Le dossier {Path(name).parent} n’existe pas : créez-le, puis recommencez.")
    if not os.access(path.parent, os.W_OK):
        raise Refusal(f"Le dossier {Path(name).parent} n’accepte pas d’écriture : choisissez-en un autre avec --out.")
    if not path.exists():
        return path
    if not path.is_dir():
        raise Refusal(f"{name} est un fichier : donnez à --out le nom d’un dossier.")
    try:
        held = {one.name for one in path.iterdir()}
    except OSError as error:
        raise Refusal(f"Le dossier {name} ne peut pas être lu ({error.strerror or error}).") from error
    if held and not (held <= set(files) and _command_of(path) == command):
        other = sorted(held - set(files))
        which = f"(« {other[0]} », par exemple) " if other else ""
        raise Refusal(
            f"Le dossier {name} contient déjà des fichiers {which}qui ne sont pas d’un résultat précédent : choisissez "
            "un autre dossier avec --out."
        )
    return path


def write_folder(path: Path, files: Mapping[str, bytes]) -> None:
    """Write every file beside, then put the folder in its place; what it replaces is gone only then."""
    draft = aside = None
    try:
        draft = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name[:40]}."))
        for name, data in files.items():
            (draft / name).write_bytes(data)
        draft.chmod(0o777 & ~_mask())
        if path.exists():
            aside = draft.with_name(f"{draft.name}.ancien")
            path.rename(aside)
        draft.rename(path)
        draft = None
    except OSError as error:
        raise Refusal(f"Le dossier {path} ne peut pas être écrit ({error.strerror or error}).") from error
    finally:
        _tidy(path, draft, aside)


def _tidy(path: Path, draft: Path | None, aside: Path | None) -> None:
    """After a failure or an interruption: what was there comes back, and no draft stays."""
    if aside is not None and aside.exists() and not path.exists():
        with contextlib.suppress(OSError):
            aside.rename(path)
    for left in (draft, aside):
        if left is not None:
            shutil.rmtree(left, ignore_errors=True)


def _command_of(path: Path) -> str:
    try:
        return str(json.loads((path / "run.json").read_text(encoding="utf-8")).get("command"))
    except (OSError, ValueError, AttributeError):
        return ""


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
