"""Partitions: published examples, scikit-learn, and what must hold on any labels."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score, homogeneity_completeness_v_measure

from concertia.engine.coding import adjusted_rand, b_cubed, v_measure
from concertia.engine.notes import EngineError

NEAR = 1e-9
LABELS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=60)


def test_b_cubed_of_the_published_example():
    # Bagga & Baldwin, LREC 1998: truth {1-5} {6,7} {8-C}; the first answer joins the last two, the second 1-5 and 8-C.
    truth = "aaaaabbccccc"
    first, second = b_cubed(truth, "xxxxxyyyyyyy"), b_cubed(truth, "xxxxxyyxxxxx")
    assert (first.precision, first.recall) == (pytest.approx(16 / 21), pytest.approx(1))
    assert (second.precision, second.recall) == (pytest.approx(7 / 12), pytest.approx(1))


def test_v_measure_of_the_published_example():
    # Rosenberg & Hirschberg, EMNLP-CoNLL 2007, figure 2, solutions A and B: .14 and .39.
    found = "xxxxxyyyyyzzzzz"
    assert round(v_measure("aaabcbbbcacccab", found).value, 2) == 0.14
    assert round(v_measure("aaabbbbbcccccaa", found).value, 2) == 0.39


def test_adjusted_rand_of_the_published_example():
    # Yeung & Ruzzo, Bioinformatics 17, 2001, supplement: table [[1, 1, 0], [1, 2, 1], [0, 0, 4]], .313.
    assert round(adjusted_rand("aabbbbcccc", "xyxyyzzzzz").value, 3) == 0.313


@given(LABELS)
@settings(max_examples=200, deadline=None)
def test_partitions_are_those_of_scikit_learn(pairs):
    truth, found = zip(*pairs, strict=True)
    assert adjusted_rand(truth, found).value == pytest.approx(adjusted_rand_score(truth, found), abs=NEAR)
    ours = v_measure(truth, found)
    expected = homogeneity_completeness_v_measure(truth, found)
    assert (ours.homogeneity, ours.completeness, ours.value) == pytest.approx(expected, abs=NEAR)


@given(LABELS)
@settings(max_examples=100, deadline=None)
def test_b_cubed_is_its_definition(pairs):
    precision = np.mean([np.mean([q[0] == p[0] for q in pairs if q[1] == p[1]]) for p in pairs])
    recall = np.mean([np.mean([q[1] == p[1] for q in pairs if q[0] == p[0]]) for p in pairs])
    ours = b_cubed(*zip(*pairs, strict=True))
    assert (ours.precision, ours.recall) == pytest.approx((precision, recall), abs=NEAR)
    assert ours.score == pytest.approx(2 * precision * recall / (precision + recall), abs=NEAR)


@given(LABELS)
@settings(max_examples=50, deadline=None)
def test_partitions_depend_only_on_who_is_with_whom(pairs):
    truth, found = zip(*pairs, strict=True)
    renamed = [f"n{label * 7 % 11}" for label in found]
    for measure in (adjusted_rand, b_cubed, v_measure):
        assert measure(truth, found) == measure(truth, renamed)
    assert (adjusted_rand(truth, truth).value, b_cubed(truth, truth).score) == (1.0, 1.0)


def test_intervals_hold_the_value_and_repeat():
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 6, 500)
    found = np.where(rng.random(500) < 0.8, truth, rng.integers(0, 6, 500))
    for measure, name in ((adjusted_rand, "value"), (b_cubed, "score"), (v_measure, "value")):
        one = measure(truth, found, rng=np.random.default_rng(1))
        assert one == measure(truth, found, rng=np.random.default_rng(1))
        low, high = one.interval
        assert low < getattr(one, name) < high
        assert high - low < 0.15


@pytest.mark.parametrize("measure", [adjusted_rand, b_cubed, v_measure])
def test_partitions_refuse_what_makes_no_sense(measure):
    with pytest.raises(EngineError) as caught:
        measure("ab", "a")
    assert caught.value.note.params == {"first": 2, "second": 1}
    with pytest.raises(EngineError) as caught:
        measure([], [])
    assert caught.value.note.code == "agreement.empty"
