"""Suggested codes: from the grid's words, then from people's choices. Every text here is made up."""

import numpy as np
import pytest

from concertia.engine.coding.suggestions import GridCode, Grounds, for_contributions, grounds_of, next_to_code, suggest
from concertia.engine.text.units import Unit
from tests.engine.text.corpus import SUBJECTS, made_up

GRID = [
    GridCode(name, name, " ; ".join(things.split("|")[:4]), examples=(things.split("|")[5],))
    for name, things in SUBJECTS.items()
]


@pytest.fixture(scope="module")
def corpus():
    texts, subjects = made_up(200, seed=3)
    return texts, subjects, grounds_of(texts, GRID, rng=np.random.default_rng(0))


def share_right(found, subjects, count):
    return np.mean([subject in [one.code for one in found.best(rank, count)] for rank, subject in enumerate(subjects)])


def test_a_grid_alone_suggests_the_right_code_among_three(corpus):
    _, subjects, grounds = corpus
    assert share_right(suggest(grounds), subjects, 3) > 0.9
    assert len(suggest(grounds).best(0)) == 3


def test_suggestions_learn_from_choices(corpus):
    texts, subjects, _ = corpus
    vague = [GridCode(name, things.split("|")[0]) for name, things in SUBJECTS.items()]
    grounds = grounds_of(texts, vague, rng=np.random.default_rng(0))
    coded = {rank: frozenset({subjects[rank]}) for rank in range(60)}
    before, after = suggest(grounds), suggest(grounds, coded)
    assert after.coded == 60
    assert share_right(after, subjects, 1) > share_right(before, subjects, 1)


def test_same_choices_same_scores(corpus):
    _, subjects, grounds = corpus
    coded = {rank: frozenset({subjects[rank]}) for rank in range(20)}
    assert suggest(grounds, coded).scores.tobytes() == suggest(grounds, coded).scores.tobytes()


def test_codes_of_no_grid_and_texts_of_no_code_teach_nothing_wrong(corpus):
    _, _, grounds = corpus
    found = suggest(grounds, {0: frozenset({"inconnu"}), 1: frozenset()})
    assert found.coded == 2
    assert np.isfinite(found.scores).all()


def test_counter_examples_push_a_code_away():
    texts = ["les arbres morts de la place", "planter des arbres fruitiers"]
    plain = GridCode("a", "arbres")
    wary = GridCode("b", "arbres", counter_examples=("les arbres morts de la place",))
    grounds = grounds_of(texts, [plain, wary], rng=np.random.default_rng(0))
    assert grounds.likeness[0, 0] > grounds.likeness[0, 1]


def test_next_to_code_is_never_already_coded_and_differs(corpus):
    _, subjects, grounds = corpus
    coded = {rank: frozenset({subjects[rank]}) for rank in range(30)}
    chosen = next_to_code(grounds, suggest(grounds, coded), coded, count=20)
    assert len(set(chosen)) == 20
    assert not set(chosen) & set(coded)


def test_contributions_take_from_their_units(corpus):
    _, _, grounds = corpus
    found = for_contributions(suggest(grounds), [Unit(rank // 2, 0, 1) for rank in range(200)], 100)
    assert found.scores.shape == (100, len(GRID))


@pytest.mark.parametrize(("texts", "grid"), [([], GRID), (["un banc"], []), ([], []), (["", "🚲"], GRID[:1])])
def test_next_to_nothing(texts, grid):
    grounds = grounds_of(texts, grid, rng=np.random.default_rng(0))
    assert suggest(grounds).scores.shape == (len(texts), len(grid))


def test_an_encoder_may_replace_words():
    def encode(texts):
        return np.array([["chat" in text or "félin" in text, "bus" in text or "car" in text] for text in texts], float)

    grid = [GridCode("animaux", "chat"), GridCode("transports", "bus")]
    grounds = grounds_of(["un félin", "le car"], grid, rng=np.random.default_rng(0), encoders=[encode])
    assert [suggest(grounds).best(rank, 1)[0].code for rank in range(2)] == ["animaux", "transports"]


def test_codes_that_many_texts_are_near_are_suggested_more():
    likeness = np.array([[0.9, 0.1, 0.1]] * 60 + [[0.1, 0.9, 0.1]] * 30 + [[0.5, 0.5, 0.1]] * 10)
    grounds = Grounds(("a", "b", "c"), likeness, np.eye(100, dtype=np.float32))
    assert [one.code for one in suggest(grounds).best(99, 2)] == ["a", "b"]


def test_what_people_chose_weighs_more_as_they_code():
    rows = np.repeat(np.eye(2, dtype=np.float32), 200, axis=0)
    wrong = np.repeat(np.array([[0.4, 0.6], [0.6, 0.4]]), 200, axis=0)
    grounds = Grounds(("a", "b"), wrong, rows)
    right = {rank: frozenset("a" if rank < 200 else "b") for rank in range(400)}
    few = {rank: right[rank] for rank in (0, 399)}
    many = {rank: right[rank] for rank in range(0, 400, 4)}
    assert suggest(grounds, few).best(10, 1)[0].code == "b"
    assert suggest(grounds, many).best(10, 1)[0].code == "a"


def test_two_encoders_are_both_heard():
    def one(texts):
        return np.array([["chat" in text or "félin" in text, "bus" in text] for text in texts], float)

    def other(texts):
        return np.array([["chat" in text, "bus" in text or "car" in text] for text in texts], float)

    grid = [GridCode("animaux", "chat"), GridCode("transports", "bus")]
    grounds = grounds_of(["un félin", "le car"], grid, rng=np.random.default_rng(0), encoders=[one, other])
    assert [suggest(grounds).best(rank, 1)[0].code for rank in range(2)] == ["animaux", "transports"]
