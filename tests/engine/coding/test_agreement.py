"""Agreement between coders: published examples, scikit-learn, and what must hold on any codes."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from concertia.engine.coding import cohen_kappa, fleiss_kappa, gwet_ac1, krippendorff_alpha, ratings
from concertia.engine.notes import EngineError

NEAR = 1e-9


def from_table(table, codes):
    """The pairs of codes that a contingency table counts, the first coder's codes in lines."""
    return ratings(
        [
            (codes[line], codes[column])
            for line, row in enumerate(table)
            for column, count in enumerate(row)
            for _ in range(count)
        ],
        codes=codes,
    )


# Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011, section C; also Gwet, Handbook, 2014, p. 120.
FOUR_OBSERVERS = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, np.nan, np.nan, np.nan],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, np.nan, 3],
        [np.nan, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, np.nan],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, np.nan],
    ]
).T

# Gwet, irrCAC, overview: two abstractors, 100 pregnancies, three categories.
ABSTRACTORS = from_table([[13, 0, 0], [0, 20, 7], [0, 4, 56]], ["Ectopic", "AIU", "NIU"])

# Fleiss's layout, 10 subjects, 14 raters, 5 categories: the worked example of most textbooks, κ = .210.
FOURTEEN_RATERS = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]


def test_cohen_kappa_of_published_tables():
    # Artstein & Poesio, Computational Linguistics 34(4), 2008, table 1.
    assert cohen_kappa(from_table([[20, 20], [10, 50]], ["a", "b"])).value == pytest.approx(0.348, abs=5e-4)
    assert cohen_kappa(ABSTRACTORS).value == pytest.approx(0.7964094, abs=5e-8)
    # SAS/STAT, FREQ procedure, example of two dermatologists and 88 patients: .3449, linear weights .5082.
    skin = from_table([[10, 4, 1, 0], [5, 10, 12, 2], [2, 4, 12, 5], [0, 2, 6, 13]], [1, 2, 3, 4])
    assert cohen_kappa(skin).value == pytest.approx(0.3449, abs=5e-5)
    assert cohen_kappa(skin, weights="linear").value == pytest.approx(0.5082, abs=5e-5)


def test_fleiss_kappa_of_published_examples():
    rows = [[code for code, count in enumerate(line) for _ in range(count)] for line in FOURTEEN_RATERS]
    found = fleiss_kappa(ratings(rows))
    assert (round(found.observed, 3), round(found.expected, 3), round(found.value, 3)) == (0.378, 0.213, 0.21)
    # Gwet, irrCAC, overview: fleiss.kappa.raw(cac.raw4raters), codes missing.
    assert fleiss_kappa(ratings(FOUR_OBSERVERS)).value == pytest.approx(0.76117, abs=5e-6)


def test_gwet_ac1_of_published_examples():
    found = gwet_ac1(ratings(FOUR_OBSERVERS))
    assert (found.observed, found.expected) == (pytest.approx(0.8181818, abs=5e-8), pytest.approx(0.1903212, abs=5e-8))
    assert found.value == pytest.approx(0.77544, abs=5e-6)
    assert gwet_ac1(ABSTRACTORS).value == pytest.approx(0.8493305, abs=5e-8)


@pytest.mark.parametrize(("level", "expected"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_krippendorff_alpha_of_his_own_example(level, expected):
    assert krippendorff_alpha(ratings(FOUR_OBSERVERS), level=level).value == pytest.approx(expected, abs=5e-4)


def test_krippendorff_alpha_of_two_coders():
    assert krippendorff_alpha(ABSTRACTORS).value == pytest.approx(0.7972585, abs=5e-8)
    # Krippendorff, 2011, sections A and B: two observers, two categories then five, no code missing.
    binary = ratings(zip("0100000010", "1110010000", strict=True))
    assert krippendorff_alpha(binary).value == pytest.approx(0.095, abs=5e-4)
    nominal = ratings(zip("aabbdcccedda", "babbbccceddd", strict=True))
    assert krippendorff_alpha(nominal).value == pytest.approx(0.692, abs=5e-4)


CODES = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=60)


@given(CODES, st.sampled_from(["none", "linear", "quadratic"]))
@settings(max_examples=200, deadline=None)
def test_cohen_kappa_is_that_of_scikit_learn(pairs, weights):
    first, second = zip(*pairs, strict=True)
    assume(len(set(first) | set(second)) > 1)
    expected = cohen_kappa_score(first, second, labels=range(5), weights=None if weights == "none" else weights)
    assert cohen_kappa(ratings(pairs, codes=range(5)), weights=weights).value == pytest.approx(expected, abs=NEAR)


def alpha_by_definition(rows, delta):
    """Krippendorff's formula written as it stands, over the coincidences."""
    coincidences = {}
    for row in rows:
        given_codes = [code for code in row if code is not None]
        for i, one in enumerate(given_codes):
            for j, other in enumerate(given_codes):
                if i != j:
                    pair = (one, other)
                    coincidences[pair] = coincidences.get(pair, 0) + 1 / (len(given_codes) - 1)
    uses = {}
    for (one, _), count in coincidences.items():
        uses[one] = uses.get(one, 0) + count
    total = sum(uses.values())
    differences = delta(uses)
    observed = sum(count * differences(*pair) for pair, count in coincidences.items()) / total
    expected = sum(uses[c] * uses[k] * differences(c, k) for c in uses for k in uses) / (total * (total - 1))
    return 1 - observed / expected


def ordinal_delta(uses):
    def difference(c, k):
        low, high = min(c, k), max(c, k)
        between = sum(count for code, count in uses.items() if low <= code <= high)
        return (between - (uses[c] + uses[k]) / 2) ** 2

    return difference


DELTAS = {
    "nominal": lambda uses: lambda c, k: float(c != k),
    "ordinal": ordinal_delta,
    "interval": lambda uses: lambda c, k: (c - k) ** 2,
}
TABLES = st.integers(2, 5).flatmap(
    lambda coders: st.lists(
        st.tuples(*[st.one_of(st.none(), st.integers(-2, 5)) for _ in range(coders)]), min_size=2, max_size=25
    )
)


@given(TABLES, st.sampled_from(sorted(DELTAS)))
@settings(max_examples=200, deadline=None)
def test_krippendorff_alpha_is_its_definition(rows, level):
    pairable = [[code for code in row if code is not None] for row in rows]
    met = {code for row in pairable if len(row) > 1 for code in row}
    assume(len(met) > 1)
    found = krippendorff_alpha(ratings(rows), level=level).value
    assert found == pytest.approx(alpha_by_definition(rows, DELTAS[level]), abs=NEAR)


@given(TABLES, st.randoms())
@settings(max_examples=100, deadline=None)
def test_agreement_depends_neither_on_the_order_of_contributions_nor_of_coders(rows, random):
    assume(any(sum(code is not None for code in row) > 1 for row in rows))
    shuffled = [list(row) for row in rows]
    random.shuffle(shuffled)
    order = list(range(len(rows[0])))
    random.shuffle(order)
    shuffled = [[row[place] for place in order] for row in shuffled]
    for measure in (fleiss_kappa, gwet_ac1, krippendorff_alpha):
        one, other = measure(ratings(rows)).value, measure(ratings(shuffled)).value
        assert one == pytest.approx(other, abs=NEAR, nan_ok=True)


@given(st.lists(st.integers(0, 3), min_size=2, max_size=30), st.integers(2, 4))
@settings(max_examples=50, deadline=None)
def test_agreement_of_coders_who_say_the_same_is_one(codes, coders):
    assume(len(set(codes)) > 1)
    table = ratings([[code] * coders for code in codes])
    for measure in (fleiss_kappa, gwet_ac1, krippendorff_alpha):
        assert measure(table).value == pytest.approx(1.0, abs=NEAR)


def test_agreement_of_codes_that_never_vary_is_undefined():
    same = ratings([["oui", "oui"]] * 5)
    for measure in (cohen_kappa, fleiss_kappa, gwet_ac1, krippendorff_alpha):
        assert math.isnan(measure(same).value)
    assert gwet_ac1(ratings([["oui", "oui"]] * 5, codes=["oui", "non"])).value == 1.0


def test_intervals_are_those_of_the_generator_and_hold_the_value():
    rng = np.random.default_rng(7)
    truth = rng.integers(0, 4, 400)
    rows = np.array([np.where(rng.random(400) < 0.8, truth, rng.integers(0, 4, 400)) for _ in range(3)]).T
    for measure in (fleiss_kappa, gwet_ac1, krippendorff_alpha):
        one = measure(ratings(rows), rng=np.random.default_rng(3))
        assert one == measure(ratings(rows), rng=np.random.default_rng(3))
        assert one.low < one.value < one.high
        assert 0.04 < one.high - one.low < 0.15
    assert cohen_kappa(ratings(rows[:, :2]), rng=np.random.default_rng(3)).low < 0.7


def test_interval_is_that_of_contributions_drawn_one_by_one():
    rng = np.random.default_rng(11)
    rows = rng.integers(0, 3, (60, 3))
    rows[:, 1] = np.where(rng.random(60) < 0.7, rows[:, 0], rows[:, 1])
    found = krippendorff_alpha(ratings(rows), rng=np.random.default_rng(1), replicates=4_000)
    drawn = [krippendorff_alpha(ratings(rows[rng.integers(0, 60, 60)])).value for _ in range(1_500)]
    assert (found.low, found.high) == pytest.approx(tuple(np.percentile(drawn, [2.5, 97.5])), abs=0.03)


def test_ten_thousand_contributions_by_five_coders():
    rng = np.random.default_rng(5)
    rows = rng.integers(0, 12, (10_000, 5))
    found = krippendorff_alpha(ratings(rows), rng=rng)
    assert (found.units, abs(found.value) < 0.02) == (10_000, True)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: ratings([]), "agreement.empty"),
        (lambda: ratings([[1, 2], [1]]), "agreement.uneven_rows"),
        (lambda: ratings([["vélo", "bus"]], codes=["vélo"]), "agreement.unknown_code"),
        (lambda: cohen_kappa(ratings([[1, 2, 3]])), "agreement.two_coders"),
        (lambda: cohen_kappa(ratings([[1, None], [None, 2]])), "agreement.no_pair"),
        (lambda: cohen_kappa(ratings([["a", "b"]]), weights="linear"), "agreement.no_order"),
        (lambda: cohen_kappa(ratings([[1, 2]]), weights="cubic"), "agreement.weights"),
        (lambda: fleiss_kappa(ratings([[1, None]])), "agreement.no_pair"),
        (lambda: gwet_ac1(ratings([[1, None]])), "agreement.no_pair"),
        (lambda: krippendorff_alpha(ratings([[1, None]])), "agreement.no_pair"),
        (lambda: krippendorff_alpha(ratings([[1, 2]]), level="ratio"), "agreement.level"),
        (lambda: krippendorff_alpha(ratings([["a", "b"]]), level="ordinal"), "agreement.no_order"),
        (lambda: krippendorff_alpha(ratings([["a", "b"]], codes="ab"), level="interval"), "agreement.not_numbers"),
        (
            lambda: fleiss_kappa(ratings([[1, 2]]), rng=np.random.default_rng(1), replicates=1),
            "agreement.replicates",
        ),
    ],
)
def test_agreement_refuses_what_makes_no_sense(call, code):
    with pytest.raises(EngineError) as caught:
        call()
    assert caught.value.note.code == code
