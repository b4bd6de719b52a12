"""The reader on documents that Concertia wrote: each answer is found by its anchor, whatever its words."""

import io
import re
import time
import zipfile

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from concertia.engine.canvas.fields import BY_KEY, FIELDS, OTHER_LABEL, PUBLICS, REQUIRED_NOTE, SECTIONS, Kind
from concertia.engine.canvas.reader import read
from concertia.engine.canvas.reader_anchors import CHECKED
from concertia.engine.canvas.reading import empty_record
from concertia.engine.canvas.writer import write
from concertia.engine.notes import Note
from tests.engine.canvas.test_reader_documents import canvas, docx, get, p, run, seen
from tests.engine.canvas.test_writer_round_trip import answers, as_written, with_answer

FORMS = ["docx", "odt"]
CHOICES = [field.key for field in FIELDS if field.kind is Kind.CHOICES]


def read_again(record, form):
    reading = read(write(record, form), f"canevas.{form}")
    again = reading.record()
    del again["_manquants"]
    return again, reading.to_confirm()


def body_of(data):
    """What the body of a Word document holds, as XML."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        whole = archive.read("word/document.xml").decode()
    return re.search(r"<w:body>(.*)<w:sectPr>.*</w:body>", whole, re.DOTALL)[1]


def content_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("content.xml").decode()


def with_content(data, content):
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            new.writestr(name, content if name == "content.xml" else old.read(name))
    return stream.getvalue()


def anchored(key, *paragraphs, rank=None):
    tag = f"concertia:{key}" + (f":{rank}" if rank else "")
    return f'<w:sdt><w:sdtPr><w:tag w:val="{tag}"/></w:sdtPr><w:sdtContent>{"".join(paragraphs)}</w:sdtContent></w:sdt>'


# What is written is read again: any text

WRITTEN = "☐☒☑□✓xX[]()*:–—…-.,« »'’\t\n\xa0\u2009\xad\u200b\uf0fe\uf0a8\uf0b7\ue0ff\ufffdéœ𝔸1"
TELLING = [
    *(field.label for field in FIELDS),
    *(f"{field.label}* : {field.hint}" for field in FIELDS),
    *(field.hint for field in FIELDS),
    *(f"{section.number} – {section.title}" for section in SECTIONS),
    *(f"{box} {choice.label}" for box in "☐☒" for choice in PUBLICS),
    *(f"{box} {OTHER_LABEL} : x" for box in "☐☒"),
    REQUIRED_NOTE,
    "Concertation n° 2",
    "Fait à Val-Fleuri",
    "Cliquez ici pour entrer du texte",
    "à compléter",
    "à définir",
    "JJ/MM/AAAA",
    "☐ oui   ☒ non",
    "concertia:objectifs",
    "Oui",
    "0",
    "37",
    "31/02/2025",
    "ia@bourg",
]
ANY = st.lists(
    st.sampled_from(TELLING) | st.text(WRITTEN, max_size=6) | st.text(max_size=6), min_size=1, max_size=5
).flatmap(lambda pieces: st.sampled_from(["\n", " ", "", "\n\n"]).map(lambda between: between.join(pieces)))


def anything(field):
    """Any value that the writer takes; of what is checked, what is in its usual form, or is not sure."""
    if field.kind is Kind.CHOICES:
        chosen = st.sets(st.sampled_from([choice.label for choice in field.choices])).map(sorted)
        return st.none() | st.fixed_dictionaries({"choix": chosen, "autre": st.none() | ANY})
    if field.kind in CHECKED or field.kind is Kind.YES_NO:
        return answers(field)
    return st.none() | ANY


def records():
    flat, third = (
        st.fixed_dictionaries({field.key: anything(field) for field in FIELDS if (field.section == 3) == is_third})
        for is_third in (False, True)
    )
    return st.builds(lambda one, many: {**one, "_sections3": many}, flat, st.lists(third, min_size=1, max_size=3))


@given(records())
@settings(max_examples=80, deadline=None)
def test_any_record_is_read_as_it_was_written(record):
    for form in FORMS:
        assert read_again(record, form) == (as_written(record), ())


@given(st.sampled_from([field for field in FIELDS if field.kind in CHECKED]), ANY)
@example(BY_KEY["nb_participants"], "0")
@settings(max_examples=80, deadline=None)
def test_value_that_is_checked_is_whole_or_in_its_usual_form(field, words):
    record = with_answer(field.key, words)
    for form in FORMS:
        again, doubtful = read_again(record, form)
        found = (again if field.section < 3 else again["_sections3"][0]).pop(field.key)
        written = as_written(record)
        meant = (written if field.section < 3 else written["_sections3"][0]).pop(field.key)
        assert again == written
        assert {one.key for one in doubtful} <= {field.key}
        assert found == meant or not doubtful
        assert (found is None) == (meant is None)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("objectifs", "Un\n\n\nDeux   espaces\n\t– retrait\n    – encore\nfin"),
        ("objectifs", "a" + " " * 900 + "b"),
        ("objectifs", "☐"),
        ("objectifs", "…"),
        ("objectifs", "—"),
        ("objectifs", f"{REQUIRED_NOTE}\n3 – Résultats synthétiques de la concertation\n{REQUIRED_NOTE}"),
        ("objectifs", "Méthodologie de recrutement* :"),
        ("objectifs", "Sujet posée et évolution* : " + BY_KEY["sujet_evolution"].hint),
        ("objectifs", BY_KEY["objectifs"].hint),
        ("objectifs", "Nombre de participants : 12\nNombre de séquences animées : 3\nDiagnostics :"),
        ("objectifs", "trait\xadd’union et\u200bblanc, \uf0fe \uf020 \uf0ff \ue0ff"),
        ("objectifs", "à définir"),
        ("collectivite", "Un\nDeux\nTrois\nQuatre\nCinq"),
        ("droit_de_suite", "Fait à Val-Fleuri, cordialement"),
        ("acces_ressources", "https://val-fleuri.example/a\n\n  https://val-fleuri.example/b"),
        ("intervenants", "☒ Oui ☐ Non\nCamille Ferrand"),
        ("nb_participants", "0"),
        ("public_associe", {"choix": ["agents"], "autre": "☒ élus ☐ x"}),
        ("public_associe", {"choix": [], "autre": "x"}),
        ("public_associe", {"choix": ["élus"], "autre": "lycéens : x"}),
        ("public_associe", {"choix": [], "autre": ": …"}),
        (
            "recrutement",
            {"choix": [], "autre": "tirage au sort\n\n☐ appel à manifestation\nObjectifs de la démarche* :"},
        ),
        ("animation", {"choix": [], "autre": "☒ autre (à préciser) : ☐ autre (à préciser)"}),
    ],
)
def test_unusual_answer_is_read_whole(form, key, value):
    record = with_answer(key, value)
    assert read_again(record, form) == (as_written(record), ())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("date_debut_prevue", "31/02/2025", "date.impossible"),
        ("nb_participants", "une centaine", "count.approximate"),
        ("nb_participants", "0 habitant", "count.implausible"),
        ("personne_referente", "ia@bourg", "email.malformed"),
        ("personne_referente", "a" * 190_000, "answer.too_long"),
        ("acces_ressources", "les actes", "urls.absent"),
    ],
)
def test_values_are_still_checked(form, key, value, code):
    record = with_answer(key, value)
    again, doubtful = read_again(record, form)
    assert again == as_written(record)
    assert [(one.key, one.reason.code) for one in doubtful] == [(key, code)]


def test_zero_participants_are_sure_only_in_an_anchor():
    assert seen(get(read(docx(canvas({"nb_participants": "0"}))), "nb_participants"))[2] == "count.implausible"


@pytest.mark.parametrize("form", FORMS)
def test_blank_results_and_a_hundred_of_them_are_kept(form):
    record = empty_record(100)
    record["_sections3"][57]["propositions"] = "Nombre de participants* :\n☐"
    again, doubtful = read_again(record, form)
    assert (again, doubtful) == (record, ())


@pytest.mark.parametrize("form", FORMS)
def test_as_many_lines_as_the_reader_takes(form):
    record = with_answer("objectifs", "\n".join(f"Ligne {rank}" for rank in range(9_900)))
    assert read_again(record, form) == (as_written(record), ())


# What people do in Word


def filled_body(**changes):
    record = with_answer("objectifs", "Écouter.")
    record.update(changes)
    return body_of(write(record, "docx"))


def test_words_typed_beside_a_blank_anchor_are_found_by_the_label():
    body = body_of(write(with_answer("objectifs", None), "docx"))
    end = body.index("</w:sdt>", body.index('"concertia:objectifs"')) + len("</w:sdt>")
    reading = read(docx(body[:end] + p("Écouter les habitants.") + body[end:]))
    assert seen(get(reading, "objectifs")) == ("lu", "Écouter les habitants.", "")


def test_words_typed_beside_a_filled_anchor_are_kept_and_confirmed():
    body = filled_body()
    end = body.index("</w:sdt>", body.index('"concertia:objectifs"')) + len("</w:sdt>")
    one = get(read(docx(body[:end] + p("Et les agents.") + body[end:])), "objectifs")
    assert seen(one) == ("a_confirmer", "Écouter.\nEt les agents.", "answer.outside")
    assert one.reason == Note("answer.outside", {"text": "Et les agents."})
    start = body.index('"concertia:amo"')
    start = body.index("<w:p>", body.index("</w:sdtContent></w:sdt><w:p>", start))
    body = body[:start] + p("Un cabinet") + body[start:]
    assert get(read(docx(body)), "amo").reason == Note("answer.outside", {"text": "Un cabinet"})


def test_box_ticked_again_and_words_typed_after_other():
    body = filled_body(public_associe={"choix": ["agents"], "autre": None})
    boxes = [one.start() for one in re.finditer("<w14:checkbox>", body)]
    for rank, (old, new) in {7: ("☐", "☒"), 3: ("☐", "☒"), 1: ("☒", "☐")}.items():
        start, end = boxes[rank], boxes[rank + 1]
        state = {"☒": ("0", "1"), "☐": ("1", "0")}[new]
        box = body[start:end].replace(f'checked w14:val="{state[0]}"', f'checked w14:val="{state[1]}"', 1)
        body = body[:start] + box.replace(f'<w:t xml:space="preserve">{old}</w:t>', f"<w:t>{new}</w:t>", 1) + body[end:]
    body = body.replace(f" {OTHER_LABEL}</w:t>", f" {OTHER_LABEL} lycé</w:t></w:r><w:r><w:t>ens ☐ x</w:t>", 1)
    one = get(read(docx(body)), "public_associe")
    assert seen(one) == ("lu", {"choix": ["élus"], "autre": "lycéens ☐ x"}, "")


def test_changes_and_broken_runs_in_an_anchor():
    body = filled_body().replace(
        '<w:t xml:space="preserve">Écouter.</w:t></w:r>',
        '<w:t>Éc</w:t></w:r><w:proofErr w:type="spellStart"/>'
        '<w:del w:id="1"><w:r><w:delText>hou</w:delText></w:r></w:del>'
        f'<w:ins w:id="2">{run("outer")}</w:ins>{run("  tous", "b")}',
    )
    assert seen(get(read(docx(body)), "objectifs")) == ("lu", "Écouter  tous", "")
    struck = filled_body().replace(
        '<w:r><w:t xml:space="preserve">Écouter.', "<w:r><w:rPr><w:strike/></w:rPr><w:t>Écouter."
    )
    assert seen(get(read(docx(struck)), "objectifs"))[2] == "text.struck"


def test_usual_forms_are_made_of_what_people_type():
    body = filled_body(date_debut_prevue="mardi 7 janvier 2025")
    assert seen(get(read(docx(body)), "date_debut_prevue")) == ("lu", "07/01/2025", "")


def third(body):
    return body[body.index('<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t xml:space="preserve">3') :]


@pytest.mark.parametrize("labels", [True, False])
def test_section_3_copied_counts_by_its_order(labels):
    body = filled_body()
    first = read(docx(body)).record()["_sections3"][0]
    copy = third(body).replace(f">{first['nb_participants']}<", ">12<")
    if not labels:
        copy = copy[copy.index("<w:sdt>") :]
        copy = re.sub(r"<w:p><w:pPr><w:pStyle w:val=\"ListBullet\"/>.*?</w:p>", "", copy)
    again = read(docx(body + copy))
    assert again.record()["_sections3"] == [first, first | {"nb_participants": "12"}]
    assert again.to_confirm() == ()


def test_section_3_pasted_in_the_last_anchor_is_another_result():
    body = filled_body()
    end = body.rindex("</w:sdtContent>")
    reading = read(docx(body[:end] + third(body) + body[end:]))
    first = read(docx(body)).record()["_sections3"][0]
    assert reading.record()["_sections3"] == [first, first]


# Documents of every origin


def test_anchors_and_labels_mix():
    body = canvas({"objectifs": anchored("objectifs", p("Diagnostics : aucun"), p(""), p("  fin"))})
    reading = read(docx(body))
    assert seen(get(reading, "objectifs")) == ("lu", "Diagnostics : aucun\n\n  fin", "")
    assert reading.record() == read(docx(canvas({"objectifs": "Écouter."}))).record() | {
        "objectifs": "Diagnostics : aucun\n\n  fin"
    }


def test_anchor_stands_for_its_lost_label():
    body = canvas(drop=("objectifs",))
    reading = read(docx(body + anchored("objectifs", p("Écouter."))))
    assert seen(get(reading, "objectifs")) == ("lu", "Écouter.", "")
    assert seen(get(reading, "acces_ressources"))[0] == "lu"
    odt = write(with_answer("objectifs", "Écouter."), "odt")
    lost = re.sub(
        r"<text:list [^>]*>(?:(?!</text:list>).)*Objectifs de la.*?</text:list>", "", content_of(odt), count=1
    )
    assert read(with_content(odt, lost)).record() == read(odt).record()


def test_forged_anchors_hide_nothing():
    plain = read(docx(canvas()))
    wrapped = read(docx(anchored("objectifs", canvas())))
    assert wrapped.fields == plain.fields
    bare = re.sub("<w:b/>", "", canvas())
    assert [one.value for one in read(docx(anchored("objectifs", bare))).fields] == [one.value for one in plain.fields]
    for key in ("xyz", "objectifs:x", "", "objectifs:1:2", "Objectifs"):
        assert read(docx(anchored(key, canvas()))).fields == plain.fields
    twice = read(docx(canvas() + anchored("objectifs", p("Autre chose"), rank=99)))
    assert seen(get(twice, "objectifs")) == ("a_confirmer", "Écouter les habitants.", "label.repeated")
    assert "Autre chose" in get(twice, "objectifs").text
    assert [one.value for one in twice.fields] == [one.value for one in plain.fields]


@pytest.mark.parametrize("keys", [["xyz"], ["objectifs:99"], ["objectifs", "amo", "propositions:7", "diagnostics"]])
def test_thousands_of_forged_anchors_take_no_time(keys):
    forged = "".join(anchored(keys[rank % len(keys)], p("faux" if rank % 2 else "")) for rank in range(4_000))
    start = time.process_time()
    reading = read(docx(canvas() + forged))
    assert time.process_time() - start < 5
    unknown = "".join(p("faux") for rank in range(2_000)) if keys == ["xyz"] else ""  # read as any other words
    plain = {one.key: one for one in read(docx(canvas() + unknown)).fields}
    named = {key.partition(":")[0] for key in keys}
    read_as_before = [one.value for one in plain.values() if one.key not in named]
    assert [one.value for one in reading.fields if one.key not in named and not one.result] == read_as_before
    for key in named & set(plain):
        assert plain[key].text in "".join(one.text for one in reading.fields if one.key == key)


def test_nested_forged_anchors_are_read_by_the_labels():
    body = canvas({"objectifs": anchored("objectifs", anchored("amo", p("Écouter.")), p("Suite"))})
    nested = canvas()
    for key in ("objectifs", "amo", "propositions:3") * 12:
        nested = anchored(key, nested)
    assert [one.value for one in read(docx(nested)).fields] == [one.value for one in read(docx(canvas())).fields]
    reading = read(docx(body))
    assert seen(get(reading, "objectifs")) == ("lu", "Suite", "")
    assert seen(get(reading, "amo"))[2] == "label.repeated"
    assert "Écouter." in get(reading, "amo").text
