"""A consultation's rows turned into the record that `engine.canvas` writes, and into what a publication freezes."""

import datetime as dt
from decimal import Decimal

from concertia.consultations.enums import Addressee, FindingKind
from concertia.engine.canvas.fields import BY_KEY
from concertia.engine.privacy.masking import masked, masks_for

KIND_PREFIX = {FindingKind.BRAKE: "Frein : ", FindingKind.OPPORTUNITY: "Opportunité : "}
ADDRESSEE_PREFIX = {Addressee.AUTHORITY: "Collectivité : ", Addressee.PUBLIC_POWERS: "Pouvoirs publics : "}


def french_date(value) -> str | None:
    return f"{value:%d/%m/%Y}" if value else None


def date_of(french: str | None) -> dt.date | None:
    """The date of a record, as `french_date` wrote it."""
    return dt.datetime.strptime(french, "%d/%m/%Y").date() if french else None


def french_number(value: Decimal) -> str:
    return f"{value.normalize():f}".replace(".", ",")


def sessions_text(count, hours) -> str | None:
    """« 4 séances, 10 heures »: the seed's label mixes a count and hours, so both are written with their unit."""
    parts = []
    if count is not None:
        parts.append(f"{count} séance{'s' if count > 1 else ''}")
    if hours is not None:
        parts.append(f"{french_number(hours)} heure{'s' if hours >= 2 else ''}")
    return ", ".join(parts) or None


def choices_value(key, chosen, other) -> dict | None:
    labels = [choice.label for choice in BY_KEY[key].choices if choice.key in chosen]
    return {"choix": labels, "autre": other or None} if labels or other else None


def speakers_value(consultation) -> str | list | None:
    """« Oui » or « Non », and one line a speaker; a list when there are speakers, so that consent goes with each."""
    speakers = list(consultation.speakers.present())
    if speakers:
        return [
            {"nom": row.name, "profession": row.office, "titre": row.talk, "publiable": row.may_be_published}
            for row in speakers
        ]
    return {True: "Oui", False: "Non", None: None}[consultation.invited_speakers]


def _numbered(lines) -> str | None:
    return "\n".join(f"{rank}. {line}" for rank, line in enumerate(lines, 1)) or None


def _dashed(lines) -> str | None:
    return "\n".join(f"- {line}" for line in lines) or None


def results_record(results) -> dict:
    findings = list(results.findings.all())
    return {
        "date_fin_prevue": french_date(results.planned_end),
        "nb_sequences": sessions_text(results.sessions_count, results.sessions_hours),
        "nb_participants": None if results.participants is None else str(results.participants),
        "points_vigilance": _dashed(row.text for row in findings if row.kind == FindingKind.VIGILANCE),
        "diagnostics": _dashed(
            KIND_PREFIX.get(row.kind, "") + row.text for row in findings if row.kind != FindingKind.VIGILANCE
        ),
        "propositions": _numbered(
            ADDRESSEE_PREFIX.get(row.addressee, "") + row.text for row in results.propositions.all()
        ),
        "droit_de_suite": results.follow_up or None,
        "acces_ressources": results.resources or None,
    }


def record_of(consultation) -> dict:
    """The whole canvas of a draft, personal data included: for the authority's own documents."""
    rows = list(consultation.results.prefetch_related("findings", "propositions"))
    return {
        "collectivite": consultation.authority_name or None,
        "personne_referente": consultation.referent_email or None,
        "date_debut_prevue": french_date(consultation.planned_start),
        "public_associe": choices_value("public_associe", consultation.publics, consultation.publics_other),
        "amo": consultation.used_consultant,
        "intervenants": speakers_value(consultation),
        "objectifs": consultation.objectives or None,
        "recrutement": choices_value("recrutement", consultation.recruitment, consultation.recruitment_other),
        "animation": choices_value("animation", consultation.facilitation, consultation.facilitation_other),
        "sujet_evolution": consultation.subject or None,
        "restitution": consultation.feedback_method or None,
        "_sections3": [results_record(row) for row in rows] or [dict.fromkeys(SECTION3)],
    }


SECTION3 = [key for key, field in BY_KEY.items() if field.section == 3]


def masks_of(consultation):
    """What nobody may read in public: the referent's mail, and the speakers who do not agree to be named."""
    speakers = consultation.speakers.all()
    agreed = {row.name for row in speakers if row.may_be_published}
    withheld = {row.name for row in speakers if not row.may_be_published}
    return masks_for([consultation.referent_email], withheld - agreed)


def publication_content(consultation) -> dict:
    """What a publication freezes: the canvas, its items and the frame; no mail, no speaker's name or office.

    A mail or a name withheld that a free answer repeats is masked before it is frozen.
    """
    return masked(_whole_content(consultation), masks_of(consultation))


def shown_content(publication) -> dict:
    """A frozen version as it may be read today: a consent withdrawn since masks the name in the answers too."""
    return masked(publication.content, masks_of(publication.consultation))


def shown_reasons(publication) -> tuple[str, str]:
    """Why this version, and why it was taken down: typed by hand, so masked like the rest."""
    reason, withdrawn = masked([publication.reason, publication.withdrawn_reason], masks_of(publication.consultation))
    return reason, withdrawn


def _whole_content(consultation) -> dict:
    record = record_of(consultation)
    record["personne_referente"] = None
    present = list(consultation.speakers.present())
    speakers = [row for row in present if row.may_be_published]
    record["intervenants"] = {True: "Oui", False: "Non", None: None}[True if present else consultation.invited_speakers]
    return {
        "format": "concertia/publication/1",
        "identifiant": consultation.public_id,
        "territoire": {
            "code": consultation.territory.short_code,
            "nom": consultation.territory.name,
            "nature": consultation.territory.get_kind_display(),
        },
        "titre": consultation.title,
        "question": consultation.question,
        "cadre": {
            "decide": consultation.decider,
            "arbitrage": consultation.arbitration,
            "reponse_attendue": french_date(consultation.answer_due),
        },
        "dates_reelles": {"debut": french_date(consultation.actual_start)},
        "canevas": record,
        "intervenants": [{"cle": row.key, "titre": row.talk} for row in speakers],
        "acteurs": [
            {"nom": row.name, "pourquoi": row.why, "invite": row.invited, "venu": row.came}
            for row in consultation.stakeholders.all()
        ],
        "seances": [
            {
                "debut": row.starts_at.isoformat(),
                "fin": row.ends_at.isoformat() if row.ends_at else None,
                "lieu": row.place,
                "modalite": row.get_mode_display(),
                "presents": row.attendance,
            }
            for row in consultation.sessions.all()
        ],
        "resultats": [
            {
                "fin_reelle": french_date(row.actual_end),
                "constats": [{"nature": item.get_kind_display(), "texte": item.text} for item in row.findings.all()],
                "propositions": [
                    {
                        "identifiant": item.public_id,
                        "texte": item.text,
                        "destinataire": item.get_addressee_display() if item.addressee else "",
                    }
                    for item in row.propositions.all()
                ],
            }
            for row in consultation.results.prefetch_related("findings", "propositions__consultation__territory")
        ],
    }
