import pytest
from hypothesis import given
from hypothesis import strategies as st

from concertia.engine.privacy.masking import masked, masks_for

MASKS = masks_for(["a.b@c.example"], ["Idris Benali", "Anne"])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("A.B@C.EXAMPLE", "[adresse non publiée]"),
        ("mailto:a.b%40c.example", "mailto:[adresse non publiée]"),
        ("za.b@c.example", "za.b@c.example"),
        ("idris\nBENALI.", "[nom non publié]."),
        ("Idris Benalim", "Idris Benalim"),
        ("Anne", "Anne"),
    ],
)
def test_masked_text(text, shown):
    assert masked(text, MASKS) == shown


def test_masked_goes_through_lists_and_dictionaries_and_leaves_the_rest():
    value = {"a": ["Idris Benali", 3, None, True]}
    assert masked(value, MASKS) == {"a": ["[nom non publié]", 3, None, True]}
    assert value == {"a": ["Idris Benali", 3, None, True]}


@given(st.text())
def test_a_text_without_what_is_masked_is_unchanged(text):
    assert masked(text, masks_for([], [])) == text
