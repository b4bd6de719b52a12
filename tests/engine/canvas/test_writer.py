"""What the Word and OpenDocument writers put in a file, read with tools that know nothing of ours."""

import copy
import io
import json
import subprocess
import sys
import zipfile

import docx
import odfdo
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from concertia.engine.canvas.fields import FIELDS, INTRODUCTION, REQUIRED_NOTE, Kind
from concertia.engine.canvas.reading import empty_record
from concertia.engine.canvas.writer import write
from concertia.engine.canvas.writer_record import LONGEST_TEXT, MOST_LINES, MOST_RESULTS, MOST_TEXT, clean
from concertia.engine.notes import EngineError

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
MAIL = "participation@val-fleuri.example"

FILLED = {
    "collectivite": "Communauté de communes du Val Fleuri",
    "personne_referente": MAIL,
    "date_debut_prevue": "15/10/2024",
    "public_associe": {"choix": ["usagers du service public", "agents"], "autre": "lycéens du territoire"},
    "amo": True,
    "intervenants": "Oui. Camille Ferrand, « Ce que les algorithmes font au guichet »\nIdris Benali, ingénieur",
    "objectifs": "Comprendre les attentes.\n\nNombre de participants : jugé trop faible.\n☒ agents",
    "recrutement": {"choix": ["tirage au sort"], "autre": None},
    "animation": None,
    "sujet_evolution": "À quelles conditions ?",
    "restitution": None,
    "_sections3": [
        {
            "date_fin_prevue": "12/02/2025",
            "nb_sequences": "4 séances, 10 heures",
            "nb_participants": "37",
            "points_vigilance": "- Le contact humain\n- Les personnes éloignées",
            "diagnostics": "Frein : méconnaissance\nOpportunité : temps gagné",
            "propositions": "1. Maintenir l’accueil\n2. Publier la liste",
            "droit_de_suite": None,
            "acces_ressources": "https://val-fleuri.example/concertation-ia",
        },
        {field.key: None for field in FIELDS if field.section == 3} | {"nb_participants": "0"},
    ],
}
SPEAKERS = [
    {"nom": "Camille Ferrand", "profession": "sociologue", "titre": "Au guichet", "publiable": True},
    {"nom": "Idris Benali", "profession": "ingénieur", "titre": None, "publiable": False},
]


def filled(**answers):
    return {**copy.deepcopy(FILLED), **answers}


def parts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def docx_paragraph(paragraph):
    signs = {f"{W}tab": "\t", f"{W}br": "\n"}
    return "".join(item.text or "" if item.tag == f"{W}t" else signs.get(item.tag, "") for item in paragraph.iter())


def docx_answers(data):
    """The text of each content control that has a tag, by its tag."""
    root = etree.fromstring(parts(data)["word/document.xml"])
    answers = {}
    for tag in root.iter(f"{W}tag"):
        control = tag.getparent().getparent()
        lines = [docx_paragraph(paragraph) for paragraph in control.iter(f"{W}p")]
        answers[tag.get(f"{W}val")] = "\n".join(lines)
    return answers


def odt_paragraph(paragraph):
    text = paragraph.text or ""
    for item in paragraph:
        signs = {f"{TEXT}tab": "\t", f"{TEXT}line-break": "\n", f"{TEXT}s": " " * int(item.get(f"{TEXT}c", "1"))}
        text += signs.get(item.tag, odt_paragraph(item)) + (item.tail or "")
    return text


def odt_answers(data):
    """The text of each section, by its name."""
    root = etree.fromstring(parts(data)["content.xml"])
    return {
        section.get(f"{TEXT}name"): "\n".join(odt_paragraph(paragraph) for paragraph in section.iter(f"{TEXT}p"))
        for section in root.iter(f"{TEXT}section")
    }


ANSWERS = {"docx": docx_answers, "odt": odt_answers}


def refusal(record, form="json"):
    with pytest.raises(EngineError) as caught:
        write(record, form)
    return caught.value.note.code, caught.value.note.params


# --- what is in the file ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("form", ["docx", "odt"])
def test_write_keeps_each_answer_under_its_anchor(form):
    answers = ANSWERS[form](write(FILLED, form))
    assert len(answers) == 11 + 2 * 8
    assert answers["concertia:objectifs"] == FILLED["objectifs"]
    assert answers["concertia:propositions:1"] == "1. Maintenir l’accueil\n2. Publier la liste"
    assert answers["concertia:nb_participants:2"] == "0"
    assert answers["concertia:recrutement"] == (
        "☒ tirage au sort\n☐ recrutement ciblé\n☐ appel à manifestation\n☐ autre (à préciser)"
    )
    assert answers["concertia:public_associe"].splitlines()[-1] == "☒ autre (à préciser) : lycéens du territoire"
    assert answers["concertia:amo"].split() == ["☒", "oui", "☐", "non"]


@pytest.mark.parametrize(("value", "boxes"), [(True, "☒☐"), (False, "☐☒"), (None, "☐☐")])
@pytest.mark.parametrize("form", ["docx", "odt"])
def test_write_yes_no_has_three_states(form, value, boxes):
    answer = ANSWERS[form](write(filled(amo=value), form))["concertia:amo"]
    assert "".join(sign for sign in answer if sign in "☐☒") == boxes


@pytest.mark.parametrize("form", ["docx", "odt"])
def test_write_blank_has_every_label_and_no_answer(form):
    data = write(None, form)
    answers = ANSWERS[form](data)
    text = "\n".join(docx_lines(data) if form == "docx" else odt_lines(data))
    for field in FIELDS:
        assert field.label + "*" * field.required in text
        assert field.hint in text
    assert REQUIRED_NOTE in text
    assert INTRODUCTION in text
    assert "(les collectivités peuvent restituer plusieurs concertations)" in text
    assert "☒" not in text
    typed = [key for key, answer in answers.items() if answer.strip() and "☐" not in answer]
    assert typed == []


def docx_lines(data):
    root = etree.fromstring(parts(data)["word/document.xml"])
    return [docx_paragraph(paragraph) for paragraph in root.iter(f"{W}p")]


def odt_lines(data):
    root = etree.fromstring(parts(data)["content.xml"])
    return [odt_paragraph(paragraph) for paragraph in root.iter(f"{TEXT}p", f"{TEXT}h")]


def test_write_docx_opens_with_its_styles_title_and_language():
    document = docx.Document(io.BytesIO(write(FILLED, "docx")))
    styles = [paragraph.style.name for paragraph in document.paragraphs]
    assert styles[0] == "Title"
    assert styles.count("Heading 1") == 4
    assert styles.count("List Bullet") == 11 + 2 * 8
    title = "Concertations territoriales de l’IA – canevas de documentation – Communauté de communes du Val Fleuri"
    assert document.core_properties.title == title
    assert document.core_properties.language == "fr-FR"
    assert 'w:lang w:val="fr-FR"' in parts(write(FILLED, "docx"))["word/styles.xml"].decode()


def test_write_docx_blank_answers_are_placeholders_and_filled_ones_are_not():
    def placeholders(record):
        root = etree.fromstring(parts(write(record, "docx"))["word/document.xml"])
        return {item.getparent().find(f"{W}tag").get(f"{W}val") for item in root.iter(f"{W}showingPlcHdr")}

    with_text = [field for field in FIELDS if field.kind not in (Kind.CHOICES, Kind.YES_NO)]
    assert len(placeholders(None)) == len(with_text)
    assert "concertia:objectifs" not in placeholders(FILLED)
    assert "concertia:restitution" in placeholders(FILLED)


def test_write_odt_opens_with_its_title_and_language():
    document = odfdo.Document(io.BytesIO(write(FILLED, "odt")))
    assert document.meta.title.endswith("Communauté de communes du Val Fleuri")
    assert document.meta.language == "fr-FR"
    assert [heading.inner_text for heading in document.body.headers][-1] == (
        "3 – Résultats synthétiques de la concertation"
    )
    with zipfile.ZipFile(io.BytesIO(write(FILLED, "odt"))) as archive:
        first = archive.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)


def test_write_links_only_plain_web_addresses():
    lines = "https://val-fleuri.example/a?b=1\njavascript:alert(1)\nhttps://é.example/<x>\nhttps://x.example/%zz"
    record = filled()
    record["_sections3"][0]["acces_ressources"] = lines
    content = etree.fromstring(parts(write(record, "odt"))["content.xml"])
    targets = [link.get("{http://www.w3.org/1999/xlink}href") for link in content.iter(f"{TEXT}a")]
    assert targets == ["https://val-fleuri.example/a?b=1"]
    assert odt_answers(write(record, "odt"))["concertia:acces_ressources:1"] == lines


# --- text that could harm ---------------------------------------------------------------------------------------
ONE_LINE = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
ANY_TEXT = st.lists(ONE_LINE, max_size=4).map("\n".join)


@given(ANY_TEXT)
@settings(max_examples=60, deadline=None)
def test_write_any_text_is_kept_as_cleaned(text):
    kept = clean(text)
    record = filled(objectifs=text)
    for form, answers in ANSWERS.items():
        answer = answers(write(record, form))["concertia:objectifs"]
        assert (answer if kept else answer.strip() or None) == kept
    assert json.loads(write(record, "json"))["objectifs"] == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\x00b\x0bc\x1fd", "ab\ncd"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\ud800b", "a\ufffdb"),
        ("a\tb  c", "a\tb  c"),
        ("<b>gras</b> & ]]>", "<b>gras</b> & ]]>"),
        (" \n \x00", None),
        ("\ufffe\uffff", None),
    ],
)
def test_clean_keeps_what_a_document_can_hold(typed, kept):
    assert clean(typed) == kept
    assert json.loads(write(filled(objectifs=typed), "json"))["objectifs"] == kept


def test_write_a_very_long_name():
    name = "Saint-" * 1700
    assert docx_answers(write(filled(collectivite=name), "docx"))["concertia:collectivite"] == name
    assert len(docx.Document(io.BytesIO(write(filled(collectivite=name), "docx"))).core_properties.title) < 255


# --- the shape of a record --------------------------------------------------------------------------------------
def test_write_refuses_an_unknown_format():
    assert refusal(FILLED, "doc") == ("canvas.write.format", {"format": "doc"})


@pytest.mark.parametrize(
    ("record", "code", "params"),
    [
        ([], "not_an_object", {}),
        ({}, "sections3", {"field": "_sections3"}),
        (filled(_sections3=[]), "sections3", {"field": "_sections3"}),
        (filled(_sections3={}), "sections3", {"field": "_sections3"}),
        (filled(_sections3=[{}, 3]), "result_not_an_object", {"field": "_sections3", "result": 2}),
        (
            filled(_sections3=[{}] * (MOST_RESULTS + 1)),
            "too_many_results",
            {"field": "_sections3", "most": MOST_RESULTS},
        ),
        (filled(colectivite="x"), "unknown_key", {"field": "colectivite", "result": 0}),
        (filled(propositions="x"), "misplaced_key", {"field": "propositions", "result": 0}),
        (filled(_sections3=[{}, {"objectifs": "x"}]), "misplaced_key", {"field": "objectifs", "result": 2}),
        (filled(objectifs=3), "type", {"field": "objectifs", "result": 0, "kind": "long_text"}),
        (filled(amo="oui"), "type", {"field": "amo", "result": 0, "kind": "yes_no"}),
        (filled(amo=1), "type", {"field": "amo", "result": 0, "kind": "yes_no"}),
        (
            filled(_sections3=[{"nb_participants": 3}]),
            "type",
            {"field": "nb_participants", "result": 1, "kind": "count"},
        ),
        (filled(recrutement="tirage au sort"), "type", {"field": "recrutement", "result": 0, "kind": "choices"}),
        (filled(recrutement={"choix": None}), "type", {"field": "recrutement", "result": 0, "kind": "choices"}),
        (filled(recrutement={"choix": ["loterie"]}), "unknown_choice", {"field": "recrutement", "choice": "loterie"}),
        (filled(recrutement={"choix": [{}]}), "unknown_choice", {"field": "recrutement", "choice": "{}"}),
        (filled(recrutement={"autres": "x"}), "unknown_key", {"field": "recrutement.autres", "result": 0}),
        (filled(recrutement={"autre": 3}), "type", {"field": "recrutement.autre", "result": 0, "kind": "text"}),
        (filled(intervenants=[{"nom": ""}]), "speaker", {"field": "intervenants", "item": 1}),
        (filled(intervenants=[{"nom": "A", "publiable": "oui"}]), "speaker", {"field": "intervenants", "item": 1}),
        (
            filled(intervenants=[{"nom": "A", "mail": "x"}]),
            "unknown_key",
            {"field": "intervenants.mail", "result": 0},
        ),
        (filled(objectifs="x\n" * MOST_LINES), "too_many_lines", {"most": MOST_LINES}),
        (
            filled(_sections3=[{"propositions": "x" * LONGEST_TEXT}] * 5),
            "too_much_text",
            {"most": MOST_TEXT},
        ),
        (
            filled(objectifs="x" * (LONGEST_TEXT + 1)),
            "too_long",
            {"field": "objectifs", "result": 0, "most": LONGEST_TEXT},
        ),
    ],
)
def test_write_refuses_a_wrong_record_and_names_the_field(record, code, params):
    assert refusal(record) == (f"canvas.record.{code}", params)


def test_write_ignores_keys_that_begin_with_an_underscore():
    record = filled(_manquants=["x"], _a_confirmer=[{}], **{"_ma_note": object()})
    record["_sections3"][0]["_note"] = "x"
    assert json.loads(write(record, "json")) == FILLED


def test_write_takes_missing_keys_as_not_answered():
    assert json.loads(write({"_sections3": [{}]}, "json")) == empty_record()


def test_write_json_puts_choices_in_the_order_of_the_canvas():
    record = filled(recrutement={"choix": ["appel à manifestation", "tirage au sort", "tirage au sort"]})
    assert json.loads(write(record, "json"))["recrutement"] == {
        "choix": ["tirage au sort", "appel à manifestation"],
        "autre": None,
    }
    assert json.loads(write(filled(recrutement={"choix": [], "autre": " "}), "json"))["recrutement"] is None


def test_write_does_not_change_its_input():
    record = filled(intervenants=copy.deepcopy(SPEAKERS))
    before = copy.deepcopy(record)
    for form in ("docx", "odt", "pdf", "json"):
        write(record, form, public=True)
    assert record == before


# --- what the public may read -----------------------------------------------------------------------------------
def test_write_speakers_from_a_list_says_them_as_the_canvas_does():
    assert json.loads(write(filled(intervenants=SPEAKERS), "json"))["intervenants"] == (
        "Oui. Camille Ferrand, sociologue, « Au guichet »\nIdris Benali, ingénieur"
    )
    assert json.loads(write(filled(intervenants=[]), "json"))["intervenants"] is None


@pytest.mark.parametrize(
    ("speakers", "kept"),
    [
        (SPEAKERS, "Oui. Camille Ferrand, sociologue, « Au guichet »"),
        (SPEAKERS[1:], "Oui."),
        ([], None),
        ("Oui. Camille Ferrand, sociologue", "Oui."),
        ("oui : Idris Benali", "Oui."),
        ("Non.", "Non."),
        ("non", "Non."),
        ("Camille Ferrand", None),
        ("Non renseigné par Idris Benali", None),
        ("Ouindi Kaboré", None),
        (None, None),
    ],
)
def test_write_public_keeps_only_the_speakers_who_agreed(speakers, kept):
    record = json.loads(write(filled(intervenants=speakers), "json", public=True))
    assert record["intervenants"] == kept


@pytest.mark.parametrize("form", ["docx", "odt", "json"])
@pytest.mark.parametrize("speakers", [SPEAKERS, "Oui. Idris Benali, ingénieur"])
def test_write_public_leaves_no_trace_of_the_people_left_out(form, speakers):
    repeated = f"Écrire à {MAIL.upper()} ou mailto:{MAIL.replace('@', '%40')}, <{MAIL}>. autre@val-fleuri.example"
    record = filled(intervenants=speakers, objectifs=repeated, collectivite=f"Val Fleuri ({MAIL})")
    record["public_associe"]["autre"] = f"voir {MAIL}"
    record["_sections3"][0]["acces_ressources"] = f"https://val-fleuri.example/?a={MAIL}"
    data = write(record, form, public=True)
    read = b"\n".join(parts(data).values()) if form != "json" else data
    text = read.decode().casefold()
    assert "participation" not in text.replace("démarche de participation", "").replace("et de participation", "")
    assert "benali" not in text
    assert "autre@val-fleuri.example" in text
    assert text.count("[adresse non publiée]") >= 6


def test_write_public_masks_a_name_left_out_wherever_it_is_repeated():
    record = filled(intervenants=SPEAKERS, objectifs="Selon Idris  BENALI et Camille Ferrand, à Benali-le-Haut.")
    assert json.loads(write(record, "json", public=True))["objectifs"] == (
        "Selon [nom non publié] et Camille Ferrand, à Benali-le-Haut."
    )


def test_write_public_masks_the_name_written_beside_the_address():
    record = filled(personne_referente=f"Noé Duvallon <{MAIL}>", objectifs="Noé Duvallon anime. Noé aussi.")
    written = json.loads(write(record, "json", public=True))
    assert written["objectifs"] == "[nom non publié] anime. Noé aussi."
    assert written["personne_referente"] is None


@pytest.mark.parametrize("form", ["docx", "odt"])
def test_write_public_keeps_the_label_and_says_why_the_answer_is_empty(form):
    answers = ANSWERS[form](write(FILLED, form, public=True))
    assert answers["concertia:personne_referente"].strip() == ""
    lines = docx_lines if form == "docx" else odt_lines
    public, whole = (lines(write(FILLED, form, public=public)) for public in (True, False))
    assert "Personne référente* : email" in public
    assert [line for line in public if line.startswith("Version publique")] != []
    assert [line for line in whole if line.startswith("Version publique")] == []


# --- the same bytes ---------------------------------------------------------------------------------------------
def test_write_gives_the_same_bytes_in_another_process():
    code = (
        "import hashlib, json, sys; from concertia.engine.canvas.writer import write; record = json.load(sys.stdin)\n"
        "for form in ('docx', 'odt', 'pdf', 'json'): print(hashlib.sha256(write(record, form)).hexdigest())"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            input=json.dumps(FILLED),
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": ":".join(sys.path)},
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Pacific/Noumea"))
    ]
    assert runs[0] == runs[1]
    assert len(runs[0].split()) == 4
