from django.db.models import TextChoices


class TerritoryKind(TextChoices):
    COMMUNE = "commune", "commune"
    EPCI = "epci", "intercommunalité"
    EPT = "ept", "établissement public territorial"
    DEPARTEMENT = "departement", "département"
    REGION = "region", "région"
    UNIVERSITE = "universite", "université"
    CONSEIL_DEVELOPPEMENT = "codev", "conseil de développement"
    PAYS = "pays", "pays"
    AUTRE = "autre", "autre organisme"
    COMMISSION = "commission", "commission nationale"


class TerritoryState(TextChoices):
    DECLARED = "declared", "déclarée"
    VERIFIED = "verified", "vérifiée"
    SUSPENDED = "suspended", "suspendue"


class Role(TextChoices):
    """What a person does in one body; the last two exist in the commission alone."""

    REFERENT = "referent", "référent·e"
    SIGNATORY = "signatory", "signataire"
    EDITOR = "editor", "rédacteur·rice"
    FACILITATOR = "facilitator", "animateur·rice"
    ANALYST = "analyst", "analyste"
    READER = "reader", "lecteur·rice"
    NATIONAL_TEAM = "national_team", "équipe nationale"
    MANIFESTO_WRITER = "manifesto_writer", "rédacteur·rice du manifeste"


COMMISSION_ROLES = (Role.NATIONAL_TEAM, Role.MANIFESTO_WRITER)


class SignatureState(TextChoices):
    SIGNED = "signed", "signée"
    REPLACED = "replaced", "remplacée"
    WITHDRAWN = "withdrawn", "retirée"


class SignatureManner(TextChoices):
    ONLINE = "online", "en ligne"
    PAPER = "paper", "sur papier"
    DELIBERATION = "deliberation", "par délibération"


class InvitationKind(TextChoices):
    MEMBERSHIP = "membership", "rejoindre un territoire"
    MANDATE = "mandate", "agir pour un territoire par mandat"
    SIGNATURE = "signature", "signer la charte"


class RequestState(TextChoices):
    WAITING = "waiting", "à vérifier"
    ACCEPTED = "accepted", "acceptée"
    REFUSED = "refused", "refusée"
