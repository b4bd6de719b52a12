"""Tells what a file is from its content; its name only decides between texts that look alike."""

from __future__ import annotations

import posixpath

from concertia.engine.canvas.reader_signature import OLE, image_format, ole_code
from concertia.engine.notes import EngineError
from concertia.engine.readers.delimited import find_separator
from concertia.engine.readers.subtitles import is_subtitles
from concertia.engine.readers.vocabulary import role_of

NOTHING = b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"
MAX_FILE = 200_000_000
TABLE_ENDINGS = ("csv", "tsv", "tab")
JSON_ENDINGS = ("json", "jsonl", "ndjson", "geojson")
CONTROLS = bytes(set(range(32)) - set(b"\t\n\x0b\x0c\r\x1b\x1c\x1d\x1e\x1f\x00"))
MOST_CONTROLS = 0.02  # share of the first bytes, in a text however badly exported


def ending_of(name: str) -> str:
    return posixpath.splitext(name.lower())[1].lstrip(".")


def check_bytes(data: bytes) -> None:
    """Refuse what is plainly not a file of contributions, from its size and its first bytes.

    >>> check_bytes(b"\\xef\\xbb\\xbf \\n")
    Traceback (most recent call last):
    concertia.engine.notes.EngineError: file.empty
    """
    if not data.strip(NOTHING):
        raise EngineError("file.empty")
    if len(data) > MAX_FILE:
        raise EngineError("file.too_large", megabytes=-(-len(data) // 1_000_000), limit=MAX_FILE // 1_000_000)
    if data.startswith(OLE):
        code = ole_code(data)
        if code == "file.other_office" and "__properties_version1.0".encode("utf-16-le") in data:
            code = "file.outlook"
        if not is_old_workbook(data):
            raise EngineError(code)
    if data[:1024].lstrip().startswith(b"%PDF-"):
        raise EngineError("file.pdf")
    image = image_format(data) if not data.startswith((b"BM", b"II", b"MM")) or b"\x00" in data[:16] else ""
    if image:
        raise EngineError("file.image", format=image)
    if data.startswith((b"PK\x05\x06", b"PK\x07\x08")):  # an archive that holds nothing, or is cut in pieces
        raise EngineError("file.damaged")


def is_archive(data: bytes) -> bool:
    return data.startswith(b"PK\x03\x04")


def is_old_workbook(data: bytes) -> bool:
    """Whether bytes are a workbook of Excel 97 to 2003 (.xls), or of Excel 95."""
    if not data.startswith(OLE) or ole_code(data) != "file.other_office":
        return False
    return any(f"{name}\0".encode("utf-16-le") in data for name in ("Workbook", "Book"))


def text_kind(text: str, name: str) -> str:
    """« json », « subtitles », « csv » or « txt »; raises `EngineError` for pages, RTF, XML and what is not text.

    >>> text_kind("id;avis\\n1;Oui\\n2;Non", "export.txt"), text_kind("Bonjour, voici.", "avis.txt")
    ('csv', 'txt')
    """
    head = text[:4096].lstrip().lower()
    if head.startswith("{\\rtf"):
        raise EngineError("file.rtf")
    if head.startswith(("<!doctype html", "<html", "<table", "<body")):
        raise EngineError("file.html")
    if head.startswith("<?xml"):
        raise EngineError("file.html" if "<html" in head else "file.xml")
    _check_signs(text)
    ending = ending_of(name)
    if ending in JSON_ENDINGS or (ending not in TABLE_ENDINGS and _looks_like_json(head)):
        return "json"
    if is_subtitles(text):
        return "subtitles"
    if ending in TABLE_ENDINGS:
        return "csv"
    separator = find_separator(text)
    first = next((line for line in text.split("\n", 20)[:20] if line.strip()), "")
    has_names = separator and sum(bool(role_of(cell.strip('" '))) for cell in first.split(separator)) > 0
    return "csv" if has_names or (separator and ending not in ("txt", "md", "text")) else "txt"


def _looks_like_json(head: str) -> bool:
    opened = "".join(head[:200].split())
    return opened.startswith(('{"', '[{"', '["', "[[", "[]", "{}"))


def _check_signs(text: str) -> None:
    sample = text[:65_536]
    controls = sum(sample.count(chr(code)) for code in CONTROLS)
    if controls > 3 and controls > MOST_CONTROLS * len(sample):
        raise EngineError("file.unknown")
