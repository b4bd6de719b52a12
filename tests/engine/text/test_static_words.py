"""Distilled words: those of the encoder, checked, and optional."""

import numpy as np
import pytest

from concertia.engine.text import static_words as module
from concertia.engine.text import vectors
from concertia.engine.text.encoder import local_encoder
from concertia.engine.text.static_words import FILE, PROBES, static_words


@pytest.fixture
def fresh():
    static_words.cache_clear()
    yield
    static_words.cache_clear()


def test_the_file_is_small_and_is_the_one_that_was_distilled():
    assert FILE.stat().st_size < 10_000_000
    assert len(static_words().rank) == 32_000


def test_words_of_one_subject_are_near():
    rows, known = static_words().of(["école", "collège", "camion"])
    rows = vectors.unit_length(rows)
    assert known.all()
    assert rows[0] @ rows[1] > rows[0] @ rows[2]


def test_they_say_what_the_encoder_says():
    encode = local_encoder()
    assert encode is not None, "l’encodeur est des paquets d’essai"
    found = static_words()
    assert found.come_from(encode)
    assert not found.come_from(lambda texts: np.ones((len(texts), 512), dtype=np.float32))
    assert not found.come_from(lambda texts: np.ones((len(texts), 8), dtype=np.float32))


@pytest.mark.parametrize("content", [None, b"autre chose"])
def test_without_the_file_or_with_another_there_are_none(content, fresh, monkeypatch, tmp_path):
    other = tmp_path / "mots.npz"
    if content is not None:
        other.write_bytes(content)
    monkeypatch.setattr(module, "FILE", other)
    assert static_words() is None


def test_the_encoder_reads_only_the_words_that_are_not_known(monkeypatch):
    """Two thousand words for which it would take half a minute are a sum, but for those that nobody distilled."""
    encode, asked = local_encoder(), []

    def counted(texts):
        asked.extend(texts)
        return encode(texts)

    rows = vectors._word_rows(["mairie", "zzyzx", "école"], counted)
    assert asked == [*PROBES, "zzyzx"]
    assert rows.shape == (3, 256)
    assert np.abs(rows).sum(axis=1).all()
