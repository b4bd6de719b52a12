"""From the words of an answer to values: dates, counts, sessions, addresses. What is not sure comes with a `Note`.

Nothing is guessed: a value without a note is what the words say and nothing else; a value with a note is a proposal
that a person confirms. Lists (items, diagnostics, propositions, speakers) are in `values_lists.py`, given again here.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from concertia.engine.canvas.values_lists import (
    Diagnostic,
    Proposition,
    Speaker,
    diagnostic_kind,
    split_diagnostics,
    split_items,
    split_propositions,
    split_speakers,
)
from concertia.engine.notes import Note

__all__ = [
    "Diagnostic",
    "Proposition",
    "Speaker",
    "diagnostic_kind",
    "parse_count",
    "parse_date",
    "parse_email",
    "parse_sessions",
    "split_diagnostics",
    "split_items",
    "split_propositions",
    "split_speakers",
    "split_urls",
]

MONTHS = {
    "janvier": 1, "janv": 1, "jan": 1,
    "fevrier": 2, "fevr": 2, "fev": 2,
    "mars": 3,
    "avril": 4, "avr": 4,
    "mai": 5,
    "juin": 6,
    "juillet": 7, "juil": 7,
    "aout": 8,
    "septembre": 9, "sept": 9,
    "octobre": 10, "oct": 10,
    "novembre": 11, "nov": 11,
    "decembre": 12, "dec": 12,
}  # fmt: skip
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
FIRST_YEAR, LAST_YEAR = 2015, 2050
NUMBER_WORDS = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
    "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "vingt": 20,
    "trente": 30, "quarante": 40, "cinquante": 50, "cent": 100,
}  # fmt: skip

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_PREFIX = r"(?:le\s+)?(?:(?P<weekday>" + "|".join(WEEKDAYS) + r"),?\s+)?(?:le\s+)?"
_NUMERIC = re.compile(_PREFIX + r"(?P<day>\d{1,2})\s*([/.\-])\s*(?P<month>\d{1,2})\s*\3\s*(?P<year>\d{4}|\d{2})")
_ISO = re.compile(r"(?P<weekday>(?!))?(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})")
_WRITTEN = re.compile(_PREFIX + rf"(?P<day>\d{{1,2}})\s*(?:er)?\s+(?P<month>{_MONTH})\.?\s+(?P<year>\d{{4}})")
_ANY_DATE = re.compile(
    rf"\d{{1,2}}\s*[/.\-]\s*\d{{1,2}}\s*[/.\-]\s*\d{{2,4}}|\d{{4}}-\d{{1,2}}-\d{{1,2}}"
    rf"|\d{{1,2}}\s*(?:er)?\s+(?:{_MONTH})\.?\s+\d{{4}}"
)


def folded(text: str) -> str:
    """Lower case, without accents, every space made plain, runs of spaces made one.

    >>> folded("1er  Février\\xa02025")
    '1er fevrier 2025'
    """
    decomposed = unicodedata.normalize("NFKD", text.replace("\xad", "").replace("\u200b", ""))
    return " ".join("".join(char for char in decomposed if not unicodedata.combining(char)).lower().split())


def parse_date(text: str) -> tuple[date | None, Note | None]:
    """The one full date that the text is, or a note: nothing is guessed from a month, a season or a range.

    >>> parse_date("mardi 7 janvier 2025")
    (datetime.date(2025, 1, 7), None)
    >>> parse_date("31/02/2025")[1].code, parse_date("printemps 2025")[1].code
    ('date.impossible', 'date.unclear')
    """
    words = text.strip()
    plain = folded(words).rstrip(" .;,")
    match = _ISO.fullmatch(plain) or _NUMERIC.fullmatch(plain) or _WRITTEN.fullmatch(plain)
    if match is None:
        return None, Note(_unread_date(plain), {"text": words})
    month = match["month"]
    year = int(match["year"]) + (2000 if len(match["year"]) == 2 else 0)
    try:
        found = date(year, MONTHS.get(month) or int(month), int(match["day"]))
    except ValueError:
        return None, Note("date.impossible", {"text": words})
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        return found, Note("date.implausible_year", {"text": words, "year": found.year})
    weekday = match["weekday"]
    if weekday and WEEKDAYS[found.weekday()] != weekday:
        return found, Note("date.weekday_differs", {"text": words, "weekday": WEEKDAYS[found.weekday()]})
    return found, None


def _unread_date(plain: str) -> str:
    dates = len(_ANY_DATE.findall(plain))
    if dates > 1 or re.search(r"\b(du|entre)\b.*\d.*\b(au|et)\b.*\d", plain):
        return "date.several"
    return "date.with_words" if dates == 1 else "date.unclear"


_PEOPLE = (
    r"participant|personne|citoyen|citoyenne|habitant|agent|usager|elu|inscrit|present|jeune|lyceen|lyceenne|eleve|etudiant|"
    r"parent|resident|volontaire|professionnel|professionnelle|acteur|actrice|contributeur|contributrice"
)
_COUNT = re.compile(rf"(\d{{1,3}}(?: \d{{3}})+|\d+)(?: (?:{_PEOPLE})(?:s|e|es|\W?e\W?s)?)?")
_IN_WORDS = re.compile(r"(\d+) ?\((\w+)\)")
_COUNT_PRESENT = re.compile(r" (presents?|presentes?|au total|en tout)$")
_ABOUT = re.compile(
    r"\b(environ|env|vers|presque|pres de|plus de|moins de|quelque|quelques|autour|approximativement|minimum|maximum|"
    r"entre|une? (di|douz|quinz|vingt|trent|quarant|cinquant|soixant|cent)\w*aine|centaines?|dizaines?|milliers?)\b"
    r"|[~≈±<>+]$|^[~≈±<>]"
)


def parse_count(text: str) -> tuple[int | None, Note | None]:
    """The number of people that the text is; approximate, several or commented numbers come with a note.

    Only a bare number, or one followed by one word for people (« participants », « personnes », « agents »), is sure.

    >>> parse_count("1\\u202f200 personnes"), parse_count("37 dont 12 agents")[0]
    ((1200, None), 37)
    >>> parse_count("30 à 40")[1].code, parse_count("une centaine")[1].code
    ('count.range', 'count.approximate')
    """
    words = text.strip()
    plain = folded(words).rstrip(" .;,")
    doubled = _IN_WORDS.fullmatch(plain)
    if doubled and NUMBER_WORDS.get(doubled[2]) == int(doubled[1][:9]):  # « 15 (quinze) »
        plain = doubled[1]
    match = _COUNT.fullmatch(_COUNT_PRESENT.sub("", plain))
    if match:
        count = int(match[1].replace(" ", "")) if len(match[1]) < 16 else 10**15
        if count == 0 or count > 10_000_000:
            return count, Note("count.implausible", {"text": words})
        return count, None
    return _unsure_count(words, plain)


def _unsure_count(words: str, plain: str) -> tuple[int | None, Note]:
    params: dict[str, str | int] = {"text": words}
    numbers = [int(number.replace(" ", "")) for number in re.findall(r"\d{1,3}(?: \d{3})+(?!\d)|\d{1,9}", plain)]
    if re.search(r"\d\s*(?:a|-|–|/|ou|et)\s*\d", plain):
        return None, Note("count.range", params)
    if re.search(r"\d[^+]*\+\s*\d", plain):
        return None, Note("count.sum", params)
    if _ABOUT.search(plain):
        return (numbers[0] if len(numbers) == 1 else None), Note("count.approximate", params)
    if re.match(r"\d[\d ]*[^\d.,]*\b(dont|\()", plain):
        return numbers[0], Note("count.with_details", params)
    if len(numbers) > 1 or re.search(r"\d[.,]\d", plain):
        return None, Note("count.several", params)
    if len(numbers) == 1:
        return (None if re.search(r"-\s*\d|%", plain) else numbers[0]), Note("count.with_words", params)
    value = NUMBER_WORDS.get(re.sub(r" (participant|personne)\w*$", "", plain))
    return value, Note("count.in_words" if value else "count.unclear", params)


_WORD_NUMBER = "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
_SESSION = (
    r"(?:seance|session|sequence|atelier|reunion|rencontre|plenier|temps|table|cafe|forum|debat|jour|matin|apres|demi|"
    r"soir)"
)
_SESSIONS = re.compile(rf"\b(?P<number>\d{{1,3}}|{_WORD_NUMBER})\s+(?:\w+\s+)?{_SESSION}\w*")
_HOURS = re.compile(
    rf"\b(?P<hours>\d{{1,3}}(?:[.,]\d+)?|{_WORD_NUMBER})\s*(?:heures?|h)(?:\s*(?P<minutes>\d{{2}}))?(?![a-z])"
)
_SESSION_WORDS = re.compile(r"\b(soit|au total|en tout|et|de travail|participati\w+|animee?s?|citoyen\w*|pour)\b")
_EACH = re.compile(r"\b(de|chacune?|chaque|par|x|fois)\b|×|\*")


def parse_sessions(text: str) -> tuple[int | None, float | None, Note | None]:
    """How many sessions and how many hours; the label mixes both, so a bare number carries a note.

    « 2 ateliers de 3h » gives the product with the note `sessions.hours_computed`: it is arithmetic, to be confirmed.

    >>> parse_sessions("4 séances, 10 heures")
    (4, 10.0, None)
    >>> parse_sessions("10h30"), parse_sessions("3")[2].code
    ((None, 10.5, None), 'sessions.unit_unclear')
    """
    words = text.strip()
    plain = folded(words)
    params: dict[str, str | int] = {"text": words}
    sessions = [_number(match["number"]) for match in _SESSIONS.finditer(plain)]
    hours = [_duration(match) for match in _HOURS.finditer(plain)]
    if re.fullmatch(rf"(\d{{1,3}}|{_WORD_NUMBER})", plain.rstrip(" .")):
        return int(_number(plain.rstrip(" ."))), None, Note("sessions.unit_unclear", params)
    if not sessions and not hours:
        return None, None, Note("sessions.unclear", params)
    if len(sessions) > 1 or len(hours) > 1 or _ABOUT.search(plain):
        return None, None, Note("sessions.several", params)
    count = int(sessions[0]) if sessions else None
    if count and hours and _EACH.search(plain):
        return count, count * hours[0], Note("sessions.hours_computed", params | {"each": f"{hours[0]:g}"})
    rest = _HOURS.sub("", _SESSIONS.sub("", plain))
    note = Note("sessions.with_words", params) if re.search(r"\w", _SESSION_WORDS.sub("", rest)) else None
    return count, (hours[0] if hours else None), note


def _number(text: str) -> float:
    return NUMBER_WORDS[text] if text in NUMBER_WORDS else float(text.replace(",", "."))


def _duration(match: re.Match[str]) -> float:
    return _number(match["hours"]) + (int(match["minutes"]) / 60 if match["minutes"] else 0)


_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)
_MAIL_PREFIX = re.compile(
    r"^(?:mailto:|\W*(?:adresse\s+)?(?:e-?mail|mail|m[ée]l|courriel|adresse)(?:\s+[ée]lectronique)?\s*(?:[):=]+|[–-](?=\s))\s*)",
    re.IGNORECASE,
)
_MAYBE_EMAIL = re.compile(r"[^\s<>()\[\],;:«»\"]+@[^\s<>()\[\],;:«»\"]+")
_URL = re.compile(r"https?://[^\s<>\"«»]+", re.IGNORECASE)


def parse_email(text: str) -> tuple[str | None, Note | None]:
    """The address that the text is; with other words around it, the address comes with a note.

    >>> parse_email("participation@val-fleuri.example")
    ('participation@val-fleuri.example', None)
    >>> parse_email("Service numérique")[1].code, parse_email("a@b.example, c@d.example")[1].code
    ('email.absent', 'email.several')
    """
    words = text.strip()
    bare = _MAIL_PREFIX.sub("", words.strip("<>;,. \u200b")).strip("<>;,. ")
    if len(bare) <= 254 and _EMAIL.fullmatch(bare) and ".." not in bare and not bare.startswith("."):
        return bare, None
    found = _MAYBE_EMAIL.findall(words)
    if not found:
        return None, Note("email.malformed" if "@" in words else "email.absent", {"text": words})
    valid = [one.rstrip(".") for one in found if _EMAIL.fullmatch(one.rstrip(".")) and ".." not in one]
    if len(found) > 1:
        return None, Note("email.several", {"text": words})
    if not valid:
        return None, Note("email.malformed", {"text": words})
    return valid[0], Note("email.with_words", {"text": words})


def split_urls(text: str) -> tuple[tuple[str, ...], Note | None]:
    """The http and https addresses, in order; the words that are no address are kept in the note `urls.with_words`.

    >>> split_urls("https://a.example/x\\nhttps://b.example")
    (('https://a.example/x', 'https://b.example'), None)
    >>> split_urls("Actes : https://a.example/x.")[1].params["rest"]
    'Actes'
    """
    addresses: list[str] = []

    def take(match: re.Match[str]) -> str:
        address = match[0]
        tail = re.search(r"[.,;:!?'’]+$", address)
        kept = address[: tail.start()] if tail else address
        if kept.count(")") > kept.count("("):
            kept = kept[: kept.rindex(")")]
        if not re.match(r"https?://[^/?#]", kept, re.IGNORECASE):
            return address
        addresses.append(kept)
        return address[len(kept) :]

    rest = _URL.sub(take, text)
    rest = re.sub(r"\(\s*\)|<\s*>", " ", rest)
    left = " ".join(re.sub(r"(?m)^[\s\-–—•·*▪]+|[\s;,.]+$", " ", rest).split()).strip(" :;,.-–<>")
    if left:
        return tuple(addresses), Note("urls.with_words" if addresses else "urls.absent", {"rest": left})
    return tuple(addresses), None
