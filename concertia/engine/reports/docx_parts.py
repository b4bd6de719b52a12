"""The fixed parts of the Word document of a report: styles, list, settings, footer."""

from __future__ import annotations

from collections.abc import Sequence

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
P = "http://schemas.openxmlformats.org/drawingml/2006/picture"
PICTURES = P
SVG_BLIP = ("{96DAC541-7B7A-43D3-8B79-37D633B846F1}", "http://schemas.microsoft.com/office/drawing/2016/SVG/main")
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PART = "application/vnd.openxmlformats-officedocument.wordprocessingml"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
INK, SOFT, ACT, WASH, LINE = "1C2330", "4A5160", "0B5A61", "F0F5F4", "D9D4C7"

TYPES = (
    f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
    '<Default Extension="svg" ContentType="image/svg+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{PART}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{PART}.styles+xml"/>'
    f'<Override PartName="/word/numbering.xml" ContentType="{PART}.numbering+xml"/>'
    f'<Override PartName="/word/settings.xml" ContentType="{PART}.settings+xml"/>'
    f'<Override PartName="/word/footer1.xml" ContentType="{PART}.footer+xml"/>'
    '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
    "</Types>"
)
ROOT_RELATIONS = (
    f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{R}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    "</Relationships>"
)


def relations(charts: Sequence[str]) -> str:
    """What the document leads to: its fixed parts, then each chart as PNG and as SVG."""
    fixed = ("styles", "numbering", "settings")
    rows = [f'<Relationship Id="rId{n}" Type="{R}/{one}" Target="{one}.xml"/>' for n, one in enumerate(fixed, 1)]
    rows.append(f'<Relationship Id="rId4" Type="{R}/footer" Target="footer1.xml"/>')
    for rank, key in enumerate(charts, 1):
        rows += [
            f'<Relationship Id="{kind}{rank}" Type="{R}/image" Target="media/{key}.{kind}"/>' for kind in ("png", "svg")
        ]
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{"".join(rows)}</Relationships>'


def _style(name: str, shown: str, par: str = "", run: str = "", of: str = "Normal", more: str = "") -> str:
    based = f'<w:basedOn w:val="{of}"/>' if of else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{name}"{more}><w:name w:val="{shown}"/>{based}<w:qFormat/>'
        f"<w:pPr>{par}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def _space(before: int, after: int, line: int = 288) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="auto"/>'


def _heading(level: int, half_points: int, colour: str, before: int) -> str:
    return _style(
        f"Heading{level}",
        f"heading {level}",
        f'<w:keepNext/>{_space(before, 100, 252)}<w:outlineLvl w:val="{level - 1}"/>',
        f'<w:b/><w:color w:val="{colour}"/><w:sz w:val="{half_points}"/>',
    )


def _left(colour: str) -> str:
    return f'<w:pBdr><w:left w:val="single" w:sz="16" w:space="8" w:color="{colour}"/></w:pBdr>'


STYLES = (
    f'{HEAD}<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr>'
    '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="Arial" w:cs="Arial"/>'
    f'<w:color w:val="{INK}"/><w:sz w:val="21"/><w:szCs w:val="21"/>'
    '<w:lang w:val="fr-FR" w:eastAsia="fr-FR" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
    + _style("Normal", "Normal", _space(0, 140), of="", more=' w:default="1"')
    + _style(
        "Title",
        "Title",
        f'<w:keepNext/>{_space(0, 60, 252)}<w:outlineLvl w:val="0"/>',
        f'<w:b/><w:color w:val="{ACT}"/><w:sz w:val="40"/>',
    )
    + _style(
        "Subtitle",
        "Subtitle",
        f'<w:pBdr><w:bottom w:val="single" w:sz="8" w:space="6" w:color="{ACT}"/></w:pBdr>{_space(0, 220)}',
        f'<w:color w:val="{SOFT}"/><w:sz w:val="24"/>',
    )
    + _heading(2, 28, ACT, 420)
    + _heading(3, 24, INK, 320)
    + _heading(4, 22, INK, 260)
    + _heading(5, 21, INK, 220)
    + _heading(6, 21, SOFT, 220)
    + _style("Petit", "Petit", _space(0, 120), f'<w:color w:val="{SOFT}"/><w:sz w:val="19"/>')
    + _style(
        "Encart",
        "Encart",
        f'{_left(ACT)}<w:shd w:val="clear" w:color="auto" w:fill="{WASH}"/>{_space(120, 160)}<w:ind w:left="200"/>',
    )
    + _style("Quote", "Quote", f'<w:keepNext/>{_left(ACT)}{_space(100, 0)}<w:ind w:left="340"/>', '<w:sz w:val="22"/>')
    + _style(
        "Origine",
        "Origine",
        f'{_left(ACT)}{_space(0, 180)}<w:ind w:left="340"/>',
        f'<w:color w:val="{SOFT}"/><w:sz w:val="19"/>',
    )
    + _style("ListBullet", "List Bullet", '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>' + _space(0, 80))
    + _style("Caption", "caption", f"<w:keepNext/>{_space(160, 60)}", f'<w:color w:val="{SOFT}"/><w:sz w:val="19"/>')
    + _style("CelluleTexte", "Cellule texte", _space(40, 40, 252), '<w:sz w:val="20"/>')
    + _style("CelluleNombre", "Cellule nombre", _space(40, 40, 252) + '<w:jc w:val="right"/>', '<w:sz w:val="20"/>')
    + _style("Footer", "footer", '<w:jc w:val="right"/>', f'<w:color w:val="{SOFT}"/><w:sz w:val="17"/>')
    + '<w:style w:type="table" w:styleId="Tableau"><w:name w:val="Tableau"/><w:tblPr><w:tblBorders>'
    f'<w:bottom w:val="single" w:sz="4" w:color="{LINE}"/><w:insideH w:val="single" w:sz="4" w:color="{LINE}"/>'
    '</w:tblBorders></w:tblPr><w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr><w:tcBorders>'
    f'<w:bottom w:val="single" w:sz="8" w:color="{ACT}"/></w:tcBorders></w:tcPr></w:tblStylePr></w:style></w:styles>'
)
NUMBERING = (
    f'{HEAD}<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="hybridMultilevel"/>'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/><w:lvlJc w:val="left"/>'
    '<w:pPr><w:ind w:left="360" w:hanging="280"/></w:pPr></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)
SETTINGS = (
    f'{HEAD}<w:settings xmlns:w="{W}"><w:defaultTabStop w:val="709"/><w:themeFontLang w:val="fr-FR"/>'
    '<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word"'
    ' w:val="15"/></w:compat></w:settings>'
)
FOOTER = (
    f'{HEAD}<w:ftr xmlns:w="{W}"><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>'
    '<w:fldSimple w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple><w:r><w:t xml:space="preserve"> / </w:t></w:r>'
    '<w:fldSimple w:instr="NUMPAGES"><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p></w:ftr>'
)
