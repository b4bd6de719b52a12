"""`concertia init`: ask what an installation needs, check it all, then write it all, or nothing."""

from __future__ import annotations

import argparse
import getpass
import io
import json
import os
import re
import secrets
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from concertia.cli import site
from concertia.cli.installation import (
    Refusal,
    bring_up_to_date,
    choose_home,
    plainly,
    private_write,
    say,
    set_up_django,
)

SHORTEST_PASSWORD = 12
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass
class Answers:
    address: str
    admin_mail: str
    admin_name: str
    password: str
    generated: bool
    database_url: str = ""
    mail: dict = field(default_factory=dict)
    mail_password: str = ""
    site: dict = field(default_factory=dict)
    backup_directory: str = ""
    backup_identity: Path | None = None


# --- questions --------------------------------------------------------------------------------------------------
class Asker:
    """An answer comes from the command line, else from the person, else from the default."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.arguments = arguments
        self.interactive = sys.stdin.isatty() and not arguments.non_interactive

    def __call__(self, option: str, question: str, *, default: str | None = None) -> str:
        given = getattr(self.arguments, option)
        if given is not None:
            return given.strip()
        if self.interactive:
            hint = f" [{default}]" if default else ""
            sys.stderr.write(f"{question}{hint} : ")
            return input().strip() or (default or "")
        if default is None:
            raise Refusal(f"Il manque --{option.replace('_', '-')} : {question[0].lower()}{question[1:]}.")
        return default

    def secret(self, option: str, question: str) -> str:
        """Read a secret from a file named on the command line, else from the terminal, never from an argument."""
        path = getattr(self.arguments, f"{option}_file")
        if path:
            try:
                return Path(path).read_text(encoding="utf-8").strip()
            except OSError as reason:
                raise Refusal(f"Le fichier {path} ne se lit pas : {reason.strerror}.") from reason
        return getpass.getpass(f"{question} : ") if self.interactive else ""


def ask_everything(arguments: argparse.Namespace, home: Path) -> Answers:
    ask = Asker(arguments)
    address = checked_address(ask("address", "Adresse du site, par exemple https://concertations.exemple.fr"))
    admin_mail = checked_mail(ask("admin_mail", "Adresse électronique du premier compte d’administration"))
    admin_name = ask("admin_name", "Nom affiché de ce compte", default="Administration")
    password, generated = ask_password(ask)
    answers = Answers(address, admin_mail, admin_name, password, generated)
    answers.database_url = checked_database(
        ask("database_url", "Adresse PostgreSQL (rien : un fichier SQLite dans le dossier)", default="")
    )
    ask_mail(ask, answers)
    answers.backup_directory = ask(
        "backup_dir", "Dossier des sauvegardes de chaque nuit (rien : pas de sauvegarde automatique)", default=""
    )
    answers.backup_identity = checked_identity(
        ask(
            "backup_identity", "Fichier où écrire la clé secrète des sauvegardes (rien : affichée une fois)", default=""
        ),
        home,
    )
    answers.site = site.ask_site(ask, checked_mail)
    return answers


def ask_password(ask: Asker) -> tuple[str, bool]:
    password = ask.secret("admin_password", "Mot de passe de ce compte (rien : tiré au hasard et affiché une fois)")
    if not password:
        return secrets.token_urlsafe(18), True
    checked_password(password)
    if ask.interactive and not ask.arguments.admin_password_file and password != getpass.getpass("Encore une fois : "):
        raise Refusal("Les deux mots de passe diffèrent : rien n’a été écrit, recommencez.")
    return password, False


def ask_mail(ask: Asker, answers: Answers) -> None:
    host = ask("mail_host", "Serveur d’envoi des courriels (rien : ils restent en fichiers)", default="")
    if not host:
        return
    port = ask("mail_port", "Port de ce serveur", default="587")
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise Refusal(f"« {port} » n’est pas un port : donnez un nombre de 1 à 65535 (--mail-port).")
    user = ask("mail_user", "Compte sur ce serveur (rien : aucun)", default="")
    sender = checked_mail(ask("mail_sender", "Adresse d’expédition", default=answers.admin_mail))
    answers.mail = {"host": host, "port": int(port), "user": user, "sender": sender}
    if user:
        answers.mail_password = ask.secret("mail_password", "Mot de passe de ce compte")


# --- checks -----------------------------------------------------------------------------------------------------
def checked_address(text: str) -> str:
    parts = urlsplit(text)
    host = parts.hostname or ""
    if parts.scheme not in ("https", "http") or not re.fullmatch(r"[a-z0-9.:-]+", host):
        raise Refusal(
            f"« {text} » n’est pas l’adresse d’un site : écrivez-la en entier, comme https://concertations.exemple.fr."
        )
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise Refusal(
            f"« {text} » contient plus qu’un nom de site : Concertia occupe tout le site, sans chemin après le nom."
        )
    if parts.scheme == "http" and host not in LOOPBACK:
        raise Refusal(f"« {text} » n’est pas chiffrée : un espace où l’on se connecte s’ouvre en https://.")
    return text.rstrip("/")


def checked_mail(text: str) -> str:
    from django.core.exceptions import ValidationError  # noqa: PLC0415 -- slow import
    from django.core.validators import validate_email  # noqa: PLC0415 -- slow import

    try:
        validate_email(text)
    except ValidationError as reason:
        raise Refusal(f"« {text} » n’est pas une adresse électronique : attendu nom@domaine.fr.") from reason
    return text.lower()


def checked_password(text: str) -> None:
    from django.contrib.auth.password_validation import CommonPasswordValidator  # noqa: PLC0415 -- slow import

    if len(text) < SHORTEST_PASSWORD:
        raise Refusal(f"Le mot de passe compte {len(text)} caractère(s) : il en faut au moins {SHORTEST_PASSWORD}.")
    if text.lower().strip() in CommonPasswordValidator().passwords:  # its own message needs settings we have not yet
        raise Refusal(
            "Ce mot de passe figure parmi les plus employés, donc les plus vite devinés : choisissez-en un autre."
        )


def checked_database(text: str) -> str:
    """Refuse an address that is not PostgreSQL's, or that does not answer."""
    if not text:
        return ""
    import dj_database_url  # noqa: PLC0415 -- slow import
    import psycopg  # noqa: PLC0415 -- slow import

    if urlsplit(text).scheme not in ("postgres", "postgresql"):
        raise Refusal(
            "L’adresse de la base doit commencer par postgres:// ; sans elle, Concertia emploie un fichier SQLite."
        )
    found = dj_database_url.parse(text)
    try:
        psycopg.connect(
            host=found["HOST"] or None, port=found["PORT"] or None, user=found["USER"] or None,
            password=found["PASSWORD"] or None, dbname=found["NAME"], connect_timeout=10,
        ).close()  # fmt: skip
    except psycopg.OperationalError as reason:
        raise Refusal(f"La base PostgreSQL ne répond pas : {str(reason).strip().splitlines()[-1].strip()}") from reason
    return text


def checked_identity(text: str, home: Path) -> Path | None:
    if not text:
        return None
    path = Path(text).resolve()
    if path.is_relative_to(home):
        raise Refusal(
            f"La clé des sauvegardes ne se range pas dans {home} : qui perd cette machine perdrait les deux. "
            "Choisissez un autre endroit, par exemple une clé USB."
        )
    if path.exists():
        raise Refusal(f"Le fichier {path} existe déjà : il n’est pas remplacé. Choisissez un autre nom.")
    return path


# --- writing ----------------------------------------------------------------------------------------------------
def settings_file(answers: Answers) -> str:
    """TOML strings are JSON strings: nothing else is needed to write this file."""
    lines = [
        "# Écrit par « concertia init ». Les secrets sont à part, dans secrets/.",
        f"address = {_toml(answers.address)}",
    ]
    if answers.mail:
        lines += ["", "[mail]", *(f"{name} = {_toml(value)}" for name, value in answers.mail.items())]
    if answers.backup_directory:
        directory = str(Path(answers.backup_directory).resolve())
        lines += ["", "[backup]", f"directory = {_toml(directory)}", "keep = 14"]
    if answers.site:
        lines += ["", "[site]", *(f"{name} = {_toml(value)}" for name, value in answers.site.items())]
    return "\n".join(lines) + "\n"


def _toml(value: str | int) -> str:
    return json.dumps(value, ensure_ascii=False)


def new_secret_key() -> str:
    return secrets.token_urlsafe(64) + "\n"


def write_files(home: Path, answers: Answers) -> str:
    """Write the settings, the secrets and the backup key; return the secret half when it is to be shown."""
    from pyrage import x25519  # noqa: PLC0415 -- slow import

    identity = x25519.Identity.generate()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    home.chmod(0o700)
    (home / "secrets").mkdir(mode=0o700)
    private_write(home / "secrets" / "secret_key", new_secret_key())
    if answers.database_url:
        private_write(home / "secrets" / "database_url", answers.database_url + "\n")
    if answers.mail_password:
        private_write(home / "secrets" / "mail_password", answers.mail_password + "\n")
    private_write(home / "concertia.toml", settings_file(answers))
    private_write(home / "backup.recipient", f"{identity.to_public()}\n")
    if answers.backup_identity is None:
        return str(identity)
    private_write(answers.backup_identity, f"# Clé secrète des sauvegardes de {answers.address}\n{identity}\n")
    return ""


def undo(home: Path, existing: set[Path], identity: Path | None) -> None:
    """Take back what a failed attempt wrote, so that the next one starts clean."""
    for path in set(home.iterdir()) - existing if home.exists() else ():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    if identity is not None:
        identity.unlink(missing_ok=True)


def create_administrator(answers: Answers) -> None:
    from django.db import transaction  # noqa: PLC0415 -- app ready

    from concertia.territories.enums import Role  # noqa: PLC0415 -- app ready
    from concertia.territories.models import Membership, User  # noqa: PLC0415 -- app ready
    from concertia.territories.queries import commission  # noqa: PLC0415 -- app ready

    with transaction.atomic():
        if User.objects.filter(email=answers.admin_mail).exists():
            raise Refusal(
                f"Cette base contient déjà un compte « {answers.admin_mail} » : elle sert à une autre installation."
            )
        person = User.objects.create_superuser(answers.admin_mail, answers.password, name=answers.admin_name)
        Membership.objects.create(user=person, territory=commission(), role=Role.NATIONAL_TEAM)


def load_reference() -> None:
    """The territories that had engaged before this space existed."""
    from django.core.management import call_command  # noqa: PLC0415 -- app ready

    call_command("load_reference", stdout=io.StringIO(), stderr=io.StringIO())


@plainly
def run(arguments: argparse.Namespace) -> int:
    home = choose_home(arguments)
    refuse_existing(home)
    os.environ["CONCERTIA_HOME"] = str(home)
    answers = ask_everything(arguments, home)
    existing = set(home.iterdir()) if home.exists() else set()
    try:
        shown = write_files(home, answers)
        set_up_django()
        bring_up_to_date()
        load_reference()
        create_administrator(answers)
    except BaseException:
        undo(home, existing, answers.backup_identity)
        raise
    report(home, answers, shown)
    return 0


def refuse_existing(home: Path) -> None:
    for path in (home / "concertia.toml", home / "secrets", home / "db.sqlite3"):
        if path.exists():
            raise Refusal(
                f"Une installation existe déjà dans {home} ({path.name}) : rien n’a été changé. Modifiez "
                "concertia.toml pour la régler, ou indiquez un autre dossier avec --home."
            )


def report(home: Path, answers: Answers, shown: str) -> None:
    say(f"L’installation est prête dans {home}.")
    say(f"Premier compte : {answers.admin_mail}")
    if answers.generated:
        say(f"Son mot de passe, affiché cette seule fois : {answers.password}")
    if shown:
        say(f"Clé secrète des sauvegardes, affichée cette seule fois : {shown}")
    else:
        say(f"Clé secrète des sauvegardes : {answers.backup_identity}")
    say("Rangez cette clé hors de cette machine : sans elle, aucune sauvegarde ne peut être relue.")
    say("Ensuite : « concertia check --deploy », puis « concertia serve ».")


# --- demonstration ----------------------------------------------------------------------------------------------
def initialise_demonstration(home: Path, *, address: str) -> None:
    """Lay a local demonstration in an empty folder; never touch a real installation."""
    os.environ["CONCERTIA_ADDRESS"] = address
    settings = home / "concertia.toml"
    if settings.exists():
        if "demonstration = true" not in settings.read_text(encoding="utf-8").splitlines():
            raise Refusal(
                f"{home} contient une vraie installation : la démonstration n’y touche pas. Servez-la avec "
                "« concertia serve », ou indiquez un autre dossier (CONCERTIA_HOME=…)."
            )
        return
    if (home / "db.sqlite3").exists():
        raise Refusal(
            f"{home} contient une base sans réglages : la démonstration n’y touche pas. Indiquez un autre dossier."
        )
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (home / "secrets" / "secret_key").exists():
        private_write(home / "secrets" / "secret_key", new_secret_key())
    private_write(settings, "# Démonstration locale : comptes connus de tous.\ndemonstration = true\n")


def load_demonstration() -> None:
    """Fill an empty database; a second start finds it filled and leaves it as people changed it."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415 -- app ready
    from django.core.management import call_command  # noqa: PLC0415 -- app ready

    if not get_user_model().objects.exists():
        say("Chargement de la démonstration : territoires, personnes et paroles y sont fictifs…")
        call_command("load_demonstration", stdout=io.StringIO(), stderr=io.StringIO())


def demonstration_accounts() -> list[str]:
    """The accounts that still exist, each with the password that everyone knows."""
    from concertia.commons.management.commands.load_demonstration import PASSWORD, PEOPLE  # noqa: PLC0415 -- app ready
    from concertia.territories.models import User  # noqa: PLC0415 -- app ready

    present = set(User.objects.filter(email__in=PEOPLE).values_list("email", flat=True))
    return [f"{mail}  ({name}, mot de passe : {PASSWORD})" for mail, (name, *_) in PEOPLE.items() if mail in present]


def register(subparsers) -> None:
    parser = subparsers.add_parser("init", help="créer une installation")
    parser.add_argument("--home", help="dossier de l’installation (sinon CONCERTIA_HOME, sinon var/)")
    parser.add_argument("--address", help="adresse publique, https://…")
    parser.add_argument("--admin-mail", help="adresse électronique du premier compte")
    parser.add_argument("--admin-name", help="nom affiché de ce compte")
    parser.add_argument("--admin-password-file", help="fichier qui contient son mot de passe")
    parser.add_argument("--database-url", help="postgres://compte:motdepasse@machine/base")
    parser.add_argument("--mail-host", help="serveur d’envoi des courriels")
    parser.add_argument("--mail-port")
    parser.add_argument("--mail-user")
    parser.add_argument("--mail-password-file", help="fichier qui contient le mot de passe du courriel")
    parser.add_argument("--mail-sender", help="adresse d’expédition")
    parser.add_argument("--backup-dir", help="dossier des sauvegardes de chaque nuit")
    parser.add_argument("--backup-identity", help="fichier où écrire la clé secrète des sauvegardes")
    site.add_arguments(parser)
    parser.add_argument("--non-interactive", action="store_true", help="ne poser aucune question")
    parser.set_defaults(run=run)
