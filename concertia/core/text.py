"""French typography for text that people typed, and the cleaning of what they paste."""

import re
import unicodedata
from collections.abc import Mapping

NARROW, NBSP = "\u202f", "\u00a0"
LONGEST_VALUE = 200  # signs of a value in a sentence
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


class _Value(str):
    """What a sentence tells, as it is written; « {count:est|sont} » writes one of the two instead, zero being
    singular."""

    def __format__(self, endings: str) -> str:
        one, bar, several = endings.partition("|")
        if not bar:
            return super().__format__(endings)
        return one if self.isdecimal() and int(self) < 2 else several


def shortened(value: str | int) -> str:
    """A value that stands in a sentence, cut when it is long."""
    text = str(value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def told(sentence: str, values: Mapping[str, str | int]) -> str:
    """A sentence with its values, long ones cut, and words that agree with a count.

    >>> told("{count} ligne{count:|s} {count:est lue|sont lues}.", {"count": 2})
    '2 lignes sont lues.'
    """
    return sentence.format(**{name: _Value(shortened(value)) for name, value in values.items()})
