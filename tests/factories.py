"""Rows for the tests, with no surprise: each call makes what its name says and nothing else."""

import datetime as dt
import json
from functools import cache
from itertools import count
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

import concertia.commons
from concertia.analysis.actions import exports
from concertia.analysis.actions.agreement import draw_sample
from concertia.analysis.actions.codebooks import CodeInput, create_codebook
from concertia.analysis.actions.coding import code_contribution
from concertia.analysis.actions.runs import ask_run, carry_out, freeze_corpus
from concertia.analysis.enums import ExportFormat
from concertia.analysis.exports_queries import stamp_of
from concertia.analysis.models import Export, Run
from concertia.collection.models import Contribution, Deposit
from concertia.consultations.actions.canvas import save_canvas
from concertia.consultations.actions.consultation import open_draft
from concertia.consultations.actions.documents import document_of_record
from concertia.consultations.actions.reading import fill, reading_as_json
from concertia.core.models import JobProgress
from concertia.engine.canvas.reader import read
from concertia.territories.actions.charter import signed_content
from concertia.territories.enums import Role, TerritoryKind
from concertia.territories.models import Membership, Signature, Territory, User
from concertia.territories.queries import commission, current_charter
from tests.voices import composed

PASSWORD = "essai-de-test-12"
FOLDER = Path(concertia.commons.__file__).parent / "demonstration"
_numbers = count(1)


def a_territory(code=None, **fields):
    number = next(_numbers)
    fields.setdefault("name", f"Ville fictive {number}")
    return Territory.objects.create(kind=TerritoryKind.COMMUNE, short_code=code or f"T{number:03d}", **fields)


def a_user(territory=None, role=Role.REFERENT):
    user = User.objects.create_user(f"personne{next(_numbers)}@territoire.example", PASSWORD)
    if territory:
        Membership.objects.create(user=user, territory=territory, role=role)
    return user


def a_national_team_member():
    return a_user(commission(), Role.NATIONAL_TEAM)


def a_draft(territory, by, title="L’IA au guichet"):
    return open_draft(territory, by=by, title=title)


def filled_record(name="val-fleuri"):
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def fill_draft(draft, by, record=None):
    """The draft as it is once its document was read, without the document: reading one costs a process."""
    canvas, _ = fill(draft, json.loads(_reading_of(json.dumps(record or filled_record(), sort_keys=True))))
    save_canvas(draft, by=by, version=draft.version, canvas=canvas)
    draft.refresh_from_db()
    return draft


@cache
def _reading_of(record):
    """What is read of a record once written, as text so that nobody changes what is kept."""
    return json.dumps(reading_as_json(read(document_of_record(json.loads(record), "docx"), "canevas.docx")))


def a_document(record=None, name="canevas.docx"):
    return SimpleUploadedFile(name, document_of_record(record or filled_record(), name.rpartition(".")[2]))


def a_signature(territory):
    return Signature.objects.create(
        territory=territory,
        charter=current_charter(),
        manner="online",
        content=signed_content(
            territory,
            current_charter(),
            name="Élue fictive",
            office="Maire",
            signed_on=dt.date(2024, 9, 30),
            manner="online",
            authority="",
        ),
        sha256="0" * 64,
        signed_on=dt.date(2024, 9, 30),
    )


def close_files(response):
    """Close what a download opened, without ending the request: that would close the test's own connection."""
    for close in response._resource_closers:
        close()


def contributions(consultation, rows):
    """Contributions as an import leaves them, from rows (author, profile, text)."""
    made = [
        Contribution(consultation=consultation, author=author, profile=profile, text=text, reference=str(rank))
        for rank, (author, profile, text) in enumerate(rows, 1)
    ]
    return Contribution.objects.bulk_create(made)


def a_deposit(consultation, by, texts=("Je veux un agent au guichet.", "Un bus, et vite.")):
    """A deposit that was kept, as a person left it: reading a file costs a process."""
    deposit = Deposit(
        consultation=consultation, name="avis.csv", size=40, sha256="0" * 64, state="kept", count=len(texts),
        deposited_by=by, kept_by=by, kept_at=timezone.now(),
    )  # fmt: skip
    deposit.file.save("avis.bin", ContentFile(b"avis\n"), save=False)
    deposit.left_aside.save("avis.csv", ContentFile(b"place;raison;contenu\n"), save=False)
    deposit.save()
    Contribution.objects.bulk_create(
        Contribution(consultation=consultation, deposit=deposit, text=text, place=f"ligne {rank}")
        for rank, text in enumerate(texts, 2)
    )
    return deposit


def an_analyst(territory):
    return a_user(territory, Role.ANALYST)


def a_compared_sample(draft, *, by):
    """A grid of two codes and a blind sample of ten texts that two people have coded, differing on one."""
    codes = [CodeInput("Accueil", "Parler à une personne."), CodeInput("Données")]
    codebook = create_codebook(draft, by=by, name="Grille", codes=codes)
    coders = [by, an_analyst(draft.territory)]
    sample = draw_sample(codebook, by=by, size=10, coders=coders, seed=1)
    first, second = codebook.codes.values_list("pk", flat=True)
    for rank, text in enumerate(Contribution.objects.in_bulk(sample.contributions).values()):
        code_contribution(codebook, text, by=coders[0], codes=[first], sample=sample)
        code_contribution(codebook, text, by=coders[1], codes=[first if rank else second], sample=sample)
    sample.refresh_from_db()
    return sample


def an_analysed_consultation(count=80, *, with_encoder=False):
    """A consultation, its contributions, an analyst, and a run that has ended."""
    territory = a_territory()
    draft = a_draft(territory, a_user(territory))
    analyst = an_analyst(territory)
    return draft, analyst, a_run(draft, by=analyst, count=count, with_encoder=with_encoder)


def a_run(draft, *, by, count=80, with_encoder=False):
    """A run that has ended, on contributions made for it."""
    contributions(draft, composed(count))
    run = ask_run(freeze_corpus(draft, by=by), by=by, with_encoder=with_encoder)
    carry_out(run)
    return Run.objects.select_related("corpus__consultation", "job").get(pk=run.pk)


def a_document_to_share(run, *, by):
    """A document of a run as its job leaves it, without making the ten of them."""
    job = JobProgress.objects.create(kind=exports.KIND, started_by=by)
    export = Export.objects.create(run=run, format=ExportFormat.CSV, stamp=stamp_of(run), job=job)
    export.made_at = timezone.now()
    export.file.save("essai.zip", ContentFile(b"PK"))
    return export
