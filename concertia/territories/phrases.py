"""The mails that territories send: subject and body, in plain text."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from concertia.territories.enums import InvitationKind

END = "\n\n— Concertia, l’espace des concertations territoriales de l’IA\n"


def _address(name, *arguments):
    return settings.ADDRESS.rstrip("/") + reverse(name, args=arguments)


def _until(moment):
    return f"{timezone.localtime(moment):%d/%m/%Y à %H:%M}"


def invitation(invitation, token):
    """The single-use link, what it opens, until when, and what to do if it was not expected."""
    territory = invitation.territory.name
    if invitation.kind == InvitationKind.SIGNATURE:
        subject = f"Signer la charte des concertations de l’IA pour {territory}"
        text = (
            f"Bonjour,\n\nOn vous propose de signer, au nom de {territory}, la charte des concertations territoriales "
            "de l’IA. Ce lien ouvre le texte entier et ses quatre engagements ; aucun compte n’est nécessaire :"
        )
        link = _address("territories:sign", token)
    else:
        subject = f"Invitation à rejoindre {territory} sur Concertia"
        what = invitation.get_role_display()
        if invitation.kind == InvitationKind.MANDATE:
            subject = f"Mandat pour {territory} sur Concertia"
            what += f", par mandat jusqu’au {invitation.mandate_ends_on:%d/%m/%Y}"
        text = f"Bonjour,\n\nOn vous invite à travailler pour {territory} ({what}). Ce lien ouvre votre accès :"
        link = _address("territories:invitation", token)
    return subject, (
        f"{text}\n\n{link}\n\nIl sert une seule fois et expire le {_until(invitation.expires_at)}. Ne le transférez "
        f"pas : il est à votre nom. Si vous n’attendiez pas ce message, ignorez-le.{END}"
    )


def request_received(request):
    return f"Demande à vérifier : {request.authority_name}", (
        f"{request.name} ({request.office}) demande à représenter {request.authority_name}.\n\n"
        f"Les demandes à vérifier : {_address('territories:commission')}{END}"
    )


def request_refused(request):
    return "Votre demande sur Concertia", (
        f"Bonjour,\n\nVotre demande pour {request.authority_name} n’a pas été acceptée. Motif : {request.reason}{END}"
    )


def signed(signature):
    return f"Charte signée : {signature.territory.name}", (
        f"Bonjour,\n\nLa charte ({signature.charter.label}) est signée au nom de {signature.territory.name}, le "
        f"{signature.signed_on:%d/%m/%Y}. Empreinte du texte signé : {signature.sha256}{END}"
    )


def signature_withdrawn(signature):
    return f"Signature de la charte retirée : {signature.territory.name}", (
        f"La signature du {signature.signed_on:%d/%m/%Y} est retirée. Motif : {signature.withdrawn_reason}{END}"
    )


def contact(territory, *, name, text):
    return f"Message reçu par la page de {territory.name}", (
        f"{name} vous écrit par la page publique de {territory.name}. Répondez à ce courriel pour lui répondre.\n\n"
        f"{text}{END}"
    )
