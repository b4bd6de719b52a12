"""Encoders: two that ship in packages, the same bytes wherever their blocks are read. Every text here is made up."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from threadpoolctl import threadpool_limits

from concertia.engine.text import encoder
from concertia.engine.text.encoder import by_units, local_encoder, local_encoders, second_encoder

LINES = ["Un arceau à vélo devant la gare", "Des stationnements pour bicyclettes", "La soupe de la cantine est froide"]


def test_both_encoders_of_the_tests_know_paraphrases():
    assert len(local_encoders()) == 2, "the packages of the tests hold both encoders"
    for encode in local_encoders():
        likeness = (rows := encode(LINES)) @ rows.T
        assert likeness[0, 1] > max(likeness[0, 2], likeness[1, 2])


def test_a_text_has_the_same_vector_alone_among_others_and_elsewhere(monkeypatch):
    monkeypatch.setattr(encoder, "BATCH", 2)
    with ThreadPoolExecutor(2) as pool:
        for make in (local_encoder, second_encoder):
            here, there = make(), make(pool)
            texts = [*LINES, "", "a\x00b", "\ud800 seul", LINES[0]]
            assert here(texts).tobytes() == there(texts).tobytes()
            assert here([]).shape == (0, here(["un"]).shape[1])
    assert second_encoder()(LINES)[0].tobytes() == second_encoder()(LINES[:1])[0].tobytes()


def test_the_second_encoder_gives_the_same_bytes_on_one_core():
    rows = second_encoder()(LINES)
    with threadpool_limits(limits=1):
        assert second_encoder()(LINES).tobytes() == rows.tobytes()
    e5 = encoder._e5()
    with threadpool_limits(limits=1):
        assert e5.query(LINES).tobytes() == rows[[0, 1, 2]].tobytes()


def test_a_text_read_by_units_weighs_them_by_their_length():
    def encode(texts):
        return np.array([["bus" in text, "banc" in text] for text in texts], dtype=np.float32)

    rows = by_units(encode)(["Le bus passe beaucoup trop tard le soir. Un banc à la place, merci.", "Un banc", ""])
    assert rows[0, 0] > rows[0, 1] > 0
    assert rows[1].tolist() == [0.0, 1.0]
    assert rows[2].tolist() == [0.0, 0.0]
