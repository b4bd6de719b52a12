"""Near-duplicates and campaigns. Every text here is made up."""

import numpy as np
import pytest

from concertia.engine.text.campaigns import burst_of, campaigns_of, flood_of, persons, template_of
from concertia.engine.text.duplicates import Level, completed, find_duplicates
from concertia.engine.text.units import Contribution

LETTER = (
    "Nous demandons que la piscine du canton reste ouverte pendant les vacances scolaires, car les enfants de nos"
    " villages apprennent à y nager, les associations y donnent leurs cours et les anciens viennent s'y soigner."
)
SYLLABLES = ("ba", "cro", "du", "fi", "gla", "mo", "nu", "pli", "ra", "sto", "ti", "vu")


def invented(rng, count):
    """Words of no language, so that two texts share nothing but by design."""
    return ["".join(rng.choice(SYLLABLES, size=4)) for _ in range(count)]


def rewritten(rng, words, share):
    found = list(words)
    for place in rng.permutation(len(found))[: round(share * len(found))]:
        found[place] = invented(rng, 1)[0]
    return found


@pytest.fixture(scope="module")
def planted():
    rng = np.random.default_rng(0)
    texts, campaign, level = [], [], []
    for rank in range(6):
        letter = invented(rng, 40)
        for kind, share in ((Level.EXACT, 0), (Level.LIGHT, 0.04), (Level.MEDIUM, 0.15), (Level.HEAVY, 0.4)):
            for _ in range(6):
                words = rewritten(rng, letter, share)
                texts.append(" ".join(words[20:] + words[:20] if kind == Level.HEAVY else words))
                campaign.append(rank)
                level.append(kind)
    for _ in range(400):
        texts.append(" ".join(invented(rng, int(rng.integers(5, 50)))))
        campaign.append(-1)
        level.append(None)
    order = rng.permutation(len(texts))
    found = find_duplicates([texts[place] for place in order])
    return found, np.array(campaign)[order], [level[place] for place in order]


@pytest.mark.parametrize(
    ("kind", "share"), [(Level.EXACT, 1), (Level.LIGHT, 1), (Level.MEDIUM, 0.95), (Level.HEAVY, 0.6)]
)
def test_rewrites_are_tied_to_their_campaign(planted, kind, share):
    found, campaign, level = planted
    main = {rank: np.bincount(found.model[campaign == rank]).argmax() for rank in range(6)}
    tied = [found.model[place] == main[campaign[place]] for place in range(len(level)) if level[place] == kind]
    assert np.mean(tied) >= share


def test_strangers_are_tied_to_nothing(planted):
    found, campaign, _ = planted
    assert not found.is_copy[campaign == -1].any()


def test_levels_follow_the_words():
    light = LETTER.replace("du canton", "cantonale")
    medium = LETTER.replace("les enfants de nos villages", "nos élèves").replace(
        "viennent s'y soigner", "y nagent aussi"
    )
    found = find_duplicates([LETTER, LETTER.upper(), light, medium])
    assert found.level == (None, Level.EXACT, Level.LIGHT, Level.MEDIUM)


def test_alike_texts_are_not_chained():
    """A ~ B and B ~ C, but A and C share little: C does not follow A through B."""
    rng = np.random.default_rng(4)
    words = invented(rng, 60)
    chain = [" ".join(words[start : start + 30]) for start in (0, 9, 18, 27)]
    found = find_duplicates(chain)
    assert found.model[0] != found.model[3]


def test_one_sentence_in_common_is_not_a_rewrite():
    rng = np.random.default_rng(5)
    shared, one, other = invented(rng, 20), invented(rng, 20), invented(rng, 20)
    assert not find_duplicates([" ".join(shared + one), " ".join(shared + other)]).is_copy.any()


@pytest.mark.parametrize("texts", [[], [""], ["", ""], ["👍", "👎"], ["oui"]])
def test_texts_without_words_are_copies_of_nothing(texts):
    assert not find_duplicates(texts).is_copy.any()


def test_the_same_word_a_thousand_times_has_one_model():
    found = find_duplicates(["oui"] * 1000)
    assert (found.model == 0).all()


def test_short_answers_are_not_mistaken_for_each_other():
    assert not find_duplicates(["plus de bus le soir", "plus de bancs au parc", "plus de bus au parc"]).is_copy.any()


def test_completed_ties_what_means_the_same():
    texts = [
        "ouvrons la piscine du canton le dimanche pour les cours de natation des enfants",
        "que le bassin du canton accueille aussi des leçons de nage pour les enfants",
    ]
    found = find_duplicates(texts)
    assert not found.is_copy.any()
    joined = completed(found, texts, np.ones((2, 1), dtype=np.float32), np.arange(2))
    assert joined.model.tolist() == [0, 0]
    assert joined.level[1] == Level.MEANING


def test_campaign_counts_messages_persons_levels_and_burst():
    people = [Contribution(str(rank), LETTER, author=f"p{rank % 4}", time=1000.0 + rank) for rank in range(8)]
    people += [Contribution(f"x{rank}", f"avis {rank} sans rapport", time=rank * 1000.0) for rank in range(5)]
    campaign = campaigns_of(people, find_duplicates([one.text for one in people]))[0]
    assert (len(campaign.members), campaign.persons, campaign.levels) == (8, 4, {"exact": 7})
    assert campaign.burst > 0.99


@pytest.mark.parametrize(
    ("text", "is_campaign"),
    [
        ("Je suis pour", False),
        ("Il faut plus de bus le soir et le dimanche", False),  # 10 words
        ("Nous refusons que le bureau de poste du bourg ferme ses portes le samedi matin", True),
    ],
)
def test_few_words_said_by_many_are_duplicates_and_no_campaign(text, is_campaign):
    texts = [text] * 40
    found = find_duplicates(texts)
    people = [Contribution(str(rank), text, author=str(rank)) for rank, text in enumerate(texts)]
    assert found.is_copy.sum() == 39
    assert bool(campaigns_of(people, found)) == is_campaign


def test_template_says_what_stands_and_what_varies():
    others = [LETTER.replace("la piscine", f"{name}") for name in ("le stade", "le stade", "le gymnase")]
    parts = template_of(LETTER, others)
    varying = [(part.span.of(LETTER), part.others) for part in parts if part.varies]
    assert varying == [("la piscine", ("le stade", "le gymnase"))]
    assert "".join(part.span.of(LETTER) for part in parts) == LETTER  # quoted whole, to its full stop


def test_persons_without_a_name_count_one_each():
    assert persons([Contribution("1", "a"), Contribution("2", "b")], [0, 1]) == 2


def test_burst_needs_times():
    assert burst_of([1.0, 2.0], 10.0) is None


def test_flood_is_asked_about_and_people_are_not():
    rng = np.random.default_rng(2)
    people = rng.normal(size=(300, 30))
    flood = rng.normal(size=30) + 0.35 * rng.normal(size=(16, 30))
    rows = np.vstack([people, flood]).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    texts = [" ".join(invented(rng, int(rng.integers(15, 80)))) for _ in range(300)]
    texts += ["il est de la plus haute importance que " + " ".join(invented(rng, 30)) for _ in range(16)]
    found = flood_of([Contribution(str(rank), text) for rank, text in enumerate(texts)], rows)
    assert set(found.suspects) == set(range(300, 316))
    assert found.note.code == "flood.question"


def test_one_manner_gives_a_flood_away_where_nearness_does_not():
    """Sixteen texts hardly nearer to each other than people's are written in one manner."""
    rng = np.random.default_rng(4)
    rows = rng.normal(size=(216, 40))
    rows[200:] += 1.2 * rng.normal(size=40)
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    ends = (" !!", ".", "", "...", " ?", ", quoi.", " (voir 12)")
    texts = []
    for _ in range(200):
        said = " ".join(invented(rng, int(rng.integers(12, 70))))
        said = said.upper() if rng.random() < 0.1 else said.replace(" ", rng.choice([" ", ", ", ". "]), 4)
        texts.append(said + ends[rng.integers(len(ends))])
    texts += [", ".join(" ".join(invented(rng, 10)) for _ in range(3)).capitalize() + "." for _ in range(16)]
    found = flood_of([Contribution(str(rank), text) for rank, text in enumerate(texts)], rows)
    assert np.median(found.score[200:]) > np.quantile(found.score[:200], 0.98)
    assert sum(rank < 200 for rank in found.suspects) <= 4


def test_who_is_a_copy_is_computed_once_for_all_texts():
    found = find_duplicates(["un banc au parc"] * 3)
    assert found.is_copy is found.is_copy
    assert found.is_copy.tolist() == [False, True, True]


@pytest.mark.parametrize(("added", "is_copy"), [(6, True), (60, False)])
def test_a_letter_is_found_in_one_a_little_longer_not_in_one_four_times_as_long(added, is_copy):
    rng = np.random.default_rng(8)
    letter = invented(rng, 20)
    strangers = [" ".join(invented(rng, 20)) for _ in range(30)]
    found = find_duplicates([" ".join(letter), " ".join(letter + invented(rng, added)), *strangers])
    assert bool(found.is_copy[1]) == is_copy


def test_between_equals_the_model_is_the_wording_sent_the_most():
    """All are alike, so that each has as many twins: the one sent eight times stands for them."""
    reordered = " ".join(LETTER.split()[14:] + LETTER.split()[:14])
    for texts in ([reordered, *[LETTER] * 8], [LETTER, *[reordered] * 8]):
        found = find_duplicates(texts)
        assert found.model.tolist() == [1] * 9
        assert found.level[2:] == (Level.EXACT,) * 7
