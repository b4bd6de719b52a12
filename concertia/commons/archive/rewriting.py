"""The records of an earlier archive, as they may be read today: what was taken down is left out, what was masked is."""

from collections.abc import Iterator

from concertia.commons.archive.reading import FromArchive
from concertia.commons.archive.records import ConsultationEntry, entries_of, version_name
from concertia.consultations.models import Consultation


def current_digests(pk: int) -> dict[str, str]:
    """For each version of a consultation of which something may be read today, by its name, the fingerprint of that."""
    readable = Consultation.objects.public().filter(pk=pk)
    return {name: digest for entry in entries_of(readable) for name, digest in entry.digests.items()}


class WithoutWhatWasTakenDown:
    """`wanted` says which versions stay, by their name, with the fingerprint that each must have."""

    def __init__(self, source: FromArchive, wanted: dict[str, str]):
        self.source, self.wanted = source, wanted
        self.territories, self.charters, self.signatures = source.territories, source.charters, source.signatures

    def consultations(self) -> Iterator[ConsultationEntry]:
        for entry in self.source.consultations():
            held = entry.digests
            found = entry if all(self.wanted.get(name) == held[name] for name in held) else self._as_today(entry)
            if found.forms:
                yield found

    def _as_today(self, entry) -> ConsultationEntry:
        """The versions that the archive held, each as it may be read now; the state is that of the archive's day."""
        code, _, number = entry.identifier.rpartition("-")
        today = next(entries_of(Consultation.objects.filter(territory__short_code=code, number=int(number))))
        numbers = {line["version"] for line in entry.record["versions"]}
        numbers = {number for number in numbers if version_name(entry.identifier, number) in self.wanted}
        forms = {number: form for number, form in today.forms.items() if number in numbers}
        keys = {talk["cle"] for form in forms.values() for talk in form["contenu"]["intervenants"]}
        record = entry.record | {
            "intervenants": [line for line in today.record["intervenants"] if line["cle"] in keys],
            "versions": [line for line in today.record["versions"] if line["version"] in numbers],
        }
        return ConsultationEntry(record, forms)
