"""Filled canvases for the benches, written once by the product itself."""

import functools
import json
import tempfile
from pathlib import Path

from bench.harness import ROOT
from concertia.engine.canvas.writer import write

RECORD = ROOT / "concertia" / "commons" / "demonstration" / "montbrun.json"


@functools.cache
def record():
    return json.loads(RECORD.read_text(encoding="utf-8"))


@functools.cache
def filled(format):
    data = write(record(), format)
    path = Path(tempfile.mkdtemp(prefix="concertia-bench-")) / f"canevas.{format}"
    path.write_bytes(data)
    return data, path
