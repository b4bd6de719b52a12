"""The manner in which a text is written, apart from what it says: thirteen numbers a text, and how alike two are.

    numbers    length, length of words and of sentences, commas, « ! » and « ? », other signs, digits, capitals,
               accents, small words, words not repeated, first person, long words; each in robust deviations
    likeness   exp(− mean square difference / 2)

It tells hands apart, not persons: two people may write alike, and one may change manner. Limits: made for French; under
a dozen words the numbers say little. Reference: E. Stamatatos, « A survey of modern authorship attribution methods »,
Journal of the American Society for Information Science and Technology 60(3), 2009.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from concertia.engine.text.small_words import SMALL

READ = 4000  # signs of a text
FARTHEST = 4.0  # deviations
COMPARED = 500  # texts that stand for anybody
LONG_WORD = 9

_WORD = re.compile(r"[^\W\d_]+")
_END = re.compile(r"[.!?…]+(?:\s|$)")
_ACCENT = re.compile(r"[àâçèéêëîïôùûœ]")
_DIGIT = re.compile(r"\d")
_OTHER = re.compile(r"[()/:;\"«»–-]")
_FIRST_PERSON = frozenset(("je", "j", "mon", "ma", "mes", "me", "moi"))


def manners_of(texts: Sequence[str]) -> np.ndarray:
    """n × 13 robust deviations from the median text, at most 4 each way.

    >>> manners_of(["Un banc, merci.", "UN BANC !!!", "Un banc."]).shape
    (3, 13)
    """
    told = np.array([_numbers(text[:READ]) for text in texts], dtype=float).reshape(len(texts), 13)
    if not len(told):
        return told
    middle = np.median(told, axis=0)
    spread = np.maximum(1.4826 * np.median(np.abs(told - middle), axis=0), 0.3 * told.std(axis=0))
    apart = np.divide(told - middle, spread, out=np.zeros_like(told), where=spread > 1e-9)
    return np.asarray(np.clip(apart, -FARTHEST, FARTHEST))


def closer_than_anybody(manners: np.ndarray, near: np.ndarray) -> np.ndarray:
    """For each of n texts, the mean likeness of manner to its k neighbours (n × k ranks) less that to anybody.

    >>> alike = np.array([[0.0], [0.0], [3.0], [-3.0]])
    >>> bool(np.argmax(closer_than_anybody(alike, np.array([[1], [0], [3], [2]]))) in (0, 1))
    True
    """
    to_near = np.exp(-np.square(manners[:, None, :] - manners[near]).mean(axis=2) / 2).mean(axis=1)
    anybody = manners[:: -(-len(manners) // COMPARED)]
    squares = np.square(manners).sum(axis=1)[:, None] + np.square(anybody).sum(axis=1) - 2 * manners @ anybody.T
    return np.asarray(to_near - np.exp(-np.maximum(0, squares) / manners.shape[1] / 2).mean(axis=1))


def _numbers(text: str) -> tuple[float, ...]:
    lower = text.lower()
    words = _WORD.findall(lower)
    count, signs = max(1, len(words)), max(1, len(text))
    sentences = max(1, len(_END.findall(text)))
    return (
        float(np.log(count)),
        sum(map(len, words)) / count,
        float(np.log(count / sentences)),
        text.count(",") / count,
        (text.count("!") + text.count("?")) / count,
        len(_OTHER.findall(text)) / count,
        len(_DIGIT.findall(text)) / signs,
        sum(map(str.isupper, text)) / signs,
        len(_ACCENT.findall(lower)) / signs,
        sum(word in SMALL for word in words) / count,
        len(set(words)) / count**0.8,
        sum(word in _FIRST_PERSON for word in words) / count,
        sum(len(word) >= LONG_WORD for word in words) / count,
    )
