"""What people do to the map: each act counts again, is logged, and can be undone to the very same map."""

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from concertia.analysis.actions import themes as actions
from concertia.analysis.actions.runs import ask_run, carry_out, freeze_corpus
from concertia.analysis.enums import Change, Status
from concertia.analysis.models import Assignment, Placement, Run, Signal, Theme
from concertia.analysis.queries import messages_in, tree_of
from concertia.core.errors import NotAllowed, Refused
from concertia.territories.enums import Role
from tests import factories


def standing(run):
    return sorted({b.theme.pk: b.theme for b in tree_of(run).by_pk.values()}.values(), key=lambda theme: theme.number)


def the_map(run):
    """The map as people see it, and every row under it."""
    run.refresh_from_db()
    themes = [
        (theme.pk, theme.name, theme.named_by_id, theme.parent_id, theme.persons, theme.messages, theme.units)
        for theme in standing(run)
    ]
    places = list(run.placements.order_by("pk").values_list("pk", "theme", "status", "moved_by"))
    ideas = list(Assignment.objects.filter(placement__run=run).order_by("pk").values_list("pk", "theme", "status"))
    return themes, places, ideas, (run.in_themes, run.duplicates, run.signals_count, run.set_aside)


@pytest.fixture
def world(db):
    draft, analyst, run = factories.an_analysed_consultation(120)
    return draft, analyst, run


def test_a_renamed_theme_keeps_what_the_machine_proposed(world):
    _, analyst, run = world
    theme = standing(run)[0]
    actions.rename_theme(theme, by=analyst, label="  Garder   un humain ")
    theme.refresh_from_db()
    assert (theme.label, theme.machine_label, theme.named_by) == ("Garder un humain", theme.machine_label, analyst)
    with pytest.raises(Refused, match="déjà"):
        actions.rename_theme(standing(run)[1], by=analyst, label="garder un HUMAIN")


def test_a_merge_moves_no_row_and_counts_persons_once(world):
    _, analyst, run = world
    first, second = standing(run)[:2]
    people = set(messages_in([first.pk, second.pk]).values_list("person", flat=True))
    rows = list(run.placements.values_list("pk", "theme"))
    actions.merge_themes(first, into=second, by=analyst)
    second.refresh_from_db()
    assert second.persons == len(people)
    assert list(run.placements.values_list("pk", "theme")) == rows
    assert Theme.objects.get(pk=first.pk).merged_into == second  # never deleted: it points to what it became
    with pytest.raises(Refused, match="rechargez"):
        actions.rename_theme(first, by=analyst, label="Autre")


def test_a_split_remembers_where_it_comes_from(world):
    _, analyst, run = world
    theme = standing(run)[0]
    chosen = list(messages_in([theme.pk]).values_list("contribution", flat=True))[:3]
    change = actions.split_theme(theme, by=analyst, label="Trois voix", contributions=chosen)
    new = change.theme
    new.refresh_from_db()
    assert (new.split_from, new.messages) == (theme, 3)
    assert change.told == f"« Trois voix » séparé de « {theme.name} » (3 messages)"


def test_a_signal_that_a_person_places_is_in_a_theme_and_the_sum_holds(world):
    _, analyst, run = world
    signal = run.placements.filter(status=Status.SIGNAL).first()
    actions.move_contributions(run, by=analyst, contributions=[signal.contribution_id], to=standing(run)[0])
    before = run.signals_count
    run.refresh_from_db()
    assert run.signals_count == before - 1
    assert run.read == run.in_themes + run.duplicates + run.signals_count + run.set_aside


def test_two_themes_cannot_hold_each_other(world):
    _, analyst, run = world
    first, second = standing(run)[:2]
    actions.place_theme(first, under=second, by=analyst)
    with pytest.raises(Refused):
        actions.place_theme(second, under=first, by=analyst)
    with pytest.raises(Refused, match="autre sens"):
        actions.merge_themes(second, into=first, by=analyst)


def test_a_reader_changes_nothing(world):
    draft, _, run = world
    with pytest.raises(NotAllowed):
        actions.create_theme(run, by=factories.a_user(draft.territory, Role.READER), label="Autre")


ACTS = st.lists(
    st.tuples(st.sampled_from(list(Change)), st.integers(0, 9), st.integers(0, 9), st.integers(1, 12)), max_size=8
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_undoing_everything_gives_back_the_same_map(world, acts):
    _, analyst, run = world
    maps = [the_map(run)]
    for kind, one, other, count in acts:
        if _done(run, analyst, kind, one, other, count):
            maps.append(the_map(run))
            _, places, _, sums = maps[-1]
            assert sum(sums) == run.read == len(places)
    for expected in reversed(maps[:-1]):
        actions.undo_last_change(run, by=analyst)
        assert the_map(run) == expected
    with pytest.raises(Refused, match="plus rien"):
        actions.undo_last_change(run, by=analyst)


def _done(run, by, kind, one, other, count):
    """One act on themes chosen by rank; False when it was refused, and then nothing was written."""
    themes = standing(run)
    theme, target = themes[one % len(themes)], themes[other % len(themes)]
    chosen = list(messages_in([theme.pk]).values_list("contribution", flat=True)[:count])
    label = f"Nom {one} {other} {count} {run.changes.count()}"
    try:
        match kind:
            case Change.RENAME:
                actions.rename_theme(theme, by=by, label=label)
            case Change.MERGE:
                actions.merge_themes(theme, into=target, by=by)
            case Change.SPLIT:
                actions.split_theme(theme, by=by, label=label, contributions=chosen)
            case Change.MOVE:
                actions.move_contributions(run, by=by, contributions=chosen, to=target, out_of=theme)
            case Change.CREATE:
                actions.create_theme(run, by=by, label=label)
            case Change.PLACE:
                actions.place_theme(theme, under=target if count % 2 else None, by=by)
    except Refused:
        return False
    return True


def run_again(draft, analyst):
    text = "Au guichet, je veux parler à une personne, et pas un robot qui répond."
    factories.contributions(draft, [("p-neuf", "", text)])
    again = ask_run(freeze_corpus(draft, by=analyst), by=analyst, with_encoder=False)
    carry_out(again)
    return Run.objects.get(pk=again.pk)


def test_where_a_person_placed_a_theme_is_kept_by_the_next_run(world, client):
    draft, analyst, run = world
    first, second, third = standing(run)[:3]
    actions.place_theme(second, under=first, by=analyst)
    actions.place_theme(third, under=first, by=analyst)
    actions.undo_last_change(run, by=analyst)
    held = set(messages_in([second.pk]).values_list("contribution", flat=True))
    again = run_again(draft, analyst)
    assert again.number == run.number + 1
    kept = again.themes.get(kept_from=second)
    assert kept.parent == again.themes.get(kept_from=first)
    assert held <= set(messages_in([kept.pk]).values_list("contribution", flat=True))
    assert not again.themes.filter(kept_from=third).exists()
    assert not Signal.objects.filter(placement__run=again).exclude(placement__status="signal").exists()
    client.force_login(analyst)
    html = client.get(reverse("analysis:changes", args=[draft.public_id, again.pk])).content.decode()
    assert "rangé sous" in html
    assert "Gardés de l’analyse n° 1" in html


def test_a_theme_that_a_person_made_has_quotes(world):
    draft, analyst, run = world
    theme = standing(run)[0]
    chosen = list(messages_in([theme.pk]).values_list("contribution", flat=True)[:6])
    actions.split_theme(theme, by=analyst, label="À part", contributions=chosen)
    made = run.themes.get(label="À part")
    assert made.quotes
    assert {quote[0] for quote in made.quotes} <= set(chosen)
    assert run_again(draft, analyst).themes.get(kept_from=made).quotes


def test_what_people_did_is_kept_by_the_next_run(world):
    draft, analyst, run = world
    first, second, third = standing(run)[:3]
    actions.rename_theme(first, by=analyst, label="Garder un humain")
    actions.merge_themes(second, into=third, by=analyst)
    held = set(messages_in([first.pk]).values_list("contribution", flat=True))
    both = set(messages_in([second.pk, third.pk]).values_list("contribution", flat=True))
    factories.contributions(
        draft, [("p-neuf", "", "Au guichet, je veux parler à une personne, et pas un robot qui répond.")]
    )
    again = ask_run(freeze_corpus(draft, by=analyst), by=analyst, with_encoder=False)
    carry_out(again)
    again = Run.objects.get(pk=again.pk)
    kept = again.themes.get(kept_from=first)
    assert (kept.label, kept.named_by) == ("Garder un humain", analyst)
    assert held <= set(
        messages_in(tree_of(again).standing(kept.pk).everything()).values_list("contribution", flat=True)
    )
    merged = again.themes.get(kept_from=third)
    assert both <= set(messages_in([merged.pk]).values_list("contribution", flat=True))
    assert again.read == 121 == again.in_themes + again.duplicates + again.signals_count + again.set_aside
    assert not Placement.objects.filter(run=again, theme__removed=True).exists()
