"""Every code of the readers and of the measures of agreement is declared, and has its French sentence."""

import re
from pathlib import Path

import pytest

import concertia.engine.canvas
import concertia.engine.coding
import concertia.engine.readers
from concertia.collection.phrases import SENTENCES, sentence
from concertia.engine.coding.codes import CODES as AGREEMENT
from concertia.engine.notes import Note
from concertia.engine.readers.codes import ASIDE, CODES, REFUSALS

FAMILIES = "archive|bundle|chat|column|document|encoding|file|json|mail|polis|row|sheet|speech|table|text|votes"
CODE = re.compile(rf'"((?:{FAMILIES})\.[a-z_]+)"')
RAISED = re.compile(r'EngineError\("([a-z]+\.[a-z_]+)"')
SHARED = ("reader_archive.py", "reader_signature.py", "reader_docx.py", "reader_odt.py")
CANVAS_ONLY = {"file.flat_xml", "file.text"}  # told by the canvas from the head of a text, which is read here
FOREIGN = {"text.footnote"}  # of the canvas, told here as document.footnote


def sources(package):
    return {file.name: file.read_text(encoding="utf-8") for file in Path(package.__path__[0]).glob("*.py")}


def test_every_code_is_declared():
    written = set()
    for name, source in sources(concertia.engine.readers).items():
        if name != "codes.py":
            written |= set(CODE.findall(source))
    assert written - FOREIGN <= set(CODES)


def test_every_code_of_the_parts_shared_with_the_canvas_is_declared():
    shared = sources(concertia.engine.canvas)
    raised = set().union(*(RAISED.findall(shared[name]) for name in SHARED))
    assert raised - CANVAS_ONLY <= set(REFUSALS)


def test_every_code_has_its_sentence_and_no_sentence_is_left_over():
    assert set(SENTENCES) == set(CODES) | set(AGREEMENT)


def test_every_code_of_the_measures_of_agreement_is_declared():
    raised = set().union(*(RAISED.findall(source) for source in sources(concertia.engine.coding).values()))
    assert raised == set(AGREEMENT)


@pytest.mark.parametrize("code", [*CODES, *AGREEMENT])
def test_a_sentence_needs_only_what_its_note_gives(code):
    names = {**CODES, **AGREEMENT}[code]
    written = sentence(Note(code, dict.fromkeys(names, "{x}")))
    assert written.endswith((".", "?"))
    assert written[0].isupper() or written.startswith("{x}")
    assert written.count("{x}") >= len([name for name in names if name != "sheet"])


def test_long_values_are_cut():
    assert len(sentence(Note("column.unknown", {"column": "a" * 5_000, "columns": "b" * 5_000}))) < 500


def test_reasons_are_those_of_rows_and_votes():
    assert {code.split(".")[0] for code in ASIDE} == {"row", "votes"}
