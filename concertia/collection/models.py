"""What people said, as it was received, and the files it came in."""

from django.conf import settings
from django.db import models

from concertia.collection.enums import Channel, ContributionState, DepositState, Use
from concertia.consultations.models import Consultation


class Deposit(models.Model):
    """A file received: kept as it came, read apart; its rows become contributions when a person has checked them.

    `reading` is what was seen (columns with samples, counts, remarks, rows left aside with their place and reason);
    `columns` what a person chose.
    """

    consultation = models.ForeignKey(
        Consultation, verbose_name="concertation", on_delete=models.PROTECT, related_name="deposits"
    )
    use = models.CharField("compte comme", max_length=16, choices=Use, default=Use.PARTICIPATION)
    state = models.CharField("état", max_length=12, choices=DepositState, default=DepositState.WAITING)
    file = models.FileField("fichier", upload_to="contributions/%Y/%m/")
    name = models.CharField("nom du fichier", max_length=255)
    size = models.PositiveIntegerField("taille")
    sha256 = models.CharField("empreinte", max_length=64)
    columns = models.JSONField("colonnes choisies", default=dict, blank=True)
    reading = models.JSONField("lecture", default=dict, blank=True)
    count = models.PositiveIntegerField("contributions", default=0)
    deposited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="déposé par", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    deposited_at = models.DateTimeField("déposé le", auto_now_add=True)

    class Meta:
        verbose_name = "dépôt"
        verbose_name_plural = "dépôts"
        ordering = ["-deposited_at", "-pk"]

    def __str__(self):
        return self.name


class ContributionQuerySet(models.QuerySet):
    def unmasked(self):
        return self.exclude(state=ContributionState.MASKED)


class Contribution(models.Model):
    """One message, as written. It holds no name, mail or address: `author` is a keyed fingerprint of this consultation.

    `hidden` lists the slices [start, end) that a person hid (a name, an address): they are shown « […] » everywhere.
    Nothing of it leaves the workspace before `read_at`: a person has read it for names and addresses.
    """

    consultation = models.ForeignKey(
        Consultation, verbose_name="concertation", on_delete=models.PROTECT, related_name="contributions"
    )
    deposit = models.ForeignKey(
        Deposit, verbose_name="dépôt", on_delete=models.PROTECT, null=True, blank=True, related_name="contributions"
    )
    use = models.CharField("compte comme", max_length=16, choices=Use, default=Use.PARTICIPATION)
    channel = models.CharField("canal", max_length=16, choices=Channel, default=Channel.IMPORT)
    state = models.CharField("état", max_length=12, choices=ContributionState, default=ContributionState.RECEIVED)
    mask_reason = models.CharField("motif du masquage", max_length=300, blank=True)
    text = models.TextField("texte d’origine")
    hidden = models.JSONField("passages cachés", default=list, blank=True)
    reference = models.CharField("identifiant d’origine", max_length=120, blank=True)
    place = models.CharField("place dans le fichier", max_length=200, blank=True)
    author = models.CharField("empreinte de la personne", max_length=32, blank=True)
    origin = models.CharField("canal d’origine", max_length=120, blank=True)
    profile = models.CharField("profil", max_length=120, blank=True)
    language = models.CharField("langue", max_length=8, blank=True)
    said_at = models.DateTimeField("dit le", null=True, blank=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="relue par", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    read_at = models.DateTimeField("relue le", null=True, blank=True)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        verbose_name = "contribution"
        verbose_name_plural = "contributions"
        ordering = ["pk"]
        indexes = [models.Index(fields=["consultation", "use", "state"], name="contributions_of")]

    def __str__(self):
        return self.text[:80]

    @property
    def is_masked(self):
        return self.state == ContributionState.MASKED

    def shown(self, start=0, end=None):
        """The slice as anyone who may read it sees it: what was hidden is « […] »."""
        end = len(self.text) if end is None else end
        parts, at = [], start
        for first, last in sorted(self.hidden):
            if last <= at or first >= end:
                continue
            parts += [self.text[at:first] if first > at else "", "[…]"]
            at = last
        return "".join([*parts, self.text[at:end] if at < end else ""])
