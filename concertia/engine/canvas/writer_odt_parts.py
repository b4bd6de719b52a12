"""The fixed parts of the OpenDocument text: manifest, styles, settings."""

from __future__ import annotations

NAMESPACES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xlink": "http://www.w3.org/1999/xlink",
}
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
MIMETYPE = "application/vnd.oasis.opendocument.text"
INK, SOFT_INK, ACT, WASH, LINE = "#1c2330", "#4a5160", "#0b5a61", "#f0f5f4", "#d9d4c7"

MANIFEST = (
    f'{HEAD}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
    ' manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{MIMETYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    '<manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/>'
    '<manifest:file-entry manifest:full-path="meta.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


def _paragraph(
    name: str,
    shown: str = "",
    *,
    of: str = "Standard",
    then: str = "",
    more: str = "",
    par: str = "",
    run: str = "",
    inside: str = "",
) -> str:
    """A paragraph style; `more` are attributes of the style, `inside` what its paragraph properties hold."""
    return (
        f'<style:style style:name="{name}" style:family="paragraph"'
        + (f' style:display-name="{shown}"' if shown else "")
        + (f' style:parent-style-name="{of}"' if of else "")
        + (f' style:next-style-name="{then}"' if then else "")
        + f" {more}><style:paragraph-properties {par}>{inside}</style:paragraph-properties>"
        + f"<style:text-properties {run}/></style:style>"
    )


def _text(name: str, run: str, shown: str = "") -> str:
    display = f' style:display-name="{shown}"' if shown else ""
    return f'<style:style style:name="{name}"{display} style:family="text"><style:text-properties {run}/></style:style>'


BOLD = 'fo:font-weight="bold" style:font-weight-asian="bold" style:font-weight-complex="bold"'
STYLES = (
    f"{HEAD}<office:document-styles "
    + " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    + ' office:version="1.3"><office:font-face-decls><style:font-face style:name="Arial"'
    ' svg:font-family="Arial, \'Liberation Sans\'" style:font-family-generic="swiss"/></office:font-face-decls>'
    '<office:styles><style:default-style style:family="paragraph"><style:paragraph-properties'
    ' style:tab-stop-distance="1.25cm" style:writing-mode="lr-tb" fo:orphans="2" fo:widows="2"/>'
    f'<style:text-properties style:font-name="Arial" fo:color="{INK}" fo:font-size="10.5pt" fo:language="fr"'
    ' fo:country="FR" style:language-asian="fr" style:country-asian="FR" fo:hyphenate="false"/>'
    "</style:default-style>"
    + _paragraph(
        "Standard",
        of="",
        more='style:class="text"',
        par='fo:margin-top="0cm" fo:margin-bottom="0.21cm" fo:line-height="120%"',
    )
    + _paragraph(
        "Title",
        then="Subtitle",
        more='style:class="chapter"',
        par='fo:margin-bottom="0.07cm" fo:line-height="105%" fo:keep-with-next="always"',
        run=f'fo:color="{ACT}" fo:font-size="18pt" {BOLD}',
    )
    + _paragraph(
        "Subtitle",
        then="Standard",
        more='style:class="chapter"',
        par=f'fo:margin-bottom="0.42cm" fo:padding-bottom="0.28cm" fo:border-bottom="1pt solid {ACT}"',
        run=f'fo:color="{SOFT_INK}" fo:font-size="13pt"',
    )
    + _paragraph(
        "Heading_20_1",
        "Heading 1",
        then="List_20_Bullet",
        more='style:default-outline-level="1" style:class="text"',
        par='fo:margin-top="0.78cm" fo:margin-bottom="0.21cm" fo:line-height="105%" fo:keep-with-next="always"',
        run=f'fo:color="{ACT}" fo:font-size="14pt" {BOLD}',
    )
    + _paragraph(
        "List_20_Bullet",
        "List Bullet",
        then="Reponse",
        more='style:class="list"',
        par='fo:margin-top="0.42cm" fo:margin-bottom="0.14cm" fo:keep-with-next="always" fo:keep-together="always"',
    )
    + _paragraph(
        "Reponse",
        "Réponse",
        then="Reponse",
        par='fo:margin-left="0.8cm" fo:margin-top="0cm" fo:margin-bottom="0cm" fo:line-height="130%"'
        f' fo:background-color="{WASH}" fo:border-left="2.25pt solid {ACT}" fo:padding-left="0.28cm"'
        f' fo:border-top="0.5pt solid {WASH}" fo:border-bottom="0.5pt solid {WASH}" fo:border-right="none"'
        ' fo:padding-top="0.1cm" fo:padding-bottom="0.1cm"'
        ' style:join-border="true"',
    )
    + _paragraph("Choix", of="Reponse", then="Choix", par='fo:margin-left="1.4cm" fo:text-indent="-0.6cm"')
    + _paragraph("Remarque", then="Standard", run=f'fo:color="{SOFT_INK}" fo:font-size="9.5pt"')
    + _paragraph(
        "Footer",
        more='style:class="extra"',
        par=f'fo:margin-bottom="0cm" fo:padding-top="0.2cm" fo:border-top="0.5pt solid {LINE}"',
        inside='<style:tab-stops><style:tab-stop style:position="17cm" style:type="right"/></style:tab-stops>',
        run=f'fo:color="{SOFT_INK}" fo:font-size="8.5pt"',
    )
    + _text("Strong_20_Emphasis", BOLD, "Strong Emphasis")
    + _text("Consigne", f'fo:font-style="italic" fo:color="{SOFT_INK}"')
    + _text("Internet_20_link", f'fo:color="{ACT}" style:text-underline-style="solid"', "Internet link")
    + _text("Puce", f'fo:color="{ACT}"')
    + '<text:list-style style:name="Questions"><text:list-level-style-bullet text:level="1" text:style-name="Puce"'
    ' text:bullet-char="•"><style:list-level-properties text:list-level-position-and-space-mode="label-alignment">'
    '<style:list-level-label-alignment text:label-followed-by="listtab" text:list-tab-stop-position="0.5cm"'
    ' fo:text-indent="-0.5cm" fo:margin-left="0.5cm"/></style:list-level-properties></text:list-level-style-bullet>'
    "</text:list-style></office:styles>"
    '<office:automatic-styles><style:page-layout style:name="A4"><style:page-layout-properties fo:page-width="21cm"'
    ' fo:page-height="29.7cm" style:print-orientation="portrait" fo:margin-top="2cm" fo:margin-bottom="1.2cm"'
    ' fo:margin-left="2cm" fo:margin-right="2cm" style:writing-mode="lr-tb"/><style:footer-style>'
    '<style:header-footer-properties fo:min-height="0.8cm" fo:margin-top="0.4cm"/></style:footer-style>'
    "</style:page-layout></office:automatic-styles>"
    '<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="A4"><style:footer>'
    '<text:p text:style-name="Footer">Concertations territoriales de l’IA – canevas de documentation<text:tab/>'
    '<text:page-number text:select-page="current">1</text:page-number> / <text:page-count>1</text:page-count></text:p>'
    "</style:footer></style:master-page></office:master-styles></office:document-styles>"
)
