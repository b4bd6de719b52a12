"""Who answers for the site: what `concertia init` asks and `concertia check` misses, for the pages that law wants."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from concertia.cli.installation import Refusal
from concertia.config.environment import Site, is_web_address

# name in [site] → the question; every one may be left blank, and `check` says which are.
QUESTIONS = {
    "publisher": "Éditeur du site, avec son adresse postale",
    "publication_director": "Directeur ou directrice de la publication",
    "hosting": "Hébergeur, avec son adresse postale",
    "contact": "Adresse électronique qui reçoit les signalements d’accessibilité",
    "dpo": "Déléguée ou délégué à la protection des données (adresse)",
    "accessibility_scheme": "Adresse du schéma pluriannuel d’accessibilité",
    "accessibility_plan": "Adresse du plan d’actions d’accessibilité de l’année",
}
OPTIONAL = {"accessibility_scheme", "accessibility_plan"}  # their page says « pas encore publié », which is an answer


def ask_site(ask: Callable[..., str], checked_mail: Callable[[str], str]) -> dict[str, str]:
    """The answers given; what is left blank is not written."""
    answers = {
        name: ask(f"site_{name}", f"{question} (rien : à dire plus tard)", default="")
        for name, question in QUESTIONS.items()
    }
    if answers["contact"]:
        answers["contact"] = checked_mail(answers["contact"])
    for name in OPTIONAL:
        if answers[name] and not is_web_address(answers[name]):
            raise Refusal(f"« {answers[name]} » n’est pas l’adresse d’une page : écrivez-la en entier, avec https://.")
    return {name: value for name, value in answers.items() if value}


def undeclared(site: Site) -> list[str]:
    return [name for name in QUESTIONS if name not in OPTIONAL and not getattr(site, name)]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    for name, question in QUESTIONS.items():
        parser.add_argument(f"--site-{name.replace('_', '-')}", help=question[0].lower() + question[1:])
