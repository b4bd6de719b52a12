"""The engine's codes in French. No Django here: the command line speaks the same words."""

from __future__ import annotations

from concertia.engine.canvas.fields import BY_KEY
from concertia.engine.canvas.reading import Place
from concertia.engine.notes import Note

SENTENCES: dict[str, str] = {}


def sentence(note: Note) -> str:
    """The French sentence of a note; an unknown code shows itself, so that no remark is lost."""
    pattern = SENTENCES.get(note.code)
    return pattern.format(**note.params) if pattern else f"{note.code} {note.params}"


def place(where: Place | None, result: int | None = None) -> str:
    """Where words were read, as a person would point at it."""
    parts = [] if result is None else [f"résultats {result + 1}"]
    if where and where.table:
        parts.append(f"tableau {where.table}, ligne {where.row}, colonne {where.column}")
    elif where and where.paragraph:
        parts.append(f"paragraphe {where.paragraph}")
    return ", ".join(parts) or "document"


def missing_fields(keys: list[str]) -> str:
    """Which required fields are empty, by the labels people see; a field missing in two sections 3 says so."""
    names = []
    for key in dict.fromkeys(keys):
        times = keys.count(key)
        names.append(f"« {BY_KEY[key].screen_label} »" + (f" (dans {times} résultats)" if times > 1 else ""))
    head = "Ce champ requis est vide : " if len(names) == 1 else "Ces champs requis sont vides : "
    return head + ", ".join(names) + ". Complétez le canevas, puis publiez."
