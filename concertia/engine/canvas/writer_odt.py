"""The canvas as an OpenDocument text.

Written part by part with lxml, as the Word document is and for the same reasons. Each answer stands in a section
(`text:section`) whose name is that of the field, so that the reader finds it again whatever words it holds.
"""

from __future__ import annotations

import re

from lxml import etree

from concertia.engine.canvas.fields import INTRODUCTION, OTHER_LABEL, REQUIRED_NOTE, SUBTITLE, TITLE, Kind
from concertia.engine.canvas.writer_odt_parts import MANIFEST, MIMETYPE, NAMESPACES, STYLES
from concertia.engine.canvas.writer_sheet import (
    BLANK_LINES,
    CROSSED_BOX,
    DATE,
    EMPTY_BOX,
    PUBLIC_NOTE,
    Answer,
    Block,
    Sheet,
    link_target,
    shorten,
)
from concertia.engine.canvas.writer_zip import pack

Element = etree._Element
MARKS = re.compile("(\t|\n| {2,}|^ )")


def write_odt(canvas: Sheet) -> bytes:
    """The OpenDocument text of a canvas."""
    return pack(
        [
            ("mimetype", MIMETYPE.encode()),
            ("content.xml", _bytes(_content(canvas))),
            ("styles.xml", STYLES.encode()),
            ("meta.xml", _bytes(_meta(canvas))),
            ("META-INF/manifest.xml", MANIFEST.encode()),
        ]
    )


def _bytes(element: Element) -> bytes:
    return etree.tostring(element, xml_declaration=True, encoding="UTF-8")


def _name(prefixed: str) -> str:
    prefix, _, local = prefixed.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def _odf(tag: str, *children: Element, **attributes: str) -> Element:
    """An element; `style="Title"` is short for `text:style-name`, other attributes are written `text__name`."""
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
    for piece in MARKS.split(text):
        if not piece:
            continue
        if piece == "\t":
            last = etree.SubElement(element, _name("text:tab"))
        elif piece == "\n":
            last = etree.SubElement(element, _name("text:line-break"))
        elif piece.isspace() and piece.strip(" ") == "":
            last = etree.SubElement(element, _name("text:s"), {_name("text:c"): str(len(piece))})
        elif last is None:
            element.text = (element.text or "") + piece
        else:
            last.tail = (last.tail or "") + piece
    return element


def _paragraph(style: str, text: str = "") -> Element:
    return _write(_odf("text:p", style=style), text)


def _kept(paragraphs: list[Element]) -> list[Element]:
    """The paragraphs, which stay on one page."""
    for paragraph in paragraphs[:-1]:
        style = paragraph.get(_name("text:style-name"))
        paragraph.set(_name("text:style-name"), f"{style}_lie")
    return paragraphs


def _kept_style(style: str) -> Element:
    properties = _odf("style:paragraph-properties", fo__keep_with_next="always")
    names = {"style__name": f"{style}_lie", "style__family": "paragraph", "style__parent_style_name": style}
    return _odf("style:style", properties, **names)


def _meta(canvas: Sheet) -> Element:
    names = ("office", "meta", "dc")
    root = etree.Element(_name("office:document-meta"), nsmap={name: NAMESPACES[name] for name in names})
    root.set(_name("office:version"), "1.3")
    meta = etree.SubElement(root, _name("office:meta"))
    values = (
        ("meta:generator", "Concertia"),
        ("dc:title", canvas.title),
        ("meta:initial-creator", shorten(canvas.authority or "Les Interconnectés", 120)),
        ("meta:creation-date", DATE.rstrip("Z")),
        ("dc:date", DATE.rstrip("Z")),
        ("dc:language", "fr-FR"),
    )
    for tag, value in values:
        etree.SubElement(meta, _name(tag)).text = value
    return root


def _content(canvas: Sheet) -> Element:
    text = _odf("office:text")
    text.extend(
        [
            _paragraph("Title", TITLE),
            _paragraph("Subtitle", SUBTITLE),
            _paragraph("Standard", INTRODUCTION),
            _paragraph("Remarque", REQUIRED_NOTE),
        ]
    )
    if canvas.public:
        text.append(_paragraph("Remarque", PUBLIC_NOTE))
    for block in canvas.blocks:
        text.extend(_block(block))
    root = etree.Element(_name("office:document-content"), nsmap=NAMESPACES)
    root.set(_name("office:version"), "1.3")
    root.append(_odf("office:automatic-styles", _kept_style("Reponse"), _kept_style("Choix")))
    root.append(_odf("office:body", text))
    return root


def _block(block: Block) -> list[Element]:
    heading = _odf("text:h", style="Heading_20_1", text__outline_level="1")
    drawn = [_write(heading, block.heading)]
    if block.section.note:
        drawn.append(_paragraph("Remarque", f"({block.section.note})"))
    for answer in block.answers:
        drawn.append(_label(answer))
        drawn.append(_odf("text:section", *_answer(answer), text__name=answer.anchor))
    return drawn


def _label(answer: Answer) -> Element:
    field = answer.field
    paragraph = _odf("text:p", style="List_20_Bullet")
    label = _odf("text:span", style="Strong_20_Emphasis")
    paragraph.append(_write(label, field.label + ("*" if field.required else "")))
    label.tail = ("" if field.label.endswith("?") else " :") + (" " if field.hint else "")
    if field.hint:
        paragraph.append(_write(_odf("text:span", style="Consigne"), field.hint))
    return _odf("text:list", _odf("text:list-item", paragraph), style="Questions")


def _answer(answer: Answer) -> list[Element]:
    if answer.field.kind is Kind.CHOICES:
        return _kept(_choices(answer))
    if answer.field.kind is Kind.YES_NO:
        yes = CROSSED_BOX if answer.value is True else EMPTY_BOX
        no = CROSSED_BOX if answer.value is False else EMPTY_BOX
        return [_paragraph("Choix", f"{yes} oui\t{no} non")]
    if not answer.lines:
        return _kept([_paragraph("Reponse") for _ in range(BLANK_LINES.get(answer.field.kind, 1))])
    return [_line(answer, line) for line in answer.lines]


def _line(answer: Answer, line: str) -> Element:
    target = link_target(line) if answer.field.kind is Kind.URLS else None
    if target is None:
        return _paragraph("Reponse", line)
    link = _odf("text:a", xlink__type="simple", xlink__href=target, style="Internet_20_link")
    return _odf("text:p", _write(link, line), style="Reponse")


def _choices(answer: Answer) -> list[Element]:
    drawn = [
        _paragraph("Choix", f"{CROSSED_BOX if choice.label in answer.chosen else EMPTY_BOX} {choice.label}")
        for choice in answer.field.choices
    ]
    if answer.field.other:
        words = f"{CROSSED_BOX} {OTHER_LABEL} : {answer.other}" if answer.other else f"{EMPTY_BOX} {OTHER_LABEL}"
        drawn.append(_paragraph("Choix", words))
    return drawn
