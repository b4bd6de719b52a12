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
