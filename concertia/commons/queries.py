"""What the public reads: publications alone, never a draft."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Exists, Max, OuterRef, Sum
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import get_object_or_404

from concertia.commons.enums import Facet
from concertia.commons.facets import LABELS
from concertia.commons.filters import Filters
from concertia.commons.models import InventoryEntry, InventoryFacet, PublicState
from concertia.commons.search import alphabetical, matching, ranks
from concertia.consultations.engine_inputs import shown_content, shown_reasons
from concertia.consultations.models import Consultation, Publication, Speaker
from concertia.territories.enums import SignatureState
from concertia.territories.models import Signature, Territory

NEVER = PublicState(number=0, cut=0, changed_at=dt.datetime.fromtimestamp(0, dt.UTC))


def public_number() -> int:
    """It grows with each change of what the public reads."""
    return PublicState.objects.filter(subject="").values_list("number", flat=True).first() or 0


@dataclass(frozen=True)
class PageState:
    """What a page stands on: `numbers` of all changes, `cuts` of those that took away or altered, the last hour."""

    numbers: tuple[int, ...]
    cuts: tuple[int, ...]
    changed_at: dt.datetime


def page_state(subject="") -> PageState:
    """What a cached page stands on; `subject`: the consultation or territory that it is about, if it is about one."""
    subjects = (PublicState.EVERYTHING, subject) if subject else ("",)
    rows = {row.subject: row for row in PublicState.objects.filter(subject__in=subjects)}
    held = [rows.get(one) or NEVER for one in subjects]
    return PageState(
        tuple(row.number for row in held), tuple(row.cut for row in held), max(row.changed_at for row in held)
    )


def latest_entries():
    """The consultations readable today, the latest published first, without the texts that a search reads."""
    return InventoryEntry.objects.select_related("publication").defer("passages", "publication__content")


@dataclass(frozen=True)
class Figures:
    """Counts of the home page, with their base."""

    territories: int
    consultations: int
    participants: int
    counted: int  # sections 3 that say how many took part
    propositions: int


def figures() -> Figures:
    return Figures(
        **InventoryEntry.objects.aggregate(
            territories=Count("territory", distinct=True),
            consultations=Count("pk"),
            participants=Coalesce(Sum("participants"), 0),
            counted=Coalesce(Sum("counted_results"), 0),
            propositions=Coalesce(Sum("propositions"), 0),
        )
    )


@dataclass(frozen=True)
class FacetValue:
    facet: Facet
    value: str
    label: str
    count: int
    is_chosen: bool


def narrowed(filters: Filters, *, leaving: Facet | None = None):
    """The entries that answer: one of the values chosen in each facet, and all the words."""
    entries = InventoryEntry.objects.all()
    for facet, values in filters.chosen.items():
        if facet != leaving:
            having = InventoryFacet.objects.filter(entry=OuterRef("pk"), facet=facet, value__in=values)
            entries = entries.filter(Exists(having))
    return matching(entries, filters.terms) if filters.words else entries


def ordered_ids(filters: Filters) -> list[int]:
    """Which entries answer, the best answer first when words are looked for, else the latest published first."""
    ids = list(narrowed(filters).values_list("pk", flat=True))
    if filters.words:
        rank = ranks(filters.terms)
        ids.sort(key=lambda pk: rank.get(pk, 0.0))  # stable: equals stay in the order of publication
    return ids


def entries_in_order(ids) -> list[InventoryEntry]:
    """The entries of a page, without the passages unless words are to be shown."""
    by_pk = InventoryEntry.objects.select_related("publication").defer("publication__content").in_bulk(list(ids))
    return [by_pk[pk] for pk in ids if pk in by_pk]


def facet_values(filters: Filters) -> dict[Facet, list[FacetValue]]:
    """Each value with how many would be found if it were chosen; the choice made in a facet does not narrow it."""
    counts = {facet: {} for facet in Facet}
    untouched = [facet for facet in Facet if facet not in filters.chosen]
    groups = [(untouched, narrowed(filters))] if untouched else []
    groups += [([facet], narrowed(filters, leaving=facet)) for facet in filters.chosen]
    for facets, entries in groups:
        rows = InventoryFacet.objects.filter(facet__in=facets)
        if not filters.is_empty:
            rows = rows.filter(entry__in=entries.order_by().values("pk"))
        rows = rows.values("facet", "value").annotate(count=Count("pk"), name=Max("label")).order_by()
        for row in rows:
            counts[Facet(row["facet"])][row["value"]] = (row["name"], row["count"])
    return {facet: _values(facet, found, filters) for facet, found in counts.items()}


def _values(facet, found, filters):
    chosen = filters.chosen.get(facet, ())
    rows = [FacetValue(facet, value, label, count, value in chosen) for value, (label, count) in found.items()]
    rows += [
        FacetValue(facet, value, LABELS.get((facet, value), value), 0, True) for value in chosen if value not in found
    ]
    if facet == Facet.YEAR:
        return sorted(rows, key=lambda row: row.value, reverse=True)
    if facet in (Facet.TERRITORY, Facet.REGION):
        return sorted(rows, key=lambda row: (alphabetical(row.label), row.value))
    return sorted(rows, key=lambda row: (-row.count, row.label))


def consultation_with_publications(public_id) -> tuple[Consultation, list[Publication]]:
    """A consultation that was published once, and its versions, the latest first; 404 for any other."""
    code, _, number = public_id.rpartition("-")
    versions = list(
        Publication.objects.filter(consultation__territory__short_code=code, consultation__number=int(number))
        .select_related("consultation__territory")
        .prefetch_related("consultation__speakers")
        .order_by("-number")
    )
    if not versions:
        raise Http404
    for version in versions:
        version.shown_reason, version.shown_withdrawn_reason = shown_reasons(version)
    return versions[0].consultation, versions


def speakers_named(publication) -> list[dict]:
    """The frozen talks with the names of those who still agree; a consent withdrawn takes the name everywhere."""
    talks = shown_content(publication)["intervenants"]  # a title may repeat a name
    rows = {
        row.key: row
        for row in Speaker.objects.filter(
            consultation=publication.consultation, key__in=[talk["cle"] for talk in talks], may_be_published=True
        )
    }
    return [
        {
            "nom": rows[talk["cle"]].name if talk["cle"] in rows else "",
            "profession": rows[talk["cle"]].office if talk["cle"] in rows else "",
            "titre": talk["titre"],
            "publiable": talk["cle"] in rows,
        }
        for talk in talks
    ]


def public_record(publication) -> dict:
    """The canvas of a version for its documents, with the speakers who agree today."""
    record = dict(shown_content(publication)["canevas"])
    named = [speaker for speaker in speakers_named(publication) if speaker["publiable"]]
    if named:
        record["intervenants"] = named
    return record


def engaged_territories():
    """The bodies that are here or on the commission's list, with what the map and the list say of each."""
    signed = Signature.objects.filter(territory=OuterRef("pk"), state=SignatureState.SIGNED)
    published = Publication.objects.filter(consultation__territory=OuterRef("pk"), withdrawn_at=None)
    return (
        Territory.objects.authorities()
        .filter(successor=None)
        .annotate(has_signed=Exists(signed), has_published=Exists(published))
        .order_by("name", "pk")
    )


def territory_with_its_record(code):
    """A territory, its signatures, and its consultations that may be read; 404 for a code nobody has."""
    territory = get_object_or_404(Territory.objects.authorities().select_related("successor"), short_code=code)
    entries = list(latest_entries().filter(territory=territory))
    return territory, list(territory.signatures.select_related("charter")), entries
