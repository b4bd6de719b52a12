"""Builds workbooks in raw XML, as spreadsheets write them and as nobody should."""

import io
import zipfile
from xml.sax.saxutils import escape

from concertia.engine.readers.headers import column_letter

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
ODF = "urn:oasis:names:tc:opendocument:xmlns"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def packed(entries, method=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return stream.getvalue()


def xlsx_cell(reference, value):
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return f'<c r="{reference}"><v>{value}</v></c>'
    if value.startswith("<"):
        return value.replace("<c", f'<c r="{reference}"', 1)
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def xlsx_rows(rows, first=1):
    lines = []
    for line, row in enumerate(rows, start=first):
        cells = "".join(xlsx_cell(f"{column_letter(rank)}{line}", value) for rank, value in enumerate(row))
        lines.append(f'<row r="{line}">{cells}</row>')
    return "".join(lines)


def xlsx(sheets, hidden=()):
    """A workbook of sheets, each a list of rows or the raw XML of its rows."""
    names = list(sheets)
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{rank}.xml" ContentType="{TYPE}.worksheet+xml"/>'
        for rank in range(1, len(names) + 1)
    )
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{rank}" r:id="rId{rank}"{" state=" + chr(34) + "hidden" + chr(34) if name in hidden else ""}/>'  # noqa: E501 -- one tag
        for rank, name in enumerate(names, start=1)
    )
    links = "".join(
        f'<Relationship Id="rId{rank}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{rank}.xml"/>'
        for rank in range(1, len(names) + 1)
    )
    entries = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
        f'"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType='
        f'"application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>{overrides}'
        "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/'
        'officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" '
        'applyNumberFormat="1"/></cellXfs></styleSheet>',
    }
    for rank, rows in enumerate(sheets.values(), start=1):
        raw = rows if isinstance(rows, str) else xlsx_rows(rows)
        entries[f"xl/worksheets/sheet{rank}.xml"] = (
            f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{MAIN}"><sheetData>{raw}</sheetData></worksheet>'
        )
    return packed(entries)


def ods_cell(value, repeated=""):
    if value is None:
        return f"<table:table-cell{repeated}/>"
    if isinstance(value, (int, float)):
        return f'<table:table-cell office:value-type="float" office:value="{value}"{repeated}/>'
    texts = "".join(f"<text:p>{escape(piece)}</text:p>" for piece in value.split("\n"))
    return f'<table:table-cell office:value-type="string"{repeated}>{texts}</table:table-cell>'


def ods(sheets, *, manifest=""):
    tables = "".join(
        f'<table:table table:name="{escape(name)}">'
        + (
            rows
            if isinstance(rows, str)
            else "".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows)
        )
        + "</table:table>"
        for name, rows in sheets.items()
    )
    content = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{ODF}:office:1.0" xmlns:table="{ODF}:table:1.0" '
        f'xmlns:text="{ODF}:text:1.0"><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{ODF}:manifest:1.0">{manifest}'
            "</manifest:manifest>",
            "content.xml": content,
        }
    )
