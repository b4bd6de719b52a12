"""Django's deployment warnings in French: what is wrong, and what to do here about it."""

from __future__ import annotations

from django.core import checks

HTTPS = "Déclarez une adresse en https:// dans concertia.toml (address)."
TOUCHED = "Ce réglage vient de concertia/config/settings.py : rétablissez celui de la version publiée."
KEY = (
    "Lancez « concertia init », ou écrivez dans secrets/secret_key au moins 50 caractères tirés au hasard "
    "(docs/exploitation.md, « Changer la clé de signature »)."
)
FRENCH = {
    "security.W001": f"Les en-têtes de sécurité ne sont pas envoyés (SecurityMiddleware est absent). {TOUCHED}",
    "security.W002": f"Une autre page pourrait encadrer ce site (XFrameOptionsMiddleware est absent). {TOUCHED}",
    "security.W003": f"Les formulaires ne sont pas protégés contre l’envoi depuis un autre site (CSRF). {TOUCHED}",
    "security.W004": f"Les navigateurs ne sont pas tenus de revenir en https (HSTS). {HTTPS}",
    "security.W005": f"La règle https ne couvre pas les sous-domaines (HSTS). {HTTPS}",
    "security.W006": f"Un navigateur pourrait deviner à tort la nature d’un fichier (nosniff). {TOUCHED}",
    "security.W008": f"Une visite en http n’est pas renvoyée vers https. {HTTPS}",
    "security.W009": f"La clé de signature est trop courte ou trop simple. {KEY}",
    "security.W010": f"Le cookie de session peut partir sans chiffrement. {HTTPS}",
    "security.W011": f"Le cookie de session peut partir sans chiffrement. {HTTPS}",
    "security.W012": f"Le cookie de session peut partir sans chiffrement. {HTTPS}",
    "security.W013": f"Un script pourrait lire le cookie de session. {TOUCHED}",
    "security.W014": f"Un script pourrait lire le cookie de session. {TOUCHED}",
    "security.W015": f"Un script pourrait lire le cookie de session. {TOUCHED}",
    "security.W016": f"Le cookie des formulaires (CSRF) peut partir sans chiffrement. {HTTPS}",
    "security.W018": "Le mode de mise au point est allumé : il montre le code aux visiteurs. Retirez CONCERTIA_DEBUG.",
    "security.W019": f"Le site accepte d’être encadré par une autre page (X_FRAME_OPTIONS). {TOUCHED}",
    "security.W020": f"Aucun nom de site n’est accepté (ALLOWED_HOSTS). {HTTPS}",
    "security.W021": f"Le site ne peut pas entrer dans la liste https des navigateurs (HSTS preload). {HTTPS}",
    "security.W022": f"Les autres sites apprennent de quelle page on vient (Referrer-Policy). {TOUCHED}",
    "security.W025": "Une ancienne clé de signature est trop simple. Retirez-la de secrets/secret_key.old.",
    "security.E023": f"La règle Referrer-Policy n’existe pas. {TOUCHED}",
    "security.E024": f"La règle Cross-Origin-Opener-Policy n’existe pas. {TOUCHED}",
    "security.E101": f"La page d’un formulaire périmé a une signature fausse (CSRF_FAILURE_VIEW). {TOUCHED}",
    "security.E102": f"La page d’un formulaire périmé est introuvable (CSRF_FAILURE_VIEW). {TOUCHED}",
    "axes.W001": f"Le verrou des connexions répétées compte mal (mémoire cache). {TOUCHED}",
    "axes.W002": f"Le verrou des connexions répétées n’agit pas (AxesMiddleware est absent). {TOUCHED}",
    "axes.W003": f"Le verrou des connexions répétées n’agit pas (AxesStandaloneBackend est absent). {TOUCHED}",
    "axes.W004": f"Un réglage du verrou des connexions n’existe plus. {TOUCHED}",
    "axes.W005": f"Un réglage du verrou des connexions nomme une fonction introuvable. {TOUCHED}",
    "axes.W006": f"Le verrou des connexions ne sait plus par quoi compter. {TOUCHED}",
}


def in_french(message: checks.CheckMessage) -> str:
    """One sentence with its identifier, so that it can be looked up; Django's own words when it is not foreseen."""
    text = FRENCH.get(message.id) or f"{message.msg} {message.hint or ''}".strip()
    return f"{text} [{message.id}]"


def problems(*, deploy: bool) -> list[str]:
    """What Django finds wrong, warnings and errors alike, one sentence each."""
    found = checks.run_checks(include_deployment_checks=deploy)
    return [in_french(message) for message in found if message.level >= checks.WARNING and not message.is_silenced()]
