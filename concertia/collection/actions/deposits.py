"""From a file dropped to contributions: kept as it came, looked at, then written once, or taken back.

A page never waits for a long file: a small one is read while the person waits, a few seconds at the most, so that the
usual case needs no second click; a large one, or one that takes longer than it seemed, is read by a job that shows how
far it is and can be stopped. Writing follows the same rule.
"""

from __future__ import annotations

import hashlib

from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.utils import timezone

from concertia.collection import rules
from concertia.collection.actions import reading
from concertia.collection.enums import DepositState, Use
from concertia.collection.models import Contribution, Deposit
from concertia.collection.phrases import sentence_on_screen
from concertia.collection.queries import same_file_kept
from concertia.consultations.models import Consultation
from concertia.core import jobs
from concertia.core.enums import JobState
from concertia.core.errors import NotAllowed, Refused
from concertia.core.models import JobProgress
from concertia.engine.notes import EngineError, Note
from concertia.engine.readers.isolated import SECONDS
from concertia.engine.readers.kinds import MAX_FILE

READING, KEEPING = "deposit_reading", "deposit_keeping"
MOST_FILES = 60
SMALL_FILE = 1_000_000  # bytes of all that is dropped at once, read while the person waits
FEW_FILES = 3
FEW_ROWS = 2_000  # written while the person waits
PATIENCE = 5  # seconds
WRITTEN = [field for field in Contribution._meta.concrete_fields if not field.primary_key]
CHOICE = ("column.unknown", "sheet.unknown", "table.no_text_column")  # refusals that another choice may mend
OVERTIME = ("reading.too_long", "reading.too_much_memory")
GONE = "Le fichier déposé ne se trouve plus sur ce site : retirez ce dépôt, puis déposez-le à nouveau."
NO_LONGER = "Ce dépôt n’attend plus : rechargez la page pour voir ce qu’il est devenu."


def receive_files(
    consultation, *, by, uploads, use=Use.PARTICIPATION, patience=None
) -> tuple[list[Deposit], list[str]]:
    """Keep the files as they came and look at them; returns the deposits and, for those refused, why.

    `patience`: seconds that whoever asks may wait, here and in `keep`; a page waits `PATIENCE`.
    """
    if not rules.can_deposit(by, consultation):
        raise NotAllowed("collection.deposit")
    if not uploads:
        raise Refused("Aucun fichier : choisissez un ou plusieurs fichiers, puis versez-les.")
    if len(uploads) > MOST_FILES:
        raise Refused(f"Vous avez choisi {len(uploads)} fichiers : {MOST_FILES} au plus à la fois, ou un zip.")
    is_quick = len(uploads) <= FEW_FILES and sum(upload.size for upload in uploads) <= SMALL_FILE
    deposits, refusals = [], []
    for upload in uploads:
        try:
            deposits.append(_received(consultation, upload, use=use, by=by))
        except Refused as refusal:
            refusals.append(f"{upload.name} : {refusal}")
    for deposit in deposits:
        look_at(deposit, by=by, is_quick=is_quick, patience=patience)
    return deposits, refusals


@transaction.atomic
def _received(consultation, upload, *, use, by) -> Deposit:
    if not upload.size:
        raise Refused(sentence_on_screen(Note("file.empty")))
    if upload.size > MAX_FILE:
        weights = {"megabytes": -(-upload.size // 1_000_000), "limit": MAX_FILE // 1_000_000}
        raise Refused(sentence_on_screen(Note("file.too_large", weights)))
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    deposit = Deposit(
        consultation=consultation, use=use, name=upload.name.replace("\0", "")[:255], size=upload.size,
        sha256=digest.hexdigest(), deposited_by=by,
    )  # fmt: skip
    # Stored under its fingerprint: the name that people gave may hold anything.
    deposit.file.save(f"{deposit.sha256[:16]}.bin", upload, save=False)
    deposit.save()
    return deposit


def look_at(deposit, *, by, is_quick=True, patience=None) -> None:
    """Read what waits, now or by a job."""
    if not rules.can_deposit(by, deposit.consultation):
        raise NotAllowed("collection.deposit")
    if is_quick:
        found = _look(deposit, limit=patience or PATIENCE)
        if found is not None:
            _write_look(deposit, found)
            return
    _send(deposit, READING, by=by, total=1)


def choose_columns(deposit, *, by, columns) -> None:
    """Read again with the columns a person chose."""
    if not rules.can_deposit(by, deposit.consultation):
        raise NotAllowed("collection.deposit")
    with transaction.atomic():
        held = _waiting(deposit)
        # What may be chosen stays; the sums of the reading before are no longer true.
        held.reading = {name: held.reading[name] for name in ("columns", "sheets") if name in held.reading}
        held.columns, held.refusal = columns, ""
        held.save(update_fields=["columns", "reading", "refusal"])
    look_at(held, by=by, is_quick=deposit.size <= SMALL_FILE)


def leave_people_out(deposit, *, by, people) -> None:
    """Read again without what these people said, those who led the meeting; `people`: their fingerprints."""
    if not rules.can_deposit(by, deposit.consultation):
        raise NotAllowed("collection.deposit")
    with transaction.atomic():
        held = _waiting(deposit)
        held.left_out = list(people)
        held.reading = {name: held.reading[name] for name in ("columns", "sheets") if name in held.reading}
        held.save(update_fields=["left_out", "reading"])
    look_at(held, by=by, is_quick=deposit.size <= SMALL_FILE)


@transaction.atomic
def name_channel(deposit, *, by, origin) -> None:
    """Say where the texts come from, for those whose file does not tell."""
    if not rules.can_deposit(by, deposit.consultation):
        raise NotAllowed("collection.deposit")
    held = _waiting(deposit)
    held.origin = origin[:120]
    held.save(update_fields=["origin"])


def _waiting(deposit) -> Deposit:
    """The deposit, locked, when it waits for a person; a refusal otherwise."""
    held = Deposit.objects.select_for_update(of=("self",)).select_related("consultation__territory", "job")
    held = held.get(pk=deposit.pk)
    if held.state != DepositState.WAITING:
        raise Refused(NO_LONGER)
    if held.is_busy:
        raise Refused("Ce fichier est en cours de lecture : attendez qu’elle finisse, ou arrêtez-la.")
    return held


def _look(deposit, *, limit=SECONDS):
    """What is seen in the file, with the table of what is left aside; a refusal; None when the time is over."""
    try:
        found = reading.read_file(deposit, limit=limit)
    except EngineError as error:
        if limit < SECONDS and error.note.code in OVERTIME:
            return None
        return error.note
    except OSError:
        return GONE
    return reading.seen_in(deposit, found), reading.left_aside_table(deposit, found) if found.set_aside else b""


@transaction.atomic
def _write_look(deposit, found) -> None:
    """A refusal that another choice of columns may mend leaves the deposit waiting."""
    held = Deposit.objects.select_for_update().get(pk=deposit.pk)
    if held.state != DepositState.WAITING:
        return
    if isinstance(found, tuple):
        held.reading, table = found
        # Those left out are the ones that the page shows: nobody stays so under a column that no longer holds them.
        held.left_out = [one["print"] for one in held.reading["people"] if one["is_out"]]
        held.refusal = ""
        if held.left_aside:
            held.left_aside.delete(save=False)
        if table:
            held.left_aside.save(f"{held.sha256[:16]}.csv", ContentFile(table), save=False)
    else:
        is_mendable = isinstance(found, Note) and found.code in CHOICE
        held.refusal = (reading.deposit_sentence(found, held) if isinstance(found, Note) else found)[:1000]
        held.state = DepositState.WAITING if is_mendable else DepositState.REFUSED
    held.save(update_fields=["reading", "left_out", "refusal", "state", "left_aside"])


def _send(deposit, kind, *, by, total) -> JobProgress:
    with transaction.atomic():
        job = JobProgress.objects.create(kind=kind, started_by=by, total=total)
        Deposit.objects.filter(pk=deposit.pk).update(job=job)
        jobs.send(job)
    return job


def carry_out_reading(deposit) -> None:
    """The job that reads a large file; killed on the way, it begins again and sees the same."""
    job = deposit.job
    if not jobs.begin(job):
        return
    try:
        jobs.beat(job, done=0, message="Lecture du fichier")
        found = _look(deposit)
        jobs.beat(job, done=1, message="")
    except jobs.Cancelled:
        return
    _write_look(deposit, found)
    jobs.end(job, state=JobState.DONE)


def keep(deposit, *, by, again=False, patience=None) -> bool:
    """Write the contributions of a deposit that a person has checked; False when a job does it, or it was done."""
    if not rules.can_deposit(by, deposit.consultation):
        raise NotAllowed("collection.deposit")
    with transaction.atomic():
        held = _held_for_keeping(deposit, again=again)
        if held is None:
            return False
        if held.reading["rows"] > FEW_ROWS or held.size > SMALL_FILE:
            _send(held, KEEPING, by=by, total=held.reading["rows"])
            return False
    try:
        rows = _prepared(reading.contributions_in(held, reading.read_file(held, limit=patience or PATIENCE)))
    except (EngineError, OSError):  # it was read before: a busy machine, or a file that has gone, the job tells
        _send(held, KEEPING, by=by, total=held.reading["rows"])
        return False
    return _write(held, rows, by=by)


def _held_for_keeping(deposit, *, again):
    """The deposit with its consultation locked, None when somebody kept it in between: a double click writes once."""
    Consultation.objects.select_for_update().get(pk=deposit.consultation_id)
    held = Deposit.objects.select_related("job", "consultation").get(pk=deposit.pk)
    if held.state == DepositState.KEPT or (held.is_busy and held.job.kind == KEEPING):
        return None
    if not held.may_be_kept:
        raise Refused(NO_LONGER if held.state != DepositState.WAITING else "Vérifiez d’abord ce qui a été lu.")
    if again:
        held.reading["again"] = True
        held.save(update_fields=["reading"])
    _refuse_twice(held)
    return held


def _refuse_twice(held):
    if not held.reading.get("again") and (twin := same_file_kept(held)):
        raise Refused(
            f"Ce même fichier a déjà été versé le {timezone.localtime(twin.kept_at):%d/%m/%Y} ({twin.count} "
            f"{twin.noun}{'s' * (twin.count > 1)}). Cochez « Verser quand même » si ce sont d’autres {held.noun}s."
        )


@transaction.atomic
def _write(deposit, rows, *, by, job=None) -> bool:
    """All the rows or none; the samples, which may name people, are forgotten."""
    Consultation.objects.select_for_update().get(pk=deposit.consultation_id)
    held = Deposit.objects.select_for_update().get(pk=deposit.pk)
    if held.state != DepositState.WAITING:
        return False
    if job and JobProgress.objects.select_for_update().get(pk=job.pk).state != JobState.RUNNING:
        return False
    _refuse_twice(held)
    _insert(rows)
    held.state, held.count, held.kept_by, held.kept_at = DepositState.KEPT, len(rows), by, timezone.now()
    held.reading = _without_samples(held.reading)
    held.save(update_fields=["state", "count", "kept_by", "kept_at", "reading"])
    if job:
        JobProgress.objects.filter(pk=job.pk).update(done=len(rows), message="")
        jobs.end(job, state=JobState.DONE)
    return True


def _prepared(rows) -> list[list]:
    """The rows as the database takes them, made ready before anything is locked.

    `bulk_create` would do it inside the transaction: nine seconds of processor for a hundred thousand rows, while
    nobody else can write on SQLite.
    """
    return [[field.get_db_prep_save(getattr(row, field.attname), connection) for field in WRITTEN] for row in rows]


def _insert(rows) -> None:
    name = connection.ops.quote_name
    columns = ", ".join(name(field.column) for field in WRITTEN)
    marks = ", ".join(["%s"] * len(WRITTEN))
    with connection.cursor() as cursor:
        table = name(Contribution._meta.db_table)
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)  # noqa: S608 -- names of our own


def _without_samples(seen) -> dict:
    """What stays once the texts are kept: sums, remarks, reasons; neither values of cells, nor names, nor rows."""
    columns = [{**one, "samples": []} for one in seen.get("columns", [])]
    return {**seen, "columns": columns, "left": [], "first": [], "people": []}


def carry_out_keeping(deposit) -> None:
    """The job that writes a large deposit: read again, then written in one piece; stopped before, it writes nothing."""
    job = deposit.job
    if not jobs.begin(job):
        return
    try:
        jobs.beat(job, done=0, message="Lecture du fichier")
        found = reading.read_file(deposit)
        jobs.beat(job, done=0, message="Préparation des contributions")
        rows = _prepared(reading.contributions_in(deposit, found))
        jobs.beat(job, done=0, message="Écriture des contributions")
        _write(deposit, rows, by=job.started_by, job=job)
    except jobs.Cancelled:
        return
    except EngineError as error:
        jobs.end(job, state=JobState.FAILED, message=reading.deposit_sentence(error.note, deposit))
    except Refused as refusal:
        jobs.end(job, state=JobState.FAILED, message=str(refusal))
    except OSError:
        jobs.end(job, state=JobState.FAILED, message=GONE)


def stop(deposit, *, by) -> None:
    """Stop the reading or the writing under way: nothing of it is written."""
    if not rules.can_deposit(by, deposit.consultation):
        raise NotAllowed("collection.deposit")
    if deposit.job is None or not jobs.cancel(deposit.job):
        raise Refused("Ce travail est déjà fini.")


@transaction.atomic
def withdraw(deposit, *, by) -> None:
    """Take a deposit back, its contributions and its file; what it was, who dropped it and when stay written."""
    if not rules.can_deposit(by, deposit.consultation):
        raise NotAllowed("collection.deposit")
    Consultation.objects.select_for_update().get(pk=deposit.consultation_id)  # a corpus is frozen under the same lock
    held = Deposit.objects.select_related("job").get(pk=deposit.pk)
    if held.state == DepositState.WITHDRAWN:
        raise Refused("Ce dépôt est déjà retiré.")
    if held.is_busy:
        raise Refused("Ce fichier est en cours de lecture : arrêtez-la, puis retirez-le.")
    if holds := _what_holds(held):
        raise Refused(
            f"Des {held.noun}s de ce dépôt servent déjà ({holds}) : les retirer changerait un travail fait. "
            "Masquez ce qui ne doit plus être lu, avec un motif."
        )
    rows = held.contributions.all()
    rows._raw_delete(rows.db)  # nothing points to them, as was just seen: a hundred thousand need not be fetched first
    for file in (held.file, held.left_aside):
        if file:
            transaction.on_commit(lambda storage=file.storage, name=file.name: storage.delete(name))
    held.state, held.withdrawn_by, held.withdrawn_at = DepositState.WITHDRAWN, by, timezone.now()
    held.file, held.left_aside, held.reading, held.columns = "", "", _without_samples(held.reading), {}
    held.left_out = []
    held.save()


def _what_holds(deposit) -> str:
    """What keeps these contributions from going: whatever any app made of them, frozen corpora first."""
    relations = Contribution._meta.get_fields(include_hidden=True)
    found = [
        str(one.related_model._meta.verbose_name)
        for one in relations
        if one.one_to_many and one.related_model.objects.filter(**{f"{one.field.name}__deposit": deposit}).exists()
    ]
    return ", ".join(found[:3])
