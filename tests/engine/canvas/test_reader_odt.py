"""OpenDocument canvases: lists, boxes, changes, tables, as LibreOffice writes them."""

import io
import zipfile
from xml.sax.saxutils import escape

import pytest

from concertia.engine.canvas.fields import BY_KEY, SECTIONS
from concertia.engine.canvas.reader import read
from concertia.engine.canvas.reading import Status
from concertia.engine.notes import Note
from tests.engine.canvas.test_reader_documents import FILLED, get, seen

NAMES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "form": "urn:oasis:names:tc:opendocument:xmlns:form:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "field": "urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0",
    "loext": "urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
}
STYLES = (
    '<style:style style:name="Barre" style:family="text"><style:text-properties style:text-line-through-style="solid"/>'
    '</style:style><style:style style:name="Cache" style:family="text"><style:text-properties text:display="none"/>'
    '</style:style><style:style style:name="Gras" style:family="text"><style:text-properties fo:font-weight="bold"/>'
    '</style:style><style:style style:name="Ding" style:family="text">'
    '<style:text-properties style:font-name="Wingdings"/>'
    '</style:style><text:list-style style:name="Num"><text:list-level-style-number text:level="1" style:num-suffix="." '
    'style:num-format="1"/><text:list-level-style-number text:level="2" style:num-suffix=")" style:num-format="a"/>'
    '</text:list-style><text:list-style style:name="Puce"><text:list-level-style-bullet text:level="1"/>'
    "</text:list-style>"
)


def p(content: str) -> str:
    return f"<text:p>{content if content.startswith('<') else escape(content)}</text:p>"


def span(style: str, words: str) -> str:
    return f'<text:span text:style-name="{style}">{words}</text:span>'


def canvas(answers: dict[str, str] | None = None, drop: tuple[str, ...] = ()) -> str:
    filled = FILLED | (answers or {})
    body = ""
    for section in SECTIONS:
        body += f"<text:h>{section.number} – {section.title}</text:h>"
        for field in section.fields:
            if field.key in drop:
                continue
            answer = filled[field.key]
            body += p(span("Gras", escape(field.label) + ("*" if field.required else "")) + " : ")
            body += answer if answer.startswith("<") else "".join(p(line) for line in answer.split("\n"))
    return body


def odt(body: str, *, before: str = "") -> bytes:
    spaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMES.items())
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:automatic-styles>{STYLES}'
        f"</office:automatic-styles><office:body><office:text>{before}{body}</office:text></office:body>"
        "</office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text", zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
    return stream.getvalue()


def answer(key: str, words: str, *, before: str = ""):
    reading = read(odt(canvas({key: words}), before=before))
    assert [one.key for one in reading.fields if one.key != key and one.status is not Status.READ] == []
    return get(reading, key)


def test_canvas_is_read_whole():
    reading = read(odt(canvas()), "canevas.odt")
    assert {one.status for one in reading.fields} == {Status.READ}
    assert reading.notes == ()


LIST = "tirage au sort", "recrutement ciblé", "appel à manifestation"


def mark(kind: str, ticked: bool) -> str:
    state = "true" if ticked else "false"
    return {
        "glyph": "☑" if ticked else "☐",
        "wingdings": span("Ding", "þ" if ticked else "¨"),
        "private": "\uf0fe" if ticked else "\uf0a8",
        "content control": f'<loext:content-control loext:checkbox="true" loext:checked="{state}">'
        f"{'☒' if ticked else '☐'}</loext:content-control>",
        "field mark": '<field:fieldmark field:type="vnd.oasis.opendocument.field.FORMCHECKBOX"><field:param '
        f'field:name="Checkbox_Checked" field:value="{state}"/></field:fieldmark>',
        "form": f'<draw:control draw:control="{"on" if ticked else "off"}"/>',
    }[kind]


FORMS = (
    '<office:forms><form:form><form:checkbox form:id="on" form:current-state="checked"/>'
    '<form:checkbox form:id="off" form:current-state="unchecked"/></form:form></office:forms>'
)


@pytest.mark.parametrize("kind", ["glyph", "wingdings", "private", "content control", "field mark", "form"])
def test_boxes_of_every_make_are_read(kind):
    line = (
        "<text:span>" + " ".join(f"{mark(kind, rank == 1)} {words}" for rank, words in enumerate(LIST)) + "</text:span>"
    )
    reading = answer("recrutement", p(line), before=FORMS)
    assert seen(reading) == ("lu", {"choix": ["recrutement ciblé"], "autre": None}, "")


def test_box_whose_glyph_and_state_differ_is_confirmed():
    control = (
        '<loext:content-control loext:checkbox="true" loext:checked="true">☐</loext:content-control> tirage au sort'
    )
    assert seen(answer("recrutement", p(control)))[2] == "choices.box_unclear"


def test_lists_keep_their_items_apart():
    def item(words: str, inner: str = "") -> str:
        return f"<text:list-item>{p(words)}{inner}</text:list-item>"

    inner = f"<text:list>{item('dont l’accueil')}</text:list>"
    numbered = f'<text:list text:style-name="Num">{item("Former", inner)}{item("Publier")}</text:list>'
    assert answer("propositions", numbered).value == "1. Former\n  a) dont l’accueil\n2. Publier"
    bullets = f'<text:list text:style-name="Puce">{item("Coût")}{item("Délai")}</text:list>'
    assert answer("points_vigilance", bullets).value == "- Coût\n- Délai"
    more = '<text:list text:style-name="Num" text:continue-numbering="true">' + item("Relire") + "</text:list>"
    assert answer("propositions", numbered + more).value.endswith("2. Publier\n3. Relire")


def test_changes_comments_and_notes():
    deletion = f"<text:changed-region><text:deletion>{p('Ville A')}</text:deletion></text:changed-region>"
    deleted = f"<text:tracked-changes>{deletion}</text:tracked-changes>"
    words = '<text:change text:change-id="c"/>Ville B<office:annotation>' + p("Sûr ?") + "</office:annotation>"
    body = f"<text:note-body>{p('Depuis 2020')}</text:note-body>"
    note = f"<text:note><text:note-citation>1</text:note-citation>{body}</text:note>"
    reading = read(odt(canvas({"collectivite": p(words + note)}), before=deleted))
    assert seen(get(reading, "collectivite")) == ("lu", "Ville B", "")
    assert reading.notes == (
        Note("document.tracked_changes", {"count": 1}),
        Note("text.footnote", {"text": "Depuis 2020"}),
    )


def test_spaces_breaks_hidden_and_struck_text():
    assert answer(
        "objectifs", p("<text:s/>Un<text:s text:c='3'/>deux<text:line-break/>trois<text:tab/>quatre")
    ).value == ("Un deux\ntrois quatre")
    assert answer("objectifs", p(span("Cache", "secret") + "Écouter")).value == "Écouter"
    assert seen(answer("objectifs", p(span("Barre", "Convaincre ") + "Écouter"))) == (
        "a_confirmer",
        "Convaincre Écouter",
        "text.struck",
    )
    assert seen(answer("recrutement", p("".join(span("Barre", w + " ") for w in LIST[1:]) + LIST[0]))) == (
        "a_confirmer",
        {"choix": ["tirage au sort"], "autre": None},
        "choices.struck",
    )


def test_prompts_and_drop_downs():
    assert seen(answer("objectifs", p("<text:placeholder>Écrire ici</text:placeholder>"))) == ("non_trouve", None, "")
    prompt = '<loext:content-control loext:showing-place-holder="true">Choisir</loext:content-control>'
    assert seen(answer("collectivite", p(prompt))) == ("non_trouve", None, "")
    choices = '<text:label text:value="A"/><text:label text:value="B" text:current-selected="true"/>'
    chosen = f"<text:drop-down>{choices}B</text:drop-down>"
    assert answer("collectivite", p(chosen)).value == "B"


def test_text_frame_is_read_after_its_paragraph():
    frame = "<draw:frame><draw:text-box>" + p("Ville de Bourg") + "</draw:text-box></draw:frame>"
    assert seen(answer("collectivite", p(frame))) == ("lu", "Ville de Bourg", "")


def test_hidden_address_is_shown():
    link = '<text:a xlink:href="https://bourg.example/a">les actes</text:a>'
    assert seen(answer("acces_ressources", p(link))) == (
        "a_confirmer",
        "les actes\nhttps://bourg.example/a",
        "urls.in_link",
    )


def test_table_of_labels_and_answers():
    rows = "".join(
        f"<table:table-row><table:table-cell>{p(BY_KEY[key].label)}</table:table-cell><table:table-cell>"
        f"{''.join(p(line) for line in words.split(chr(10)))}</table:table-cell></table:table-row>"
        for key, words in FILLED.items()
    )
    reading = read(odt(f"<table:table>{rows}</table:table>"))
    assert {one.status for one in reading.fields} == {Status.READ}
    assert get(reading, "collectivite").place.table == 1
    assert (get(reading, "amo").place.row, get(reading, "amo").place.column) == (5, 2)
