"""The canvas as a Word document.

Written part by part with lxml rather than from a template, so that each byte is ours: the same record gives the same
file, which holds neither macro, nor thumbnail, nor the name of whoever made it. Each answer stands in a content
control (`w:sdt`) whose tag names the field: people type in it as anywhere, and the reader finds the answer for
certain, whatever words it holds. Boxes are real check boxes in Word, and plain glyphs elsewhere.
"""

from __future__ import annotations

import re

from lxml import etree

from concertia.engine.canvas.fields import (
    INTRODUCTION,
    OTHER_LABEL,
    REQUIRED_NOTE,
    SUBTITLE,
    TITLE,
    Choice,
    Kind,
)
from concertia.engine.canvas.writer_docx_parts import (
    APP,
    CONTENT_TYPES,
    FONTS,
    FOOTER,
    FOOTER_ID,
    NUMBERING,
    PACKAGE,
    RELATIONS,
    ROOT_RELATIONS,
    SETTINGS,
    STYLES,
    W14,
    R,
    W,
)
from concertia.engine.canvas.writer_sheet import (
    BLANK_LINES,
    CROSSED_BOX,
    DATE,
    EMPTY_BOX,
    PUBLIC_NOTE,
    Answer,
    Block,
    Sheet,
    shorten,
)
from concertia.engine.canvas.writer_zip import pack

Element = etree._Element
SHORT = {"w": W}
LONGEST_ALIAS = 64  # Word refuses a longer title of a content control
BLANK = "\u2002" * 5  # what Word itself puts in an empty field; reads as nothing
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def write_docx(canvas: Sheet) -> bytes:
    """The Word document of a canvas."""
    return pack(
        [
            ("[Content_Types].xml", CONTENT_TYPES.encode()),
            ("_rels/.rels", ROOT_RELATIONS.encode()),
            ("docProps/core.xml", _core(canvas)),
            ("docProps/app.xml", APP.encode()),
            ("word/document.xml", _bytes(_Drawing().document(canvas))),
            ("word/_rels/document.xml.rels", RELATIONS.encode()),
            ("word/styles.xml", STYLES.encode()),
            ("word/numbering.xml", NUMBERING.encode()),
            ("word/settings.xml", SETTINGS.encode()),
            ("word/fontTable.xml", FONTS.encode()),
            ("word/footer1.xml", FOOTER.encode()),
        ]
    )


def _bytes(element: Element) -> bytes:
    return etree.tostring(element, xml_declaration=True, encoding="UTF-8", standalone=True)


def _w(tag: str, *children: Element, **attributes: str) -> Element:
    """An element of WordprocessingML; `_w("pStyle", val="Title")` is `<w:pStyle w:val="Title"/>`."""
    named = {f"{{{W}}}{name}": value for name, value in attributes.items()}
    element = etree.Element(f"{{{W}}}{tag}", named, nsmap=SHORT)
    element.extend(children)
    return element


def _run(text: str, *properties: Element) -> Element:
    """A run of text; tabs and line ends become those of Word."""
    run = _w("r", *([_w("rPr", *properties)] if properties else []))
    for piece in re.split("([\t\n])", text):
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


def _kept(paragraphs: list[Element]) -> list[Element]:
    """The paragraphs, which Word keeps on one page."""
    for paragraph in paragraphs[:-1]:
        paragraph[0].append(_w("keepNext"))
    return paragraphs


def _core(canvas: Sheet) -> bytes:
    cp = f"{PACKAGE}/metadata/core-properties"
    dc, terms = "http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/"
    xsi = "http://www.w3.org/2001/XMLSchema-instance"
    core = etree.Element(f"{{{cp}}}coreProperties", nsmap={"cp": cp, "dc": dc, "dcterms": terms, "xsi": xsi})
    values = (
        (f"{{{dc}}}title", canvas.title),
        (f"{{{dc}}}creator", shorten(canvas.authority or "Les Interconnectés", 120)),
        (f"{{{dc}}}language", "fr-FR"),
    )
    for tag, text in values:
        etree.SubElement(core, tag).text = text
    for name in ("created", "modified"):
        date = etree.SubElement(core, f"{{{terms}}}{name}")
        date.set(f"{{{xsi}}}type", "dcterms:W3CDTF")
        date.text = DATE
    return _bytes(core)


def _runs(line: str) -> list[Element]:
    return [_run(line)] if line else []


class _Drawing:
    """The body being drawn, with the identifiers it gives as it goes."""

    def __init__(self) -> None:
        self._controls = 0

    def document(self, canvas: Sheet) -> Element:
        body = _w("body")
        body.extend(
            [
                _paragraph("Title", _run(TITLE)),
                _paragraph("Subtitle", _run(SUBTITLE)),
                _paragraph("Normal", _run(INTRODUCTION)),
                _paragraph("Remarque", _run(REQUIRED_NOTE)),
            ]
        )
        if canvas.public:
            body.append(_paragraph("Remarque", _run(PUBLIC_NOTE)))
        for block in canvas.blocks:
            body.extend(self._block(block))
        margins = _w(
            "pgMar", top="1134", right="1134", bottom="1134", left="1134", header="567", footer="567", gutter="0"
        )
        footer = _w("footerReference", type="default")
        footer.set(f"{{{R}}}id", FOOTER_ID)
        body.append(_w("sectPr", footer, _w("pgSz", w="11906", h="16838"), margins))
        document = etree.Element(f"{{{W}}}document", nsmap={"w": W, "r": R, "w14": W14, "mc": MC})
        document.set(f"{{{MC}}}Ignorable", "w14")
        document.append(body)
        return document

    def _block(self, block: Block) -> list[Element]:
        drawn = [_paragraph("Heading1", _run(block.heading))]
        if block.section.note:
            drawn.append(_paragraph("Remarque", _run(f"({block.section.note})")))
        for answer in block.answers:
            drawn.append(self._label(answer))
            drawn.append(self._answer(answer))
        return drawn

    def _label(self, answer: Answer) -> Element:
        field = answer.field
        label = _run(field.label + ("*" if field.required else ""), _w("rStyle", val="Strong"))
        runs = [label]
        if not field.label.endswith("?"):
            runs.append(_run(" :"))
        if field.hint:
            runs += [_run(" "), _run(field.hint, _w("rStyle", val="Consigne"))]
        return _paragraph("ListBullet", *runs)

    def _answer(self, answer: Answer) -> Element:
        if answer.field.kind is Kind.CHOICES:
            return self._control(answer, _kept(self._choices(answer)))
        if answer.field.kind is Kind.YES_NO:
            return self._control(answer, [self._yes_no(answer)])
        if not answer.lines:
            lines = BLANK_LINES.get(answer.field.kind, 1)
            first = _paragraph("Reponse", _run(BLANK, _w("rStyle", val="PlaceholderText")))
            rest = [_paragraph("Reponse") for _ in range(lines - 1)]
            return self._control(answer, _kept([first, *rest]), blank=True)
        return self._control(answer, [_paragraph("Reponse", *_runs(line)) for line in answer.lines])

    def _choices(self, answer: Answer) -> list[Element]:
        drawn = [
            _paragraph("Choix", self._box(choice, checked=choice.label in answer.chosen), _run(f" {choice.label}"))
            for choice in answer.field.choices
        ]
        if answer.field.other:
            words = f" {OTHER_LABEL} : {answer.other}" if answer.other else f" {OTHER_LABEL}"
            other = Choice("autre", OTHER_LABEL)
            drawn.append(_paragraph("Choix", self._box(other, checked=answer.other is not None), _run(words)))
        return drawn

    def _yes_no(self, answer: Answer) -> Element:
        yes = self._box(Choice("oui", "oui"), checked=answer.value is True)
        no = self._box(Choice("non", "non"), checked=answer.value is False)
        return _paragraph("Choix", yes, _run(" oui   "), no, _run(" non"))

    def _properties(self, alias: str, tag: str) -> Element:
        self._controls += 1
        alias = shorten(alias, LONGEST_ALIAS - 1)
        named = [_w("tag", val=tag)] if tag else []
        return _w("sdtPr", _w("alias", val=alias), *named, _w("id", val=str(1000 + self._controls)))

    def _control(self, answer: Answer, paragraphs: list[Element], *, blank: bool = False) -> Element:
        properties = self._properties(answer.field.label, answer.anchor)
        properties.append(_w("lock", val="sdtLocked"))  # one may type in it, not remove it
        if blank:
            properties.append(_w("showingPlcHdr"))
        return _w("sdt", properties, _w("sdtContent", *paragraphs))

    def _box(self, choice: Choice, *, checked: bool) -> Element:
        font = _w("rFonts", ascii="MS Gothic", eastAsia="MS Gothic", hAnsi="MS Gothic", hint="eastAsia")
        properties = self._properties(choice.label, "")
        box = etree.SubElement(properties, f"{{{W14}}}checkbox")
        etree.SubElement(box, f"{{{W14}}}checked", {f"{{{W14}}}val": "1" if checked else "0"})
        for state, glyph in (("checkedState", CROSSED_BOX), ("uncheckedState", EMPTY_BOX)):
            values = {f"{{{W14}}}val": f"{ord(glyph):04X}", f"{{{W14}}}font": "MS Gothic"}
            etree.SubElement(box, f"{{{W14}}}{state}", values)
        return _w("sdt", properties, _w("sdtContent", _run(CROSSED_BOX if checked else EMPTY_BOX, font)))
