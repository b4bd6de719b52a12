import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from concertia.consultations.actions import imports
from concertia.consultations.actions.canvas import save_canvas
from concertia.consultations.actions.documents import draft_document
from concertia.consultations.actions.reading import draft_of
from concertia.consultations.engine_inputs import record_of
from concertia.consultations.enums import FieldDecision, FindingKind, ImportState
from concertia.consultations.models import CanvasImport, Consultation
from concertia.consultations.queries import territories_with_work
from concertia.core.enums import JobState
from concertia.core.errors import NotAllowed, Refused
from concertia.engine.canvas.reader import read
from concertia.territories.enums import Role
from concertia.territories.models import Territory
from tests import factories


def lines_of(document):
    return {(line["cle"], line["resultat"]): line for line in document.reading["champs"]}


def test_import_fills_an_empty_draft(draft, referent):
    document = imports.import_canvas(draft, by=referent, upload=factories.a_document())
    draft.refresh_from_db()
    assert document.state == ImportState.TO_REVIEW
    assert draft.referent_email == "participation@val-fleuri.example"
    assert (draft.publics, draft.publics_other) == (["usagers", "agents", "associatifs"], "lycéens du territoire")
    results = draft.results.get()
    assert (results.sessions_count, results.sessions_hours, results.participants) == (4, 10, 37)
    assert [(row.kind, row.text) for row in results.findings.all()] == [
        (FindingKind.VIGILANCE, "La crainte d’une perte du contact humain revient à chaque table"),
        (FindingKind.VIGILANCE, "Les personnes éloignées du numérique ont peu pris la parole"),
        (FindingKind.BRAKE, "méconnaissance des usages déjà en cours dans les services"),
        (FindingKind.OPPORTUNITY, "gain de temps pour l’accueil physique"),
    ]
    assert results.propositions.count() == 3
    assert [row.name for row in draft.speakers.all()] == ["Camille Ferrand", "Idris Benali"]
    assert not draft.speakers.filter(may_be_published=True).exists()


def test_import_gives_each_section_3_its_results(draft, referent):
    record = factories.filled_record("montbrun")
    imports.import_canvas(draft, by=referent, upload=factories.a_document(record))
    assert [row.participants for row in draft.results.all()] == [24, 61]
    assert [row.propositions.count() for row in draft.results.all()] == [1, 2]


def test_import_never_overwrites_what_was_typed(draft, referent):
    canvas = draft_of(draft)
    canvas.values["objectives"] = "Ce que nous avons écrit."
    save_canvas(draft, by=referent, version=0, canvas=canvas)
    document = imports.import_canvas(draft, by=referent, upload=factories.a_document())
    draft.refresh_from_db()
    assert draft.objectives == "Ce que nous avons écrit."
    assert lines_of(document)["objectifs", None]["decision"] == FieldDecision.DIFFERENT


def test_taking_one_field_from_the_document_replaces_it_alone(draft, referent):
    canvas = draft_of(draft)
    canvas.values |= {"objectives": "Le nôtre.", "feedback_method": "La nôtre."}
    save_canvas(draft, by=referent, version=0, canvas=canvas)
    document = imports.import_canvas(draft, by=referent, upload=factories.a_document())
    imports.take_from_document(document, by=referent, key="objectifs", result=None)
    draft.refresh_from_db()
    assert draft.objectives == factories.filled_record()["objectifs"]
    assert draft.feedback_method == "La nôtre."


def test_taking_one_field_leaves_empty_what_was_emptied_since(draft, referent):
    document = imports.import_canvas(draft, by=referent, upload=factories.a_document())
    draft.refresh_from_db()
    canvas = draft_of(draft)
    canvas.values["feedback_method"] = ""
    save_canvas(draft, by=referent, version=draft.version, canvas=canvas)
    imports.take_from_document(document, by=referent, key="objectifs", result=None)
    draft.refresh_from_db()
    assert draft.feedback_method == ""


def test_taking_the_speakers_keeps_the_consents_already_noted(draft, referent):
    document = imports.import_canvas(draft, by=referent, upload=factories.a_document())
    draft.speakers.update(may_be_published=True)
    before = list(draft.speakers.values_list("key", "name", "may_be_published"))
    imports.take_from_document(document, by=referent, key="intervenants", result=None)
    assert list(draft.speakers.values_list("key", "name", "may_be_published")) == before


def test_a_number_that_no_column_holds_is_left_to_a_person(draft, referent):
    record = factories.filled_record()
    record["_sections3"][0]["nb_participants"] = "99999999999999"
    document = imports.import_canvas(draft, by=referent, upload=factories.a_document(record))
    imports.take_from_document(document, by=referent, key="nb_participants", result=0)
    assert draft.results.get().participants is None
    assert lines_of(document)["nb_participants", 0]["decision"] == FieldDecision.PENDING


def test_what_is_doubtful_is_not_taken(draft, referent):
    record = factories.filled_record()
    record["_sections3"][0]["nb_participants"] = "une centaine"
    record["date_debut_prevue"] = "31/02/2025"
    document = imports.import_canvas(draft, by=referent, upload=factories.a_document(record))
    draft.refresh_from_db()
    assert (draft.planned_start, draft.results.get().participants) == (None, None)
    line = lines_of(document)["nb_participants", 0]
    assert (line["statut"], line["decision"]) == ("a_confirmer", FieldDecision.PENDING)
    assert "une centaine" in line["texte"]
    assert line["lieu"]
    assert line["raison"]


def test_an_answer_longer_than_its_field_waits_for_a_person(draft, referent):
    record = factories.filled_record()
    record["objectifs"] = "mot " * 6_000
    record["collectivite"] = "n" * 10_000
    document = imports.import_canvas(draft, by=referent, upload=factories.a_document(record))
    draft.refresh_from_db()
    assert (draft.objectives, draft.authority_name) == ("", draft.territory.name)
    assert lines_of(document)["objectifs", None]["decision"] == FieldDecision.PENDING


@pytest.mark.parametrize("extension", ["docx", "odt"])
@pytest.mark.parametrize("name", ["val-fleuri", "montbrun"])
def test_the_authority_s_document_reads_back_to_the_same_record(name, extension, draft, referent):
    record = factories.filled_record(name)
    imports.import_canvas(draft, by=referent, upload=factories.a_document(record))
    draft.refresh_from_db()
    other = factories.a_draft(draft.territory, referent)
    again = SimpleUploadedFile(f"c.{extension}", draft_document(draft, extension))
    assert read(draft_document(draft, extension)).to_confirm() == ()
    imports.import_canvas(other, by=referent, upload=again)
    other.refresh_from_db()
    without_consent = [
        {**row, "publiable": False} for row in record_of(draft)["intervenants"] or [] if isinstance(row, dict)
    ]
    expected = record_of(draft) | ({"intervenants": without_consent} if without_consent else {})
    assert record_of(other) == expected


def zip_of(entries):
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return data.getvalue()


BAD = {
    "empty": b"",
    "pdf": b"%PDF-1.7\n" + b"0" * 500,
    "photo": b"\xff\xd8\xff\xe0" + b"0" * 500,
    "doc of 1997": bytes.fromhex("d0cf11e0a1b11ae1") + b"0" * 2000,
    "bomb": zip_of({"content.xml": b"0" * 80_000_000}),
    "escape": zip_of({"../content.xml": b"<a/>"}),
    "truncated": b"PK\x03\x04" + b"0" * 100,
}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD.keys())
def test_a_bad_file_is_refused_in_one_sentence_and_nothing_is_written(data, draft, referent):
    with pytest.raises(Refused) as refusal:
        imports.import_canvas(draft, by=referent, upload=SimpleUploadedFile("canevas.docx", data))
    sentence = str(refusal.value)
    assert sentence.endswith(".")
    assert "{" not in sentence
    assert CanvasImport.objects.count() == 0
    assert Consultation.objects.get().version == 0


def test_a_file_of_40_mb_is_refused_before_it_is_read(draft, referent):
    class Upload:
        name, size = "canevas.docx", 40 * 1024**2

        def read(self):
            raise AssertionError("read")

    with pytest.raises(Refused, match="20"):
        imports.import_canvas(draft, by=referent, upload=Upload())


def test_a_reader_imports_nothing(draft):
    reader = factories.a_user(draft.territory, Role.READER)
    with pytest.raises(NotAllowed):
        imports.import_canvas(draft, by=reader, upload=factories.a_document())


# --- the national team's mailbox -------------------------------------------------------------------------------------
@pytest.fixture
def team(db):
    return factories.a_national_team_member()


def test_a_batch_reads_every_file_and_says_which_are_refused(team):
    uploads = [factories.a_document(name="a.docx"), factories.a_document(name="b.odt")]
    uploads.append(SimpleUploadedFile("photo.docx", BAD["photo"]))
    job = imports.receive_batch(uploads, by=team)
    imports.read_batch(job)
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == (JobState.DONE, 3, 3)
    states = dict(CanvasImport.objects.values_list("name", "state"))
    assert states == {"a.docx": "to_attach", "b.odt": "to_attach", "photo.docx": "refused"}


def test_a_killed_batch_takes_up_where_it_was(team, monkeypatch):
    job = imports.receive_batch([factories.a_document(name=f"{n}.docx") for n in "abc"], by=team)
    real, calls = imports.read_document, []

    def killed_at_the_second(data, name):
        calls.append(name)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(data, name)

    monkeypatch.setattr(imports, "read_document", killed_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        imports.read_batch(job)
    imports.read_batch(job)
    assert calls == ["a.docx", "b.docx", "b.docx", "c.docx"]
    assert CanvasImport.objects.filter(state=ImportState.TO_ATTACH).count() == 3


def test_a_cancelled_batch_stops_between_two_files(team):
    job = imports.receive_batch([factories.a_document()], by=team)
    imports.cancel_batch(job, by=team)
    imports.read_batch(job)
    assert CanvasImport.objects.get().state == ImportState.WAITING
    imports.resume_batch(job, by=team)
    imports.read_batch(job)
    assert CanvasImport.objects.get().state == ImportState.TO_ATTACH


def test_a_batch_whose_file_is_gone_says_so_and_can_be_taken_up(team):
    job = imports.receive_batch([factories.a_document()], by=team)
    document = CanvasImport.objects.get()
    document.file.storage.delete(document.file.name)
    imports.read_batch(job)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert document.name in job.message


def test_attaching_makes_a_draft_that_the_territory_finds(team, territory, referent):
    imports.read_batch(imports.receive_batch([factories.a_document()], by=team))
    document = CanvasImport.objects.get()
    consultation = imports.attach_import(document, by=team, territory=territory, title="Reçu par courriel")
    assert [rows for _, _, rows in territories_with_work(referent)] == [[consultation]]
    assert consultation.results.get().propositions.count() == 3
    document.refresh_from_db()
    assert (document.state, document.consultation) == (ImportState.TO_REVIEW, consultation)
    with pytest.raises(NotAllowed):
        imports.attach_import(document, by=team, territory=territory, title="Encore")


def test_attaching_gives_its_code_to_a_territory_that_has_none(team):
    territory = Territory.objects.create(name="Rezé", kind="commune")
    imports.read_batch(imports.receive_batch([factories.a_document()], by=team))
    document = CanvasImport.objects.get()
    consultation = imports.attach_import(document, by=team, territory=territory, title="T", short_code="REZ")
    assert consultation.public_id == "REZ-01"


def test_attaching_keeps_a_code_given_meanwhile(team):
    read_before = factories.a_territory()
    type(read_before).objects.filter(pk=read_before.pk).update(short_code="REZ")
    read_before.short_code = None
    job = imports.receive_batch([factories.a_document()], by=team)
    imports.read_batch(job)
    imports.attach_import(job.imports.get(), by=team, territory=read_before, title="T", short_code="AUT")
    read_before.refresh_from_db()
    assert read_before.short_code == "REZ"
