"""Writing a filled canvas: the PDF (typst), and the two documents beside it."""

import statistics

from bench.canvases import record
from bench.harness import figure, p95, timed
from concertia.engine.canvas.writer import write


def measure():
    for format in ("pdf", "docx", "odt"):
        first, *others = timed(lambda format=format: write(record(), format), times=11)
        size = len(write(record(), format))
        figure(
            f"canvas.write.{format}",
            statistics.median(others),
            "s",
            first=round(first, 3),
            p95=round(p95(others), 3),
            bytes=size,
        )
