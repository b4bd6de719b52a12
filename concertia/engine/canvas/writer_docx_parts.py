"""The fixed parts of the Word document: styles, list, settings, footer."""

from __future__ import annotations

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PART = "application/vnd.openxmlformats-officedocument.wordprocessingml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"

INK, SOFT_INK, ACT, WASH, LINE = "1C2330", "4A5160", "0B5A61", "F0F5F4", "D9D4C7"

CONTENT_TYPES = (
    f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{PART}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{PART}.styles+xml"/>'
    f'<Override PartName="/word/numbering.xml" ContentType="{PART}.numbering+xml"/>'
    f'<Override PartName="/word/settings.xml" ContentType="{PART}.settings+xml"/>'
    f'<Override PartName="/word/fontTable.xml" ContentType="{PART}.fontTable+xml"/>'
    f'<Override PartName="/word/footer1.xml" ContentType="{PART}.footer+xml"/>'
    '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
    '<Override PartName="/docProps/app.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/></Types>'
)
ROOT_RELATIONS = (
    f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    f'<Relationship Id="rId3" Type="{OFFICE}/extended-properties" Target="docProps/app.xml"/></Relationships>'
)
RELATIONS = (
    f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId2" Type="{OFFICE}/numbering" Target="numbering.xml"/>'
    f'<Relationship Id="rId3" Type="{OFFICE}/settings" Target="settings.xml"/>'
    f'<Relationship Id="rId4" Type="{OFFICE}/fontTable" Target="fontTable.xml"/>'
    f'<Relationship Id="rId5" Type="{OFFICE}/footer" Target="footer1.xml"/></Relationships>'
)
FOOTER_ID = "rId5"
APP = (
    f'{HEAD}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>Concertia</Application></Properties>"
)
SETTINGS = (
    f'{HEAD}<w:settings xmlns:w="{W}"><w:zoom w:percent="100"/><w:defaultTabStop w:val="708"/>'
    '<w:characterSpacingControl w:val="doNotCompress"/><w:compat>'
    '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
    '</w:compat><w:themeFontLang w:val="fr-FR"/><w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/></w:settings>'
)
FONTS = (
    f'{HEAD}<w:fonts xmlns:w="{W}"><w:font w:name="Arial"><w:charset w:val="00"/><w:family w:val="swiss"/>'
    '<w:pitch w:val="variable"/></w:font><w:font w:name="MS Gothic"><w:altName w:val="Segoe UI Symbol"/>'
    '<w:charset w:val="80"/><w:family w:val="modern"/><w:pitch w:val="fixed"/></w:font></w:fonts>'
)
NUMBERING = (
    f'{HEAD}<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="singleLevel"/>'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:pStyle w:val="ListBullet"/>'
    '<w:lvlText w:val="•"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="284" w:hanging="284"/></w:pPr>'
    f'<w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial"/><w:color w:val="{ACT}"/></w:rPr></w:lvl>'
    '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)


def _style(kind: str, key: str, name: str, *, of: str = "", then: str = "", par: str = "", run: str = "") -> str:
    based = f'<w:basedOn w:val="{of}"/>' if of else ""
    following = f'<w:next w:val="{then}"/>' if then else ""
    custom = ' w:customStyle="1"' if name in ("Réponse", "Choix", "Consigne", "Remarque", "Renseigné") else ""
    return (
        f'<w:style w:type="{kind}" w:styleId="{key}"{custom}><w:name w:val="{name}"/>{based}{following}<w:qFormat/>'
        + (f"<w:pPr>{par}</w:pPr>" if par else "")
        + (f"<w:rPr>{run}</w:rPr>" if run else "")
        + "</w:style>"
    )


STYLES = (
    f'{HEAD}<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr>'
    '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="Arial" w:cs="Arial"/>'
    f'<w:color w:val="{INK}"/><w:sz w:val="21"/><w:szCs w:val="21"/>'
    '<w:lang w:val="fr-FR" w:eastAsia="fr-FR" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
    '<w:pPrDefault><w:pPr><w:spacing w:after="120" w:line="276" w:lineRule="auto"/></w:pPr></w:pPrDefault>'
    "</w:docDefaults>"
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
    '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
    '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
    + _style(
        "paragraph",
        "Title",
        "Title",
        of="Normal",
        then="Subtitle",
        par='<w:keepNext/><w:spacing w:before="0" w:after="40" w:line="240" w:lineRule="auto"/>',
        run=f'<w:b/><w:bCs/><w:color w:val="{ACT}"/><w:sz w:val="36"/><w:szCs w:val="36"/>',
    )
    + _style(
        "paragraph",
        "Subtitle",
        "Subtitle",
        of="Normal",
        then="Normal",
        par=f'<w:pBdr><w:bottom w:val="single" w:sz="8" w:space="8" w:color="{ACT}"/></w:pBdr>'
        '<w:spacing w:after="240"/>',
        run=f'<w:color w:val="{SOFT_INK}"/><w:sz w:val="26"/><w:szCs w:val="26"/>',
    )
    + _style(
        "paragraph",
        "Heading1",
        "heading 1",
        of="Normal",
        then="ListBullet",
        par='<w:keepNext/><w:keepLines/><w:spacing w:before="440" w:after="120" w:line="240" w:lineRule="auto"/>'
        '<w:outlineLvl w:val="0"/>',
        run=f'<w:b/><w:bCs/><w:color w:val="{ACT}"/><w:sz w:val="28"/><w:szCs w:val="28"/>',
    )
    + _style(
        "paragraph",
        "ListBullet",
        "List Bullet",
        of="Normal",
        then="Reponse",
        par='<w:keepNext/><w:keepLines/><w:numPr><w:numId w:val="1"/></w:numPr><w:spacing w:before="240" w:after="80"/>'
        '<w:ind w:left="284" w:hanging="284"/>',
    )
    + _style(
        "paragraph",
        "Reponse",
        "Réponse",
        of="Normal",
        then="Reponse",
        par=f'<w:pBdr><w:top w:val="single" w:sz="4" w:space="3" w:color="{WASH}"/>'
        f'<w:left w:val="single" w:sz="18" w:space="8" w:color="{ACT}"/>'
        f'<w:bottom w:val="single" w:sz="4" w:space="3" w:color="{WASH}"/></w:pBdr>'
        f'<w:shd w:val="clear" w:color="auto" w:fill="{WASH}"/><w:spacing w:before="0" w:after="0" w:line="300"'
        ' w:lineRule="auto"/><w:ind w:left="454"/>',
    )
    + _style("paragraph", "Choix", "Choix", of="Reponse", then="Choix", par='<w:ind w:left="794" w:hanging="340"/>')
    + _style(
        "paragraph",
        "Remarque",
        "Remarque",
        of="Normal",
        then="Normal",
        run=f'<w:color w:val="{SOFT_INK}"/><w:sz w:val="19"/><w:szCs w:val="19"/>',
    )
    + _style(
        "paragraph",
        "Footer",
        "footer",
        of="Normal",
        par=f'<w:pBdr><w:top w:val="single" w:sz="4" w:space="6" w:color="{LINE}"/></w:pBdr>'
        '<w:tabs><w:tab w:val="right" w:pos="9638"/></w:tabs><w:spacing w:after="0"/>',
        run=f'<w:color w:val="{SOFT_INK}"/><w:sz w:val="17"/><w:szCs w:val="17"/>',
    )
    + _style("character", "Strong", "Strong", run="<w:b/><w:bCs/>")
    + _style("character", "Consigne", "Consigne", run=f'<w:i/><w:iCs/><w:color w:val="{SOFT_INK}"/>')
    + _style("character", "PlaceholderText", "Placeholder Text", run=f'<w:color w:val="{SOFT_INK}"/>')
    + "</w:styles>"
)
FOOTER = (
    f'{HEAD}<w:ftr xmlns:w="{W}"><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>'
    "<w:r><w:t>Concertations territoriales de l’IA – canevas de documentation</w:t></w:r>"
    '<w:r><w:tab/></w:r><w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    '<w:r><w:t xml:space="preserve"> / </w:t></w:r>'
    '<w:fldSimple w:instr=" NUMPAGES "><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p></w:ftr>'
)
