"""Published content as the engine reads it: two versions side by side, the texts of a search, what may be read."""

from dataclasses import dataclass

from concertia.commons.queries import speakers_named
from concertia.consultations.engine_inputs import shown_content, shown_reasons
from concertia.core.fingerprint import fingerprint
from concertia.engine.canvas.fields import BY_KEY, FIELDS
from concertia.engine.text.difference import Segment, differences

SEARCHED = ("collectivite", "public_associe", "objectifs", "recrutement", "animation", "sujet_evolution", "restitution")
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


def passages_of(content) -> list[list[str]]:
    """The texts that a search reads, in the order of the page, each with what it is: [[kind, text], …]."""
    canvas = content["canevas"]
    rows = [
        ["Question", content["question"]],
        ["Titre", content["titre"]],
        ["Territoire", content["territoire"]["nom"]],
    ]
    for section, part in zip(canvas["_sections3"], content["resultats"], strict=True):
        rows += [[item["nature"].capitalize(), item["texte"]] for item in part["constats"]]
        rows += [["Proposition", item["texte"]] for item in part["propositions"]]
        rows += [["Droit de suite", section["droit_de_suite"]]]
    rows += [[BY_KEY[key].screen_label, as_text(canvas[key])] for key in SEARCHED]
    rows += [["Acteur du territoire", f"{row['nom']} {row['pourquoi']}"] for row in content["acteurs"]]
    return [[kind, text] for kind, text in rows if text and text.strip()]


def public_digest(consultation, versions) -> str:
    """The fingerprint of all that may be read of a consultation: its state, each version as shown, who is named."""
    shown = [
        [version.number, *shown_reasons(version)]
        if version.withdrawn_at
        else [version.number, version.sha256, *shown_reasons(version), shown_content(version), speakers_named(version)]
        for version in versions
    ]
    territory = consultation.territory
    return fingerprint([consultation.state, territory.name, territory.kind, territory.official_code, shown])
