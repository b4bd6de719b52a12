"""Saving the canvas of a draft, whole or in part; the same save sent twice writes once."""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from concertia.consultations import rules
from concertia.consultations.enums import FindingKind, PropositionState
from concertia.consultations.models import Consultation, Finding, Proposition, Results, Speaker
from concertia.core import projections
from concertia.core.errors import Conflict, NotAllowed


@dataclass
class ItemInput:
    """A row of a list; `text` is None when what was typed cannot be saved: the saved text stays."""

    key: str
    text: str | None
    label: str = ""  # kind of a diagnostic, addressee of a proposition


@dataclass
class ResultsInput:
    key: str
    values: dict
    vigilances: list[ItemInput] = field(default_factory=list)
    diagnostics: list[ItemInput] = field(default_factory=list)
    propositions: list[ItemInput] = field(default_factory=list)


@dataclass
class SpeakerInput:
    key: str
    values: dict


@dataclass
class CanvasInput:
    """What a form gives: only values that are right, so that a mistake in one field never costs the others."""

    values: dict
    speakers: list[SpeakerInput]
    results: list[ResultsInput]


@transaction.atomic
def save_canvas(consultation, *, by, version, canvas, form_key=""):
    """Write the draft; refuse when somebody saved since `version` was read. Returns the new version.

    `form_key` names the form that is open on a screen: it never conflicts with its own last save, whose answer may
    have been lost on the way.
    """
    consultation = Consultation.objects.select_for_update().select_related("territory").get(pk=consultation.pk)
    if not rules.can_edit(by, consultation):
        raise NotAllowed("consultation.edit")
    is_its_own = bool(form_key) and consultation.saved_from == form_key
    if consultation.version != version and not is_its_own:
        raise Conflict(
            f"{consultation.updated_by or 'Quelqu’un'} a enregistré ce canevas depuis que vous l’avez ouvert. "
            "Rien n’a été écrasé : ouvrez la version enregistrée dans un autre onglet, puis reportez-y vos ajouts."
        )
    consultation.saved_from = form_key
    write_canvas(consultation, by=by, canvas=canvas)
    return consultation.version


def write_canvas(consultation, *, by, canvas):
    """The writing itself, on a locked consultation."""
    for name, value in canvas.values.items():
        setattr(consultation, name, value)
    consultation.version += 1
    consultation.updated_by = by
    consultation.save()
    _write_speakers(consultation, canvas.speakers)
    _write_results(consultation, canvas.results)
    projections.changed("consultation", consultation.pk)  # a consent withdrawn masks the name in what is published


def _write_speakers(consultation, speakers):
    leaving = consultation.speakers.present().exclude(key__in=[row.key for row in speakers])
    if consultation.publications.exists():
        leaving.update(removed_at=timezone.now(), may_be_published=False)
    else:
        leaving.delete()
    for position, row in enumerate(speakers):
        Speaker.objects.update_or_create(
            consultation=consultation, key=row.key, defaults={**row.values, "position": position, "removed_at": None}
        )


def _write_results(consultation, inputs):
    kept = [row.key for row in inputs]
    for removed in consultation.results.exclude(key__in=kept):
        _remove_propositions(removed.propositions.all())
        removed.delete()
    for position, row in enumerate(inputs):
        results, _ = Results.objects.update_or_create(
            consultation=consultation, key=row.key, defaults={**row.values, "position": position}
        )
        _write_findings(results, row)
        _write_propositions(results, row.propositions)


def _write_findings(results, row):
    rows = [(item, FindingKind.VIGILANCE) for item in row.vigilances]
    rows += [(item, item.label or FindingKind.DIAGNOSTIC) for item in row.diagnostics]
    results.findings.exclude(key__in=[item.key for item, _ in rows]).delete()
    for position, (item, kind) in enumerate(rows):
        if item.text is None:
            continue
        Finding.objects.update_or_create(
            results=results, key=item.key, defaults={"text": item.text, "kind": kind, "position": position}
        )


def _write_propositions(results, items):
    _remove_propositions(results.propositions.exclude(key__in=[item.key for item in items]))
    for position, item in enumerate(items):
        if item.text is None:
            continue
        Proposition.objects.update_or_create(
            consultation=results.consultation,
            key=item.key,
            defaults={"results": results, "text": item.text, "addressee": item.label, "position": position},
        )


def _remove_propositions(propositions):
    """A published one leaves the draft but stays, dated and numbered; a draft one is deleted."""
    for proposition in propositions:
        if rules.is_kept_when_removed(proposition):
            proposition.results = None
            proposition.state = PropositionState.UNPUBLISHED
            proposition.save(update_fields=["results", "state"])
        else:
            proposition.delete()
