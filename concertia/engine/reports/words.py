"""People's words as a document can hold them: no control character, no mark that turns a line around."""

from __future__ import annotations

import re

NARROW = "\u202f"
# Not allowed in XML 1.0, or a control that changes how the text after it is laid out: never part of what people say.
UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
# What a spreadsheet may read as a formula, full-width forms included, even behind blanks; a leading tab or line end.
FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")


def plain(text: str) -> str:
    """The text without what no document may hold, line ends as \\n.

    >>> plain("a\\x00b\\u202ec\\r\\nd")
    'abc\\nd'
    """
    return UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def same_length(text: str) -> str:
    """The same with a blank for each character taken away, so that a place in the text stays that place.

    >>> same_length("a\\x00b\\r\\nc")
    'a b \\nc'
    """
    return UNWANTED.sub(" ", text.replace("\r\n", " \n").replace("\r", "\n"))


def safe_cell(text: str) -> str:
    """A text that no spreadsheet opening a CSV takes for a formula.

    >>> safe_cell("=1+1"), safe_cell("Garder un agent")
    ("'=1+1", 'Garder un agent')
    """
    text = plain(text)
    return f"'{text}" if FORMULA.match(text) else text


def thousands(number: int) -> str:
    """`12 345` with narrow spaces that never end a line."""
    return f"{number:,}".replace(",", NARROW)


def counted(number: int, singular: str, plural: str = "") -> str:
    """A number and its noun; zero takes the singular.

    >>> counted(0, "personne"), counted(2, "personne")
    ('0 personne', '2 personnes')
    """
    return f"{thousands(number)} {singular if number < 2 else plural or singular + 's'}"


def shorten(text: str, most: int) -> str:
    """The first `most` characters at most, cut between two words where that is possible."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[most // 2 :] else cut) + "…"
