"""The isolated reading is the reading, and nothing that a file does reaches the caller."""

import json
from pathlib import Path

import pytest

from concertia.engine import isolated_child as child
from concertia.engine.notes import EngineError
from concertia.engine.readers import (
    Columns,
    read,
    read_file,
    read_isolated,
    read_path_isolated,
    read_several,
    read_several_isolated,
)
from concertia.engine.readers.codes import REFUSALS
from concertia.engine.readers.isolated import from_plain, to_plain
from tests.engine.readers.workbooks import packed

FILES = Path(__file__).parent / "files"
TABLE = "id;avis;âge\n1;Plus d’arbres 🎷;34\n2;;51\n3;a;b;c;d\n".encode()
WORK = "written(done(task, request, sys.stdin.buffer.read()))"


def refused(data=TABLE, name="avis.csv", **options):
    with pytest.raises(EngineError) as caught:
        read_isolated(data, name, **options)
    note = caught.value.note
    assert tuple(sorted(note.params)) == tuple(sorted(REFUSALS[note.code]))
    return note.code


@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    """Replaces the work of the child by another line of Python."""

    def use(line):
        path = tmp_path / "child.py"
        path.write_text(Path(child.__file__).read_text(encoding="utf-8").replace(WORK, line), encoding="utf-8")
        monkeypatch.setattr(child, "__file__", str(path))

    return use


def test_isolated_reading_is_the_reading():
    options = {"columns": Columns(text="avis", id="id"), "key": b"\xff"}
    assert read_isolated(TABLE, "avis.csv", **options) == read(TABLE, "avis.csv", **options)


def test_isolated_reading_of_several_is_the_reading_of_several():
    files = [("a/é.csv", TABLE), ("b.txt", b"Un banc"), ("c.pdf", b"%PDF-1.4")]
    assert read_several_isolated(files, "lot") == read_several(files, "lot")


@pytest.mark.parametrize("name", ["atelier.xls", "."])
def test_isolated_reading_of_a_path_is_the_reading_of_it(name):
    assert read_path_isolated(FILES / name) == read_file(FILES / name)


@pytest.mark.parametrize("path", sorted(FILES.glob("[a-l]*")), ids=lambda path: path.name)
def test_reading_survives_its_journey(path):
    reading = read_file(path)
    assert from_plain(json.loads(json.dumps(one)) for one in to_plain(reading)) == reading


def test_refusals_cross_with_their_parameters():
    assert refused(b"") == "file.empty"
    assert refused(columns=Columns(text="absente")) == "column.unknown"
    assert refused(bytes(200_000_001)) == "file.too_large"


def test_child_that_lasts_is_stopped(stand_in):
    stand_in("import time; time.sleep(60)")
    assert refused(seconds=1) == "reading.too_long"


def test_child_that_grows_is_stopped():
    line = "un banc " * 2_500_000
    assert refused(line.encode(), "avis.txt", megabytes=100) == "reading.too_much_memory"


@pytest.mark.parametrize(
    "line",
    [
        "written([['rows', [[1]]]])",
        "written([['head', {}]])",
        "written([['head', 3]])",
        "written([3])",
        "written([])",
        "raise SystemExit(3)",
        "written([['aside', [['row.no_text', [], [], [], 1]]]])",
    ],
)
def test_child_that_dies_or_lies_is_a_refusal(stand_in, line):
    stand_in(line)
    assert refused() == "reading.interrupted"


def test_child_cannot_lie_about_the_sum(stand_in):
    head = {"file": "", "kind": "csv", "encoding": "", "separator": "", "notes": [], "seen": []}
    table = {"sheet": "", "headers": [], "columns": {}, "others": [], "records": 7, "blank": 0}
    stand_in(f"written([['head', { ({**head, 'tables': [table]})!r}]])")
    assert refused() == "reading.interrupted"


def test_an_old_workbook_that_unfolds_without_end_is_stopped():
    data = bytearray((FILES / "atelier.xls").read_bytes())
    row = bytes(data).index(b"\x7e\x02\x0a\x00")  # the first number: its row, then its column
    data[row + 4 : row + 8] = (65_535).to_bytes(2, "little") + (255).to_bytes(2, "little")
    assert refused(bytes(data), "a.xls", megabytes=500) in ("table.too_many_cells", "reading.too_much_memory")


def test_a_zip_in_isolation_is_bounded_too():
    assert refused(packed({"bombe.txt": b"0" * 210_000_000}), "lot.zip") == "archive.bomb"
