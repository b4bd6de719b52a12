"""Finds out how a text file was encoded: UTF-8 or 16 with or without a mark, Windows, Latin-9, old Mac, DOS."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import charset_normalizer

from concertia.engine.notes import EngineError, Note

MARKS: tuple[tuple[bytes, str], ...] = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
# One byte a sign, the commonest first: at equal likelihood the first is kept.
SINGLE_BYTE = ("cp1252", "iso8859-15", "mac-roman", "cp850")
FRENCH = frozenset("éèêàâçîïôùûœ’«»")  # the commonest by far: they weigh more than the others
USUAL = frozenset("éèêëàâîïôöùûüçœæÉÈÊËÀÂÎÏÔÙÛÇŒÆ’‘“”«»–—…€°·•ñáíóúäßõãåøÑÁÓÚÄÖÜ№§\xa0")
LATIN_9 = re.compile(rb"[A-Za-z][\xbd]|\xbc[A-Za-z]|[0-9] ?\xa4")  # « cœur », « Œuvre », « 10 € »
SAMPLE = 65_536
LEAST_LIKELY = 0.5  # under that, the signs are not those of a language of western Europe
MANGLED = ("Ã©", "Ã¨", "Ã ", "â€™")  # UTF-8 once read as Windows, then saved


@dataclass(frozen=True)
class Decoded:
    """The text of a file, its ends of line made « \\n », its NUL characters taken off; `notes` say what was done."""

    text: str
    encoding: str
    notes: tuple[Note, ...] = ()


def decode(data: bytes) -> Decoded:
    """The text of `data` and the encoding that gives it; linear in the size.

    A mark at the head decides; else UTF-16 when every other byte is NUL; else UTF-8 when all of it is sound, or when
    its faults are rare (each then a « \\ufffd », counted in `encoding.faults`); else the single-byte encoding whose
    signs are the likeliest in western Europe, weighed over all the bytes above 127; else what charset-normalizer says.
    Raises `EngineError("file.unknown")` when nothing gives text.

    >>> decode("Un cœur à 10 €".encode("iso8859-15")).encoding
    'iso8859-15'
    >>> decode(b"\\xff\\xfea\\x00\\r\\x00\\n\\x00b\\x00").text
    'a\\nb'
    """
    notes: list[Note] = []
    text, encoding = _decoded(data)
    faults = text.count("\ufffd") - data.count(b"\xef\xbf\xbd")
    if encoding.startswith("utf") and faults > 0:
        notes.append(Note("encoding.faults", {"count": faults, "line": _line_of(text, "\ufffd")}))
    nulls = text.count("\x00")
    if nulls:
        notes.append(Note("text.nul_removed", {"count": nulls, "line": _line_of(text, "\x00")}))
        text = text.replace("\x00", "")
    mangled = sum(text.count(piece) for piece in MANGLED)
    if mangled > 2:
        notes.append(Note("encoding.mangled", {"count": mangled}))
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return Decoded(text, encoding, tuple(notes))


def _decoded(data: bytes) -> tuple[str, str]:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace"), encoding
    wide = _wide(data)
    if wide:
        return data.decode(wide, errors="replace"), wide
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        lenient = data.decode("utf-8", errors="replace")
    faults = lenient.count("\ufffd")
    if sum(lenient.count(sign) for sign in USUAL) >= 5 * faults:
        return lenient, "utf-8"
    encoding = _single_byte(data)
    return data.decode(encoding, errors="replace"), encoding


def _wide(data: bytes) -> str:
    """UTF-16 without its mark: in western languages every other byte is NUL."""
    head = data[:SAMPLE]
    pairs = max(1, len(head) // 2)
    if len(data) % 2 == 0 and head[1::2].count(0) > 0.7 * pairs and head[0::2].count(0) < 0.05 * pairs:
        return "utf-16-le"
    if len(data) % 2 == 0 and head[0::2].count(0) > 0.7 * pairs and head[1::2].count(0) < 0.05 * pairs:
        return "utf-16-be"
    return ""


def _single_byte(data: bytes) -> str:
    counts = Counter(data.translate(None, bytes(range(128))))
    total = sum(counts.values())
    best, likelihood = "", -1.0
    for encoding in SINGLE_BYTE:
        usual = sum(number * _weight(byte, encoding) for byte, number in counts.items())
        if usual / total > likelihood + 1e-9:
            best, likelihood = encoding, usual / total
    if best == "cp1252" and LATIN_9.search(data) and not any(0x80 <= byte < 0xA0 for byte in counts):
        best = "iso8859-15"
    if likelihood >= LEAST_LIKELY:
        return best
    guess = charset_normalizer.from_bytes(_telling(data)).best()
    if guess is None:
        raise EngineError("file.unknown")
    return guess.encoding


def _weight(byte: int, encoding: str) -> float:
    try:
        sign = bytes([byte]).decode(encoding)
    except UnicodeDecodeError:
        return 0.0
    return 1.0 if sign in FRENCH else 0.7 if sign in USUAL else 0.0


def _telling(data: bytes) -> bytes:
    """The first lines that hold a byte above 127, up to a sample."""
    lines = (line for line in data[: 40 * SAMPLE].splitlines() if not line.isascii())
    return b"\n".join(lines)[:SAMPLE]


def _line_of(text: str, sign: str) -> int:
    return text.count("\n", 0, text.find(sign)) + 1
