"""Units: slices that follow each other and leave nothing out, whatever the text. Every text here is made up."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concertia.engine.text.units import (
    LONGEST_UNIT,
    Reason,
    Status,
    cut,
    languages,
    reason_to_set_aside,
    units_of,
)


def pieces(text):
    return [span.of(text) for span in cut(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("👍👍 !!!", []),
        ("oui", ["oui"]),
        ("Il faut des bancs. Il faut aussi des arbres.", ["Il faut des bancs.", "Il faut aussi des arbres."]),
        ("M. Petit et Mme. Blanc ont tort.", ["M. Petit et Mme. Blanc ont tort."]),
        ("Le loyer a pris 3.5 points en un an.", ["Le loyer a pris 3.5 points en un an."]),
        ("Voir www.exemple.fr/plan.pdf pour la carte.", ["Voir www.exemple.fr/plan.pdf pour la carte."]),
        (
            "Trois choses à revoir :\n- le bus du soir\n- les trottoirs de la rue haute",
            ["Trois choses à revoir :", "- le bus du soir", "- les trottoirs de la rue haute"],
        ),
        ("Merci. Il faut ouvrir la salle le dimanche.", ["Merci. Il faut ouvrir la salle le dimanche."]),
        ("Le bus, le train, etc. Et puis les vélos aussi.", ["Le bus, le train, etc.", "Et puis les vélos aussi."]),
        ("Pourquoi fermer la poste ? On y va à pied.", ["Pourquoi fermer la poste ?", "On y va à pied."]),
        ("« Il faut agir vite. » Voilà ce qui se dit.", ["« Il faut agir vite. »", "Voilà ce qui se dit."]),
    ],
)
def test_cut_gives_ideas(text, expected):
    assert pieces(text) == expected


def test_cut_parts_a_long_sentence_at_its_turns():
    text = "Je prends le bus tous les matins " * 8 + ", mais le soir il n'y en a plus après dix-neuf heures"
    assert [piece[:4] for piece in pieces(text)] == ["Je p", "mais"]


def test_units_of_keeps_the_rank_of_the_contribution():
    assert [unit.contribution for unit in units_of(["Un banc au parc.", "", "Un arbre ici. Une fontaine là-bas."])] == [
        0,
        2,
    ]


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="aé M.!?;,\n -0…»\x00’x", max_size=300) | st.text(max_size=200))
def test_spans_follow_each_other_and_hold_every_sign(text):
    spans = cut(text)
    held = [place for span in spans for place in range(span.start, span.end)]
    assert held == sorted(set(held))
    assert all(0 < span.end - span.start <= LONGEST_UNIT and span.of(text) == span.of(text).strip() for span in spans)
    if spans:
        left = set(range(len(text))) - set(held)
        assert all(text[place].isspace() for place in left)
    else:
        assert not any(sign.isalnum() for sign in text)


def test_cut_takes_a_cell_of_two_megabytes():
    began = time.process_time()
    assert all(span.end - span.start <= LONGEST_UNIT for span in cut("la ville change " * 130_000))
    assert all(span.end - span.start <= LONGEST_UNIT for span in cut("a" * 2_000_000))
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", Reason.EMPTY), (" \x00\n", Reason.EMPTY), ("?!…", Reason.NO_WORD), ("🚲", Reason.NO_WORD), ("non", None)],
)
def test_reason_to_set_aside(text, reason):
    assert reason_to_set_aside(text) == reason


def test_status_words_are_those_of_the_contract():
    assert [str(status) for status in Status] == ["ecarte", "doublon", "theme", "signal"]


def test_languages_tell_french_from_english_and_do_not_guess_on_a_word():
    texts = ["Il faut plus de bus le soir dans le quartier", "The library should open on Sundays please", "oui"]
    assert languages(texts) == ("fr", "en", None)


def test_many_short_units_take_no_time():
    texts = ["Plus de bus. Moins de bruit le soir. Et M. Petit le dit : un banc !"] * 3000
    began = time.process_time()
    assert len(units_of(texts)) == 2 * len(texts)
    assert time.process_time() - began < 1
