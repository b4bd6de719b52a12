"""Reads several files as one: those of a .zip, of a folder, or dropped together; each row keeps the file it is in.

A file that cannot be read is set aside whole, with the reason, and the others are read.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from concertia.engine.canvas.reader_archive import UNREADABLE
from concertia.engine.notes import EngineError, Note
from concertia.engine.readers.reading import Columns, Place, Reading, SetAside, Table
from concertia.engine.readers.tables import MAX_RECORDS, Gathered

MAX_FILES = 2_000
MAX_UNPACKED = 200_000_000  # bytes, all the files together
MAX_RATIO = 300  # times the weight of the archive
RATIO_FREE = 20_000_000  # below this unpacked size a high ratio is only a very regular table
OFFICE = ("[Content_Types].xml", "mimetype", "content.xml", "META-INF/MANIFEST.MF", "META-INF/manifest.xml")
# What systems leave beside the files of people.
LEFT_BY_SYSTEMS = re.compile(r"(?:^|/)(?:__MACOSX|\.[^/]+|Thumbs\.db|desktop\.ini|~\$[^/]*)(?:/|$)", re.I)

ReadOne = Callable[[bytes, str], Reading]
File = tuple[str, bytes | Note]  # its name, and its bytes or why they could not be had


def is_bundle(data: bytes) -> bool:
    """Whether an archive holds files of people, and is not itself a document or a workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except UNREADABLE:
        return False
    return bool(names) and not names.intersection(OFFICE)


def is_left_by_a_system(name: str) -> bool:
    """Whether a name is that of a hidden file, or of one that a system leaves in folders.

    >>> is_left_by_a_system("__MACOSX/._avis.csv"), is_left_by_a_system("avis.csv")
    (True, False)
    """
    return LEFT_BY_SYSTEMS.search(name) is not None


def unpacked(data: bytes) -> Iterator[File]:
    """The files of an archive in its order, those left by systems out; nothing is written, folders are only names.

    Raises `EngineError`, before anything is inflated: `archive.unsafe_name`, `archive.symlink`,
    `archive.duplicate_names`, `archive.too_many_entries`, `archive.bomb`, `file.damaged`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            _check(infos, len(data))
            left = MAX_UNPACKED
            for info in infos:
                name = name_of(info)
                if is_left_by_a_system(name):
                    continue
                content = _inflated(archive, info, left)
                left -= len(content) if isinstance(content, bytes) else 0
                yield name, content
    except UNREADABLE as error:
        if isinstance(error, EngineError):
            raise
        raise EngineError("file.damaged") from error


def _check(infos: list[zipfile.ZipInfo], weight: int) -> None:
    if len(infos) > MAX_FILES:
        raise EngineError("archive.too_many_entries", limit=MAX_FILES)
    names = [info.filename for info in infos]
    if len(set(names)) != len(names):
        raise EngineError("archive.duplicate_names")
    for info in infos:
        name = info.orig_filename
        if name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or "\x00" in name or name[1:2] == ":":
            raise EngineError("archive.unsafe_name")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise EngineError("archive.symlink")
    total = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    if total > MAX_UNPACKED or packed > weight or (total > RATIO_FREE and total > MAX_RATIO * weight):
        raise EngineError("archive.bomb", limit=MAX_UNPACKED // 1_000_000)


def _inflated(archive: zipfile.ZipFile, info: zipfile.ZipInfo, left: int) -> bytes | Note:
    """The bytes of an entry, or why it has none; never more than it declares."""
    if info.flag_bits & 0x1:
        return Note("file.encrypted")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return Note("file.damaged")
    most = min(info.file_size, left)
    try:
        with archive.open(info) as stream:
            content = stream.read(most + 1)
    except (*UNREADABLE, EOFError):
        return Note("file.damaged")
    return content if len(content) == info.file_size else Note("file.damaged")


def name_of(info: zipfile.ZipInfo) -> str:
    """The name of an entry: UTF-8, said or not, else as the French versions of DOS and Windows wrote it."""
    if info.flag_bits & 0x800:
        return info.filename.replace("\\", "/")
    try:
        raw = info.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    try:
        return raw.decode("utf-8").replace("\\", "/")
    except UnicodeDecodeError:
        return raw.decode("cp850").replace("\\", "/")


def read_bundle(files: Iterable[File], *, name: str, kind: str, read_one: ReadOne) -> Reading:
    """The rows of all the files in their order, each with its own file in its place (« lot.zip/seance.docx »).

    A file refused is one record set aside with the code of its refusal. The notes of a file bear its name (`file`).
    Raises `EngineError`: `bundle.empty`, `table.too_many_rows`.
    """
    gathered = Gathered()
    for inner, content in files:
        path = f"{name}/{inner}" if name else inner
        try:
            if isinstance(content, Note):
                raise EngineError(content.code, **content.params)
            _add(read_one(content, path), path, gathered)
        except EngineError as error:
            gathered.set_aside.append(SetAside(error.note, Place(path), ()))
            gathered.tables.append(Table("", (), Columns(), (), 1, 0, path))
        if len(gathered.rows) + len(gathered.set_aside) > MAX_RECORDS:
            raise EngineError("table.too_many_rows", limit=MAX_RECORDS)
    if not gathered.tables:
        raise EngineError("bundle.empty")
    return Reading(
        name,
        kind,
        tuple(gathered.rows),
        tuple(gathered.set_aside),
        tuple(gathered.tables),
        tuple(gathered.notes),
        seen=tuple(gathered.seen),
    )


def _add(reading: Reading, path: str, gathered: Gathered) -> None:
    gathered.rows.extend(reading.rows)
    gathered.set_aside.extend(reading.set_aside)
    gathered.tables.extend(replace(table, file=path) for table in reading.tables)
    gathered.seen.extend(replace(column, file=path) for column in reading.seen)
    gathered.notes.extend(Note(note.code, {**note.params, "file": path}) for note in reading.notes)
