"""A file that is not a filled canvas: one French sentence, and the draft stays as it was."""

import hashlib
import io
import re
import zipfile

import pytest

from tests.journeys.browser import REFERENT, says
from tests.journeys.canvases import document, upload

LARGEST = 20 * 1024 * 1024


def other_form():
    """A Word document that is some other form."""
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName='
        '"/word/document.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Target="word/document.xml" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/>'
        "</Relationships>"
    )
    body = (
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>'
        "Demande de subvention</w:t></w:r></w:p></w:body></w:document>"
    )
    return zipped({"[Content_Types].xml": types, "_rels/.rels": relations, "word/document.xml": body})


def zipped(parts, compression=zipfile.ZIP_DEFLATED):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", compression) as opened:
        for name, content in parts.items():
            opened.writestr(name, content)
    return archive.getvalue()


def bad_files():
    good = document()
    return {
        "vide.docx": b"",
        "pdf-renomme.docx": b"%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF",
        "photo.docx": b"\xff\xd8\xff\xe0\x00\x10JFIF" + hashlib.shake_256(b"photo").digest(20_000),
        "ancien.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096),
        "tronque.docx": good[: len(good) // 2],
        "autre-formulaire.docx": other_form(),
        "dehors.odt": zipped({"mimetype": "application/vnd.oasis.opendocument.text", "../../dehors.xml": "<a/>"}),
        "gonfle.odt": zipped(
            {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": b"<a>" + bytes(60_000_000)}
        ),
        "enorme.docx": bytes(LARGEST + 1),
    }


def one_sentence(person):
    """What the page says on top: a single message, one sentence or two, in words."""
    messages = person.page.locator(".messages li").all_inner_texts()
    assert len(messages) == 1, messages
    said = messages[0]
    assert re.search(r"[.!]$", said), said
    assert not re.search(r"Traceback|Error|\b[a-z_]+\.[a-z_]+ \{", said), said
    return said


@pytest.mark.parametrize(("shape", "script"), [("etroit", True), ("large", False)], ids=["script", "sans-script"])
def test_bad_file_is_refused_in_one_sentence_and_changes_nothing(people, tmp_path, shape, script):
    referent = people(REFERENT, shape=shape, script=script)
    identifier = referent.start("Mauvais fichiers")
    before, said = referent.draft(identifier), {}
    for rank, (name, data) in enumerate(bad_files().items()):
        referent.page.goto(f"/espace/concertations/{identifier}/documenter/")
        (tmp_path / name).write_bytes(data)
        referent.field("#document").set_input_files(tmp_path / name)
        with referent.page.expect_navigation():
            referent.page.get_by_role("button", name="Déposer et comparer").click()
        if rank == 0:
            referent.look()
        assert referent.path == f"/espace/concertations/{identifier}/documenter/", name
        said[name] = one_sentence(referent)
        assert referent.draft(identifier) == before, name
    assert referent.page.get_by_role("heading", name="Documents déposés").count() == 0
    assert len(set(said.values())) == len(said), said


def test_bad_file_at_creation_still_creates_and_says_so(people):
    referent = people(REFERENT, shape="large")
    referent.open("/espace/territoires/VAL/concertations/nouvelle/")
    referent.fill({"#title": "Créée avec une photo"})
    referent.field("#document").set_input_files(upload("photo.docx", bad_files()["photo.docx"]))
    referent.press("Créer", exact=True)
    assert referent.path.endswith("/canevas/")
    assert "La concertation est créée, mais le document n’a pas été lu." in one_sentence(referent)


def test_nothing_chosen_says_what_to_choose(people):
    referent = people(REFERENT, shape="etroit")
    identifier = referent.start("Rien de choisi")
    referent.page.goto(f"/espace/concertations/{identifier}/documenter/")
    referent.press("Déposer et comparer")
    says(referent, "Aucun document : choisissez un fichier .docx ou .odt non vide, puis déposez-le.")
