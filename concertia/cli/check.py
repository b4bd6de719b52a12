"""`concertia check --deploy`: is this installation fit to be opened to people? One line per point, in French."""

from __future__ import annotations

import argparse
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from concertia.cli import backup, site
from concertia.cli.installation import Refusal, choose_home, plainly, say, set_up_django
from concertia.cli.serve import refuse_interrupted_restoration, refuse_missing_static, refuse_pending_migrations
from concertia.config import environment
from concertia.config.environment import Environment

OLDEST_BACKUP = timedelta(hours=36)
LEAST_FREE = 2_000_000_000  # bytes: a backup's snapshot, a few thousand canvases
LEAST_FREE_SHARE = 0.10
OLDEST_POSTGRES = 140_000  # 14, the oldest that Django 5.2 speaks to


@dataclass(frozen=True)
class Finding:
    """`stops` means that the site must not open like this."""

    text: str
    stops: bool = True


def home_is_private(env: Environment) -> Iterator[Finding]:
    for path in (env.home, env.home / "secrets"):
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Finding(f"Le dossier {path} est ouvert à d’autres comptes. Lancez : chmod 700 {path}")
    for path in sorted((env.home / "secrets").glob("*")):
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Finding(f"Le secret {path} est lisible par d’autres comptes. Lancez : chmod 600 {path}")


def address_is_secure(env: Environment) -> Iterator[Finding]:
    if not env.is_secure:
        yield Finding(f"L’adresse « {env.address} » n’est pas en https:// : corrigez « address » dans concertia.toml.")


def debug_is_off(env: Environment) -> Iterator[Finding]:
    if env.debug:
        yield Finding("Le mode de mise au point est allumé : retirez CONCERTIA_DEBUG de l’environnement du service.")


def demonstration_is_off(env: Environment) -> Iterator[Finding]:
    if env.demonstration:
        yield Finding(
            "C’est une démonstration, dont chacun connaît les mots de passe : créez une vraie installation dans un "
            "autre dossier avec « concertia init »."
        )
        return
    from concertia.commons.management.commands.load_demonstration import PEOPLE  # noqa: PLC0415 -- app ready
    from concertia.territories.models import Territory, User  # noqa: PLC0415 -- app ready

    present = sorted(User.objects.filter(email__in=PEOPLE, is_active=True).values_list("email", flat=True))
    if present:
        yield Finding(
            f"{len(present)} compte(s) de démonstration dans une vraie installation, au mot de passe connu de tous : "
            f"{', '.join(present)}. Désactivez-les."
        )
    fictional = Territory.objects.filter(is_fictional=True).count()
    if fictional:
        yield Finding(f"{fictional} territoire(s) fictif(s) de démonstration sont visibles du public.")


def mail_is_declared(env: Environment) -> Iterator[Finding]:
    if not env.mail.host:
        yield Finding(
            f"Aucun serveur de courriel : les messages restent en fichiers dans {env.home / 'mail'}. Déclarez [mail] "
            "dans concertia.toml.",
            stops=False,
        )
    elif not env.mail.tls:
        yield Finding("Les courriels partent sans chiffrement : mettez tls = true dans [mail].")


def backups_are_made(env: Environment) -> Iterator[Finding]:
    try:
        backup.read_recipient(env.home)
    except Refusal as reason:
        yield Finding(str(reason))
        return
    if not env.backup.directory:
        yield Finding(
            "Aucune sauvegarde automatique : déclarez [backup] directory dans concertia.toml, ou lancez "
            "« concertia backup » par un autre programme.",
            stops=False,
        )
        return
    latest = backup.newest(Path(env.backup.directory))
    if latest is None:
        yield Finding(f"Aucune sauvegarde dans {env.backup.directory} : lancez « concertia backup ».", stops=False)
        return
    age = datetime.now() - datetime.fromtimestamp(latest.stat().st_mtime)
    if age > OLDEST_BACKUP:
        hours = int(age.total_seconds() // 3600)
        yield Finding(f"La dernière sauvegarde, {latest.name}, a {hours} heures : voyez pourquoi dans /sante/.")


def site_says_who_answers(env: Environment) -> Iterator[Finding]:
    missing = site.undeclared(env.site)
    if missing:
        yield Finding(
            f"Les pages légales disent « non renseigné » : {', '.join(missing)}. Déclarez-les dans [site] de "
            "concertia.toml.",
            stops=False,
        )


def disk_has_room(env: Environment) -> Iterator[Finding]:
    usage = shutil.disk_usage(env.home)
    if usage.free < LEAST_FREE or usage.free < usage.total * LEAST_FREE_SHARE:
        yield Finding(
            f"Il reste {usage.free / 1e9:.1f} Go sur {usage.total / 1e9:.0f} Go pour {env.home} : faites de la place.",
            stops=usage.free < LEAST_FREE / 4,
        )


def python_is_supported(env: Environment) -> Iterator[Finding]:
    if sys.version_info < (3, 11):  # noqa: UP036 -- the check is the point
        yield Finding(f"Python {sys.version.split()[0]} est trop ancien : il faut Python 3.11 ou plus récent.")


def postgres_is_supported(env: Environment) -> Iterator[Finding]:
    from django.db import connection  # noqa: PLC0415 -- app ready

    if connection.vendor == "postgresql" and connection.pg_version < OLDEST_POSTGRES:
        yield Finding(
            f"PostgreSQL {connection.pg_version // 10_000} est trop ancien : il faut PostgreSQL 14 ou plus récent."
        )


def is_ready_to_serve(env: Environment) -> Iterator[Finding]:
    for refuse in (lambda: refuse_interrupted_restoration(env.home), refuse_pending_migrations, refuse_missing_static):
        try:
            refuse()
        except Refusal as reason:
            yield Finding(str(reason))


WITHOUT_DATABASE: tuple[Callable[[Environment], Iterator[Finding]], ...] = (
    home_is_private,
    address_is_secure,
    debug_is_off,
    mail_is_declared,
    backups_are_made,
    site_says_who_answers,
    disk_has_room,
    python_is_supported,
    is_ready_to_serve,
)
WITH_DATABASE = (demonstration_is_off, postgres_is_supported)


def findings(env: Environment) -> list[Finding]:
    """Everything to say before opening; what needs the database is asked only of a database that answers."""
    found = [finding for ask in WITHOUT_DATABASE for finding in ask(env)]
    try:
        refuse_pending_migrations()
    except Refusal:
        return found
    return found + [finding for ask in WITH_DATABASE for finding in ask(env)]


@plainly
def run(arguments: argparse.Namespace) -> int:
    choose_home(arguments)
    env = environment.load()
    set_up_django()
    from concertia.core import checks  # noqa: PLC0415 -- app ready

    found = [Finding(sentence) for sentence in checks.problems(deploy=arguments.deploy)]
    found += findings(env) if arguments.deploy else list(is_ready_to_serve(env))
    for finding in found:
        say(f"{'À CORRIGER' if finding.stops else 'À savoir'} : {finding.text}")
    stopping = sum(finding.stops for finding in found)
    if stopping:
        say(f"{stopping} point(s) à corriger avant d’ouvrir cette installation.")
        return 1
    say("Cette installation peut ouvrir." if arguments.deploy else "Cette installation peut servir.")
    return 0


def register(subparsers) -> None:
    parser = subparsers.add_parser("check", help="vérifier l’installation")
    parser.add_argument("--home", help="dossier de l’installation (sinon CONCERTIA_HOME, sinon var/)")
    parser.add_argument("--deploy", action="store_true", help="vérifier aussi ce qu’il faut avant d’ouvrir au public")
    parser.set_defaults(run=run)
