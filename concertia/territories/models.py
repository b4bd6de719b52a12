from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower

from concertia.territories.enums import Role, TerritoryKind, TerritoryState


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
        return self.filter(memberships__user=user).order_by("name")


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
    charter_signed_on = models.DateField("charte signée le", null=True, blank=True)
    is_fictional = models.BooleanField("fictif (démonstration)", default=False)

    objects = TerritoryQuerySet.as_manager()

    class Meta:
        verbose_name = "territoire"
        verbose_name_plural = "territoires"
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name


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
