"""What is public today, as the plain records that an archive keeps: territories, charters, signatures, consultations.

Only what a page shows to anybody: no draft, no version taken down (its date and reason alone, when another version of
the same consultation is readable), no mail, no member, no name that was not agreed to.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from django.utils import timezone

from concertia.consultations.engine_inputs import shown_content, shown_reasons
from concertia.consultations.models import Consultation, Publication
from concertia.core.fingerprint import canonical_json, fingerprint
from concertia.territories.models import CharterVersion, Signature, Territory
from concertia.territories.queries import current_charter

AT_ONCE = 100  # consultations in memory


@dataclass(frozen=True)
class ConsultationEntry:
    """One consultation: its line in `reprise/concertations.jsonl`, and the public form of each readable version."""

    record: dict
    forms: dict[int, dict] = field(default_factory=dict)

    @property
    def identifier(self) -> str:
        return self.record["identifiant"]

    @property
    def current(self) -> dict:
        """The version that the pages show first."""
        return self.forms[max(self.forms)]

    @cached_property
    def documents(self) -> dict[int, bytes]:
        """The public forms as their files hold them: the bytes of the JSON that the page of the version offers."""
        return {number: json.dumps(form, ensure_ascii=False, indent=1).encode() for number, form in self.forms.items()}

    @property
    def digests(self) -> dict[str, str]:
        """For each version by its name, the fingerprint of all that may be read of it: its reasons, its content."""
        return {
            version_name(self.identifier, line["version"]): fingerprint(
                [
                    line["motif"],
                    line["motif_retrait"],
                    hashlib.sha256(self.documents.get(line["version"], b"")).hexdigest(),
                ]
            )
            for line in self.record["versions"]
        }


def version_name(identifier: str, version: int) -> str:
    return f"{identifier}-v{version}"


def document_name(identifier: str, version: int) -> str:
    return f"publications/{version_name(identifier, version)}.json"


def signature_name(code: str, number: int) -> str:
    return f"signatures/{code}-{number}.json"


class FromDatabase:
    """The records of today, read a few at a time."""

    def territories(self) -> Iterator[dict]:
        for row in Territory.objects.authorities().order_by("pk"):
            yield {
                "numero": row.pk,
                "code": row.short_code,
                "nom": row.name,
                "nature": row.kind,
                "siren": row.siren,
                "code_insee": row.insee_code,
                "population": row.population,
                "precision": row.note,
                "reunie_dans": row.successor_id,
                "fictive": row.is_fictional,
            }

    def charters(self) -> Iterator[dict]:
        current_charter()  # the first version is written at the first call
        in_force = CharterVersion.objects.filter(in_force_from__lte=timezone.localdate())
        for row in in_force.order_by("number").prefetch_related("clauses"):
            yield {
                "numero": row.number,
                "version": row.label,
                "titre": row.title,
                "texte": row.text,
                "engagement": row.commitment,
                "engagements": [clause.text for clause in row.clauses.all()],
                "en_vigueur_depuis": row.in_force_from.isoformat(),
            }

    def signatures(self) -> Iterator[tuple[dict, bytes]]:
        """Each act with the bytes that its SHA-256 is of."""
        rows = Signature.objects.exclude(territory__short_code=None).order_by("pk")
        for row in rows.select_related("territory", "charter").iterator(AT_ONCE):
            yield (
                {
                    "numero": row.pk,
                    "territoire": row.territory_id,
                    "charte": row.charter.number,
                    "etat": row.state,
                    "maniere": row.manner,
                    "signee_le": row.signed_on.isoformat(),
                    "sha256": row.sha256,
                    "retiree_le": _moment(row.withdrawn_at),
                    "motif_retrait": row.withdrawn_reason,
                    "fichier": signature_name(row.territory.short_code, row.pk),
                },
                canonical_json(row.content),
            )

    def consultations(self) -> Iterator[ConsultationEntry]:
        """Those with a version readable; one whose last was taken down while we read has none."""
        return (entry for entry in entries_of(Consultation.objects.public()) if entry.forms)


def entries_of(consultations) -> Iterator[ConsultationEntry]:
    rows = consultations.order_by("pk").select_related("territory").prefetch_related("speakers", "publications")
    for row in rows.iterator(AT_ONCE):
        yield _entry(row)


def _entry(consultation) -> ConsultationEntry:
    versions = sorted(consultation.publications.all(), key=lambda row: row.number)
    readable = [row for row in versions if row.withdrawn_at is None]
    forms = {row.number: public_form(row) for row in readable}
    record = {
        "identifiant": consultation.public_id,
        "etat": consultation.state,
        "intervenants": _speakers(reversed(forms.values()), _agreed(consultation)),
        "versions": [_version(row, consultation.public_id) for row in versions],
    }
    return ConsultationEntry(record, forms)


def _agreed(consultation) -> dict:
    """The speakers who agree today to be named, by key."""
    return {row.key: row for row in consultation.speakers.all() if row.may_be_published}


def public_form(publication: Publication) -> dict:
    """A version as anybody may read it today: the frozen content, and apart from it the names shown today.

    Where a consent was withdrawn since, the name is masked and the content no longer has the fingerprint: it says so.
    """
    content, agreed = shown_content(publication), _agreed(publication.consultation)
    return {
        "version": publication.number,
        "publiee_le": publication.published_at.isoformat(),
        "sha256": publication.sha256,
        "licence": "Licence Ouverte 2.0",
        "contenu": content,
        "masque_depuis": fingerprint(content) != publication.sha256,
        "intervenants_nommes": [
            {"nom": agreed[talk["cle"]].name, "profession": agreed[talk["cle"]].office, "titre": talk["titre"]}
            for talk in content["intervenants"]
            if talk["cle"] in agreed
        ],
    }


def _speakers(forms: Iterable[dict], agreed: dict) -> list[dict]:
    """Who is named in a readable version, once each, with the key that the versions hold: the latest version first."""
    keys = dict.fromkeys(talk["cle"] for form in forms for talk in form["contenu"]["intervenants"])
    return [{"cle": key, "nom": agreed[key].name, "profession": agreed[key].office} for key in keys if key in agreed]


def _version(row: Publication, identifier: str) -> dict:
    is_readable = row.withdrawn_at is None
    reason, withdrawn_reason = shown_reasons(row)
    return {
        "version": row.number,
        "publiee_le": row.published_at.isoformat(),
        "motif": reason,
        "sha256": row.sha256 if is_readable else "",
        "retiree_le": _moment(row.withdrawn_at),
        "motif_retrait": withdrawn_reason,
        "fichier": document_name(identifier, row.number) if is_readable else "",
    }


def _moment(value) -> str | None:
    return value.isoformat() if value else None
