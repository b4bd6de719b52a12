"""The fixed parts of the OpenDocument text of a report: manifest, styles."""

from __future__ import annotations

from collections.abc import Iterable

NAMESPACES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xlink": "http://www.w3.org/1999/xlink",
}
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
MIMETYPE = "application/vnd.oasis.opendocument.text"
TEXT_WIDTH = 17.0  # centimetres
INK, SOFT, ACT, WASH, LINE = "#1c2330", "#4a5160", "#0b5a61", "#f0f5f4", "#d9d4c7"
BOLD = 'fo:font-weight="bold" style:font-weight-asian="bold" style:font-weight-complex="bold"'
KEPT = 'fo:keep-with-next="always"'


def manifest(pictures: Iterable[str]) -> str:
    """The list of the parts; pictures are SVG."""
    parts = [("content.xml", "text/xml"), ("styles.xml", "text/xml"), ("meta.xml", "text/xml")]
    parts += [(name, "image/svg+xml") for name in pictures]
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{kind}"/>' for name, kind in parts
    )
    return (
        f'{HEAD}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
        ' manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:version="1.3"'
        f' manifest:media-type="{MIMETYPE}"/>{entries}</manifest:manifest>'
    )


def _paragraph(
    name: str, *, of: str = "Standard", shown: str = "", more: str = "", par: str = "", run: str = ""
) -> str:
    return (
        f'<style:style style:name="{name}" style:family="paragraph"'
        + (f' style:display-name="{shown}"' if shown else "")
        + (f' style:parent-style-name="{of}"' if of else "")
        + f" {more}><style:paragraph-properties {par}/><style:text-properties {run}/></style:style>"
    )


def _heading(level: int, size: str, colour: str, above: str) -> str:
    return _paragraph(
        f"Heading_20_{level}",
        shown=f"Heading {level}",
        more=f'style:default-outline-level="{level}" style:class="text"',
        par=f'fo:margin-top="{above}" fo:margin-bottom="0.2cm" {KEPT}',
        run=f'fo:color="{colour}" fo:font-size="{size}" {BOLD}',
    )


def column_name(share: int, of: int) -> str:
    """The style of a column that takes this share of its table."""
    return f"Colonne{share}sur{of}"


def _column(share: int, of: int) -> str:
    return (
        f'<style:style style:name="{column_name(share, of)}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{TEXT_WIDTH * share / of:.2f}cm"/></style:style>'
    )


def _cell(name: str, more: str) -> str:
    return (
        f'<style:style style:name="{name}" style:family="table-cell"><style:table-cell-properties'
        f' fo:padding="0.12cm" {more}/></style:style>'
    )


_DECLARED = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
_FLAT = 'fo:margin-top="0cm" fo:margin-bottom="0cm"'
_VOICE = f'fo:margin-left="0.6cm" fo:padding-left="0.3cm" fo:border-left="2pt solid {ACT}" style:join-border="true"'
STYLES = (
    f"{HEAD}<office:document-styles {_DECLARED}"
    ' office:version="1.3"><office:font-face-decls><style:font-face style:name="Arial"'
    ' svg:font-family="Arial, \'Liberation Sans\'" style:font-family-generic="swiss"/></office:font-face-decls>'
    '<office:styles><style:default-style style:family="paragraph"><style:paragraph-properties'
    ' style:tab-stop-distance="1.25cm" style:writing-mode="lr-tb" fo:orphans="2" fo:widows="2"/>'
    f'<style:text-properties style:font-name="Arial" fo:color="{INK}" fo:font-size="10.5pt" fo:language="fr"'
    ' fo:country="FR" style:language-asian="fr" style:country-asian="FR" fo:hyphenate="false"/>'
    "</style:default-style>"
    '<style:default-style style:family="table"><style:table-properties table:border-model="collapsing"/>'
    "</style:default-style>"
    + _paragraph("Standard", of="", more='style:class="text"', par='fo:line-height="120%"')
    + _paragraph("Text_20_body", shown="Text body", more='style:class="text"', par='fo:margin-bottom="0.25cm"')
    + _paragraph(
        "Title",
        more='style:class="chapter" style:default-outline-level="1"',
        par=f'fo:margin-bottom="0.1cm" fo:line-height="105%" {KEPT}',
        run=f'fo:color="{ACT}" fo:font-size="20pt" {BOLD}',
    )
    + _paragraph(
        "Subtitle",
        more='style:class="chapter"',
        par=f'fo:margin-bottom="0.4cm" fo:padding-bottom="0.2cm" fo:border-bottom="1pt solid {ACT}"',
        run=f'fo:color="{SOFT}" fo:font-size="12pt"',
    )
    + _heading(2, "14pt", ACT, "0.8cm")
    + _heading(3, "12pt", INK, "0.6cm")
    + _heading(4, "11pt", INK, "0.5cm")
    + _heading(5, "10.5pt", INK, "0.4cm")
    + _heading(6, "10.5pt", SOFT, "0.4cm")
    + _paragraph("Petit", of="Text_20_body", run=f'fo:color="{SOFT}" fo:font-size="9.5pt"')
    + _paragraph(
        "Encart",
        of="Text_20_body",
        par=f'fo:background-color="{WASH}" fo:border-left="2pt solid {ACT}" fo:padding="0.25cm"',
    )
    + _paragraph("Liste", of="Text_20_body", par='fo:margin-bottom="0.12cm"')
    + _paragraph(
        "Legende", of="Petit", par=f'fo:margin-top="0.3cm" fo:margin-bottom="0.1cm" {KEPT}', run=f'fo:color="{SOFT}"'
    )
    + _paragraph(
        "Quotations", par=f'{_VOICE} fo:margin-top="0.2cm" fo:margin-bottom="0cm" {KEPT}', run='fo:font-size="11pt"'
    )
    + _paragraph(
        "Origine",
        par=f'{_VOICE} fo:margin-top="0cm" fo:margin-bottom="0.3cm"',
        run=f'fo:color="{SOFT}" fo:font-size="9.5pt"',
    )
    + _paragraph("Entete_texte", par=f"{_FLAT} {KEPT}", run=BOLD)
    + _paragraph("Entete_nombre", of="Entete_texte", par='fo:text-align="end"', run=BOLD)
    + _paragraph("Cellule_texte", par=_FLAT, run='fo:font-size="10pt"')
    + _paragraph("Cellule_nombre", of="Cellule_texte", par='fo:text-align="end"', run='fo:font-size="10pt"')
    + _paragraph(
        "Footer", more='style:class="extra"', par='fo:text-align="end"', run=f'fo:color="{SOFT}" fo:font-size="8.5pt"'
    )
    + f'<style:style style:name="Strong_20_Emphasis" style:display-name="Strong Emphasis" style:family="text">'
    f"<style:text-properties {BOLD}/></style:style>"
    f'<style:style style:name="Sobre" style:family="text"><style:text-properties fo:color="{SOFT}"/></style:style>'
    '<style:style style:name="Image" style:family="graphic"><style:graphic-properties style:vertical-pos="top"'
    ' style:vertical-rel="baseline"/></style:style>'
    + '<text:list-style style:name="Puces"><text:list-level-style-bullet text:level="1" text:bullet-char="•">'
    '<style:list-level-properties text:list-level-position-and-space-mode="label-alignment">'
    '<style:list-level-label-alignment text:label-followed-by="listtab" text:list-tab-stop-position="0.5cm"'
    ' fo:text-indent="-0.5cm" fo:margin-left="0.5cm"/></style:list-level-properties></text:list-level-style-bullet>'
    "</text:list-style></office:styles>"
    '<office:automatic-styles><style:page-layout style:name="A4"><style:page-layout-properties fo:page-width="21cm"'
    ' fo:page-height="29.7cm" style:print-orientation="portrait" fo:margin-top="2cm" fo:margin-bottom="1.2cm"'
    ' fo:margin-left="2cm" fo:margin-right="2cm" style:writing-mode="lr-tb"/><style:footer-style>'
    '<style:header-footer-properties fo:min-height="0.8cm" fo:margin-top="0.4cm"/></style:footer-style>'
    "</style:page-layout></office:automatic-styles>"
    '<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="A4"><style:footer>'
    '<text:p text:style-name="Footer"><text:page-number text:select-page="current">1</text:page-number> / '
    "<text:page-count>1</text:page-count></text:p></style:footer></style:master-page></office:master-styles>"
    "</office:document-styles>"
)


# Looks of tables belong to the content: OpenDocument takes them from nowhere else.
def table_styles(columns: Iterable[tuple[int, int]]) -> str:
    """The looks of the tables; `columns` are the shares that theirs take: [(share, of)]."""
    return (
        f"<office:automatic-styles {_DECLARED}>"
        '<style:style style:name="Tableau" style:family="table"><style:table-properties style:width="17cm"'
        ' table:align="margins" fo:margin-bottom="0.2cm"/></style:style>'
        '<style:style style:name="Ligne" style:family="table-row">'
        '<style:table-row-properties fo:keep-together="always"/></style:style>'
        + "".join(_column(share, of) for share, of in columns)
        + _cell("Entete", f'fo:border-bottom="1pt solid {ACT}"')
        + _cell("Cellule", f'fo:border-bottom="0.5pt solid {LINE}"')
        + "</office:automatic-styles>"
    )
