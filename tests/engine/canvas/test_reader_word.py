"""What Word and its cousins write inside a .docx: controls, forms, symbols, changes, fields, text boxes, lists."""

import pytest

from concertia.engine.canvas.reader import read
from concertia.engine.notes import Note
from tests.engine.canvas.test_reader_documents import (
    STRICT,
    answer,
    canvas,
    cell,
    docx,
    get,
    label_runs,
    p,
    read_canvas,
    run,
    seen,
    table,
)

LIST = "tirage au sort", "recrutement ciblé", "appel à manifestation"


def control_box(checked: str, glyph: str, font: str = "MS Gothic") -> str:
    shown = run(glyph, extra=f'<w:rFonts w:ascii="{font}"/>')
    return (
        f'<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{checked}"/></w14:checkbox></w:sdtPr>'
        f"<w:sdtContent>{shown}</w:sdtContent></w:sdt>"
    )


def form_box(inner: str) -> str:
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox>{inner}</w:checkBox></w:ffData></w:fldChar></w:r>'
        '<w:r><w:instrText xml:space="preserve"> FORMCHECKBOX </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def symbol_box(char: str, font: str = "Wingdings") -> str:
    return f'<w:r><w:sym w:font="{font}" w:char="{char}"/></w:r>'


def boxed(*boxes: str) -> str:
    return p("".join(box + run(f" {label} ") for box, label in zip(boxes, LIST, strict=True)))


CHOSEN = ("lu", {"choix": ["recrutement ciblé"], "autre": None}, "")


@pytest.mark.parametrize(
    ("empty", "ticked"),
    [
        (control_box("0", "☐"), control_box("1", "☒")),
        (control_box("0", "☐"), control_box("1", "þ", "Wingdings")),
        (control_box("false", "¨", "Wingdings"), control_box("true", "ý", "Wingdings")),
        (form_box('<w:default w:val="0"/>'), form_box('<w:default w:val="0"/><w:checked/>')),
        (form_box('<w:default w:val="1"/><w:checked w:val="0"/>'), form_box('<w:default w:val="1"/>')),
        (symbol_box("F0A8"), symbol_box("F0FE")),
        (symbol_box("F06F"), symbol_box("F0FD")),
        (symbol_box("00A8"), symbol_box("00FD")),
        (symbol_box("F0A3", "Wingdings 2"), symbol_box("F052", "Wingdings 2")),
        (run("\uf0a8"), run("\uf0fe")),
        (
            run("¨", extra='<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>'),
            run("þ", extra='<w:rFonts w:hAnsi="Wingdings"/>'),
        ),
    ],
)
def test_boxes_of_every_make_are_read(empty, ticked):
    assert seen(answer("recrutement", boxed(empty, ticked, empty))) == CHOSEN


def test_box_whose_glyph_and_state_differ_is_confirmed():
    for box in (control_box("0", "☒"), control_box("1", "☐")):
        reading = answer("recrutement", boxed(control_box("0", "☐"), box, control_box("0", "☐")))
        assert seen(reading) == ("a_confirmer", {"choix": ["recrutement ciblé"], "autre": None}, "choices.box_unclear")


def test_control_around_a_paragraph_or_a_cell_is_read():
    control = f"<w:sdt><w:sdtPr/><w:sdtContent>{p('Ville de Bourg')}</w:sdtContent></w:sdt>"
    assert seen(answer("collectivite", control)) == ("lu", "Ville de Bourg", "")
    wrapped = f"<w:sdt><w:sdtContent>{cell('Ville de Bourg')}</w:sdtContent></w:sdt>"
    row = f"<w:tbl><w:tr>{cell('Collectivité*')}{wrapped}</w:tr></w:tbl>"
    reading = read(docx(row + canvas(drop=("collectivite",))))
    assert seen(get(reading, "collectivite")) == ("lu", "Ville de Bourg", "")


def test_prompt_of_a_control_is_no_answer():
    control = (
        "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>"
        f"{run('Cliquez ou appuyez ici pour entrer du texte.')}</w:sdtContent></w:sdt>"
    )
    assert seen(answer("objectifs", p(control))) == ("non_trouve", None, "")
    assert seen(answer("objectifs", p("Cliquez ou appuyez ici pour entrer du texte."))) == ("non_trouve", None, "")
    styled = run("Sélectionnez", extra='<w:rStyle w:val="PlaceholderText"/>')
    assert seen(answer("objectifs", p(styled))) == ("non_trouve", None, "")


def test_date_control_and_drop_down_are_read():
    properties = '<w:sdtPr><w:date w:fullDate="2025-03-01T00:00:00Z"/></w:sdtPr>'
    date = f"<w:sdt>{properties}<w:sdtContent>{run('01/03/2025')}</w:sdtContent></w:sdt>"
    assert seen(answer("date_fin_prevue", p(date))) == ("lu", "01/03/2025", "")
    legacy = (
        '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="Choisir"/>'
        '<w:listEntry w:val="Ville de Bourg"/></w:ddList></w:ffData></w:fldChar></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    assert seen(answer("collectivite", p(legacy))) == ("lu", "Ville de Bourg", "")


def test_legacy_text_field_is_read_and_its_blanks_are_no_answer():
    def field(words: str) -> str:
        return (
            '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:textInput/></w:ffData></w:fldChar></w:r>'
            '<w:r><w:instrText> FORMTEXT </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
            f'{run(words)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        )

    assert seen(answer("nb_participants", p(field("61")))) == ("lu", "61", "")
    assert seen(answer("nb_participants", p(field("\u2002\u2002\u2002\u2002\u2002")))) == ("non_trouve", None, "")


def test_runs_broken_anywhere_make_the_same_words():
    pieces = "".join(
        f'{run(piece)}<w:proofErr w:type="spellStart"/><w:bookmarkStart w:id="1" w:name="x"/>'
        for piece in "Ville de Bourg"
    )
    wrapped = f"<w:smartTag>{pieces}</w:smartTag>"
    assert seen(answer("collectivite", p(wrapped))) == ("lu", "Ville de Bourg", "")
    label = "".join(run(piece, "b") for piece in "Collectivité*") + run(" : Bourg")
    assert seen(get(read(docx(p(label) + canvas(drop=("collectivite",)))), "collectivite")) == ("lu", "Bourg", "")


def test_soft_hyphens_and_hard_spaces_are_plain():
    hyphened = (
        "<w:r><w:t>Ville de Bourg</w:t><w:noBreakHyphen/><w:t>la</w:t><w:noBreakHyphen/><w:t>Rei</w:t><w:softHyphen/>"
        "<w:t>ne</w:t></w:r>"
    )
    assert seen(answer("collectivite", p(hyphened))) == ("lu", "Ville de Bourg-la-Reine", "")
    assert seen(answer("nb_participants", "1\u00a0200")) == ("lu", "1200", "")


def test_changes_are_read_as_the_last_version_shows_them():
    changed = (
        f'<w:del w:id="1"><w:r><w:delText>Ville A</w:delText></w:r></w:del><w:ins w:id="2">{run("Ville B")}</w:ins>'
        f'<w:moveFrom w:id="3">{run("Ville C")}</w:moveFrom><w:moveTo w:id="4">{run(" et environs")}</w:moveTo>'
    )
    reading = read_canvas({"collectivite": p(changed)})
    assert seen(get(reading, "collectivite")) == ("lu", "Ville B et environs", "")
    assert [note.code for note in reading.notes] == ["document.tracked_changes"]


def test_deleted_paragraph_mark_joins_the_two_paragraphs():
    joined = f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{run('Ville de ')}</w:p>" + p("Bourg")
    reading = read_canvas({"collectivite": joined})
    assert seen(get(reading, "collectivite")) == ("lu", "Ville de Bourg", "")


def test_hidden_text_is_not_read_and_struck_text_is_confirmed():
    assert seen(answer("objectifs", p(run("secret", "vanish") + run("Écouter")))) == ("lu", "Écouter", "")
    reading = answer("objectifs", p(run("Convaincre", "strike") + run(" Écouter")))
    assert seen(reading) == ("a_confirmer", "Convaincre Écouter", "text.struck")


def test_comments_and_page_furniture_are_ignored_and_footnotes_noted():
    body = canvas(
        {
            "objectifs": p(
                run("Écouter") + '<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:commentReference w:id="0"/></w:r>'
            )
        }
    )
    parts = {
        "word/footnotes.xml": '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f'<w:footnote w:id="2">{p("Selon la délibération")}</w:footnote></w:footnotes>',
        "word/comments.xml": "<x/>",
        "word/header1.xml": "<x/>",
    }
    reading = read(docx(body, parts=parts))
    assert get(reading, "objectifs").value == "Écouter"
    assert reading.notes == (Note("text.footnote", {"text": "Selon la délibération"}),)


def test_text_box_is_read_once():
    box = f"<w:txbxContent>{p('Ville de Bourg')}</w:txbxContent>"
    both = (
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>" + box + "</w:drawing></mc:Choice>"
        "<mc:Fallback><w:pict>" + box + "</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert seen(answer("collectivite", p(both))) == ("lu", "Ville de Bourg", "")


def test_links_show_their_address_when_words_hide_it():
    relation = (
        '<Relationship Id="r1" Type="http://x/hyperlink" Target="https://bourg.example/actes" TargetMode="External"/>'
    )
    link = f'<w:hyperlink r:id="r1">{run("les actes")}</w:hyperlink>'
    reading = read_canvas({"acces_ressources": p(link)}, relations=relation)
    assert seen(get(reading, "acces_ressources")) == (
        "a_confirmer",
        "les actes\nhttps://bourg.example/actes",
        "urls.in_link",
    )
    same = f'<w:hyperlink r:id="r1">{run("https://bourg.example/actes")}</w:hyperlink>'
    reading = read_canvas({"acces_ressources": p(same)}, relations=relation)
    assert seen(get(reading, "acces_ressources")) == ("lu", "https://bourg.example/actes", "")
    reading = read_canvas({"objectifs": p(run("Voir ") + link)}, relations=relation)
    assert reading.notes == (Note("link.hidden", {"text": "les actes", "link": "https://bourg.example/actes"}),)


def test_link_made_by_a_field_is_seen():
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        '<w:r><w:instrText> HYPERLINK "https://bourg.example/a" </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run("ici")}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    assert seen(answer("acces_ressources", p(field))) == ("a_confirmer", "ici\nhttps://bourg.example/a", "urls.in_link")


NUMBERING = (
    '<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    '<w:abstractNum w:abstractNumId="0">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1)"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1.%2"/></w:lvl></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="1">'
    '<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="\uf0b7"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="0"/>'
    '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    "</w:numbering>"
)


def test_automatic_lists_keep_their_items_apart():
    def listed(number: int) -> str:
        return (
            p("Former", number=(number, 0)) + p("dont l’accueil", number=(number, 1)) + p("Publier", number=(number, 0))
        )

    answers = {"propositions": listed(1), "points_vigilance": p("Coût", number=(2, 0)) + p("Délai", number=(2, 0))}
    reading = read(docx(canvas(answers), parts={"word/numbering.xml": NUMBERING}))
    assert get(reading, "propositions").value == "1) Former\n  1.a dont l’accueil\n2) Publier"
    assert get(reading, "points_vigilance").value == "- Coût\n- Délai"
    again = canvas({"propositions": listed(1), "diagnostics": listed(3)})
    reading = read(docx(again, parts={"word/numbering.xml": NUMBERING}))
    assert get(reading, "diagnostics").value == "1) Former\n  1.a dont l’accueil\n2) Publier"


def test_one_bullet_alone_belongs_to_the_page():
    reading = read(docx(canvas({"collectivite": p("Bourg", number=(2, 0))}), parts={"word/numbering.xml": NUMBERING}))
    assert seen(get(reading, "collectivite")) == ("lu", "Bourg", "")


def test_strict_namespaces_are_read_like_the_others():
    body = canvas({"recrutement": boxed(control_box("0", "☐"), control_box("1", "☒"), control_box("0", "☐"))})
    transitional, strict = read(docx(body)), read(docx(body, namespace=STRICT))
    assert strict == transitional
    assert seen(get(strict, "recrutement")) == CHOSEN


def test_nested_tables_and_merged_cells():
    inner = table(("Frein : coût",), ("Frein : délai",))
    merged = '<w:vMerge w:val="restart"/>'
    rows = (
        f"<w:tbl><w:tr>{cell('Diagnostics qui ressortent des débats*', extra=merged)}{cell(inner)}</w:tr>"
        f"<w:tr>{cell('', extra='<w:vMerge/>')}{cell('Opportunité : temps')}</w:tr></w:tbl>"
    )
    before, mark, after = canvas().partition(
        p(label_runs("diagnostics") + run("freins, opportunités pour le territoire et ses acteurs", "i"))
    )
    assert mark
    reading = read(docx(before + rows + after.replace(p("Frein : le coût"), "", 1)))
    assert seen(get(reading, "diagnostics")) == ("lu", "Frein : coût\nFrein : délai\nOpportunité : temps", "")


def test_table_of_contents_is_not_taken_for_the_canvas():
    contents = "".join(p(words, style="TOC1") for words in ("1 – Informations pratiques\t1", "Collectivité : 1"))
    reading = read(docx(contents + canvas()))
    assert seen(get(reading, "collectivite")) == ("lu", "Ville de Montclair", "")
