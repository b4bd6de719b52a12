"""Vectors of common French words, distilled once from the sentence encoder and kept in a file of 8 MB.

    v(w) = scale · q(w),   q one byte a number, 256 numbers a word;   other words: (encoder(w) − centre) · axes

They place many texts for the price of a sum. The file is optional and its SHA-256 is checked: without it, or with
another, the words of the corpus are read one by one by the encoder, which is slower. Limits: French, 32,000 words, one
meaning a word. References: S. Arora et al., « A simple but tough-to-beat baseline for sentence embeddings », ICLR 2017;
the list of words is that of wordfreq (R. Speer, CC BY-SA 4.0); made by scripts/distil_words.py.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from concertia.engine.text.encoder import Encode

FILE = Path(__file__).parent / "data" / "words-fr.npz"
PROBES = ("mairie", "école", "eau", "travail", "peur", "ordinateur")
ALIKE = 0.95  # what one byte a number leaves is above .99
SHA256 = "03c49395fd7e7c136392df514520464d5bf6b21b6e27ed2f507acc896361cb40"


@dataclass(frozen=True, eq=False)
class StaticWords:
    """`rank` of each known word; `vectors`: words × 256 (float32); `centre` and `axes` turn the encoder's own rows."""

    rank: dict[str, int]
    vectors: np.ndarray
    centre: np.ndarray
    axes: np.ndarray

    def turned(self, encoded: np.ndarray) -> np.ndarray:
        """Rows of the encoder (n × 512) as rows of this space (n × 256)."""
        return np.asarray((encoded - self.centre) @ self.axes, dtype=np.float32)

    def come_from(self, encode: Encode) -> bool:
        """Whether these vectors were distilled from this encoder: it still says the same of a few words."""
        read = encode(PROBES)
        if read.shape[1] != len(self.centre):
            return False
        found, own = self.turned(read), self.of(PROBES)[0]
        likeness = (found * own).sum(axis=1) / (np.linalg.norm(found, axis=1) * np.linalg.norm(own, axis=1) + 1e-9)
        return bool(likeness.min() > ALIKE)

    def of(self, words: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """The rows of the words that are known, zero for the others, and which are known."""
        ranks = np.array([self.rank.get(word, -1) for word in words], dtype=np.int64)
        rows = np.where((ranks >= 0)[:, None], self.vectors[ranks], 0) if len(ranks) else self.vectors[:0]
        return np.asarray(rows, dtype=np.float32), ranks >= 0


@lru_cache(maxsize=1)
def static_words() -> StaticWords | None:
    """The words of the file, or None when it is missing or is not the one that was distilled.

    >>> found = static_words()
    >>> found is None or found.of(["mairie", "zzzz"])[1].tolist() == [True, False]
    True
    """
    try:
        data = FILE.read_bytes()
    except OSError:
        return None
    if hashlib.sha256(data).hexdigest() != SHA256:
        return None
    with np.load(io.BytesIO(data), allow_pickle=False) as held:
        words = held["words"].tobytes().decode().split("\n")
        vectors = held["vectors"].astype(np.float32) * held["scale"]
        return StaticWords(
            {word: rank for rank, word in enumerate(words)}, vectors, held["centre"], held["axes"].astype(np.float32)
        )
