from hypothesis import given
from hypothesis import strategies as st

from concertia.engine.text.difference import Segment, differences


def test_differences_mark_words_added_and_removed():
    before, after = differences("Former les agents hier", "Former tous les agents, demain")
    assert [segment.text for segment in before if segment.changed] == ["hier"]
    assert [segment.text for segment in after if segment.changed] == ["tous", ", demain"]


def test_differences_of_equal_texts_mark_nothing():
    before, after = differences("Un avis.", "Un avis.")
    assert before == after == (Segment("Un avis.", False),)


def test_differences_join_changed_words_across_a_space():
    before, after = differences("réponse rapide", "délai long")
    assert before == (Segment("réponse rapide", True),)
    assert after == (Segment("délai long", True),)


def test_differences_of_long_texts_compare_sentences():
    old = " ".join(f"Phrase {rank}." for rank in range(2_000))
    _, after = differences(old, old + "Une autre.")
    assert [segment.text for segment in after if segment.changed] == ["Une autre."]


@given(st.text(), st.text())
def test_differences_give_back_both_texts(old, new):
    before, after = differences(old, new)
    assert "".join(segment.text for segment in before) == old
    assert "".join(segment.text for segment in after) == new


def test_differences_of_what_repeats_itself_compare_the_whole():
    old, new = "x. " * 6_000, "x. y. " * 3_000  # word by word or line by line, it took more than a minute
    assert differences(old, new) == ((Segment(old, True),), (Segment(new, True),))
