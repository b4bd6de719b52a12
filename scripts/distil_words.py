#!/usr/bin/env python3
"""Distil vectors of French words from the sentence encoder, once: `distil_words.py WORDS.txt`, one word a line.

Each word is read alone by the encoder; the vectors are centred, turned to their 256 main directions and kept in one
byte a number. The list in the repository is made of the 32,000 commonest French words of the « wordfreq » lists
(R. Speer, CC BY-SA 4.0): the file is shared alike, see concertia/engine/text/data/LISEZMOI.md.
"""

import hashlib
import sys
from pathlib import Path

import numpy as np

from concertia.engine.text.encoder import local_encoder
from concertia.engine.text.static_words import FILE

DIMENSIONS, MOST = 256, 32_000
BLOCK = 2000


def main(source):
    encode = local_encoder()
    if encode is None:
        sys.exit("L’encodeur n’est pas installé : pip install --require-hashes -r requirements-analysis.txt")
    words = sorted(dict.fromkeys(Path(source).read_text(encoding="utf-8").split()[:MOST]))
    rows = np.vstack([_said(encode, words[start : start + BLOCK]) for start in range(0, len(words), BLOCK)])
    centre = rows.mean(axis=0)
    _, _, axes = np.linalg.svd((rows - centre).T @ (rows - centre))
    axes = axes[:DIMENSIONS].T
    axes *= np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(DIMENSIONS)])  # the same file on every machine
    turned = (rows - centre) @ axes
    scale = np.abs(turned).max(axis=0) / 127
    FILE.parent.mkdir(exist_ok=True)
    np.savez(
        FILE,
        words=np.frombuffer("\n".join(words).encode(), dtype=np.uint8),
        vectors=np.round(turned / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        centre=centre.astype(np.float32),
        axes=axes.astype(np.float16),
    )
    print(f"{len(words)} mots, {FILE.stat().st_size / 1e6:.1f} Mo")
    print(f"SHA256 = {hashlib.sha256(FILE.read_bytes()).hexdigest()!r}")


def _said(encode, words):
    print(words[0], file=sys.stderr, flush=True)
    return encode(words).astype(np.float64)


if __name__ == "__main__":
    main(sys.argv[1])
