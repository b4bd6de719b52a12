"""Every code of the analysis has its French sentence, which needs only what its note gives."""

import ast
from pathlib import Path

import pytest

import concertia.engine.text
from concertia.analysis.phrases import LEVELS, REASONS, SENTENCES, VOICES, sentence
from concertia.engine.coding import suggestions
from concertia.engine.notes import Note
from concertia.engine.text.duplicates import Level
from concertia.engine.text.synthesis import Voice
from concertia.engine.text.units import Reason


def notes_of(path):
    """(code, names of the parameters, or None when they are not written there) of each note a module makes."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if node.func.id not in ("Note", "EngineError") or not isinstance(node.args[0], ast.Constant):
            continue
        names = {keyword.arg for keyword in node.keywords}
        if len(node.args) > 1:
            names = {key.value for key in node.args[1].keys} if isinstance(node.args[1], ast.Dict) else None
        yield node.args[0].value, names


MODULES = [*Path(concertia.engine.text.__path__[0]).glob("*.py"), Path(suggestions.__file__)]
NOTES = sorted(
    {(code, None if names is None else tuple(sorted(names))) for path in MODULES for code, names in notes_of(path)},
    key=str,
)


def test_every_code_has_its_sentence_and_no_sentence_is_left_over():
    assert {code for code, _ in NOTES} == set(SENTENCES)


@pytest.mark.parametrize(("code", "names"), [note for note in NOTES if note[1] is not None])
def test_a_sentence_needs_only_what_its_note_gives(code, names):
    written = sentence(Note(code, dict.fromkeys(names, "{x}")))
    assert written.endswith((".", "?"))
    assert "{x}" in written or not names


def test_every_reason_level_and_voice_is_worded():
    assert set(REASONS) == {str(reason) for reason in Reason}
    assert set(LEVELS) == {str(level) for level in Level}
    assert set(VOICES) == {str(voice) for voice in Voice}


def test_long_values_are_cut():
    assert len(sentence(Note("synthesis.missing-source", {"contribution": "a" * 5_000}))) < 400
