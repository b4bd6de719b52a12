"""Recognises the labels of the canvas at the beginning of a line, in the spellings that people send back.

A line is compared with each label without case, accents, punctuation or numbering. What is spelled nearly like one
label and unlike every other is that label; what is further away is a label in doubt; words that go on after the label
without a colon, a star or the hint of the canvas are a weak match, used only when the field is found nowhere else.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import sub

from concertia.engine.canvas.fields import (
    BY_KEY,
    FIELDS,
    INTRODUCTION,
    REQUIRED_NOTE,
    SECTIONS,
    SUBTITLE,
    TITLE,
    Field,
    Kind,
)

LEADING = re.compile(
    r"^[\s•·∙●▪■◦‣➢➤→>*_\-–—\uf0b7\u200b\ufeff]*(?:o\s+)?"
    r"(?:(?:question|champ|item|q)?\s*(?:[1-3]\s?[.,\-]\s?\d{1,2}|\d{1,2}|[a-h](?=[.)]))\s?[.)°:]?\s*[-–—]?\s*(?=[^\W\d_]))?",
    re.IGNORECASE,
)
DELIMITER = re.compile(r"\s*(?:\(?\*+\)?\s*)*\s*(?P<sign>[:?？：]+|[=–—→]|-(?=\s)|\t|$)?\s*")
HINT_JUNK = re.compile(r"^[\s:*?()\-–—.]*")
# Shorter or older wordings that stand for one field and no other.
ALIASES: dict[str, tuple[str, ...]] = {
    "collectivite": ("Nom de la collectivité", "Collectivité territoriale"),
    "personne_referente": ("Référent", "Référente", "Email de la personne référente"),
    "date_debut_prevue": ("Date de début", "Date de début prévue", "Date de début de la concertation"),
    "public_associe": ("Public associé", "Publics associés", "Publics associés à la concertation"),
    "amo": ("Avez-vous eu recours à une AMO", "Recours à une AMO", "AMO"),
    "intervenants": ("Avez-vous fait appel à des intervenants", "Intervenants"),
    "objectifs": ("Objectifs", "Objectif de la démarche"),
    "recrutement": ("Méthode de recrutement", "Recrutement"),
    "animation": ("Méthodologie d’animation", "Méthode d’animation et de participation", "Animation"),
    "sujet_evolution": ("Sujet posé", "Sujet posée", "Sujet et évolution"),
    "restitution": ("Méthode de restitution", "Restitution des résultats", "Restitution"),
    "date_fin_prevue": ("Date de fin", "Date de fin prévue", "Date de fin de la concertation"),
    "nb_sequences": ("Nombre de séquences", "Nombre de séances", "Nombre de séances animées"),
    "nb_participants": ("Nombre de participants et participantes", "Nombre de participant·es", "Nb de participants"),
    "points_vigilance": ("Points de vigilance", "Points de vigilances"),
    "diagnostics": ("Diagnostics", "Diagnostic", "Diagnostics issus des débats"),
    "propositions": ("Propositions", "Propositions issues des débats"),
    "droit_de_suite": ("Droit de suite",),
    "acces_ressources": ("Accès aux ressources", "Ressources et productions"),
}


# Other words for the hints, in parentheses after a label.
SAID_HINTS = {
    "personne_referente": "mail e mail courriel adresse mail adresse e mail adresse courriel nom et mail nom et email",
    "nb_sequences": "en heures nombre et heures heures",
    "acces_ressources": "urls lien liens",
    "date_debut_prevue": "jj mm aa",
    "date_fin_prevue": "jj mm aa",
}


def fold(text: str) -> tuple[str, list[int]]:
    """The letters and digits of a text, lower case and without accents, with for each its offset in the text.

    >>> fold("Début : l’IA")[0]
    'debut l ia'
    """
    letters: list[str] = []
    offsets: list[int] = []
    for offset, char in enumerate(text):
        kept = _letters(char)
        if kept:
            letters.extend(kept)
            offsets.extend([offset] * len(kept))
        elif kept is not None and letters and letters[-1] != " ":
            letters.append(" ")
            offsets.append(offset)
    while letters and letters[-1] == " ":
        letters.pop()
        offsets.pop()
    return "".join(letters), offsets


@lru_cache(maxsize=2048)
def _letters(char: str) -> str | None:
    """The plain letters of a character; nothing when it parts words, None when it is not seen."""
    if char in "\xad\u200b\u200c\u200d\ufeff\u2060" or unicodedata.combining(char):
        return None
    low = "oe" if char in "œŒ" else "ae" if char in "æÆ" else unicodedata.normalize("NFKD", char).lower()
    return "".join(one for one in low if one.isalnum())


def folded(text: str) -> str:
    return fold(text)[0]


@dataclass(frozen=True)
class Match:
    """A label met in a line: where its answer begins, and how sure it is."""

    key: str
    start: int  # offset of the first letter of the label
    end: int  # offset of the first letter of the answer
    doubtful: bool = False
    weak: bool = False
    star: bool = False
    short: bool = False  # a shorter wording than the whole label
    parted: bool = True  # whether a sign, a tab or the end of the line parts it from its answer


MARGIN = 3  # how much further every other label must be
ALPHABET = "abcdefghijlmnopqrstuvx "


@dataclass(frozen=True)
class Spelling:
    text: str  # folded
    key: str
    short: bool
    letters: tuple[int, ...]  # how many of each


def _counts(words: str) -> tuple[int, ...]:
    return tuple(words.count(letter) for letter in ALPHABET)


@cache
def _spellings() -> tuple[Spelling, ...]:
    """Every spelling, the longest first."""
    found: list[Spelling] = []
    for field in FIELDS:
        for label in dict.fromkeys((field.label, field.screen_label)):
            found.append(Spelling(folded(label), field.key, False, _counts(folded(label))))
        found.extend(Spelling(folded(one), field.key, True, _counts(folded(one))) for one in ALIASES[field.key])
    return tuple(sorted(found, key=lambda one: -len(one.text)))


def find_label(text: str) -> Match | None:
    """The label that begins the line, or None.

    >>> find_label("3.3 nombre de participants : 37")
    Match(key='nb_participants', start=4, end=29, doubtful=False, weak=False, star=False, short=False, parted=True)
    >>> find_label("Les propositions qui ressortent sont nombreuses") is None
    True
    """
    leading = LEADING.match(text)
    begin = leading.end() if leading else 0
    head = text[begin : begin + 600]
    if not head.strip():
        return None
    plain, offsets = fold(head)
    return _exact(text, begin, plain, offsets) or _near(text, begin, head)


def _exact(text: str, begin: int, plain: str, offsets: list[int]) -> Match | None:
    for one in _spellings():
        if plain == one.text or plain.startswith(one.text + " "):
            return _delimited(text, begin, begin + offsets[len(one.text) - 1] + 1, one.key, one.short)
    return None


def _delimited(text: str, begin: int, end: int, key: str, short: bool, doubtful: bool = False) -> Match | None:
    """The match with its delimiter; without one it is weak, unless the hint of the canvas follows."""
    if text[end : end + 2].lower() in ("s ", "s*", "s:") or text[end : end + 3] == "(s)":
        end += 3 if text[end] == "(" else 1
    end, hint_said = _past_hint(text, end, key)
    delimiter = DELIMITER.match(text, end)
    after = delimiter.end() if delimiter else end
    sign = delimiter["sign"] if delimiter else None
    sign = "\t" if sign is None and "\t" in text[end:after] else sign
    star = "*" in text[end:after]
    rest = folded(text[after : after + 300])
    hint = folded(BY_KEY[key].hint)
    question = BY_KEY[key].label.endswith("?") and sign == "?"
    if question:
        more = re.compile(r"\s*(?:\(?\*+\)?\s*)?[:]?\s*").match(text, after)
        after = more.end() if more else after
    hinted = hint_said or (bool(hint) and rest.startswith(hint) and not short)
    if sign is None and not star and not hinted:
        boxed = bool(re.match(r"[☐☒☑□\uffff\[]", text[after : after + 1]))
        if not boxed:
            return Match(key, begin, after, doubtful, weak=True, short=short, parted=False)
    if sign in ("-", "–", "—", "=", "→", "\t") and short:
        return Match(key, begin, after, doubtful, weak=True, short=short)
    return Match(key, begin, after, doubtful, False, star, short)


def _past_hint(text: str, end: int, key: str) -> tuple[int, bool]:
    """The end of a hint kept, whole or in part, in parentheses after the label: « Personne référente (email) »."""
    match = re.compile(r"\s*\*?\s*\(([^()]*)\)").match(text, end)
    if match is None:
        return end, False
    words = folded(match[1])
    known = f" {folded(BY_KEY[key].hint)} {SAID_HINTS.get(key, '')} "
    return (match.end(), True) if not words or f" {words} " in known else (end, False)


def _near(text: str, begin: int, head: str) -> Match | None:
    """A label spelled with slips, when what is before the delimiter is near it and far from all others."""
    for mark in re.finditer(r"[:*?\t]|$", head):
        words = folded(head[: mark.start()])
        if not 8 <= len(words) <= 200:
            continue
        ranked = sorted(_distances(words, 0))
        if not ranked:
            continue
        distance, length, key, short = ranked[0]
        others = [one[0] for one in _distances(words, MARGIN) if one[2] != key]
        if min(others, default=99) - distance < MARGIN:
            continue
        sure = distance <= max(1, length // 12)
        end = begin + len(head[: mark.start()].rstrip())
        return _delimited(text, begin, end, key, short, doubtful=not sure)
    return None


def _distances(words: str, margin: int) -> list[tuple[int, int, str, bool]]:
    """The spellings near the words (distance, length, key, short), looked for `margin` further than a match may be."""
    found = []
    letters = _counts(words)
    for one in _spellings():
        size = len(one.text)
        limit = (1 if one.short else max(2, size // 5)) + margin
        if size < 8 or abs(size - len(words)) > limit:
            continue
        if sum(map(abs, map(sub, one.letters, letters))) > 2 * limit:  # cheap, and never above twice the distance
            continue
        distance = edit_distance(words, one.text, limit)
        if distance <= limit:
            found.append((distance, size, one.key, one.short))
    return found


def edit_distance(one: str, other: str, limit: int) -> int:
    """Insertions, deletions, replacements and swaps between two texts; `limit + 1` when there are more.

    >>> edit_distance("participants", "particpiants", 3), edit_distance("abc", "xyz", 1)
    (1, 2)
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)


SECTION_NUMBER = re.compile(r"^\W*(?:(?:section|partie)\s*)?(?:[1-3]|I{1,3})\s*[.)–—:-]*\s*", re.IGNORECASE)
SHORT_TITLES = {
    1: ("informations", "informations generales", "infos pratiques"),
    2: ("objectifs et methodologie", "objectifs et methodes", "methodologie", "methodologies"),
    3: (
        "resultats de la concertation",
        "resultats des concertations",
        "synthese des resultats",
        "resultats synthetiques",
    ),
}
_SECTION_TITLES = {section.number: folded(section.title) for section in SECTIONS}
_BOILERPLATE = tuple(
    folded(text)
    for text in (TITLE, SUBTITLE, INTRODUCTION, REQUIRED_NOTE, "champ obligatoire", *(s.note for s in SECTIONS))
    if text
)


def find_section(text: str) -> tuple[int, str] | None:
    """The number of the section whose title the line is, and what people added to the title.

    >>> find_section("3 – Résultats synthétiques de la concertation n° 2")
    (3, 'n° 2')
    """
    if len(text) > 250:
        return None
    for candidate in (SECTION_NUMBER.sub("", text.strip()), text.strip()):
        plain, offsets = fold(candidate)
        for number, title in _SECTION_TITLES.items():
            if plain == title or plain.startswith(title + " "):
                rest = candidate[offsets[len(title) - 1] + 1 :].strip(" \t:–—-.s")
                rest = "" if folded(rest) in _BOILERPLATE else rest.strip()
                if len(rest) <= 120:
                    return number, rest
            if abs(len(plain) - len(title)) <= 4 and edit_distance(plain, title, 4) <= max(2, len(title) // 12):
                return number, ""
    return None


def find_shortened_section(text: str) -> tuple[int, str] | None:
    """The section whose title the line shortens; for lines that look like a title, since an answer may say the same.

    >>> find_shortened_section("2. OBJECTIFS ET MÉTHODOLOGIES")
    (2, '')
    """
    plain = folded(SECTION_NUMBER.sub("", text.strip())) if len(text) < 100 else ""
    numbered = bool(SECTION_NUMBER.match(text.strip()))
    for number, title in _SECTION_TITLES.items():
        shortened = len(plain.split()) >= 2 and title.startswith(plain + " ")
        if shortened or plain in SHORT_TITLES[number] or (numbered and plain and plain == title.split()[0]):
            return number, ""
    return None


def is_boilerplate(text: str) -> bool:
    """Whether the line is one of the sentences that the blank canvas holds."""
    plain = folded(text)
    if not plain or re.fullmatch(r"[1-3]", plain):
        return True
    for known in _BOILERPLATE:
        if plain == known or (len(plain) > 30 and plain in known):
            return True
        slips = len(known) // 12
        if abs(len(plain) - len(known)) <= slips and edit_distance(plain, known, slips) <= slips:
            return True
    return False


def typed_rest(field: Field, rest: str) -> bool:
    """Whether the words after a weak label look like an answer of the field's own kind, as « 37 » or « 15/10/2024 »."""
    if field.kind in (Kind.COUNT, Kind.SESSIONS):
        return bool(re.match(r"\s*\d", rest))
    if field.kind is Kind.DATE:
        return bool(re.search(r"\d{1,4}[/.\- ]\w+[/.\- ]\d{2,4}", rest))
    if field.kind is Kind.EMAIL:
        return "@" in rest
    return False
