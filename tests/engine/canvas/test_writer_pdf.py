"""The tagged PDF: its tags, its words, and text that tries to be markup."""

import io
import time

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concertia.engine.canvas.fields import FIELDS
from concertia.engine.canvas.writer import write
from concertia.engine.canvas.writer_pdf import french, pieces
from tests.engine.canvas.test_writer import FILLED, MAIL, SPEAKERS, filled


def pdf(record, **options):
    return pypdf.PdfReader(io.BytesIO(write(record, "pdf", **options)))


def words(reader):
    """The text of all pages, every kind of space and line end made one space."""
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def tags(reader):
    """The types of the structure elements, in reading order."""
    found = []

    def walk(node):
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict):
            if "/S" in node:
                found.append(node["/S"])
            if "/K" in node:
                walk(node["/K"])

    walk(reader.trailer["/Root"]["/StructTreeRoot"]["/K"])
    return found


@pytest.mark.parametrize("record", [None, FILLED], ids=["blank", "filled"])
def test_pdf_is_tagged_as_pdf_ua(record):
    reader = pdf(record)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "fr-FR"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    assert reader.metadata.title.startswith("Concertations territoriales de l’IA – canevas de documentation")
    structure = tags(reader)
    results = 1 if record is None else 2
    assert structure.count("/H1") == 1
    assert structure.count("/H2") == 2 + results
    assert structure.count("/H3") == 11 + 8 * results
    assert "/L" in structure


def test_pdf_holds_the_answers_the_authority_the_question_and_page_numbers():
    reader = pdf(FILLED)
    text = words(reader)
    assert "Communauté de communes du Val Fleuri" in text
    assert "« Ce que les algorithmes font au guichet »" in text.replace("\u202f", " ")
    assert "Autre : lycéens du territoire" in text.replace("\u202f", " ")
    assert "Droit de suite de la collectivité Non renseigné" in text
    pages = len(reader.pages)
    assert [f"{rank} / {pages}" in page.extract_text() for rank, page in enumerate(reader.pages, 1)] == [True] * pages
    second = " ".join(reader.pages[1].extract_text().split())
    assert "Communauté de communes du Val Fleuri" in second
    assert "À quelles conditions" in second


def test_pdf_links_lead_where_they_say():
    links = [note.get_object()["/A"]["/URI"] for page in pdf(FILLED).pages for note in page.get("/Annots", [])]
    assert links == ["https://val-fleuri.example/concertation-ia"]


def test_pdf_blank_has_every_label_and_hint():
    text = words(pdf(None)).replace("\u202f", " ")
    for field in FIELDS:
        assert french(field.label).replace("\u202f", " ") in text
        assert french(field.hint).replace("\u202f", " ") in text


@pytest.mark.parametrize(
    "hostile",
    [
        '#import "x.typ": *',
        "$x^2$ *gras* _it_ `c`",
        "\\ @ref <label> = Titre",
        "#sys.inputs",
        "// non",
        "]#[",
        '"\\u{41}"',
    ],
)
def test_pdf_text_is_never_markup(hostile):
    assert hostile in words(pdf(filled(objectifs=hostile, collectivite=hostile)))


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
@settings(max_examples=40, deadline=None)
def test_pdf_any_text_compiles(text):
    record = filled(objectifs=text, collectivite=text, sujet_evolution=text)
    record["_sections3"][0]["propositions"] = text
    assert write(record, "pdf").startswith(b"%PDF")


def test_pdf_says_when_its_fonts_lack_a_character():
    text = words(pdf(filled(objectifs="Bravo 🙂 中文")))
    assert "Bravo ▯ ▯▯" in text
    assert "remplacés par ▯" in text
    assert "remplacés par" not in words(pdf(FILLED))


def test_pdf_holds_many_absent_characters():
    text = "".join(chr(code) for code in range(0x4E00, 0x4E00 + 600))
    assert "▯" in words(pdf(filled(objectifs=text)))


def test_pdf_long_words_stay_on_the_page():
    record = filled(objectifs="m" * 10_000, collectivite="W" * 10_000)
    record["_sections3"][0]["acces_ressources"] = "https://val-fleuri.example/" + "chemin-tres-long/" * 60
    reader = pdf(record)
    lines = [line for page in reader.pages for line in page.extract_text().splitlines()]
    assert max(len(line) for line in lines) < 110
    letters = "".join(line for line in lines if set(line) == {"m"})
    assert len(letters) > 9_900  # the others share their line with a label
    assert "\u200b" not in letters  # nothing hidden in words that people copy


def test_pdf_public_leaves_no_trace_of_the_people_left_out():
    record = filled(intervenants=SPEAKERS, objectifs=f"Écrire à {MAIL} ou à Idris Benali.")
    reader = pdf(record, public=True)
    everything = words(reader) + str(reader.metadata) + reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert "participation@" not in everything
    assert "Benali" not in everything
    assert "Camille Ferrand" in everything
    assert "1 intervenant·e dont le nom n’est pas publié" in everything
    assert "Par le formulaire de contact de la page de la concertation" in everything


def test_pdf_is_written_within_a_second():
    start = time.perf_counter()
    write(FILLED, "pdf")
    assert time.perf_counter() - start < 1


def test_french_moves_only_spaces_that_people_typed():
    assert french("« Oui » : le 3 mars ; 40 % !") == "«\u202fOui\u202f»\u202f: le 3\u00a0mars\u202f; 40\u202f%\u202f!"
    assert french("https://x.example/?a=1:2") == "https://x.example/?a=1:2"


@given(st.text(max_size=200))
def test_pieces_put_together_give_the_text(text):
    assert "".join(pieces(text)) == text
