"""A synthesis as it may be shown: quotes come from their sources, never from what a sentence still holds."""

import datetime as dt

import pytest
from django.utils import timezone

from concertia.analysis.enums import Counted, SourceKind
from concertia.analysis.models import Source, Synthesis, SynthesisSentence
from concertia.analysis.queries import tree_of
from concertia.analysis.quoting import MASKED, State, quoted, span_of, written_quotes
from concertia.analysis.synthesis_queries import sentences_of, synthesis_as_read
from concertia.collection.enums import ContributionState
from concertia.collection.models import Contribution
from tests import factories


@pytest.fixture
def world(db):
    """A synthesis of one theme: one sentence proposed and read, with a quote and a number."""
    _, analyst, run = factories.an_analysed_consultation(40)
    theme = tree_of(run).roots[0].theme
    row = run.placements.filter(theme=theme).first().contribution
    synthesis = Synthesis.objects.create(run=run, title="Ce qui a été dit", made_by=analyst)
    sentence = SynthesisSentence.objects.create(
        synthesis=synthesis, position=1, theme=theme, text=f"Ils sont {theme.persons} : {quoted(row.text)}.",
        proposed=True, read_by=analyst, read_at=timezone.make_aware(dt.datetime(2026, 3, 14, 9)),
    )  # fmt: skip
    Source.objects.create(sentence=sentence, kind=SourceKind.QUOTE, contribution=row, start=0, end=len(row.text))
    Source.objects.create(
        sentence=sentence, position=1, kind=SourceKind.FIGURE, counted=Counted.PERSONS, theme=theme,
        value=theme.persons,
    )  # fmt: skip
    return synthesis, sentence, row, analyst


def the_sentence(synthesis):
    return synthesis_as_read(synthesis).sections[0].sentences[0]


def test_a_sentence_leads_to_its_sources_and_says_who_proposed_and_who_read(world):
    synthesis, sentence, row, analyst = world
    read = synthesis_as_read(synthesis)
    assert [section.title for section in read.sections] == [sentence.theme.name]
    one = read.sections[0].sentences[0]
    assert one.text == sentence.text
    assert one.label == f"proposé par un programme local, relu par {analyst}, le 14\xa0mars 2026"
    quote, figure = one.sources
    assert (quote.shown, quote.contribution, quote.read_at) == (row.text, row.pk, None)
    assert (figure.value, figure.counted, figure.theme) == (sentence.theme.persons, "personnes", sentence.theme.name)
    assert not one.all_sources_read
    assert len(read.statement) == 3


def test_what_is_not_read_by_a_person_is_not_in_it(world):
    synthesis, sentence, *_ = world
    SynthesisSentence.objects.filter(pk=sentence.pk).update(read_at=None, read_by=None)
    assert synthesis_as_read(synthesis).sections == ()
    assert synthesis_as_read(synthesis).statement == ()


def test_a_passage_hidden_since_is_shown_hidden_whatever_the_sentence_holds(world):
    synthesis, _, row, _ = world
    for hidden in ([[3, 9]], [[3, 9], [20, 32]], [[3, 20]]):
        Contribution.objects.filter(pk=row.pk).update(hidden=hidden)
        row.refresh_from_db()
        one = the_sentence(synthesis)
        assert quoted(row.shown()) in one.text
        assert all(row.text[start:end] not in one.text for start, end in hidden)
        assert one.sources[0].shown == row.shown()


def test_a_hidden_passage_made_longer_after_the_sentence_was_written_stays_hidden(world):
    synthesis, sentence, row, _ = world
    Contribution.objects.filter(pk=row.pk).update(hidden=[[3, 9]])
    row.refresh_from_db()
    SynthesisSentence.objects.filter(pk=sentence.pk).update(text=f"Dit ainsi : {quoted(row.shown())}.")
    Contribution.objects.filter(pk=row.pk).update(hidden=[[3, 20]])
    assert row.text[9:20] not in the_sentence(synthesis).text


def test_a_source_masked_since_is_said_in_its_place(world):
    synthesis, _, row, _ = world
    Contribution.objects.filter(pk=row.pk).update(state=ContributionState.MASKED, mask_reason="Nomme une personne")
    one = the_sentence(synthesis)
    assert row.text not in one.text
    assert MASKED in one.text
    assert (one.sources[0].is_masked, one.sources[0].mask_reason, one.sources[0].shown) == (
        True, "Nomme une personne", "",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("« Un banc » dit-il", "Un banc", (0, 11)),
        ("«Un banc»", "Un banc", (0, 9)),
        ("Un banc", "Un banc", None),
        ("« Un bancs »", "Un banc", None),
        ("« Un banc » et « Un banc »", "Un banc", (0, 11)),
        ("« »", "", None),
    ],
)
def test_a_quote_stands_whole_between_its_marks(text, words, expected):
    assert span_of(text, words) == expected


def test_two_quotes_of_the_same_words_have_each_their_place(world):
    synthesis, sentence, row, _ = world
    Source.objects.create(sentence=sentence, position=2, kind=SourceKind.QUOTE, contribution=row, end=len(row.text))
    text = f"{quoted(row.text)} puis {quoted(row.text)}"
    SynthesisSentence.objects.filter(pk=sentence.pk).update(text=text)
    first, second = written_quotes(text, sentences_of(synthesis)[0].sources.all())
    assert (first.state, second.state) == (State.EXACT, State.EXACT)
    assert first.end <= second.start


@pytest.mark.parametrize("count", [1, 3])
def test_reading_takes_the_same_queries_whatever_the_number_of_sentences(count, world, django_assert_num_queries):
    synthesis, sentence, row, analyst = world
    for rank in range(count - 1):
        other = SynthesisSentence.objects.create(
            synthesis=synthesis, position=2 + rank, text=quoted(row.text), read_by=analyst, read_at=timezone.now()
        )
        Source.objects.create(sentence=other, kind=SourceKind.QUOTE, contribution=row, end=len(row.text))
    synthesis = Synthesis.objects.select_related("run__corpus__consultation", "validated_by").get()
    with django_assert_num_queries(6):
        synthesis_as_read(synthesis)
