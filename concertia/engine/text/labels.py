"""Names for themes: noun phrases that people wrote, never invented.

Candidates are runs of one to four words that begin and end with a word that behaves like a noun in this very corpus:
it follows « le, une, des, notre… » in more than a third of its uses, or goes with such a word. Their weight in a theme

    W(p, c) = (tf(p, c) / Σ tf(·, c))^0.8 · log(1 + A / f(p)) · tf(p, c) / (1 + f(p)) · full words of p

(class-based TF-IDF, A the mean number of candidates per theme, f the uses of p in all themes; then the share of its
uses that are here, so that a word of every theme names none), singular and plural counted together. No two themes have
the same name, and no name is made of small words. Limits: made for French; a theme where no noun comes back has none.
Reference: M. Grootendorst, « BERTopic: neural topic modeling with a class-based TF-IDF procedure », 2022, for W.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import simplemma

from concertia.engine.text.small_words import DETERMINERS, INSIDE, SMALL
from concertia.engine.text.words import without_accents

MOST_TEXTS = 300  # of a theme, read for its name
MOST_SIGNS = 1500  # of a text
LONGEST_PHRASE = 4
NOUN_SHARE = 0.34
TERMS = 6

_TOKEN = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*|\d+|[^\w\s]")


@dataclass(frozen=True)
class Label:
    """`name`: the phrase that stands for the theme, as it is most often written; `terms`: the next ones."""

    name: str
    terms: tuple[str, ...]


@dataclass(frozen=True)
class _Reading:
    """A theme's candidates: uses of each, by key, and the way each is written."""

    uses: Counter[str]
    forms: dict[str, Counter[str]]


def labels_of(texts: Sequence[str], theme: np.ndarray, score: np.ndarray, *, count: int) -> tuple[Label, ...]:
    """A label for each of `count` themes, from the 300 texts nearest to its centre.

    >>> texts = ["Les pistes cyclables manquent", "Des pistes cyclables", "Le prix du repas", "Le prix du repas bio"]
    >>> [label.name for label in labels_of(texts, np.array([0, 0, 1, 1]), np.ones(4), count=2)]
    ['pistes cyclables', 'prix du repas']
    """
    chosen = [_nearest_texts(theme, score, rank) for rank in range(count)]
    tokens = [[_tokens(texts[place]) for place in places] for places in chosen]
    nouns = _noun_shares(run for group in tokens for text in group for run in text)
    readings = [_read(group, nouns) for group in tokens]
    everywhere: Counter[str] = Counter()
    for reading in readings:
        everywhere.update(reading.uses)
    mean = sum(everywhere.values()) / max(1, count)
    taken: set[str] = set()
    return tuple(_label(reading, everywhere, mean, taken) for reading in readings)


def _nearest_texts(theme: np.ndarray, score: np.ndarray, rank: int) -> list[int]:
    places = np.flatnonzero(theme == rank)
    return [int(place) for place in places[np.argsort(-score[places], kind="stable")[:MOST_TEXTS]]]


def _tokens(text: str) -> list[list[str]]:
    """Runs of words between signs, « d'eau » as two words."""
    runs: list[list[str]] = [[]]
    for piece in _TOKEN.findall(text[:MOST_SIGNS].lower()):
        if piece[0].isalnum():
            runs[-1].append(piece)
        elif piece not in "'’":
            runs.append([])
    return [run for run in runs if run]


def _noun_shares(runs: Iterable[list[str]]) -> dict[str, float]:
    """The share of a word's uses that follow a determiner."""
    uses: Counter[str] = Counter()
    after: Counter[str] = Counter()
    for run in runs:
        uses.update(run)
        after.update(word for before, word in zip(run, run[1:], strict=False) if before in DETERMINERS)
    return {word: after[word] / times for word, times in uses.items()}


def _read(texts: list[list[list[str]]], nouns: dict[str, float]) -> _Reading:
    uses: Counter[str] = Counter()
    forms: dict[str, Counter[str]] = {}
    for runs in texts:
        seen: dict[str, str] = {}
        for run in runs:
            for phrase in _phrases(run, nouns):
                seen.setdefault(_key(phrase), " ".join(phrase))
        for key, form in seen.items():
            uses[key] += 1
            forms.setdefault(key, Counter())[form] += 1
    return _Reading(uses, forms)


def _phrases(run: list[str], nouns: dict[str, float]) -> list[tuple[str, ...]]:
    found = []
    full = [_is_full(word) for word in run]
    for start, word in enumerate(run):
        if not full[start] or nouns.get(word, 0) < NOUN_SHARE:
            continue
        for end in range(start + 1, min(len(run), start + LONGEST_PHRASE) + 1):
            if not full[end - 1]:
                continue
            if _holds_together(run[start:end], full[start:end], nouns):
                found.append(tuple(run[start:end]))
    return found


def _holds_together(phrase: list[str], full: list[bool], nouns: dict[str, float]) -> bool:
    """Whether what follows the first noun belongs to it: « prix du repas », not « logement serve à entraîner »."""
    for before, word, is_full in zip(phrase, phrase[1:], full[1:], strict=False):
        if is_full and (_is_verb(word) or (_is_infinitive(word) and nouns.get(word, 0) < NOUN_SHARE)):
            return False
        if not is_full and (word not in INSIDE or before == "et"):
            return False
    return True


@lru_cache(maxsize=65_536)
def _is_full(word: str) -> bool:
    return len(word) > 2 and not word.isdigit() and word not in SMALL and without_accents(word) not in SMALL


@lru_cache(maxsize=65_536)
def _is_verb(word: str) -> bool:
    """Whether a word is a form of a verb and of nothing else that its lemma would show."""
    lemma = _lemma(word)
    return lemma != word and lemma.endswith(("er", "ir", "re", "oir")) and not word.endswith(("é", "ée", "és", "ées"))


@lru_cache(maxsize=65_536)
def _is_infinitive(word: str) -> bool:
    """« entraîner », and also « quartier »: the corpus tells which, by what goes before."""
    return _lemma(word) == word and word.endswith(("er", "ir", "oir"))


@lru_cache(maxsize=65_536)
def _lemma(word: str) -> str:
    return str(simplemma.lemmatize(word, lang="fr"))


def _key(phrase: tuple[str, ...]) -> str:
    return " ".join(without_accents(_lemma(word)) for word in phrase)


def _label(reading: _Reading, everywhere: Counter[str], mean: float, taken: set[str]) -> Label:
    total = sum(reading.uses.values())
    worth = {
        key: (times / total) ** 0.8
        * math.log(1 + mean / everywhere[key])
        * times
        / (1 + everywhere[key])
        * _fullness(key)
        for key, times in reading.uses.items()
        if times > 1 or total < 40
    }
    ranked = sorted(worth or reading.uses, key=lambda key: (-worth.get(key, 0), -reading.uses[key], key))
    kept: list[str] = []
    for key in ranked:
        words = set(key.split()) - SMALL
        if key in taken and not kept:
            continue
        if all(not words & set(other.split()) for other in kept):
            kept.append(key)
        if len(kept) == TERMS + 1:
            break
    if not kept:
        return Label("", ())
    taken.add(kept[0])
    written = [min(reading.forms[key].items(), key=lambda item: (-item[1], item[0]))[0] for key in kept]
    return Label(_spelled(written[0]), tuple(_spelled(form) for form in written[1:]))


def _fullness(key: str) -> int:
    return sum(word not in SMALL for word in key.split())


def _spelled(phrase: str) -> str:
    """The elided words tied again to what follows: « d eau » → « d'eau »."""
    return re.sub(r"\b([dljmnst]|qu)\s(?=[aeiouyhàâéèêëîïôûœ])", r"\1'", phrase)
