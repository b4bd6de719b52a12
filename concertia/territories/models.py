from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from concertia.territories.enums import (
    InvitationKind,
    RequestState,
    Role,
    SignatureManner,
    SignatureState,
    TerritoryKind,
    TerritoryState,
)


class UserManager(BaseUserManager):
    def create_user(self, email, password=None, **fields):
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email=email.lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. Participants never do: they have a Voice, which is not a person's name."""

    email = models.EmailField("adresse électronique", unique=True)
    name = models.CharField("nom", max_length=150, blank=True)
    is_active = models.BooleanField("actif", default=True)
    created_at = models.DateTimeField("créé le", auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "compte"
        verbose_name_plural = "comptes"
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_whatever_the_case")]

    def __str__(self):
        return self.name or self.email

    def get_full_name(self):
        return str(self)


class TerritoryQuerySet(models.QuerySet):
    def authorities(self):
        """Every body that consults; the commission only reads and writes the manifesto."""
        return self.exclude(kind=TerritoryKind.COMMISSION)

    def of(self, user):
        """Where a person acts today: as a member, or by a mandate in force."""
        mandated = Mandate.objects.in_force().filter(user=user, territory=models.OuterRef("pk"))
        return self.filter(models.Q(memberships__user=user) | models.Exists(mandated)).distinct().order_by("name")


class Territory(models.Model):
    """A body that signs the charter; not every line of the engaged list is an authority with one code."""

    name = models.CharField("nom", max_length=200)
    kind = models.CharField("nature", max_length=20, choices=TerritoryKind)
    state = models.CharField("état", max_length=12, choices=TerritoryState, default=TerritoryState.DECLARED)
    short_code = models.CharField(
        "code court",
        max_length=5,
        unique=True,
        null=True,
        blank=True,
        validators=[RegexValidator(r"^[A-Z][A-Z0-9]{2,4}$", "Trois à cinq lettres majuscules ou chiffres.")],
        help_text="Choisi une fois, il commence les identifiants publics : VAL donne VAL-01-P07.",
    )
    siren = models.CharField("SIREN", max_length=9, blank=True)
    insee_code = models.CharField("code INSEE", max_length=5, blank=True)
    population = models.PositiveIntegerField("population", null=True, blank=True)
    note = models.CharField("précision", max_length=300, blank=True)
    successor = models.ForeignKey(
        "self", verbose_name="réuni dans", on_delete=models.PROTECT, null=True, blank=True, related_name="predecessors"
    )
    is_fictional = models.BooleanField("fictif (démonstration)", default=False)

    objects = TerritoryQuerySet.as_manager()

    class Meta:
        verbose_name = "territoire"
        verbose_name_plural = "territoires"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", code], condition=~models.Q(**{code: ""}), name=f"one_body_per_{code}"
            )
            for code in ("siren", "insee_code")
        ]

    def __str__(self):
        return self.name

    @property
    def official_code(self):
        """As the official list names it: INSEE code of a commune, département or région, SIREN of the others."""
        return self.insee_code or self.siren


class Membership(models.Model):
    user = models.ForeignKey(User, verbose_name="compte", on_delete=models.CASCADE, related_name="memberships")
    territory = models.ForeignKey(
        Territory, verbose_name="territoire", on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField("rôle", max_length=20, choices=Role)

    class Meta:
        verbose_name = "appartenance"
        verbose_name_plural = "appartenances"
        constraints = [models.UniqueConstraint(fields=["user", "territory"], name="one_role_per_territory")]

    def __str__(self):
        return f"{self.user} · {self.get_role_display()} · {self.territory}"


class MandateQuerySet(models.QuerySet):
    def in_force(self):
        today = timezone.localdate()
        return self.filter(revoked_at=None, starts_on__lte=today, ends_on__gte=today)


class Mandate(models.Model):
    """An AMO or a garant acts for a territory, or for one of its consultations, until a date."""

    user = models.ForeignKey(User, verbose_name="mandataire", on_delete=models.CASCADE, related_name="mandates")
    territory = models.ForeignKey(
        Territory, verbose_name="territoire", on_delete=models.CASCADE, related_name="mandates"
    )
    role = models.CharField("rôle", max_length=20, choices=Role)
    scope = models.CharField("concertation", max_length=12, blank=True, help_text="Vide : tout le territoire.")
    starts_on = models.DateField("à partir du", default=timezone.localdate)
    ends_on = models.DateField("jusqu’au")
    given_by = models.ForeignKey(User, verbose_name="donné par", on_delete=models.SET_NULL, null=True, related_name="+")
    revoked_at = models.DateTimeField("retiré le", null=True, blank=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = "mandat"
        verbose_name_plural = "mandats"
        ordering = ["-ends_on", "pk"]

    def __str__(self):
        return f"{self.user} · {self.territory} jusqu’au {self.ends_on:%d/%m/%Y}"


class CharterVersion(models.Model):
    """A text in force from a date; never changed once somebody signed it."""

    number = models.PositiveSmallIntegerField("numéro", unique=True)
    label = models.CharField("version", max_length=100)
    title = models.CharField("titre", max_length=200)
    text = models.TextField("texte")
    commitment = models.CharField("avant les engagements", max_length=200)
    in_force_from = models.DateField("en vigueur depuis")

    class Meta:
        verbose_name = "version de la charte"
        verbose_name_plural = "versions de la charte"
        ordering = ["-number"]

    def __str__(self):
        return self.label


class Clause(models.Model):
    charter = models.ForeignKey(CharterVersion, on_delete=models.CASCADE, related_name="clauses")
    order = models.PositiveSmallIntegerField("rang")
    text = models.TextField("engagement")

    class Meta:
        verbose_name = "engagement"
        verbose_name_plural = "engagements"
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["charter", "order"], name="one_clause_per_rank")]

    def __str__(self):
        return self.text[:80]


class Signature(models.Model):
    """The act of signing: the full text signed is frozen here, with who signed it and by what authority."""

    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="signatures")
    charter = models.ForeignKey(CharterVersion, on_delete=models.PROTECT, related_name="signatures")
    state = models.CharField("état", max_length=10, choices=SignatureState, default=SignatureState.SIGNED)
    manner = models.CharField("comment", max_length=14, choices=SignatureManner)
    content = models.JSONField("ce qui est signé")
    sha256 = models.CharField("empreinte SHA-256", max_length=64)
    signed_on = models.DateField("signée le")
    proof = models.FileField("document signé", upload_to="signatures/%Y/", blank=True)
    proof_name = models.CharField("nom du document", max_length=255, blank=True)
    recorded_by = models.ForeignKey(
        User, verbose_name="enregistrée par", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField("enregistrée le", auto_now_add=True)
    withdrawn_at = models.DateTimeField("retirée le", null=True, blank=True)
    withdrawn_reason = models.CharField("motif du retrait", max_length=500, blank=True)

    class Meta:
        verbose_name = "signature"
        verbose_name_plural = "signatures"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["territory"], condition=models.Q(state="signed"), name="one_signature_in_force_per_territory"
            )
        ]

    def __str__(self):
        return f"{self.territory} · {self.charter} · {self.get_state_display()}"


class Invitation(models.Model):
    """A mail link that serves once: only the hash of its token is kept, and every path refuses it once used."""

    kind = models.CharField("nature", max_length=10, choices=InvitationKind)
    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField("adresse")
    role = models.CharField("rôle", max_length=20, choices=Role, blank=True)
    scope = models.CharField("concertation", max_length=12, blank=True)
    mandate_ends_on = models.DateField("fin du mandat", null=True, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField("envoyée le", auto_now_add=True)
    expires_at = models.DateTimeField("expire le")
    used_at = models.DateTimeField("utilisée le", null=True, blank=True)
    revoked_at = models.DateTimeField("annulée le", null=True, blank=True)

    class Meta:
        verbose_name = "invitation"
        verbose_name_plural = "invitations"
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return f"{self.get_kind_display()} · {self.territory}"

    @property
    def is_usable(self):
        return self.used_at is None and self.revoked_at is None and self.expires_at > timezone.now()


class JoinRequest(models.Model):
    """Somebody asks to represent an authority, or to join one already here; the commission verifies."""

    territory = models.ForeignKey(
        Territory, verbose_name="territoire", on_delete=models.CASCADE, null=True, blank=True, related_name="requests"
    )
    kind = models.CharField("nature", max_length=20, choices=TerritoryKind)
    code = models.CharField("code officiel", max_length=9, blank=True)
    authority_name = models.CharField("collectivité", max_length=200)
    name = models.CharField("nom", max_length=150)
    office = models.CharField("fonction", max_length=150)
    email = models.EmailField("adresse professionnelle")
    message = models.TextField("message", blank=True)
    state = models.CharField("état", max_length=10, choices=RequestState, default=RequestState.WAITING)
    created_at = models.DateTimeField("reçue le", auto_now_add=True)
    decided_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)
    reason = models.CharField("motif", max_length=500, blank=True)

    class Meta:
        verbose_name = "demande"
        verbose_name_plural = "demandes"
        ordering = ["created_at", "pk"]

    def __str__(self):
        return f"{self.authority_name} · {self.name}"
