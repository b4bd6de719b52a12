"""What the public space keeps besides what it reads: an inventory ready to search, made from the publications.

Every row here can be made again from consultations and territories (`actions.inventory.rebuild_inventory`).
"""

from django.conf import settings
from django.db import models
from django.utils import timezone

from concertia.commons.enums import AccessibilityState, Facet, ReleaseState
from concertia.consultations.models import Consultation, Publication
from concertia.territories.models import Territory


class InventoryEntry(models.Model):
    """A consultation as its version readable today shows it: one row, no content that may not be read.

    `passages` are the texts that a search reads, in the order of the page: [[kind, text], …].
    `digest` is the fingerprint of all that may be read of the consultation, earlier versions included.
    """

    consultation = models.OneToOneField(
        Consultation, on_delete=models.CASCADE, primary_key=True, related_name="inventory_entry"
    )
    publication = models.OneToOneField(Publication, on_delete=models.CASCADE, related_name="inventory_entry")
    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="inventory_entries")
    public_id = models.CharField("identifiant", max_length=12, unique=True)
    territory_name = models.CharField("territoire", max_length=200)
    title = models.CharField("titre", max_length=200)
    headline = models.CharField("question ou titre", max_length=500)
    state = models.CharField("état", max_length=40)
    published_at = models.DateTimeField("publiée le", db_index=True)
    first_published_at = models.DateTimeField("publiée d’abord le")
    starts_on = models.DateField("début", null=True)
    ends_on = models.DateField("fin", null=True)
    participants = models.PositiveIntegerField("participants", default=0)
    results = models.PositiveSmallIntegerField("résultats", default=0)
    counted_results = models.PositiveSmallIntegerField("résultats qui disent combien de personnes", default=0)
    propositions = models.PositiveIntegerField("propositions", default=0)
    words = models.TextField("ce qui s’est dit", blank=True)
    passages = models.JSONField(default=list)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = "concertation de l’inventaire"
        verbose_name_plural = "concertations de l’inventaire"
        ordering = ["-published_at", "-pk"]

    def __str__(self):
        return self.public_id

    @property
    def territory_code(self):
        return self.public_id.rpartition("-")[0]


class InventoryFacet(models.Model):
    """One value by which an entry is found; its label is kept beside it so that a count needs no other table."""

    entry = models.ForeignKey(InventoryEntry, on_delete=models.CASCADE, related_name="facets")
    facet = models.CharField(max_length=12, choices=Facet)
    value = models.CharField(max_length=40)
    label = models.CharField(max_length=200)

    class Meta:
        verbose_name = "facette"
        verbose_name_plural = "facettes"
        ordering = ["facet", "value"]
        constraints = [models.UniqueConstraint(fields=["entry", "facet", "value"], name="one_value_per_entry")]
        indexes = [models.Index(fields=["facet", "value", "entry"], name="entries_of_a_value")]

    def __str__(self):
        return f"{self.facet} {self.value}"


class PublicState(models.Model):
    """Numbers that cached pages stand on: each grows when something that its pages show changes.

    The row named « » grows with every change: lists, home, feeds, search stand on it. « VAL-01 » and « VAL » grow with
    their consultation and their territory, « * » with what every page shows: a page of one consultation stands on two.
    `cut` is the number at the last change that took something away or altered it: a page made since then is behind by
    additions alone.
    """

    EVERYTHING = "*"

    subject = models.CharField(max_length=20, unique=True, default="")
    number = models.PositiveBigIntegerField(default=1)
    cut = models.PositiveBigIntegerField(default=1)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "état public"
        verbose_name_plural = "état public"

    def __str__(self):
        return f"{self.subject} {self.number}"


CRITERIA = 106  # of the RGAA 4.1
YEARS_VALID = 3


class AccessibilityAudit(models.Model):
    """What an audit of the RGAA found: the declaration is written from the last one recorded, for three years.

    The rate is of the whole sample: criteria validated on every page of it, over criteria that apply to one of them.
    """

    audited_on = models.DateField("audit du")
    auditor = models.CharField("audit fait par", max_length=200)
    environments = models.TextField("environnement de test")
    tools = models.TextField("méthode et outils")
    pages = models.TextField("pages vérifiées")
    applicable = models.PositiveSmallIntegerField("critères applicables")
    validated = models.PositiveSmallIntegerField("critères validés")
    nonconformities = models.TextField("non-conformités", blank=True)
    derogations = models.TextField("dérogations pour charge disproportionnée", blank=True)
    exempt = models.TextField("contenus non soumis à l’obligation d’accessibilité", blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="enregistré par", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField("enregistré le", auto_now_add=True)

    class Meta:
        verbose_name = "audit d’accessibilité"
        verbose_name_plural = "audits d’accessibilité"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(applicable__gte=1, applicable__lte=CRITERIA, validated__lte=models.F("applicable")),
                name="no_more_criteria_validated_than_applicable",
            )
        ]

    def __str__(self):
        return f"{self.auditor}, {self.audited_on:%d/%m/%Y}"

    @property
    def valid_until(self):
        """The last day on which the declaration may stand on this audit."""
        day = self.audited_on
        is_leap_day = (day.month, day.day) == (2, 29)
        return day.replace(year=day.year + YEARS_VALID, day=28 if is_leap_day else day.day)

    @property
    def per_thousand(self):
        """Rounded down: 99.9 % is never shown as 100."""
        return self.validated * 1000 // self.applicable

    @property
    def state(self):
        if self.validated == self.applicable:
            return AccessibilityState.TOTAL
        return AccessibilityState.PARTIAL if 2 * self.validated >= self.applicable else AccessibilityState.NONE


class OpenDataReleaseQuerySet(models.QuerySet):
    def given(self):
        """Those that anybody may download now."""
        return self.exclude(state=ReleaseState.TO_REWRITE)


class OpenDataRelease(models.Model):
    """An archive of the open data, as it was made on a day; not made again from the rest, unlike the inventory.

    `number` and `made_on` are in its address and never change; the file does when something it held was taken down.
    """

    number = models.PositiveIntegerField("numéro", unique=True)
    made_on = models.DateField("faite le")
    state = models.CharField("état", max_length=12, choices=ReleaseState, default=ReleaseState.DOWNLOADABLE)
    file = models.FileField("archive", upload_to="donnees-ouvertes/")
    sha256 = models.CharField("empreinte SHA-256", max_length=64)
    size = models.PositiveBigIntegerField("taille")
    counts = models.JSONField("nombres", default=dict)
    rewritten_on = models.DateField("récrite le", null=True)
    left_out = models.PositiveIntegerField("concertations qui n’y sont plus", default=0)

    objects = OpenDataReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = "archive des données ouvertes"
        verbose_name_plural = "archives des données ouvertes"
        ordering = ["-number"]

    def __str__(self):
        return f"archive {self.number} du {self.made_on:%d/%m/%Y}"

    @property
    def is_given(self):
        return self.state != ReleaseState.TO_REWRITE

    @property
    def weight(self):
        """« 812 ko », « 12,4 Mo »: as a page says it."""
        if self.size < 1_000_000:
            return f"{max(1, round(self.size / 1000))} ko"
        return f"{self.size / 1_000_000:.1f} Mo".replace(".", ",")


class HeldVersion(models.Model):
    """A version as consecutive releases hold it: it tells which ones to rewrite when it may no longer be read so."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="held")
    sha256 = models.CharField("empreinte de ce qui s’en lit", max_length=64)
    first = models.PositiveIntegerField("depuis l’archive")
    last = models.PositiveIntegerField("jusqu’à l’archive", db_index=True)

    class Meta:
        verbose_name = "version dans les archives"
        verbose_name_plural = "versions dans les archives"
        ordering = ["publication", "first"]

    def __str__(self):
        return f"{self.publication_id} : archives {self.first} à {self.last}"
