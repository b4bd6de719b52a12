"""The report as an OpenDocument text: real headings, lists, tables with header rows, charts with their words."""

from __future__ import annotations

import re

from lxml import etree

from concertia.engine.canvas.writer_zip import pack
from concertia.engine.reports.charts import size_of, svg
from concertia.engine.reports.odt_parts import (
    MIMETYPE,
    NAMESPACES,
    STYLES,
    TEXT_WIDTH,
    column_name,
    manifest,
    table_styles,
)
from concertia.engine.reports.outline import (
    Block,
    Bullets,
    ChartBlock,
    Heading,
    Paragraph,
    QuoteBlock,
    TableBlock,
    outline,
)
from concertia.engine.reports.report import Chart, Report
from concertia.engine.reports.words import plain

Element = etree._Element
MARKS = re.compile("(\t|\n| {2,}|^ )")
PARAGRAPHS = {"plain": "Text_20_body", "lead": "Subtitle", "small": "Petit", "note": "Encart"}


def report_odt(report: Report) -> bytes:
    """The OpenDocument text of a report."""
    return document_odt(report.title, report.consultation, outline(report), made=_made(report))


def _made(report: Report) -> str:
    """When the analysis was made, as the document's own date: the same report, the same bytes."""
    return next((one.value for one in report.record if one.name == "Terminée le (UTC)"), "2000-01-01T00:00:00")


def document_odt(title: str, author: str, blocks: tuple[Block, ...], *, made: str) -> bytes:
    """The OpenDocument text of blocks; `made` is its ISO date."""
    charts = [block.chart for block in blocks if isinstance(block, ChartBlock)]
    pictures = [(f"Pictures/{chart.key}.svg", _picture(chart)) for chart in charts]
    return pack(
        [
            ("mimetype", MIMETYPE.encode()),
            ("content.xml", _bytes(_content(blocks))),
            ("styles.xml", STYLES.encode()),
            ("meta.xml", _bytes(_meta(title, author, made))),
            *pictures,
            ("META-INF/manifest.xml", manifest([name for name, _ in pictures]).encode()),
        ]
    )


def _picture(chart: Chart) -> bytes:
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + svg(chart).encode()


def _bytes(element: Element) -> bytes:
    return etree.tostring(element, xml_declaration=True, encoding="UTF-8")


def _name(prefixed: str) -> str:
    prefix, _, local = prefixed.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def _odf(tag: str, *children: Element, **attributes: str) -> Element:
    """An element; `style="X"` is short for `text:style-name`, other attributes are written `text__name`."""
    named = {
        "text:style-name" if key == "style" else key.replace("__", ":").replace("_", "-"): value
        for key, value in attributes.items()
    }
    element = etree.Element(_name(tag), {_name(key): value for key, value in named.items()})
    element.extend(children)
    return element


def _write(element: Element, text: str) -> Element:
    """Add text to an element, spaces, tabs and line ends as OpenDocument wants them."""
    last: Element | None = None
    for piece in MARKS.split(plain(text)):
        if not piece:
            continue
        if piece == "\t":
            last = etree.SubElement(element, _name("text:tab"))
        elif piece == "\n":
            last = etree.SubElement(element, _name("text:line-break"))
        elif not piece.strip(" "):
            last = etree.SubElement(element, _name("text:s"), {_name("text:c"): str(len(piece))})
        elif last is None:
            element.text = (element.text or "") + piece
        else:
            last.tail = (last.tail or "") + piece
    return element


def _paragraph(style: str, text: str) -> Element:
    return _write(_odf("text:p", style=style), text)


def _meta(title: str, author: str, made: str) -> Element:
    root = etree.Element(_name("office:document-meta"), nsmap={n: NAMESPACES[n] for n in ("office", "meta", "dc")})
    root.set(_name("office:version"), "1.3")
    meta = etree.SubElement(root, _name("office:meta"))
    values = (
        ("meta:generator", "Concertia"),
        ("dc:title", plain(title)),
        ("meta:initial-creator", plain(author) or "Concertia"),
        ("meta:creation-date", made),
        ("dc:date", made),
        ("dc:language", "fr-FR"),
    )
    for tag, value in values:
        etree.SubElement(meta, _name(tag)).text = value
    return root


def _content(blocks: tuple[Block, ...]) -> Element:
    text = _odf("office:text")
    for rank, block in enumerate(blocks):
        text.extend(_drawn(block, rank))
    root = etree.Element(_name("office:document-content"), nsmap=NAMESPACES)
    root.set(_name("office:version"), "1.3")
    tables = [block.shares for block in blocks if isinstance(block, TableBlock)]
    columns = sorted({(share, sum(shares)) for shares in tables for share in shares})
    root.append(etree.fromstring(table_styles(columns)))
    root.append(_odf("office:body", text))
    return root


def _drawn(block: Block, rank: int) -> list[Element]:
    if isinstance(block, Heading):
        style = "Title" if block.level == 1 else f"Heading_20_{block.level}"
        return [_write(_odf("text:h", style=style, text__outline_level=str(block.level)), block.text)]
    if isinstance(block, Paragraph):
        return [_paragraph(PARAGRAPHS[block.kind], block.text)]
    if isinstance(block, Bullets):
        items = [_odf("text:list-item", _paragraph("Liste", item)) for item in block.items]
        return [_odf("text:list", *items, style="Puces")]
    if isinstance(block, QuoteBlock):
        return _quote(block)
    if isinstance(block, TableBlock):
        return [_paragraph("Legende", block.caption), _table(block, rank), _paragraph("Petit", "")]
    return [_chart(block)]


def _quote(block: QuoteBlock) -> list[Element]:
    drawn = []
    if block.text:
        drawn.append(_paragraph("Quotations", f"«\u202f{block.text}\u202f»"))
    origin = _odf("text:p", style="Origine")
    if block.voice:
        origin.append(_write(_odf("text:span", style="Strong_20_Emphasis"), block.voice))
        if block.origin:
            origin[-1].tail = " · "
    after = _odf("text:span", style="Sobre")
    origin.append(_write(after, block.origin))
    return [*drawn, origin]


def _table(block: TableBlock, rank: int) -> Element:
    names = [column_name(share, sum(block.shares)) for share in block.shares]
    columns = [_odf("table:table-column", table__style_name=name) for name in names]
    words = block.holds_words
    head = _odf("table:table-header-rows", _row(block.heads, "Entete", words))
    lines = [_row(line, "Cellule", words) for line in block.lines]
    return _odf("table:table", *columns, head, *lines, table__name=f"Tableau{rank}", table__style_name="Tableau")


def _row(cells: tuple[str, ...], style: str, words: tuple[bool, ...]) -> Element:
    row = _odf("table:table-row", table__style_name="Ligne")
    for cell, is_words in zip(cells, words, strict=True):
        look = f"{style}_texte" if is_words else f"{style}_nombre"
        row.append(
            _odf("table:table-cell", _paragraph(look, cell), table__style_name=style, office__value_type="string")
        )
    return row


def _chart(block: ChartBlock) -> Element:
    drawn = svg(block.chart)
    width, height = size_of(drawn)
    scale = min(TEXT_WIDTH / width, 24 / height)  # a chart fits on one page
    image = _odf("draw:image", xlink__href=f"Pictures/{block.chart.key}.svg", xlink__type="simple",
                 xlink__show="embed", xlink__actuate="onLoad")  # fmt: skip
    title = _odf("svg:title")
    title.text = plain(block.chart.title)
    description = _odf("svg:desc")
    description.text = plain(block.alternative)
    frame = _odf("draw:frame", image, title, description, draw__name=f"Graphique {block.chart.key}",
                 draw__style_name="Image", text__anchor_type="as-char", svg__width=f"{width * scale:.2f}cm",
                 svg__height=f"{height * scale:.2f}cm")  # fmt: skip
    return _odf("text:p", frame, style="Text_20_body")
