"""The inventory made from the publications: one entry a consultation, kept in the transaction that changes it."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from concertia.commons import search
from concertia.commons.engine_inputs import passages_of, public_digest
from concertia.commons.enums import Facet
from concertia.commons.facets import CANVAS_FIELDS, LABELS, OTHER
from concertia.commons.models import InventoryEntry, InventoryFacet, PublicState
from concertia.consultations.engine_inputs import date_of, shown_content
from concertia.consultations.models import Consultation
from concertia.engine.canvas.fields import BY_KEY
from concertia.territories.places import place_by_code


@transaction.atomic
def refresh_consultation(pk: int) -> bool:
    """Make the entry say what may be read now; False, and nothing written, when that has not changed."""
    consultation = Consultation.objects.select_related("territory").get(pk=pk)
    everything = list(consultation.publications.prefetch_related("consultation__speakers"))
    if not everything:
        return False
    versions = [version for version in everything if version.withdrawn_at is None]
    entry = InventoryEntry.objects.filter(pk=pk).first()
    if not versions:
        if entry:
            entry.delete()
            search.forget(pk)
        public_reading_changed(*_pages_of(consultation))  # the page of what was taken down says when and why
        return True
    digest = public_digest(consultation, everything)
    if entry and entry.digest == digest:
        return False
    before = entry.digest if entry else ""
    is_addition = len(everything) == 1 if not entry else before == public_digest(consultation, everything[1:])
    _write(consultation, versions, digest)
    public_reading_changed(*_pages_of(consultation), added=is_addition)
    return True


def _pages_of(consultation):
    return consultation.public_id, consultation.territory.short_code


def refresh_territory(pk: int) -> None:
    """Its page, those of its consultations, the map and the list may have changed."""
    public_reading_changed(PublicState.EVERYTHING)


def public_reading_changed(*subjects: str, added: bool = False) -> None:
    """Grow the numbers that cached pages stand on: lists always, and the pages about `subjects`.

    `added`: nothing that could be read was taken away or altered. Last in a transaction, so that the rows are not held
    for long; always in the same order, so that two never wait for each other.
    """
    values = {"number": F("number") + 1, "changed_at": timezone.now()}
    if not added:
        values["cut"] = F("number") + 1
    for subject in ("", *sorted(subjects)):
        if not PublicState.objects.filter(subject=subject).update(**values):
            PublicState.objects.get_or_create(subject=subject)


@transaction.atomic
def rebuild_inventory() -> int:
    """Make every entry again, as after an import; returns how many there are."""
    InventoryEntry.objects.all().delete()
    search.forget_all()
    pks = Consultation.objects.public().order_by("pk").values_list("pk", flat=True)
    for pk in list(pks):
        refresh_consultation(pk)
    public_reading_changed(PublicState.EVERYTHING)
    return len(pks)


def verify_inventory() -> None:
    """Once a day: what an act would have missed is made again, and nothing is written when nothing was."""
    known = set(InventoryEntry.objects.values_list("pk", flat=True))
    readable = set(Consultation.objects.public().values_list("pk", flat=True))
    for pk in sorted(known | readable):
        refresh_consultation(pk)


def _write(consultation, versions, digest):
    publication, first = versions[0], versions[-1]
    content = shown_content(publication)
    passages = passages_of(content)
    entry, _ = InventoryEntry.objects.update_or_create(
        consultation=consultation,
        defaults={
            "publication": publication,
            "territory": consultation.territory,
            "public_id": consultation.public_id,
            "published_at": publication.published_at,
            "first_published_at": first.published_at,
            "state": consultation.get_state_display(),
            "passages": passages,
            "digest": digest,
            **_summary(content),
        },
    )
    InventoryFacet.objects.filter(entry=entry).delete()
    InventoryFacet.objects.bulk_create(
        InventoryFacet(entry=entry, facet=facet, value=value, label=label)
        for facet, value, label in _facets(consultation, content, entry)
    )
    references = [item["identifiant"] for part in content["resultats"] for item in part["propositions"]]
    texts = [consultation.public_id, *references, *(text for _, text in passages)]
    search.index(entry.pk, title=entry.headline, passages=texts)


def _summary(content):
    canvas = content["canevas"]
    counts = [int(part["nb_participants"]) for part in canvas["_sections3"] if part["nb_participants"]]
    findings = [item for part in content["resultats"] for item in part["constats"]]
    words = [item["texte"] for item in findings if item["nature"] == "point de vigilance"]
    ends = [
        date_of(part["fin_reelle"]) or date_of(section["date_fin_prevue"])
        for section, part in zip(canvas["_sections3"], content["resultats"], strict=True)
    ]
    return {
        "territory_name": content["territoire"]["nom"],
        "title": content["titre"],
        "headline": content["question"] or content["titre"],
        "starts_on": date_of(content["dates_reelles"]["debut"]) or date_of(canvas["date_debut_prevue"]),
        "ends_on": max(filter(None, ends), default=None),
        "participants": sum(counts),
        "results": len(canvas["_sections3"]),
        "counted_results": len(counts),
        "propositions": sum(len(part["propositions"]) for part in content["resultats"]),
        "words": words[0] if words else "",
    }


def _facets(consultation, content, entry):
    """The values by which the entry is found, each once."""
    territory = consultation.territory
    yield Facet.TERRITORY, territory.short_code, territory.name
    place = territory.official_code and place_by_code(territory.kind, territory.official_code)
    if place and place.region_code:
        yield Facet.REGION, place.region_code, place.region_name
    for facet, key in CANVAS_FIELDS.items():
        answer = content["canevas"][key] or {"choix": [], "autre": None}
        for value in [*BY_KEY[key].keys_of(answer["choix"]), *([OTHER[0]] if answer["autre"] else [])]:
            yield facet, value, LABELS[facet, value]
    if entry.starts_on:
        yield Facet.YEAR, str(entry.starts_on.year), str(entry.starts_on.year)
    yield Facet.STATE, consultation.state, LABELS[Facet.STATE, consultation.state]
