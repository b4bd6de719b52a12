from django.db.models import TextChoices


class Facet(TextChoices):
    """What the inventory is narrowed by; the value is the word in the address."""

    REGION = "region", "Région"
    TERRITORY = "territoire", "Territoire"
    PUBLIC = "public", "Public associé"
    RECRUITMENT = "recrutement", "Recrutement"
    METHOD = "methode", "Méthode d’animation"
    YEAR = "annee", "Année"
    STATE = "etat", "État"


class AccessibilityState(TextChoices):
    """The only three things that a site may say of itself (décret 2019-768)."""

    TOTAL = "total", "totalement conforme"
    PARTIAL = "partial", "partiellement conforme"
    NONE = "none", "non conforme"


class ReleaseState(TextChoices):
    """An archive of the open data: one that must be written again is not given meanwhile."""

    DOWNLOADABLE = "downloadable", "téléchargeable"
    TO_REWRITE = "to_rewrite", "à récrire"
    REWRITTEN = "rewritten", "récrite"
