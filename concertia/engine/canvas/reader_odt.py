"""Turns the parts of an .odt into the same blocks as a .docx: what the author sees in the last version.

Deletions of tracked changes, annotations, headers and footers are left out; notes become notes of the document.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from concertia.engine.canvas import reader_blocks as blocks
from concertia.engine.canvas.reader_archive import Archive, parse_xml
from concertia.engine.canvas.reader_blocks import Anchors, Block, Cell, Document, Paragraph, Table, lines_of
from concertia.engine.canvas.reader_numbering import formatted
from concertia.engine.canvas.reading import Place
from concertia.engine.notes import EngineError, Note

PREFIXES = {
    "urn:oasis:names:tc:opendocument:xmlns:office:1.0": "office",
    "urn:oasis:names:tc:opendocument:xmlns:text:1.0": "text",
    "urn:oasis:names:tc:opendocument:xmlns:table:1.0": "table",
    "urn:oasis:names:tc:opendocument:xmlns:draw:1.0": "draw",
    "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0": "draw",
    "urn:oasis:names:tc:opendocument:xmlns:style:1.0": "style",
    "urn:oasis:names:tc:opendocument:xmlns:form:1.0": "form",
    "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0": "fo",
    "urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0": "field",
    "urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0": "loext",
    "http://www.w3.org/1999/xlink": "xlink",
}
SKIPPED = {
    "office:annotation",
    "office:annotation-end",
    "office:forms",
    "text:tracked-changes",
    "text:table-of-content",
    "text:alphabetical-index",
    "text:sequence-decls",
    "text:placeholder",
    "text:ruby-text",
    "text:script",
    "draw:glue-point",
    "field:param",
    "text:label",
}
CONTAINERS = {"text:section", "draw:a", "office:text", "text:numbered-paragraph"}
SHAPES = {"draw:frame", "draw:g", "draw:custom-shape", "draw:rect", "draw:text-box"}
SPACES = {"text:tab": "\t", "text:line-break": "\n", "text:soft-hyphen": "", "text:non-breaking-hyphen": "-"}
MAX_REPEAT = 200
MAX_SPACES = 1_000_000  # in the whole document, a space standing for any number of them
OFF = ("none", "transparent", "#ffffff", "")


def name(element: etree._Element) -> str:
    """The name of an element with its usual prefix."""
    tag = element.tag
    return _prefixed(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=1024)
def _prefixed(tag: str) -> str:
    namespace, _, local = tag.rpartition("}")
    return f"{PREFIXES.get(namespace[1:], '')}:{local}"


def get(element: etree._Element, wanted: str) -> str:
    """The value of an attribute by its usual prefixed name."""
    prefix, local = wanted.split(":")
    for key, value in element.attrib.items():
        namespace, _, own = str(key).rpartition("}")
        if own == local and PREFIXES.get(namespace[1:]) == prefix:
            return str(value)
    return ""


@dataclass(frozen=True)
class TextStyle:
    flags: int
    parent: str
    font: str = ""
    hidden: bool = False
    shown_name: str = ""


@dataclass
class Walk:
    styles: dict[str, TextStyle]
    lists: dict[str, dict[int, tuple[str, str, str]]]  # style → level → (format, prefix, suffix)
    controls: dict[str, tuple[str, str]]  # id of a form control → (what it shows, label)
    paragraphs: int = 0
    tables: int = 0
    place: Place | None = None
    counts: dict[str, list[int]] = field(default_factory=dict)
    frames: list[etree._Element] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    changes: int = 0
    spaces: int = 0
    anchors: Anchors = field(default_factory=Anchors)


def read_odt(archive: Archive) -> Document:
    """The blocks of content.xml; raises `EngineError` when it is absent or is not a text document."""
    content = archive.parts.get("content.xml")
    if not content:
        raise EngineError("document.not_odt")
    root = parse_xml(content)
    body = next((item for item in root.iter() if name(item) == "office:text"), None)
    if body is None:
        raise EngineError("document.not_odt")
    roots = [root]
    if archive.parts.get("styles.xml"):
        roots.append(parse_xml(archive.parts["styles.xml"]))
    walk = Walk(_styles(roots), _lists(roots), _controls(body))
    found = tuple(_blocks(body, walk))
    notes = [Note("document.macros_ignored")] if archive.macros else []
    walk.changes = sum(1 for item in body.iter() if name(item) == "text:changed-region")
    if walk.changes:
        notes.append(Note("document.tracked_changes", {"count": walk.changes}))
    return Document(found, tuple(notes + walk.notes))


def _styles(roots: list[etree._Element]) -> dict[str, TextStyle]:
    styles: dict[str, TextStyle] = {}
    for root in reversed(roots):
        for item in root.iter():
            if name(item) == "style:style" and get(item, "style:family") in ("text", "paragraph"):
                styles[get(item, "style:name")] = _style(item)
    return styles


def _style(item: etree._Element) -> TextStyle:
    parent = get(item, "style:parent-style-name")
    shown = get(item, "style:display-name") or get(item, "style:name")
    for properties in item:
        if name(properties) != "style:text-properties":
            continue
        flags = blocks.BOLD if get(properties, "fo:font-weight") in ("bold", "600", "700", "800", "900") else 0
        flags |= blocks.ITALIC if get(properties, "fo:font-style") in ("italic", "oblique") else 0
        flags |= blocks.UNDERLINE if get(properties, "style:text-underline-style") not in OFF else 0
        flags |= blocks.STRIKE if get(properties, "style:text-line-through-style") not in OFF else 0
        flags |= blocks.HIGHLIGHT if get(properties, "fo:background-color").lower() not in OFF else 0
        font = get(properties, "style:font-name") or get(properties, "fo:font-family")
        return TextStyle(flags, parent, font, get(properties, "text:display") == "none", shown)
    return TextStyle(0, parent, shown_name=shown)


def _lists(roots: list[etree._Element]) -> dict[str, dict[int, tuple[str, str, str]]]:
    lists: dict[str, dict[int, tuple[str, str, str]]] = {}
    for item in (item for root in reversed(roots) for item in root.iter() if name(item) == "text:list-style"):
        levels: dict[int, tuple[str, str, str]] = {}
        for level in item:
            rank = get(level, "text:level")
            form = get(level, "style:num-format") if name(level) == "text:list-level-style-number" else "bullet"
            levels[int(rank) if rank.isdigit() and len(rank) < 3 else 1] = (
                form,
                get(level, "style:num-prefix"),
                get(level, "style:num-suffix"),
            )
        lists[get(item, "style:name")] = levels
    return lists


def _controls(body: etree._Element) -> dict[str, tuple[str, str]]:
    """What each form control shows: a glyph for a box, its words for a field."""
    controls: dict[str, tuple[str, str]] = {}
    for item in body.iter():
        kind = name(item)
        key = get(item, "form:id") or next(
            (str(value) for attr, value in item.attrib.items() if str(attr).endswith("}id")), ""
        )
        if kind in ("form:checkbox", "form:radio"):
            state = get(item, "form:current-state") or get(item, "form:state")
            state = state or get(item, "form:current-selected") or get(item, "form:selected")
            shown = blocks.TICKED if state in ("checked", "true") else blocks.EMPTY
            controls[key] = (shown, get(item, "form:label"))
        elif kind in ("form:text", "form:textarea", "form:combobox", "form:date", "form:formatted-text"):
            controls[key] = (get(item, "form:current-value") or get(item, "form:value"), "")
    return controls


def _blocks(parent: etree._Element, walk: Walk) -> Iterator[Block]:
    for element in parent:
        kind = name(element)
        if kind in ("text:p", "text:h"):
            yield from _paragraph(element, walk, "", 0)
        elif kind == "text:list":
            yield from _list(element, walk, get(element, "text:style-name"), 1)
        elif kind == "table:table":
            yield _table(element, walk)
        elif kind in CONTAINERS or kind in SHAPES:
            with walk.anchors.within(get(element, "text:name") if kind == "text:section" else ""):
                yield from _blocks(element, walk)


def _list(element: etree._Element, walk: Walk, style: str, level: int) -> Iterator[Block]:
    style = get(element, "text:style-name") or style
    counts = walk.counts.setdefault(style, [])
    continued = get(element, "text:continue-numbering") == "true" or any(
        str(key).rpartition("}")[2] == "continue-list" for key in element.attrib
    )
    if not continued or level > 1:
        del counts[level - 1 :]
    for item in element:
        kind = name(item)
        if kind not in ("text:list-item", "text:list-header"):
            continue
        marker = _marker(item, walk, style, level, counts) if kind == "text:list-item" else ""
        for inner in item:
            inner_kind = name(inner)
            if inner_kind in ("text:p", "text:h"):
                for block in _paragraph(inner, walk, marker, level - 1):
                    yield block
                    marker = ""
            elif inner_kind == "text:list":
                yield from _list(inner, walk, style, level + 1)


def _marker(item: etree._Element, walk: Walk, style: str, level: int, counts: list[int]) -> str:
    """The marker of a list item; the counter advances only for items that show one."""
    if not any(name(inner) in ("text:p", "text:h") for inner in item):
        return ""
    form, prefix, suffix = walk.lists.get(style, {}).get(level, ("bullet", "", ""))
    while len(counts) < level:
        counts.append(0)
    del counts[level:]
    start = get(item, "text:start-value")
    counts[level - 1] = int(start) if start.isdigit() and len(start) < 6 else counts[level - 1] + 1
    if form == "bullet":
        return "-"
    return f"{prefix}{formatted(counts[level - 1], form)}{suffix}".strip() if form else ""


def _table(element: etree._Element, walk: Walk) -> Table:
    outer = walk.place
    if outer is None:
        walk.tables += 1
    number = walk.tables
    rows: list[tuple[Cell, ...]] = []
    for row in _rows(element):
        rows.append(tuple(_cells(row, walk, outer, Place(table=number, row=len(rows) + 1))))
    walk.place = outer
    return Table(tuple(rows), number)


def _rows(element: etree._Element) -> Iterator[etree._Element]:
    for item in element:
        kind = name(item)
        if kind == "table:table-row":
            yield item
        elif kind in ("table:table-header-rows", "table:table-rows", "table:table-row-group"):
            yield from _rows(item)


def _cells(row: etree._Element, walk: Walk, outer: Place | None, place: Place) -> Iterator[Cell]:
    column = 1
    for cell in row:
        kind = name(cell)
        if kind not in ("table:table-cell", "table:covered-table-cell"):
            continue
        repeated = get(cell, "table:number-columns-repeated")
        repeat = min(int(repeated), MAX_REPEAT) if repeated.isdigit() and len(repeated) < 6 else 1
        if kind == "table:table-cell":
            walk.place = outer or Place(table=place.table, row=place.row, column=column)
            spanned = get(cell, "table:number-columns-spanned")
            span = int(spanned) if spanned.isdigit() and len(spanned) < 4 else 1
            yield Cell(tuple(_blocks(cell, walk)), column, span)
        else:
            yield Cell((), column, 1, continued=True)
        column += repeat


def _paragraph(element: etree._Element, walk: Walk, marker: str, level: int) -> Iterator[Block]:
    if walk.place is None:
        walk.paragraphs += 1
    place = walk.place or Place(paragraph=walk.paragraphs)
    holder = Paragraph()
    outer, walk.frames = walk.frames, []
    style = get(element, "text:style-name")
    flags, font, hidden = _look(walk, style, 0)
    if not hidden:
        _inline(element, walk, holder, flags, font, "")
    frames, walk.frames = walk.frames, outer
    visible = any(span.text.strip() for span in holder.spans)
    heading = name(element) == "text:h" or "heading" in style.lower() or style == "Title"
    yield from holder.lines(place, marker if visible else "", level, heading, walk.anchors.open)
    for frame in frames:
        kept, walk.place = walk.place, place
        content = tuple(_blocks(frame, walk))
        walk.place = kept
        yield from content


def _look(walk: Walk, style: str, outer: int) -> tuple[int, str, bool]:
    """Flags, font and visibility of a style, with what it takes from its parents."""
    flags, font, hidden = outer, "", False
    for _step in range(20):
        known = walk.styles.get(style)
        if known is None:
            break
        hidden = hidden or known.hidden
        flags |= known.flags
        font = font or known.font
        style = known.parent
    return flags, font, hidden


def _inline(element: etree._Element, walk: Walk, holder: Paragraph, flags: int, font: str, link: str) -> None:
    _text(element.text, walk, holder, flags, font, link)
    for item in element:
        _piece(item, walk, holder, flags, font, link)
        _text(item.tail, walk, holder, flags, font, link)


def _text(text: str | None, walk: Walk, holder: Paragraph, flags: int, font: str, link: str) -> None:
    if text:
        collapsed = text.replace("\n", " ").replace("\t", " ").replace("\r", " ")
        holder.add(blocks.plain(collapsed, font, verbatim=walk.anchors.open is not None), flags, link)


def _piece(item: etree._Element, walk: Walk, holder: Paragraph, flags: int, font: str, link: str) -> None:
    """Add what one inline element shows."""
    kind = name(item)
    shown = _shown(item, kind, walk)
    if shown is not None:
        holder.add(shown, flags, link)
    elif kind == "text:span":
        own, own_font, hidden = _look(walk, get(item, "text:style-name"), flags)
        if not hidden:
            _inline(item, walk, holder, own, own_font or font, link)
    elif kind == "text:a":
        _inline(item, walk, holder, flags, font, get(item, "xlink:href") or link)
    elif kind == "text:note":
        _note(item, walk)
    elif kind == "loext:content-control":
        _content_control(item, walk, holder, flags, font, link)
    elif kind in SHAPES:
        walk.frames.append(item)
    elif kind not in SKIPPED:
        holder.add(_fieldmark(item) if kind.startswith("field:fieldmark") else "")
        _inline(item, walk, holder, flags, font, link)


def _shown(item: etree._Element, kind: str, walk: Walk) -> str | None:
    """What an element shows by itself, without the text under it; None when its text is what it shows."""
    if kind in SPACES:
        return SPACES[kind]
    if kind == "text:s":
        count = get(item, "text:c")
        spaces = min(int(count), MAX_SPACES - walk.spaces) if count.isdigit() and len(count) < 8 else 1
        walk.spaces += spaces
        return " " * max(1, spaces)
    if kind == "draw:control":
        shown, label = walk.controls.get(get(item, "draw:control"), ("", ""))
        return f"{shown} {label} " if label else shown
    if kind == "text:drop-down":
        chosen = [get(one, "text:value") for one in item if get(one, "text:current-selected") == "true"]
        return chosen[0] if chosen else (item.text or "")
    return None


def _note(item: etree._Element, walk: Walk) -> None:
    body = next((one for one in item if name(one) == "text:note-body"), None)
    if body is None:
        return
    kept, walk.place = walk.place, walk.place or Place(paragraph=walk.paragraphs)
    text = " ".join(" ".join(line.text for line in lines_of(tuple(_blocks(body, walk)))).split())
    walk.place = kept
    if text:
        walk.notes.append(Note("text.footnote", {"text": text}))


def _fieldmark(item: etree._Element) -> str:
    """The glyph of a box that came from a legacy Word form."""
    if not get(item, "field:type").endswith("FORMCHECKBOX"):
        return ""
    for parameter in item.iter():
        if name(parameter) == "field:param" and get(parameter, "field:name") == "Checkbox_Checked":
            return blocks.TICKED if get(parameter, "field:value") == "true" else blocks.EMPTY
    return blocks.EMPTY


def _content_control(item: etree._Element, walk: Walk, holder: Paragraph, flags: int, font: str, link: str) -> None:
    if get(item, "loext:showing-place-holder") == "true":
        return
    if get(item, "loext:checkbox") != "true":
        _inline(item, walk, holder, flags, font, link)
        return
    inner = Paragraph()
    _inline(item, walk, inner, flags, font, link)
    shown = "".join(span.text for span in inner.spans)
    ticked = get(item, "loext:checked") == "true"
    contrary = blocks.EMPTY_GLYPHS if ticked else blocks.TICKED_GLYPHS
    glyph = blocks.TICKED if ticked else blocks.EMPTY
    holder.add(blocks.UNSURE if any(char in contrary for char in shown) else glyph, flags)
    holder.add("".join(char for char in shown if char not in blocks.EMPTY_GLYPHS + blocks.TICKED_GLYPHS), flags)
