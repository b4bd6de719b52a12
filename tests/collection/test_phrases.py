import doctest
import re

import pytest

from concertia.collection import phrases
from concertia.collection.actions import moderation
from concertia.engine.notes import Note
from concertia.engine.readers import Place

FIELD = re.compile(r"\{(\w+)[:}]")


def test_what_is_said_on_screen_replaces_a_sentence_and_asks_for_nothing_more():
    for code, said in (*phrases.ON_SCREEN.items(), *phrases.ABOUT_CONTEXT.items()):
        assert set(FIELD.findall(said)) <= set(FIELD.findall(phrases.SENTENCES[code]))
        assert "--" not in said


def test_a_sentence_on_screen_names_its_file_among_several_and_cuts_long_values():
    note = Note("table.no_text_column", {"columns": "a" * 300, "file": "s/a.csv"})
    said = phrases.sentence_on_screen(note)
    assert said.startswith("s/a.csv : Aucune colonne ne ressemble à un texte. Dites plus bas laquelle lire.")
    assert "a" * 199 + "…" in said
    assert "--text" in phrases.sentence(note)
    assert phrases.sentence_on_screen(Note("file.pdf", {})) == phrases.sentence(Note("file.pdf", {}))


@pytest.mark.parametrize(
    ("place", "whole", "moment", "said"),
    [
        (Place("avis.csv", line=3), "avis.csv", "", "ligne 3"),
        (Place("s.zip/b.csv", line=3), "s.zip", "", "b.csv, ligne 3"),
        (Place("a.docx", line=3), "a.docx", "", "paragraphe 3"),
        (Place("a.odt", sheet="tableau 2", line=3), "a.odt", "", "tableau 2, ligne 3"),
        (Place("a.xlsx", sheet="Avis"), "a.xlsx", "", "feuille « Avis »"),
        (Place("a.vtt", line=3), "a.vtt", "00:00:01", "ligne 3, à 00:00:01"),
        (Place("avis.csv"), "avis.csv", "", "avis.csv"),
    ],
)
def test_place_is_told_in_words(place, whole, moment, said):
    assert phrases.place_sentence(place, whole=whole, moment=moment) == said


@pytest.mark.parametrize("module", [phrases, moderation])
def test_examples_of_the_docstrings_run(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 autre colonne de texte n’est pas analysée : « Ville »."),
        (1, "1 autre colonne de texte n’est pas analysée : « Ville »."),
        (2, "2 autres colonnes de texte ne sont pas analysées : « Ville »."),
    ],
)
def test_a_sentence_agrees_with_its_count(count, said):
    assert phrases.sentence(Note("table.other_texts", {"count": count, "columns": "« Ville »"})) == said


def test_no_sentence_leaves_the_plural_to_the_reader():
    assert [said for said in phrases.SENTENCES.values() if "(s)" in said] == []


def test_what_is_said_of_context_names_neither_contributions_nor_persons():
    raised_elsewhere = {"polis.votes", "reading.unavailable"}
    for code in phrases.SENTENCES:
        if code.split(".")[0] in ("agreement", "votes") or code in raised_elsewhere:
            continue
        names = dict.fromkeys(FIELD.findall(phrases.SENTENCES[code]), 2)
        said = phrases.sentence_about_context(Note(code, names)).lower()
        assert ("contribution" in said, "personne " in said) == (False, False), code
