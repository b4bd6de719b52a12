"""The Table Schema of the canvas as open data: one row for each section 3, sections 1 and 2 repeated on each.

Specification: Frictionless Data, « Table Schema », version 1; `arrayItem` comes from the Frictionless framework.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from concertia.engine.canvas.fields import FIELDS, OTHER_LABEL, TITLE, Field, Kind

PERSONAL = {Kind.EMAIL}  # never in open data: a contact form stands for it
TYPES: dict[Kind, dict[str, Any]] = {
    Kind.DATE: {"type": "date", "format": "%d/%m/%Y", "example": "15/10/2024"},
    Kind.COUNT: {"type": "integer", "constraints": {"minimum": 0}, "example": "37"},
    Kind.YES_NO: {"type": "boolean", "trueValues": ["oui"], "falseValues": ["non"], "example": "oui"},
}
SAYINGS = {
    Kind.LONG_TEXT: "Un paragraphe par ligne.",
    Kind.ITEMS: "Un élément par ligne.",
    Kind.URLS: "Une adresse par ligne.",
    Kind.SPEAKERS: (
        "« Oui. » ou « Non. », puis un intervenant par ligne : seuls ceux qui ont accepté d’être nommés le sont."
    ),
    Kind.SESSIONS: "Un nombre de séquences, une durée, ou les deux, tels qu’écrits par la collectivité.",
}


def table_schema() -> dict[str, Any]:
    """The schema, ready to be written as JSON.

    >>> [field["name"] for field in table_schema()["fields"]][:2]
    ['collectivite', 'date_debut_prevue']
    """
    columns = [column for field in FIELDS if field.kind not in PERSONAL for column in _columns(field)]
    rank = {
        "name": "resultat",
        "title": "Rang du résultat",
        "description": "Une concertation peut restituer plusieurs résultats : 1 pour le premier.",
        "type": "integer",
        "example": "1",
        "constraints": {"required": True, "minimum": 1},
    }
    first_result = next(index for index, column in enumerate(columns) if column["name"] == "date_fin_prevue")
    return {
        "$schema": "https://specs.frictionlessdata.io/schemas/table-schema.json",
        "name": "canevas-concertations-territoriales-ia",
        "title": f"{TITLE.capitalize().replace('l’ia', 'l’IA')} : canevas de documentation",
        "description": (
            "Une ligne par résultat de concertation (section 3 du canevas) ; les réponses des sections 1 et 2 sont "
            "répétées sur chacune. L’adresse de la personne référente n’en fait pas partie."
        ),
        "lang": "fr",
        "missingValues": [""],
        "fields": [*columns[:first_result], rank, *columns[first_result:]],
    }


def _columns(field: Field) -> list[dict[str, Any]]:
    """The column of a field, and that of its « autre » when it has one."""
    column: dict[str, Any] = {
        "name": field.key,
        "title": field.screen_label,
        "description": _description(field),
        **_type(field),
    }
    # « autre » alone may answer a question with choices: no column of it is required by itself
    if field.required and not field.choices:
        column["constraints"] = {"required": True, **column.get("constraints", {})}
    if not field.other:
        return [column]
    other = {
        "name": f"{field.key}_autre",
        "title": f"{field.screen_label} : {OTHER_LABEL}",
        "description": f"Champ {field.number} du canevas, réponse libre.",
        "type": "string",
    }
    return [column, other]


def _description(field: Field) -> str:
    hint = f"{field.hint[0].upper()}{field.hint[1:].rstrip('.')}." if field.hint else ""
    many = "Plusieurs choix possibles, en liste JSON." if field.choices else SAYINGS.get(field.kind, "")
    necessary = "Ressource nécessaire (au moins un choix ou « autre »)." if field.required and field.choices else ""
    parts = (f"Champ {field.number} du canevas.", hint, many, necessary)
    return " ".join(part for part in parts if part)


def _type(field: Field) -> dict[str, Any]:
    if field.choices:
        labels = [choice.label for choice in field.choices]
        return {"type": "array", "arrayItem": {"type": "string", "constraints": {"enum": labels}}}
    return deepcopy(TYPES.get(field.kind, {"type": "string"}))
