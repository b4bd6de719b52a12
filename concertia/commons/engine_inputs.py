"""Two publications laid side by side, field by field."""

from dataclasses import dataclass

from concertia.engine.canvas.fields import FIELDS
from concertia.engine.text.difference import Segment, differences

FRAME = {"decide": "Qui décide", "arbitrage": "Arbitrage des propositions", "reponse_attendue": "Réponse attendue"}


@dataclass(frozen=True)
class FieldDifference:
    label: str
    result: int | None  # rank of the section 3, from 1, when there are several
    before: tuple[Segment, ...]
    after: tuple[Segment, ...]

    @property
    def changed(self):
        return any(segment.changed for segment in (*self.before, *self.after))


def as_text(value) -> str:
    """A value of the record in words, one a line."""
    if isinstance(value, dict):
        return "\n".join([*value["choix"], *([value["autre"]] if value["autre"] else [])])
    if isinstance(value, bool):
        return "oui" if value else "non"
    return str(value or "")


def publication_differences(old, new) -> list[FieldDifference]:
    """The title and the frame, the fields of the canvas in their order, then each section 3.

    A section that one version lacks is all changed.
    """
    left, right = old["canevas"], new["canevas"]
    rows = [
        FieldDifference("Titre", None, *differences(old["titre"], new["titre"])),
        FieldDifference("Question posée", None, *differences(old["question"], new["question"])),
    ]
    rows += [
        FieldDifference(label, None, *differences(old["cadre"][key] or "", new["cadre"][key] or ""))
        for key, label in FRAME.items()
    ]
    rows += [
        FieldDifference(field.screen_label, None, *differences(as_text(left[field.key]), as_text(right[field.key])))
        for field in FIELDS
        if field.section < 3 and field.key != "personne_referente"  # never public
    ]
    sections = max(len(left["_sections3"]), len(right["_sections3"]))
    for rank in range(sections):
        before, after = (side["_sections3"][rank] if rank < len(side["_sections3"]) else {} for side in (left, right))
        rows += [
            FieldDifference(
                field.screen_label,
                rank + 1 if sections > 1 else None,
                *differences(as_text(before.get(field.key)), as_text(after.get(field.key))),
            )
            for field in FIELDS
            if field.section == 3
        ]
    return rows
