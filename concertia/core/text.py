"""French typography for text that people typed, and the cleaning of what they paste."""

import re
import unicodedata

NARROW, NBSP = "\u202f", "\u00a0"
# Control and private characters, and the marks that turn a line around: never part of what people say.
UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")


def clean_text(text: str) -> str:
    """Line ends as \\n, composed accents, no control character; blank ends removed."""
    text = unicodedata.normalize("NFC", text or "").replace("\r\n", "\n").replace("\r", "\n")
    return UNWANTED.sub("", text.replace("\u2028", "\n").replace("\u2029", "\n")).strip()


def one_line(text: str) -> str:
    return " ".join(clean_text(text).split())


MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
FIRST = re.compile(rf"\b1(?=[ \xa0](?:{MONTHS})\b)")
TOGETHER = re.compile(rf"(?<=\d) (?=(\d{{3}})(?!\d)|(?:{MONTHS})\b)")


def typeset(text: str) -> str:
    """Narrow no-break spaces where French sets them; addresses (« https:// », « 18:30 ») are left alone.

    >>> typeset("Pourquoi ? « Parce que » : 12 %")
    'Pourquoi\\u202f? «\\u202fParce que\\u202f»\\u202f: 12\\u202f%'
    """
    text = re.sub(r"«[ \u00a0]?(?=\S)", "«" + NARROW, text)
    text = re.sub(r"(?<=\S)[ \u00a0]?»", NARROW + "»", text)
    text = re.sub(r"(?<=[^\s\u202f])[ \u00a0]([;:?!%€])(?=\W|$)", NARROW + r"\1", text)
    return TOGETHER.sub(lambda match: NARROW if match[1] else NBSP, text)


def first_of_month(date: str) -> str:
    """French counts the first day alone: « 1er mars », « 2 mars ».

    >>> first_of_month("du 1 mars au 11 avril")
    'du 1er mars au 11 avril'
    """
    return FIRST.sub("1er", date)


def thousands(number) -> str:
    return f"{int(number):,}".replace(",", NARROW)
