"""A consultation published without a document to read: what the tests of the archives need, and quickly."""

import datetime as dt

from django.db import transaction

from concertia.consultations.actions.canvas import ItemInput, ResultsInput, SpeakerInput, save_canvas
from concertia.consultations.actions.publication import publish
from concertia.consultations.actions.reading import draft_of
from concertia.consultations.models import new_key
from concertia.territories.models import Territory
from tests import factories

DRAFT = {
    "referent_email": "referente@ville-fictive.example",
    "planned_start": dt.date(2024, 10, 15),
    "publics": ["agents", "elus"],
    "publics_other": "lycéens fictifs",
    "used_consultant": True,
    "objectives": "Comprendre les attentes.\nÉcrire à referente@ville-fictive.example.",
    "recruitment": ["tirage"],
    "facilitation": ["futurs"],
    "subject": "À quelles conditions ?",
    "feedback_method": "En plénière.",
}
RESULTS = {
    "planned_end": dt.date(2025, 3, 1),
    "actual_end": dt.date(2025, 3, 4),
    "sessions_count": 4,
    "sessions_hours": 10,
    "participants": 58,
    "follow_up": "Une réponse publique à chaque proposition.",
    "resources": "https://exemple.example/synthese",
}


def published(code, *, title="L’IA au guichet", speakers=(), draft=None, results=1, propositions=2):
    """A consultation and its référent·e; `speakers` are (name, agrees). Several in one territory follow one another."""
    territory = Territory.objects.filter(short_code=code).first() or factories.a_territory(code)
    referent = factories.a_user(territory)
    with transaction.atomic():
        consultation = factories.a_draft(territory, referent, title=title)
    canvas = draft_of(consultation)
    canvas.values.update({**DRAFT, "invited_speakers": bool(speakers), **(draft or {})})
    canvas.speakers = [
        SpeakerInput(
            new_key(), {"name": name, "office": "Chercheuse", "talk": "L’IA, dite", "may_be_published": agrees}
        )
        for name, agrees in speakers
    ]
    canvas.results = [_results(rank, propositions) for rank in range(results)]
    save_canvas(consultation, by=referent, version=consultation.version, canvas=canvas)
    publish(consultation, by=referent)
    consultation.refresh_from_db()
    return consultation, referent


def _results(rank, propositions):
    return ResultsInput(
        new_key(),
        dict(RESULTS),
        [ItemInput(new_key(), f"La crainte n° {rank} d’une perte de contact")],
        [ItemInput(new_key(), "Peu de temps", "brake"), ItemInput(new_key(), "Un guichet plus simple", "opportunity")],
        [
            ItemInput(new_key(), f"Maintenir un accueil humain, {place}", "authority" if place else "")
            for place in range(propositions)
        ],
    )


def publish_again(consultation, referent, reason="Relue par les participants.", **values):
    consultation.refresh_from_db()
    canvas = draft_of(consultation)
    canvas.values.update(values)
    save_canvas(consultation, by=referent, version=consultation.version, canvas=canvas)
    publish(consultation, by=referent, reason=reason)


def consent(consultation, referent, name, *, agrees):
    consultation.refresh_from_db()
    canvas = draft_of(consultation)
    for speaker in canvas.speakers:
        if speaker.values["name"] == name:
            speaker.values["may_be_published"] = agrees
    save_canvas(consultation, by=referent, version=consultation.version, canvas=canvas)
