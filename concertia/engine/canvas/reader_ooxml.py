"""Walks the XML of a .docx by plain names, the same for its transitional and its strict (ISO) namespaces."""

from __future__ import annotations

from functools import lru_cache

from lxml import etree

FAMILIES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.microsoft.com/office/word/2010/wordml": "w14",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r",
}


def name(element: etree._Element) -> str:
    """The name of an element with its usual prefix, the same for the transitional and strict namespaces."""
    tag = element.tag
    return _prefixed(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=1024)
def _prefixed(tag: str) -> str:
    namespace, _, local = tag.rpartition("}")
    family = FAMILIES.get(namespace[1:])
    return f"{family}:{local}" if family else local


def attribute(element: etree._Element, wanted: str) -> str | None:
    for key, value in element.attrib.items():
        text_key = str(key)
        if text_key.rpartition("}")[2] == wanted:
            return str(value)
    return None


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """The first descendant along a path of names."""
    for step in path:
        if element is None:
            return None
        element = next((item for item in element if name(item) == step), None)
    return element


def is_on(element: etree._Element | None) -> bool:
    return element is not None and attribute(element, "val") not in ("0", "false", "off", "none")
