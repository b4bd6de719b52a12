"""Weak signals: a short list, read first. Every text here is made up."""

import numpy as np

from concertia.engine.text.bags import bags_of
from concertia.engine.text.signals import read_first
from concertia.engine.text.themes import find_themes
from concertia.engine.text.vectors import unit_length, vectors_of
from tests.engine.text.corpus import WAYS, made_up

RARE = [
    "Je demande une ruche pédagogique pour les abeilles noires sur le toit du gymnase",
    "Personne ne parle des abeilles : installons des ruches et un apiculteur bénévole",
    "Mon fauteuil roulant ne passe pas le seuil du bureau de vote",
    "Une signalétique en braille et un interprète en langue des signes à l'accueil",
]


def read(texts, **options):
    rng = np.random.default_rng(0)
    rows = vectors_of(texts, rng=rng).rows
    return read_first(rows, find_themes(rows, rng=rng), bags_of(texts), rng=rng, **options)


def test_rare_subjects_stand_in_a_list_of_a_twentieth():
    texts = made_up(396)[0] + RARE
    reading = read(texts)
    assert len(reading.signals) == 20
    assert len({396, 397, 398, 399} & {signal.text for signal in reading.signals}) >= 3
    first = next(signal for signal in reading.signals if signal.text == 398)
    assert "fauteuil" in first.rare_words
    assert sorted(reading.order.tolist()) == list(range(400))


def test_a_handful_of_texts_is_to_be_read_whole():
    reading = read(["oui", "non", "un banc au parc"])
    assert len(reading.signals) == 3
    assert [signal.nearest_theme for signal in reading.signals] == [None] * 3


def test_a_profile_is_told_when_neighbours_share_it():
    ruches = [RARE[0].replace("le toit", place) for place in ("la cour", "le préau", "le talus", "le pré", "la butte")]
    reading = read(made_up(200)[0] + ruches, profiles=[None] * 200 + ["apiculteur"] * 5)
    assert "apiculteur" in {signal.profile for signal in reading.signals}


def test_a_profile_that_nearly_everyone_has_says_nothing():
    ruches = [RARE[0].replace("le toit", place) for place in ("la cour", "le préau", "le talus", "le pré", "la butte")]
    reading = read(made_up(200)[0] + ruches, profiles=["habitante"] * 205)
    assert {signal.profile for signal in reading.signals} == {None}


def test_nothing_to_read():
    assert read([]).signals == ()


def test_a_rare_subject_that_several_share_is_read_first_though_they_are_alike():
    things = "la ruche|les abeilles|le miel|un essaim|un apiculteur|le pollen|les frelons|le rucher|la cire|les reines"
    rng = np.random.default_rng(0)
    shared = [WAYS[rank % 4].format(*rng.permutation(things.split("|"))[:6]) for rank in range(12)]
    reading = read(made_up(1200)[0] + shared)
    listed = {signal.text for signal in reading.signals}
    assert len(listed) == 60
    assert len(listed & set(range(1200, 1212))) == 6  # a tenth of the list: the others come right after
    assert set(range(1200, 1212)) <= set(reading.order[:120].tolist())


def test_two_near_one_another_and_apart_from_the_rest_are_read_as_early_as_those_who_are_alone():
    rng = np.random.default_rng(0)
    rows = unit_length(rng.normal(size=(300, 60)).astype(np.float32))
    rows[1] = unit_length(rows[:1] + 0.8 * rows[1:2])[0]  # two texts as near as .78, all the others by chance
    same_words = bags_of(["les bancs du parc"] * 300)
    reading = read_first(rows, find_themes(rows, rng=rng), same_words, rng=rng)
    place = {text: rank for rank, text in enumerate(reading.order.tolist())}
    assert max(place[0], place[1]) < 15
