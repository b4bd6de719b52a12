"""The mails that the public pages send: subject and body, in plain text."""

from django.conf import settings
from django.urls import reverse

END = "\n\n— Concertia, l’espace des concertations territoriales de l’IA\n"


def barrier_reported(*, name, email, page, text, answer_by):
    """To the operator, who answers to the person directly."""
    who = f"{name} ({email})" if name else email
    return f"Obstacle d’accessibilité signalé : réponse attendue avant le {answer_by:%d/%m/%Y}", (
        f"{who} signale un obstacle d’accessibilité. Répondez à ce courriel pour lui répondre, avant le "
        f"{answer_by:%d/%m/%Y}.\n\nPage : {page or 'non précisée'}\n\n{text}{END}"
    )


def barrier_acknowledged(*, answer_by):
    """To the person; nothing that was typed is in it, so that nobody sends words to somebody else through us."""
    home = settings.ADDRESS.rstrip("/") + reverse("commons:accessibility")
    return "Nous avons reçu votre signalement d’accessibilité", (
        "Bonjour,\n\nNous avons reçu votre signalement d’un obstacle d’accessibilité. Vous aurez une réponse avant le "
        f"{answer_by:%d/%m/%Y}, ou une date plus lointaine avec ce qui la justifie. Sans réponse satisfaisante, la "
        f"déclaration dit comment saisir le Défenseur des droits : {home}\n\nSi vous n’avez rien signalé, ignorez ce "
        f"message.{END}"
    )
