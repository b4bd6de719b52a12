"""Words that must not be read in public, masked wherever they are repeated: a mail, names that were not agreed to.

Masking is exact, not clever: it finds what it was given, in any case, with any space between the words of a name, and
a mail also percent-encoded. It does not find a nickname, an initial or a misspelling.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

MASKED_MAIL = "[adresse non publiée]"
MASKED_NAME = "[nom non publié]"

Masks = tuple[tuple[re.Pattern[str], str], ...]


def masks_for(mails: Iterable[str], names: Iterable[str]) -> Masks:
    """The masks of these mails and names, longest first; a name of one word would mask ordinary words, so it is left.

    >>> masked("Écrire à A@b.example ou à Idris  Benali.", masks_for(["a@b.example"], ["Idris Benali", "Idris"]))
    'Écrire à [adresse non publiée] ou à [nom non publié].'
    """
    masks = []
    for mail in _longest_first(mails):
        pattern = re.escape(mail).replace("@", "(?:@|%40)")
        masks.append((re.compile(rf"(?<![\w.+-]){pattern}(?![\w-])", re.IGNORECASE), MASKED_MAIL))
    for name in _longest_first(names):
        if len(name.split()) > 1:
            spaced = r"\s+".join(re.escape(word) for word in name.split())
            masks.append((re.compile(rf"(?<!\w){spaced}(?!\w)", re.IGNORECASE), MASKED_NAME))
    return tuple(masks)


def _longest_first(words: Iterable[str]) -> list[str]:
    return sorted({word for word in words if word.strip()}, key=lambda word: (-len(word), word))


def masked(value: Any, masks: Masks) -> Any:
    """The same strings, lists and dictionaries with what must be masked replaced; other values as they are."""
    if isinstance(value, str):
        for pattern, mask in masks:
            value = pattern.sub(mask, value)
        return value
    if isinstance(value, list):
        return [masked(item, masks) for item in value]
    if isinstance(value, dict):
        return {key: masked(item, masks) for key, item in value.items()}
    return value
