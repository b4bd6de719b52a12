"""Carry what the themes say into the draft canvas, and bind its findings and propositions to what supports them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from concertia.analysis import rules
from concertia.analysis.evidence_queries import Choice
from concertia.analysis.models import EvidenceLink, Theme
from concertia.analysis.queries import tree_of
from concertia.collection.models import Contribution
from concertia.consultations.actions.canvas import ItemInput, ResultsInput, save_canvas
from concertia.consultations.actions.reading import draft_of
from concertia.consultations.enums import Addressee, FindingKind
from concertia.consultations.models import Consultation, Finding, Proposition, new_key
from concertia.core.errors import NotAllowed, Refused
from concertia.core.text import one_line, thousands
from concertia.engine.text.nature import Nature, nature_of

LONGEST = 4_000
# What a person may carry: the list of the canvas it goes in, and what is said of it there.
KINDS = {
    "vigilance": ("vigilances", ""),
    "brake": ("diagnostics", FindingKind.BRAKE),
    "opportunity": ("diagnostics", FindingKind.OPPORTUNITY),
    "diagnostic": ("diagnostics", FindingKind.DIAGNOSTIC),
    "proposition": ("propositions", Addressee.UNSPECIFIED),
    "proposition_authority": ("propositions", Addressee.AUTHORITY),
    "proposition_public_powers": ("propositions", Addressee.PUBLIC_POWERS),
}
Place = tuple[int, int, int]  # contribution, start, end
KIND_OF = {
    Nature.WARNING: "vigilance",
    Nature.PROPOSAL: "proposition",
    Nature.OBSTACLE: "brake",
    Nature.HOPE: "opportunity",
}


@dataclass(frozen=True)
class Point:
    """A point of the canvas that a program proposes: the kind that its turns of phrase suggest, in somebody's words."""

    kind: str
    quote: Choice


def points_proposed(quotes: Sequence[Choice]) -> list[Point]:
    """One point a quote that seems to warn, propose, regret or hope; a person words it, or leaves it."""
    natures = ((one, nature_of(one.shown)) for one in quotes)
    return [Point(KIND_OF[nature], one) for one, nature in natures if nature]


@transaction.atomic
def carry_to_canvas(
    theme: Theme, *, by, kind: str, text: str, version: int, key: str, results: str = "", quotes: Sequence[Place] = ()
) -> Finding | Proposition:
    """Add one item to the draft, bound to its theme and quotes; `key` names it, so that sent twice it is one.

    `version` is that of the canvas as it was read: the canvas' own rules and conflicts hold.
    """
    consultation = theme.run.corpus.consultation
    if not rules.can_analyse(by, consultation):
        raise NotAllowed("analysis.evidence")
    text = one_line(text)
    if not text:
        raise Refused("Texte : écrivez ce que le canevas dira.")
    if len(text) > LONGEST:
        raise Refused(f"Texte : {thousands(LONGEST)} signes au plus ({thousands(len(text))} ici).")
    if kind not in KINDS:
        raise Refused("Nature : choisissez dans la liste.")
    consultation = Consultation.objects.select_for_update(of=("self",)).get(pk=consultation.pk)
    save_canvas(
        consultation, by=by, version=version, canvas=_with_item(consultation, kind, text, key, results), form_key=key
    )
    rows = Finding.objects.filter(results__consultation=consultation, key=key)
    item = rows.first() or Proposition.objects.get(consultation=consultation, key=key)
    bind_evidence(item, by=by, theme=theme, quotes=quotes)
    return item


def _with_item(consultation, kind, text, key, results):
    """The draft with one more item at the end of its list, in the section of results that was chosen."""
    canvas = draft_of(consultation)
    if not canvas.results:
        canvas.results.append(ResultsInput(new_key(), {}))
    wanted = results or canvas.results[0].key
    rank = next((rank for rank, part in enumerate(canvas.results) if part.key == wanted), None)
    if rank is None:
        raise Refused("Ces résultats ne sont plus dans le canevas : choisissez-en d’autres.")
    attribute, label = KINDS[kind]
    part = canvas.results[rank]
    others = [item for item in getattr(part, attribute) if item.key != key]
    canvas.results[rank] = replace(part, **{attribute: [*others, ItemInput(key, text, label)]})
    return canvas


@transaction.atomic
def bind_evidence(
    item: Finding | Proposition, *, by, theme: Theme | None = None, quotes: Sequence[Place] = ()
) -> list[EvidenceLink]:
    """Say what an item of the canvas rests on; what is bound already is bound once."""
    consultation = item.results.consultation
    if not rules.can_analyse(by, consultation):
        raise NotAllowed("analysis.evidence")
    if theme is None and not quotes:
        raise Refused("Choisissez un thème ou au moins une citation.")
    target = {"finding": item} if isinstance(item, Finding) else {"proposition": item}
    links = []
    if theme is not None:
        links.append({"theme": _standing(theme, consultation), "contribution": None})
    for contribution, start, end in quotes:
        row = _quotable(consultation, contribution, start, end)
        links.append({"theme": None, "contribution": row, "start": start, "end": end})
    return [EvidenceLink.objects.get_or_create(**target, **one, defaults={"bound_by": by})[0] for one in links]


@transaction.atomic
def unbind_evidence(link: EvidenceLink, *, by) -> None:
    item = link.finding or link.proposition
    if not rules.can_analyse(by, item.results.consultation):
        raise NotAllowed("analysis.evidence")
    link.delete()


def _standing(theme, consultation) -> Theme:
    branch = tree_of(theme.run).standing(theme.pk)
    if branch is None or theme.run.corpus.consultation_id != consultation.pk:
        raise Refused("Ce thème n’existe plus : rechargez la page.")
    return branch.theme


def _quotable(consultation, pk, start, end) -> Contribution:
    row = Contribution.objects.filter(pk=pk, consultation=consultation).first()
    if row is None or not 0 <= start < end <= len(row.text):
        raise Refused("Cette citation n’existe pas dans cette concertation : rechargez la page.")
    if row.is_masked:
        raise Refused("Cette contribution est masquée par la modération : elle ne peut rien appuyer.")
    return row
