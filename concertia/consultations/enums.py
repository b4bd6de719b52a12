from django.db.models import TextChoices


class ConsultationState(TextChoices):
    PROJECT = "project", "projet"
    ANNOUNCED = "announced", "annoncée"
    OPEN = "open", "en cours"
    DEBATES_CLOSED = "debates_closed", "débats clos"
    DOCUMENTED = "documented", "documentée"
    FOLLOWED = "followed", "suivie"
    CLOSED = "closed", "close"
    CANCELLED = "cancelled", "annulée"


class FindingKind(TextChoices):
    VIGILANCE = "vigilance", "point de vigilance"
    BRAKE = "brake", "frein"
    OPPORTUNITY = "opportunity", "opportunité"
    DIAGNOSTIC = "diagnostic", "diagnostic, sens non précisé"


class Addressee(TextChoices):
    UNSPECIFIED = "", "non précisé"
    AUTHORITY = "authority", "collectivité"
    PUBLIC_POWERS = "public_powers", "pouvoirs publics"


class PropositionState(TextChoices):
    DRAFT = "draft", "en préparation"
    PUBLISHED = "published", "publiée"
    UNPUBLISHED = "unpublished", "dépubliée"


class SessionMode(TextChoices):
    ON_SITE = "on_site", "sur place"
    REMOTE = "remote", "à distance"
    MIXED = "mixed", "sur place et à distance"


class ImportState(TextChoices):
    WAITING = "waiting", "en attente de lecture"
    REFUSED = "refused", "refusé"
    TO_ATTACH = "to_attach", "à rattacher"
    TO_REVIEW = "to_review", "à relire"
    REVIEWED = "reviewed", "relu"


class FieldDecision(TextChoices):
    """What was done of one field read in a document."""

    TAKEN = "taken", "repris"
    SAME = "same", "identique"
    DIFFERENT = "different", "différent de la saisie"
    KEPT = "kept", "saisie gardée"
    PENDING = "pending", "en attente"
    TYPED = "typed", "complété à la main"
