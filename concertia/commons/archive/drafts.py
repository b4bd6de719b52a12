"""A published version turned back into a draft, so that an imported consultation can go on where it was."""

import datetime as dt
from dataclasses import dataclass, field

from concertia.consultations.engine_inputs import date_of
from concertia.consultations.enums import Addressee, FindingKind, PropositionState, SessionMode
from concertia.consultations.models import Consultation, Finding, Proposition, Results, Session, Speaker, Stakeholder
from concertia.engine.canvas.fields import BY_KEY
from concertia.engine.canvas.values import parse_sessions

KINDS = {kind.label: kind.value for kind in FindingKind}
ADDRESSEES = {kind.label: kind.value for kind in Addressee} | {"": ""}
MODES = {mode.label: mode.value for mode in SessionMode}


@dataclass
class Rows:
    """Rows not saved yet, with what they hang on."""

    stakeholders: list[Stakeholder] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    speakers: list[Speaker] = field(default_factory=list)
    results: list[Results] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    propositions: list[Proposition] = field(default_factory=list)

    def groups(self):
        """In the order in which they can be saved."""
        return (
            self.stakeholders,
            self.sessions,
            self.speakers,
            self.results,
            self.findings,
            self.propositions,
        )


def draft_fields(content) -> dict:
    """The fields of `Consultation` that a published content tells."""
    canvas, frame = content["canevas"], content["cadre"]
    return {
        "title": content["titre"],
        "question": content["question"],
        "decider": frame["decide"],
        "arbitration": frame["arbitrage"],
        "answer_due": date_of(frame["reponse_attendue"]),
        "authority_name": canvas["collectivite"] or "",
        "planned_start": date_of(canvas["date_debut_prevue"]),
        "actual_start": date_of(content["dates_reelles"]["debut"]),
        "used_consultant": canvas["amo"],
        "invited_speakers": {"Oui": True, "Non": False}.get(canvas["intervenants"]),
        "objectives": canvas["objectifs"] or "",
        "subject": canvas["sujet_evolution"] or "",
        "feedback_method": canvas["restitution"] or "",
        **_choices("publics", canvas, "public_associe"),
        **_choices("recruitment", canvas, "recrutement"),
        **_choices("facilitation", canvas, "animation"),
    }


def _choices(name, canvas, key) -> dict:
    answer = canvas[key] or {"choix": [], "autre": None}
    return {name: BY_KEY[key].keys_of(answer["choix"]), f"{name}_other": answer["autre"] or ""}


def gather(rows: Rows, consultation: Consultation, content: dict) -> None:
    """Add what hangs on a consultation: its actors, sessions, results with their findings and propositions."""
    for item in content["acteurs"]:
        rows.stakeholders.append(
            Stakeholder(
                consultation=consultation,
                name=item["nom"],
                why=item["pourquoi"],
                invited=item["invite"],
                came=item["venu"],
            )
        )
    for item in content["seances"]:
        rows.sessions.append(
            Session(
                consultation=consultation,
                starts_at=dt.datetime.fromisoformat(item["debut"]),
                ends_at=dt.datetime.fromisoformat(item["fin"]) if item["fin"] else None,
                place=item["lieu"],
                mode=MODES[item["modalite"]],
                attendance=item["presents"],
            )
        )
    for position, (section, part) in enumerate(
        zip(content["canevas"]["_sections3"], content["resultats"], strict=True)
    ):
        _gather_results(rows, consultation, position, section, part)


def _gather_results(rows, consultation, position, section, part):
    count, hours, _ = parse_sessions(section["nb_sequences"] or "")
    results = Results(
        consultation=consultation,
        position=position,
        planned_end=date_of(section["date_fin_prevue"]),
        actual_end=date_of(part["fin_reelle"]),
        sessions_count=count,
        sessions_hours=hours,
        participants=int(section["nb_participants"]) if section["nb_participants"] else None,
        follow_up=section["droit_de_suite"] or "",
        resources=section["acces_ressources"] or "",
    )
    rows.results.append(results)
    for place, item in enumerate(part["constats"]):
        rows.findings.append(Finding(results=results, position=place, kind=KINDS[item["nature"]], text=item["texte"]))
    for place, item in enumerate(part["propositions"]):
        rows.propositions.append(
            Proposition(
                consultation=consultation,
                results=results,
                position=place,
                number=proposition_number(item["identifiant"]),
                state=PropositionState.PUBLISHED,
                text=item["texte"],
                addressee=ADDRESSEES[item["destinataire"]],
            )
        )


def proposition_number(identifier: str) -> int:
    """« VAL-01-P07 » is the seventh."""
    return int(identifier.rpartition("-P")[2])
