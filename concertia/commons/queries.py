"""What the public reads: publications alone, never a draft."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Subquery
from django.http import Http404
from django.shortcuts import get_object_or_404

from concertia.consultations.engine_inputs import shown_content
from concertia.consultations.models import Consultation, Publication, Speaker
from concertia.territories.enums import SignatureState
from concertia.territories.models import Signature, Territory


def current_publications():
    """The version readable today of each consultation, the latest first."""
    latest = (
        Publication.objects.filter(consultation=OuterRef("consultation"), withdrawn_at=None)
        .order_by("-number")
        .values("pk")[:1]
    )
    return (
        Publication.objects.filter(pk=Subquery(latest))
        .select_related("consultation__territory")
        .prefetch_related("consultation__speakers")
        .order_by("-published_at", "-pk")
    )


def as_shown(publications) -> list[Publication]:
    """The same publications, each with `shown`: its content with what may no longer be read masked."""
    rows = list(publications)
    for row in rows:
        row.shown = shown_content(row)
    return rows


@dataclass(frozen=True)
class Figures:
    """Counts of the home page, with their base."""

    territories: int
    consultations: int
    participants: int
    counted: int  # sections 3 that say how many took part
    propositions: int


def figures(publications) -> Figures:
    participants, counted, propositions, territories = 0, 0, 0, set()
    for publication in publications:
        territories.add(publication.content["territoire"]["code"])
        for section in publication.content["canevas"]["_sections3"]:
            if section["nb_participants"]:
                participants += int(section["nb_participants"])
                counted += 1
        propositions += sum(len(part["propositions"]) for part in publication.content["resultats"])
    return Figures(len(territories), len(publications), participants, counted, propositions)


def consultation_with_publications(public_id) -> tuple[Consultation, list[Publication]]:
    """A consultation that was published once, and its versions, the latest first; 404 for any other."""
    code, _, number = public_id.rpartition("-")
    versions = list(
        Publication.objects.filter(consultation__territory__short_code=code, consultation__number=int(number))
        .select_related("consultation__territory")
        .order_by("-number")
    )
    if not versions:
        raise Http404
    return versions[0].consultation, versions


def speakers_named(publication) -> list[dict]:
    """The frozen talks with the names of those who still agree; a consent withdrawn takes the name everywhere."""
    talks = publication.content["intervenants"]
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
    publications = as_shown(current_publications().filter(consultation__territory=territory))
    return territory, list(territory.signatures.select_related("charter")), publications
