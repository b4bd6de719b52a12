"""`concertia account`: what only the person at the machine may do for somebody's account."""

from __future__ import annotations

import argparse

from concertia.cli.installation import Refusal, choose_home, plainly, say, set_up_django


def register(subparsers) -> None:
    parser = subparsers.add_parser("account", help="secourir un compte : second facteur perdu")
    parser.add_argument("email", metavar="ADRESSE", help="adresse du compte")
    parser.add_argument("--home", metavar="DOSSIER", help="dossier de l’installation")
    parser.add_argument(
        "--forget-second-factor",
        action="store_true",
        required=True,
        help="oublier ses applications, clés d’accès et codes de secours, et fermer ses sessions",
    )
    parser.set_defaults(run=run)


@plainly
def run(arguments: argparse.Namespace) -> int:
    choose_home(arguments)
    set_up_django()
    from concertia.territories.actions.rescue import forget_second_factor  # noqa: PLC0415 -- app ready

    found = forget_second_factor(arguments.email)
    if found is None:
        raise Refusal(f"Aucun compte n’a l’adresse {arguments.email} : vérifiez-la.")
    say(f"Moyens oubliés pour {arguments.email} : {found}. Ses sessions sont fermées.")
    return 0
