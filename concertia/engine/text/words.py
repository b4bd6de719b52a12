"""French words as a search compares them: cut to their stem, with and without their accents, each with its place.

A stem depends on accents (« protégées » gives « proteg », « protegees » gives « protege »), and people leave accents
out. Each word therefore has two stems: of the word as written, and of the word without accents; two words are the
same when one of their stems is.

Reference: M. F. Porter, « Snowball: a language for stemming algorithms », 2001, and its French algorithm.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

_WORD = re.compile(r"\w+")
_STEMMER = snowballstemmer.stemmer("french")
_ONE_AT_A_TIME = threading.Lock()  # a stemmer holds the word it works on: two threads would mix theirs
LONGEST_WORD = 60  # characters; longer is not French, and no text costs more for it


@dataclass(frozen=True)
class Word:
    """The two stems of a word, without accents, and the slice of the text it stands for."""

    stem: str
    plain: str
    start: int
    end: int


def without_accents(text: str) -> str:
    """Lower case, no accent, ligatures opened.

    >>> without_accents("L’Œuvre Déjà")
    "l'oeuvre deja"
    """
    opened = unicodedata.normalize("NFKD", text).lower().replace("œ", "oe").replace("æ", "ae").replace("’", "'")
    return "".join(sign for sign in opened if not unicodedata.combining(sign))


@lru_cache(maxsize=65_536)
def stems_of(word: str) -> tuple[str, str]:
    """The stem of a word as written, and that of the word without accents.

    A final « e » that is left goes too: without its accent, « protégé » keeps one that « protéger » loses. So does the
    « s » that the algorithm keeps after a vowel: « élus » is the plural of « élu ».

    >>> stems_of("Protégées"), stems_of("protegees"), stems_of("régions"), stems_of("élus")
    (('proteg', 'proteg'), ('proteg', 'proteg'), ('region', 'region'), ('elu', 'elu'))
    """
    word = unicodedata.normalize("NFC", word[:LONGEST_WORD]).lower()
    return _cut(without_accents(snowball(word))), _cut(snowball(without_accents(word)))


@lru_cache(maxsize=262_144)  # a stem takes a tenth of a millisecond, and words come back in every text
def snowball(word: str) -> str:
    """Snowball's own stem of a word in lower case, whichever thread asks.

    >>> snowball("écoles"), snowball("ecoles")
    ('écol', 'ecol')
    """
    with _ONE_AT_A_TIME:
        return str(_STEMMER.stemWord(word))


def _cut(stem: str) -> str:
    if len(stem) > 3 and stem[-1] == "s" and stem[-2] in "aiou":
        return stem[:-1]
    return stem[:-1] if len(stem) > 4 and stem.endswith("e") else stem


def words(text: str) -> Iterator[Word]:
    """The words of a text in their order; linear in its length.

    >>> [(word.stem, word.start) for word in words("L’école, écoles !")]
    [('l', 0), ('ecol', 2), ('ecol', 9)]
    """
    for found in _WORD.finditer(text):
        yield Word(*stems_of(found[0]), found.start(), found.end())
