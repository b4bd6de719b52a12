"""A consultation as the canvas documents it, the documents read, and what was published (frozen)."""

import secrets

from django.conf import settings
from django.db import models
from django.utils.functional import cached_property

from concertia.consultations.enums import (
    Addressee,
    ConsultationState,
    FindingKind,
    ImportState,
    PropositionState,
    SessionMode,
)
from concertia.core.models import JobProgress
from concertia.territories.models import Territory


def new_key():
    """Name a row before it is saved, so that saving the same form twice writes it once."""
    return secrets.token_hex(4)


class ConsultationQuerySet(models.QuerySet):
    def public(self):
        """Those with a version readable today."""
        return self.filter(
            models.Exists(Publication.objects.filter(consultation=models.OuterRef("pk"), withdrawn_at=None))
        )


class Consultation(models.Model):
    territory = models.ForeignKey(
        Territory, verbose_name="territoire", on_delete=models.PROTECT, related_name="consultations"
    )
    number = models.PositiveSmallIntegerField("numéro")
    title = models.CharField("titre", max_length=200)
    question = models.CharField("question posée", max_length=500, blank=True)
    state = models.CharField("état", max_length=16, choices=ConsultationState, default=ConsultationState.PROJECT)
    cancel_reason = models.TextField("motif d’annulation", blank=True)

    # The frame that the charter asks for.
    decider = models.TextField("qui décide", blank=True)
    arbitration = models.TextField("comment les propositions seront arbitrées", blank=True)
    answer_due = models.DateField("réponse attendue le", null=True, blank=True)

    # Canvas, sections 1 and 2.
    authority_name = models.CharField("collectivité", max_length=200, blank=True)
    referent_email = models.EmailField("personne référente", blank=True)
    planned_start = models.DateField("début prévu", null=True, blank=True)
    actual_start = models.DateField("début réel", null=True, blank=True)
    publics = models.JSONField("publics", default=list, blank=True)
    publics_other = models.CharField("autre public", max_length=300, blank=True)
    used_consultant = models.BooleanField("recours à une AMO", null=True, blank=True)
    invited_speakers = models.BooleanField("appel à des intervenants", null=True, blank=True)
    objectives = models.TextField("objectifs", blank=True)
    recruitment = models.JSONField("recrutement", default=list, blank=True)
    recruitment_other = models.CharField("autre recrutement", max_length=300, blank=True)
    facilitation = models.JSONField("animation", default=list, blank=True)
    facilitation_other = models.CharField("autre animation", max_length=300, blank=True)
    subject = models.TextField("sujet posé et évolution", blank=True)
    feedback_method = models.TextField("restitution", blank=True)

    version = models.PositiveIntegerField("version du brouillon", default=0)
    saved_from = models.CharField("formulaire du dernier enregistrement", max_length=16, blank=True)
    last_proposition = models.PositiveSmallIntegerField("dernier numéro de proposition", default=0)
    created_at = models.DateTimeField("créée le", auto_now_add=True)
    updated_at = models.DateTimeField("modifiée le", auto_now=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="modifiée par",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = "concertation"
        verbose_name_plural = "concertations"
        ordering = ["territory", "number"]
        constraints = [models.UniqueConstraint(fields=["territory", "number"], name="one_number_per_territory")]

    def __str__(self):
        return self.title

    @cached_property
    def public_id(self):
        return f"{self.territory.short_code}-{self.number:02d}"

    @property
    def headline(self):
        return self.question or self.title


class Stakeholder(models.Model):
    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="stakeholders")
    name = models.CharField("acteur", max_length=200)
    why = models.CharField("pourquoi", max_length=300, blank=True)
    invited = models.BooleanField("invité", default=False)
    came = models.BooleanField("venu", default=False)

    class Meta:
        verbose_name = "acteur du territoire"
        verbose_name_plural = "acteurs du territoire"
        ordering = ["pk"]

    def __str__(self):
        return self.name


class Session(models.Model):
    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="sessions")
    starts_at = models.DateTimeField("début")
    ends_at = models.DateTimeField("fin", null=True, blank=True)
    place = models.CharField("lieu", max_length=200, blank=True)
    link = models.URLField("lien", blank=True)
    mode = models.CharField("modalité", max_length=10, choices=SessionMode, default=SessionMode.ON_SITE)
    attendance = models.PositiveIntegerField("présents", null=True, blank=True)

    class Meta:
        verbose_name = "séance"
        verbose_name_plural = "séances"
        ordering = ["starts_at", "pk"]

    def __str__(self):
        return f"{self.starts_at:%d/%m/%Y} {self.place}"


class SpeakerQuerySet(models.QuerySet):
    def present(self):
        return self.filter(removed_at=None)


class Speaker(models.Model):
    """Name and office are personal data: they live here alone, never in a frozen publication.

    One who leaves the draft after a publication is kept apart, so that the name is still masked in the answers.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="speakers")
    key = models.CharField(max_length=16, default=new_key)
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField("nom", max_length=200, blank=True)
    office = models.CharField("profession", max_length=200, blank=True)
    talk = models.CharField("titre de la présentation", max_length=300, blank=True)
    may_be_published = models.BooleanField("accepte que son nom soit publié", default=False)
    removed_at = models.DateTimeField("retiré·e le", null=True, blank=True)

    objects = SpeakerQuerySet.as_manager()

    class Meta:
        verbose_name = "intervenant·e"
        verbose_name_plural = "intervenant·es"
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["consultation", "key"], name="one_speaker_per_key")]

    def __str__(self):
        return self.name


class Results(models.Model):
    """Section 3 of the canvas: a consultation may have several."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="results")
    key = models.CharField(max_length=16, default=new_key)
    position = models.PositiveSmallIntegerField(default=0)
    planned_end = models.DateField("fin prévue", null=True, blank=True)
    actual_end = models.DateField("fin réelle", null=True, blank=True)
    sessions_count = models.PositiveIntegerField("nombre de séquences", null=True, blank=True)
    sessions_hours = models.DecimalField("durée en heures", max_digits=7, decimal_places=2, null=True, blank=True)
    participants = models.PositiveIntegerField("participants", null=True, blank=True)
    follow_up = models.TextField("droit de suite", blank=True)
    resources = models.TextField("ressources", blank=True)

    class Meta:
        verbose_name = "résultats"
        verbose_name_plural = "résultats"
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["consultation", "key"], name="one_results_per_key")]

    def __str__(self):
        return f"Résultats {self.position + 1}"


class Finding(models.Model):
    results = models.ForeignKey(Results, on_delete=models.CASCADE, related_name="findings")
    key = models.CharField(max_length=16, default=new_key)
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField("nature", max_length=12, choices=FindingKind)
    text = models.TextField("texte")

    class Meta:
        verbose_name = "constat"
        verbose_name_plural = "constats"
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["results", "key"], name="one_finding_per_key")]

    def __str__(self):
        return self.text[:80]


class Proposition(models.Model):
    """Its number is given at its first publication and never given again, even if it is withdrawn."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="propositions")
    results = models.ForeignKey(Results, on_delete=models.SET_NULL, null=True, related_name="propositions")
    key = models.CharField(max_length=16, default=new_key)
    position = models.PositiveSmallIntegerField(default=0)
    number = models.PositiveSmallIntegerField("numéro", null=True, blank=True)
    state = models.CharField("état", max_length=12, choices=PropositionState, default=PropositionState.DRAFT)
    text = models.TextField("texte")
    addressee = models.CharField("destinataire", max_length=14, choices=Addressee, default="", blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="issues")

    class Meta:
        verbose_name = "proposition"
        verbose_name_plural = "propositions"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "key"], name="one_proposition_per_key"),
            models.UniqueConstraint(fields=["consultation", "number"], name="one_proposition_per_number"),
        ]

    def __str__(self):
        return self.text[:80]

    @property
    def public_id(self):
        return f"{self.consultation.public_id}-P{self.number:02d}" if self.number else ""


class CanvasImport(models.Model):
    """A document received: the file is kept, and for each field what was read, where, and what was done of it."""

    file = models.FileField("fichier", upload_to="canevas/%Y/%m/")
    name = models.CharField("nom du fichier", max_length=255)
    size = models.PositiveIntegerField("taille")
    sha256 = models.CharField("empreinte", max_length=64)
    state = models.CharField("état", max_length=10, choices=ImportState, default=ImportState.WAITING)
    refusal = models.CharField("refus", max_length=500, blank=True)
    reading = models.JSONField("lecture", default=dict, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="déposé par", on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField("déposé le", auto_now_add=True)
    consultation = models.ForeignKey(
        Consultation,
        verbose_name="concertation",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="imports",
    )
    job = models.ForeignKey(JobProgress, on_delete=models.SET_NULL, null=True, blank=True, related_name="imports")

    class Meta:
        verbose_name = "document déposé"
        verbose_name_plural = "documents déposés"
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self):
        return self.name


class Publication(models.Model):
    """A version made public: frozen, numbered, fingerprinted. It holds no mail and no speaker's name."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="publications")
    number = models.PositiveSmallIntegerField("numéro")
    content = models.JSONField("contenu")
    sha256 = models.CharField("empreinte SHA-256", max_length=64)
    reason = models.CharField("motif de cette version", max_length=500, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="publiée par", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    published_at = models.DateTimeField("publiée le", auto_now_add=True)
    withdrawn_at = models.DateTimeField("retirée le", null=True, blank=True)
    withdrawn_reason = models.CharField("motif du retrait", max_length=500, blank=True)

    class Meta:
        verbose_name = "publication"
        verbose_name_plural = "publications"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["consultation", "number"], name="one_publication_per_number")]

    def __str__(self):
        return f"{self.consultation.public_id} version {self.number}"
