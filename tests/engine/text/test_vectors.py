"""Vectors: by words, by the encoder, or by a map learnt in the corpus. Every text here is made up."""

import numpy as np
import pytest

from concertia.engine.text.bags import bags_of, grams_of
from concertia.engine.text.encoder import local_encoder
from concertia.engine.text.vectors import Kind, vectors_of
from tests.engine.text.corpus import made_up


def rng():
    return np.random.default_rng(3)


def own_subject_first(rows, subjects):
    likeness = rows @ rows.T
    np.fill_diagonal(likeness, -2)
    return np.mean([subjects[near] == subjects[rank] for rank, near in enumerate(likeness.argmax(axis=1))])


def by_subject(texts):
    """A stand-in for an encoder: the hidden axes are those of a few telling stems."""
    stems = ("cycl", "vélo", "cantine", "livre", "biblio", "lampadaire", "lumi", "poubelle", "tri", "composteur")
    return np.array([[float(stem in text.lower()) for stem in stems] + [0.1] for text in texts], dtype=np.float32)


def test_bags_count_words_without_accents_and_keep_how_they_are_written():
    bags = bags_of(["Été, été… ETE", "l'été"])
    assert bags.words == ("ete", "l")
    assert bags.written == ("été", "l")
    assert bags.counts.toarray().tolist() == [[3.0, 0.0], [1.0, 1.0]]
    assert bags.words_of(1).tolist() == [1, 0]


def test_grams_of_a_word_are_framed():
    assert grams_of("bus", sizes=(3, 3)) == [" bu", "bus", "us "]


def test_lexical_vectors_bring_texts_of_one_subject_together():
    texts, subjects = made_up(200)
    found = vectors_of(texts, rng=rng())
    assert found.space.kind == Kind.LEXICAL
    assert [note.code for note in found.space.notes] == ["vectors.lexical"]
    assert own_subject_first(found.rows, subjects) > 0.95


def test_vectors_are_the_same_bytes_twice_and_when_placed_again():
    texts, _ = made_up(120)
    one, other = vectors_of(texts, rng=rng()), vectors_of(texts, rng=rng())
    assert one.rows.tobytes() == other.rows.tobytes()
    assert np.allclose(one.space.place(texts), one.rows, atol=1e-5)


@pytest.mark.parametrize("texts", [[], ["oui"], ["oui", "oui non"], ["👍"], ["", "", ""]])
def test_vectors_of_next_to_nothing_are_finite(texts):
    rows = vectors_of(texts, rng=rng()).rows
    assert len(rows) == len(texts)
    assert np.isfinite(rows).all()


def test_map_learnt_in_the_corpus_is_kept_when_it_finds_more_neighbours():
    texts, subjects = made_up(300)
    found = vectors_of(texts, rng=rng(), encode=by_subject, most_encoded=100, sample=120)
    assert found.space.kind == Kind.MAPPED
    assert found.space.encoded == 120
    assert found.space.kept[0] > found.space.kept[1]
    assert own_subject_first(found.rows, subjects) > 0.95
    assert np.allclose(found.space.place(texts[:5]), found.rows[:5], atol=1e-5)


def test_map_is_refused_and_said_when_the_encoder_says_nothing():
    texts, _ = made_up(200)

    def noise(texts):
        return np.array([[hash_of(text, axis) for axis in range(8)] for text in texts], dtype=np.float32)

    def hash_of(text, axis):
        return (sum(ord(sign) * (place + 3) ** (axis + 1) for place, sign in enumerate(text)) % 997) / 997 - 0.5

    found = vectors_of(texts, rng=rng(), encode=noise, most_encoded=100, sample=150)
    assert found.space.kind in (Kind.LEXICAL, Kind.MAPPED)
    assert (found.space.kind == Kind.LEXICAL) == (found.space.kept[0] < found.space.kept[1])


def test_encoder_that_ships_in_a_package_knows_paraphrases():
    encode = local_encoder()
    assert encode is not None, "the packages of the tests hold the encoder"
    texts, subjects = made_up(30)
    found = vectors_of(texts, rng=rng(), encode=encode)
    assert (found.space.kind, found.space.encoded) == (Kind.ENCODER, 30)
    assert own_subject_first(found.rows, subjects) > 0.8
    near, far = found.space.place(["Rouler à bicyclette fait peur", "La nuit est trop claire"], encode=encode)
    of_bikes = found.rows[[subject == "vélo" for subject in subjects]].mean(axis=0)
    assert near @ of_bikes > far @ of_bikes
    with pytest.raises(ValueError, match="needs it"):
        found.space.place(texts)
