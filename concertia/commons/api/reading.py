"""Rows turned into the shapes of the API. Texts always pass by `shown_content`: masked as of today, never as frozen."""

import re
from bisect import bisect_left, bisect_right
from functools import lru_cache
from itertools import accumulate
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Count
from django.urls import reverse

from concertia.commons import queries
from concertia.commons.api import schemas
from concertia.commons.api.answers import NotFound
from concertia.commons.enums import Facet
from concertia.commons.models import InventoryEntry
from concertia.consultations.engine_inputs import date_of, shown_content, shown_reasons
from concertia.consultations.enums import ConsultationState
from concertia.consultations.models import Publication
from concertia.core.converters import CODE, PublicId
from concertia.core.fingerprint import fingerprint
from concertia.engine.canvas.fields import Kind
from concertia.territories.enums import SignatureState
from concertia.territories.models import Territory

FORMATS = ("docx", "odt", "pdf", "json")
LICENCE = "Licence Ouverte 2.0"
STATES = {label: value for value, label in ConsultationState.choices}
NO_CONSULTATION = "Aucune concertation publiée n’a cet identifiant. Vérifiez-le dans la liste des concertations."
NO_VERSION = "Aucune version publiée n’a cette adresse. Vérifiez l’identifiant et le numéro dans la liste."
NO_TERRITORY = "Aucun territoire n’a ce code. Vérifiez-le dans la liste des territoires."


@lru_cache(maxsize=10_000)
def address(name, *args, query=""):
    """A stable address, whole: what is read here is kept elsewhere."""
    return f"{settings.ADDRESS}{reverse(f'commons:{name}', args=args)}{'?' if query else ''}{query}"


# --- pages ----------------------------------------------------------------------------------------------------------
def _paged(shape, name, *, total, asked, filters=None, rows):
    """The envelope of a list; `rows(first, last)` gives its lines from a rank to another."""
    pages = max(1, -(-total // asked.taille))
    if asked.page > pages:
        raise NotFound(f"Cette page n’existe pas : avec cette taille, la dernière est la page {pages}. Demandez-la.")
    first = (asked.page - 1) * asked.taille

    def link(number):
        query = urlencode({"page": number, "taille": asked.taille})
        return address(f"api:{name}", query=f"{filters.query}&{query}" if filters and filters.query else query)

    return shape(
        total=total,
        page=asked.page,
        pages=pages,
        taille=asked.taille,
        suivante=link(asked.page + 1) if asked.page < pages else None,
        precedente=link(asked.page - 1) if asked.page > 1 else None,
        demande_coupee=bool(filters and filters.is_cut),
        resultats=rows(first, min(first + asked.taille, total)),
    )


def consultations(filters, asked):
    ids = queries.ordered_ids(filters)

    def rows(first, last):
        found = queries.latest_entries().in_bulk(ids[first:last])
        return [schemas.ConsultationSummary(**_summary(found[pk])) for pk in ids[first:last] if pk in found]

    return _paged(
        schemas.ConsultationPage, "concertations", total=len(ids), asked=asked, filters=filters, rows=rows
    )  # fmt: skip


def propositions(filters, asked):
    """Counted from the inventory, read from the publications of the page alone."""
    counts = dict(InventoryEntry.objects.filter(propositions__gt=0).values_list("pk", "propositions").order_by())
    ids = [pk for pk in queries.ordered_ids(filters) if pk in counts]
    ends = list(accumulate(counts[pk] for pk in ids))

    def rows(first, last):
        if first == last:
            return []
        start, stop = bisect_right(ends, first), bisect_left(ends, last) + 1
        skipped = first - (ends[start - 1] if start else 0)
        return _propositions_of(ids[start:stop])[skipped : skipped + last - first]

    total = ends[-1] if ends else 0
    return _paged(schemas.PropositionPage, "propositions", total=total, asked=asked, filters=filters, rows=rows)


def _propositions_of(ids):
    publications = (
        Publication.objects.filter(inventory_entry__in=ids)
        .select_related("consultation", "inventory_entry")
        .defer("inventory_entry__passages")
        .prefetch_related("consultation__speakers")
    )
    by_entry = {row.inventory_entry.pk: row for row in publications}
    return [
        schemas.ListedProposition(
            **_proposition(item),
            concertation=publication.inventory_entry.public_id,
            territoire=_territory_name(publication.inventory_entry),
            version=publication.number,
            page_web=f"{address('consultation', publication.inventory_entry.public_id)}#{item['identifiant']}",
        )
        for publication in (by_entry[pk] for pk in ids if pk in by_entry)
        for part in shown_content(publication)["resultats"]
        for item in part["propositions"]
    ]


def filters_known(filters):
    """Each filter with its values, and how many consultations each would find."""
    return schemas.FilterList(
        demande_coupee=filters.is_cut,
        filtres=[
            schemas.Filter(
                nom=facet.value,
                libelle=facet.label,
                valeurs=[
                    schemas.FilterValue(valeur=row.value, libelle=row.label, nombre=row.count)
                    for row in values
                    if row.count
                ],
            )
            for facet, values in queries.facet_values(filters).items()
        ],
    )


# --- one consultation -----------------------------------------------------------------------------------------------
def consultation(public_id):
    entry = _entry(public_id, NO_CONSULTATION)
    publication, versions = entry.publication, _versions(entry)
    content = shown_content(publication)
    return schemas.Consultation(
        **_summary(entry),
        licence=LICENCE,
        masque_depuis=fingerprint(content) != publication.sha256,
        contenu=_content(publication, content),
        versions=[schemas.VersionSummary(**_version(public_id, row)) for row in versions],
    )


def version(public_id, number):
    entry = _entry(public_id, NO_VERSION)
    publication = next((row for row in _versions(entry) if row.number == number), None)
    if publication is None:
        raise NotFound(NO_VERSION)
    content = shown_content(publication)
    return schemas.Version(
        **_version(public_id, publication),
        concertation=public_id,
        licence=LICENCE,
        masque_depuis=fingerprint(content) != publication.sha256,
        contenu=_content(publication, content),
    )


def _entry(public_id, sentence):
    """Only what may be read has an entry: taken down, draft and never written are looked for, and missed, alike."""
    rows = InventoryEntry.objects.select_related("publication__consultation").defer("passages")
    entry = rows.filter(public_id=public_id).first() if re.fullmatch(PublicId.regex, public_id) else None
    if entry is None:
        raise NotFound(sentence)
    return entry


def _versions(entry):
    rows = Publication.objects.filter(consultation=entry.pk, withdrawn_at=None)
    return list(rows.select_related("consultation").order_by("-number"))


def _territory_name(entry):
    return schemas.TerritoryName(code=entry.territory_code, nom=entry.territory_name)


def _summary(entry):
    return {
        "identifiant": entry.public_id,
        "titre": entry.title,
        "intitule": entry.headline,
        "territoire": _territory_name(entry),
        "etat": schemas.State(valeur=STATES.get(entry.state, ""), libelle=entry.state),
        "version": entry.publication.number,
        "publiee_le": entry.published_at,
        "premiere_publication_le": entry.first_published_at,
        "debut": entry.starts_on,
        "fin": entry.ends_on,
        "nb_participants": entry.participants,
        "nb_resultats": entry.results,
        "nb_resultats_comptes": entry.counted_results,
        "nb_propositions": entry.propositions,
        "page_web": address("consultation", entry.public_id),
        "detail": address("api:concertation", entry.public_id),
    }


def _version(public_id, publication):
    at = (public_id, publication.number)
    return {
        "numero": publication.number,
        "publiee_le": publication.published_at,
        "motif": shown_reasons(publication)[0] or None,
        "sha256": publication.sha256,
        "page_web": address("version", *at),
        "detail": address("api:version", *at),
        "documents": [
            schemas.Document(format=extension, adresse=address("document", *at, extension)) for extension in FORMATS
        ],
    }


# --- what a version says --------------------------------------------------------------------------------------------
CONVERTED = {
    Kind.DATE: date_of,
    Kind.COUNT: lambda value: int(value) if value else None,
    Kind.URLS: lambda value: (value or "").splitlines(),
    Kind.CHOICES: lambda value: schemas.Choices(choix=value["choix"], autre=value["autre"]) if value else None,
}


def _declared(fields, values):
    plain = {field.key: values[field.key] for field in fields}
    return {field.key: CONVERTED.get(field.kind, lambda value: value)(plain[field.key]) for field in fields}


def _proposition(item):
    return {key: item[key] or None for key in ("identifiant", "texte", "destinataire")}


def _results(section, part):
    return schemas.Results(
        **_declared(schemas.RESULTS, section),
        fin_reelle=date_of(part["fin_reelle"]),
        constats=[schemas.Finding(nature=item["nature"], texte=item["texte"]) for item in part["constats"]],
        propositions=[schemas.Proposition(**_proposition(item)) for item in part["propositions"]],
    )


def _speakers(publication, content):
    """The titles as shown today; the names of those who agree today."""
    named = queries.speakers_named(publication)
    return [
        schemas.Speaker(titre=talk["titre"] or None, nom=row["nom"] or None, profession=row["profession"] or None)
        for talk, row in zip(content["intervenants"], named, strict=True)
    ]


def _content(publication, content):
    canvas, frame = content["canevas"], content["cadre"]
    return schemas.Content(
        titre=content["titre"],
        question=content["question"] or None,
        territoire=schemas.TerritoryName(code=content["territoire"]["code"], nom=content["territoire"]["nom"]),
        cadre=schemas.Frame(
            decide=frame["decide"] or None,
            arbitrage=frame["arbitrage"] or None,
            reponse_attendue=date_of(frame["reponse_attendue"]),
        ),
        debut_reel=date_of(content["dates_reelles"]["debut"]),
        canevas=schemas.Canvas(**_declared(schemas.CANVAS, canvas)),
        intervenants=_speakers(publication, content),
        acteurs=[
            schemas.Stakeholder(
                nom=row["nom"], pourquoi=row["pourquoi"] or None, invite=row["invite"], venu=row["venu"]
            )
            for row in content["acteurs"]
        ],
        seances=[
            schemas.Meeting(
                debut=row["debut"],
                fin=row["fin"],
                lieu=row["lieu"] or None,
                modalite=row["modalite"],
                presents=row["presents"],
            )
            for row in content["seances"]
        ],
        resultats=[_results(*pair) for pair in zip(canvas["_sections3"], content["resultats"], strict=True)],
    )


# --- territories ----------------------------------------------------------------------------------------------------
def territories(asked):
    bodies = queries.engaged_territories()

    def rows(first, last):
        chosen = list(bodies[first:last])
        entries = InventoryEntry.objects.filter(territory__in=chosen).order_by().values_list("territory")
        published = dict(entries.annotate(count=Count("pk")))
        return [
            schemas.TerritorySummary(**_territory(row, has_signed=row.has_signed, published=published.get(row.pk, 0)))
            for row in chosen
        ]

    return _paged(schemas.TerritoryPage, "territoires", total=bodies.count(), asked=asked, rows=rows)


def territory(code):
    bodies = Territory.objects.authorities().select_related("successor")
    body = bodies.filter(short_code=code).first() if re.fullmatch(CODE, code) else None
    if body is None:
        raise NotFound(NO_TERRITORY)
    signed = body.signatures.filter(state=SignatureState.SIGNED).select_related("charter").first()
    published = InventoryEntry.objects.filter(territory=body).count()
    return schemas.Territory(
        **_territory(body, has_signed=signed is not None, published=published),
        reuni_dans=body.successor and body.successor.short_code,
        signature=signed
        and schemas.CharterSignature(
            charte=signed.charter.label,
            signee_le=signed.signed_on,
            document=address("signature_json", code, signed.pk),
        ),
        concertations=address("api:concertations", query=urlencode({Facet.TERRITORY.value: code})),
    )


def _territory(body, *, has_signed, published):
    return {
        "code": body.short_code or None,
        "nom": body.name,
        "nature": body.get_kind_display(),
        "population": body.population,
        "siren": body.siren or None,
        "insee": body.insee_code or None,
        "charte_signee": has_signed,
        "nb_concertations": published,
        "fictif": body.is_fictional,
        "page_web": address("territory", body.short_code) if body.short_code else None,
        "detail": address("api:territoire", body.short_code) if body.short_code else None,
    }
