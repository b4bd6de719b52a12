"""What the reader refuses: each with its own code, soon, and without growing; and nothing else ever comes out."""

import io
import random
import struct
import time
import tracemalloc
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concertia.engine.canvas.reader import CODES, read
from concertia.engine.canvas.reading import Reading
from concertia.engine.notes import EngineError
from tests.engine.canvas.test_reader_documents import TYPES, canvas, docx, p

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ODT = "application/vnd.oasis.opendocument.text"


def refused(data: bytes) -> str:
    start = time.perf_counter()
    with pytest.raises(EngineError) as caught:
        read(data, "canevas.docx")
    assert time.perf_counter() - start < 2
    note = caught.value.note
    assert tuple(sorted(note.params)) == tuple(sorted(CODES[note.code]))
    return note.code


def packed(entries: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return stream.getvalue()


def with_entry(name: str, content: bytes = b"x", **attributes: int) -> bytes:
    """A sound canvas with one more entry."""
    stream = io.BytesIO(docx(canvas()))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo(name)
        info.filename = info.orig_filename = name
        info.compress_type = zipfile.ZIP_DEFLATED
        for key, value in attributes.items():
            setattr(info, key, value)
        archive.writestr(info, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file.empty"),
        (b"PK\x03\x04" + bytes(40_000_000), "file.too_large"),
        (OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "file.encrypted"),
        (OLE + bytes(600) + "WordDocument".encode("utf-16-le"), "file.old_word"),
        (OLE + bytes(600) + "Workbook".encode("utf-16-le"), "file.other_office"),
        (b"%PDF-1.7\n1 0 obj", "file.pdf"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "file.image"),
        (b"\x89PNG\r\n\x1a\n....", "file.image"),
        (b"GIF89a....", "file.image"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "file.image"),
        (b"\x00\x00\x00\x18ftypheic....", "file.image"),
        (b"{\\rtf1\\ansi Collectivit\\'e9}", "file.rtf"),
        (b"<!DOCTYPE html><html>", "file.html"),
        (b"\xef\xbb\xbf  <HTML><body>", "file.html"),
        ("Collectivité : Bourg".encode(), "file.text"),
        ("Collectivité : Bourg".encode("utf-16"), "file.text"),
        ("Collectivité : Bourg".encode("cp1252"), "file.text"),
        (b'<?xml version="1.0"?><office:document office:mimetype="x">', "file.flat_xml"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "file.unknown"),
        (b"PK\x05\x06" + bytes(18), "file.damaged"),
        (docx(canvas())[:-40], "file.damaged"),
        (docx(canvas())[:400], "file.damaged"),
        (packed({"[Content_Types].xml": TYPES.replace("wordprocessingml", "spreadsheetml")}), "archive.other_kind"),
        (packed({"[Content_Types].xml": TYPES.replace("wordprocessingml", "presentationml")}), "archive.other_kind"),
        (packed({"META-INF/MANIFEST.MF": "Manifest-Version: 1.0"}), "archive.other_kind"),
        (packed({"mimetype": ODT.replace("text", "spreadsheet"), "content.xml": "<x/>"}), "archive.other_kind"),
        (packed({"photo.txt": "rien"}), "archive.other_kind"),
        (packed({"canevas.docx": docx(canvas())}), "archive.nested"),
        (with_entry("word/media/inner.zip"), "archive.nested"),
        (with_entry("word/media/image1.png", docx("")), "archive.nested"),
        (with_entry("../../etc/passwd"), "archive.unsafe_name"),
        (with_entry("/etc/passwd"), "archive.unsafe_name"),
        (with_entry("word\\..\\..\\x"), "archive.unsafe_name"),
        (with_entry("C:/x"), "archive.unsafe_name"),
        (with_entry("word/link", b"/etc/passwd", external_attr=0o120777 << 16), "archive.symlink"),
        (packed({f"word/{n}.xml": "" for n in range(2_001)}), "archive.too_many_entries"),
        (
            packed({"mimetype": ODT, "content.xml": "x", "META-INF/manifest.xml": "<encryption-data/>"}),
            "file.encrypted",
        ),
        (packed({"mimetype": ODT, "meta.xml": "<x/>"}), "document.not_odt"),
        (packed({"mimetype": ODT, "content.xml": "<x/>"}), "document.not_odt"),
        (packed({"[Content_Types].xml": TYPES}), "document.not_word"),
        (packed({"[Content_Types].xml": TYPES, "word/document.xml": "<w>"}), "document.damaged_xml"),
        (docx(p("Bonjour")), "canvas.other_form"),
        (docx(""), "canvas.other_form"),
    ],
)
def test_refusal_has_its_code(data, code):
    assert refused(data) == code


def test_other_form_says_how_many_labels_were_found():
    body = p("Collectivité : Bourg") + p("Nombre de participants : 12") + p("Service : accueil")
    with pytest.raises(EngineError) as caught:
        read(docx(body))
    assert caught.value.note.params == {"found": 2, "expected": 19}


def bomb(member: str, others: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in others.items():
            archive.writestr(name, content)
        with archive.open(member, "w", force_zip64=True) as target:
            for _part in range(120):
                target.write(bytes(1_000_000))
    return stream.getvalue()


@pytest.fixture(scope="module")
def bombs():
    word = bomb("word/document.xml", {"[Content_Types].xml": TYPES})
    return {"word": word, "odt": bomb("content.xml", {"mimetype": ODT}), "media": bomb("x.bin", {"mimetype": ODT})}


@pytest.mark.parametrize("kind", ["word", "odt", "media"])
def test_bomb_is_refused_without_growing(bombs, kind):
    assert len(bombs[kind]) < 400_000
    tracemalloc.start()
    assert refused(bombs[kind]) == "archive.bomb"
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def lying(name: str, content: bytes, declared: int) -> bytes:
    """A canvas with one entry that declares fewer bytes than it holds."""
    data = bytearray(with_entry(name, content))
    honest = struct.pack("<L", len(content))
    at = data.rindex(honest, data.index(name.encode()))
    first = data.index(honest, data.index(name.encode()) - 30)
    for offset in {first, at}:
        data[offset : offset + 4] = struct.pack("<L", declared)
    return bytes(data)


def test_entry_longer_than_it_says_is_refused():
    tracemalloc.start()
    data = lying("word/media/x.bin", bytes(40_000_000), 1_000)
    tracemalloc.reset_peak()
    assert refused(data) == "archive.bomb"
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_wrong_checksum_is_refused():
    data = bytearray(docx(canvas()))
    crc = zlib.crc32(zipfile.ZipFile(io.BytesIO(bytes(data))).read("word/document.xml"))
    at = data.rindex(struct.pack("<L", crc))
    data[at] ^= 1
    assert refused(bytes(data)) == "file.damaged"


LAUGHS = '<!DOCTYPE lolz [<!ENTITY lol "lol">' + "".join(
    f'<!ENTITY lol{n} "{"&lol" + str(n - 1) + ";" if n > 1 else "&lol;"}'
    f'{("&lol" + str(n - 1) + ";" if n > 1 else "&lol;") * 9}">'
    for n in range(1, 10)
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("prologue", [LAUGHS + "]>", '<!DOCTYPE w SYSTEM "file:///etc/passwd">', "<!DOCTYPE w>"])
def test_any_document_type_is_refused(prologue, encoding):
    document = f'<?xml version="1.0" encoding="{encoding}"?>{prologue}<w>&lol9;</w>'.encode(encoding)
    assert refused(packed({"[Content_Types].xml": TYPES, "word/document.xml": document})) == "document.doctype"
    assert refused(packed({"mimetype": ODT, "content.xml": document})) == "document.doctype"


def test_deep_nesting_is_refused():
    for depth in (160, 250, 5_000, 100_000):
        assert refused(docx("<w:sdt><w:sdtContent>" * depth + "</w:sdtContent></w:sdt>" * depth)) == "document.too_deep"


def test_endless_document_is_refused():
    assert refused(docx(p("Bonjour à tous") * 25_000)) == "document.too_long"


def test_endless_labels_are_refused():
    assert refused(docx(canvas() + p("Nombre de participants : ") * 2_000)) == "canvas.too_many_labels"


def test_encrypted_entry_is_refused():
    data = bytearray(docx(canvas()))
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1
    assert refused(bytes(data)) == "file.encrypted"


def test_macros_are_ignored_and_said():
    data = with_entry("word/vbaProject.bin", OLE)
    assert [note.code for note in read(data).notes] == ["document.macros_ignored"]


def test_embedded_workbook_is_not_opened():
    assert read(with_entry("word/embeddings/sheet.xlsx", packed({"a": "b"}))).notes == ()


def test_wrong_ending_is_said():
    assert [note.code for note in read(docx(canvas()), "canevas.odt").notes] == ["file.other_ending"]
    assert read(docx(canvas()), "CANEVAS.DOCX").notes == ()


def outcome(data: bytes) -> bool:
    """Whether reading gives a reading, or a refusal with a declared code; any other exception goes through."""
    try:
        return isinstance(read(data), Reading)
    except EngineError as error:
        return tuple(sorted(error.note.params)) == tuple(sorted(CODES[error.note.code]))


SOUND = docx(canvas())


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(SOUND)))
def test_truncated_file_gives_a_reading_or_a_refusal(length):
    assert outcome(SOUND[:length])


def test_flipped_bytes_give_a_reading_or_a_refusal():
    chance = random.Random(7)  # noqa: S311 -- the same flips each time
    with zipfile.ZipFile(io.BytesIO(SOUND)) as archive:
        plain = packed({name: archive.read(name) for name in archive.namelist()}, zipfile.ZIP_STORED)
    for data in (SOUND, plain):
        for _round in range(150):
            mutated = bytearray(data)
            for _flip in range(chance.randint(1, 6)):
                mutated[chance.randrange(len(mutated))] ^= 1 << chance.randrange(8)
            assert outcome(bytes(mutated))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(["<w:p>", "</w:p>", "<w:tbl>", "</w:tbl>", "<w:r>", "</w:r>", "<w:t>Collectivité* : x</w:t>"])
    )
)
def test_any_shape_of_xml_gives_a_reading_or_a_refusal(pieces):
    assert outcome(docx(canvas() + "".join(pieces)))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=6))
def test_no_word_of_an_answer_is_lost(words):
    clean = ["".join(char for char in word if char.isprintable()).strip(" <") for word in words]
    reading = read(docx(canvas({"objectifs": "\n".join(clean) or " "})))
    kept = "\n".join(str(one.value) + one.text for one in reading.fields) + str(reading.notes)
    for word in clean:
        for piece in word.split():
            if any(char.isalpha() for char in piece):
                assert piece in kept or repr(piece)[1:-1] in kept
