"""Records laid in the tables: one function a table, from the plain records alone."""

import datetime as dt
import re
from collections.abc import Iterator

from concertia.commons.archive.records import ConsultationEntry
from concertia.commons.archive.tables import CONSULTATIONS, OTHER
from concertia.consultations.engine_inputs import date_of
from concertia.consultations.enums import ConsultationState
from concertia.engine.canvas.fields import FIELDS, PUBLICS, Kind
from concertia.territories.enums import SignatureManner, SignatureState, TerritoryKind

BULLET = re.compile(r"^- ", re.MULTILINE)
PUBLIC_KEYS = {choice.label: choice.key for choice in PUBLICS}


def organisation(record, *, signed, published) -> list:
    """`signed` holds the numbers of the territories whose charter is in force, `published` the codes of the others."""
    return [
        record["numero"],
        record["code"],
        record["nom"],
        TerritoryKind(record["nature"]).label,
        record["siren"],
        record["code_insee"],
        record["population"],
        record["precision"],
        record["numero"] in signed,
        record["code"] in published,
        record["reunie_dans"],
        record["fictive"],
    ]


def signature(record, content) -> list:
    return [
        record["numero"],
        record["territoire"],
        content["signataire"]["nom"],
        content["signataire"]["fonction"],
        record["signee_le"],
        SignatureManner(record["maniere"]).label,
        content["en_vertu_de"],
        content["charte"]["version"],
        SignatureState(record["etat"]).label,
        _utc(record["retiree_le"]),
        record["motif_retrait"],
        record["sha256"],
        record["fichier"],
    ]


def consultation(entry: ConsultationEntry) -> Iterator[tuple[str, list]]:
    """(table, row) for all that the tables hold of one consultation."""
    content = entry.current["contenu"]
    for rank, values in enumerate(_results(entry), 1):
        yield "concertations", values
        part = content["resultats"][rank - 1]
        for place, item in enumerate(part["constats"], 1):
            yield "constats", [entry.identifier, rank, place, item["nature"], item["texte"]]
        for place, item in enumerate(part["propositions"], 1):
            destination = item["destinataire"]
            yield "propositions", [item["identifiant"], entry.identifier, rank, place, item["texte"], destination]
    for key, label in _publics(content["canevas"]["public_associe"]):
        yield "concertations_publics", [entry.identifier, key, label]
    for place, row in enumerate(content["seances"], 1):
        times = [_utc(row["debut"]), _utc(row["fin"])]
        yield "sequences", [entry.identifier, place, *times, row["lieu"], row["modalite"], row["presents"]]
    for version in entry.record["versions"]:
        yield "publications", _version(entry, version)


def _results(entry) -> Iterator[list]:
    """One row a section 3, in the order of the columns."""
    form, content = entry.current, entry.current["contenu"]
    canvas = content["canevas"]
    shared = {
        "concertation": entry.identifier,
        "version": form["version"],
        "organisation": content["territoire"]["code"],
        "titre": content["titre"],
        "question": content["question"],
        "etat": ConsultationState(entry.record["etat"]).label,
        "publiee_le": _utc(form["publiee_le"]),
        "decide": content["cadre"]["decide"],
        "arbitrage": content["cadre"]["arbitrage"],
        "reponse_attendue": date_of(content["cadre"]["reponse_attendue"]),
        "debut_reel": date_of(content["dates_reelles"]["debut"]),
        "intervenants": _speakers(canvas["intervenants"], form["intervenants_nommes"]),
    }
    for rank, (section, part) in enumerate(zip(canvas["_sections3"], content["resultats"], strict=True), 1):
        values = {"resultat": rank, "fin_reelle": date_of(part["fin_reelle"])}
        for field in FIELDS:
            values |= _answer(field, canvas[field.key] if field.section < 3 else section[field.key])
        values |= shared
        yield [values[name] for name in CONSULTATIONS.columns]


def _answer(field, value) -> dict:
    """The columns of one field: itself, and its « autre » when it has one."""
    if field.choices:
        chosen = (value or {}).get("choix") or []
        other = {f"{field.key}_autre": (value or {}).get("autre")} if field.other else {}
        return {field.key: chosen or None} | other
    if value is None:
        return {field.key: None}
    if field.kind is Kind.DATE:
        return {field.key: date_of(value)}
    if field.kind is Kind.COUNT:
        return {field.key: int(value)}
    if field.kind is Kind.ITEMS:
        return {field.key: BULLET.sub("", value)}  # one item a line says it already
    return {field.key: value}


def _speakers(answer, named) -> str | None:
    """« Oui. » or « Non. », then those who agree to be named, one a line."""
    if answer is None:
        return None
    lines = [", ".join(filter(None, (row["nom"], row["profession"], row["titre"]))) for row in named]
    return "\n".join([f"{answer}.", *lines])


def _publics(answer) -> Iterator[tuple[str, str]]:
    answer = answer or {"choix": [], "autre": None}
    for label in dict.fromkeys(answer["choix"]):
        if label in PUBLIC_KEYS:
            yield PUBLIC_KEYS[label], label
    if answer["autre"]:
        yield OTHER, answer["autre"]


def _version(entry, version) -> list:
    form = entry.forms.get(version["version"])
    return [
        entry.identifier,
        version["version"],
        _utc(version["publiee_le"]),
        version["motif"],
        form is entry.current,
        version["sha256"],
        form["masque_depuis"] if form else None,
        _utc(version["retiree_le"]),
        version["motif_retrait"],
        version["fichier"],
    ]


def _utc(moment) -> str | None:
    """« 2024-10-15T16:30:00Z »: one zone for all the moments of the archive, to the second."""
    if not moment:
        return None
    return f"{dt.datetime.fromisoformat(moment).astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
