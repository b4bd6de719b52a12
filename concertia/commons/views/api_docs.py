"""The page that tells the API and lets anyone try it, made from its own document and from what is published here."""

import json
from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from concertia.commons import queries
from concertia.commons.api import operations, reading, schemas
from concertia.commons.filters import Filters
from concertia.commons.pages import public_page

MOST_CHOICES = 40  # beyond, a filter is typed rather than chosen
LONGEST_TEXT, LONGEST_LIST = 140, 2
KINDS = {"string": "texte", "integer": "nombre entier", "array": "liste", "boolean": "vrai ou faux", "object": "objet"}
FORMATS = {"date": "date", "date-time": "date et heure"}


@dataclass(frozen=True)
class Parameter:
    name: str
    is_in_path: bool
    kind: str
    description: str
    default: object
    least: int | None
    most: int | None
    value: object  # what the form holds first
    choices: list


@dataclass(frozen=True)
class Field:
    name: str
    kind: str
    description: str


@dataclass(frozen=True)
class Operation:
    name: str
    path: str
    summary: str
    description: str
    parameters: list[Parameter]
    fields: list[Field]
    example: str
    curl: str

    @property
    def has_path_parameters(self):
        return any(parameter.is_in_path for parameter in self.parameters)


@require_safe
@public_page
def api_docs(request):
    document = operations.api.document
    paths = {methods["get"]["operationId"]: path for path, methods in document["paths"].items()}
    if request.GET.get("essayer") in paths:
        given = {name: quote(request.GET[name], safe="") for name in request.GET}
        return redirect(_filled(paths[request.GET["essayer"]], given))
    entry = queries.latest_entries().first()
    values = {"identifiant": entry.public_id, "numero": entry.publication.number} if entry else {}
    code = entry.territory_code if entry else _first_code()
    values |= {"code": code} if code else {}
    examples = _examples(request, values)
    choices = _choices(examples["filtres"])
    context = {
        "operations": [
            _operation(document, path, methods["get"], values, examples, choices)
            for path, methods in document["paths"].items()
        ],
        "licence": reading.LICENCE,
        "most_rows": schemas.MOST_ROWS,
        "introduction": document["info"]["description"],
    }
    return render(request, "commons/api.html", context)


def _filled(path, values):
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", str(value))
    return path


def _first_code():
    rows = queries.engaged_territories().exclude(short_code=None)
    return rows.values_list("short_code", flat=True).first()


def _operation(document, path, declared, values, examples, choices):
    name = declared["operationId"]
    parameters = [_parameter(row, values, choices) for row in declared["parameters"]]
    query = "?taille=5" if any(parameter.name == "taille" for parameter in parameters) else ""
    shape = declared["responses"][200]["content"]["application/json"]["schema"]
    example = examples.get(name)
    return Operation(
        name=name,
        path=path,
        summary=declared["summary"],
        description=declared["description"],
        parameters=parameters,
        fields=list(_fields(document["components"]["schemas"], shape)),
        example=json.dumps(_shortened(example), ensure_ascii=False, indent=2) if example else "",
        curl=f"curl '{settings.ADDRESS}{_filled(path, values)}{query}'",
    )


def _parameter(row, values, choices):
    shape, name = row["schema"], row["name"]
    return Parameter(
        name=name,
        is_in_path=row["in"] == "path",
        kind="texte, répétable" if shape["type"] == "array" else KINDS[shape["type"]],
        description=row.get("description", ""),
        default=shape.get("default") or "",
        least=shape.get("minimum"),
        most=shape.get("maximum"),
        value=values.get(name, "") if row["in"] == "path" else shape.get("default") or "",
        choices=choices.get(name, []),
    )


def _fields(known, shape, prefix=""):
    """The fields of an answer, those within others after them: « territoire.code », « versions[].numero »."""
    shape = known[shape["$ref"].rpartition("/")[2]] if "$ref" in shape else shape
    for name, declared in shape.get("properties", {}).items():
        ways = [way for way in declared.get("anyOf", [declared]) if way.get("type") != "null"]
        inner, mark = (ways[0]["items"], "[]") if ways[0].get("type") == "array" else (ways[0], "")
        kind = FORMATS.get(inner.get("format")) or KINDS[inner.get("type", "object")]
        kind = f"liste : {kind}" if mark else kind
        nullable = ", vide possible" if len(ways) < len(declared.get("anyOf", ways)) else ""
        yield Field(f"{prefix}{name}{mark}", kind + nullable, declared.get("description", ""))
        if "$ref" in inner:
            yield from _fields(known, inner, f"{prefix}{name}{mark}.")


def _choices(filters):
    """The values of the filters that are few enough to be chosen from a list."""
    return {row["nom"]: row["valeurs"] for row in filters["filtres"] if len(row["valeurs"]) <= MOST_CHOICES}


def _examples(request, values):
    """What each operation answers here, now."""
    one, nothing = schemas.Asked(taille=1), Filters()
    found = {
        "accueil": operations.entrance(request),
        "concertations": reading.consultations(nothing, one),
        "propositions": reading.propositions(nothing, schemas.Asked(taille=2)),
        "territoires": reading.territories(one),
        "filtres": reading.filters_known(nothing),
    }
    if "identifiant" in values:
        found["concertation"] = reading.consultation(values["identifiant"])
        found["version"] = reading.version(values["identifiant"], values["numero"])
    if "code" in values:
        found["territoire"] = reading.territory(values["code"])
    render_json = operations.api.renderer.render
    return {
        name: json.loads(render_json(request, answer.model_dump(), response_status=200))
        for name, answer in found.items()
    }


def _shortened(value):
    """The same, with long texts and lists cut where « … » stands."""
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        return value[:LONGEST_TEXT].rstrip() + " …"
    if isinstance(value, list):
        kept = [_shortened(item) for item in value[:LONGEST_LIST]]
        return kept + ["…"] if len(value) > LONGEST_LIST else kept
    if isinstance(value, dict):
        return {key: _shortened(item) for key, item in value.items()}
    return value
