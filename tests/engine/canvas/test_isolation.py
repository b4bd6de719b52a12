"""The isolated reading gives what the reading gives, and nothing that a file does reaches the caller."""

import os
import time
import tracemalloc
from contextlib import suppress
from pathlib import Path

import pytest

from concertia.engine import isolated_child as child
from concertia.engine import isolation
from concertia.engine.canvas import isolation as canvas_isolation
from concertia.engine.canvas.isolation import read_isolated, reading_from_plain, reading_to_plain
from concertia.engine.canvas.reader import CODES, read
from concertia.engine.notes import EngineError
from tests.engine.canvas.test_reader_documents import canvas, docx, p

WORK = "written(done(task, request, sys.stdin.buffer.read()))"
SOUND = docx(canvas({"date_fin_prevue": "31/02/2025", "nb_participants": "une centaine"}))


def refused(data: bytes = SOUND, **options: int) -> str:
    with pytest.raises(EngineError) as caught:
        read_isolated(data, "canevas.docx", **options)
    note = caught.value.note
    assert tuple(sorted(note.params)) == tuple(sorted(CODES[note.code]))
    return note.code


@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    """Replaces the child by other lines of Python."""

    def use(lines: str) -> None:
        path = tmp_path / "child.py"
        path.write_text(lines, encoding="utf-8")
        monkeypatch.setattr(child, "__file__", str(path))

    return use


def test_isolated_reading_is_the_reading():
    assert read_isolated(SOUND, "canevas.odt") == read(SOUND, "canevas.odt")


def test_reading_survives_its_journey():
    reading = read(SOUND, "autre.pdf")
    assert reading_from_plain(reading_to_plain(reading)) == reading


def test_refusals_cross_with_their_parameters():
    with pytest.raises(EngineError) as caught:
        read_isolated(docx(p("Collectivité : Bourg")), "x.docx")
    assert (caught.value.note.code, caught.value.note.params) == ("canvas.other_form", {"found": 1, "expected": 19})
    assert refused(b"PK\x03\x04 truncated") == "file.damaged"


def test_cheap_refusals_start_no_child(stand_in):
    stand_in("raise SystemExit(9)")
    assert refused(b"") == "file.empty"
    assert refused(b"%PDF-1.4") == "file.pdf"
    assert refused(bytes(20_000_001)) == "file.too_large"


def test_child_that_lasts_is_stopped(stand_in):
    start = time.perf_counter()
    stand_in("import time\ntime.sleep(60)")
    assert refused(seconds=1) == "reading.too_long"
    assert time.perf_counter() - start < 5


def test_child_that_works_too_long_is_stopped(stand_in):
    lines = Path(child.__file__).read_text(encoding="utf-8")
    stand_in(lines.replace(WORK, "while True: pass"))
    assert refused(seconds=1) == "reading.too_long"


def test_child_that_grows_is_stopped(stand_in):
    lines = Path(child.__file__).read_text(encoding="utf-8")
    stand_in(lines.replace(WORK, "written([len(bytes(600_000_000))])"))
    assert refused() == "reading.too_much_memory"


@pytest.mark.parametrize(
    "lines",
    [
        "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
        "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)",
        "raise SystemExit(3)",
        "print('nonsense')",
        "print('{}')",
        "print('[1]')",
        'print(\'{"reading": {"fields": [{}], "results": 1, "notes": []}}\')',
        'print(\'{"fields": [{}], "results": 1, "notes": []}\')\nprint(\'{"done": true}\')',
        "print('{\"refused\": 3}')",
        "print('{\"done\": true}')",
        'print(\'{"refused": ["file.empty", 3]}\')',
    ],
)
def test_child_that_dies_or_lies_is_a_refusal(stand_in, lines):
    stand_in(lines)
    assert refused() == "reading.interrupted"


def test_child_that_talks_without_end_is_stopped(stand_in, monkeypatch):
    monkeypatch.setattr(canvas_isolation, "MAX_ANSWER", 1_000)
    stand_in("print('x' * 2_000)")
    assert refused() == "reading.interrupted"


def test_child_inherits_no_secret(stand_in, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "hidden")
    said = "{'refused': ['file.other_ending', {'ending': ' '.join(os.environ), 'kind': ''}]}"
    stand_in(f"import json, os\nprint(json.dumps({said}))")
    with pytest.raises(EngineError) as caught:
        read_isolated(SOUND, "x.docx")
    assert "SECRET_KEY" not in str(caught.value.note.params["ending"])


def test_no_interpreter_is_a_refusal(monkeypatch):
    monkeypatch.setattr(isolation.sys, "executable", "")
    assert refused() == "reading.unavailable"
    monkeypatch.setattr(isolation.sys, "executable", "/nowhere/python")
    assert refused() == "reading.unavailable"


def test_file_name_is_never_a_command():
    assert read_isolated(SOUND, "-c import os; $(reboot) ../../x\x00.docx").results == 1


def test_caller_does_not_grow():
    long = docx(canvas({"objectifs": p("Bonjour à toutes et tous") * 15_000}))
    read_isolated(SOUND, "x.docx")
    tracemalloc.start()
    assert refused(long) == "document.too_long"
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()


def children():
    """The processes that this one started and that have not been waited for, dead ones too."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended meanwhile
            parent = status.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1]
            found |= {status.parent.name} if int(parent) == os.getpid() else set()
    return found


def test_no_child_is_left_behind(stand_in):
    before = children()  # another test may have started some, which are not ours
    stand_in("import time\ntime.sleep(60)")
    refused(seconds=1)
    assert children() <= before
