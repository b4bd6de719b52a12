"""From the words of an answer to rows: items, diagnostics, propositions, speakers. No word is ever dropped.

Markers (dashes, bullets, numbers in sequence, « Proposition 2 : ») are removed, and nothing else. A wrapped line joins
the item before it with a space; a sub-item joins its item as a new line « - … »; a line that introduces a list
(« Les participants demandent : ») stays an item of its own, unless it is a heading that the caller asked about.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["frein", "opportunite"]
Addressee: TypeAlias = Literal["collectivite", "pouvoirs_publics"]
Diagnostic: TypeAlias = tuple[Kind | None, str]
Proposition: TypeAlias = tuple[Addressee | None, str]

_BULLET = re.compile(r"(?P<bullet>[-–—•·*▪◦‣●■➢➤→✓✔\uf0b7]|o(?=[ \t]))(?P<space>[ \t\u00a0]*)(?=\S)")
_NUMBER = re.compile(
    r"(?P<open>\()?(?P<number>\d{1,3})(?P<close>[.)°]|\s?[-–](?=\s)|\s?\.\s?[-–])(?P<space>[ \t\u00a0]*)(?=\S)"
)
_LETTER = re.compile(r"(?P<open>\()?(?P<letter>[a-z]|[A-Z])(?P<close>[.)])(?P<space>[ \t\u00a0]+)(?=\S)")
_NAMED = re.compile(
    r"(?P<name>proposition|prop\.?|point|diagnostic|demande|recommandation|mesure|action|item)\s*(?:n\s?[°ºo]\s*)?"
    r"(?P<number>\d{1,3})\s*[:.)–—-]+\s*(?=\S)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Speaker:
    name: str
    office: str = ""
    talk: str = ""


@dataclass(frozen=True)
class _Row:
    indent: int
    family: str  # "" without marker, else "bullet:-", "number", "letter", "named"
    text: str


def split_items(text: str) -> tuple[str, ...]:
    """The items of a list as people type one; one paragraph is one item.

    >>> split_items("- Former les agents\\n- Publier la liste\\n  des outils")
    ('Former les agents', 'Publier la liste des outils')
    >>> split_items("Proposition 1 : former\\nProposition 2 : publier")
    ('former', 'publier')
    """
    rows = _rows(text)
    if not any(row.family for row in rows):
        return tuple(_unmarked(rows))
    items: list[str] = []
    top: _Row | None = None
    for row in rows:
        if not row.family:
            joins = top is not None and bool(items) and (row.text[:1].islower() or row.indent > top.indent)
            _append(items, row.text, " " if joins else "")
        elif top is not None and items and _is_below(row, top, items[-1]):
            _append(items, row.text, "\n- ")
        else:
            top = row if top is None or row.indent <= top.indent else top
            _append(items, row.text, "")
    return tuple(items)


def _append(items: list[str], text: str, joint: str) -> None:
    if joint and items:
        items[-1] += joint + text
    else:
        items.append(text)


def _is_below(row: _Row, top: _Row, before: str) -> bool:
    """A marked line is a sub-item when it is further in, or marked otherwise under an item that announces a list."""
    if row.indent > top.indent + 1:
        return True
    if row.family == top.family or row.indent < top.indent:
        return False
    first = before.split("\n")[0].rstrip()
    return first.endswith(":") or (top.family in ("number", "named", "letter") and row.family.startswith("bullet"))


def _rows(text: str) -> list[_Row]:
    rows: list[_Row] = []
    expected = {"number": 1, "letter": 1, "named": 1}
    lettered = len(re.findall(r"(?m)^\s*\(?[a-zA-Z][.)]\s", text)) > 1
    for line in text.splitlines():
        expanded = line.expandtabs(4)
        stripped = expanded.strip()
        if not stripped:
            continue
        indent = len(expanded) - len(expanded.lstrip())
        family, rest = _marked(stripped, expected, lettered)
        rows.append(_Row(indent, family, rest.strip() if family else stripped))
    return rows


def _marked(line: str, expected: dict[str, int], lettered: bool) -> tuple[str, str]:
    """The family of the marker that begins the line, and the line without it."""
    named = _NAMED.match(line)
    if named:
        return "named", line[named.end() :]
    bullet = _BULLET.match(line)
    if bullet and (bullet["space"] or not line[1:2].isdigit()) and not re.match(r"([*-])\1", line):
        return f"bullet:{bullet['bullet']}", line[bullet.end() :]
    number = _NUMBER.match(line)
    if number and int(number["number"]) in (1, expected["number"]) and (number["space"] or not _glued(line, number)):
        expected["number"] = int(number["number"]) + 1
        return "number", line[number.end() :]
    letter = _LETTER.match(line)
    if letter and lettered and ord(letter["letter"].lower()) - 96 in (1, expected["letter"]):
        expected["letter"] = ord(letter["letter"].lower()) - 95
        return "letter", line[letter.end() :]
    return "", line


def _glued(line: str, number: re.Match[str]) -> bool:
    """« 1.5 % » and « 1.Former »: only the second is a marker."""
    return not line[number.end() : number.end() + 1].isalpha()


def _unmarked(rows: list[_Row]) -> list[str]:
    """One item a line; a line in lower case after a long one is the end of the same sentence, wrapped."""
    items: list[str] = []
    last = ""
    for row in rows:
        wrapped = len(last) >= 60 and row.text[:1].islower() and not last.rstrip().endswith((".", ";", ":", "!", "?"))
        _append(items, row.text, " " if wrapped else "")
        last = row.text
    return items


_KIND = re.compile(
    r"(?:les\s+|principaux\s+|principales\s+)*(?P<word>freins?|opportunit[ée]s?|opportunite\u0301s?)"
    r"(?P<details>\s*\([^)]{0,60}\)|\s+(?:identifi|rep[ée]r|relev|constat)\w+|\s*n\s?[°ºo]?\s*\d{1,2}|\s+\d{1,2})?"
    r"\s*(?P<joint>[:–—]|-(?=\s)|$)\s*",
    re.IGNORECASE,
)


def diagnostic_kind(text: str) -> tuple[Kind | None, str]:
    """The kind that a diagnostic states by its prefix, and the rest of its words.

    >>> diagnostic_kind("Frein : manque de compétences"), diagnostic_kind("Freiner l’achat")
    (('frein', 'manque de compétences'), (None, 'Freiner l’achat'))
    """
    match = _KIND.match(text.strip())
    if match is None:
        return None, text.strip()
    if (match["details"] or "").strip().startswith("("):
        return None, text.strip()
    rest = text.strip()[match.end() :].strip()
    kind: Kind = "frein" if match["word"].lower().startswith("f") else "opportunite"
    return kind, rest


def split_diagnostics(text: str) -> tuple[Diagnostic, ...]:
    """Each diagnostic with the kind said by its prefix or by the heading line above it, else None.

    >>> split_diagnostics("Freins :\\n- coût\\n- formation\\nOpportunités :\\n- temps gagné")
    (('frein', 'coût'), ('frein', 'formation'), ('opportunite', 'temps gagné'))
    """
    found: list[Diagnostic] = []
    current: Kind | None = None
    for item in _chunks(text, _is_kind_heading):
        kind, rest = diagnostic_kind(item)
        if kind and not rest:
            current = kind
        elif kind and "\n- " in rest and not rest.split("\n- ")[0].strip():
            found.extend((kind, one) for one in rest.split("\n- ") if one.strip())
        else:
            found.append((kind or current, rest))
    return tuple(found)


def _is_kind_heading(line: str) -> bool:
    kind, rest = diagnostic_kind(_bare(line))
    return kind is not None and not rest


_ADDRESSEE = re.compile(
    r"(?:(?:demandes?|propositions?|recommandations?|mesures?)\s+)?(?:[àa]\s+l['’]\s?(?:[ée]gard|attention|adresse)\s+(?:de\s+(?:la\s+)?|des\s+)"
    r"|adress[ée]e?s?\s+(?:[àa]\s+(?:la\s+)?|aux\s+)|destin[ée]e?s?\s+(?:[àa]\s+(?:la\s+)?|aux\s+)"
    r"|pour\s+(?:la\s+|les\s+)|envers\s+(?:la\s+|les\s+)|[àa]\s+la\s+|aux\s+)?"
    r"(?P<who>collectivit[ée]s?|pouvoirs\s+publics|[ée]tat)\s*(?P<joint>[:–—]|-(?=\s)|$)\s*",
    re.IGNORECASE,
)


def split_propositions(text: str) -> tuple[Proposition, ...]:
    """Each proposition with its addressee, only when a prefix or a heading line says it.

    >>> split_propositions("Pour la collectivité :\\n1. Former\\n2. Publier\\nPouvoirs publics : légiférer")
    (('collectivite', 'Former'), ('collectivite', 'Publier'), ('pouvoirs_publics', 'légiférer'))
    """
    found: list[Proposition] = []
    current: Addressee | None = None
    for item in _chunks(text, _is_addressee_heading):
        who, rest = _addressee(item)
        if who and not rest:
            current = who
        else:
            found.append((who or current, rest))
    return tuple(found)


def _addressee(text: str) -> tuple[Addressee | None, str]:
    match = _ADDRESSEE.match(text.strip())
    if match is None or re.search(r"[ée]tat$", match["who"], re.IGNORECASE):
        return None, text.strip()
    who: Addressee = "collectivite" if match["who"].lower().startswith("c") else "pouvoirs_publics"
    return who, text.strip()[match.end() :].strip()


def _is_addressee_heading(line: str) -> bool:
    who, rest = _addressee(_bare(line))
    return who is not None and not rest


def _bare(line: str) -> str:
    match = _BULLET.match(line.strip())
    return line.strip()[match.end() :] if match else line.strip()


def _chunks(text: str, is_heading: Callable[[str], bool]) -> list[str]:
    """The items of the text, cut at heading lines so that each list is split on its own."""
    chunks: list[str] = []
    gathered: list[str] = []
    for line in [*text.splitlines(), None]:
        if line is not None and not is_heading(line):
            gathered.append(line)
            continue
        chunks.extend(split_items("\n".join(gathered)))
        gathered = []
        if line is not None:
            chunks.append(_bare(line))
    return chunks


_ANSWER = re.compile(
    r"(?P<word>oui|non|n[ée]ant|aucune?|pas d['’]intervenante?s?|sans objet)(?![\w-])[\s.,;:!–—-]*", re.IGNORECASE
)
_QUOTED = re.compile(r"[«“\"]\s*(?P<talk>[^»”\"]+?)\s*[»”\"]")


def split_speakers(text: str) -> tuple[bool | None, tuple[Speaker, ...]]:
    """Whether speakers were called, if the text says it, and each speaker: name, office, title of the talk.

    A line whose parts cannot be told is kept whole as the name.

    >>> split_speakers("Oui. Camille Ferrand, sociologue, « Le guichet »")
    (True, (Speaker(name='Camille Ferrand', office='sociologue', talk='Le guichet'),))
    >>> split_speakers("Néant"), split_speakers("")
    ((False, ()), (None, ()))
    """
    called: bool | None = None
    body = text.strip()
    match = _ANSWER.match(body)
    if match:
        word = unicodedata.normalize("NFKD", match["word"].lower())
        called = word == "oui"
        rest = body[match.end() :]
        if not called and word.startswith("aucun") and rest:
            return False, (Speaker(body),)
        body = rest
    speakers = tuple(_speaker(item) for item in split_items(body))
    return (True if called is None and speakers else called), speakers


def _speaker(item: str) -> Speaker:
    talk = ""
    quoted = _QUOTED.search(item)
    if quoted and not re.search(r"\w", item[quoted.end() :]):
        talk = quoted["talk"]
        item = re.sub(r"[\s,;:–—(-]+$", "", item[: quoted.start()])
    parts = re.split(r"\s*[,;]\s*|\s+[–—-]\s+|\s*:\s+", item, maxsplit=1)
    name, office = parts[0].strip(), parts[1].strip() if len(parts) > 1 else ""
    if not name:
        return Speaker(item.strip() or talk, "", talk if item.strip() else "")
    if talk or not office:
        return Speaker(name, office, talk)
    later = re.split(r"\s*[,;]\s+|\s+[–—]\s+", office)
    if len(later) == 2 and later[1][:1].isupper():
        return Speaker(name, later[0], later[1])
    return Speaker(name, office)
