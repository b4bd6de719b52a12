"""The rows of an archive made again in an empty database; the caller holds the transaction and checks it is empty.

A number that an address shows (a territory without a code, a signature) is kept, so that the same addresses lead to the
same pages. Each row is checked as a form would: an archive may come from anybody.
"""

import datetime as dt
import json
from itertools import islice

from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.db import connection, models
from django.db.models import Max

from concertia.commons.archive.drafts import Rows, draft_fields, gather, proposition_number
from concertia.consultations.models import Consultation, Publication, Speaker
from concertia.core.errors import Refused
from concertia.core.fingerprint import fingerprint
from concertia.territories.enums import TerritoryKind, TerritoryState
from concertia.territories.models import CharterVersion, Clause, Signature, Territory

AT_ONCE = 100  # consultations


def load(source) -> None:
    """Make every row; what is wrong in a record raises what its shape makes it raise."""
    _load_territories(list(source.territories()))
    charters = {row["numero"]: _load_charter(row) for row in source.charters()}
    for record, content in source.signatures():
        _load_signature(record, json.loads(content), charters)
    territories = {row.short_code: row for row in Territory.objects.exclude(short_code=None)}
    entries = source.consultations()
    while batch := list(islice(entries, AT_ONCE)):
        _load_consultations(batch, territories)
    with connection.cursor() as cursor:  # the numbers that were given here come next
        for statement in connection.ops.sequence_reset_sql(no_style(), [Territory, Signature]):
            cursor.execute(statement)


def checked(row: models.Model) -> models.Model:
    """The row, its plain values checked by its fields; an empty one stands for what the record does not tell."""
    skipped = {
        field.name
        for field in row._meta.concrete_fields
        if field.is_relation or getattr(row, field.attname) in (None, "", [], {})
    }
    if any("\x00" in value for value in vars(row).values() if isinstance(value, str)):
        raise ValidationError("Un texte contient un signe nul.")
    row.clean_fields(exclude=skipped)
    return row


# --- territories and charters -----------------------------------------------------------------------------------------
def _load_territories(records):
    numbers = {record["numero"] for record in records}
    Territory.objects.authorities().update(successor=None)
    Territory.objects.authorities().delete()  # the list that every installation starts with: the archive has its own
    _make_room(numbers)
    rows = [
        checked(
            Territory(
                pk=record["numero"],
                name=record["nom"],
                kind=record["nature"],
                state=TerritoryState.VERIFIED if record["code"] else TerritoryState.DECLARED,
                short_code=record["code"],
                siren=record["siren"],
                insee_code=record["code_insee"],
                population=record["population"],
                note=record["precision"],
                is_fictional=record["fictive"],
            )
        )
        for record in records
    ]
    if any(row.kind == TerritoryKind.COMMISSION for row in rows):
        raise Refused("Cette archive contient une commission : elle n’est pas celle d’un site.")
    Territory.objects.bulk_create(rows, batch_size=500)
    for record in records:
        if record["reunie_dans"] is not None:
            Territory.objects.filter(pk=record["numero"]).update(successor=record["reunie_dans"])


def _make_room(numbers):
    """The commission was made here first: it takes another number when the archive needs its own."""
    body = Territory.objects.filter(kind=TerritoryKind.COMMISSION, pk__in=numbers).first()
    if body is None:
        return
    old = body.pk
    body.pk = max(max(numbers), Territory.objects.aggregate(last=Max("pk"))["last"]) + 1
    body.save(force_insert=True)
    for relation in Territory._meta.related_objects:
        name = relation.field.name
        relation.related_model._default_manager.filter(**{name: old}).update(**{name: body.pk})
    Territory.objects.filter(pk=old).delete()


def _load_charter(record) -> CharterVersion:
    row = CharterVersion.objects.filter(number=record["numero"]).first() or CharterVersion(number=record["numero"])
    row.label, row.title, row.text = record["version"], record["titre"], record["texte"]
    row.commitment, row.in_force_from = record["engagement"], dt.date.fromisoformat(record["en_vigueur_depuis"])
    checked(row).save()
    row.clauses.all().delete()
    for rank, text in enumerate(record["engagements"], 1):
        checked(Clause(charter=row, order=rank, text=text)).save()
    return row


def _load_signature(record, content, charters):
    row = Signature(
        pk=record["numero"],
        territory_id=record["territoire"],
        charter=charters[record["charte"]],
        state=record["etat"],
        manner=record["maniere"],
        content=content,
        sha256=record["sha256"],
        signed_on=dt.date.fromisoformat(record["signee_le"]),
        withdrawn_at=_moment(record["retiree_le"]),
        withdrawn_reason=record["motif_retrait"],
    )
    checked(row).save(force_insert=True)


def _moment(text) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


# --- consultations ----------------------------------------------------------------------------------------------------
def _load_consultations(batch, territories):
    """A hundred at once, in the order of the archive: what was published at the same moment keeps its order."""
    consultations = Consultation.objects.bulk_create([checked(_consultation(entry, territories)) for entry in batch])
    rows, publications = Rows(), []
    for consultation, entry in zip(consultations, batch, strict=True):
        gather(rows, consultation, entry.current["contenu"])
        rows.speakers += _speakers(consultation, entry)
        publications += [_publication(consultation, entry, version) for version in entry.record["versions"]]
    for group in rows.groups():
        if group:
            type(group[0]).objects.bulk_create([checked(row) for row in group], batch_size=500)
    moments = [row.published_at for row in publications]
    Publication.objects.bulk_create([checked(row) for row in publications], batch_size=200)
    for row, moment in zip(publications, moments, strict=True):
        row.published_at = moment  # creating a row dates it of today
    Publication.objects.bulk_update(publications, ["published_at"], batch_size=200)


def _consultation(entry, territories) -> Consultation:
    code, _, number = entry.identifier.rpartition("-")
    numbers = [
        proposition_number(item["identifiant"])
        for form in entry.forms.values()
        for part in form["contenu"]["resultats"]
        for item in part["propositions"]
    ]
    return Consultation(
        territory=territories[code],
        number=int(number),
        state=entry.record["etat"],
        last_proposition=max(numbers, default=0),
        **draft_fields(entry.current["contenu"]),
    )


def _speakers(consultation, entry) -> list[Speaker]:
    titles = {talk["cle"]: talk["titre"] for form in entry.forms.values() for talk in form["contenu"]["intervenants"]}
    return [
        Speaker(
            consultation=consultation,
            key=item["cle"],
            position=position,
            name=item["nom"],
            office=item["profession"],
            talk=titles[item["cle"]],
            may_be_published=True,
        )
        for position, item in enumerate(entry.record["intervenants"])
    ]


def _publication(consultation, entry, version) -> Publication:
    """A version with its content as it may be read; of one that was taken down, the dates and reasons alone."""
    form = entry.forms.get(version["version"])
    content = form["contenu"] if form else {}
    if form:
        _check_form(entry, version, form)
    return Publication(
        consultation=consultation,
        number=version["version"],
        content=content,
        sha256=version["sha256"],
        reason=version["motif"],
        published_at=_moment(version["publiee_le"]),
        withdrawn_at=_moment(version["retiree_le"]),
        withdrawn_reason=version["motif_retrait"],
    )


def _check_form(entry, version, form):
    """A version says what it is, and has the fingerprint of the publication unless a name was masked since."""
    content = form["contenu"]
    same = [form[key] == version[key] for key in ("version", "sha256", "publiee_le")]
    is_masked = fingerprint(content) != form["sha256"]
    if not all(same) or content["identifiant"] != entry.identifier or is_masked != form["masque_depuis"]:
        raise Refused(
            f"La version {version['version']} de {entry.identifier} n’a pas l’empreinte annoncée : l’archive a été "
            "modifiée. Rien n’a été changé."
        )
