"""Several codes at once: α on sets, agreement on each code, disagreements."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from concertia.engine.coding import (
    code_agreements,
    code_sets,
    disagreements,
    krippendorff_alpha,
    krippendorff_alpha_sets,
    masi_distance,
    ratings,
)
from concertia.engine.coding.code_sets import distances
from concertia.engine.notes import EngineError
from tests.engine.coding.test_agreement import alpha_by_definition

NEAR = 1e-9
SETS = st.frozensets(st.sampled_from("abcd"), max_size=3)
TABLES = st.integers(2, 4).flatmap(
    lambda coders: st.lists(st.tuples(*[st.one_of(st.none(), SETS) for _ in range(coders)]), min_size=2, max_size=15)
)


def test_masi_distance_of_the_published_cases():
    # Passonneau, LREC 2006: M is 1, 2/3, 1/3 or 0 for sets equal, one in the other, overlapping, apart.
    assert masi_distance({"a", "b"}, {"a", "b"}) == 0
    assert masi_distance({"a", "b"}, {"a", "b", "c", "d"}) == pytest.approx(1 - 0.5 * 2 / 3)
    assert masi_distance({"a", "b"}, {"b", "c"}) == pytest.approx(1 - 1 / 3 * 1 / 3)
    assert masi_distance({"a"}, {"b"}) == 1
    assert (masi_distance(set(), set()), masi_distance(set(), {"a"})) == (0, 1)


@given(st.lists(SETS, min_size=1, max_size=8, unique=True))
@settings(max_examples=100, deadline=None)
def test_distances_are_those_of_each_pair(sets):
    table = distances(sets, "abcd")
    for i, one in enumerate(sets):
        for j, other in enumerate(sets):
            assert table[i, j] == pytest.approx(masi_distance(one, other), abs=NEAR)
            assert table[i, j] == table[j, i]


@given(TABLES)
@settings(max_examples=150, deadline=None)
def test_alpha_on_sets_is_its_definition(rows):
    met = {one for row in rows if sum(c is not None for c in row) > 1 for one in row if one is not None}
    assume(len(met) > 1)
    found = krippendorff_alpha_sets(code_sets(rows))
    assert found.value == pytest.approx(alpha_by_definition(rows, lambda uses: masi_distance), abs=NEAR)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=2, max_size=20))
@settings(max_examples=60, deadline=None)
def test_alpha_on_sets_of_one_code_is_nominal_alpha(pairs):
    assume(len({code for pair in pairs for code in pair}) > 1)
    sets = code_sets([[{one}, {other}] for one, other in pairs])
    assert krippendorff_alpha_sets(sets).value == pytest.approx(krippendorff_alpha(ratings(pairs)).value, abs=NEAR)


def test_alpha_on_sets_has_its_interval():
    rng = np.random.default_rng(2)
    rows = [[{str(code)}, {str(code)} | ({"x"} if rng.random() < 0.3 else set())] for code in rng.integers(0, 5, 300)]
    one = krippendorff_alpha_sets(code_sets(rows), rng=np.random.default_rng(4))
    assert one == krippendorff_alpha_sets(code_sets(rows), rng=np.random.default_rng(4))
    assert one.low < one.value < one.high


def test_code_agreements_follow_the_grid():
    rows = [[{"bus"}, {"bus"}], [{"bus"}, set()], [{"vélo"}, {"vélo"}], [{"vélo"}, None], [set(), set()]]
    bus, velo, rare = code_agreements(code_sets(rows, codes=["bus", "vélo", "train"]))
    assert (bus.code, bus.given, bus.units, bus.positive) == ("bus", 2, 4, pytest.approx(2 / 3))
    assert bus.alpha.value == pytest.approx(1 - (2 / 8) / (2 * 3 * 5 / 56))
    assert (velo.positive, velo.alpha.value) == (1.0, 1.0)
    assert math.isnan(rare.positive)
    assert math.isnan(rare.alpha.value)
    assert rare.ac1.value == 1.0


def test_disagreements_come_with_the_worst_first():
    rows = [
        [{"a"}, {"a"}, None],
        [{"a"}, {"b"}, {"b"}],
        [{"a"}, None, {"b"}],
        [{"a", "b"}, {"a"}, {"a"}],
        [None, {"a"}, None],
    ]
    found = disagreements(code_sets(rows))
    assert [one.unit for one in found] == [2, 1, 3]
    assert [one.distance for one in found] == [1.0, pytest.approx(2 / 3), pytest.approx(2 * (2 / 3) / 3)]


def test_code_sets_of_ten_thousand_contributions():
    rng = np.random.default_rng(9)
    codes = [f"c{rank}" for rank in range(12)]
    rows = [[frozenset(rng.choice(codes, 2)) for _ in range(5)] for _ in range(2_000)]
    assert abs(krippendorff_alpha_sets(code_sets(rows, codes=codes), rng=rng, replicates=200).value) < 0.02


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: code_sets([]), "agreement.empty"),
        (lambda: code_sets([[{"a"}], []]), "agreement.uneven_rows"),
        (lambda: code_sets([[{"a"}, {"b"}]], codes=["a"]), "agreement.unknown_code"),
        (lambda: krippendorff_alpha_sets(code_sets([[{"a"}, None]])), "agreement.no_pair"),
        (lambda: krippendorff_alpha_sets(code_sets([[{"a"}, {"b"}]]), distance="dice"), "agreement.distance"),
        (lambda: code_sets([[{str(rank)}] for rank in range(6_001)]), "agreement.too_many_sets"),
    ],
)
def test_code_sets_refuse_what_makes_no_sense(call, code):
    with pytest.raises(EngineError) as caught:
        call()
    assert caught.value.note.code == code
