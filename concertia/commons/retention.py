"""The register of personal data, written from the code that keeps and erases them: durations are its own constants.

Each sheet names the tables it speaks of; a test reads every table of the installation and fails when one that holds
something of a person is named by no sheet. « Sans limite » is written wherever nothing erases.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage

from concertia.core.mail import MOST_ATTEMPTS
from concertia.core.schedule import ATTEMPTS_KEPT, FINISHED_TASKS_KEPT
from concertia.territories.actions.joining import INVITATION_LASTS, SIGNATURE_LASTS

PUBLIC_TASK = "mission d’intérêt public (RGPD, article 6.1.e)"
LEGAL_DUTY = "obligation légale (RGPD, article 6.1.c)"
CONSENT = "consentement (RGPD, article 6.1.a), que l’on peut retirer"


@dataclass(frozen=True)
class Sheet:
    """One kind of data: what is kept, why, on what basis, how long; `tables` are the models it speaks of."""

    title: str
    what: str
    why: str
    basis: str
    kept: str
    tables: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cookie:
    name: str
    why: str
    kept: str


def _days(span: dt.timedelta) -> str:
    return f"{span.days} jour{'s' if span.days > 1 else ''}"


def _hours(seconds: int) -> str:
    return f"{seconds // 3600} heures"


def sheets() -> list[Sheet]:
    return [*_accounts(), *_joining(), *_consultations(), *_contributions(), *_messages(), *_operations()]


def _accounts() -> list[Sheet]:
    session = _hours(settings.SESSION_COOKIE_AGE)
    return [
        Sheet(
            "Comptes",
            "Nom, adresse électronique, mot de passe (seule son empreinte Argon2), dates de création et de dernière "
            "connexion, rôle dans un territoire. Par ProConnect : l’identifiant du fournisseur, rien d’autre.",
            "Réserver l’espace de travail aux personnes habilitées.",
            PUBLIC_TASK,
            "Sans limite tant que le compte existe : rien ne l’efface de lui-même. Un rôle retiré est effacé aussitôt.",
            ("territories.User", "territories.Membership", "account.EmailAddress", "socialaccount.SocialAccount"),
        ),
        Sheet(
            "Second facteur",
            "Secret de l’application de codes, clés d’accès, codes de secours.",
            "Empêcher qu’un mot de passe volé suffise.",
            PUBLIC_TASK,
            "Sans limite, jusqu’à ce que la personne les retire ou que son compte soit effacé.",
            ("mfa.Authenticator",),
        ),
        Sheet(
            "Sessions ouvertes",
            "Compte, adresse IP, navigateur annoncé, heures d’ouverture et de dernier passage.",
            "Rester connecté d’une page à l’autre, et voir d’où l’on est connecté.",
            PUBLIC_TASK,
            f"{session} après la connexion au plus, puis effacées la nuit suivante ; aussitôt quand on se déconnecte.",
            ("usersessions.UserSession", "sessions.Session"),
        ),
        Sheet(
            "Tentatives de connexion",
            "Compte essayé, adresse IP, navigateur annoncé, heure.",
            "Ralentir qui essaie des mots de passe.",
            PUBLIC_TASK,
            f"{_days(ATTEMPTS_KEPT)}, puis effacées dans l’heure.",
            ("axes.AccessAttempt", "axes.AccessFailureLog", "axes.AccessLog"),
        ),
    ]


def _joining() -> list[Sheet]:
    return [
        Sheet(
            "Demandes pour représenter une collectivité",
            "Nom, fonction, adresse professionnelle, message, décision et son motif.",
            "Vérifier qui parle au nom d’une collectivité.",
            PUBLIC_TASK,
            "Sans limite : aucune demande n’est effacée d’elle-même, acceptée ou refusée.",
            ("territories.JoinRequest",),
        ),
        Sheet(
            "Invitations et mandats",
            "Adresse invitée, rôle, qui invite ou donne mandat, dates. Du lien envoyé, l’empreinte seule est gardée.",
            "Donner un accès à une personne et pas à une autre.",
            PUBLIC_TASK,
            f"Le lien d’accès expire après {_days(INVITATION_LASTS)}, celui qui fait signer après "
            f"{_days(SIGNATURE_LASTS)}. La ligne reste ensuite, sans limite.",
            ("territories.Invitation", "territories.Mandate"),
        ),
        Sheet(
            "Signatures de la charte",
            "Nom et fonction de l’élu·e qui signe (publics), document signé déposé (réservé), qui l’a enregistré.",
            "Prouver qui s’est engagé, quand et au nom de quoi.",
            PUBLIC_TASK,
            "Sans limite, même après un retrait : la trace d’un acte public reste lisible.",
            ("territories.Signature",),
        ),
    ]


def _consultations() -> list[Sheet]:
    return [
        Sheet(
            "Personnes qui documentent une concertation",
            "Adresse électronique de la personne référente : jamais publiée, et masquée si un texte la répète. Compte "
            "de la dernière personne qui a modifié le brouillon.",
            "Savoir à qui répondre, et avec qui l’on travaille.",
            PUBLIC_TASK,
            "Sans limite tant que la concertation existe ; elle se corrige dans le canevas.",
            ("consultations.Consultation",),
        ),
        Sheet(
            "Intervenants et acteurs du territoire",
            "Nom et profession des intervenants, noms des acteurs invités.",
            "Documenter qui a pris la parole et qui a été associé.",
            f"{PUBLIC_TASK} ; pour publier le nom d’un intervenant : {CONSENT}",
            "Sans limite tant que la concertation existe. Sans accord, le nom n’est montré nulle part ; un accord "
            "retiré l’ôte de toutes les versions. Le nom d’une personne retirée du brouillon après une publication "
            "est gardé à part pour continuer à le masquer.",
            ("consultations.Speaker", "consultations.Stakeholder"),
        ),
        Sheet(
            "Documents déposés",
            "Le fichier tel qu’il a été déposé, avec ce qu’il contient, et qui l’a déposé.",
            "Relire l’original quand un champ est douteux.",
            PUBLIC_TASK,
            "Sans limite tant que la concertation existe ; réservé aux rédacteurs du territoire.",
            ("consultations.CanvasImport",),
        ),
        Sheet(
            "Versions publiées",
            "Les réponses du canevas, figées, sans adresse ni nom d’intervenant. Le compte qui publie n’est pas "
            "montré.",
            "Rendre compte de ce qui s’est dit.",
            PUBLIC_TASK,
            "Sans limite : une version retirée n’est plus lisible, sa date et son motif le restent.",
            ("consultations.Publication",),
        ),
    ]


def _contributions() -> list[Sheet]:
    return [
        Sheet(
            "Contributions versées",
            "Les textes tels qu’ils ont été écrits, avec ce qu’ils contiennent ; de leur auteur, une empreinte à clé "
            "propre à la concertation, jamais son nom ni son adresse. Le fichier d’origine, qui les a versés et relus.",
            "Comprendre ce que les participants ont dit, sans perdre personne.",
            PUBLIC_TASK,
            "Sans limite tant que la concertation existe ; réservées à celles et ceux qui y travaillent. Rien n’en "
            "sort avant qu’une personne l’ait relu ; un passage caché l’est partout.",
            ("collection.Contribution", "collection.Deposit"),
        ),
        Sheet(
            "Travail d’analyse",
            "Qui a lancé une analyse, nommé un thème, codé un texte, relu une phrase, lié une preuve, et quand.",
            "Savoir ce qui vient d’un programme et ce qui vient d’une personne, et pouvoir l’annuler.",
            PUBLIC_TASK,
            "Sans limite tant que la concertation existe ; réservé à celles et ceux qui y travaillent.",
            (
                *("analysis.Corpus", "analysis.Run", "analysis.Theme", "analysis.ThemeChange", "analysis.Placement"),
                *("analysis.Signal", "analysis.Codebook", "analysis.Coding", "analysis.CodingSample"),
                *("analysis.Settlement", "analysis.Synthesis", "analysis.SynthesisSentence", "analysis.EvidenceLink"),
            ),
        ),
    ]


def _messages() -> list[Sheet]:
    kept_as_files = settings.EMAIL_BACKEND.endswith("filebased.EmailBackend")
    files = " Aucun serveur d’envoi n’est déclaré ici : les messages restent en fichiers, sans limite."
    return [
        Sheet(
            "Courriels envoyés par ce site",
            "Destinataire, adresse de réponse, objet, dates. Le texte d’un message que vous écrivez à une personne "
            "référente ou pour signaler un obstacle d’accessibilité n’est gardé nulle part ailleurs.",
            "Envoyer chaque courriel une fois, et montrer ceux qui échouent.",
            f"{PUBLIC_TASK} ; pour les obstacles d’accessibilité : {LEGAL_DUTY}",
            "Le texte est effacé dès l’envoi ; il reste tant que l’envoi échoue, ce qui est essayé "
            f"{MOST_ATTEMPTS} fois. Le reste de la ligne est gardé sans limite.{files if kept_as_files else ''}",
            ("core.OutboxMessage",),
        ),
    ]


def _operations() -> list[Sheet]:
    backup = settings.ENVIRONMENT.backup
    kept = (
        f"Les {backup.keep} dernières, une par nuit ; les plus anciennes sont effacées."
        if backup.directory
        else "Aucune sauvegarde automatique n’est déclarée ; celles que l’administrateur fait à la main durent ce "
        "qu’il décide."
    )
    return [
        Sheet(
            "Travaux longs et audits",
            "Qui a lancé la lecture d’un lot de documents, qui a enregistré un audit d’accessibilité et qui l’a fait.",
            "Montrer l’avancement ; dire d’où vient la déclaration d’accessibilité.",
            PUBLIC_TASK,
            f"Sans limite pour ces lignes ; la file d’exécution est effacée après {_days(FINISHED_TASKS_KEPT)}.",
            ("core.JobProgress", "commons.AccessibilityAudit"),
        ),
        Sheet(
            "Sauvegardes",
            "Une copie chiffrée de tout ce qui précède.",
            "Ne rien perdre si la machine tombe en panne.",
            PUBLIC_TASK,
            kept,
        ),
        Sheet(
            "Journal des visites",
            "Concertia n’en tient pas. Le serveur que l’hébergeur place devant lui peut en tenir un : il en répond.",
            "Sans objet.",
            "sans objet",
            "Sans objet dans Concertia.",
        ),
    ]


def cookies() -> list[Cookie]:
    """Every cookie that this site may set; none of them follows anybody, so none needs a banner."""
    return [
        Cookie(
            settings.SESSION_COOKIE_NAME,
            "Rester connecté. Posé par la connexion et par ce qui y mène (mot de passe oublié, ProConnect).",
            f"{_hours(settings.SESSION_COOKIE_AGE)} au plus",
        ),
        Cookie(
            settings.CSRF_COOKIE_NAME,
            "Vérifier qu’un formulaire envoyé vient bien de ce site. Posé par les pages qui contiennent un formulaire "
            "d’envoi.",
            f"{settings.CSRF_COOKIE_AGE // 86_400} jours",
        ),
        Cookie(
            CookieStorage.cookie_name,
            "Afficher une phrase de confirmation à la page suivante.",
            "Effacé dès qu’elle est affichée, sinon à la fermeture du navigateur",
        ),
    ]
