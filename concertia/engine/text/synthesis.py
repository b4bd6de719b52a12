"""A synthesis made of what people wrote: quotes are slices, numbers are counted, and an edited text is checked again.

Quotes are chosen so that as many persons as possible are heard, in proportion (greedy proportional approval voting):

    next quote = argmax over q of  Σ 1 / (1 + quotes already chosen that speak for p), over persons p that q speaks for

A quote speaks for its author and for the authors of texts near it (likeness ≥ 0.5) in the same theme. One place is kept
for a dissenting voice (the text of the theme that says no, or is farthest from its centre) and one for a rare one (a
signal whose nearest theme it is), where there are any.

`verify` reads an edited synthesis again: each quote must be, sign for sign, the slice it claims; each number, the count
it names. Limits: dissent is recognised by a few turns of phrase, not understood. References: T. Thiele, 1895, and
H. Aziz et al., « Justified representation in approval-based committee voting », Social Choice and Welfare 48, 2017.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from concertia.engine.notes import Note

QUOTES = 5
SPEAKS_FOR = 0.5
MOST_CANDIDATES = 400
LONGEST_QUOTE = 400
DISSENT = re.compile(
    r"\b(?:contre|refuse\w*|oppos\w+|inutile\w*|inadmissible\w*|stop|absurde\w*|n'importe quoi"
    r"|pas d'accord"
    r"|hors de question|au contraire|en revanche|ne faut (?:surtout )?pas"
    r"|arrêt\w+ de|ridicule\w*|gaspillage\w*|non à)\b",
    re.IGNORECASE,
)


class Voice(StrEnum):
    """Why a quote is there."""

    COMMON = "common"
    DISSENTING = "dissenting"
    RARE = "rare"


@dataclass(frozen=True)
class Quote:
    """A slice of a contribution: [start, end) of the text of `contribution` (its id), sliced when shown."""

    contribution: str
    start: int
    end: int
    voice: Voice = Voice.COMMON

    def of(self, texts: Mapping[str, str]) -> str:
        return texts[self.contribution][self.start : self.end]


@dataclass(frozen=True)
class Figure:
    """A number and what it counts: « persons », « contributions » or « units » of a theme (None: of the whole)."""

    value: int
    counts: str
    theme: int | None = None


@dataclass(frozen=True)
class Sentence:
    """One sentence of a synthesis: its words (with quotes written out when edited), its sources and its numbers."""

    text: str
    quotes: tuple[Quote, ...] = ()
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class Voiced:
    """A passage that may be quoted: its place, its author's key, its row among the vectors."""

    contribution: str
    start: int
    end: int
    person: str
    text: str


@dataclass(frozen=True)
class Refusal:
    """What is wrong, in which sentence (rank) and at which sign of it."""

    note: Note
    sentence: int
    place: int


def choose_quotes(
    passages: Sequence[Voiced],
    rows: np.ndarray,
    *,
    rare: Sequence[Voiced] = (),
    count: int = QUOTES,
) -> tuple[Quote, ...]:
    """At most `count` quotes of a theme: n passages in their order of closeness to its centre, n × d rows of length 1.

    >>> passages = [Voiced("a", 0, 9, "p1", "Oui aux arbres"), Voiced("b", 0, 9, "p2", "Je suis contre")]
    >>> [str(quote.voice) for quote in choose_quotes(passages, np.eye(2), count=2)]
    ['common', 'dissenting']
    """
    kept = list(passages[:MOST_CANDIDATES])
    if not kept:
        return tuple(_quote(one, Voice.RARE) for one in rare[:1])
    people = {person: rank for rank, person in enumerate(dict.fromkeys(one.person for one in kept))}
    speaks = _speaks_for(kept, rows[: len(kept)], people)
    dissent = _dissenting(kept)
    places = count - (1 if rare and count > 1 else 0) - (1 if dissent is not None and count > 2 else 0)
    if dissent is not None and count == 2 and not rare:
        places = 1
    readable = np.array([1.0 if one.end - one.start <= LONGEST_QUOTE else 0.25 for one in kept])
    chosen = _proportional(speaks, readable, max(1, places), skip=dissent)
    quotes = [_quote(kept[rank], Voice.COMMON) for rank in chosen]
    if dissent is not None and len(quotes) < count:
        quotes.append(_quote(kept[dissent], Voice.DISSENTING))
    if rare and len(quotes) < count:
        quotes.append(_quote(rare[0], Voice.RARE))
    return tuple(quotes)


def persons_heard(quotes: Sequence[Quote], passages: Sequence[Voiced], rows: np.ndarray) -> int:
    """Persons that at least one of the quotes speaks for.

    >>> persons_heard((), (), np.zeros((0, 1)))
    0
    """
    if not passages:
        return 0
    people = {person: rank for rank, person in enumerate(dict.fromkeys(one.person for one in passages))}
    speaks = _speaks_for(passages, rows, people)
    places = {(one.contribution, one.start, one.end): rank for rank, one in enumerate(passages)}
    ranks = [places[key] for quote in quotes if (key := (quote.contribution, quote.start, quote.end)) in places]
    return int(speaks[ranks].any(axis=0).sum()) if ranks else 0


def verify(
    sentences: Sequence[Sentence], texts: Mapping[str, str], counts: Mapping[tuple[str, int | None], int]
) -> tuple[Refusal, ...]:
    """What an edited synthesis may not say: () when every quote is its source's slice and every number its count.

    Quotes stand between « and » in a sentence's text, in the order of its `quotes`; every number written in figures
    outside them is one of its `figures`, in their order; a number of persons or messages written in words is refused,
    since nothing counts it. A sentence with neither source nor figure is refused too.

    >>> sentence = Sentence("« Un banc » : 2 personnes.", (Quote("a", 0, 7),), (Figure(2, "persons", 0),))
    >>> verify([sentence], {"a": "Un banc au parc"}, {("persons", 0): 2})
    ()
    >>> verify([sentence], {"a": "Un banc au parc"}, {("persons", 0): 3})[0].note.code
    'synthesis.wrong-number'
    """
    return tuple(
        refusal for rank, sentence in enumerate(sentences) for refusal in _refusals(rank, sentence, texts, counts)
    )


_QUOTED = re.compile(r"«[\s\xa0\u202f]?(.*?)[\s\xa0\u202f]?»", re.DOTALL)
_IN_WORDS = re.compile(
    r"\b(?:(?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?|trente"
    r"|quarante|cinquante|soixante|cents?|mille|millions?|dizaines?|douzaines?|vingtaines?|trentaines?|centaines?"
    r"|milliers?)(?:[\s-]+(?:et[\s-]+une?\s+)?)?|(?:moitié|tiers|quarts?|majorité|plupart)\s+)+"
    r"(?:d[eu]s?\s+|d['’])?(?:personnes?|voix|messages?|contributions?|participant[·e]?\w*|réponses?|avis|idées)\b",
    re.IGNORECASE,
)
_SPACES = (" ", "\xa0", "\u202f")
_NUMBER = re.compile(r"\d+(?:[\xa0\u202f ]\d{3})*(?:[.,]\d+)?")


def _refusals(
    rank: int, sentence: Sentence, texts: Mapping[str, str], counts: Mapping[tuple[str, int | None], int]
) -> list[Refusal]:
    found: list[Refusal] = []
    if not sentence.quotes and not sentence.figures:
        return [Refusal(Note("synthesis.no-source"), rank, 0)]
    bare, place = [], 0
    start = 0
    for number, quote in enumerate(sentence.quotes):
        source = texts.get(quote.contribution)
        if source is None or not 0 <= quote.start < quote.end <= len(source):
            found.append(Refusal(Note("synthesis.missing-source", {"contribution": quote.contribution}), rank, start))
            continue
        slice_ = source[quote.start : quote.end]
        place = _place_of(sentence.text, slice_, start)
        if place < 0:
            params: dict[str, str | int] = {"contribution": quote.contribution, "quote": number + 1}
            found.append(Refusal(Note("synthesis.mutated-quote", params), rank, _next_quote(sentence.text, start)))
            continue
        bare.append((place, place + len(slice_)))
        start = place + len(slice_)
    found.extend(_unsourced(rank, sentence.text, bare))
    found.extend(_wrong_numbers(rank, sentence, bare, counts))
    return found


def _place_of(text: str, slice_: str, start: int) -> int:
    """Where a slice stands whole between « and », from `start` on; -1 when it does not.

    One space may stand between the marks and the slice; it must, when the slice itself begins or ends with one.
    """
    befores = [f"«{space}" for space in _SPACES] + ([] if slice_[0].isspace() else ["«"])
    afters = tuple([f"{space}»" for space in _SPACES] + ([] if slice_[-1].isspace() else ["»"]))
    place = text.find(slice_, start)
    while place >= 0:
        if text.startswith(afters, place + len(slice_)) and text[:place].endswith(tuple(befores)):
            return place
        place = text.find(slice_, place + 1)
    return -1


def _next_quote(text: str, start: int) -> int:
    return max(0, text.find("«", start))


def _unsourced(rank: int, text: str, held: Sequence[tuple[int, int]]) -> list[Refusal]:
    """Words between « and » that no quote of the sentence claims."""
    return [
        Refusal(Note("synthesis.unsourced-quote"), rank, found.start())
        for found in _QUOTED.finditer(text)
        if not any(start < found.end() and found.start() < end for start, end in held)
    ]


def _wrong_numbers(
    rank: int, sentence: Sentence, held: Sequence[tuple[int, int]], counts: Mapping[tuple[str, int | None], int]
) -> list[Refusal]:
    written = [
        found
        for found in _NUMBER.finditer(sentence.text)
        if not any(start <= found.start() < end for start, end in held)
    ]
    found = []
    for place, figure in enumerate(sentence.figures):
        true = counts.get((figure.counts, figure.theme))
        at = written[place] if place < len(written) else None
        value = re.sub(r"\D", "", at[0]) if at else ""
        if true is None or figure.value != true or value != str(true) or (at and re.search(r"[.,]", at[0])):
            wrong: dict[str, str | int] = {"written": at[0] if at else "", "counted": -1 if true is None else true}
            found.append(Refusal(Note("synthesis.wrong-number", wrong), rank, at.start() if at else 0))
    for said in _IN_WORDS.finditer(sentence.text):
        if not any(start <= said.start() < end for start, end in held):
            found.append(Refusal(Note("synthesis.number-in-words", {"written": said[0]}), rank, said.start()))
    for extra in written[len(sentence.figures) :]:
        found.append(Refusal(Note("synthesis.uncounted-number", {"written": extra[0]}), rank, extra.start()))
    return found


def _speaks_for(passages: Sequence[Voiced], rows: np.ndarray, people: Mapping[str, int]) -> np.ndarray:
    """Passages × persons: whether a passage is near one of the person's."""
    near = (rows @ rows.T >= SPEAKS_FOR) | np.eye(len(passages), dtype=bool)
    whose = np.zeros((len(passages), len(people)), dtype=np.int32)
    whose[np.arange(len(passages)), [people[one.person] for one in passages]] = 1
    return np.asarray(near.astype(np.int32) @ whose > 0)


def _proportional(speaks: np.ndarray, worth: np.ndarray, count: int, *, skip: int | None) -> list[int]:
    """Greedy PAV: ties go to the passage nearest to the centre of the theme."""
    heard = np.zeros(speaks.shape[1])
    free = np.ones(len(speaks), dtype=bool)
    if skip is not None and len(speaks) > 1:
        free[skip] = False
    chosen: list[int] = []
    while len(chosen) < count and free.any():
        gain = np.where(free, (speaks / (1 + heard)).sum(axis=1) * worth, -1)
        best = int(np.argmax(gain.round(9)))
        chosen.append(best)
        heard += speaks[best]
        free[best] = False
    return chosen


def _dissenting(passages: Sequence[Voiced]) -> int | None:
    """The first passage that says no; None when none does, or when most do (it is then the common voice)."""
    found = [rank for rank, one in enumerate(passages) if DISSENT.search(one.text)]
    return found[0] if found and len(found) <= len(passages) / 2 else None


def _quote(one: Voiced, voice: Voice) -> Quote:
    return Quote(one.contribution, one.start, one.end, voice)
