"""Freeze a corpus, ask for an analysis, carry it out, store it whole or not at all."""

from __future__ import annotations

import hashlib
import resource
import sys
import time

from django.db import transaction

from concertia.analysis import rules
from concertia.analysis.actions.keeping import keep_what_people_did
from concertia.analysis.actions.storing import store_run
from concertia.analysis.engine_inputs import contributions_of
from concertia.analysis.models import Corpus, CorpusMember, Run
from concertia.analysis.phrases import STEPS, missing_sentence, sentence
from concertia.collection.enums import Use
from concertia.collection.models import Contribution
from concertia.consultations.models import Consultation
from concertia.core import jobs
from concertia.core.enums import JobState
from concertia.core.errors import NotAllowed, Refused
from concertia.core.models import JobProgress
from concertia.engine.notes import EngineError

KIND = "analysis"
WATTS = 15.0  # of one core, declared and not measured


@transaction.atomic
def freeze_corpus(consultation, *, by, use=Use.PARTICIPATION) -> Corpus:
    """The contributions there are now, as a list that no longer changes; the same list again is the same corpus."""
    if not rules.can_analyse(by, consultation):
        raise NotAllowed("analysis.freeze")
    consultation = Consultation.objects.select_for_update().get(pk=consultation.pk)
    rows = Contribution.objects.filter(consultation=consultation, use=use).unmasked().order_by("pk")
    digest, people, ids = hashlib.sha256(), set(), []
    for pk, text, author in rows.values_list("pk", "text", "author").iterator(chunk_size=5000):
        digest.update(f"{pk}\0{author}\0{text}\0".encode("utf-8", "surrogatepass"))
        people.add(author or pk)
        ids.append(pk)
    if not ids:
        raise Refused("Il n’y a aucune contribution à analyser : versez d’abord un fichier à l’étape « Recueillir ».")
    last = consultation.corpora.filter(use=use).first()
    if last and last.sha256 == digest.hexdigest():
        return last
    number = (consultation.corpora.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    corpus = Corpus.objects.create(
        consultation=consultation, number=number, use=use, count=len(ids), persons=len(people),
        sha256=digest.hexdigest(), frozen_by=by,
    )  # fmt: skip
    CorpusMember.objects.bulk_create((CorpusMember(corpus=corpus, contribution_id=pk) for pk in ids), batch_size=5000)
    return corpus


@transaction.atomic
def ask_run(corpus, *, by, with_encoder=True, seed=0) -> Run:
    """A run waiting for its turn; what people did on the previous one of this consultation will be kept."""
    if not rules.can_analyse(by, corpus.consultation):
        raise NotAllowed("analysis.run")
    runs = Run.objects.filter(corpus__consultation=corpus.consultation, corpus__use=corpus.use)
    if runs.filter(job__state__in=jobs.LIVE).exists():
        raise Refused("Une analyse est déjà en cours : attendez qu’elle finisse, ou arrêtez-la.")
    previous = runs.filter(job__state=JobState.DONE).order_by("-pk").first()
    every = Run.objects.filter(corpus__consultation=corpus.consultation)  # one number for each, whatever its corpus
    number = (every.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    job = JobProgress.objects.create(kind=KIND, started_by=by, total=100)
    run = Run.objects.create(
        corpus=corpus, number=number, job=job, previous=previous, seed=seed, with_encoder=with_encoder, asked_by=by
    )
    jobs.send(job)
    return run


def carry_out(run: Run) -> None:
    """Analyse and store. A run killed on the way begins again and ends the same; one stopped writes nothing."""
    if not jobs.begin(run.job):
        return
    began, cpu = time.monotonic(), time.process_time()
    try:
        analysis = _analysed(run)
    except jobs.Cancelled:
        return
    except ModuleNotFoundError as error:
        jobs.end(run.job, state=JobState.FAILED, message=missing_sentence(error))
        return
    except EngineError as error:
        jobs.end(run.job, state=JobState.FAILED, message=sentence(error.note))
        return
    except MemoryError:
        jobs.end(run.job, state=JobState.FAILED, message="La mémoire de cette machine ne suffit pas pour ce corpus.")
        return
    with transaction.atomic():
        job = JobProgress.objects.select_for_update().get(pk=run.job_id)
        if job.state != JobState.RUNNING:
            return
        run.timing = _timing(time.monotonic() - began, time.process_time() - cpu)
        store_run(run, analysis)
        if run.previous:
            keep_what_people_did(run)
        JobProgress.objects.filter(pk=job.pk).update(done=100, message="")
        jobs.end(run.job, state=JobState.DONE)


def _analysed(run: Run):
    from concertia.engine.text.analysis import analyse  # noqa: PLC0415 -- optional dependency
    from concertia.engine.text.encoder import local_encoder  # noqa: PLC0415 -- optional dependency

    last = [0.0]

    def progress(step, share):
        if time.monotonic() - last[0] > 1:  # the engine speaks often: one write a second is enough
            last[0] = time.monotonic()
            jobs.beat(run.job, done=int(share * 95), message=STEPS.get(step, step))

    encode = local_encoder() if run.with_encoder else None
    return analyse(contributions_of(run.corpus), seed=run.seed, encode=encode, progress=progress).analysis


def _timing(seconds, cpu):
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1_000_000 if sys.platform == "darwin" else 1_000)
    return {
        "seconds": round(seconds, 1),
        "cpu_seconds": round(cpu, 1),
        "peak_memory_mb": round(peak),
        "energy_wh": round(cpu * WATTS / 3600, 3),
        "watts": WATTS,
    }


def cancel_run(run: Run, *, by) -> None:
    if not rules.can_analyse(by, run.corpus.consultation):
        raise NotAllowed("analysis.cancel")
    if not jobs.cancel(run.job):
        raise Refused("Cette analyse est déjà finie.")
