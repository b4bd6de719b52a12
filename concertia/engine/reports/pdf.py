"""The report and the wall page as tagged PDF (PDF/UA-1), drawn by Typst with the fonts it carries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typst

from concertia.engine.documents.tagged_pdf import french, tagged_pdf
from concertia.engine.reports.charts import size_of, svg
from concertia.engine.reports.outline import (
    Block,
    Bullets,
    Heading,
    Paragraph,
    QuoteBlock,
    TableBlock,
    outline,
)
from concertia.engine.reports.report import Chart, Report, ThemeNode, Wall
from concertia.engine.reports.words import counted, plain, shorten

TEMPLATE = Path(__file__).with_name("report.typ").read_bytes()
WALL = Path(__file__).with_name("wall.typ").read_bytes()
PAPERS = ("a4", "a3")
LONGEST_ON_A_WALL = 220
TEXT_WIDTH, TALLEST = 16.6, 23  # centimetres: a chart and its heading fit on one page


def report_pdf(report: Report) -> bytes:
    """The tagged PDF of a report."""
    return document_pdf(report.title, report.consultation, outline(report))


def document_pdf(title: str, author: str, blocks: tuple[Block, ...]) -> bytes:
    """The tagged PDF of blocks; the first is its title."""
    data = {
        "title": plain(title),
        "author": plain(author) or "Concertia",
        "running": french(shorten(plain(title), 80)),
        "notes": [],
        "blocks": [_block(block) for block in blocks],
    }
    return tagged_pdf(TEMPLATE, "report", data)


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"kind": "heading", "level": block.level, "text": _said(block.text)}
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "look": block.kind, "text": _said(block.text)}
    if isinstance(block, Bullets):
        return {"kind": "bullets", "items": [_said(one) for one in block.items]}
    if isinstance(block, QuoteBlock):
        return {
            "kind": "quote", "text": _said(block.text), "origin": _said(block.origin), "voice": _said(block.voice),
        }  # fmt: skip
    if isinstance(block, TableBlock):
        lines = [[_said(cell) for cell in line] for line in block.lines]
        heads = [_said(one) for one in block.heads]
        return {
            "kind": "table", "caption": _said(block.caption), "heads": heads, "lines": lines,
            "shares": list(block.shares), "words": list(block.holds_words),
        }  # fmt: skip
    drawn = svg(block.chart)
    width, height = size_of(drawn)
    tall = min(TALLEST, TEXT_WIDTH * height / width)
    return {"kind": "chart", "svg": drawn, "alt": plain(block.alternative), "tall": tall}


def _said(words: str) -> str:
    return french(plain(words))


def wall_pdf(wall: Wall, *, paper: str = "a4") -> bytes:
    """The page of the wall on A4 or A3; raises ValueError for another paper."""
    if paper not in PAPERS:
        raise ValueError(f"Unknown paper {paper!r}.")
    data = {
        "title": plain(wall.title),
        "author": "Concertia",
        "notes": [],
        "paper": paper,
        "scale": 1.414 if paper == "a3" else 1.0,
        "question": _said(shorten(plain(wall.question), 300)),
        "heard": _said(wall.heard),
        "without_author": _said(wall.without_author),
        "base": _said(wall.base),
        "themes": [_wall_theme(node) for node in wall.themes],
        "others": _said(wall.others),
        "voices": [
            {
                "head": head,
                "text": _said(shorten(plain(quote.text), LONGEST_ON_A_WALL)),
                "origin": _said(quote.origin),
            }
            for head, quote in (("En désaccord", wall.dissenting), ("Une voix rare", wall.rare))
            if quote is not None
        ],
        "unknown": [_said(one) for one in wall.unknown],
        "ai_use": _said(wall.ai_use),
        "made": _said(wall.made),
    }
    return tagged_pdf(WALL, "wall", data)


def _wall_theme(node: ThemeNode) -> dict[str, str]:
    quote = node.quotes[0] if node.quotes else None
    words = shorten(plain(quote.text), LONGEST_ON_A_WALL) if quote and not quote.withheld else ""
    return {
        "name": _said(shorten(plain(node.name), 90)),
        "persons": counted(node.persons, "personne"),
        "messages": counted(node.messages, "message"),
        "quote": _said(words),
        "origin": _said(quote.origin) if quote and words else "",
        "withheld": quote.withheld if quote else "",
    }


def picture_of(chart: Chart, *, dots_per_inch: int = 144) -> bytes:
    """The chart as PNG, for documents that cannot rely on SVG."""
    source = b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")\n'
    made: bytes = typst.compile(
        source, format="png", ppi=dots_per_inch, ignore_system_fonts=True, sys_inputs={"svg": svg(chart)}
    )
    return made
