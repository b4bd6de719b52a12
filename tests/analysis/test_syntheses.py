"""Composing a synthesis: proposals kept one by one, sentences bound to sources, checked at each saving, validated."""

import pytest
from django.utils import timezone

from concertia.analysis.actions import syntheses as actions
from concertia.analysis.actions import themes as theme_actions
from concertia.analysis.actions.runs import ask_run, carry_out, freeze_corpus
from concertia.analysis.enums import Counted, SourceKind, SynthesisState
from concertia.analysis.models import Source, SynthesisSentence, Theme
from concertia.analysis.queries import tree_of
from concertia.analysis.quoting import fingerprint, quoted
from concertia.analysis.synthesis_queries import synthesis_as_read
from concertia.collection.enums import ContributionState
from concertia.collection.models import Contribution
from concertia.core.errors import Conflict, NotAllowed, Refused
from concertia.core.text import NARROW
from concertia.territories.enums import Role
from tests import factories


@pytest.fixture
def world(db):
    draft, analyst, run = factories.an_analysed_consultation(80)
    return draft, analyst, actions.start_synthesis(run, by=analyst, title="  Ce qui a   été dit ")


def told(synthesis, row):
    row = SynthesisSentence.objects.prefetch_related("sources__contribution", "sources__theme").get(pk=row.pk)
    return [remark.told for remark in actions.checked(synthesis, [row]).get(row.pk, [])]


def first_theme(synthesis):
    return tree_of(synthesis.run).roots[0].theme


def a_message(synthesis):
    return synthesis.run.placements.filter(contribution__text__contains="moratoire").first().contribution


def own(synthesis, by, text, section=None):
    return actions.write_sentence(synthesis, by=by, text=text, section=section)


def save(row, by, text, section=None):
    row.refresh_from_db()
    return actions.save_sentence(row, by=by, text=text, section=section, seen=fingerprint(row))


def test_the_program_proposes_counts_with_their_base_and_quotes_and_nothing_is_kept(world):
    _, _, synthesis = world
    assert synthesis.title == "Ce qui a été dit"
    rows = list(synthesis.sentences.prefetch_related("sources__contribution", "sources__theme"))
    assert all(row.proposed and row.read_at is None for row in rows)
    assert actions.checked(synthesis, rows) == {}  # what is proposed is right
    theme = first_theme(synthesis)
    counted = next(row for row in rows if row.theme_id == theme.pk)
    assert counted.text == (
        f"{theme.persons} personnes sur {synthesis.run.corpus.persons} en parlent, dans {theme.messages} messages sur "
        f"{synthesis.run.read}."
    )
    quotes = [row for row in rows if row.sources.first().kind == SourceKind.QUOTE]
    assert len(quotes) == sum(len(row.quotes) for row in synthesis.run.themes.all())
    assert synthesis_as_read(synthesis).sections == ()


def test_a_proposal_is_kept_by_a_person_set_aside_and_proposed_again(world):
    _, analyst, synthesis = world
    first, second = synthesis.sentences.all()[:2]
    kept = actions.keep_proposal(first, by=analyst)
    assert (kept.read_by, kept.edited) == (analyst, False)
    actions.remove_sentence(second, by=analyst)
    count = synthesis.sentences.count()
    assert actions.propose_again(synthesis, by=analyst, section=second.theme_id) == 1
    assert synthesis.sentences.count() == count + 1
    assert actions.set_the_rest_aside(synthesis, by=analyst, everywhere=True) == count
    assert [row.pk for row in synthesis.sentences.all()] == [first.pk]


def test_a_sentence_of_the_writer_needs_a_source(world):
    _, analyst, synthesis = world
    row = own(synthesis, analyst, "Ils veulent un guichet.")
    assert told(synthesis, row) == ["Cette phrase n’a ni citation ni nombre : rien ne la prouve."]
    message = a_message(synthesis)
    row = actions.add_quote(row, by=analyst, contribution=message, passages=[0])
    span = actions.passages_of(message)[0]
    assert row.text == f"Ils veulent un guichet. {quoted(message.text[span.start : span.end])}"
    assert told(synthesis, row) == []


def test_a_quote_takes_the_place_of_empty_marks_and_a_number_that_of_a_hash(world):
    _, analyst, synthesis = world
    theme, message = first_theme(synthesis), a_message(synthesis)
    row = own(synthesis, analyst, "Ils sont # à le dire : «  », et d’autres.", theme.pk)
    row = actions.add_quote(row, by=analyst, contribution=message, passages=[0])
    row = actions.add_number(row, by=analyst, counted=Counted.PERSONS, section=theme.pk)
    words = message.text[: actions.passages_of(message)[0].end]
    assert row.text == f"Ils sont {theme.persons} à le dire : {quoted(words)}, et d’autres."
    assert told(synthesis, row) == []
    assert [source.kind for source in row.sources.all()] == [SourceKind.QUOTE, SourceKind.FIGURE]


def test_what_was_changed_by_hand_is_said_in_its_place(world):
    _, analyst, synthesis = world
    theme, message = first_theme(synthesis), a_message(synthesis)
    row = actions.add_quote(own(synthesis, analyst, "Dit"), by=analyst, contribution=message, passages=[0])
    row = actions.add_number(row, by=analyst, counted=Counted.PERSONS, section=theme.pk)
    save(
        row, analyst, row.text.replace("moratoire", "banquet").replace(str(theme.persons), "999") + " et 2030, « rien »"
    )
    found = told(synthesis, row)
    assert found == [
        "Cette citation n’est pas, signe pour signe, dans sa source telle qu’elle se lit aujourd’hui.",
        f"Le nombre écrit (999) n’est pas celui qui est compté ({theme.persons} personnes).",
        "Le nombre 2030 n’est compté nulle part.",
        "Ces mots entre guillemets ne viennent d’aucune contribution citée.",
    ]
    for source in list(row.sources.all()):
        actions.update_source(source, by=analyst)
    assert told(synthesis, row)[0] == "Le nombre 2030 n’est compté nulle part."
    row.refresh_from_db()
    assert quoted(message.text[: actions.passages_of(message)[0].end]) in row.text


def test_a_source_whose_words_left_the_sentence_is_said(world):
    _, analyst, synthesis = world
    row = actions.add_quote(own(synthesis, analyst, "Dit"), by=analyst, contribution=a_message(synthesis), passages=[0])
    row = actions.add_number(row, by=analyst, counted=Counted.UNITS, section=None)
    save(row, analyst, "Plus rien")
    units = synthesis.run.record["units_read"]
    assert told(synthesis, row) == [
        "Une source n’a plus sa citation dans la phrase : retirez la source, ou récrivez la citation.",
        f"Le nombre {units} n’est plus écrit dans la phrase.",
    ]
    for source in list(row.sources.all()):
        actions.remove_source(source, by=analyst)
    assert told(synthesis, row) == ["Cette phrase n’a ni citation ni nombre : rien ne la prouve."]


def test_a_source_masked_after_it_was_quoted_is_said_and_leaves_with_one_click(world):
    _, analyst, synthesis = world
    message = a_message(synthesis)
    row = actions.add_quote(own(synthesis, analyst, "Ils disent"), by=analyst, contribution=message, passages=[0])
    Contribution.objects.filter(pk=message.pk).update(state=ContributionState.MASKED, mask_reason="Injure")
    assert told(synthesis, row) == [
        "La source de cette citation est masquée par la modération (Injure) : la citation ne peut pas rester."
    ]
    with pytest.raises(Refused, match="retirez-la"):
        actions.update_source(row.sources.get(), by=analyst)
    row = actions.remove_source(row.sources.get(), by=analyst)
    assert row.text == "Ils disent"


def test_a_passage_hidden_since_is_written_with_its_mark(world):
    _, analyst, synthesis = world
    message = a_message(synthesis)
    row = actions.add_quote(own(synthesis, analyst, "Ils disent"), by=analyst, contribution=message, passages=[0])
    Contribution.objects.filter(pk=message.pk).update(hidden=[[5, 14]])
    assert told(synthesis, row) == [
        "Un passage de cette citation a été caché depuis : elle s’écrit maintenant avec « […] »."
    ]
    row = actions.update_source(row.sources.get(), by=analyst)
    assert f"{message.text[:5]}[…]{message.text[14:20]}" in row.text
    assert told(synthesis, row) == []


def test_a_count_changed_since_and_a_theme_merged_are_said_and_written_again(world):
    _, analyst, synthesis = world
    first, second = (branch.theme for branch in tree_of(synthesis.run).roots[:2])
    row = actions.add_number(
        own(synthesis, analyst, "Nombre"), by=analyst, counted=Counted.CONTRIBUTIONS, section=first.pk
    )
    theme_actions.merge_themes(first, into=second, by=analyst)
    second.refresh_from_db()
    assert told(synthesis, row) == [
        f"Le thème « {first} » a été fusionné dans « {second} ». Le compte est maintenant {second.messages} messages."
    ]
    row = actions.update_source(row.sources.get(), by=analyst)
    assert row.text == f"Nombre {second.messages}"
    assert row.sources.get().theme == second
    assert told(synthesis, row) == []


def test_a_theme_taken_back_leaves_its_sentence_in_the_whole_and_says_so(world):
    _, analyst, synthesis = world
    theme = theme_actions.create_theme(synthesis.run, by=analyst, label="Né en lisant").theme
    row = actions.add_number(
        own(synthesis, analyst, "Nombre", theme.pk), by=analyst, counted=Counted.PERSONS, section=theme.pk
    )
    theme_actions.undo_last_change(synthesis.run, by=analyst)
    assert told(synthesis, row) == ["Le thème que compte le nombre 0 n’existe plus."]
    assert [section.theme for section in synthesis_as_read(synthesis).sections] == [None]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "écrivez quelques mots"),
        (" \u202e ", "écrivez quelques mots"),
        ("a" * 10_000, f"5{NARROW}000 signes au plus"),
    ],
)
def test_what_is_no_sentence_is_refused(text, sentence, world):
    _, analyst, synthesis = world
    with pytest.raises(Refused, match=sentence):
        own(synthesis, analyst, text)


def test_marks_that_turn_a_line_around_are_dropped_from_the_writer_not_from_people(world):
    _, analyst, synthesis = world
    assert own(synthesis, analyst, "Avis \u202econtraire").text == "Avis contraire"
    message = a_message(synthesis)
    Contribution.objects.filter(pk=message.pk).update(text="Avis \u202eà l'envers e\u0301crit\r\nici et la\u0300 aussi")
    row = own(synthesis, analyst, "Dit")
    for passage in range(len(actions.passages_of(Contribution.objects.get(pk=message.pk)))):
        row = actions.add_quote(row, by=analyst, contribution=message, passages=[passage])
    assert told(synthesis, row) == []
    save(row, analyst, row.text + " ainsi.")
    assert told(synthesis, row) == []  # the form carried composed accents: the quote is sign for sign again


def test_two_writers_of_one_sentence_lose_nothing(world):
    draft, analyst, synthesis = world
    other = factories.an_analyst(draft.territory)
    row = own(synthesis, analyst, "Première")
    seen = fingerprint(row)
    actions.save_sentence(row, by=other, text="La sienne", section=None, seen=seen)
    with pytest.raises(Conflict, match="Rien n’a été écrasé"):
        actions.save_sentence(row, by=analyst, text="La mienne", section=None, seen=seen)
    row.refresh_from_db()
    assert (row.text, row.read_by) == ("La sienne", other)
    actions.remove_sentence(row, by=other)
    with pytest.raises(Refused, match="retirée depuis"):
        actions.save_sentence(row, by=analyst, text="La mienne", section=None, seen=seen)


def test_two_writers_of_two_sentences_do_not_hinder_each_other(world):
    draft, analyst, synthesis = world
    first, second = own(synthesis, analyst, "Une"), own(synthesis, analyst, "Deux")
    seen = fingerprint(first)
    save(second, factories.an_analyst(draft.territory), "Deux bis")
    assert actions.save_sentence(first, by=analyst, text="Une bis", section=None, seen=seen).text == "Une bis"


def test_sentences_change_places_in_their_section(world):
    _, analyst, synthesis = world
    rows = [own(synthesis, analyst, text) for text in ("Une", "Deux", "Trois")]
    actions.move_sentence(rows[2], by=analyst, down=False)
    kept = synthesis.sentences.filter(read_at__isnull=False)
    assert [row.text for row in kept] == ["Une", "Trois", "Deux"]
    with pytest.raises(Refused, match="au bout"):
        actions.move_sentence(rows[0], by=analyst, down=False)
    save(rows[0], analyst, "Une", section=first_theme(synthesis).pk)
    actions.move_sentence(rows[2], by=analyst, down=True)
    assert [row.text for row in kept.filter(theme=None)] == ["Deux", "Trois"]


def test_passages_that_do_not_follow_are_refused(world):
    _, analyst, synthesis = world
    message = a_message(synthesis)
    Contribution.objects.filter(pk=message.pk).update(
        text="Il faut plus de bus. Nous voulons un banc. Les écrans ne servent à rien. Voilà tout ce que je dis."
    )
    row = own(synthesis, analyst, "Dit")
    for chosen in ([], [0, 2], [9]):
        with pytest.raises(Refused, match="Cochez"):
            actions.add_quote(row, by=analyst, contribution=message, passages=chosen)
    row = actions.add_quote(row, by=analyst, contribution=message, passages=[1, 0])
    assert row.text == f"Dit {quoted('Il faut plus de bus. Nous voulons un banc.')}"


def test_nothing_unread_or_wrong_is_validated(world):
    _, analyst, synthesis = world

    def review():
        synthesis.refresh_from_db()
        return actions.review_synthesis(synthesis, by=analyst, version=synthesis.version)

    with pytest.raises(Refused, match="attendent"):
        review()
    actions.set_the_rest_aside(synthesis, by=analyst, everywhere=True)
    with pytest.raises(Refused, match="vide"):
        review()
    row = own(synthesis, analyst, "Sans preuve")
    with pytest.raises(Refused, match="1 phrase est à corriger"):
        review()
    row = actions.add_quote(row, by=analyst, contribution=a_message(synthesis), passages=[0])
    synthesis.refresh_from_db()
    with pytest.raises(Refused, match="une fois relue"):
        actions.validate_synthesis(synthesis, by=analyst, version=synthesis.version)
    assert review().reviewed_by == analyst
    save(row, analyst, row.text + ".")
    synthesis.refresh_from_db()
    assert (synthesis.state, synthesis.reviewed_by) == (SynthesisState.DRAFT, None)  # a change asks to read again
    review()
    synthesis.refresh_from_db()
    with pytest.raises(Refused, match="1 message cité n’a pas été relu pour les noms"):
        actions.validate_synthesis(synthesis, by=analyst, version=synthesis.version)
    Contribution.objects.update(read_at=timezone.now(), read_by=analyst)
    validated = actions.validate_synthesis(synthesis, by=analyst, version=synthesis.version)
    assert (validated.state, validated.validated_by) == (SynthesisState.VALIDATED, analyst)
    with pytest.raises(Refused, match="rouvrez-la"):
        own(synthesis, analyst, "Trop tard")
    actions.reopen_synthesis(synthesis, by=analyst)
    assert own(synthesis, analyst, "À temps").pk


def test_what_is_reviewed_is_what_was_read(world):
    _, analyst, synthesis = world
    own(synthesis, analyst, "Une")
    with pytest.raises(Conflict, match="relisez-la"):
        actions.review_synthesis(synthesis, by=analyst, version=synthesis.version)


def test_a_proposal_whose_source_is_masked_is_not_kept(world):
    _, analyst, synthesis = world
    row = synthesis.sentences.filter(sources__kind=SourceKind.QUOTE).first()
    Contribution.objects.filter(pk=row.sources.get().contribution_id).update(state=ContributionState.MASKED)
    with pytest.raises(Refused, match="masquée"):
        actions.keep_proposal(row, by=analyst)
    actions.remove_sentence(row, by=analyst)
    before = synthesis.sentences.count()
    actions.propose_again(synthesis, by=analyst, section=row.theme_id)
    assert synthesis.sentences.count() == before  # nor proposed again


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.REFERENT, True), (Role.EDITOR, True), (Role.ANALYST, True), (Role.FACILITATOR, False),
        (Role.SIGNATORY, False), (Role.READER, False),
    ],
)  # fmt: skip
def test_who_writes(role, may, world):
    draft, analyst, synthesis = world
    user = factories.a_user(draft.territory, role)
    row = own(synthesis, analyst, "Une")
    synthesis.refresh_from_db()
    source = Source.objects.filter(sentence__synthesis=synthesis).first()
    acts = (
        lambda: actions.start_synthesis(synthesis.run, by=user, title="T"),
        lambda: own(synthesis, user, "Deux"),
        lambda: save(row, user, "Une bis"),
        lambda: actions.keep_proposal(row, by=user),
        lambda: actions.add_number(row, by=user, counted=Counted.PERSONS, section=None),
        lambda: actions.add_quote(row, by=user, contribution=a_message(synthesis), passages=[0]),
        lambda: actions.update_source(source, by=user),
        lambda: actions.remove_source(source, by=user),
        lambda: actions.propose_again(synthesis, by=user, section=None),
        lambda: actions.remove_sentence(row, by=user),
        lambda: actions.set_the_rest_aside(synthesis, by=user, everywhere=True),
        lambda: actions.reopen_synthesis(synthesis, by=user),
    )
    for act in acts:
        if may:
            act()
        else:
            with pytest.raises(NotAllowed):
                act()


def test_a_synthesis_stays_on_its_run(world):
    draft, analyst, synthesis = world
    assert not synthesis_as_read(synthesis).has_newer_run
    factories.contributions(draft, [("p-neuf", "", "Au guichet, je veux parler à une personne.")])
    again = ask_run(freeze_corpus(draft, by=analyst), by=analyst, with_encoder=False)
    carry_out(again)
    assert synthesis_as_read(synthesis).has_newer_run
    assert not Theme.objects.filter(run=again, sentences__isnull=False).exists()
