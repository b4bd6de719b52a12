from django.db.models import TextChoices


class Use(TextChoices):
    """What a text counts for: the words of participants, or what surrounds the debate and is never counted as one."""

    PARTICIPATION = "participation", "participation"
    CONTEXT = "context", "contexte"


class Channel(TextChoices):
    IMPORT = "import", "import"


class DepositState(TextChoices):
    WAITING = "waiting", "à vérifier"
    KEPT = "kept", "versé"
    REFUSED = "refused", "refusé"
    WITHDRAWN = "withdrawn", "retiré"


class ContributionState(TextChoices):
    RECEIVED = "received", "reçue"
    MASKED = "masked", "masquée"
