import pytest
from hypothesis import given
from hypothesis import strategies as st

from concertia.collection.actions import moderation
from concertia.collection.enums import ContributionState
from concertia.collection.models import Contribution
from concertia.core.errors import NotAllowed, Refused
from concertia.territories.enums import Role
from tests import factories

TEXT = "Demandez à M. Fictif, l’agent : M.  fictif sait. M. Fictifel, lui, ne sait pas. «Fictif»"


@pytest.fixture
def place(db):
    territory = factories.a_territory()
    referent = factories.a_user(territory)
    consultation = factories.a_draft(territory, referent)
    first, twin, other = factories.contributions(
        consultation, [("p1", "agent", TEXT), ("p2", "agent", TEXT), ("p3", "agent", "Un bus.")]
    )
    return referent, first, twin, other


def fresh(row):
    return Contribution.objects.get(pk=row.pk)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("M. Fictif", ["M. Fictif", "M.  fictif"]),
        ("l'agent", ["l’agent"]),
        ("« Fictif »", ["«Fictif»"]),
        ("fictif", ["Fictif", "fictif", "Fictif"]),
        ("Fict", []),
        ("sait pas.", ["sait pas."]),
        ("  ", []),
        ("(", []),
    ],
)
def test_words_are_found_as_people_copy_them(words, found):
    assert [TEXT[start:end] for start, end in moderation.places_of(words, TEXT)] == found


@given(st.text(max_size=60), st.integers(0, 59), st.integers(1, 20))
def test_what_is_taken_from_a_text_between_two_spaces_is_found_there(text, start, length):
    words = " ".join(text[start : start + length].split())
    whole = f"avant {words} après"
    if words:
        assert (6, 6 + len(words)) in moderation.places_of(words, whole)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9)), max_size=8))
def test_slices_joined_cover_the_same_signs_and_never_touch(pairs):
    slices = [(start, start + length) for start, length in pairs]
    made = moderation.joined(slices)
    assert {at for pair in made for at in range(*pair)} == {at for pair in slices for at in range(*pair)}
    assert all(left[1] < right[0] for left, right in zip(made, made[1:], strict=False))


def test_hide_everywhere_in_the_text_and_in_those_that_say_the_same(place):
    referent, first, twin, other = place
    assert moderation.hide_passage(first, by=referent, words="M. Fictif") == 2
    shown = "Demandez à […], l’agent : […] sait. M. Fictifel, lui, ne sait pas. «Fictif»"
    assert [fresh(first).shown(), fresh(twin).shown(), fresh(other).hidden] == [shown, shown, []]
    assert fresh(first).text == TEXT
    assert fresh(first).shown(11, 40) == "[…], l’agent : […]"


def test_hide_twice_joins_and_showing_undoes_one(place):
    referent, first, twin, _ = place
    moderation.hide_passage(first, by=referent, words="M. Fictif")
    moderation.hide_passage(first, by=referent, words="M. Fictif, l’agent")
    assert fresh(first).hidden == [[11, 29], [32, 42]]
    moderation.show_passage(first, by=referent, start=32, end=42)
    assert fresh(first).hidden == fresh(twin).hidden == [[11, 29]]
    with pytest.raises(Refused, match="n’est plus caché"):
        moderation.show_passage(first, by=referent, start=32, end=42)


@pytest.mark.parametrize(
    ("words", "said"),
    [("Mme Fictive", "« Mme Fictive » n’est pas dans ce texte"), (" ", "copiez les mots"), ("a" * 501, "500 signes")],
)
def test_words_that_are_not_there_hide_nothing(place, words, said):
    referent, first, *_ = place
    with pytest.raises(Refused, match=said):
        moderation.hide_passage(first, by=referent, words=words)
    assert fresh(first).hidden == []


def test_read_makes_quotable_with_the_same_texts_and_can_be_taken_back(place):
    referent, first, twin, other = place
    assert moderation.mark_read(first, by=referent) == 1
    assert [fresh(row).is_quotable for row in (first, twin, other)] == [True, True, False]
    assert set(Contribution.objects.quotable()) == {first, twin}
    assert set(Contribution.objects.to_read()) == {other}
    assert fresh(first).read_by == referent
    moderation.mark_to_read(first, by=referent)
    assert not Contribution.objects.quotable().exists()


def test_mask_says_why_and_can_be_undone(place):
    referent, first, twin, _ = place
    moderation.mark_read(first, by=referent)
    with pytest.raises(Refused, match="Motif"):
        moderation.mask(first, by=referent, reason="  ")
    with pytest.raises(Refused, match="300 signes"):
        moderation.mask(first, by=referent, reason="a" * 301)
    moderation.mask(first, by=referent, reason=" met en cause\nune personne ")
    masked = fresh(first)
    assert (masked.state, masked.mask_reason, masked.masked_by) == (
        ContributionState.MASKED, "met en cause une personne", referent,
    )  # fmt: skip
    assert (masked.is_quotable, fresh(twin).is_masked, masked.text) == (False, False, TEXT)
    moderation.unmask(first, by=referent)
    assert (fresh(first).is_quotable, fresh(first).mask_reason) == (True, "")
    with pytest.raises(Refused, match="n’est pas masqué"):
        moderation.unmask(first, by=referent)


def test_only_moderators_moderate(place):
    _, first, *_ = place
    facilitator = factories.a_user(first.consultation.territory, Role.FACILITATOR)
    for act in (
        lambda: moderation.hide_passage(first, by=facilitator, words="M. Fictif"),
        lambda: moderation.show_passage(first, by=facilitator, start=0, end=1),
        lambda: moderation.mark_read(first, by=facilitator),
        lambda: moderation.mark_to_read(first, by=facilitator),
        lambda: moderation.mask(first, by=facilitator, reason="R"),
        lambda: moderation.unmask(first, by=facilitator),
    ):
        with pytest.raises(NotAllowed):
            act()
