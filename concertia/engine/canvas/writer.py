"""Write a canvas, blank or filled, as a Word, OpenDocument or tagged PDF document, or as JSON."""

from __future__ import annotations

import json

from concertia.engine.canvas.reading import Record
from concertia.engine.canvas.writer_docx import write_docx
from concertia.engine.canvas.writer_odt import write_odt
from concertia.engine.canvas.writer_pdf import write_pdf
from concertia.engine.canvas.writer_record import check
from concertia.engine.canvas.writer_sheet import Sheet, sheet
from concertia.engine.notes import EngineError


def write(record: Record | None, format: str, *, public: bool = False) -> bytes:
    """The document in `format` (docx, odt, pdf or json), always the same bytes; None gives the blank canvas.

    With `public`, the referent is left out, and so are the speakers who did not agree to be named; where another
    answer repeats the referent's address or such a name, it is masked. Anything else that the authority wrote stays.
    Raises EngineError when the format or the shape of the record is wrong: see `writer_record.check`.
    """
    writers = {"docx": write_docx, "odt": write_odt, "pdf": write_pdf, "json": _write_json}
    if format not in writers:
        raise EngineError("canvas.write.format", format=str(format)[:20])
    checked = check(record, public=public) if record is not None else None
    return writers[format](sheet(checked, public=public))


def _write_json(canvas: Sheet) -> bytes:
    return (json.dumps(canvas.record, ensure_ascii=False, indent=1) + "\n").encode()
