"""What the public space keeps besides what it reads: an inventory ready to search, made from the publications.

Every row here can be made again from consultations and territories (`actions.inventory.rebuild_inventory`).
"""

from django.db import models

from concertia.commons.enums import Facet
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
    """One row, whose number grows each time something that the public reads changes: what cached pages stand on."""

    number = models.PositiveBigIntegerField(default=1)

    class Meta:
        verbose_name = "état public"
        verbose_name_plural = "état public"

    def __str__(self):
        return str(self.number)
