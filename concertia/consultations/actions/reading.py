"""A reading laid beside a draft: what the draft takes, what differs, what a person must look at."""

from dataclasses import asdict

from concertia.consultations.actions.canvas import CanvasInput, ItemInput, ResultsInput, SpeakerInput
from concertia.consultations.engine_inputs import record_of
from concertia.consultations.enums import Addressee, FieldDecision, FindingKind
from concertia.consultations.models import Consultation, Results, new_key
from concertia.consultations.phrases import place, sentence
from concertia.engine.canvas import values
from concertia.engine.canvas.fields import BY_KEY, Kind
from concertia.engine.canvas.reading import Status

# Canvas key → the draft's field, for those that hold the value as it is.
PLAIN = {
    "collectivite": "authority_name",
    "personne_referente": "referent_email",
    "amo": "used_consultant",
    "objectifs": "objectives",
    "sujet_evolution": "subject",
    "restitution": "feedback_method",
    "droit_de_suite": "follow_up",
    "acces_ressources": "resources",
}
DATES = {"date_debut_prevue": "planned_start", "date_fin_prevue": "planned_end"}
CHOICES = {"public_associe": "publics", "recrutement": "recruitment", "animation": "facilitation"}
DIAGNOSTIC_KINDS = {"frein": FindingKind.BRAKE, "opportunite": FindingKind.OPPORTUNITY}
ADDRESSEES = {"collectivite": Addressee.AUTHORITY, "pouvoirs_publics": Addressee.PUBLIC_POWERS}
# What a field of the form takes; beyond, a person copies what matters.
LONGEST, MOST_PARTICIPANTS, MOST_SESSIONS = 20_000, 10_000_000, 100_000
DRAFT_FIELDS = [PLAIN[key] for key in PLAIN if BY_KEY[key].section < 3] + [
    "planned_start",
    "invited_speakers",
    *CHOICES.values(),
    *(f"{name}_other" for name in CHOICES.values()),
]
RESULTS_FIELDS = ["planned_end", "actual_end", "sessions_count", "sessions_hours", "participants", "follow_up"] + [
    "resources"
]


def reading_as_json(reading) -> dict:
    """A reading as it is kept beside its document, with the French of what a person is asked."""
    return {
        "resultats": reading.results,
        "remarques": [sentence(note) for note in reading.notes],
        "champs": [
            {
                "cle": line.key,
                "resultat": line.result,
                "statut": line.status.value,
                "valeur": line.value,
                "texte": line.text,
                "lieu": place(line.place, line.result if reading.results > 1 else None) if line.place else "",
                "raison": sentence(line.reason) if line.reason else "",
                "decision": "",
            }
            for line in reading.fields
        ],
    }


def draft_of(consultation) -> CanvasInput:
    """The draft as `save_canvas` would receive it, so that a reading changes only what it must."""
    rows = list(consultation.results.prefetch_related("findings", "propositions"))
    return CanvasInput(
        values={name: getattr(consultation, name) for name in DRAFT_FIELDS},
        speakers=[
            SpeakerInput(
                row.key,
                {
                    "name": row.name,
                    "office": row.office,
                    "talk": row.talk,
                    "may_be_published": row.may_be_published,
                },
            )
            for row in consultation.speakers.present()
        ],
        results=[_results_input(row) for row in rows],
    )


def _results_input(row) -> ResultsInput:
    findings = list(row.findings.all())
    vigilance = FindingKind.VIGILANCE
    return ResultsInput(
        row.key,
        {name: getattr(row, name) for name in RESULTS_FIELDS},
        [ItemInput(item.key, item.text) for item in findings if item.kind == vigilance],
        [ItemInput(item.key, item.text, item.kind) for item in findings if item.kind != vigilance],
        [ItemInput(item.key, item.text, item.addressee) for item in row.propositions.all()],
    )


def fill(consultation, reading, *, take=frozenset()):
    """The draft with what was read for sure in its empty fields, and the decision on each field.

    `take` names the (key, result) that a person asked to take from the document whatever the draft holds: the others
    stay as they are, those that were emptied since too.
    """
    canvas = draft_of(consultation)
    record = record_of(consultation)
    decisions = {}
    for line in reading["champs"]:
        address = (line["cle"], line["resultat"])
        if take and address not in take:
            continue
        while line["resultat"] is not None and len(canvas.results) <= line["resultat"]:
            canvas.results.append(ResultsInput(new_key(), {}))
        current = _current(record, *address)
        decision = _decide(line, current, asked=address in take)
        if decision == FieldDecision.TAKEN and not _put(canvas, line):
            decision = FieldDecision.PENDING
        decisions[address] = decision
    return canvas, decisions


def _current(record, key, result):
    if result is None:
        return record[key]
    return record["_sections3"][result][key] if result < len(record["_sections3"]) else None


def _decide(line, current, *, asked):
    if line["statut"] == Status.MISSING.value:
        return ""
    if asked:
        return FieldDecision.TAKEN
    if line["statut"] == Status.CONFIRM.value:
        return FieldDecision.PENDING
    if current is None:
        return FieldDecision.TAKEN
    return FieldDecision.SAME if _same(line["valeur"], current) else FieldDecision.DIFFERENT


def _same(read, current) -> bool:
    if isinstance(read, str) and isinstance(current, str):
        return " ".join(read.split()) == " ".join(current.split())
    return read == current


def _put(canvas, line) -> bool:
    """Write one value read into the canvas; False when the words cannot become what the field holds."""
    key, value = line["cle"], line["valeur"]
    target = canvas if line["resultat"] is None else canvas.results[line["resultat"]]
    if value is None or (isinstance(value, str) and len(value) > LONGEST):
        return False
    if BY_KEY[key].kind is Kind.ITEMS:
        return _put_items(target, key, value)
    if key == "intervenants":
        return _put_speakers(canvas, value)
    converted = _converted(key, value)
    if converted is None:
        return False
    target.values.update(converted)
    return True


def _converted(key, value) -> dict | None:
    """The draft's fields for one value, or None when it is not sure or too long to be one."""
    if key in PLAIN:
        model = Results if BY_KEY[key].section == 3 else Consultation
        limit = model._meta.get_field(PLAIN[key]).max_length
        if key == "personne_referente" and values.parse_email(value)[0] is None:
            return None
        return None if limit and len(value) > limit else {PLAIN[key]: value}
    if key in DATES:
        date, _ = values.parse_date(value)
        return {DATES[key]: date} if date else None
    if key in CHOICES:
        chosen = BY_KEY[key].keys_of(value["choix"])
        other = value["autre"] or ""
        return {CHOICES[key]: chosen, f"{CHOICES[key]}_other": other} if len(other) <= 300 else None
    if key == "nb_participants":
        count, _ = values.parse_count(value)
        return None if count is None or count > MOST_PARTICIPANTS else {"participants": count}
    count, hours, _ = values.parse_sessions(value)
    is_said = count is not None or hours is not None
    is_sane = (count or 0) <= MOST_SESSIONS and (hours or 0) < MOST_SESSIONS
    return {"sessions_count": count, "sessions_hours": hours} if is_said and is_sane else None


def _put_items(target, key, text) -> bool:
    if key == "points_vigilance":
        rows = [(item, "") for item in values.split_items(text)]
        target.vigilances = _items(rows, target.vigilances)
    elif key == "diagnostics":
        rows = [
            (item, DIAGNOSTIC_KINDS.get(kind, FindingKind.DIAGNOSTIC)) for kind, item in values.split_diagnostics(text)
        ]
        target.diagnostics = _items(rows, target.diagnostics)
    else:
        rows = [
            (item, ADDRESSEES.get(addressee, Addressee.UNSPECIFIED))
            for addressee, item in values.split_propositions(text)
        ]
        target.propositions = _items(rows, target.propositions)
    return True


def _items(rows, known) -> list[ItemInput]:
    """An item already in the draft keeps its key, hence its public number."""
    keys = {item.text: item.key for item in known}
    return [ItemInput(keys.pop(text, None) or new_key(), text, label) for text, label in rows]


def _put_speakers(canvas, text) -> bool:
    called, speakers = values.split_speakers(text)
    rows = [asdict(speaker) for speaker in speakers]
    if any(len(row["name"]) > 200 or len(row["office"]) > 200 or len(row["talk"]) > 300 for row in rows):
        return False
    canvas.values["invited_speakers"] = called
    known = {row.values["name"]: row for row in canvas.speakers if row.values["name"]}
    canvas.speakers = [_speaker_input(row, known.pop(row["name"], None)) for row in rows]
    return True


def _speaker_input(row, known) -> SpeakerInput:
    """Nobody consents in a document they did not sign: a name stays private until its box is ticked, then ticked."""
    key, agreed = (known.key, known.values["may_be_published"]) if known else (new_key(), False)
    return SpeakerInput(key, {**row, "may_be_published": agreed})
