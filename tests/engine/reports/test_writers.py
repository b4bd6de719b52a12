"""Each writer: the same bytes each time, the words where they should be, and what strangers may have typed."""

import csv
import io
import math
import re
import zipfile

import docx
import lxml.html
import pypdf
import pytest
import python_calamine
from lxml import etree
from odfdo import Document

from concertia.engine.reports import charts, pdf
from concertia.engine.reports.docx import report_docx
from concertia.engine.reports.html import report_html
from concertia.engine.reports.odt import report_odt
from concertia.engine.reports.outline import ChartBlock, Heading, Paragraph, QuoteBlock, TableBlock, outline
from concertia.engine.reports.pdf import report_pdf, wall_pdf
from concertia.engine.reports.qdpx import project_qdpx
from concertia.engine.reports.report import NOT_YET_READ, Bar, Bars, Crossing, Fact, SignalLine
from concertia.engine.reports.tables import Table, tables_csv, tables_xlsx
from tests.engine.reports.samples import ARABIC, NASTY, project, quote, report, tables, theme, wall

WRITERS = {
    "pdf": lambda: report_pdf(report()),
    "odt": lambda: report_odt(report()),
    "docx": lambda: report_docx(report()),
    "html": lambda: report_html(report()),
    "wall": lambda: wall_pdf(wall()),
    "xlsx": lambda: tables_xlsx(tables(), title="Essai", author="Ville fictive"),
    "csv": lambda: tables_csv(tables(), read_me="Ce que c’est."),
    "qdpx": lambda: project_qdpx(project()),
}
REPORTS = {"pdf": report_pdf, "odt": report_odt, "docx": report_docx, "html": report_html}
BAD = {
    "no theme": report(themes=(), charts=(), signals=(), signals_count=0, campaigns=()),
    "nothing": report(
        question="", facts=(), ledger=(), held_back="", ai_use=(), stability="", themes=(), signals=(), signals_count=0,
        campaigns=(), aside=(), agreement=(), charts=(), remarks=(), check=(), record=(),
    ),
    "theme without quote": report(themes=(theme(quotes=()),)),
    "200 themes": report(
        themes=tuple(theme(rank) for rank in range(200)),
        charts=(Bars("themes", "Par thème", "Thème", tuple(Bar(f"Thème {n}", n, n) for n in range(200))),),
    ),
    "50,000 signs": report(themes=(theme(quotes=(quote("mot " * 12_500), quote("m" * 50_000))),)),
    "nasty": report(title=NASTY, question=NASTY, themes=(theme(quotes=(quote(NASTY), quote(ARABIC))),),
                    aside=(Fact(NASTY, "1"),)),
}  # fmt: skip


def parts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("name", WRITERS)
def test_same_input_same_bytes(name):
    assert WRITERS[name]() == WRITERS[name]()


@pytest.mark.parametrize("kind", REPORTS)
@pytest.mark.parametrize("bad", BAD)
def test_what_may_come_is_written(kind, bad):
    """Each opens, is well formed, and holds no character that changes how lines run."""
    data = REPORTS[kind](BAD[bad])
    if kind == "pdf":
        assert len(pypdf.PdfReader(io.BytesIO(data)).pages) >= 1
        return
    texts = [data] if kind == "html" else [
        content for name, content in parts(data).items() if name.endswith((".xml", ".rels"))
    ]  # fmt: skip
    for text in texts:
        if kind == "html":
            lxml.html.document_fromstring(text)
        else:
            etree.fromstring(text)
        assert not re.search("[\x00-\x08\u202a-\u202e\u2066-\u2069]", text.decode())


def test_pdf_is_tagged_speaks_french_and_has_a_title():
    reader = pypdf.PdfReader(io.BytesIO(report_pdf(report())))
    catalog = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"].startswith("fr")
    assert reader.metadata.title == report().title
    text = "".join(page.extract_text() for page in reader.pages)
    assert "Je veux parler à une personne." in text
    assert "citation pas encore relue" in text


@pytest.mark.parametrize("paper", ["a4", "a3"])
@pytest.mark.parametrize("words", ["Court.", "mot " * 300])
def test_the_wall_is_one_page(paper, words):
    long = quote(words)
    made = wall(themes=tuple(theme(rank, quotes=(long,)) for rank in range(7)), dissenting=long, rare=long)
    reader = pypdf.PdfReader(io.BytesIO(wall_pdf(made, paper=paper)))
    assert len(reader.pages) == 1
    width = {"a4": 595, "a3": 842}[paper]
    assert round(float(reader.pages[0].mediabox.width)) == width


def test_a_wall_without_anything_is_written():
    empty = wall(question="", themes=(), others="", dissenting=None, rare=None, unknown=())
    assert len(pypdf.PdfReader(io.BytesIO(wall_pdf(empty))).pages) == 1
    with pytest.raises(ValueError, match="a5"):
        wall_pdf(empty, paper="a5")


def headings():
    return [(block.level, block.text) for block in outline(report()) if isinstance(block, Heading)]


def test_docx_has_its_headings_header_rows_and_described_pictures():
    data = report_docx(report())
    document = docx.Document(io.BytesIO(data))
    styles = {"Title": 1} | {f"heading {level}": level for level in range(2, 7)}
    found = [
        (styles[one.style.name.replace("Heading", "heading")], one.text)
        for one in document.paragraphs
        if one.style.name.replace("Heading", "heading") in styles
    ]
    assert found == headings()
    tables_there = [block for block in outline(report()) if isinstance(block, TableBlock)]
    assert len(document.tables) == len(tables_there)
    body = parts(data)["word/document.xml"].decode()
    assert body.count("<w:tblHeader/>") == len(tables_there)
    assert re.findall(r'<wp:docPr[^>]*descr="([^"]+)"', body) == [
        charts.alternative(chart) for chart in report().charts
    ]
    assert 'w:val="fr-FR"' in parts(data)["word/styles.xml"].decode()


def test_odt_has_its_headings_header_rows_and_described_pictures():
    data = report_odt(report())
    assert data[30:38] == b"mimetype"
    document = Document(io.BytesIO(data))
    assert [(int(one.level), str(one).strip()) for one in document.body.headers] == headings()
    content = parts(data)["content.xml"].decode()
    assert content.count("<table:table-header-rows>") == content.count("<table:table ")
    assert content.count("<svg:desc>") == len(report().charts)
    for chart in report().charts:
        etree.fromstring(parts(data)[f"Pictures/{chart.key}.svg"])


def test_the_page_stands_alone():
    page = lxml.html.document_fromstring(report_html(report()).decode())
    assert page.get("lang") == "fr"
    assert [(int(one.tag[1]), one.text_content()) for one in page.iter("h1", "h2", "h3", "h4")] == [
        (level, one.replace(" :", "\u202f:")) for level, one in headings()
    ]
    assert not page.xpath("//script|//@src|//@style|//link")
    assert all(link.startswith("#") for link in page.xpath("//@href"))
    for table in page.iter("table"):
        assert table.findtext("caption")
        assert {head.get("scope") for head in table.iter("th")} == {"col", "row"}


def test_a_chart_says_its_numbers_and_names_itself():
    bars = Bars("b", "Par canal", "Canal", (Bar("À l’écrit", 3, 4), Bar("<vide>", 0, 0)))
    drawing = etree.fromstring(charts.svg(bars))
    texts = [one.text for one in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert texts == ["personnes", "messages", "À l’écrit", "3", "4", "<vide>", "0", "0"]
    assert drawing.get("role") == "img"
    assert "3 personnes et 4 messages" in drawing[0].text
    crossing = Crossing("c", "Croisés", "Thème", ("a",), (("t", (None,)), ("u", (6,))))
    texts = [one.text for one in etree.fromstring(charts.svg(crossing)).iter("{http://www.w3.org/2000/svg}text")]
    assert texts == ["a", "t", "non dit", "u", "6"]


def test_a_chart_of_many_lines_says_what_is_left():
    many = Bars("m", "Beaucoup", "Jour", tuple(Bar(f"jour {n}", 1, 1) for n in range(60)))
    assert "20 lignes de plus dans le tableau." in charts.svg(many)


LONG = (
    "Train de vie et augmentation des élus de la République, retraites",
    "Services publics en zone rurale et quartiers prioritaires",
    "ASSEMBLÉE NATIONALE ET SÉNAT : MOINS DE PARLEMENTAIRES",
    "anticonstitutionnellement" * 3,
    "WWWW" * 15,
    "意見" * 30,
    "Vote blanc",
)
WIDE = {
    "bars": Bars("b", "Par thème", "Thème", tuple(Bar(name, 123_456, 551) for name in LONG)),
    "codes": Crossing("c", "Codes croisés", "Code", (*LONG, *LONG), tuple((name, (551,) * 14) for name in LONG)),
    "two columns": Crossing("d", "Profils", "Thème", LONG[:2], ((LONG[0], (12_345, None)),)),
    "short": Crossing("e", "Profils", "Thème", ("agent", "élu"), (("Vote blanc", (12_345, None)),)),
    "no column": Crossing("f", "Profils", "Thème", (), ()),
}


@pytest.mark.parametrize("kind", WIDE)
def test_no_word_of_a_chart_is_cut(kind):
    """Each text stands in the viewBox with both its ends, on the wide side of what fonts draw."""
    drawing = etree.fromstring(charts.svg(WIDE[kind]))
    _, _, width, height = map(float, drawing.get("viewBox").split())
    for one in drawing.iter("{http://www.w3.org/2000/svg}text"):
        x, y, room = float(one.get("x")), float(one.get("y")), charts._room(one.text)
        start = x - {"start": 0, "middle": room / 2, "end": room}[one.get("text-anchor")]
        turn = re.match(r"rotate\((\S+) (\S+) (\S+)\)", one.get("transform", "rotate(0 0 0)"))
        angle, about = math.radians(float(turn[1])), complex(float(turn[2]), float(turn[3]))
        corners = [complex(left, up) for left in (start, start + room) for up in (y - 11, y + 4)]
        for corner in (about + (one - about) * complex(math.cos(angle), math.sin(angle)) for one in corners):
            assert 0 <= corner.real <= width, one.text
            assert 0 <= corner.imag <= height, one.text


def test_a_long_name_takes_two_lines_and_stands_whole_in_its_title():
    drawing = charts.svg(
        Bars("b", "Par thème", "Thème", (Bar("Services publics et lien social", 1, 1), Bar(LONG[0], 1, 1)))
    )
    drawn = [one.text for one in etree.fromstring(drawing).iter("{http://www.w3.org/2000/svg}text")]
    assert drawn[2:4] == ["Services publics et lien", "social"]
    assert drawn[6:8] == ["Train de vie et augmentation", "des élus de la République,…"]
    assert drawing.count("<g><title>") == drawing.count(f"<g><title>{LONG[0]}</title>") == 1


@pytest.mark.parametrize(("many", "tall"), [(60, 23), (5, 16.6 * (charts.TOP + 5 * 42 + 4) / charts.WIDTH)])
def test_the_longest_chart_fits_on_a_page(many, tall):
    weeks = Bars("w", "Par semaine", "Semaine", tuple(Bar(f"semaine {n}", 1, 1) for n in range(many)))
    (block,) = [one for one in outline(report(charts=(weeks,))) if isinstance(one, ChartBlock)]
    assert pdf._block(block)["tall"] == pytest.approx(tall)


WAITING = quote("", withheld=NOT_YET_READ)
MASKED = quote("", withheld="source masquée par la modération")


@pytest.mark.parametrize(("quotes", "said"), [
    ((WAITING, quote(), WAITING, WAITING, WAITING), "4 citations pas encore relues."),
    ((WAITING, MASKED), "1 citation pas encore relue."),
    ((quote(), MASKED), None),
])  # fmt: skip
def test_quotes_not_read_yet_are_counted_once(quotes, said):
    blocks = outline(report(themes=(theme(quotes=quotes),), signals=(), signals_count=0, campaigns=()))
    shown = [(one.text, one.origin) for one in blocks if isinstance(one, QuoteBlock)]
    assert len(shown) == sum(one.withheld != NOT_YET_READ for one in quotes)
    assert [one.text for one in blocks if isinstance(one, Paragraph) and NOT_YET_READ[:8] in one.text] == [said] * bool(
        said
    )


@pytest.mark.parametrize("kind", REPORTS)
def test_every_format_counts_what_waits(kind):
    signals = tuple(SignalLine(rank, WAITING, "", ()) for rank in range(1, 6))
    made = report(themes=(theme(quotes=(WAITING,) * 4),), signals=signals, signals_count=9)
    words = words_of(kind, REPORTS[kind](made))
    assert "4 citations pas encore relues." in words
    assert "5 citations pas encore relues." in words
    assert "4 autres signaux dans les tableaux." in words
    assert words.count("pas encore relue") == 2


def words_of(kind, data):
    if kind == "pdf":
        return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
    if kind == "html":
        return lxml.html.document_fromstring(data.decode()).text_content()
    name = {"odt": "content.xml", "docx": "word/document.xml"}[kind]
    return "".join(etree.fromstring(parts(data)[name]).itertext())


def test_the_wall_says_who_is_only_a_message():
    said = "dont 106 messages sans auteur connu, comptés chacun pour une personne."
    assert said in words_of("pdf", wall_pdf(wall(without_author=said))).replace("\n", " ")


# --- tables -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+33", "-x", "\t=1", "＝1", "https://val.example", "00123"])
def test_no_text_becomes_a_formula(text):
    data = tables_xlsx(tables(text), title="t", author="a")
    sheet = parts(data)["xl/worksheets/sheet2.xml"].decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    book = python_calamine.load_workbook(io.BytesIO(data))
    assert book.get_sheet_by_name("contributions").to_python()[1] == [4.0, 0.25, text]
    (row,) = list(csv.DictReader(io.StringIO(csv_of(text))))[:1]
    assert row["texte"].lstrip("'") == text.replace("\t", "\t")
    assert row["texte"][0] not in "=+-@＝\t"


def csv_of(text):
    return parts(tables_csv(tables(text), read_me="."))["contributions.csv"].decode("utf-8-sig")


def test_long_and_nasty_cells():
    book = python_calamine.load_workbook(io.BytesIO(tables_xlsx(tables("m" * 50_000), title=NASTY, author=NASTY)))
    cell = book.get_sheet_by_name("contributions").to_python()[1][2]
    assert len(cell) == 32_000
    assert cell.endswith("le texte entier est dans le CSV)")
    assert "m" * 50_000 in csv_of("m" * 50_000)
    for text in (NASTY, ARABIC):
        tables_xlsx(tables(text), title="t", author="a")
        assert not re.search("[\x00-\x08\u202a-\u202e]", csv_of(text))


def test_a_table_without_line_is_written():
    empty = (Table("vide", "Vide", ("a", "b"), ()),)
    book = python_calamine.load_workbook(io.BytesIO(tables_xlsx(empty, title="t", author="a")))
    assert book.get_sheet_by_name("vide").to_python() == [["a", "b"]]
    assert parts(tables_csv(empty, read_me="."))["vide.csv"].decode("utf-8-sig") == "a,b\r\n"
