"""Filled canvases for the journeys: those of strangers, and those that the product itself writes."""

import io
import json
import re
import zipfile
from pathlib import Path

from pypdf import PdfReader

from concertia.engine.canvas.reader import read
from concertia.engine.canvas.writer import write

STRANGERS = Path(__file__).parents[1] / "engine" / "canvas" / "data" / "strangers"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def stranger(name):
    return (STRANGERS / name).read_bytes()


def answers(name):
    return json.loads((STRANGERS / name).with_suffix(".json").read_text(encoding="utf-8"))


def record(authority="Commune fictive d’Aubrelle", **changes):
    """A whole record, small, of an authority that does not exist."""
    section3 = {
        "date_fin_prevue": "12/02/2025",
        "nb_sequences": "2 séances",
        "nb_participants": "24",
        "points_vigilance": "- Le guichet doit rester ouvert",
        "diagnostics": "- Frein : outils mal connus",
        "propositions": "1. Former les agents\n2. Publier la liste des outils",
        "droit_de_suite": "Réponse en conseil avant juin.",
        "acces_ressources": "https://aubrelle.example/ia",
    }
    whole = {
        "collectivite": authority,
        "personne_referente": "ia@aubrelle.example",
        "date_debut_prevue": "15/10/2024",
        "public_associe": {"choix": ["agents", "élus"], "autre": None},
        "amo": False,
        "intervenants": "Non",
        "objectifs": "Savoir ce que les habitants attendent.",
        "recrutement": {"choix": ["tirage au sort"], "autre": None},
        "animation": {"choix": ["écriture participative"], "autre": None},
        "sujet_evolution": "Quelle place pour l’IA au guichet ?",
        "restitution": "Une plénière publique.",
        "_sections3": [section3],
    }
    for key, value in changes.items():
        (whole if key in whole else section3)[key] = value
    return whole


def document(authority="Commune fictive d’Aubrelle", extension="docx", **changes):
    return write(record(authority, **changes), extension)


def upload(name, data, kind=WORD):
    return {"name": name, "mimeType": kind, "buffer": data}


def read_again(data, name):
    """The record that the reader finds, without what it says of missing fields."""
    found = read(data, name).record()
    del found["_manquants"]
    return found


def words_of(data, extension):
    """Every word a document holds, shown or not: all its parts, all its metadata."""
    if extension == "json":
        return data.decode()
    if extension == "pdf":
        pdf = PdfReader(io.BytesIO(data))
        return "\n".join([*(page.extract_text() for page in pdf.pages), str(pdf.metadata), data.decode("latin-1")])
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        texts = [parts.read(name).decode("utf-8", "replace") for name in parts.namelist()]
    return "\n".join([*texts, *(re.sub(r"<[^>]+>", "", text) for text in texts)])
