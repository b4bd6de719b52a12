"""A grid as a CSV file: the columns that the command line reads, and the family beside them."""

from __future__ import annotations

import csv
import io
import re

from concertia.analysis.actions.codebooks import MOST_CODES, CodeInput
from concertia.analysis.coding_queries import codes_in_use, with_readable_examples
from concertia.analysis.enums import Family
from concertia.collection.phrases import sentence
from concertia.core.errors import Refused
from concertia.core.text import clean_text
from concertia.engine.notes import EngineError
from concertia.engine.readers.decoding import decode
from concertia.engine.readers.delimited import find_separator, records
from concertia.engine.readers.vocabulary import plain_name

COLUMNS = {
    "code": ("code", "codes", "cle", "identifiant"),
    "label": ("label", "libelle", "nom", "intitule", "titre", "theme"),
    "definition": ("definition", "description", "sens"),
    "examples": ("examples", "exemples", "example", "exemple"),
    "counter_examples": ("counter examples", "contre exemples", "contre exemple", "counter example"),
    "family": ("famille", "family"),
}
LARGEST = 2_000_000  # bytes
FAMILIES = {plain_name(label): value for value, label in Family.choices}


def codes_of_file(data: bytes, name: str) -> list[CodeInput]:
    """The codes of a CSV; refused with its line and column when something is wrong."""
    if len(data) > LARGEST:
        raise Refused(f"{name} pèse plus de 2 Mo : une grille tient en quelques pages, vérifiez le fichier.")
    try:
        text = decode(data).text
    except EngineError as error:
        raise Refused(f"{name} : {sentence(error.note)}") from error
    lines = [one for one in records(text, find_separator(text)) if any(cell.strip() for cell in one.cells)]
    if len(lines) < 2:
        raise Refused(f"{name} : rien sous les titres des colonnes. Colonnes attendues : code, label, definition.")
    if len(lines) - 1 > MOST_CODES:
        raise Refused(f"{name} : {len(lines) - 1} lignes, la limite est de {MOST_CODES} codes. Faites-en deux grilles.")
    headers = [plain_name(cell) for cell in lines[0].cells]
    ranks = {key: next((headers.index(one) for one in names if one in headers), -1) for key, names in COLUMNS.items()}
    if ranks["label"] < 0 and ranks["code"] < 0:
        raise Refused(f"{name}, ligne {lines[0].line} : aucune colonne « code » ni « label ». Nommez-en une ainsi.")
    return [_code(one, ranks, name) for one in lines[1:]]


def _code(line, ranks, name) -> CodeInput:
    cells = {
        key: _as_typed(line.cells[rank]) if 0 <= rank < len(line.cells) else "" for key, rank in ranks.items()
    }  # fmt: skip
    label = cells["label"] or cells["code"]
    if not label:
        raise Refused(f"{name}, ligne {line.line} : ni « code » ni « label ». Donnez un nom à chaque ligne.")
    family = plain_name(cells["family"])
    found = next((value for words, value in FAMILIES.items() if family and family in (words, words[:-1], value)), None)
    if family and found is None:
        raise Refused(
            f"{name}, ligne {line.line} : la famille « {cells['family'][:60]} » n’existe pas. "
            "Écrivez Risques, Opportunités ou Leviers, ou laissez vide."
        )
    return CodeInput(
        label, cells["definition"], _several(cells["examples"]), _several(cells["counter_examples"]), found or ""
    )


def file_of_codebook(codebook) -> bytes:
    """The codes in use, as `codes_of_file` and the command line read them; the code is its number in the grid."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["code", "label", "definition", "examples", "counter examples", "famille"])
    for code in with_readable_examples(codebook.consultation, codes_in_use(codebook)):
        family = code.get_family_display() if code.family else ""
        cells = [code.label, code.definition, " | ".join(code.readable), " | ".join(code.counter_examples), family]
        writer.writerow([f"C{code.pk}", *map(_as_text, cells)])
    return out.getvalue().encode("utf-8-sig")


def _several(cell: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in re.split(r"[|\n]", cell) if one.strip())


def _as_text(cell: str) -> str:
    """A cell that a spreadsheet would compute is told as text."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t")) else cell


def _as_typed(cell: str) -> str:
    text = clean_text(cell)
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text
