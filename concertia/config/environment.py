"""Where this installation keeps its settings, its secrets and its data; no Django here.

One folder, `CONCERTIA_HOME` (by default `var/` of the current folder), holds everything that is not code:

    concertia.toml          written by `concertia init`: address, mail, backups, who answers for it (nothing secret)
    secrets/secret_key      signing key, readable by the service alone; older keys in secrets/secret_key.old
    secrets/mail_password   when the mail server asks for one
    secrets/database_url    when the database is not the SQLite file of this folder
    secrets/proconnect_secret  when the file declares [proconnect] (docs/proconnect.md)
    backup.recipient        public key that backups are encrypted to
    db.sqlite3, files/, static/

A variable of the environment wins over the file, so that a container needs no file at all.
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import quote, urlsplit


class NotInitialised(RuntimeError):
    """The installation has no secret key yet: `concertia init` was not run."""


class Misdeclared(NotInitialised):
    """A section of concertia.toml cannot be followed as it is written."""


@dataclass(frozen=True)
class Mail:
    host: str = ""
    port: int = 587
    user: str = ""
    sender: str = ""
    tls: bool = True
    password: str = ""


@dataclass(frozen=True)
class Backup:
    """Where the nightly backup goes, and how many are kept; no directory means no nightly backup."""

    directory: str = ""
    keep: int = 14


@dataclass(frozen=True)
class ProConnect:
    """How this site is known to ProConnect; nothing declared means no button and no network call."""

    issuer: str  # its address, as the discovery document writes it
    client_id: str
    client_secret: str
    scopes: tuple[str, ...] = ("openid", "email", "given_name", "usual_name")

    @property
    def origin(self) -> str:
        parts = urlsplit(self.issuer)
        return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True)
class Site:
    """Who answers for this site, as the law asks its pages to say; what is blank is said not to be declared."""

    publisher: str = ""
    publication_director: str = ""
    hosting: str = ""
    contact: str = ""  # a mail: reports of barriers arrive there
    dpo: str = ""
    accessibility_scheme: str = ""  # where the schéma pluriannuel is published
    accessibility_plan: str = ""  # where this year's plan d'actions is published


FICTIONAL_SITE = Site(
    publisher="Commission fictive de la démonstration, 1 place Inventée, 00000 Nulle-Part",
    publication_director="Direction fictive de la commission",
    hosting="Hébergeur fictif, 2 rue Imaginaire, 00000 Nulle-Part",
    contact="accessibilite@commission.example",
    dpo="protection-des-donnees@commission.example",
)


@dataclass(frozen=True)
class Environment:
    home: Path
    address: str
    database_url: str
    secret_key: str
    old_secret_keys: tuple[str, ...]
    mail: Mail
    backup: Backup
    site: Site
    proconnect: ProConnect | None
    trusted_proxies: tuple[str, ...]  # front servers whose X-Forwarded-For is believed
    debug: bool
    demonstration: bool

    @property
    def is_secure(self) -> bool:
        return self.address.startswith("https://")


def home_directory() -> Path:
    return Path(os.environ.get("CONCERTIA_HOME", "var")).resolve()


def _secret(home: Path, name: str) -> str:
    path = home / "secrets" / name
    return path.read_text(encoding="utf-8").strip() if path.exists() else ""


def _site(declared: dict, *, is_demonstration: bool) -> Site:
    """The section [site]; a misspelt name or an address that is none is said, never dropped."""
    unknown = sorted(set(declared) - {item.name for item in fields(Site)})
    if unknown:
        raise Misdeclared(f"La section [site] de concertia.toml ne connaît pas « {unknown[0]} ».")
    site = Site(**{name: " ".join(str(value).split()) for name, value in declared.items()})
    if site.contact and not is_mail(site.contact):
        raise Misdeclared(
            f"Dans [site] de concertia.toml, contact = « {site.contact} » n’est pas une adresse de courriel."
        )
    for name in ("accessibility_scheme", "accessibility_plan"):
        address = getattr(site, name)
        if address and not is_web_address(address):
            raise Misdeclared(
                f"Dans [site] de concertia.toml, {name} = « {address} » n’est pas une adresse en https://."
            )
    return FICTIONAL_SITE if is_demonstration and not declared else site


def is_mail(text: str) -> bool:
    return bool(re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+", text))


def is_web_address(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in ("https", "http") and bool(parts.hostname) and " " not in text


def _proconnect(home: Path, declared: dict) -> ProConnect | None:
    """The section [proconnect] with its secret; a section half filled is said, never guessed."""
    if not declared:
        return None
    secret = _secret(home, "proconnect_secret")
    issuer = str(declared.get("issuer", ""))
    host = urlsplit(issuer)
    safe = host.scheme == "https" or (host.scheme == "http" and host.hostname in ("127.0.0.1", "localhost", "::1"))
    if not (safe and declared.get("client_id") and secret and set(declared) <= {"issuer", "client_id", "scopes"}):
        raise Misdeclared(
            "La section [proconnect] de concertia.toml demande issuer (en https), client_id, au besoin scopes, et le "
            "secret dans secrets/proconnect_secret. Voyez docs/proconnect.md, ou retirez la section."
        )
    scopes = tuple(declared.get("scopes", ProConnect.scopes))
    return ProConnect(issuer, str(declared["client_id"]), secret, ("openid", *(s for s in scopes if s != "openid")))


def load() -> Environment:
    """Read the environment, then the file; raise `NotInitialised` when no secret key is found."""
    home = home_directory()
    path = home / "concertia.toml"
    declared = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    secret_key = os.environ.get("CONCERTIA_SECRET_KEY", "") or _secret(home, "secret_key")
    if not secret_key:
        raise NotInitialised(
            f"Cette installation n’est pas initialisée : aucune clé dans {home / 'secrets'}. Lancez « concertia init »."
        )
    mail = {**declared.get("mail", {}), "password": _secret(home, "mail_password")}
    is_demonstration = os.environ.get("CONCERTIA_DEMO") == "1" or bool(declared.get("demonstration", False))
    return Environment(
        home=home,
        address=os.environ.get("CONCERTIA_ADDRESS") or declared.get("address", "http://127.0.0.1:8000"),
        database_url=os.environ.get("DATABASE_URL")
        or _secret(home, "database_url")
        or f"sqlite:///{quote(str(home))}/db.sqlite3",
        secret_key=secret_key,
        old_secret_keys=tuple(_secret(home, "secret_key.old").split()),
        mail=Mail(**mail),
        backup=Backup(**declared.get("backup", {})),
        site=_site(declared.get("site", {}), is_demonstration=is_demonstration),
        proconnect=_proconnect(home, declared.get("proconnect", {})),
        trusted_proxies=tuple(declared.get("trusted_proxies", ["127.0.0.1", "::1"])),
        debug=os.environ.get("CONCERTIA_DEBUG") == "1",
        demonstration=is_demonstration,
    )
