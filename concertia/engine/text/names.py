"""Finding a named thing among tens of thousands by what somebody types.

Forgiven: accents, case, hyphens, apostrophes, articles, « St » for « Saint », words joined or parted, typing mistakes,
a word not finished. A word of the query may also say where the thing is (« Saint-Denis 93 ») or of what kind it is
(« ville de Nantes »); words of an address (« cedex 2 ») say nothing.
"""

from __future__ import annotations

import math
import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

LONGEST_QUERY = 100  # characters; the rest is not read, so that no text costs more than a name does
MOST_WORDS = 8
MOST_CANDIDATES = 1500  # names scored; when more hold the words, the heaviest and those made of the word alone
MANY_WORDS = 300  # that begin with one or two letters: the heaviest names of each are enough
OTHER_KIND = 0.15  # taken off what is not of the kind asked for
CLOSE_ENOUGH = 72.0  # of 100, for a word mistyped
LEAST_COVER = 0.55  # of the query, for an answer
WELL_COVERED = 0.8  # of the query: above, words that exist are not suspected of being mistyped
UNKNOWN_WEIGHT = 4.0  # of a word found nowhere
LIGHT_SHARE = 0.25  # a word of kind counts that much of a proper one

ABBREVIATIONS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
SMALL_WORDS = frozenset(
    ("a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "lez", "s", "sous", "sur")
)
ADDRESS_WORDS = frozenset(("cedex", "bp", "cs", "tsa"))


def folded(text: str) -> str:
    """Lower case without accents, ligatures opened, other signs as spaces; linear in the length.

    >>> folded("L'Haÿ–les-Roses"), folded("Œting")
    ("l'hay les-roses", 'oeting')
    """
    if text.isascii():
        return text.lower()
    opened = unicodedata.normalize("NFKD", text).lower().replace("œ", "oe").replace("æ", "ae")
    return "".join(sign if sign.isascii() else "" if unicodedata.combining(sign) else " " for sign in opened)


def words_of(text: str) -> list[str]:
    """Every word in its order, « St » written in full; linear in the length.

    >>> words_of("St-Étienne-du-Rouvray")
    ['saint', 'etienne', 'du', 'rouvray']
    """
    return [ABBREVIATIONS.get(word, word) for word in re.findall(r"[a-z0-9]+", folded(text))]


def proper_words(words: Sequence[str]) -> list[str]:
    """The words without the small ones, unless there is nothing else.

    >>> proper_words(["pays", "de", "la", "loire"]), proper_words(["la"])
    (['pays', 'loire'], ['la'])
    """
    return [word for word in words if word not in SMALL_WORDS] or list(words)


def same_name(one: str, other: str) -> bool:
    """Whether two names differ by nothing but accents, case, signs, abbreviations and small words.

    >>> same_name("Saint-Denis", "st denis"), same_name("Saint-Denis", "Saint-Denis-en-Val")
    (True, False)
    """
    return proper_words(words_of(one)) == proper_words(words_of(other))


@dataclass(frozen=True)
class Named:
    """One thing to be found. `area` is a rank in the areas of the index; `is_former`: a name no longer borne."""

    name: str
    kind: str
    area: int
    weight: float  # people, or whatever makes one namesake likelier than another
    is_former: bool = False


@dataclass(frozen=True)
class Match:
    """`rank`: place in what the index was built from; `score`: higher is better, comparable inside one search;
    `cover`: share of the query found, from 0 to 1."""

    rank: int
    score: float
    cover: float
    is_exact: bool


@dataclass(frozen=True)
class _Asked:
    """One word of the query: the vocabulary it may stand for, the areas and the kinds it may mean."""

    weight: float
    words: dict[int, float]  # rank in the vocabulary → likeness, 1 for the very word
    areas: dict[int, float]
    kinds: frozenset[str]


class NameIndex:
    """An index of names by their words.

    Building is O(total words × log vocabulary); give the things heaviest first. A search reads at most 100 characters
    and 8 words, compares each unknown word with the whole vocabulary once (rapidfuzz's normalised Indel likeness), and
    scores at most a few thousand names: it is bounded whatever the text.

        score = 0.75 × cover of the query + 0.25 × cover of the name + 0.015 × log10(1 + weight)

    where a cover is the share of words found, each weighted by its rarity log(1 + n / names that have it).

    >>> index = NameIndex(
    ...     [Named("Nantes Métropole", "epci", 0, 680000), Named("Nantes", "commune", 0, 330000),
    ...      Named("Saint-Denis", "commune", 1, 150000), Named("Saint-Denis", "commune", 2, 149000)],
    ...     areas=["44 Loire-Atlantique", "974 La Réunion", "93 Seine-Saint-Denis"],
    ...     light={"metropole": frozenset({"epci"}), "ville": frozenset({"commune"})},
    ... )
    >>> [index.search(text)[0].rank for text in ("nante metropol", "Ville de NANTES", "st denis 93")]
    [0, 1, 3]
    """

    def __init__(
        self, things: Iterable[Named], *, areas: Sequence[str], light: Mapping[str, frozenset[str]] | None = None
    ) -> None:
        self._light = dict(light or {})
        self._light_words = list(self._light)
        postings: dict[str, array[int]] = {}
        self._kinds: list[str] = []
        self._areas, self._weights, self._former = array("H"), array("f"), bytearray()
        for rank, thing in enumerate(things):
            for word in dict.fromkeys(self._expanded(words_of(thing.name))):
                postings.setdefault(word, array("I")).append(rank)
            self._kinds.append(thing.kind)
            self._areas.append(thing.area)
            self._weights.append(thing.weight)
            self._former.append(thing.is_former)
        self._vocabulary = sorted(postings)
        self._postings = [postings[word] for word in self._vocabulary]
        self._rarity = array("f", (self._rarity_of(rank) for rank in range(len(self._vocabulary))))
        self._whole = self._whole_names()
        self._area_words = self._index_of_areas(areas)
        self._area_vocabulary = list(self._area_words)

    def search(self, query: str, limit: int = 10) -> list[Match]:
        """The names nearest to what is typed, exact ones first, then by score; [] when nothing is near."""
        words = self._query_words(query)
        if not words:
            return []
        is_finished = query[:LONGEST_QUERY][-1:] in " ,;)"
        found = self._ranked(words, is_finished, False)
        if not found or not found[0].is_exact:
            for version in self._rewritten(words):
                found = _merged(found, self._ranked(version, is_finished, False))
        if not found or found[0].cover < WELL_COVERED:
            found = _merged(found, self._ranked(words, is_finished, True))
        return found[:limit]

    # --- building -------------------------------------------------------------------------------------------------
    def _expanded(self, words: list[str]) -> list[str]:
        """Proper words, « CA », « CC » and « CU » at the head written in full."""
        if len(words) > 1 and words[0] in _INITIALS:
            words = [*_INITIALS[words[0]], *words[1:]]
        return proper_words(words)

    def _rarity_of(self, word: int) -> float:
        share = LIGHT_SHARE if self._vocabulary[word] in self._light else 1.0
        return share * math.log(1 + len(self._kinds) / len(self._postings[word]))

    def _whole_names(self) -> array[float]:
        """For each name the rarity of all its words together."""
        total = array("f", bytes(4 * len(self._kinds)))
        for ranks, rarity in zip(self._postings, self._rarity, strict=True):
            for rank in ranks:
                total[rank] += rarity
        return total

    @staticmethod
    def _index_of_areas(areas: Sequence[str]) -> dict[str, frozenset[int]]:
        found: dict[str, set[int]] = {}
        for rank, text in enumerate(areas):
            for word in proper_words(words_of(text)):
                found.setdefault(word, set()).add(rank)
        return {word: frozenset(ranks) for word, ranks in found.items()}

    # --- reading the query ----------------------------------------------------------------------------------------
    def _query_words(self, query: str) -> list[str]:
        text = query[:LONGEST_QUERY]
        every = words_of(text)
        kept: list[str] = []
        for before, word in zip(["", *every], every, strict=False):
            if word in ADDRESS_WORDS or (before in ADDRESS_WORDS and word.isdigit()):
                continue
            kept.append(_department_of(word) if len(word) == 5 and word.isdigit() else word)
        return self._expanded(kept)[:MOST_WORDS] if kept else []

    def _rewritten(self, words: list[str]) -> list[list[str]]:
        """The query with two words joined, or words parted, when that makes words that exist."""
        versions = []
        for rank in range(len(words) - 1):
            if self._rank_of(words[rank] + words[rank + 1]) is not None:
                versions.append([*words[:rank], words[rank] + words[rank + 1], *words[rank + 2 :]])
                break
        parted = [part for word in words for part in (self._parted(word) or [word])]
        if parted != words:
            versions.append(parted[:MOST_WORDS])
        return versions

    def _parted(self, word: str) -> list[str]:
        """A word that does not exist, cut into the fewest that do; O(length²). [] when it cannot be."""
        if not 6 <= len(word) <= 40 or self._rank_of(word) is not None:
            return []
        best: list[list[str] | None] = [[], *([None] * len(word))]
        for end in range(1, len(word) + 1):
            for start in range(end):
                head, part = best[start], word[start:end]
                if head is None or not (part in SMALL_WORDS or (len(part) > 2 and self._rank_of(part) is not None)):
                    continue
                current = best[end]
                if current is None or len(head) + 1 < len(current):
                    best[end] = [*head, part]
        return proper_words(best[-1] or [])

    def _rank_of(self, word: str) -> int | None:
        rank = bisect_left(self._vocabulary, word)
        return rank if rank < len(self._vocabulary) and self._vocabulary[rank] == word else None

    def _beginning_with(self, word: str) -> range:
        first = bisect_left(self._vocabulary, word)
        return range(first, bisect_left(self._vocabulary, word + "{", first))  # « { » comes after « z »

    # --- one word -------------------------------------------------------------------------------------------------
    def _asked(self, word: str, *, may_go_on: bool, is_forgiving: bool) -> _Asked:
        exact = self._rank_of(word)
        found: dict[int, float] = {}
        if may_go_on:
            found.update((rank, 0.8 + 0.15 * len(word) / len(self._vocabulary[rank]))
                         for rank in self._beginning_with(word))  # fmt: skip
        if len(word) > 3 and not word.isdigit() and (is_forgiving or (exact is None and len(found) < 4)):
            near = process.extract(word, self._vocabulary, scorer=fuzz.ratio, score_cutoff=CLOSE_ENOUGH, limit=20)
            for _, likeness, rank in near:
                found[rank] = max(found.get(rank, 0.0), 0.95 * likeness / 100)
        if exact is not None:
            found[exact] = 1.0
        kinds = self._kinds_meant(word)
        areas = self._areas_meant(word)
        return _Asked(self._weight_of(found, bool(kinds), areas), found, areas, kinds)

    def _weight_of(self, found: dict[int, float], is_light: bool, areas: dict[int, float]) -> float:
        if is_light:
            return LIGHT_SHARE * UNKNOWN_WEIGHT
        if not found:
            return UNKNOWN_WEIGHT
        best = max(found.values())
        return max(self._rarity[rank] for rank, likeness in found.items() if likeness == best)

    def _kinds_meant(self, word: str) -> frozenset[str]:
        if word in self._light:
            return self._light[word]
        if len(word) < 5 or self._rank_of(word) is not None:
            return frozenset()
        near = process.extractOne(word, self._light_words, scorer=fuzz.ratio, score_cutoff=85)
        return self._light[near[0]] if near else frozenset()

    def _areas_meant(self, word: str) -> dict[int, float]:
        if word in self._area_words:
            return dict.fromkeys(self._area_words[word], 0.8 if word.isalpha() else 1.0)
        if len(word) < 4 or word.isdigit():
            return {}
        near = process.extractOne(word, self._area_vocabulary, scorer=fuzz.ratio, score_cutoff=85)
        return dict.fromkeys(self._area_words[near[0]], 0.7) if near else {}

    # --- scoring --------------------------------------------------------------------------------------------------
    def _ranked(self, words: list[str], is_finished: bool, is_forgiving: bool) -> list[Match]:
        last = len(words) - 1
        asked = [
            self._asked(word, may_go_on=place == last and not is_finished, is_forgiving=is_forgiving)
            for place, word in enumerate(words)
        ]
        tables = [self._names_with(one) for one in asked]
        matches = [self._match(rank, asked, tables) for rank in self._candidates(asked, tables)]
        kept = [match for match in matches if match is not None]
        return sorted(kept, key=lambda match: (not match.is_exact, -match.score, match.rank))[:100]

    def _names_with(self, one: _Asked) -> dict[int, tuple[float, float]]:
        """Names that hold the word or one like it: likeness, and rarity of the word found."""
        most = 50 if len(one.words) > MANY_WORDS else None
        table: dict[int, tuple[float, float]] = {}
        for word, likeness in sorted(one.words.items(), key=lambda item: item[1]):
            pair = (likeness, self._rarity[word])
            ranks = self._postings[word]
            table.update(dict.fromkeys(ranks if most is None or likeness == 1 else ranks[:most], pair))
        return table

    def _candidates(self, asked: list[_Asked], tables: list[dict[int, tuple[float, float]]]) -> Iterable[int]:
        """Names that hold one of the rarer words; a word as common as « saint » alone brings none if others do."""
        found: set[int] = set()
        order = sorted(range(len(asked)), key=lambda place: (bool(asked[place].kinds), len(tables[place])))
        for place in order:
            if found and (asked[place].kinds or len(found) + len(tables[place]) > MOST_CANDIDATES):
                continue
            found.update(tables[place])
            if len(found) > MOST_CANDIDATES:
                table = tables[place]
                alone = [rank for rank in found if table[rank][1] >= 0.999 * self._whole[rank]]
                return {*alone[:MOST_CANDIDATES], *sorted(found)[:MOST_CANDIDATES]}
        return found

    def _match(self, rank: int, asked: list[_Asked], tables: list[dict[int, tuple[float, float]]]) -> Match | None:
        area, kind = self._areas[rank], self._kinds[rank]
        reached = wanted = named = 0.0
        is_exact = True
        for one, table in zip(asked, tables, strict=True):
            likeness, rarity = table.get(rank, (0.0, 0.0))
            elsewhere = 1.0 if kind in one.kinds else one.areas.get(area, 0.0)
            named += rarity * likeness
            wanted += one.weight
            reached += one.weight * max(likeness, elsewhere)
            is_exact = is_exact and 1 in (likeness, elsewhere)
        cover, of_name = reached / wanted, min(1.0, named / self._whole[rank])
        if cover < LEAST_COVER:
            return None
        score = 0.75 * cover + 0.25 * of_name + 0.015 * math.log10(1 + self._weights[rank])
        if any(one.kinds for one in asked) and not any(kind in one.kinds for one in asked):
            score -= OTHER_KIND
        if self._former[rank]:
            return Match(rank, score - 0.03, cover, False)
        return Match(rank, score, cover, is_exact and of_name > 0.999)


_INITIALS = {
    "cc": ("communaute", "communes"),
    "ca": ("communaute", "agglomeration"),
    "cu": ("communaute", "urbaine"),
}


def _department_of(postcode: str) -> str:
    """The number of the département in a postal code: 44000 → 44, 97400 → 974 (20xxx stays: two départements)."""
    return postcode[: 3 if postcode.startswith(("97", "98")) else 2]


def _merged(one: list[Match], other: list[Match]) -> list[Match]:
    best: dict[int, Match] = {}
    for match in (*one, *other):
        held = best.get(match.rank)
        if held is None or (match.is_exact, match.score) > (held.is_exact, held.score):
            best[match.rank] = match
    return sorted(best.values(), key=lambda match: (not match.is_exact, -match.score, match.rank))
