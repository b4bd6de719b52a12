"""`concertia data`: the open data as one archive, written from this instance or loaded into an empty one."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from concertia.cli.installation import Refusal, choose_home, plainly, say, set_up_django

FULL = "Le disque refuse l’archive ({reason}) : libérez de la place, puis recommencez. {path} n’a pas changé."


def register(subparsers) -> None:
    parser = subparsers.add_parser("data", help="exporter les données ouvertes, ou les charger dans un site vide")
    commands = parser.add_subparsers(dest="command", required=True, metavar="ACTION")
    export = commands.add_parser("export", help="écrire l’archive de ce qui est public aujourd’hui")
    export.add_argument("out", metavar="SORTIE.zip", help="archive à écrire ; elle remplace le fichier de ce nom")
    export.add_argument("--json", action="store_true", help="donner sur la sortie standard les nombres et l’empreinte")
    export.add_argument("--home", metavar="DOSSIER", help="dossier de l’installation")
    export.set_defaults(run=export_data)
    load = commands.add_parser("import", help="refaire les pages publiques d’une archive dans une installation vide")
    load.add_argument("file", metavar="ARCHIVE.zip")
    load.add_argument("--home", metavar="DOSSIER", help="dossier de l’installation")
    load.set_defaults(run=import_data)


@plainly
def export_data(arguments: argparse.Namespace) -> int:
    out = Path(os.path.realpath(arguments.out))
    if out.is_dir():
        raise Refusal(f"{arguments.out} est un dossier : donnez un nom de fichier.")
    if not out.parent.is_dir():
        raise Refusal(f"Le dossier {out.parent} n’existe pas : créez-le, puis recommencez.")
    _start(arguments)
    from concertia.commons.actions.open_data import write_current  # noqa: PLC0415 -- app ready
    from concertia.core.errors import Refused  # noqa: PLC0415 -- app ready

    try:
        with tempfile.NamedTemporaryFile(dir=out.parent, prefix=f".{out.name[:40]}.", delete=False) as draft:
            try:
                built, _ = write_current(draft)
                draft.flush()
                os.fsync(draft.fileno())
                os.chmod(draft.name, 0o644)  # open data, whatever the service's own mask
                os.replace(draft.name, out)
            finally:
                Path(draft.name).unlink(missing_ok=True)
    except Refused as refusal:
        raise Refusal(str(refusal)) from refusal
    except OSError as error:
        raise Refusal(FULL.format(reason=error.strerror or error, path=arguments.out)) from error
    if arguments.json:
        summary = {"sha256": built.sha256, "octets": built.size, "nombres": built.counts}
        sys.stdout.write(json.dumps(summary, ensure_ascii=False, indent=1) + "\n")
    counts = built.counts
    say(
        f"{out.name} écrit ({built.size / 1000:.0f} ko) : {counts['concertations_distinctes']} concertation(s), "
        f"{counts['propositions']} proposition(s), {counts['organisations']} territoire(s). SHA-256 {built.sha256}"
    )
    return 0


@plainly
def import_data(arguments: argparse.Namespace) -> int:
    path = Path(arguments.file)
    if not path.is_file():
        raise Refusal(f"Le fichier {path} n’existe pas : donnez une archive de données ouvertes (.zip).")
    _start(arguments)
    from django.db import DatabaseError  # noqa: PLC0415 -- app ready

    from concertia.commons.actions.open_data import import_archive  # noqa: PLC0415 -- app ready
    from concertia.core.errors import Refused  # noqa: PLC0415 -- app ready

    try:
        with path.open("rb") as file:
            count = import_archive(file)
    except Refused as refusal:
        raise Refusal(str(refusal)) from refusal
    except OSError as error:
        raise Refusal(f"Le fichier {path} ne se lit pas ({error.strerror or error}).") from error
    except DatabaseError as error:
        raise Refusal(f"La base refuse l’écriture ({str(error).splitlines()[0]}). Rien n’a été changé.") from error
    say(f"{count} concertation(s) chargée(s) de {path.name} : les pages publiques sont celles de l’archive.")
    return 0


def _start(arguments):
    """Django ready, on a database that has its tables."""
    choose_home(arguments)
    set_up_django()
    from django.db import DatabaseError  # noqa: PLC0415 -- app ready

    from concertia.commons.models import OpenDataRelease  # noqa: PLC0415 -- app ready

    try:
        OpenDataRelease.objects.exists()
    except DatabaseError as error:
        raise Refusal(
            "La base n’est pas prête : lancez « concertia init » (ou « concertia migrate »), puis recommencez."
        ) from error
