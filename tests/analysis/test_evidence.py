"""What the canvas says rests on what people said: carried from themes, bound, unbound, counted."""

import pytest

from concertia.analysis.actions import evidence as actions
from concertia.analysis.actions import themes as theme_actions
from concertia.analysis.evidence_queries import coverage_of, items_of, quotes_to_bind
from concertia.analysis.models import EvidenceLink
from concertia.analysis.queries import tree_of
from concertia.collection.enums import ContributionState
from concertia.collection.models import Contribution
from concertia.consultations.models import Consultation, Finding, Proposition, Results
from concertia.core.errors import Conflict, NotAllowed, Refused
from concertia.territories.enums import Role
from tests import factories


@pytest.fixture
def world(db):
    draft, _, run = factories.an_analysed_consultation(80)
    theme = next(theme for theme in run.themes.all() if theme.quotes)
    return draft, factories.a_user(draft.territory, Role.EDITOR), theme


def carry(world, *, by=None, kind="vigilance", text="Garder un agent humain au guichet", key="cle1", **more):
    draft, editor, theme = world
    version = more.pop("version", None)
    if version is None:
        version = Consultation.objects.get(pk=draft.pk).version
    return actions.carry_to_canvas(theme, by=by or editor, kind=kind, text=text, version=version, key=key, **more)


def a_place(theme):
    return tuple(theme.quotes[0][:3])


@pytest.mark.parametrize(
    ("kind", "model", "label"),
    [
        ("vigilance", Finding, "vigilance"), ("brake", Finding, "brake"), ("opportunity", Finding, "opportunity"),
        ("diagnostic", Finding, "diagnostic"), ("proposition", Proposition, ""),
        ("proposition_authority", Proposition, "authority"),
        ("proposition_public_powers", Proposition, "public_powers"),
    ],
)  # fmt: skip
def test_a_theme_is_carried_into_the_canvas_with_its_evidence(kind, model, label, world):
    draft, editor, theme = world
    item = carry(world, kind=kind, quotes=[a_place(theme)])
    assert isinstance(item, model)
    assert (item.kind if model is Finding else item.addressee) == label
    [shown] = items_of(draft)
    by_theme, by_quote = shown.evidence
    assert (by_theme.theme, by_theme.persons, by_theme.messages) == (theme, theme.persons, theme.messages)
    pk, start, end = a_place(theme)
    assert by_quote.shown == Contribution.objects.get(pk=pk).text[start:end]
    assert by_quote.bound_by == str(editor)


def test_what_the_canvas_held_stays(world):
    draft, editor, _ = world
    factories.fill_draft(draft, editor)
    before = list(Finding.objects.filter(results__consultation=draft).values_list("pk", "text", "kind"))
    speakers = list(draft.speakers.values_list("name", "may_be_published"))
    carry(world)
    after = list(Finding.objects.filter(results__consultation=draft).values_list("pk", "text", "kind"))
    assert set(before) < set(after)
    assert len(after) == len(before) + 1
    assert list(draft.speakers.values_list("name", "may_be_published")) == speakers


def test_the_same_form_sent_twice_writes_once(world):
    draft, _, _ = world
    version = draft.version
    carry(world, version=version)
    carry(world, version=version)
    assert Finding.objects.filter(results__consultation=draft).count() == 1
    assert EvidenceLink.objects.count() == 1


def test_a_canvas_that_another_saved_since_is_not_overwritten(world):
    draft, editor, _ = world
    version = draft.version
    factories.fill_draft(draft, editor)
    with pytest.raises(Conflict, match="Rien n’a été écrasé"):
        carry(world, version=version)


def test_the_section_of_results_is_the_one_chosen(world):
    draft, _, _ = world
    Results.objects.create(consultation=draft, key="un", position=0)
    second = Results.objects.create(consultation=draft, key="deux", position=1)
    assert carry(world, results="deux").results == second
    with pytest.raises(Refused, match="plus dans le canevas"):
        carry(world, results="trois", key="cle2")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"text": " \u202e "}, "écrivez"), ({"text": "a" * 10_000}, "signes au plus"), ({"kind": "autre"}, "Nature"),
        ({"quotes": [(999_999, 0, 4)]}, "n’existe pas"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_and_nothing_is_written(change, sentence, world):
    draft, _, _ = world
    with pytest.raises(Refused, match=sentence):
        carry(world, **change)
    assert not Finding.objects.filter(results__consultation=draft).exists()
    assert Consultation.objects.get(pk=draft.pk).version == draft.version


@pytest.mark.parametrize("span", [(-1, 3), (4, 4), (0, 99_999)])
def test_a_slice_that_is_not_in_its_text_is_refused(span, world):
    item = carry(world)
    with pytest.raises(Refused, match="n’existe pas"):
        actions.bind_evidence(item, by=world[1], quotes=[(world[2].quotes[0][0], *span)])


def test_evidence_is_bound_once_and_unbound(world):
    draft, editor, theme = world
    item = carry(world, kind="proposition")
    for _ in range(2):
        actions.bind_evidence(item, by=editor, theme=theme, quotes=[a_place(theme)])
    assert item.evidence.count() == 2
    with pytest.raises(Refused, match="Choisissez"):
        actions.bind_evidence(item, by=editor)
    for link in item.evidence.all():
        actions.unbind_evidence(link, by=editor)
    assert coverage_of(draft) == {"findings": 0, "findings_proved": 0, "propositions": 1, "propositions_proved": 0}


def test_a_masked_source_supports_nothing_more_and_its_words_are_not_shown(world):
    draft, editor, theme = world
    item = carry(world, quotes=[a_place(theme)])
    Contribution.objects.filter(pk=a_place(theme)[0]).update(state=ContributionState.MASKED, mask_reason="Injure")
    bound = items_of(draft)[0].evidence[1]
    assert (bound.is_masked, bound.mask_reason, bound.shown) == (True, "Injure", "")
    assert a_place(theme)[0] not in {int(choice.key.split("-")[0]) for choice in quotes_to_bind(theme)}
    with pytest.raises(Refused, match="masquée"):
        actions.bind_evidence(item, by=editor, quotes=[a_place(theme)])


def test_a_theme_merged_since_says_what_it_became(world):
    draft, editor, theme = world
    carry(world)
    other = next(one for one in theme.run.themes.all() if one.pk != theme.pk and one.pk != theme.parent_id)
    theme_actions.merge_themes(theme, into=other, by=editor)
    other.refresh_from_db()
    bound = items_of(draft)[0].evidence[0]
    assert (bound.became, bound.persons) == (other.name, other.persons)


def test_a_theme_of_another_consultation_is_no_evidence(world):
    item = carry(world)
    _, _, other = factories.an_analysed_consultation(30)
    with pytest.raises(Refused, match="n’existe plus"):
        actions.bind_evidence(item, by=world[1], theme=tree_of(other).roots[0].theme)


@pytest.mark.parametrize(
    ("role", "carries", "binds"),
    [
        (Role.REFERENT, True, True), (Role.EDITOR, True, True), (Role.ANALYST, False, True),
        (Role.FACILITATOR, False, False), (Role.SIGNATORY, False, False), (Role.READER, False, False),
    ],
)  # fmt: skip
def test_who_carries_and_who_binds(role, carries, binds, world):
    draft, editor, theme = world
    item = carry(world)
    user = factories.a_user(draft.territory, role)
    acts = (
        (carries, lambda: carry(world, by=user, key="cle2")),
        (binds, lambda: actions.bind_evidence(item, by=user, quotes=[a_place(theme)])),
        (binds, lambda: actions.unbind_evidence(item.evidence.first(), by=user)),
    )
    for may, act in acts:
        if may:
            act()
        else:
            with pytest.raises(NotAllowed):
                act()


@pytest.mark.parametrize("count", [1, 3])
def test_listing_takes_the_same_queries_whatever_the_number_of_items(count, world, django_assert_num_queries):
    draft, _, theme = world
    for rank in range(count):
        carry(world, key=f"f{rank}", quotes=[a_place(theme)])
        carry(world, key=f"p{rank}", kind="proposition")
    with django_assert_num_queries(6):
        items_of(draft)
