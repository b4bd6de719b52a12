"""The records of an earlier archive, as they may be read today: what was taken down is left out, what was masked is."""

import hashlib
from collections.abc import Iterator

from concertia.commons.archive.reading import FromArchive
from concertia.commons.archive.records import ConsultationEntry, document_bytes, document_name, entries_of
from concertia.consultations.models import Consultation, Speaker


def current_digests(pk: int) -> dict[int, str]:
    """Publication → fingerprint of its file, for the versions of a consultation that may be read today."""
    consultations = Consultation.objects.filter(pk=pk)
    numbers = dict(consultations.values_list("publications__number", "publications"))
    return {
        numbers[number]: hashlib.sha256(document_bytes(form)).hexdigest()
        for entry in entries_of(consultations)
        for number, form in entry.forms.items()
    }


class WithoutWhatWasTakenDown:
    """`wanted` says which versions stay, by the name of their file, with the fingerprint each must have."""

    def __init__(self, source: FromArchive, wanted: dict[str, str]):
        self.source, self.wanted = source, wanted
        self.territories, self.charters, self.signatures = source.territories, source.charters, source.signatures

    def consultations(self) -> Iterator[ConsultationEntry]:
        for entry in self.source.consultations():
            kept = {
                number: form
                for number, form in entry.forms.items()
                if document_name(entry.identifier, number) in self.wanted
            }
            found = self._as_today(entry, kept) if kept else entry
            if kept and found.forms:
                yield found

    def _as_today(self, entry, kept) -> ConsultationEntry:
        names = {document_name(entry.identifier, number): number for number in entry.forms}
        if all(self.wanted.get(name) == self.source.sums[name] for name in names):
            return entry
        code, _, number = entry.identifier.rpartition("-")
        today = Consultation.objects.filter(territory__short_code=code, number=int(number))
        forms = next(entries_of(today)).forms
        agreed = Speaker.objects.filter(consultation__in=today, may_be_published=True)
        names_now = {row.key: row for row in agreed}
        record = entry.record | {
            "intervenants": [
                line | {"nom": names_now[line["cle"]].name, "profession": names_now[line["cle"]].office}
                for line in entry.record["intervenants"]
                if line["cle"] in names_now
            ],
            "versions": [line for line in entry.record["versions"] if not line["fichier"] or line["version"] in kept],
        }
        # one taken down at this very moment is missed here too; the caller then starts again
        return ConsultationEntry(record, {number: forms[number] for number in kept if number in forms})
