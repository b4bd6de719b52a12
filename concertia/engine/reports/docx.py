"""The report as a Word document, written part by part: real headings, lists, header rows, charts with their words."""

from __future__ import annotations

import re

from lxml import etree

from concertia.engine.canvas.writer_zip import pack
from concertia.engine.reports.charts import size_of, svg
from concertia.engine.reports.docx_parts import (
    FOOTER,
    NUMBERING,
    PACKAGE,
    PICTURES,
    ROOT_RELATIONS,
    SETTINGS,
    STYLES,
    SVG_BLIP,
    TYPES,
    WP,
    A,
    P,
    R,
    W,
    relations,
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
from concertia.engine.reports.pdf import picture_of
from concertia.engine.reports.report import Report
from concertia.engine.reports.words import plain

Element = etree._Element
PARAGRAPHS = {"plain": "Normal", "lead": "Subtitle", "small": "Petit", "note": "Encart"}
TEXT_WIDTH = 9638  # twentieths of a point
EMU = 360_000  # of a centimetre


def report_docx(report: Report) -> bytes:
    """The Word document of a report."""
    made = next((one.value for one in report.record if one.name == "Terminée le (UTC)"), "2000-01-01T00:00:00")
    return document_docx(report.title, report.consultation, outline(report), made=made)


def document_docx(title: str, author: str, blocks: tuple[Block, ...], *, made: str) -> bytes:
    """The Word document of blocks; `made` is its ISO date."""
    charts = [block.chart for block in blocks if isinstance(block, ChartBlock)]
    media = [part for chart in charts for part in (
        (f"word/media/{chart.key}.png", picture_of(chart)),
        (f"word/media/{chart.key}.svg", svg(chart).encode()),
    )]  # fmt: skip
    return pack(
        [
            ("[Content_Types].xml", TYPES.encode()),
            ("_rels/.rels", ROOT_RELATIONS.encode()),
            ("docProps/core.xml", _core(title, author, made)),
            ("word/document.xml", _bytes(_document(blocks))),
            ("word/_rels/document.xml.rels", relations([chart.key for chart in charts]).encode()),
            ("word/styles.xml", STYLES.encode()),
            ("word/numbering.xml", NUMBERING.encode()),
            ("word/settings.xml", SETTINGS.encode()),
            ("word/footer1.xml", FOOTER.encode()),
            *media,
        ]
    )


def _bytes(element: Element) -> bytes:
    return etree.tostring(element, xml_declaration=True, encoding="UTF-8", standalone=True)


def _w(tag: str, *children: Element, **attributes: str) -> Element:
    """An element of WordprocessingML; `_w("pStyle", val="Title")` is `<w:pStyle w:val="Title"/>`."""
    named = {f"{{{W}}}{name}": value for name, value in attributes.items()}
    element = etree.Element(f"{{{W}}}{tag}", named, nsmap={"w": W})
    element.extend(children)
    return element


def _run(text: str, *properties: Element) -> Element:
    """A run of text; tabs and line ends become those of Word."""
    run = _w("r", *([_w("rPr", *properties)] if properties else []))
    for piece in re.split("([\t\n])", plain(text)):
        if piece in ("\t", "\n"):
            run.append(_w("tab" if piece == "\t" else "br"))
        elif piece:
            words = _w("t")
            words.text = piece
            words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            run.append(words)
    return run


def _paragraph(style: str, *runs: Element) -> Element:
    return _w("p", _w("pPr", _w("pStyle", val=style)), *runs)


def _core(title: str, author: str, made: str) -> bytes:
    cp, dc, terms = (
        f"{PACKAGE}/metadata/core-properties",
        "http://purl.org/dc/elements/1.1/",
        "http://purl.org/dc/terms/",
    )
    xsi = "http://www.w3.org/2001/XMLSchema-instance"
    core = etree.Element(f"{{{cp}}}coreProperties", nsmap={"cp": cp, "dc": dc, "dcterms": terms, "xsi": xsi})
    for tag, text in (("title", plain(title)), ("creator", plain(author) or "Concertia"), ("language", "fr-FR")):
        etree.SubElement(core, f"{{{dc}}}{tag}").text = text
    for name in ("created", "modified"):
        date = etree.SubElement(core, f"{{{terms}}}{name}")
        date.set(f"{{{xsi}}}type", "dcterms:W3CDTF")
        date.text = f"{made}Z"
    return _bytes(core)


def _document(blocks: tuple[Block, ...]) -> Element:
    body = _w("body")
    rank = 0
    for block in blocks:
        if isinstance(block, ChartBlock):
            rank += 1
            body.append(_chart(block, rank))
        else:
            body.extend(_drawn(block))
    footer = _w("footerReference", type="default")
    footer.set(f"{{{R}}}id", "rId4")
    margins = _w("pgMar", top="1134", right="1134", bottom="1134", left="1134", header="567", footer="567", gutter="0")
    body.append(_w("sectPr", footer, _w("pgSz", w="11906", h="16838"), margins))
    document = etree.Element(f"{{{W}}}document", nsmap={"w": W, "r": R, "wp": WP, "a": A, "pic": P})
    document.append(body)
    return document


def _drawn(block: Block) -> list[Element]:
    if isinstance(block, Heading):
        return [_paragraph("Title" if block.level == 1 else f"Heading{block.level}", _run(block.text))]
    if isinstance(block, Paragraph):
        return [_paragraph(PARAGRAPHS[block.kind], _run(block.text))]
    if isinstance(block, Bullets):
        return [_paragraph("ListBullet", _run(item)) for item in block.items]
    if isinstance(block, QuoteBlock):
        return _quote(block)
    if isinstance(block, TableBlock):
        return [_paragraph("Caption", _run(block.caption)), _table(block), _paragraph("Petit")]
    raise TypeError(block)


def _quote(block: QuoteBlock) -> list[Element]:
    said = [_paragraph("Quote", _run(f"«\u202f{block.text}\u202f»"))] if block.text else []
    runs = [_run(block.voice, _w("b"))] if block.voice else []
    if block.voice and block.origin:
        runs.append(_run(" · "))
    return [*said, _paragraph("Origine", *runs, _run(block.origin))]


def _table(block: TableBlock) -> Element:
    words, shares = block.holds_words, block.shares
    widths = [TEXT_WIDTH * share // sum(shares) for share in shares]
    table = _w(
        "tbl",
        _w(
            "tblPr",
            _w("tblStyle", val="Tableau"),
            _w("tblW", w="5000", type="pct"),
            _w("tblLayout", type="fixed"),
            _w(
                "tblLook",
                val="0420",
                firstRow="1",
                lastRow="0",
                firstColumn="0",
                lastColumn="0",
                noHBand="0",
                noVBand="1",
            ),
            _w("tblCaption", val=plain(block.caption)[:250]),
        ),
        _w("tblGrid", *(_w("gridCol", w=str(width)) for width in widths)),
    )
    table.append(_row(block.heads, widths, words, head=True))
    for line in block.lines:
        table.append(_row(line, widths, words, head=False))
    return table


def _row(cells: tuple[str, ...], widths: list[int], words: tuple[bool, ...], *, head: bool) -> Element:
    row = _w("tr", _w("trPr", _w("cantSplit"), *([_w("tblHeader")] if head else [])))
    for cell, width, is_words in zip(cells, widths, words, strict=True):
        style = "CelluleTexte" if is_words else "CelluleNombre"
        paragraph = _paragraph(style, _run(cell, *([_w("b")] if head else [])))
        row.append(_w("tc", _w("tcPr", _w("tcW", w=str(width), type="dxa")), paragraph))
    return row


def _chart(block: ChartBlock, rank: int) -> Element:
    width, height = size_of(svg(block.chart))
    scale = min(17 / width, 23 / height)
    size = {"cx": str(round(width * scale * EMU)), "cy": str(round(height * scale * EMU))}
    names = {"id": str(rank), "name": f"Graphique {rank}", "title": plain(block.chart.title)}
    names["descr"] = plain(block.alternative)
    inline = etree.Element(f"{{{WP}}}inline", {"distT": "0", "distB": "0", "distL": "0", "distR": "0"})
    etree.SubElement(inline, f"{{{WP}}}extent", size)
    etree.SubElement(inline, f"{{{WP}}}docPr", names)
    graphic = etree.SubElement(inline, f"{{{A}}}graphic")
    data = etree.SubElement(graphic, f"{{{A}}}graphicData", {"uri": PICTURES})
    picture = etree.SubElement(data, f"{{{P}}}pic")
    properties = etree.SubElement(picture, f"{{{P}}}nvPicPr")
    etree.SubElement(properties, f"{{{P}}}cNvPr", names)
    etree.SubElement(properties, f"{{{P}}}cNvPicPr")
    fill = etree.SubElement(picture, f"{{{P}}}blipFill")
    blip = etree.SubElement(fill, f"{{{A}}}blip", {f"{{{R}}}embed": f"png{rank}"})
    extension = etree.SubElement(etree.SubElement(blip, f"{{{A}}}extLst"), f"{{{A}}}ext", {"uri": SVG_BLIP[0]})
    drawing = etree.SubElement(extension, f"{{{SVG_BLIP[1]}}}svgBlip", nsmap={"asvg": SVG_BLIP[1]})
    drawing.set(f"{{{R}}}embed", f"svg{rank}")
    etree.SubElement(etree.SubElement(fill, f"{{{A}}}stretch"), f"{{{A}}}fillRect")
    shape = etree.SubElement(picture, f"{{{P}}}spPr")
    frame = etree.SubElement(shape, f"{{{A}}}xfrm")
    etree.SubElement(frame, f"{{{A}}}off", {"x": "0", "y": "0"})
    etree.SubElement(frame, f"{{{A}}}ext", size)
    geometry = etree.SubElement(shape, f"{{{A}}}prstGeom", {"prst": "rect"})
    etree.SubElement(geometry, f"{{{A}}}avLst")
    return _paragraph("Normal", _w("r", _w("drawing", inline)))
