import re
from pathlib import Path

import pytest

import concertia.engine.canvas
from concertia.consultations.phrases import SENTENCES, missing_fields, place, sentence
from concertia.engine.canvas.reader import CODES
from concertia.engine.canvas.reading import Place
from concertia.engine.notes import Note

RAISED = re.compile(r'(?:EngineError|Note)\(\s*"([a-z_]+\.[a-z_.0-9]+)"')


def source_of_the_engine():
    folder = Path(concertia.engine.canvas.__path__[0])
    return "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.py"))


def test_every_code_of_the_engine_has_its_sentence():
    assert set(RAISED.findall(source_of_the_engine())) | set(CODES) <= set(SENTENCES)


def test_no_sentence_is_left_over():
    source = source_of_the_engine()
    assert [code for code in SENTENCES if f'{code.rpartition(".")[2]}"' not in source] == []


@pytest.mark.parametrize("code", CODES)
def test_a_sentence_needs_only_what_its_note_gives(code):
    written = sentence(Note(code, dict.fromkeys(CODES[code], "{x}")))
    assert written.endswith((".", "?"))
    assert written[0].isupper() or written[0] == "«"


def test_words_quoted_are_cut_and_never_formatted():
    written = sentence(Note("date.unclear", {"text": "{0} " * 100}))
    assert len(written) < 220
    assert "{0}" in written


def test_place_points_as_a_person_would():
    assert place(Place(paragraph=12)) == "paragraphe 12"
    assert place(Place(table=2, row=3, column=1), 1) == "résultats 2, tableau 2, ligne 3, colonne 1"
    assert place(None) == "document"


def test_missing_fields_say_when_two_results_lack_the_same():
    assert missing_fields(["nb_participants", "nb_participants"]) == (
        "Ce champ requis est vide : « Nombre de participants » (dans 2 résultats). Complétez le canevas, puis publiez."
    )
