"""Turns a cell into the text of a contribution, changing nothing that a person wrote."""

from __future__ import annotations

import html
import re

BLOCKS = frozenset(
    ("p", "div", "li", "ul", "ol", "tr", "table", "blockquote", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6")
    + ("section", "article", "figure", "pre", "dl", "dt", "dd", "body", "html")
)
UNSEEN = frozenset(("script", "style", "head", "title", "xml", "!--"))
INLINE = frozenset(
    (
        "a",
        "abbr",
        "b",
        "big",
        "center",
        "code",
        "del",
        "em",
        "font",
        "i",
        "iframe",
        "img",
        "ins",
        "label",
        "link",
        "mark",
    )
    + (
        "meta",
        "o:p",
        "oembed",
        "s",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "tbody",
        "td",
        "th",
        "thead",
        "u",
    )
)
TAG = re.compile(r"<(/?)([a-z][a-z0-9:]{0,15})(?=[\s/>])[^<>]*>|<(!)--|(--)>", re.I)
KNOWN_TAG = re.compile(rf"</?(?:{'|'.join(sorted((BLOCKS | INLINE | UNSEEN) - {'!--'}))})(?=[\s/>])[^<>]*>", re.I)
ENTITY = re.compile(
    r"&(?:amp|lt|gt|quot|apos|nbsp|[a-z]{1,6}(?:acute|grave|circ|cedil|uml|lig|quo)|#\d{2,6}|#x[\da-f]{2,5});", re.I
)
INVISIBLE = " \t\n\r\x0b\x0c\xa0\xad\u180e\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202f\u2060\ufeff\ufe0f"
SPACES = re.compile(r"[ \t\xa0]*\n[ \t\n\xa0]*")


def is_blank(text: str) -> bool:
    """Whether nothing would be seen of it: no letter, no sign, no emoji.

    >>> is_blank(" \\u200b\\xa0"), is_blank("🙂")
    (True, False)
    """
    return not text.strip(INVISIBLE)


def cleaned(cell: str) -> tuple[str, bool]:
    """The text of a cell, and whether HTML was taken off it; linear in the length.

    Without HTML only the spaces at both ends go. With it, blocks become lines, entities become signs, scripts and
    styles go; « a < b » is not HTML.

    >>> cleaned("<p>Plus d&rsquo;arbres</p><ul><li>ici</li><li>là</li></ul>")
    ('Plus d’arbres\\nici\\nlà', True)
    >>> cleaned(" 2 < 3 & 5 > 4 ")
    ('2 < 3 & 5 > 4', False)
    """
    text = cell.strip()
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "<" in text and KNOWN_TAG.search(text):
        return _without_marks(text), True
    if "&" in text and ENTITY.search(text):
        return html.unescape(text).strip(), True
    return text, False


def _without_marks(text: str) -> str:
    """The text between the tags that are HTML; what only looks like one (« <3 », « <moi> ») stays."""
    pieces: list[str] = []
    position = 0
    hidden = ""  # the tag, not closed yet, whose content is not seen
    for tag in TAG.finditer(text):
        name = "!--" if tag[3] or tag[4] else tag[2].lower()
        closes = bool(tag[1] or tag[4])
        if hidden:
            if closes and name == hidden:
                hidden, position = "", tag.end()
            continue
        if name not in BLOCKS and name not in INLINE and name not in UNSEEN:
            continue
        pieces.append(text[position : tag.start()])
        position = tag.end()
        if name in BLOCKS:
            pieces.append("\n")
        elif name in UNSEEN and not closes:
            hidden = name
    if not hidden:
        pieces.append(text[position:])
    return SPACES.sub("\n", html.unescape("".join(pieces))).strip()
