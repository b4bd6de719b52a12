"""Canvases filled by people who had not seen the reader: whatever it reads without asking is what they meant."""

import json
from pathlib import Path

import pytest

from concertia.engine.canvas.reader import read
from concertia.engine.canvas.reading import Status

FOLDER = Path(__file__).parent / "data" / "strangers"
FILES = sorted(path for path in FOLDER.glob("*.*") if path.suffix in (".docx", ".odt"))
NOTHING = {"choix": [], "autre": None}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_is_read_without_asking_is_what_was_meant(path):
    meant = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    reading = read(path.read_bytes(), path.name)
    assert reading.results == len(meant["_sections3"])
    wrong = []
    for one in reading.fields:
        record = meant if one.result is None else meant["_sections3"][one.result]
        expected = None if record[one.key] == NOTHING else record[one.key]
        if one.status is not Status.CONFIRM and one.value != expected:
            wrong.append((one.key, one.result, one.value, expected))
    assert wrong == []
    assert reading.record()["_manquants"] == meant["_manquants"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_they_left_in_doubt_is_asked(path):
    meant = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    asked = {one.key for one in read(path.read_bytes(), path.name).to_confirm()}
    assert set(meant["_a_confirmer"]) <= asked
