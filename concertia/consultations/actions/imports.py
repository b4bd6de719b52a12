"""Documents received: kept as they came, read in a child process, and put into the draft without overwriting it."""

import hashlib

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from concertia.consultations import rules
from concertia.consultations.actions.canvas import write_canvas
from concertia.consultations.actions.consultation import open_draft
from concertia.consultations.actions.reading import fill, reading_as_json
from concertia.consultations.enums import FieldDecision, ImportState
from concertia.consultations.models import CanvasImport, Consultation
from concertia.consultations.phrases import sentence
from concertia.core.enums import JobState
from concertia.core.errors import NotAllowed, Refused
from concertia.core.models import JobProgress
from concertia.engine.canvas.isolation import read_isolated
from concertia.engine.notes import EngineError, Note
from concertia.territories.actions.joining import save_with_code
from concertia.territories.models import Territory

LARGEST_FILE = 20 * 1024 * 1024


def read_document(data: bytes, name: str):
    """The reading, or a refusal in French; all the parsing is done in a limited child process."""
    try:
        return reading_as_json(read_isolated(data, name))
    except EngineError as error:
        raise Refused(sentence(error.note)) from error


def _received(upload) -> bytes:
    if upload.size > LARGEST_FILE:
        size = {"megabytes": upload.size // 1024**2, "limit": LARGEST_FILE // 1024**2}
        raise Refused(sentence(Note("file.too_large", size)))
    return upload.read()


def _keep(data: bytes, name: str, **fields) -> CanvasImport:
    digest = hashlib.sha256(data).hexdigest()
    document = CanvasImport(name=name[:255], size=len(data), sha256=digest, **fields)
    # Stored under its fingerprint: the name that people gave may hold anything.
    document.file.save(f"{digest[:16]}.bin", ContentFile(data), save=False)
    document.save()
    return document


def import_canvas(consultation, *, by, upload):
    """Read a document into the draft: empty fields take what was read for sure, the others wait for a person."""
    if not rules.can_edit(by, consultation):
        raise NotAllowed("consultation.edit")
    data = _received(upload)
    reading = read_document(data, upload.name)  # before any lock: it may take a second
    with transaction.atomic():
        consultation = Consultation.objects.select_for_update().select_related("territory").get(pk=consultation.pk)
        document = _keep(
            data, upload.name, uploaded_by=by, consultation=consultation, state=ImportState.TO_REVIEW, reading=reading
        )
        _fill_draft(document, by=by)
    return document


def _fill_draft(document, *, by):
    document.consultation.saved_from = ""  # a form left open elsewhere must see that the draft changed
    canvas, decisions = fill(document.consultation, document.reading)
    write_canvas(document.consultation, by=by, canvas=canvas)
    for line in document.reading["champs"]:
        line["decision"] = decisions[line["cle"], line["resultat"]]
    document.save(update_fields=["reading", "state", "consultation"])


@transaction.atomic
def take_from_document(document, *, by, key, result):
    """Replace what the draft holds in one field by what the document says, because a person asked for it."""
    consultation = Consultation.objects.select_for_update().select_related("territory").get(pk=document.consultation_id)
    if not rules.can_edit(by, consultation):
        raise NotAllowed("consultation.edit")
    document.consultation = consultation
    consultation.saved_from = ""
    canvas, decisions = fill(consultation, document.reading, take={(key, result)})
    write_canvas(consultation, by=by, canvas=canvas)
    for line in document.reading["champs"]:
        if (line["cle"], line["resultat"]) == (key, result):
            line["decision"] = decisions[key, result]
    document.save(update_fields=["reading"])
    return consultation


@transaction.atomic
def close_review(document, *, by):
    """The person has looked at every field: what still differs is what they kept or typed."""
    if not rules.can_edit(by, document.consultation):
        raise NotAllowed("consultation.edit")
    settled = {FieldDecision.DIFFERENT: FieldDecision.KEPT, FieldDecision.PENDING: FieldDecision.TYPED}
    for line in document.reading["champs"]:
        line["decision"] = settled.get(line["decision"], line["decision"])
    document.state = ImportState.REVIEWED
    document.save(update_fields=["reading", "state"])


@transaction.atomic
def receive_batch(uploads, *, by):
    """Keep every file, then read them in a job whose progress is shown."""
    if not rules.can_import_batch(by):
        raise NotAllowed("import.batch")
    if not uploads:
        raise Refused("Aucun fichier : choisissez un ou plusieurs documents .docx ou .odt.")
    job = JobProgress.objects.create(kind="canvas_batch", started_by=by, total=len(uploads))
    for upload in uploads:
        try:
            _keep(_received(upload), upload.name, uploaded_by=by, job=job)
        except Refused as refusal:
            CanvasImport.objects.create(
                name=upload.name[:255],
                size=upload.size,
                sha256="",
                state=ImportState.REFUSED,
                refusal=str(refusal),
                uploaded_by=by,
                job=job,
            )
    return job


def read_batch(job):
    """Read what waits, one file a step: a killed job takes up where it was, a cancelled one stops between files."""
    JobProgress.objects.filter(pk=job.pk, state=JobState.WAITING).update(state=JobState.RUNNING)
    for document in job.imports.filter(state=ImportState.WAITING).order_by("pk"):
        job.refresh_from_db()
        if job.state == JobState.CANCELLED:
            return
        try:
            with document.file.open("rb") as stored:
                document.reading = read_document(stored.read(), document.name)
            document.state = ImportState.TO_ATTACH
        except Refused as refusal:
            document.state, document.refusal = ImportState.REFUSED, str(refusal)[:500]
        except OSError as error:
            JobProgress.objects.filter(pk=job.pk).update(
                state=JobState.FAILED, message=f"{document.name} : {error}"[:500], finished_at=timezone.now()
            )
            return
        document.save(update_fields=["reading", "state", "refusal"])
        _count_done(job)
    _count_done(job)
    JobProgress.objects.filter(pk=job.pk, state=JobState.RUNNING).update(
        state=JobState.DONE, finished_at=timezone.now()
    )


def _count_done(job):
    done = job.imports.exclude(state=ImportState.WAITING).count()
    JobProgress.objects.filter(pk=job.pk).update(done=done)


@transaction.atomic
def cancel_batch(job, *, by):
    if not rules.can_import_batch(by):
        raise NotAllowed("import.batch")
    JobProgress.objects.filter(pk=job.pk, state__in=(JobState.WAITING, JobState.RUNNING)).update(
        state=JobState.CANCELLED, finished_at=timezone.now()
    )


@transaction.atomic
def resume_batch(job, *, by):
    """Read again what waits: after a stop, a failure, or a machine that died before the task was asked for."""
    if not rules.can_import_batch(by):
        raise NotAllowed("import.batch")
    JobProgress.objects.filter(pk=job.pk).update(state=JobState.WAITING, message="", finished_at=None)


@transaction.atomic
def attach_import(document, *, by, territory, title, short_code=""):
    """Give a document of the mailbox to its territory: it becomes a draft that the référent·e completes."""
    document = CanvasImport.objects.select_for_update().get(pk=document.pk)
    if not rules.can_attach_import(by, document):
        raise NotAllowed("import.attach")
    if document.state != ImportState.TO_ATTACH:
        raise Refused("Ce document n’est plus à rattacher : rechargez la file.")
    territory = Territory.objects.select_for_update().get(pk=territory.pk)  # a code given meanwhile is kept
    if not territory.short_code:
        save_with_code(territory, short_code)
    document.consultation = open_draft(territory, by=by, title=title)
    document.state = ImportState.TO_REVIEW
    _fill_draft(document, by=by)
    return document.consultation


@transaction.atomic
def discard_import(document, *, by, reason):
    """Set aside a document of the queue (a duplicate, something else): kept with its reason, not deleted."""
    if not rules.can_attach_import(by, document):
        raise NotAllowed("import.attach")
    if not reason.strip():
        raise Refused("Motif : dites pourquoi ce document est écarté.")
    document.state, document.refusal = ImportState.REFUSED, reason.strip()[:500]
    document.save(update_fields=["state", "refusal"])
