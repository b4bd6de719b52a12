"""Cheap refusals, from the size and the first bytes alone: what is plainly neither a .docx nor an .odt."""

from __future__ import annotations

from concertia.engine.notes import EngineError

MAX_FILE = 20_000_000
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
IMAGES: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF8", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"BM", "BMP"),
)
HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim", b"heis", b"avif")


def check_signature(data: bytes) -> None:
    """Cheap refusals, from the size and the first bytes alone: fit for the parent process.

    >>> check_signature(b"")
    Traceback (most recent call last):
    concertia.engine.notes.EngineError: file.empty
    """
    if not data:
        raise EngineError("file.empty")
    if len(data) > MAX_FILE:
        raise EngineError("file.too_large", megabytes=-(-len(data) // 1_000_000), limit=MAX_FILE // 1_000_000)
    if data.startswith(b"PK\x03\x04"):
        return
    if data.startswith(OLE):
        raise EngineError(ole_code(data))
    if b"%PDF-" in data[:1024]:
        raise EngineError("file.pdf")
    image = image_format(data)
    if image:
        raise EngineError("file.image", format=image)
    raise EngineError(_text_code(data))


def ole_code(data: bytes) -> str:
    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        return "file.encrypted"
    return "file.old_word" if holds("WordDocument") else "file.other_office"


def image_format(data: bytes) -> str:
    for magic, name in IMAGES:
        if data.startswith(magic):
            return name
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return "HEIC" if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS else ""


def _text_code(data: bytes) -> str:
    if data.startswith(b"PK"):
        return "file.damaged"
    head = data[:4096]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head.decode("utf-16", errors="replace")
    else:
        text = head.decode("latin-1")
        if any(byte < 9 or 13 < byte < 27 for byte in head):
            return "file.unknown"
    text = text.removeprefix("\xef\xbb\xbf").lstrip().lower()
    if text.startswith("{\\rtf"):
        return "file.rtf"
    if text.startswith("<?xml") and ("office:document" in text or "w:worddocument" in text or "pkg:package" in text):
        return "file.flat_xml"
    if text.startswith(("<!doctype html", "<html")) or "<html" in text[:1024] or text.startswith("mime-version"):
        return "file.html"
    return "file.text"
