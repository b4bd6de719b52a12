"""What the machine reads of a grid and a corpus, once and apart: the heavy part of proposals, as a file of numbers."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from concertia.analysis import rules
from concertia.analysis.actions.runs import freeze_corpus
from concertia.analysis.coding_queries import codes_in_use, is_live, reading_asked, texts_of
from concertia.analysis.engine_inputs import grid_of
from concertia.analysis.models import Codebook, GridReading
from concertia.analysis.phrases import missing_sentence, sentence
from concertia.collection.models import Contribution
from concertia.core import jobs
from concertia.core.enums import JobState
from concertia.core.errors import NotAllowed, Refused
from concertia.core.models import JobProgress
from concertia.engine.notes import EngineError

KIND = "grid_reading"
MOST_READ = 20_000  # texts; above, that many are read, spread evenly
AT_ONCE = 64  # texts between two beats
SEED = 0


@transaction.atomic
def ask_reading(codebook, *, by, with_encoder=True) -> GridReading:
    """A preparation waiting for its turn, on the contributions there are now."""
    if not rules.can_analyse(by, codebook.consultation):
        raise NotAllowed("coding.prepare")
    codebook = Codebook.objects.select_for_update().select_related("consultation").get(pk=codebook.pk)
    if not codebook.codes.filter(retired_at=None).exists():
        raise Refused("Cette grille n’a pas encore de code : ajoutez-en un, les propositions viendront ensuite.")
    if is_live(reading_asked(codebook)):
        raise Refused("Les propositions sont déjà en préparation : attendez qu’elle finisse, ou arrêtez-la.")
    corpus = freeze_corpus(codebook.consultation, by=by)
    job = JobProgress.objects.create(kind=KIND, started_by=by, total=100)
    reading = GridReading.objects.create(
        codebook=codebook, corpus=corpus, version=codebook.version, with_encoder=with_encoder, job=job
    )
    jobs.send(job)
    return reading


def ask_again_if_words_changed(codebook, *, by) -> GridReading | None:
    """Read the grid again when people use its proposals and its words are no longer those that were read."""
    last = reading_asked(codebook)
    if last is None or is_live(last) or not last.file or last.version == codebook.version:
        return None
    if not rules.can_analyse(by, codebook.consultation):
        return None
    return ask_reading(codebook, by=by, with_encoder=last.with_encoder)


def cancel_reading(codebook, *, by) -> None:
    if not rules.can_analyse(by, codebook.consultation):
        raise NotAllowed("coding.prepare")
    last = reading_asked(codebook)
    if last is None or not jobs.cancel(last.job):
        raise Refused("Cette préparation est déjà finie.")


def carry_out_reading(reading: GridReading) -> None:
    """Read, then keep the numbers. One killed on the way begins again and ends the same."""
    if not jobs.begin(reading.job):
        return
    try:
        version, data = _read(reading)
    except jobs.Cancelled:
        return
    except ModuleNotFoundError as error:
        jobs.end(reading.job, state=JobState.FAILED, message=missing_sentence(error))
        return
    except EngineError as error:
        jobs.end(reading.job, state=JobState.FAILED, message=sentence(error.note))
        return
    except MemoryError:
        jobs.end(reading.job, state=JobState.FAILED, message="La mémoire de cette machine ne suffit pas.")
        return
    with transaction.atomic():
        job = JobProgress.objects.select_for_update().get(pk=reading.job_id)
        if job.state != JobState.RUNNING:
            return
        reading.version = version
        reading.file.save(f"grille-{reading.codebook_id}-{reading.pk}.npz", ContentFile(data), save=False)
        reading.save(update_fields=["version", "file"])
        _forget_older(reading)
        JobProgress.objects.filter(pk=job.pk).update(done=100, message="")
        jobs.end(reading.job, state=JobState.DONE)


def _forget_older(reading: GridReading) -> None:
    """Numbers that newer ones replace: their files go, their rows stay."""
    older = GridReading.objects.filter(codebook=reading.codebook_id, pk__lt=reading.pk).exclude(file="")
    for row in older:
        transaction.on_commit(lambda name=row.file.name: default_storage.delete(name))
    older.update(file="")


def _read(reading: GridReading) -> tuple[int, bytes]:
    import numpy as np  # noqa: PLC0415 -- optional dependency
    from threadpoolctl import threadpool_limits  # noqa: PLC0415 -- optional dependency

    from concertia.engine.coding.suggestions import grounds_of  # noqa: PLC0415 -- optional dependency
    from concertia.engine.text.encoder import local_encoders  # noqa: PLC0415 -- optional dependency

    codebook = Codebook.objects.get(pk=reading.codebook_id)
    pks = _spread(texts_of(reading.corpus))
    rows = Contribution.objects.in_bulk(pks)
    texts = [rows[pk].text for pk in pks]
    encoders = local_encoders() if reading.with_encoder else ()
    beat = _beating(reading.job, len(set(texts)) * len(encoders))
    known = _vectors_before(reading, dict(zip(pks, texts, strict=True)))
    reads = [Remembering(one, known.get(rank, {}), beat) for rank, one in enumerate(encoders)]
    with threadpool_limits(limits=1):
        grounds = grounds_of(
            texts, grid_of(codes_in_use(codebook)), rng=np.random.default_rng(SEED), encoders=reads
        )  # fmt: skip
    arrays = {f"vectors_{rank}": np.array([one.known[text] for text in texts]) for rank, one in enumerate(reads)}
    out = io.BytesIO()
    np.savez(
        out, contributions=np.array(pks, dtype=np.int64), codes=np.array(grounds.codes), likeness=grounds.likeness,
        rows=grounds.rows, **arrays,
    )  # fmt: skip
    return codebook.version, out.getvalue()


def _spread(pks: list[int]) -> list[int]:
    if len(pks) <= MOST_READ:
        return pks
    return [pks[rank * len(pks) // MOST_READ] for rank in range(MOST_READ)]


def _beating(job, total) -> Callable[[int], None]:
    done = [0]

    def beat(count: int) -> None:
        done[0] += count
        share = int(95 * done[0] / max(1, total))
        jobs.beat(job, done=min(95, share), message="lecture des textes par leur sens")

    beat(0)
    return beat


def _vectors_before(reading: GridReading, texts: dict[int, str]) -> dict[int, dict]:
    """What the encoders read for the last preparation, of any grid here: only what is new is read again."""
    here = GridReading.objects.filter(corpus__consultation=reading.corpus.consultation_id, with_encoder=True)
    last = here.exclude(file="").first()
    if last is None or not reading.with_encoder:
        return {}
    found = {}
    with load_arrays(last) as kept:
        ranks = [(rank, texts[pk]) for rank, pk in enumerate(kept["contributions"].tolist()) if pk in texts]
        for name in kept.files:
            if name.startswith("vectors_"):
                vectors = kept[name]
                found[int(name.removeprefix("vectors_"))] = {text: vectors[rank] for rank, text in ranks}
    return found


def load_arrays(reading: GridReading):
    """The file of numbers, never anything that runs (`allow_pickle` off)."""
    import numpy as np  # noqa: PLC0415 -- optional dependency

    with reading.file.open("rb") as stored:
        return np.load(io.BytesIO(stored.read()), allow_pickle=False)


class Remembering:
    """An encoder that reads each text once, knows some already, and says how far it is."""

    def __init__(self, encode, known: dict, beat: Callable[[int], None]):
        self.encode, self.known, self.beat = encode, dict(known), beat

    def __call__(self, texts: Sequence[str]):
        import numpy as np  # noqa: PLC0415 -- optional dependency

        if not texts:
            return self.encode([])
        new = sorted({text for text in texts if text not in self.known}, key=lambda text: (len(text), text))
        for start in range(0, len(new), AT_ONCE):
            batch = new[start : start + AT_ONCE]
            self.known.update(zip(batch, self.encode(batch), strict=True))
            self.beat(len(batch))
        return np.array([self.known[text] for text in texts])
