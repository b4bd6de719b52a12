"""Turns the parts of a .docx (transitional or strict) into blocks: what the author sees, as the last version shows it.

Insertions are kept, deletions and moves' origins dropped; comments, headers and footers are left out; text boxes are
read once, after the paragraph that anchors them; footnotes become notes of the document.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from concertia.engine.canvas import reader_blocks as blocks
from concertia.engine.canvas.reader_archive import Archive, parse_xml
from concertia.engine.canvas.reader_blocks import Anchors, Block, Cell, Document, Paragraph, Table
from concertia.engine.canvas.reader_numbering import Numbering, Styles
from concertia.engine.canvas.reader_ooxml import attribute, child, is_on, name
from concertia.engine.canvas.reading import Place
from concertia.engine.notes import EngineError, Note

DROPPED = {"w:del", "w:moveFrom", "w:rPr", "w:pPr", "w:sdtPr", "w:sdtEndPr", "w:delText", "w:instrText", "w:rt"}
LINK_FIELD = re.compile(r'HYPERLINK\s+"([^"]+)"')
CONTENTS_STYLE = re.compile(r"(toc|tm) ?\d|(toc heading|table des mati|table of cont)", re.IGNORECASE)
BOLD_STYLES = {"strong", "lev", "élevé", "accentuation"}
BREAKS = {"w:br": "\n", "w:cr": "\n", "w:tab": "\t", "w:noBreakHyphen": "-", "w:ptab": "\t"}


@dataclass
class Walk:
    """Where the walk stands: counters of paragraphs and tables, open fields, footnotes met."""

    styles: Styles
    numbering: Numbering
    links: dict[str, str]
    paragraphs: int = 0
    tables: int = 0
    place: Place | None = None  # the cell being read, when in a table
    fields: list[str] = field(default_factory=list)  # instruction of each open complex field
    boxes: list[etree._Element] = field(default_factory=list)
    footnotes: list[str] = field(default_factory=list)
    changes: int = 0
    unread: int = 0
    carried: Paragraph | None = None
    anchors: Anchors = field(default_factory=Anchors)


def read_docx(archive: Archive) -> Document:
    """The blocks of the main part; raises `EngineError` when the part is absent or is not a Word document."""
    main = _main_part(archive)
    root = parse_xml(archive.parts[main])
    body = child(root, "w:body")
    if name(root) != "w:document" or body is None:
        raise EngineError("document.not_word")
    links = _relations(archive, main)
    walk = Walk(
        Styles(_sibling(archive, links, "styles", "word/styles.xml")),
        Numbering(_sibling(archive, links, "numbering", "word/numbering.xml")),
        {key: target for key, (kind, target) in links.items() if kind == "hyperlink"},
    )
    content = tuple(_blocks(body, walk))
    notes = []
    if archive.macros:
        notes.append(Note("document.macros_ignored"))
    if walk.changes:
        notes.append(Note("document.tracked_changes", {"count": walk.changes}))
    if walk.unread:
        notes.append(Note("document.unread_parts", {"count": walk.unread}))
    notes.extend(_footnotes(archive, links, walk))
    return Document(content, tuple(notes))


def _main_part(archive: Archive) -> str:
    relations = archive.parts.get("_rels/.rels")
    if relations:
        for item in parse_xml(relations):
            if (attribute(item, "Type") or "").endswith("/officeDocument"):
                target = (attribute(item, "Target") or "").lstrip("/")
                if target in archive.parts:
                    return target
    if "word/document.xml" in archive.parts:
        return "word/document.xml"
    raise EngineError("document.not_word")


def _relations(archive: Archive, main: str) -> dict[str, tuple[str, str]]:
    folder, base = posixpath.split(main)
    content = archive.parts.get(f"{folder}/_rels/{base}.rels")
    found: dict[str, tuple[str, str]] = {}
    for item in parse_xml(content) if content else ():
        kind = (attribute(item, "Type") or "").rpartition("/")[2]
        target = attribute(item, "Target") or ""
        if attribute(item, "TargetMode") != "External":
            target = posixpath.normpath(posixpath.join(folder, target)) if target[:1] != "/" else target[1:]
        found[attribute(item, "Id") or ""] = (kind, target)
    return found


def _sibling(archive: Archive, links: dict[str, tuple[str, str]], kind: str, usual: str) -> etree._Element | None:
    target = next((target for relation, target in links.values() if relation == kind), usual)
    content = archive.parts.get(target) or archive.parts.get(usual)
    return parse_xml(content) if content else None


def _footnotes(archive: Archive, links: dict[str, tuple[str, str]], walk: Walk) -> Iterator[Note]:
    for kind in ("footnotes", "endnotes"):
        root = _sibling(archive, links, kind, f"word/{kind}.xml") if walk.footnotes else None
        for item in root if root is not None else ():
            if f"{kind}/{attribute(item, 'id')}" in walk.footnotes:
                text = " ".join(" ".join(line.text for line in blocks.lines_of(tuple(_blocks(item, walk)))).split())
                if text:
                    yield Note("text.footnote", {"text": text})


def _blocks(parent: etree._Element, walk: Walk) -> Iterator[Block]:
    """The paragraphs and tables under `parent`, through content controls, insertions and compatibility wrappers."""
    for element in parent:
        kind = name(element)
        if kind == "w:p":
            yield from _paragraph(element, walk)
        elif kind == "w:tbl":
            yield _table(element, walk)
        elif kind == "w:sdt":
            yield from _control(element, walk)
        elif kind == "mc:AlternateContent":
            yield from _blocks(_chosen(element), walk)
        elif kind == "w:altChunk":
            walk.unread += 1
        elif kind in ("w:del", "w:moveFrom"):
            walk.changes += 1
        elif kind in ("w:ins", "w:moveTo", "w:customXml", "w:smartTag"):
            walk.changes += kind == "w:ins"
            yield from _blocks(element, walk)


def _control(element: etree._Element, walk: Walk) -> Iterator[Block]:
    properties, content = child(element, "w:sdtPr"), child(element, "w:sdtContent")
    gallery = child(properties, "w:docPartObj", "w:docPartGallery")
    if content is None or (gallery is not None and attribute(gallery, "val") == "Table of Contents"):
        return
    if child(properties, "w:showingPlcHdr") is not None:
        with walk.anchors.within(_value(properties, "w:tag")):
            yield from Paragraph().lines(walk.place or Place(paragraph=walk.paragraphs), anchor=walk.anchors.open)
        return
    if child(properties, "w14:checkbox") is not None:
        for paragraph in (item for item in content.iter() if name(item) == "w:p"):
            holder = Paragraph()
            _checkbox(child(properties, "w14:checkbox"), paragraph, holder)
            walk.paragraphs += walk.place is None
            yield from holder.lines(walk.place or Place(paragraph=walk.paragraphs), anchor=walk.anchors.open)
        return
    with walk.anchors.within(_value(properties, "w:tag")):
        yield from _blocks(content, walk)


def _chosen(element: etree._Element) -> etree._Element:
    """The one branch of an alternate content that is read: the same text is in all of them."""
    choice = child(element, "mc:Choice")
    fallback = child(element, "mc:Fallback")
    if choice is not None and any(name(item) == "w:t" for item in choice.iter()):
        return choice
    return fallback if fallback is not None else choice if choice is not None else element


def _table(element: etree._Element, walk: Walk) -> Table:
    outer = walk.place
    if outer is None:
        walk.tables += 1
    number = walk.tables
    rows: list[tuple[Cell, ...]] = []
    for row in _through(element, "w:tr"):
        if child(row, "w:trPr", "w:del") is not None:
            walk.changes += 1
            continue
        rows.append(tuple(_cells(row, walk, outer, Place(table=number, row=len(rows) + 1))))
    walk.place = outer
    return Table(tuple(rows), number)


def _cells(row: etree._Element, walk: Walk, outer: Place | None, place: Place) -> Iterator[Cell]:
    column = 1
    for cell in _through(row, "w:tc"):
        properties = child(cell, "w:tcPr")
        span_element = child(properties, "w:gridSpan")
        span_value = (attribute(span_element, "val") or "1") if span_element is not None else "1"
        span = int(span_value) if span_value.isdigit() and len(span_value) < 4 else 1
        merge = child(properties, "w:vMerge")
        walk.place = outer or Place(table=place.table, row=place.row, column=column)
        content = tuple(_blocks(cell, walk))
        yield Cell(content, column, span, merge is not None and attribute(merge, "val") != "restart")
        column += span


def _through(parent: etree._Element, wanted: str) -> Iterator[etree._Element]:
    """Rows of a table or cells of a row, also those wrapped in a content control."""
    for element in parent:
        kind = name(element)
        if kind == wanted:
            yield element
        elif kind in ("w:sdt", "w:sdtContent", "w:ins", "w:customXml", "w:moveTo"):
            yield from _through(element, wanted)


def _paragraph(element: etree._Element, walk: Walk) -> Iterator[Block]:
    properties = child(element, "w:pPr")
    if walk.place is None:
        walk.paragraphs += 1
    place = walk.place or Place(paragraph=walk.paragraphs)
    style = _value(properties, "w:pStyle")
    if CONTENTS_STYLE.match(walk.styles.name(style)):
        return
    holder, walk.carried = walk.carried or Paragraph(), None
    outer_boxes, walk.boxes = walk.boxes, []
    _inline(element, walk, holder, 0, "")
    inner_boxes, walk.boxes = walk.boxes, outer_boxes
    following = element.getnext()
    joined = any(child(properties, "w:rPr", mark) is not None for mark in ("w:del", "w:moveFrom"))
    if joined and following is not None and name(following) == "w:p":
        walk.carried = holder  # its mark is deleted: what is left of it begins the next paragraph
    else:
        visible = any(span.text.strip() for span in holder.spans)
        marker, level = walk.numbering.marker(properties, style, walk.styles) if visible else ("", 0)
        heading = bool(re.match(r"(heading|titre|title)", walk.styles.name(style), re.IGNORECASE))
        yield from holder.lines(place, marker, level, heading, walk.anchors.open)
    for box in inner_boxes:
        kept, walk.place = walk.place, place
        content = tuple(_blocks(box, walk))
        walk.place = kept
        yield from content


def _value(properties: etree._Element | None, step: str) -> str:
    element = child(properties, step)
    return (attribute(element, "val") or "") if element is not None else ""


def _inline(parent: etree._Element, walk: Walk, holder: Paragraph, style: int, link: str) -> None:
    """Add the text of runs and of what wraps them."""
    for element in parent:
        kind = name(element)
        if kind == "w:r":
            _run(element, walk, holder, style, link)
        elif kind in ("w:del", "w:moveFrom"):
            walk.changes += 1
        elif kind in DROPPED:
            continue
        elif kind == "w:sdt":
            _inline_control(element, walk, holder, style, link)
        elif kind == "w:hyperlink":
            _inline(element, walk, holder, style, walk.links.get(attribute(element, "id") or "", link))
        elif kind == "w:fldSimple":
            found = LINK_FIELD.search(attribute(element, "instr") or "")
            _inline(element, walk, holder, style, found.group(1) if found else link)
        elif kind == "mc:AlternateContent":
            _inline(_chosen(element), walk, holder, style, link)
        else:
            walk.changes += kind == "w:ins"
            _inline(element, walk, holder, style, link)


def _inline_control(element: etree._Element, walk: Walk, holder: Paragraph, style: int, link: str) -> None:
    properties, content = child(element, "w:sdtPr"), child(element, "w:sdtContent")
    checkbox = child(properties, "w14:checkbox")
    if content is None:
        return
    if checkbox is not None:
        _checkbox(checkbox, content, holder)
    elif child(properties, "w:showingPlcHdr") is None:
        _inline(content, walk, holder, style, link)


def _checkbox(checkbox: etree._Element | None, content: etree._Element, holder: Paragraph) -> None:
    """A content-control box: its state, unless the glyph that people see says the contrary."""
    state = child(checkbox, "w14:checked")
    ticked = state is not None and attribute(state, "val") in ("1", "true", "on", None)
    shown = ""
    for element in content.iter():
        if name(element) == "w:t":
            shown += blocks.plain(element.text or "", _font(element.getparent()))
        elif name(element) == "w:sym":
            shown += _symbol(element)
    contrary = blocks.EMPTY_GLYPHS if ticked else blocks.TICKED_GLYPHS
    glyph = blocks.TICKED if ticked else blocks.EMPTY
    holder.add(blocks.UNSURE if any(char in contrary for char in shown) else glyph)
    holder.add("".join(char for char in shown if char not in blocks.EMPTY_GLYPHS + blocks.TICKED_GLYPHS))


def _font(run: etree._Element | None) -> str:
    fonts = child(run, "w:rPr", "w:rFonts")
    if fonts is None:
        return ""
    return attribute(fonts, "ascii") or attribute(fonts, "hAnsi") or ""


def _symbol(element: etree._Element) -> str:
    try:
        code = int(attribute(element, "char") or "", 16)
    except ValueError:
        return ""
    return blocks.symbol(code, attribute(element, "font") or "") if 0 <= code <= 0x10FFFF else ""


def _run_style(run: etree._Element) -> int | None:
    """The styles of a run; None when it is hidden or is a prompt."""
    properties = child(run, "w:rPr")
    if properties is None:
        return 0
    if is_on(child(properties, "w:vanish")):
        return None
    style = 0
    for element in properties:
        kind = name(element)
        if kind == "w:rStyle":
            value = (attribute(element, "val") or "").lower()
            if value in ("placeholdertext", "textedelespacerserv", "textedelespacerserv1"):
                return None
            style |= blocks.BOLD if value in BOLD_STYLES else 0
        elif is_on(element):
            style |= RUN_STYLES.get(kind, 0)
    shade = child(properties, "w:shd")
    if shade is not None and (attribute(shade, "fill") or "auto").lower() not in ("auto", "ffffff"):
        style |= blocks.HIGHLIGHT
    return style


RUN_STYLES = {
    "w:b": blocks.BOLD,
    "w:i": blocks.ITALIC,
    "w:u": blocks.UNDERLINE,
    "w:highlight": blocks.HIGHLIGHT,
    "w:strike": blocks.STRIKE,
    "w:dstrike": blocks.STRIKE,
}


def _run(run: etree._Element, walk: Walk, holder: Paragraph, outer: int, link: str) -> None:
    own = _run_style(run)
    if own is None:
        return
    for element in run:
        kind = name(element)
        if kind in ("w:t", "w:sym") or kind in BREAKS:
            target = next((found for found in reversed(walk.fields) if found.startswith("=")), "")[1:] or link
            holder.add(_shown(element, kind, run, walk), outer | own, target)
        elif kind == "w:fldChar":
            _field(element, walk, holder)
        elif kind == "w:instrText" and walk.fields:
            walk.fields[-1] += element.text or ""
        elif kind in ("w:footnoteReference", "w:endnoteReference"):
            walk.footnotes.append(f"{kind[2:-9]}s/{attribute(element, 'id')}")
        elif kind == "mc:AlternateContent":
            _text_boxes(_chosen(element), walk)
        elif kind in ("drawing", "w:drawing", "w:pict", "w:object"):
            _text_boxes(element, walk)


def _shown(element: etree._Element, kind: str, run: etree._Element, walk: Walk) -> str:
    if kind == "w:t":
        text = (element.text or "").replace("\n", " ").replace("\r", " ")
        return blocks.plain(text, _font(run), verbatim=walk.anchors.open is not None)
    return _symbol(element) if kind == "w:sym" else BREAKS[kind]


def _text_boxes(element: etree._Element, walk: Walk) -> None:
    """Keep the text boxes for later, the outermost only: an inner one is met again when its own is read."""
    for item in element:
        if name(item) == "w:txbxContent":
            walk.boxes.append(item)
        else:
            _text_boxes(_chosen(item) if name(item) == "mc:AlternateContent" else item, walk)


def _field(element: etree._Element, walk: Walk, holder: Paragraph) -> None:
    """Complex fields: remember the address of a link, show the state of a legacy form box or drop-down."""
    kind = attribute(element, "fldCharType")
    if kind == "begin":
        walk.fields.append("")
        form = child(element, "w:ffData")
        box = child(form, "w:checkBox")
        if box is not None:
            state = child(box, "w:checked")
            state = child(box, "w:default") if state is None else state
            holder.add(blocks.TICKED if is_on(state) else blocks.EMPTY)
        choices = child(form, "w:ddList")
        if choices is not None:
            entries = [attribute(item, "val") or "" for item in choices if name(item) == "w:listEntry"]
            rank = _value(choices, "w:result") or "0"
            holder.add(entries[int(rank)] if rank.isdigit() and len(rank) < 4 and int(rank) < len(entries) else "")
    elif kind == "separate" and walk.fields:
        found = LINK_FIELD.search(walk.fields[-1])
        walk.fields[-1] = f"={found.group(1)}" if found else ""
    elif kind == "end" and walk.fields:
        walk.fields.pop()
