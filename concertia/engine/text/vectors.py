"""Vectors of texts: words alone, the encoder, or a map learnt inside the corpus from the first to the second.

    lexical   SVD of [TF-IDF of stems ; TF-IDF of character 3-5-grams] without small words, rows of length 1
    encoder   [centred encoder ; 0.7 · lexical], when there are at most `most_encoded` distinct texts
    mapped    [x · W ; 0.7 · lexical], x = [words' vectors, averaged ; lexical], W by ridge regression on a sample that
              the encoder reads: W = (XᵀX + αI)⁻¹ Xᵀ Y. Words' vectors: distilled for the common ones (see
              `static_words`), read once by the encoder for the others.

A map is kept only if, on a fifth of the sample it has not seen, it finds the encoder's neighbours better than words
alone do; otherwise the space is lexical, and a note says it. Limits: the words' part sees no synonym; the encoder
reads the first 8,000 signs. References: S. Deerwester et al., « Indexing by latent semantic analysis », JASIS 41(6),
1990; S. Arora et al., « A simple but tough-to-beat baseline for sentence embeddings », ICLR 2017, for the averages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

import numpy as np
from scipy import sparse
from sklearn.utils.extmath import randomized_svd

from concertia.engine.executors import IN_PLACE, Executor
from concertia.engine.notes import Note
from concertia.engine.text.bags import Bags, bags_of, full_counts, grams_of, stems_of, unit_rows
from concertia.engine.text.encoder import Encode
from concertia.engine.text.static_words import static_words

DIMENSIONS = 100
FIT_ON = 5000  # texts from which axes and weights are learnt, at most
LEXICAL_SHARE = 0.7
MOST_ENCODED = 6000  # distinct texts: half a minute; a map of more costs as much and finds fewer neighbours
MAP_SAMPLE = 1500
MOST_WORDS = 12_000  # words encoded for a map
MOST_OTHER_WORDS = 1500  # of those, words that the distilled vectors do not have
RIDGE = 1.0
WORD_WEIGHT = 1e-3
BLOCK = 10_000


class Kind(StrEnum):
    LEXICAL = "lexical"
    ENCODER = "encoder"
    MAPPED = "mapped"


@dataclass(frozen=True, eq=False)
class LexicalSpace:
    """Stems and n-grams kept, the weight of each, and the axes (columns × dimensions)."""

    stems: dict[str, int]
    grams: dict[str, int]
    weights: np.ndarray
    axes: np.ndarray

    def place(self, bags: Bags, *, executor: Executor = IN_PLACE) -> np.ndarray:
        """Rows of length 1, n × dimensions; zero for a text that shares nothing with the corpus. Blocks of 10,000
        texts go through the executor."""
        by_stem, by_gram = self._columns(bags.words)
        full = full_counts(bags)
        blocks = [full[start : start + BLOCK] for start in range(0, full.shape[0], BLOCK)]
        place = partial(_placed, self, by_stem, by_gram)
        rows = [np.zeros((0, self.axes.shape[1]), dtype=np.float32), *executor.map(place, blocks)]
        return unit_length(np.vstack(rows))

    def weigh(
        self, counts: sparse.csr_matrix, by_stem: sparse.csr_matrix, by_gram: sparse.csr_matrix
    ) -> sparse.csr_matrix:
        parts = []
        for matrix, start in ((by_stem, 0), (by_gram, len(self.stems))):
            rows = sparse.csr_matrix(counts @ matrix)
            rows.data = 1 + np.log(rows.data)
            weights = self.weights[start : start + matrix.shape[1]]
            parts.append(unit_rows(sparse.csr_matrix(rows @ sparse.diags(weights))))
        return sparse.csr_matrix(sparse.hstack(parts))

    def _columns(self, words: Sequence[str]) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
        """The matrices words × stems and words × n-grams, of those that are kept."""
        return (
            _incidence([[stem] for stem in stems_of(words)], self.stems),
            _incidence([grams_of(word) for word in words], self.grams),
        )


def _placed(
    space: LexicalSpace, by_stem: sparse.csr_matrix, by_gram: sparse.csr_matrix, counts: sparse.csr_matrix
) -> np.ndarray:
    return np.asarray(space.weigh(counts, by_stem, by_gram) @ space.axes, dtype=np.float32)


@dataclass(frozen=True, eq=False)
class WordMap:
    """Vectors of the corpus's words and the matrix that turns cheap vectors into the encoder's."""

    words: dict[str, int]
    vectors: np.ndarray  # weighted
    centre: np.ndarray
    matrix: np.ndarray

    def average(self, bags: Bags) -> np.ndarray:
        """Rows of length 1: the weighted mean of the vectors of each text's words."""
        through = _incidence([[word] for word in bags.words], self.words)
        return unit_length(np.asarray(bags.counts @ (through @ self.vectors), dtype=np.float32))

    def place(self, bags: Bags, lexical: np.ndarray) -> np.ndarray:
        cheap = np.hstack([self.average(bags), lexical])
        return unit_length((cheap - self.centre) @ self.matrix)


@dataclass(frozen=True, eq=False)
class Space:
    """Where texts are placed. `encoded`: texts that the encoder has read; `kept`: the shares of the encoder's
    neighbours found on texts not seen, by the map and by words alone."""

    kind: Kind
    lexical: LexicalSpace
    word_map: WordMap | None
    centre: np.ndarray | None
    encoded: int
    kept: tuple[float, float] | None
    notes: tuple[Note, ...]

    def place(self, texts: Sequence[str], *, encode: Encode | None = None) -> np.ndarray:
        """Rows of length 1 for any texts, n × d, in the space of the corpus."""
        bags = bags_of(texts)
        lexical = self.lexical.place(bags)
        if self.word_map is not None:
            return _hybrid(self.word_map.place(bags, lexical), lexical)
        if self.centre is not None:
            if encode is None:
                raise ValueError("a space made by the encoder needs it to place texts")
            return _hybrid(unit_length(encode(texts) - self.centre), lexical)
        return lexical


@dataclass(frozen=True, eq=False)
class Vectors:
    """`rows`: n × d, float32, of length 1 (or 0 for a text with nothing known); `space`: what placed them."""

    rows: np.ndarray
    space: Space


def vectors_of(
    texts: Sequence[str],
    *,
    rng: np.random.Generator,
    encode: Encode | None = None,
    most_encoded: int = MOST_ENCODED,
    sample: int = MAP_SAMPLE,
    executor: Executor = IN_PLACE,
) -> Vectors:
    """Places every text, by the best means that the size of the corpus and the encoder allow.

    Give the texts in an order that does not depend on the file (sorted by content), and distinct.

    >>> found = vectors_of(["un banc au parc", "des bancs au parc", "le bus du soir"], rng=np.random.default_rng(0))
    >>> found.space.kind, found.rows.shape[0], bool(found.rows[0] @ found.rows[1] > found.rows[0] @ found.rows[2])
    (<Kind.LEXICAL: 'lexical'>, 3, True)
    """
    bags = bags_of(texts)
    space = lexical_space(bags, rng=rng)
    lexical = space.place(bags, executor=executor)
    if encode is None:
        note = Note("vectors.lexical", {"texts": len(texts)})
        return Vectors(lexical, Space(Kind.LEXICAL, space, None, None, 0, None, (note,)))
    if len(texts) <= most_encoded:
        read = encode(texts)
        centre = read.mean(axis=0) if len(texts) else np.zeros(read.shape[1])
        rows = _hybrid(unit_length(read - centre), lexical)
        note = Note("vectors.encoder", {"texts": len(texts)})
        return Vectors(rows, Space(Kind.ENCODER, space, None, centre, len(texts), None, (note,)))
    return _mapped(texts, bags, space, lexical, encode, min(sample, len(texts)), rng)


def lexical_space(bags: Bags, *, rng: np.random.Generator) -> LexicalSpace:
    """Learns the axes on at most 5,000 of the texts: stems and n-grams of at least two texts and at most half."""
    count = bags.counts.shape[0]
    chosen = np.sort(rng.permutation(count)[:FIT_ON])
    rows = full_counts(bags)[chosen]
    used = np.flatnonzero(np.asarray((rows > 0).sum(axis=0)).ravel())
    rows, words = rows[:, used], [bags.words[place] for place in used]
    names, matrices, weights = [], [], []
    for parts in ([[stem] for stem in stems_of(words)], [grams_of(word) for word in words]):
        every = {name: place for place, name in enumerate(sorted({name for part in parts for name in part}))}
        matrix = _incidence(parts, every)
        frequency = np.asarray(((rows @ matrix) > 0).sum(axis=0)).ravel()
        kept = _worth_keeping(frequency, len(chosen))
        by_rank = list(every)
        names.append({by_rank[column]: place for place, column in enumerate(kept)})
        matrices.append(sparse.csr_matrix(matrix[:, kept]))
        weights.append(1 + np.log((1 + len(chosen)) / (1 + frequency[kept])))
    space = LexicalSpace(names[0], names[1], np.concatenate(weights).astype(np.float32), np.zeros((0, 0)))
    weighed = space.weigh(rows, matrices[0], matrices[1])
    return LexicalSpace(space.stems, space.grams, space.weights, _axes(weighed, rng))


def unit_length(rows: np.ndarray) -> np.ndarray:
    """Rows divided by their length; a zero row stays zero.

    >>> unit_length(np.array([[0.0, 4.0], [0.0, 0.0]])).tolist()
    [[0.0, 1.0], [0.0, 0.0]]
    """
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    found = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 1e-9)
    return np.asarray(found, dtype=np.float32)


def _axes(weighed: sparse.csr_matrix, rng: np.random.Generator) -> np.ndarray:
    size = min(DIMENSIONS, min(weighed.shape) - 1)
    if size < 1:  # one text, or one column: the columns are the axes
        return np.eye(weighed.shape[1], min(weighed.shape[1], DIMENSIONS), dtype=np.float32)
    seed = int(rng.integers(2**31))
    _, _, axes = randomized_svd(weighed, size, n_iter=4, random_state=seed)
    return np.ascontiguousarray(axes.T, dtype=np.float32)


def _worth_keeping(frequency: np.ndarray, texts: int) -> np.ndarray:
    """Columns of at least two texts and at most half of them, or all when nothing would be left."""
    kept = np.flatnonzero((frequency >= 2) & (frequency <= max(2, texts / 2)))
    return kept if len(kept) else np.arange(len(frequency))


def _incidence(parts: Sequence[Sequence[str]], rank: dict[str, int]) -> sparse.csr_matrix:
    """Rows × names: how many times each known name is in each part."""
    columns: list[int] = []
    starts = [0]
    for part in parts:
        columns.extend([rank[name] for name in part if name in rank])
        starts.append(len(columns))
    values = np.ones(len(columns), dtype=np.float32)
    shape = (len(parts), len(rank))
    return sparse.csr_matrix((values, np.array(columns, dtype=np.int32), np.array(starts)), shape=shape)


def _hybrid(meaning: np.ndarray, lexical: np.ndarray) -> np.ndarray:
    return unit_length(np.hstack([meaning, LEXICAL_SHARE * lexical]))


def _mapped(
    texts: Sequence[str],
    bags: Bags,
    space: LexicalSpace,
    lexical: np.ndarray,
    encode: Encode,
    size: int,
    rng: np.random.Generator,
) -> Vectors:
    words, weighted = _word_vectors(bags, encode)
    empty = WordMap(words, weighted, np.zeros(0), np.zeros((0, 0)))
    cheap = np.hstack([empty.average(bags), lexical])
    chosen = rng.permutation(len(texts))[:size]
    read = encode([texts[place] for place in chosen])
    read = read - read.mean(axis=0)
    seen = max(1, size * 4 // 5)
    centre, matrix = _ridge(cheap[chosen[:seen]], read[:seen])
    truth, rest = unit_length(read[seen:]), chosen[seen:]
    guessed = _hybrid(unit_length((cheap[rest] - centre) @ matrix), lexical[rest])
    kept = (_shared_neighbours(truth, guessed), _shared_neighbours(truth, lexical[rest]))
    if kept[0] < kept[1]:
        note = Note("vectors.map-refused", {"texts": len(texts), "encoded": size})
        return Vectors(lexical, Space(Kind.LEXICAL, space, None, None, size, kept, (note,)))
    centre, matrix = _ridge(cheap[chosen], read)
    word_map = WordMap(words, weighted, centre, matrix)
    rows = _hybrid(unit_length((cheap - centre) @ matrix), lexical)
    note = Note("vectors.mapped", {"texts": len(texts), "encoded": size, "words": len(words)})
    return Vectors(rows, Space(Kind.MAPPED, space, word_map, None, size, kept, (note,)))


def _word_vectors(bags: Bags, encode: Encode) -> tuple[dict[str, int], np.ndarray]:
    """The corpus's words of two texts or more, the commonest first, and their vectors times a / (a + p(w))."""
    frequency = np.asarray((bags.counts > 0).sum(axis=0)).ravel()
    times = np.asarray(bags.counts.sum(axis=0)).ravel()
    order = [int(place) for place in np.argsort(-frequency, kind="stable") if frequency[place] >= 2][:MOST_WORDS]
    order = order or list(range(len(bags.words)))
    read = _word_rows([bags.written[place] for place in order], encode)
    share = times[order] / max(1.0, times.sum())
    weighted = (read - read.mean(axis=0)) * (WORD_WEIGHT / (WORD_WEIGHT + share))[:, None]
    return {bags.words[place]: rank for rank, place in enumerate(order)}, weighted.astype(np.float32)


def _word_rows(words: Sequence[str], encode: Encode) -> np.ndarray:
    """A row for each word: distilled when it is a common one, else read by the encoder, the commonest 1,500 of them."""
    common = static_words()
    if common is None or not common.come_from(encode):
        return encode(words)
    rows, is_known = common.of(words)
    others = np.flatnonzero(~is_known)[:MOST_OTHER_WORDS]
    if len(others):
        rows[others] = common.turned(encode([words[place] for place in others]))
    return rows


def _ridge(cheap: np.ndarray, read: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    centre = cheap.mean(axis=0)
    centred = (cheap - centre).astype(np.float64)
    gram = centred.T @ centred + RIDGE * np.eye(centred.shape[1])
    return centre, np.linalg.solve(gram, centred.T @ read).astype(np.float32)


def _shared_neighbours(truth: np.ndarray, guessed: np.ndarray, count: int = 5) -> float:
    """Mean share of each row's nearest `count` rows in `truth` that are also its nearest in `guessed`."""
    count = min(count, len(truth) - 1)
    if count < 1:
        return 0.0
    found = []
    for rows in (truth, guessed):
        likeness = rows @ rows.T
        np.fill_diagonal(likeness, -2)
        found.append(np.argsort(-likeness, axis=1, kind="stable")[:, :count])
    return float(np.mean([len(set(one) & set(other)) / count for one, other in zip(*found, strict=True)]))
