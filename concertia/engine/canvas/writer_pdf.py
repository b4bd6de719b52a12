"""The canvas as a tagged PDF (PDF/UA-1), drawn by Typst with the fonts it carries.

People's words reach the template as JSON, never as markup. A character that these fonts do not hold is shown as « ▯ »,
and a line of the document says how many: PDF/UA forbids a glyph that means nothing.
"""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path
from typing import Any

from concertia.engine.canvas.fields import INTRODUCTION, OTHER_LABEL, REQUIRED_NOTE, SUBTITLE, Kind
from concertia.engine.canvas.writer_sheet import PUBLIC_NOTE, Answer, Block, Sheet, link_target, shorten
from concertia.engine.documents.tagged_pdf import french, tagged_pdf

TEMPLATE = Path(__file__).with_name("writer_pdf.typ").read_bytes()
LONG_WORD = 25  # characters: « anticonstitutionnellement » stays whole
HEIGHTS = {Kind.LONG_TEXT: 2.6, Kind.ITEMS: 3.2, Kind.SPEAKERS: 2.6, Kind.URLS: 1.4}  # centimetres, on the blank canvas
BULLET = re.compile(r"\s*[-–—•*·]\s+")
NUMBER = re.compile(r"\s*(\d{1,3})[.)]\s+")
NOT_ANSWERED = "Non renseigné"


def write_pdf(canvas: Sheet) -> bytes:
    """The tagged PDF of a canvas."""
    return tagged_pdf(TEMPLATE, "canvas", _data(canvas))


def pieces(text: str, *, wide: int = 20) -> list[str]:
    """The text cut where a line may end inside its long words (addresses after their signs, then every `wide`).

    >>> "".join(pieces("https://val-fleuri.example/concertation-ia")) == "https://val-fleuri.example/concertation-ia"
    True
    """
    cut = [""]
    for word in re.split(r"( +)", text):
        if len(word) <= LONG_WORD:
            cut[-1] += word
            continue
        for part in re.findall(r"[^/?&=._@-]*[/?&=._@-]+|[^/?&=._@-]+", word):
            cut += [part[start : start + wide] for start in range(0, len(part), wide)]
        cut.append("")
    return [piece for piece in cut if piece] or [""]


def _data(canvas: Sheet) -> dict[str, Any]:
    question = _question(canvas)
    authority = canvas.authority
    kicker = f"Concertations territoriales de l’IA · {SUBTITLE}"
    notes = [INTRODUCTION, REQUIRED_NOTE] if canvas.blank else []
    return {
        "title": canvas.title,
        "author": shorten(authority or "Les Interconnectés", 120),
        "kicker": kicker if authority else SUBTITLE.capitalize(),
        "heading": pieces(french(shorten(authority or "Concertations territoriales de l’IA", 120)), wide=10),
        "running": pieces(french(shorten(authority or "Canevas de documentation", 48)), wide=10),
        "question": pieces(french(question)) if question else [],
        "question_short": pieces(french(shorten(question, 70)), wide=10) if question else [""],
        "footer": kicker,
        "notes": [french(note) for note in (*notes, *([PUBLIC_NOTE] if canvas.public else []))],
        "blank": canvas.blank,
        "blocks": [_block(block, canvas) for block in canvas.blocks],
    }


def _question(canvas: Sheet) -> str | None:
    """The question asked: the first sentence of the field that tells it, up to its question mark."""
    told = canvas.record["sujet_evolution"]
    if not told:
        return None
    first = told.split("\n")[0]
    asked = re.match(r"[^?]*\?(?:\s*»)?", first)
    return shorten(asked.group() if asked else first, 240)


def _block(block: Block, canvas: Sheet) -> dict[str, Any]:
    several = f" ({block.rank} sur {block.total})" if block.total > 1 else ""
    note = f"({block.section.note})" if canvas.blank and block.section.note else ""
    fields = [_field(answer, canvas) for answer in block.answers]
    return {"heading": french(block.heading + several), "note": french(note), "fields": fields}


def _field(answer: Answer, canvas: Sheet) -> dict[str, Any]:
    field = answer.field
    star = "*" if canvas.blank and field.required else ""
    boxes = [choice.label for choice in field.choices] + ([OTHER_LABEL] if field.other else [])
    return {
        "label": french((field.label if canvas.blank else field.screen_label) + star),
        "hint": french(field.hint),
        "boxes": ["oui", "non"] if field.kind is Kind.YES_NO else boxes,
        "height": HEIGHTS.get(field.kind, 0.9),
        "empty": NOT_ANSWERED if answer.value is None else "",
        "groups": _groups(answer),
        "note": french(_note(answer)),
        "long": len(answer.lines) > 12 or len(str(answer.value)) > 900,
        **_withheld(answer, canvas),
    }


def _withheld(answer: Answer, canvas: Sheet) -> dict[str, str]:
    """What a public document says in place of a person."""
    if canvas.public and answer.field.kind is Kind.EMAIL:
        return {"empty": "Par le formulaire de contact de la page de la concertation"}
    if answer.field.kind is not Kind.SPEAKERS or not canvas.withheld:
        return {}
    if canvas.withheld == 1:
        return {"note": "1 intervenant·e dont le nom n’est pas publié"}
    return {"note": f"{canvas.withheld} intervenant·es dont les noms ne sont pas publiés"}


def _note(answer: Answer) -> str:
    if not answer.chosen and not answer.other:
        return ""
    rest = [choice.label for choice in answer.field.choices if choice.label not in answer.chosen]
    return f"Non coché : {', '.join(rest)}" if rest else ""


def _groups(answer: Answer) -> list[dict[str, Any]]:
    """The answer as paragraphs, lists and links."""
    if isinstance(answer.value, bool):
        return [_group("text", ["Oui" if answer.value else "Non"])]
    if isinstance(answer.value, dict):
        other = [f"Autre : {answer.other.replace(chr(10), ' ; ')}"] if answer.other else []
        return [_group("list", [*answer.chosen, *other])]
    lines = [line.strip() for line in answer.lines if line.strip()]
    if answer.field.kind is Kind.URLS:
        return [_link(line) for line in lines]
    if answer.field.kind is Kind.ITEMS and not any(BULLET.match(line) or NUMBER.match(line) for line in lines):
        return [_group("list", lines)] if lines else []
    return [group for kind, run in groupby(lines, key=_kind) for group in _listed(kind, list(run))]


def _kind(line: str) -> str:
    return "list" if BULLET.match(line) else "enum" if NUMBER.match(line) else "text"


def _listed(kind: str, lines: list[str]) -> list[dict[str, Any]]:
    """A run of lines of one kind; numbers that do not follow each other stay as they were typed."""
    if kind == "list":
        return [_group("list", [BULLET.sub("", line, count=1) for line in lines])]
    if kind == "enum":
        numbers = [int(found[1]) for line in lines if (found := NUMBER.match(line))]
        if numbers == list(range(numbers[0], numbers[0] + len(numbers))):
            group = _group("enum", [NUMBER.sub("", line, count=1) for line in lines])
            return [{**group, "start": numbers[0]}]
    return [_group("text", lines)]


def _link(line: str) -> dict[str, Any]:
    target = link_target(line)
    if target is None:
        return _group("text", [line])
    return {"kind": "link", "target": target, "lines": [pieces(line)]}


def _group(kind: str, lines: list[str]) -> dict[str, Any]:
    return {"kind": kind, "lines": [pieces(french(line)) for line in lines]}
