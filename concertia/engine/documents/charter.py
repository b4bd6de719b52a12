"""A charter as it was signed: its text in blocks, and the tagged PDF of a signature."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from concertia.engine.documents.tagged_pdf import french, tagged_pdf

TEMPLATE = Path(__file__).with_name("charter.typ").read_bytes()


@dataclass(frozen=True)
class Block:
    """A piece of the text: `kind` is title (level 2 or 3), paragraph or list."""

    kind: str
    lines: tuple[str, ...]
    level: int = 0


def blocks(text: str) -> tuple[Block, ...]:
    """The text in blocks; titles begin with « ## » or « ### », list items with « - », blank lines separate.

    >>> [block.kind for block in blocks("## Avant\\nUn texte.\\n\\n- un\\n- deux")]
    ['title', 'paragraph', 'list']
    """
    found: list[Block] = []
    for line in text.split("\n"):
        mark, _, rest = line.partition(" ")
        if mark in ("##", "###"):
            found.append(Block("title", (rest,), len(mark)))
        elif mark == "-" and found and found[-1].kind == "list":
            found[-1] = Block("list", (*found[-1].lines, rest))
        elif mark == "-":
            found.append(Block("list", (rest,)))
        elif line.strip():
            found.append(Block("paragraph", (line,)))
    return tuple(found)


@dataclass(frozen=True)
class SignedCharter:
    """What the PDF shows; every value is text, `clauses` are those that the signatory ticked."""

    title: str
    label: str
    text: str
    commitment: str
    clauses: tuple[str, ...]
    territory: str
    signatory: str
    office: str
    signed_on: str
    manner: str
    authority: str
    fingerprint: str
    note: str = ""


def charter_pdf(charter: SignedCharter) -> bytes:
    """The tagged PDF (PDF/UA-1) of a signed charter; the same signature always gives the same bytes."""
    shown = {
        "title": f"{charter.title} — {charter.territory}",
        "heading": charter.title,
        "label": charter.label,
        "territory": charter.territory,
        "signatory": charter.signatory,
        "office": charter.office,
        "signed_on": charter.signed_on,
        "manner": charter.manner,
        "authority": charter.authority,
        "commitment": charter.commitment,
        "fingerprint": charter.fingerprint,
        "notes": [charter.note] if charter.note else [],
        "clauses": [french(clause) for clause in charter.clauses],
        "blocks": [
            {"kind": block.kind, "level": block.level, "lines": [french(line) for line in block.lines]}
            for block in blocks(charter.text)
        ],
    }
    return tagged_pdf(TEMPLATE, "charter", shown)
