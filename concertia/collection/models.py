"""What people said, as it was received, and the files it came in."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from concertia.collection.enums import Channel, ContributionState, DepositState, Use
from concertia.consultations.models import Consultation
from concertia.core.dates import in_words
from concertia.core.models import JobProgress


def _person(**extra):
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", **extra)


BEGINNING = 400  # signs, in a list


class Deposit(models.Model):
    """A file received: kept as it came, read apart; its rows become contributions when a person has checked them.

    `reading` is what was seen (columns with samples, counts, remarks, rows left aside with their place and reason);
    `columns` what a person chose, `left_out` those whose words do not count (who led the meeting), as fingerprints.
    `job` is the reading or the writing under way, or the last one. Once the deposit is kept, `reading` loses the
    samples and the names of people. A deposit withdrawn loses its file too.
    """

    consultation = models.ForeignKey(
        Consultation, verbose_name="concertation", on_delete=models.PROTECT, related_name="deposits"
    )
    use = models.CharField("compte comme", max_length=16, choices=Use, default=Use.PARTICIPATION)
    state = models.CharField("état", max_length=12, choices=DepositState, default=DepositState.WAITING)
    file = models.FileField("fichier", upload_to="contributions/%Y/%m/")
    left_aside = models.FileField("lignes laissées de côté", upload_to="contributions/%Y/%m/", blank=True)
    name = models.CharField("nom du fichier", max_length=255)
    size = models.PositiveIntegerField("taille")
    sha256 = models.CharField("empreinte", max_length=64)
    columns = models.JSONField("colonnes choisies", default=dict, blank=True)
    left_out = models.JSONField("empreintes des personnes laissées de côté", default=list, blank=True)
    origin = models.CharField("canal d’origine", max_length=120, blank=True)
    reading = models.JSONField("lecture", default=dict, blank=True)
    refusal = models.CharField("refus", max_length=1000, blank=True)
    job = models.ForeignKey(
        JobProgress, verbose_name="avancement", on_delete=models.SET_NULL, null=True, related_name="deposits"
    )
    count = models.PositiveIntegerField("contributions", default=0)
    deposited_by = _person(verbose_name="déposé par")
    deposited_at = models.DateTimeField("déposé le", auto_now_add=True)
    kept_by = _person(verbose_name="versé par")
    kept_at = models.DateTimeField("versé le", null=True, blank=True)
    withdrawn_by = _person(verbose_name="retiré par")
    withdrawn_at = models.DateTimeField("retiré le", null=True, blank=True)

    class Meta:
        verbose_name = "dépôt"
        verbose_name_plural = "dépôts"
        ordering = ["-deposited_at", "-pk"]

    def __str__(self):
        return self.name

    @property
    def is_context(self):
        return self.use == Use.CONTEXT

    @property
    def noun(self):
        """What its texts are called: the word « contribution » is kept for what participants said."""
        return "passage" if self.is_context else "contribution"

    @property
    def feminine(self):
        """The ending of a participle that agrees with `noun`."""
        return "" if self.is_context else "e"

    @property
    def is_read(self):
        return "records" in self.reading

    @property
    def is_busy(self):
        return self.job is not None and not self.job.is_over

    @property
    def may_be_kept(self):
        return self.state == DepositState.WAITING and self.is_read and self.reading["rows"] > 0 and not self.is_busy


class ContributionQuerySet(models.QuerySet):
    def unmasked(self):
        return self.exclude(state=ContributionState.MASKED)

    def to_read(self):
        """Those nobody has read yet for names and addresses; one that is masked is not shared, so need not be."""
        return self.unmasked().filter(read_at=None)

    def quotable(self):
        """Those whose words may leave the workspace."""
        return self.unmasked().filter(read_at__isnull=False)


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
    read_by = _person(verbose_name="relue par")
    read_at = models.DateTimeField("relue le", null=True, blank=True)
    masked_by = _person(verbose_name="masquée par")
    masked_at = models.DateTimeField("masquée le", null=True, blank=True)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        verbose_name = "contribution"
        verbose_name_plural = "contributions"
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["consultation", "use", "state"], name="contributions_of"),
            models.Index(fields=["consultation", "state", "read_at"], name="contributions_to_read"),
        ]

    def __str__(self):
        return self.text[:80]

    @property
    def is_masked(self):
        return self.state == ContributionState.MASKED

    @property
    def is_quotable(self):
        """Whether its words may leave the workspace: a person has read it, and it is not masked."""
        return self.read_at is not None and not self.is_masked

    @property
    def said_on(self):
        """« 12 mars 2025, 10 h 30 »; the day alone when the file told no hour, "" when it told nothing."""
        if self.said_at is None:
            return ""
        local = timezone.localtime(self.said_at)
        has_hour = local.hour or local.minute
        return in_words(local, "j F Y, G \\h i" if has_hour else "j F Y").replace(" h 00", " h")

    @property
    def beginning(self):
        """Its first words, as anyone who may read it sees them."""
        if len(self.text) <= BEGINNING:
            return self.shown()
        end = self.text.rfind(" ", BEGINNING // 2, BEGINNING)
        return self.shown(0, end if end > 0 else BEGINNING) + " …"

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
