"""Each idea in its theme, and no personal paragraph lost. Every text here is made up."""

import pytest

from concertia.engine.text.analysis import analyse
from concertia.engine.text.units import Contribution, Status
from tests.engine.text.corpus import made_up

LETTER = "Nous demandons le maintien de la maternité du canton et de ses sages-femmes, car l'hôpital est à une heure."
OWN = " Ma fille est née dans le camion des pompiers, sur la route des cols, un soir de neige."
ECHO = " Nous demandons ce maintien, avec ses sages-femmes, car à une heure de la maternité il y a l'hôpital."


@pytest.fixture(scope="module")
def analysis():
    texts = made_up(240)[0]
    joined = [f"{one} {other}" for one, other in zip(texts[::2], texts[1::2], strict=True)]
    letters = [LETTER] * 8 + [LETTER + OWN, LETTER + ECHO]
    return analyse([Contribution(str(rank), text) for rank, text in enumerate([*joined, *letters])]).analysis


def units_of(analysis, contribution):
    return [unit for unit in analysis.units if unit.contribution == contribution]


def test_a_contribution_keeps_one_idea_at_least_in_its_theme(analysis):
    held = [one for one in analysis.contributions if one.status == Status.THEME]
    assert len(held) > 50
    assert [one for one in held if one.theme not in {unit.theme for unit in units_of(analysis, one.id)}] == []
    assert any(len({unit.theme for unit in units_of(analysis, one.id)}) > 1 for one in held)


def test_only_what_a_copy_adds_to_its_model_is_read_for_itself(analysis):
    added, echo = analysis.contributions[-2:]
    assert (added.status, echo.status) == (Status.DUPLICATE, Status.DUPLICATE)
    assert [unit.status == Status.DUPLICATE for unit in units_of(analysis, added.id)] == [True, False]
    assert {unit.status for unit in units_of(analysis, echo.id)} == {Status.DUPLICATE}


def test_the_ideas_of_a_copy_repeat_the_first_of_its_model(analysis):
    copies = [one for one in analysis.contributions if one.level == "exact"]
    assert len(copies) >= 7
    for one in copies:
        assert {unit.duplicate_of for unit in units_of(analysis, one.id)} == {one.duplicate_of}
