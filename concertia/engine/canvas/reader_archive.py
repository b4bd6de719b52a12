"""Opens what was sent: tells an office file from everything else, and refuses what is dangerous before unpacking it.

Nothing is written to disk. Every entry of the archive is inflated once, under caps on the real bytes, whatever its
headers declare; only the parts that the reader needs are kept. The codes raised are listed in `reader.py`.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass

from lxml import etree

from concertia.engine.canvas.reader_signature import check_signature
from concertia.engine.notes import EngineError

# What `zipfile` raises on an archive that cannot be read; « not implemented » is its word for an unknown compression.
UNREADABLE = (
    zipfile.BadZipFile, zlib.error, struct.error, LookupError, NotImplementedError, OSError, ValueError,
)  # fmt: skip

MAX_ENTRIES = 2_000
MAX_PART = 10_000_000
RATIO_FREE = 5_000_000  # below this unpacked size a high ratio is only a very regular document
MAX_DEPTH = 150
MAX_ELEMENTS = 400_000
MAX_PARAGRAPHS = 10_000

NESTED_NAMES = (".zip", ".7z", ".rar", ".gz", ".tgz", ".bz2", ".xz", ".jar", ".tar")
OTHER_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"spreadsheetml", "xlsx"),
    (b"presentationml", "pptx"),
    (b"ms-excel", "xlsx"),
    (b"ms-powerpoint", "pptx"),
    (b"visio", "vsdx"),
)
ODF = "application/vnd.oasis.opendocument."


@dataclass(frozen=True)
class Caps:
    """How far an archive may unfold: bytes in all, and times its own weight."""

    unpacked: int = 50_000_000
    ratio: int = 200


DOCUMENT = Caps()


@dataclass(frozen=True)
class Archive:
    """The parts of an office file (`docx`, `odt`, `xlsx`, `ods`), already inflated within the caps."""

    kind: str
    parts: dict[str, bytes]
    macros: bool = False


def open_archive(data: bytes) -> Archive:
    """The parts of the document in `data`; raises `EngineError` for anything that is not a sound .docx or .odt."""
    check_signature(data)
    return open_parts(data)


def open_parts(data: bytes, *, kinds: tuple[str, ...] = ("docx", "odt"), caps: Caps = DOCUMENT) -> Archive:
    """The parts of an archive, known to be one by its first bytes; raises `EngineError` for a kind not asked for."""
    try:
        infos = _entries(data, caps)
        parts = _inflate_all(data, infos, caps)
    except EngineError:
        raise
    except UNREADABLE as no:
        raise EngineError("file.damaged") from no
    archive = _identify(parts)
    if archive.kind not in kinds:
        raise EngineError("archive.other_kind", kind=archive.kind)
    return archive


def _entries(data: bytes, caps: Caps) -> list[zipfile.ZipInfo]:
    """The entries of the archive, once their names, number, declared sizes and kinds are known to be harmless."""
    if data.count(b"PK\x01\x02") > MAX_ENTRIES:
        raise EngineError("archive.too_many_entries", limit=MAX_ENTRIES)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
    names = [info.filename for info in infos]
    if not names:
        raise EngineError("archive.other_kind", kind="zip")
    if len(set(names)) != len(names):
        raise EngineError("archive.duplicate_names")
    for info in infos:
        _check_entry(info)
    total = sum(info.file_size for info in infos)
    if total > caps.unpacked or (total > RATIO_FREE and total > caps.ratio * len(data)):
        raise EngineError("archive.bomb", limit=caps.unpacked // 1_000_000)
    if sum(info.compress_size for info in infos) > len(data):
        raise EngineError("archive.bomb", limit=caps.unpacked // 1_000_000)
    return infos


def _check_entry(info: zipfile.ZipInfo) -> None:
    name = info.orig_filename
    segments = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in segments or "\x00" in name or name[1:2] == ":":
        raise EngineError("archive.unsafe_name")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise EngineError("archive.symlink")
    if info.flag_bits & 0x1:
        raise EngineError("file.encrypted")
    if name.lower().endswith(NESTED_NAMES):
        raise EngineError("archive.nested")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise EngineError("file.damaged")


def _inflate_all(data: bytes, infos: list[zipfile.ZipInfo], caps: Caps) -> dict[str, bytes]:
    """Inflate every entry under the caps; keep the parts that are text, drop the rest (pictures, embedded files)."""
    parts: dict[str, bytes] = {}
    budget = caps.unpacked
    for info in infos:
        if info.is_dir():
            continue
        content = _inflate(data, info, budget, caps)
        budget -= len(content)
        name = info.filename
        embedded = name.startswith(("word/embeddings/", "xl/embeddings/", "Object ", "ObjectReplacements/"))
        if content.startswith(b"PK\x03\x04") and not embedded:
            raise EngineError("archive.nested")
        if not name.lower().endswith((".xml", ".rels")) and name != "mimetype" and "vbaProject" not in name:
            content = b""
        parts[name] = content
    return parts


def _inflate(data: bytes, info: zipfile.ZipInfo, budget: int, caps: Caps) -> bytes:
    """The real bytes of an entry; a stream longer than its header declares is refused before it fills the memory."""
    start = info.header_offset
    if data[start : start + 4] != b"PK\x03\x04":
        raise EngineError("file.damaged")
    name_length, extra_length = struct.unpack("<HH", data[start + 26 : start + 30])
    begin = start + 30 + name_length + extra_length
    raw = data[begin : begin + info.compress_size]
    limit = min(info.file_size, budget)
    if info.compress_type == zipfile.ZIP_DEFLATED:
        stream = zlib.decompressobj(-15)
        content = stream.decompress(raw, limit + 1)
    else:
        content = raw
    if len(content) > limit:
        raise EngineError("archive.bomb", limit=caps.unpacked // 1_000_000)
    if len(content) != info.file_size or zlib.crc32(content) != info.CRC:
        raise EngineError("file.damaged")
    return content


def _identify(parts: dict[str, bytes]) -> Archive:
    types = parts.get("[Content_Types].xml", b"")
    if types:
        if b"wordprocessingml" in types or b"ms-word" in types:
            macros = any("vbaProject" in name for name in parts)
            return Archive("docx", parts, macros)
        return Archive(next((kind for mark, kind in OTHER_KINDS if mark in types), "zip"), parts)
    manifest = parts.get("META-INF/manifest.xml", b"")
    if b"encryption-data" in manifest or "encrypted-package" in parts:
        raise EngineError("file.encrypted")
    mimetype = parts.get("mimetype", b"").decode("latin-1").strip()
    if mimetype.startswith(ODF + "text") or (not mimetype and "content.xml" in parts):
        return Archive("odt", parts, any(name.startswith("Basic/") for name in parts))
    if mimetype.startswith(ODF):
        kind = {"spreadsheet": "ods", "presentation": "odp", "graphics": "odg"}.get(mimetype[len(ODF) :], "zip")
    elif "META-INF/MANIFEST.MF" in parts:
        kind = "jar"
    else:
        kind = "epub" if "epub" in mimetype else "zip"
    return Archive(kind, parts)


def parse_xml(content: bytes) -> etree._Element:
    """The root of a part; any DTD is refused, no entity is ever expanded, depth and size are bounded."""
    if len(content) > MAX_PART:
        raise EngineError("document.too_long", limit=MAX_PART // 1_000_000)
    narrow = content.replace(b"\x00", b"")  # the same test holds for UTF-16 and UTF-32
    if b"<!DOCTYPE" in narrow or b"<!ENTITY" in narrow:
        raise EngineError("document.doctype")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        if "depth" in str(error).lower():
            raise EngineError("document.too_deep", limit=MAX_DEPTH) from error
        raise EngineError("document.damaged_xml") from error
    if str(getattr(root.getroottree().docinfo, "doctype", "")):
        raise EngineError("document.doctype")
    _check_shape(root)
    return root


def _check_shape(root: etree._Element) -> None:
    depth = paragraphs = 0
    for count, (event, element) in enumerate(etree.iterwalk(root, events=("start", "end"))):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            raise EngineError("document.too_deep", limit=MAX_DEPTH)
        paragraphs += event == "start" and str(element.tag).endswith("}p")
        if count > 2 * MAX_ELEMENTS or paragraphs > MAX_PARAGRAPHS:
            raise EngineError("document.too_long", limit=MAX_PART // 1_000_000)
