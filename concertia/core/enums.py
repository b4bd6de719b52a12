from django.db.models import TextChoices


class JobState(TextChoices):
    WAITING = "waiting", "en attente"
    RUNNING = "running", "en cours"
    DONE = "done", "terminé"
    FAILED = "failed", "échoué"
    CANCELLED = "cancelled", "annulé"


class MailState(TextChoices):
    WAITING = "waiting", "à envoyer"
    SENDING = "sending", "envoi en cours"
    SENT = "sent", "envoyé"
    FAILED = "failed", "échoué"
