"""The command line: `concertia COMMANDE …`. Each module of COMMANDS registers its own commands."""

from __future__ import annotations

import argparse
import importlib
import os
import re
import sys
from collections.abc import Sequence
from typing import NoReturn

from concertia import __version__

COMMANDS = (
    "canvas",
    "init",
    "serve",
    "backup",
    "restore",
    "check",
    "account",
    "data",
    "themes",
)  # modules of this package, each with `register(subparsers)`
CUT_PIPE = 141  # what a shell reports of a program whose reader has left
FRENCH = (
    (r"the following arguments are required: (.*)", r"il manque {}"),
    (r"unrecognized arguments: (.*)", r"argument inconnu : {}"),
    (r"argument (?:[A-Z]+|command): invalid choice: '(.*?)'.*", r"« {} » n’est pas une commande connue"),
    (r"argument (.*?): expected one argument", r"{} attend une valeur"),
    (r"argument (.*?): (?:not allowed with argument|ignored explicit argument).*", r"{} ne convient pas ici"),
    (r"argument .*?: invalid \w+ value: (.*)", r"valeur refusée : {}"),
    (r"argument .*?: (.*)", r"{}"),
)


class FrenchHelp(argparse.HelpFormatter):
    """Help whose first line is French."""

    def add_usage(self, usage, actions, groups, prefix=None):
        super().add_usage(usage, actions, groups, "Utilisation : " if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """A parser that helps in French and refuses in one line."""

    def __init__(self, **options) -> None:
        options.setdefault("formatter_class", FrenchHelp)
        super().__init__(**{"allow_abbrev": False, **options, "add_help": False})
        self._positionals.title, self._optionals.title = "arguments", "options"
        self.add_argument("-h", "--help", action="help", help="afficher cette aide")

    def error(self, message: str) -> NoReturn:
        for pattern, french in FRENCH:
            if found := re.fullmatch(pattern, message, re.DOTALL):
                message = french.format(found[1])
                break
        sys.stderr.write(f"{message[0].upper()}{message[1:].rstrip(' .')}. Voir « {self.prog} --help ».\n")
        sys.exit(2)


def parser() -> Parser:
    root = Parser(prog="concertia", description="Concertia, l’espace commun des concertations territoriales de l’IA.")
    root.add_argument("--version", action="version", version=f"concertia {__version__}", help="afficher la version")
    subparsers = root.add_subparsers(title="commandes", metavar="COMMANDE", required=True)
    for name in COMMANDS:
        importlib.import_module(f"concertia.cli.{name}").register(subparsers)
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; its exit status is 0, or 2 when the input is wrong."""
    try:
        chosen = parser().parse_args(arguments)
        status: int = chosen.run(chosen)
        sys.stdout.flush()
    except KeyboardInterrupt:
        sys.stderr.write("Interrompu.\n")
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing left to flush at exit
        return CUT_PIPE
    return status


if __name__ == "__main__":
    sys.exit(main())
