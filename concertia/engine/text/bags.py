"""Texts as bags of words: one pass over the words, everything else as products of sparse matrices.

A text is a row of counts over a sorted vocabulary of words without accents; stems and character n-grams are taken once
for each distinct word, never for each text, so that 100,000 short texts take seconds.

    counts[t, w] = times the word w is in the text t
    stems  = counts · (words × stems)          n-grams = counts · (words × n-grams)

Limits: words are runs of letters and digits; languages written without spaces are read by their n-grams only.
Reference: G. Salton and C. Buckley, « Term-weighting approaches in automatic text retrieval », Information Processing
& Management 24(5), 1988.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from concertia.engine.text.small_words import SMALL
from concertia.engine.text.words import snowball, without_accents

LONGEST_WORD = 40  # signs; what is longer is not a word, and is cut
_WORD = re.compile(r"[^\W_]+")
_PLAIN_SMALL = frozenset(without_accents(word) for word in SMALL)


@dataclass(frozen=True, eq=False)
class Bags:
    """`words`: the sorted vocabulary, without accents; `written`: how each word is most often written, with them;
    `counts`: texts × words, float32; `sequence`: the words' ranks in the order they
    are written, those of
    text t in `sequence[starts[t]:starts[t + 1]]`."""

    words: tuple[str, ...]
    written: tuple[str, ...]
    counts: sparse.csr_matrix
    sequence: np.ndarray
    starts: np.ndarray

    def words_of(self, text: int) -> np.ndarray:
        """The ranks of one text's words, in the order they are written."""
        return self.sequence[self.starts[text] : self.starts[text + 1]]


def bags_of(texts: Sequence[str]) -> Bags:
    """The bags of words of some texts, n of them over m distinct words.

    >>> bags = bags_of(["Le bus, le BUS !", "Déjà vu"])
    >>> bags.words, bags.counts.toarray().tolist()
    (('bus', 'deja', 'le', 'vu'), [[2.0, 0.0, 2.0, 0.0], [0.0, 1.0, 0.0, 1.0]])
    """
    seen: dict[str, int] = {}
    tokens: list[int] = []
    starts = [0]
    for text in texts:
        tokens.extend([seen.setdefault(word, len(seen)) for word in _WORD.findall(text.lower())])
        starts.append(len(tokens))
    folded = [without_accents(word)[:LONGEST_WORD] for word in seen]
    words = sorted(set(folded))
    rank = {word: place for place, word in enumerate(words)}
    renumbered = np.fromiter((rank[word] for word in folded), dtype=np.int32, count=len(folded))
    seen_ranks = np.array(tokens, dtype=np.int64)
    sequence = renumbered[seen_ranks] if tokens else np.zeros(0, dtype=np.int32)
    bounds = np.array(starts, dtype=np.int64)
    counts = sparse.csr_matrix(
        (np.ones(len(sequence), dtype=np.float32), sequence, bounds), shape=(len(texts), len(words))
    )
    counts = counts.copy()
    counts.sum_duplicates()
    return Bags(tuple(words), _as_written(list(seen), folded, seen_ranks), counts, sequence, bounds)


def _as_written(forms: list[str], folded: list[str], seen_ranks: np.ndarray) -> tuple[str, ...]:
    """For each word without accents, in sorted order, its commonest form (then the first in the alphabet)."""
    times = np.bincount(seen_ranks, minlength=len(forms))
    best: dict[str, tuple[int, str]] = {}
    for form, plain, count in zip(forms, folded, times, strict=True):
        best[plain] = min(best.get(plain, (1, "")), (-int(count), form))
    return tuple(best[plain][1] for plain in sorted(best))


def full_counts(bags: Bags) -> sparse.csr_matrix:
    """The counts without the small words of French, save in a text that has no other.

    >>> full_counts(bags_of(["Le bus de nuit", "pas du tout"])).sum(axis=1).ravel().tolist()
    [[2.0, 3.0]]
    """
    is_full = np.array([word not in _PLAIN_SMALL for word in bags.words], dtype=np.float32)
    full = sparse.csr_matrix(bags.counts @ sparse.diags(is_full))
    full.eliminate_zeros()
    has_none = (np.diff(full.indptr) == 0).astype(np.float32)
    return sparse.csr_matrix(full + sparse.diags(has_none) @ bags.counts)


def stems_of(words: Sequence[str]) -> list[str]:
    """The stem of each word of a vocabulary without accents (Snowball, French).

    >>> stems_of(["ecole", "ecoles"])
    ['ecol', 'ecol']
    """
    return [snowball(word) for word in words]


def words_to_stems(words: Sequence[str]) -> tuple[sparse.csr_matrix, dict[str, int]]:
    """Words × stems, 1 where a word has a stem; the rank of each stem, in their order.

    >>> words_to_stems(["bus", "ecole", "ecoles"])[0].toarray().tolist()
    [[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]
    """
    stems = stems_of(words)
    rank = {stem: place for place, stem in enumerate(sorted(set(stems)))}
    columns = np.array([rank[stem] for stem in stems], dtype=np.int32)
    ones = np.ones(len(stems), dtype=np.float32)
    return sparse.csr_matrix((ones, (np.arange(len(stems)), columns)), shape=(len(stems), len(rank))), rank


def as_sets(counts: sparse.csr_matrix) -> sparse.csr_matrix:
    """The same rows with 1 in place of every count, columns in order.

    >>> as_sets(sparse.csr_matrix([[0.0, 3.0]])).toarray().tolist()
    [[0.0, 1.0]]
    """
    held = sparse.csr_matrix(counts)
    held.data = np.ones_like(held.data)
    held.sort_indices()
    return held


def grams_of(word: str, *, sizes: tuple[int, int] = (3, 5)) -> list[str]:
    """The character n-grams of a word between two spaces.

    >>> grams_of("an", sizes=(3, 4))
    [' an', 'an ', ' an ']
    """
    framed = f" {word} "
    last = len(framed) + 1
    return [framed[at : at + size] for size in range(sizes[0], sizes[1] + 1) for at in range(last - size)]


def unit_rows(rows: sparse.csr_matrix) -> sparse.csr_matrix:
    """Rows divided by their length; zero rows stay zero."""
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    scale = np.divide(1, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    return sparse.csr_matrix(sparse.diags(scale.astype(np.float32)) @ rows)


def content_key(text: str) -> str:
    """What stands for a text whatever its place in the file: the SHA-256 of its words, then of its very signs.

    >>> content_key("Un banc") < content_key("un  banc!") or content_key("Un banc") > content_key("un  banc!")
    True
    """
    raw = text.encode("utf-8", "surrogatepass")
    return hashlib.sha256(" ".join(text.lower().split()).encode("utf-8", "surrogatepass")).hexdigest() + (
        hashlib.sha256(raw).hexdigest()
    )


def same_words_key(text: str) -> str:
    """The words of a text without accents, signs nor case: two texts with the same key say the same words in order.

    >>> same_words_key("Déjà  VU !")
    'deja vu'
    """
    return sys.intern(" ".join(_WORD.findall(without_accents(text))))
