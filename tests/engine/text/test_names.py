import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concertia.engine.text.names import LONGEST_QUERY, Named, NameIndex, folded, proper_words, same_name, words_of

NAMES = [
    ("Toulouse Métropole", "epci", 1, 832_000),
    ("Montpellier", "commune", 2, 310_000),
    ("Saint-Étienne", "commune", 3, 173_000),
    ("Saint-Denis", "commune", 4, 155_000),
    ("Saint-Denis", "commune", 5, 149_000),
    ("Noisy-le-Grand", "commune", 5, 73_000),
    ("CA de Béthune-Bruay, Artois-Lys Romane", "epci", 0, 275_000),
    ("Béthune", "commune", 0, 25_000),
    ("L'Haÿ-les-Roses", "commune", 6, 31_000),
    ("L'Isle-d'Abeau", "commune", 7, 17_000),
    ("Montpezat", "commune", 8, 1_400),
    ("Saint-Denis", "commune", 8, 296),
    ("Sainte-Colombe", "commune", 8, 100),
    ("Y", "commune", 9, 87),
]
AREAS = ["62 Pas-de-Calais", "31 Haute-Garonne", "34 Hérault", "42 Loire", "974 La Réunion", "93 Seine-Saint-Denis"]
AREAS += ["94 Val-de-Marne", "38 Isère", "30 Gard", "80 Somme"]
LIGHT = {"metropole": frozenset({"epci"}), "ville": frozenset({"commune"}), "communaute": frozenset({"epci"})}
INDEX = NameIndex((Named(*line) for line in NAMES), areas=AREAS, light=LIGHT)


def first(query):
    found = INDEX.search(query)
    return NAMES[found[0].rank][:1] + (AREAS[NAMES[found[0].rank][2]][:3].strip(),) if found else None


@pytest.mark.parametrize(
    ("query", "name", "area"),
    [
        ("Monpelier", "Montpellier", "34"),
        ("MONTPELLIER", "Montpellier", "34"),
        ("mont pellier", "Montpellier", "34"),
        ("montp", "Montpellier", "34"),
        ("toulose metropol", "Toulouse Métropole", "31"),
        ("Saint Etiene", "Saint-Étienne", "42"),
        ("st-etienne", "Saint-Étienne", "42"),
        ("Saint-Denis", "Saint-Denis", "974"),
        ("Saint-Denis 93", "Saint-Denis", "93"),
        ("st denis 30", "Saint-Denis", "30"),
        ("saint denis reunion", "Saint-Denis", "974"),
        ("93200 saint denis cedex 2", "Saint-Denis", "93"),
        ("noisylegrand", "Noisy-le-Grand", "93"),
        ("bethune bruay", "CA de Béthune-Bruay, Artois-Lys Romane", "62"),
        ("communauté d'agglomération béthune bruay", "CA de Béthune-Bruay, Artois-Lys Romane", "62"),
        ("ville de béthune", "Béthune", "62"),
        ("hay les roses", "L'Haÿ-les-Roses", "94"),
        ("l’isle d’abeau", "L'Isle-d'Abeau", "38"),
        ("ste colombe", "Sainte-Colombe", "30"),
        ("y", "Y", "80"),
    ],
)
def test_search_forgives_how_a_name_is_typed(query, name, area):
    assert first(query) == (name, area)


@pytest.mark.parametrize("query", ["", " ", "🙂", "—", "xqzwkj", "cedex 2", "\x00"])
def test_search_of_nothing_known_finds_nothing(query):
    assert INDEX.search(query) == []


def test_search_puts_namesakes_by_weight():
    assert [match.rank for match in INDEX.search("Saint-Denis")][:3] == [3, 4, 11]


def test_search_reads_a_hundred_characters():
    assert INDEX.search("Montpellier" + " " * LONGEST_QUERY + "Toulouse") == INDEX.search("Montpellier" + " " * 100)


def test_former_name_comes_after_the_same_name_still_borne():
    index = NameIndex(
        [Named("Évry", "commune", 0, 70_000, is_former=True), Named("Évry", "commune", 0, 400)], areas=["9"]
    )
    assert [match.rank for match in index.search("evry")] == [1, 0]


def test_index_of_nothing_finds_nothing():
    assert NameIndex([], areas=[]).search("Nantes") == []


@given(st.text(max_size=10_000), st.integers(1, 20))
@settings(deadline=None, max_examples=200)
def test_search_answers_any_text(text, limit):
    began = time.process_time()
    found = INDEX.search(text, limit)
    assert time.process_time() - began < 0.5
    assert len(found) <= limit
    assert len({match.rank for match in found}) == len(found)


@given(st.sampled_from(NAMES), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_search_finds_a_name_with_one_letter_missing(line, random):
    name = line[0]
    words = [word for word in proper_words(words_of(name)) if word not in LIGHT]
    longest = max(words, key=len)
    if len(longest) < 6:
        return
    cut = random.randrange(1, len(longest))
    typed = name if longest not in folded(name) else folded(name).replace(longest, longest[:cut] + longest[cut + 1 :])
    assert name in {NAMES[match.rank][0] for match in INDEX.search(typed)}


@given(st.text(max_size=300))
def test_folded_text_is_ascii_and_stays_the_same_folded_again(text):
    once = folded(text)
    assert once.isascii()
    assert folded(once) == once
    assert words_of(once) == words_of(text)
    assert same_name(text, text)
