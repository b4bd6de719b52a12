"""Quotes for everybody, and no edited synthesis that says what nobody wrote. Every text here is made up."""

import numpy as np
import pytest

from concertia.engine.text.synthesis import Figure, Quote, Sentence, Voice, Voiced, choose_quotes, persons_heard, verify
from tests.engine.text.corpus import made_up


def voiced(rank, text, person=None):
    return Voiced(f"c{rank}", 0, len(text), person or f"p{rank}", text)


def test_ten_thousand_genuine_quotes_are_accepted_and_as_many_mutated_refused():
    rng = np.random.default_rng(0)
    texts = {f"c{rank}": text for rank, text in enumerate(made_up(500)[0])}
    genuine, mutated = [], []
    for at in range(10_000):
        source = f"c{at % 500}"
        start = int(rng.integers(0, 20))
        end = int(rng.integers(start + 10, len(texts[source])))
        slice_ = texts[source][start:end]
        place = int(rng.integers(len(slice_)))
        changed = [
            slice_[:place] + ("x" if slice_[place] != "x" else "y") + slice_[place + 1 :],
            slice_[:place] + slice_[place + 1 :],
            slice_[:place] + "é" + slice_[place:],
            slice_ + " sans doute",
        ][at % 4]
        quote = Quote(source, start, end)
        genuine.append(Sentence(f"Une personne écrit : « {slice_} ».", (quote,)))
        mutated.append(Sentence(f"Une personne écrit : « {changed} ».", (quote,)))
    assert verify(genuine, texts, {}) == ()
    assert {refusal.sentence for refusal in verify(mutated, texts, {})} == set(range(10_000))


@pytest.mark.parametrize(
    ("sentence", "code", "place"),
    [
        (Sentence("Tout le monde est d'accord."), "synthesis.no-source", 0),
        (Sentence("« Un banc »", (Quote("z", 0, 7),)), "synthesis.missing-source", 0),
        (Sentence("« Un banc »", (Quote("a", 0, 99),)), "synthesis.missing-source", 0),
        (Sentence("Elle dit « un banc ».", (Quote("a", 0, 7),)), "synthesis.mutated-quote", 9),
        (Sentence("« Un banc » et « deux »", (Quote("a", 0, 7),)), "synthesis.unsourced-quote", 15),
        (Sentence("12 personnes", (), (Figure(12, "persons", 0),)), "synthesis.wrong-number", 0),
        (Sentence("Ils sont 7.", (), (Figure(5, "persons", 0),)), "synthesis.wrong-number", 9),
        (Sentence("Ils sont 5,5.", (), (Figure(5, "persons", 0),)), "synthesis.wrong-number", 9),
        (Sentence("Ils sont 5 sur 9.", (), (Figure(5, "persons", 0),)), "synthesis.uncounted-number", 15),
    ],
)
def test_verify_refuses_with_the_place(sentence, code, place):
    refused = verify([sentence], {"a": "Un banc au parc"}, {("persons", 0): 5})
    assert [(one.note.code, one.sentence, one.place) for one in refused][:1] == [(code, 0, place)]


def test_verify_reads_thousands_and_leaves_numbers_inside_quotes_alone():
    sentence = Sentence("1 250 personnes : « Le bus 12 »", (Quote("a", 0, 9),), (Figure(1250, "persons", 0),))
    assert verify([sentence], {"a": "Le bus 12 passe"}, {("persons", 0): 1250}) == ()


def test_quotes_go_to_persons_in_proportion_not_to_the_loudest():
    """Twenty messages of one person do not outweigh six persons."""
    loud = [voiced(rank, f"message répété {rank}", "seul") for rank in range(20)]
    many = [voiced(20 + rank, f"avis partagé {rank}") for rank in range(6)]
    rows = np.repeat(np.eye(2), [20, 6], axis=0)
    quotes = choose_quotes(loud + many, rows, count=1)
    assert quotes[0].contribution == "c20"
    assert persons_heard(quotes, loud + many, rows) == 6


def test_a_dissenting_and_a_rare_voice_have_their_place():
    passages = [voiced(rank, f"des arbres au parc {rank}") for rank in range(10)] + [
        voiced(10, "Je suis contre ce parc")
    ]
    quotes = choose_quotes(passages, np.ones((11, 1)), rare=[voiced(11, "et les grenouilles ?")])
    assert [quote.voice for quote in quotes][-2:] == [Voice.DISSENTING, Voice.RARE]
    assert len(quotes) == 5
    assert len(set(quotes)) == 5


def test_no_dissent_is_invented():
    assert [one.voice for one in choose_quotes([voiced(0, "oui")], np.ones((1, 1)))] == [Voice.COMMON]


@pytest.mark.parametrize(
    ("words", "is_refused"),
    [
        ("soit trois cents voix", True),
        ("une centaine de personnes", True),
        ("vingt-et-une personnes", True),
        ("la moitié des participantes", True),
        ("plusieurs personnes", False),
        ("une personne", False),
        ("depuis vingt ans", False),
        ("deux guichets", False),
    ],
)
def test_a_count_written_in_words_is_counted_nowhere(words, is_refused):
    sentence = Sentence(f"« Un banc » : {words}.", (Quote("a", 0, 7),), ())
    refused = verify([sentence], {"a": "Un banc, dit cent personnes"}, {})
    assert [one.note.code for one in refused] == ["synthesis.number-in-words"] * is_refused
    assert not is_refused or sentence.text[refused[0].place :].startswith(str(refused[0].note.params["written"]))


def test_a_count_in_words_inside_a_quote_is_what_somebody_said():
    sentence = Sentence("« cent personnes attendent »", (Quote("a", 0, 24),), ())
    assert verify([sentence], {"a": "cent personnes attendent"}, {}) == ()
