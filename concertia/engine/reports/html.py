"""The report as one page that stands alone: its style inside, no script, no address that leads out."""

from __future__ import annotations

from html import escape
from pathlib import Path

from concertia.engine.documents.tagged_pdf import french
from concertia.engine.reports.charts import svg
from concertia.engine.reports.outline import (
    Block,
    Bullets,
    Heading,
    Paragraph,
    QuoteBlock,
    TableBlock,
    outline,
)
from concertia.engine.reports.report import Report
from concertia.engine.reports.words import plain

SIDEWAYS = '<p class="small sideways">Plus large que l’écran : faites défiler vers la droite.</p>'
STYLE = Path(__file__).with_name("report.css").read_text(encoding="utf-8")


def report_html(report: Report) -> bytes:
    """The page of a report, in UTF-8."""
    return document_html(report.title, outline(report))


def document_html(title: str, blocks: tuple[Block, ...]) -> bytes:
    """The page of blocks, in UTF-8."""
    body = "\n".join(_drawn(block, rank) for rank, block in enumerate(blocks))
    plan = "".join(
        f'<li><a href="#p{rank}">{_text(block.text)}</a></li>'
        for rank, block in enumerate(blocks)
        if isinstance(block, Heading) and block.level == 2
    )
    first, _, rest = body.partition("\n")
    return (
        '<!doctype html>\n<html lang="fr">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title)}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#contenu">Aller au contenu</a>\n<main id="contenu" tabindex="-1">\n'
        f'{first}\n<nav aria-label="Dans cette page"><ul>{plan}</ul></nav>\n{rest}\n</main>\n</body>\n</html>\n'
    ).encode()


def _text(words: str) -> str:
    return escape(french(plain(words)))


def _drawn(block: Block, rank: int) -> str:
    if isinstance(block, Heading):
        return f'<h{block.level} id="p{rank}">{_text(block.text)}</h{block.level}>'
    if isinstance(block, Paragraph):
        return f'<p class="{block.kind}">{_text(block.text)}</p>'
    if isinstance(block, Bullets):
        return f"<ul>{''.join(f'<li>{_text(item)}</li>' for item in block.items)}</ul>"
    if isinstance(block, QuoteBlock):
        return _quote(block)
    if isinstance(block, TableBlock):
        return _table(block)
    drawn = svg(block.chart, alone=False)
    return f'{SIDEWAYS}<div class="chart-frame" role="group" tabindex="0" aria-label="Graphique">{drawn}</div>'


def _quote(block: QuoteBlock) -> str:
    said = f"<blockquote>«\u202f{_text(block.text)}\u202f»</blockquote>" if block.text else ""
    voice = f"<strong>{_text(block.voice)}</strong>" if block.voice else ""
    between = " · " if block.voice and block.origin else ""
    if not said:
        return f'<p class="held">{voice}{between}{_text(block.origin)}</p>'
    return f'<figure class="voice">{said}<figcaption>{voice}{between}{_text(block.origin)}</figcaption></figure>'


def _table(block: TableBlock) -> str:
    kinds = ["" if is_words else ' class="num"' for is_words in block.holds_words]
    heads = "".join(f'<th scope="col"{kind}>{_text(head)}</th>' for kind, head in zip(kinds, block.heads, strict=True))
    hint = SIDEWAYS if block.is_wide else ""
    return (
        f'{hint}<div class="scroll" role="region" tabindex="0" aria-label="{_text(block.caption)}"><table><caption>'
        f"{_text(block.caption)}</caption><thead><tr>{heads}</tr></thead><tbody>"
        f"{''.join(_line(line, kinds) for line in block.lines)}</tbody></table></div>"
    )


def _line(line: tuple[str, ...], kinds: list[str]) -> str:
    cells = "".join(f"<td{kind}>{_text(cell)}</td>" for kind, cell in zip(kinds[1:], line[1:], strict=True))
    return f'<tr><th scope="row">{_text(line[0])}</th>{cells}</tr>'
