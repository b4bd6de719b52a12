"""Tagged PDF (PDF/UA-1) drawn by Typst with the fonts it carries: the same bytes on every machine.

People's words reach a template as JSON, never as markup. A character that these fonts do not hold is shown as « ▯ »,
and a line of the document says so: PDF/UA forbids a glyph that means nothing.
"""

from __future__ import annotations

import json
import re
from typing import Any

import typst

TRIES = 8  # compilations, each naming more characters that no font holds, before all but Latin is replaced
ABSENT = "▯"
UNSHOWN = re.compile(r"the text `(\".*?\")` could not be displayed")
BEYOND_LATIN = re.compile("[^\n\t -\u024f\u2010-\u2027\u202f-\u203a\u20ac☐☒▯]")
DAY = re.compile(
    r"\b(\d{1,2}|1er) (?=(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)\b)"
)


def tagged_pdf(template: bytes, name: str, data: dict[str, Any]) -> bytes:
    """The PDF of a Typst template that reads its data as JSON under `name`; `data["notes"]` is a list of sentences.

    Same data, same bytes. Raises `typst.TypstError` when the template itself is wrong.
    """
    absent: set[str] = set()
    for _ in range(TRIES):
        try:
            return _compile(template, name, _replaced(data, absent))
        except typst.TypstError as error:
            found = _unshown(str(error.diagnostic))
            if not found - absent:
                raise
            absent |= found
    absent |= set(BEYOND_LATIN.findall(json.dumps(data, ensure_ascii=False)))
    return _compile(template, name, _replaced(data, absent))


def _compile(template: bytes, name: str, data: dict[str, Any]) -> bytes:
    inputs = {name: json.dumps(data, ensure_ascii=False)}
    return typst.compile(
        template,
        format="pdf",
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        sys_inputs=inputs,
        timestamp=0,
    )


def _unshown(diagnostic: str) -> set[str]:
    """The characters that Typst could not show, from its message, which quotes them as Rust does."""
    found: set[str] = set()
    for quoted in UNSHOWN.findall(diagnostic):
        text = re.sub(r"\\u\{([0-9a-f]+)\}", lambda code: chr(int(code[1], 16)), quoted[1:-1])
        found |= {character for character in text if ord(character) > 0x24F}
    return found


def _replaced(data: dict[str, Any], absent: set[str]) -> dict[str, Any]:
    """The data with « ▯ » for the absent characters, and a note that says so."""
    if not absent:
        return data
    table = {ord(character): ABSENT for character in absent}

    def within(value: Any) -> Any:
        if isinstance(value, str):
            return value.translate(table)
        if isinstance(value, list):
            return [within(item) for item in value]
        return {key: within(item) for key, item in value.items()} if isinstance(value, dict) else value

    replaced: dict[str, Any] = within(data)
    note = f"Les caractères que la police de ce document ne contient pas y sont remplacés par {ABSENT}."
    replaced["notes"] = [*replaced["notes"], french(note)]
    return replaced


def french(text: str) -> str:
    """French spacing: the spaces that people typed around signs become narrow and never end a line.

    >>> french("Pourquoi ?") == "Pourquoi\\u202f?"
    True
    """
    text = re.sub("[ \u00a0\u202f]+([;:!?»%])", "\u202f\\1", text)
    text = re.sub("«[ \u00a0\u202f]+", "«\u202f", text)
    return DAY.sub("\\1\u00a0", text)
