"""Reading a filled canvas: in the process, in the bounded child that the site uses, and from the terminal."""

import statistics
import sys

from bench.canvases import filled
from bench.harness import figure, measured, p95, timed
from concertia.engine.canvas.isolation import read_isolated
from concertia.engine.canvas.reader import read


def measure():
    for format in ("docx", "odt"):
        data, path = filled(format)
        inside = timed(lambda data=data, path=path: read(data, path.name), times=20)
        figure(f"canvas.read.{format}", statistics.median(inside), "s", p95=round(p95(inside), 3), bytes=len(data))
        child = timed(lambda data=data, path=path: read_isolated(data, path.name), times=10)
        figure(f"canvas.read_isolated.{format}", statistics.median(child), "s", p95=round(p95(child), 3))
        seconds, peak = measured([sys.executable, "-m", "concertia.cli.main", "canvas", "read", path, "--json"])
        figure(f"canvas.command.{format}", seconds, "s", peak_mb=round(peak))
