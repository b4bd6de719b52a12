"""What consultations show in the six steps of the workspace, say before a publication, and put in the weekly mail."""

import datetime as dt

from django.utils import timezone

from concertia.consultations import rules
from concertia.consultations.engine_inputs import record_of
from concertia.consultations.enums import ConsultationState, FieldDecision, FindingKind, ImportState
from concertia.consultations.models import Consultation
from concertia.consultations.queries import territories_with_work
from concertia.core.digest import register_digest
from concertia.core.panels import Panel
from concertia.core.panels import register as register_panel
from concertia.engine.canvas.fields import BY_KEY, REQUIRED


def frame(consultation, user):
    told = (consultation.decider, consultation.arbitration, consultation.answer_due)
    following = rules.STEPS.get(consultation.state)
    return {
        "done": all(told),
        "can_edit": rules.can_edit(user, consultation),
        "can_cancel": rules.can_cancel(user, consultation),
        "next_state": ConsultationState(following) if following else None,
        "blocked": rules.blocks_announcing(consultation) if following == ConsultationState.ANNOUNCED else "",
    }


def stakeholders(consultation, user):
    return {"rows": list(consultation.stakeholders.all()), "can_edit": rules.can_edit(user, consultation)}


def _labels(key, chosen, other):
    labels = [choice.label for choice in BY_KEY[key].choices if choice.key in chosen]
    return [*labels, other] if other else labels


def recruitment(consultation, user):
    methods = _labels("recrutement", consultation.recruitment, consultation.recruitment_other)
    return {
        "done": bool(methods),
        "methods": methods,
        "publics": _labels("public_associe", consultation.publics, consultation.publics_other),
        "can_edit": rules.can_edit(user, consultation),
    }


def sessions(consultation, user):
    rows = list(consultation.sessions.all())
    return {"done": bool(rows), "rows": rows, "can_edit": rules.can_edit_sessions(user, consultation)}


def speakers(consultation, user):
    rows = list(consultation.speakers.present())
    return {"rows": rows, "can_edit": rules.can_edit(user, consultation)}


def findings(consultation, user):
    kinds = [row.kind for part in consultation.results.prefetch_related("findings") for row in part.findings.all()]
    propositions = consultation.propositions.filter(results__isnull=False).count()
    return {
        "done": propositions > 0,
        "vigilances": kinds.count(FindingKind.VIGILANCE),
        "diagnostics": len(kinds) - kinds.count(FindingKind.VIGILANCE),
        "propositions": propositions,
        "can_edit": rules.can_edit(user, consultation),
    }


def canvas(consultation, user):
    missing = rules.missing_required(record_of(consultation))
    return {
        "done": not missing,
        "filled": len(REQUIRED) - len(set(missing)),
        "required": len(REQUIRED),
        "missing": [BY_KEY[key].screen_label for key in dict.fromkeys(missing)],
        "can_edit": rules.can_edit(user, consultation),
    }


def documents(consultation, user):
    rows = list(consultation.imports.select_related("uploaded_by"))
    return {"rows": rows, "can_edit": rules.can_edit(user, consultation)} if rows else None


def publications(consultation, user):
    rows = list(consultation.publications.all())
    return {
        "done": any(row.withdrawn_at is None for row in rows),
        "rows": rows,
        "can_publish": rules.can_publish(user, consultation),
        "can_unpublish": rules.can_unpublish(user, consultation),
    }


def answers(consultation, user):
    published = consultation.propositions.filter(number__isnull=False, results__isnull=False)
    follow_up = [row.follow_up for row in consultation.results.all() if row.follow_up]
    return {
        "done": consultation.state in (ConsultationState.FOLLOWED, ConsultationState.CLOSED),
        "rows": list(published.select_related("consultation__territory")),
        "follow_up": follow_up,
        "can_edit": rules.can_edit(user, consultation),
    }


def warnings(consultation, user):
    """What a person should know before publishing; none of it blocks."""
    waiting = [
        BY_KEY[line["cle"]].screen_label
        for document in consultation.imports.filter(state=ImportState.TO_REVIEW)
        for line in document.reading["champs"]
        if line["decision"] in (FieldDecision.PENDING, FieldDecision.DIFFERENT)
    ]
    hidden = consultation.speakers.present().filter(may_be_published=False).count()
    return {
        "to_confirm": list(dict.fromkeys(waiting)),
        "no_follow_up": not any(row.follow_up for row in consultation.results.all()),
        "hidden_speakers": hidden,
        "frame_missing": not all((consultation.decider, consultation.arbitration, consultation.answer_due)),
    }


def late_answers(subject, user):
    """For the commission: consultations announced whose promised date of answer has passed; a draft is not its own."""
    left_out = (ConsultationState.PROJECT, *rules.OVER)
    rows = Consultation.objects.filter(answer_due__lt=timezone.localdate()).exclude(state__in=left_out)
    return {"rows": rows.select_related("territory").order_by("answer_due")}


def waiting_for(user):
    """What a person's week holds: documents to read again, answers promised soon or late."""
    lines = []
    soon = timezone.localdate() + dt.timedelta(days=14)
    for _, _, consultations in territories_with_work(user):
        for row in consultations:
            if row.documents_waiting and rules.can_edit(user, row):
                lines.append(f"{row.title} : {row.documents_waiting} document(s) déposé(s) à relire.")
            if row.answer_due and row.answer_due <= soon and row.state not in rules.OVER:
                late = "en retard, promise" if row.answer_due < timezone.localdate() else "promise"
                lines.append(f"{row.title} : réponse {late} pour le {row.answer_due:%d/%m/%Y}.")
    return lines


def register():
    for place, name, order, items in (
        ("cadrer", "frame", 10, frame),
        ("cadrer", "stakeholders", 20, stakeholders),
        ("recruter", "recruitment", 10, recruitment),
        ("recueillir", "sessions", 10, sessions),
        ("recueillir", "speakers", 20, speakers),
        ("analyser", "findings", 10, findings),
        ("documenter", "canvas", 10, canvas),
        ("documenter", "documents", 20, documents),
        ("documenter", "publications", 30, publications),
        ("rendre-compte", "answers", 10, answers),
        ("avant-publication", "warnings", 10, warnings),
        ("commission", "late_answers", 10, late_answers),
    ):
        register_panel(Panel(place, name, order, f"workspace/panels/{name}.html", items))
    register_digest("consultations", waiting_for)
