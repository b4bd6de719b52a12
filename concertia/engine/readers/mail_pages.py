"""The text of a mail written as a web page, as plain mails write it: what is quoted begins with « > »."""

from __future__ import annotations

import re

from lxml import etree

from concertia.engine.readers.cleaning import BLOCKS, cleaned

HIDDEN = frozenset(("script", "style", "head", "title"))
CITED = "blockquote"
REPLY = re.compile(r"gmail_quote|divRplyFwdMsg|appendonsend|moz-cite-prefix|yahoo_quoted|protonmail_quote", re.I)
SIGNED = re.compile(r"gmail_signature|moz-signature|^signature$", re.I)
LONGEST = 2_000_000  # signs of page; beyond, its marks alone are taken off
MOST_DEEP = 20  # « > » at the head of a line


def page_text(page: str) -> str:
    """The words of the page, a line a block; what stands in a `blockquote` behind « > », a signature behind « -- ».

    >>> page_text("<p>Oui.<br>Merci</p><blockquote>Et <b>vous</b> ?</blockquote>")
    'Oui.\\nMerci\\n> Et vous ?'
    """
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(page.encode("utf-8", "replace"), parser) if len(page) <= LONGEST else None
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        return cleaned(page)[0]
    reader = _Page()
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            reader.open(element)
        else:
            reader.close(element)
    return reader.text()


class _Page:
    """Gathers the lines of a page, element by element."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.depth = 0
        self.hidden: etree._Element | None = None

    def text(self) -> str:
        self._end_line()
        return "\n".join(self.lines).strip()

    def open(self, element: etree._Element) -> None:
        if self.hidden is not None:
            return
        tag = str(element.tag)
        if tag in HIDDEN:
            self.hidden = element
            return
        if tag in BLOCKS:
            self._end_line()
        named = f"{element.get('class', '')} {element.get('id', '')}".strip()
        if named and REPLY.search(named) and not self.depth:
            self._end_line()
            self.lines.append("---- Message original ----")
        elif named and SIGNED.search(named):
            self._end_line()
            self.lines.append("-- ")
        self.depth += tag == CITED
        self.line.append(element.text or "")

    def close(self, element: etree._Element) -> None:
        if self.hidden is not None and element is not self.hidden:
            return
        if self.hidden is None:
            if element.tag in BLOCKS:
                self._end_line()
            self.depth -= element.tag == CITED
        self.hidden = None
        self.line.append(element.tail or "")

    def _end_line(self) -> None:
        words = " ".join("".join(self.line).split())
        if words:
            self.lines.append(f"{'>' * min(self.depth, MOST_DEEP)} {words}" if self.depth else words)
        self.line = []
