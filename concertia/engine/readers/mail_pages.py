"""The text of a mail written as a web page, as plain mails write it: what is quoted begins with « > »."""

from __future__ import annotations

import re
from html.parser import HTMLParser

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
    if len(page) > LONGEST:
        return cleaned(page)[0]
    reader = _Page()
    try:
        reader.feed(page)
        reader.close()
    except AssertionError:  # how the standard parser ends on some broken declarations
        return cleaned(page)[0]
    return reader.text()


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.line: list[str] = []
        self.depth, self.hidden = 0, ""

    def text(self) -> str:
        self._end_line()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines)).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.hidden:
            return
        if tag in HIDDEN:
            self.hidden = tag
            return
        if tag in BLOCKS:
            self._end_line()
        named = " ".join(value or "" for name, value in attrs if name in ("class", "id"))
        if named and REPLY.search(named) and not self.depth:
            self._end_line()
            self.lines.append("---- Message original ----")
        elif named and SIGNED.search(named):
            self._end_line()
            self.lines.append("-- ")
        if tag == CITED:
            self.depth += 1

    def handle_endtag(self, tag: str) -> None:
        if self.hidden:
            self.hidden = "" if tag == self.hidden else self.hidden
            return
        if tag in BLOCKS:
            self._end_line()
        if tag == CITED and self.depth:
            self.depth -= 1

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.line.append(data)

    def _end_line(self) -> None:
        words = " ".join("".join(self.line).split())
        if words:
            self.lines.append(f"{'>' * min(self.depth, MOST_DEEP)} {words}" if self.depth else words)
        self.line = []
