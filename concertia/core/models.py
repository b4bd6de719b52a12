"""The ground's own tables: long work that shows its progress, and work that comes back at its hour."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from concertia.core.enums import JobState, MailState


class JobProgress(models.Model):
    """One long job as people see it: how far, whether it can be cancelled, how it ended."""

    kind = models.CharField("nature", max_length=60)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="lancé par", on_delete=models.CASCADE, related_name="+"
    )
    state = models.CharField("état", max_length=12, choices=JobState, default=JobState.WAITING)
    done = models.PositiveIntegerField("fait", default=0)
    total = models.PositiveIntegerField("à faire", default=0)
    message = models.CharField("message", max_length=500, blank=True)
    created_at = models.DateTimeField("demandé le", auto_now_add=True)
    beat_at = models.DateTimeField("dernier signe de vie", default=timezone.now)
    finished_at = models.DateTimeField("fini le", null=True, blank=True)

    class Meta:
        verbose_name = "avancement"
        verbose_name_plural = "avancements"

    def __str__(self):
        return f"{self.kind} {self.done}/{self.total}"

    @property
    def is_over(self):
        return self.state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


class ScheduledJob(models.Model):
    """A job that comes back: `concertia serve` runs what is due; what is late is shown, never silently skipped."""

    name = models.CharField("nom", max_length=60, unique=True)
    every = models.DurationField("période")
    due_at = models.DateTimeField("prochaine échéance")
    started_at = models.DateTimeField("dernier départ", null=True, blank=True)
    finished_at = models.DateTimeField("dernière fin", null=True, blank=True)
    last_error = models.TextField("dernière erreur", blank=True)

    class Meta:
        verbose_name = "tâche programmée"
        verbose_name_plural = "tâches programmées"

    def __str__(self):
        return self.name


class OutboxMessage(models.Model):
    """A mail to send once: written with the act that causes it, sent after, and shown when it fails."""

    key = models.CharField("clé", max_length=120, unique=True)
    to = models.EmailField("destinataire")
    reply_to = models.EmailField("répondre à", blank=True)
    subject = models.CharField("objet", max_length=200)
    body = models.TextField("texte")
    state = models.CharField("état", max_length=8, choices=MailState, default=MailState.WAITING)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    last_error = models.CharField("dernière erreur", max_length=500, blank=True)
    created_at = models.DateTimeField("écrit le", auto_now_add=True)
    due_at = models.DateTimeField("à envoyer le", default=timezone.now)
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)

    class Meta:
        verbose_name = "courriel"
        verbose_name_plural = "courriels"
        ordering = ["pk"]

    def __str__(self):
        return self.subject
