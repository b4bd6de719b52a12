"""The canvas as documents: the draft whole, for the authority; a blank one, for everybody."""

from functools import cache

from concertia.consultations.engine_inputs import record_of
from concertia.engine.canvas.schema import table_schema
from concertia.engine.canvas.writer import write

CONTENT_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "pdf": "application/pdf",
    "json": "application/json; charset=utf-8",
}


def draft_document(consultation, extension) -> bytes:
    return document_of_record(record_of(consultation), extension)


def document_of_record(record, extension) -> bytes:
    """A record that is no draft here, such as the demonstration's."""
    return write(record, extension)


def public_document(record, extension) -> bytes:
    """A published version: no mail, and only the speakers who agreed."""
    return write(record, extension, public=True)


@cache
def blank_document(extension) -> bytes:
    return write(None, extension)


__all__ = [
    "CONTENT_TYPES",
    "blank_document",
    "document_of_record",
    "draft_document",
    "public_document",
    "table_schema",
]
