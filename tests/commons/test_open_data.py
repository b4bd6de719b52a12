"""The archives of the open data: what they hold and never hold, and what happens when something is taken down."""

import csv
import datetime as dt
import functools
import hashlib
import io
import json
import time
import warnings
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from concertia.commons.actions import open_data
from concertia.commons.actions.open_data import make_release, rewrite_releases, write_current
from concertia.commons.archive.cells import cell
from concertia.commons.archive.tables import CONSULTATIONS, TABLES
from concertia.commons.enums import ReleaseState
from concertia.commons.models import HeldVersion, OpenDataRelease
from concertia.consultations.actions.canvas import save_canvas
from concertia.consultations.actions.publication import unpublish
from concertia.consultations.actions.reading import draft_of
from concertia.consultations.models import Consultation, Publication, Session, Stakeholder
from concertia.core import schedule
from concertia.core.fingerprint import fingerprint
from concertia.engine.canvas.schema import table_schema
from concertia.territories.models import Territory
from tests import factories
from tests.commons.publishing import consent, publish_again, published


def archive_bytes():
    out = io.BytesIO()
    write_current(out)
    return out.getvalue()


def files_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def everything_in(data):
    """Every byte that somebody could read in the archive, names included."""
    files = files_of(data)
    return b"\n".join([*(name.encode() for name in files), *files.values()])


def rows_of(data, table):
    return list(csv.DictReader(io.StringIO(files_of(data)[f"{table}.csv"].decode(), newline="")))


def content_of(release):
    release.refresh_from_db()
    with default_storage.open(release.file.name) as file:
        return file.read()


def address_of(release):
    return f"/donnees-ouvertes/archives/{release.number}/concertia-{release.made_on:%Y-%m-%d}.zip"


def downloaded(release, client=None):
    response = (client or Client()).get(address_of(release))
    body = b"".join(response.streaming_content) if response.streaming else response.content
    factories.close_files(response)
    return response, body


@pytest.fixture
def two(db):
    """Two consultations, one with two versions, sessions, actors, and speakers of whom one agrees."""
    speakers = [("Camille Fictive", True), ("Idris Inventé", False)]
    heard = {"objectives": "Entendre Camille Fictive et Idris Inventé."}
    alp, referent = published("ALP", speakers=speakers, draft=heard)
    Stakeholder.objects.create(consultation=alp, name="Maison fictive", invited=True)
    Session.objects.create(consultation=alp, starts_at=dt.datetime(2025, 2, 3, 18, tzinfo=dt.UTC), attendance=12)
    factories.a_signature(alp.territory)
    publish_again(alp, referent, reason="Relue par Camille Fictive.", feedback_method="En séance publique.")
    bet, other = published("BET", title="Une charte locale", results=2)
    return alp, referent, bet, other


# --- what it holds --------------------------------------------------------------------------------------------------
def test_frictionless_finds_nothing_to_say(two, tmp_path):
    with zipfile.ZipFile(io.BytesIO(archive_bytes())) as archive:
        archive.extractall(tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of frictionless and what it imports, not of our own code
        from frictionless import Package  # noqa: PLC0415 -- slow import

        package = Package(str(tmp_path / "datapackage.json"))
        report = package.validate()
    assert report.flatten(["type", "message"]) == []
    assert [task.name for task in report.tasks] == [table.name for table in TABLES]
    assert package.to_descriptor()["donnees_personnelles"] == "oui"


def test_an_empty_instance_has_an_archive_too(db, tmp_path):
    with zipfile.ZipFile(io.BytesIO(archive_bytes())) as archive:
        archive.extractall(tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of frictionless and what it imports, not of our own code
        from frictionless import validate  # noqa: PLC0415 -- slow import

        assert validate(str(tmp_path / "datapackage.json")).valid


def test_the_same_content_gives_the_same_bytes(two):
    before = archive_bytes()
    with timezone.override("Pacific/Auckland"):
        assert archive_bytes() == before


def test_it_says_what_it_holds(two):
    files = files_of(archive_bytes())
    assert list(files) == sorted(files)
    sums = dict(reversed(line.split("  ")) for line in files["SHA256SUMS"].decode().splitlines())
    assert sums == {name: hashlib.sha256(body).hexdigest() for name, body in files.items() if name != "SHA256SUMS"}
    manifest = json.loads(files["manifest.json"])
    assert manifest["fichiers"] == len(files)
    assert manifest["nombres"]["concertations_distinctes"] == 2
    for name, count in list(manifest["nombres"].items())[:-1]:
        assert len(list(csv.reader(io.StringIO(files[f"{name}.csv"].decode(), newline="")))) == count + 1
    package = json.loads(files["datapackage.json"])
    for resource in package["resources"]:
        body = files[resource["path"]]
        assert (resource["bytes"], resource["hash"]) == (len(body), f"sha256:{hashlib.sha256(body).hexdigest()}")
    assert package["licenses"][0]["name"] == "etalab-2.0"
    assert "concertations.csv" in files["LISEZMOI.txt"].decode()


def test_a_consultation_has_the_columns_of_the_canvas(two):
    columns = [field["name"] for field in table_schema()["fields"]]
    assert CONSULTATIONS.columns[-len(columns) :] == columns
    assert {field["type"] for field in CONSULTATIONS.schema()["fields"] if "date" in field["name"]} == {"date"}
    row = next(row for row in rows_of(archive_bytes(), "concertations") if row["concertation"] == "ALP-01")
    assert (row["version"], row["etat"], row["resultat"], row["date_debut_prevue"]) == (
        "2",
        "documentée",
        "1",
        "2024-10-15",
    )
    assert row["intervenants"] == "Oui.\nCamille Fictive, Chercheuse, L’IA, dite"
    assert "personne_referente" not in row
    versions = [row for row in rows_of(archive_bytes(), "publications") if row["concertation"] == "ALP-01"]
    assert [(row["version"], row["en_ligne"], row["masquee_depuis"]) for row in versions] == [
        ("1", "non", "non"),
        ("2", "oui", "non"),
    ]


def test_the_documentation_names_every_table_and_column():
    text = (Path(__file__).parents[2] / "docs" / "donnees-ouvertes.md").read_text(encoding="utf-8")
    for table in TABLES:
        part = text.partition(f"### `{table.path}`")[2].partition("\n### ")[0]
        listed = part.partition("Colonnes : ")[2].partition(".\n")[0]
        assert [name.strip("`") for name in listed.replace("\n", " ").split(", ")] == table.columns


def test_the_json_of_a_version_is_that_of_its_page(two, client):
    files = files_of(archive_bytes())
    for public_id, version in (("ALP-01", 1), ("ALP-01", 2), ("BET-01", 1)):
        page = client.get(f"/concertations/{public_id}/versions/{version}/canevas.json").content
        assert files[f"publications/{public_id}-v{version}.json"] == page
    signature = Territory.objects.get(short_code="ALP").signatures.get()
    assert (
        files[f"signatures/ALP-{signature.pk}.json"]
        == client.get(f"/territoires/ALP/charte/{signature.pk}.json").content
    )


# --- what it never holds ----------------------------------------------------------------------------------------------
def test_what_may_not_be_read_is_in_no_byte(two):
    alp, referent, bet, other = two
    publish_again(bet, other, objectives="Le mot semé dans une version retirée : zorglub.")
    unpublish(bet, by=other, reason="Une erreur.", every_version=False)
    gone, owner = published("GON", title="Entièrement retirée")
    unpublish(gone, by=owner, reason="Un retrait entier.")
    factories.a_draft(alp.territory, referent, title="Brouillon semé")
    Consultation.objects.filter(pk=alp.pk).update(objectives="Un brouillon semé depuis.")
    body = everything_in(archive_bytes()).decode()
    assert "zorglub" not in body
    assert "GON-01" not in body
    assert "Entièrement retirée" not in body
    assert "semé" not in body
    assert "Idris" not in body
    assert "Camille Fictive" in body
    assert referent.email not in body
    assert "@" not in files_of(archive_bytes())["concertations.csv"].decode()
    notice = [row for row in rows_of(archive_bytes(), "publications") if row["concertation"] == "BET-01"][1]
    assert (notice["motif_retrait"], notice["fichier"], notice["sha256"]) == ("Une erreur.", "", "")


FORMULAS = "=+-@＝＋－＠"


@given(st.text() | st.text(alphabet=FORMULAS + "\t\r\n '\"a\x00\u202e"))
def test_no_cell_is_a_formula(text):
    shown = cell(text)
    assert not shown.lstrip().startswith(tuple(FORMULAS))
    assert not shown.startswith(("\t", "\r", "\n"))
    assert not any(ord(sign) < 32 and sign not in "\t\n" for sign in shown)
    assert shown in (kept := cell(f"a{text}")[1:], f"'{kept}")  # nothing else is changed


@pytest.mark.parametrize("value", [-3, 0, True, None, dt.date(2025, 1, 2)])
def test_a_typed_value_has_no_apostrophe(value):
    assert cell(value) == {-3: "-3", 0: "0", True: "oui", None: ""}.get(value, "2025-01-02")


def test_formulas_typed_by_people_are_neutralised_in_every_table(two):
    alp, referent, *_ = two
    Territory.objects.filter(short_code="ALP").update(name="＝SOMME(A1)", note="+33 1")
    publish_again(alp, referent, objectives='=HYPERLINK("http://x.example")', subject="\t@cmd")
    data = archive_bytes()
    for table in TABLES:
        for row in rows_of(data, table.name):
            assert not [value for value in row.values() if value.lstrip().startswith(tuple(FORMULAS))]
    assert rows_of(data, "concertations")[0]["objectifs"].startswith("'=HYPERLINK")


# --- releases ---------------------------------------------------------------------------------------------------------
def test_nothing_new_is_made_when_nothing_changed(two, client):
    alp, referent, *_ = two
    first = make_release()
    assert make_release() == first
    assert OpenDataRelease.objects.count() == 1
    publish_again(alp, referent, feedback_method="Par courrier.")
    second = make_release()
    assert [second.number, first.number] == list(OpenDataRelease.objects.values_list("number", flat=True)) == [2, 1]
    unchanged = HeldVersion.objects.get(publication__consultation__territory__short_code="BET")
    assert (unchanged.first, unchanged.last) == (1, 2)
    html = client.get("/donnees-ouvertes/").content.decode()
    for release in (first, second):
        assert address_of(release) in html
        assert release.sha256 in html


def test_an_archive_is_streamed_under_its_name_with_its_fingerprint(two, client):
    release = make_release()
    response, body = downloaded(release)
    assert hashlib.sha256(body).hexdigest() == release.sha256
    assert response.streaming
    assert response["ETag"] == f'"{release.sha256}"'
    assert f"concertia-{release.made_on:%Y-%m-%d}.zip" in response["Content-Disposition"]
    assert int(response["Content-Length"]) == release.size == len(body)
    assert client.get(address_of(release), headers={"if-none-match": response["ETag"]}).status_code == 304
    latest = client.get("/donnees-ouvertes/concertia.zip")
    assert (latest.status_code, latest["Location"]) == (302, address_of(release))


@pytest.mark.parametrize(
    "address",
    [
        "1/concertia-2020-01-01.zip",
        "2/concertia-{day}.zip",
        "1/concertia-2027-02-30.zip",
        "9" * 40 + "/concertia-{day}.zip",
    ],
)
def test_an_archive_that_never_was_is_not_found(address, two, client):
    day = f"{make_release().made_on:%Y-%m-%d}"
    assert client.get("/donnees-ouvertes/archives/" + address.format(day=day)).status_code == 404


@pytest.mark.parametrize("tag", ["nonsense", '"', 'W/"', "é" * 300, "*, x"])
def test_a_nonsense_etag_gets_the_archive(tag, two):
    response = Client().get(address_of(make_release()), headers={"if-none-match": tag})
    assert response.status_code == 200
    factories.close_files(response)


def test_before_the_first_archive_the_page_says_so(db, client):
    assert "la première est préparée cette nuit" in client.get("/donnees-ouvertes/").content.decode()
    response = client.get("/donnees-ouvertes/concertia.zip")
    assert response.status_code == 404
    assert "Aucune archive" in response.content.decode()


def test_a_release_is_withheld_at_once_and_written_again(two, django_capture_on_commit_callbacks):
    alp, referent, bet, other = two
    first = make_release()
    publish_again(alp, referent, feedback_method="Par courrier.")
    second = make_release()
    old_file = first.file.name
    Client().get("/donnees-ouvertes/")
    unpublish(bet, by=other, reason="Une erreur.")
    for release in (first, second):
        response, body = downloaded(release)
        assert response.status_code == 404
        assert "est récrite sans" in body.decode()
        assert response["Cache-Control"] == "no-store"
    assert Client().get("/donnees-ouvertes/concertia.zip").status_code == 404
    page = Client().get("/donnees-ouvertes/").content.decode()
    assert page.count("en cours de récriture") == 2
    assert address_of(first) not in page
    with django_capture_on_commit_callbacks(execute=True):
        assert rewrite_releases() == 2
    for release in (first, second):
        response, body = downloaded(release)
        assert response.status_code == 200
        release.refresh_from_db()
        assert release.state == ReleaseState.REWRITTEN
        assert (release.left_out, release.counts["concertations_distinctes"]) == (1, 1)
        assert response["ETag"] == f'"{hashlib.sha256(body).hexdigest()}"' == f'"{release.sha256}"'
        assert "BET-01" not in everything_in(body).decode()
        assert "ALP-01" in everything_in(body).decode()
    assert not default_storage.exists(old_file)
    assert len(default_storage.listdir("donnees-ouvertes")[1]) == 2
    assert "1 concertation n’y est plus" in Client().get("/donnees-ouvertes/").content.decode()
    assert rewrite_releases() == 0


def test_a_rewritten_archive_still_says_what_was_true_that_day(two):
    alp, referent, bet, other = two
    first = make_release()
    before = rows_of(content_of(first), "organisations")
    Territory.objects.filter(short_code="ALP").update(name="Un autre nom")
    Consultation.objects.filter(pk=alp.pk).update(state="followed")
    unpublish(bet, by=other, reason="Une erreur.")
    rewrite_releases()
    after = content_of(first)
    without = [{**row, "a_publie": "non"} if row["code"] == "BET" else row for row in before]
    assert rows_of(after, "organisations") == without
    assert {row["etat"] for row in rows_of(after, "concertations")} == {"documentée"}


def test_the_earlier_version_takes_the_place_of_one_taken_down(two):
    alp, referent, *_ = two
    release = make_release()
    unpublish(alp, by=referent, reason="Une erreur.", every_version=False)
    rewrite_releases()
    data = content_of(release)
    row = next(row for row in rows_of(data, "concertations") if row["concertation"] == "ALP-01")
    assert row["version"] == "1"
    assert "En séance publique" not in everything_in(data).decode()
    release.refresh_from_db()
    assert release.left_out == 0
    assert "ce qui ne doit plus être lu n’y est plus" in Client().get("/donnees-ouvertes/").content.decode()


def test_a_consent_withdrawn_withholds_and_masks_every_release(two):
    alp, referent, *_ = two
    release = make_release()
    assert "Camille Fictive" in everything_in(content_of(release)).decode()
    consent(alp, referent, "Camille Fictive", agrees=False)
    assert downloaded(release)[0].status_code == 404
    last = make_release()  # the night's job rewrites, then adds nothing: the bytes would be the same
    assert last == release
    body = everything_in(content_of(release)).decode()
    assert "Camille" not in body
    assert "[nom non publié]" in body
    masked = json.loads(files_of(content_of(release))["publications/ALP-01-v2.json"])
    assert masked["masque_depuis"] is True
    assert masked["sha256"] == Publication.objects.get(consultation=alp, number=2).sha256
    assert fingerprint(masked["contenu"]) != masked["sha256"]


def test_saving_a_draft_withholds_nothing(two):
    alp, referent, *_ = two
    release = make_release()
    alp.refresh_from_db()
    canvas = draft_of(alp)
    canvas.values["objectives"] = "Pas encore publié."
    save_canvas(alp, by=referent, version=alp.version, canvas=canvas)
    release.refresh_from_db()
    assert release.state == ReleaseState.DOWNLOADABLE


def test_a_retreat_that_no_act_told_is_found_by_the_night(two):
    *_, bet, other = two
    release = make_release()
    Publication.objects.filter(consultation=bet).update(withdrawn_at=timezone.now(), withdrawn_reason="À la main.")
    make_release()
    assert downloaded(release)[0].status_code == 404
    rewrite_releases()
    assert "BET-01" not in everything_in(content_of(release)).decode()


def test_a_change_while_the_archive_is_made_starts_it_again(two, monkeypatch):
    *_, bet, other = two
    times = []

    def write(*arguments, **options):
        built = real(*arguments, **options)
        if not times:
            unpublish(bet, by=other, reason="Une erreur.")
        times.append(built)
        return built

    real = open_data.write_archive
    monkeypatch.setattr(open_data, "write_archive", write)
    release = make_release()
    assert len(times) == 2
    assert "BET-01" not in everything_in(content_of(release)).decode()


@pytest.mark.django_db(transaction=True)
def test_whatever_the_instant_of_a_retreat_no_release_given_holds_it():
    """The two acts run at once, with the retreat a little later each time."""
    published("ALP")

    def in_thread(act, delay):
        time.sleep(delay)
        try:
            act()
        finally:
            connection.close()

    for rank in range(8):
        code = f"R{rank:02d}"
        gone, owner = published(code)
        retreat = functools.partial(unpublish, gone, by=owner, reason="Une erreur.")
        with ThreadPoolExecutor(2) as threads:
            acts = [threads.submit(in_thread, make_release, 0), threads.submit(in_thread, retreat, rank * 0.02)]
        assert [act.exception() for act in acts] == [None, None]
        for release in OpenDataRelease.objects.given():
            assert f"{code}-01" not in everything_in(content_of(release)).decode()


def test_an_archive_that_is_lost_stays_withheld(two, caplog):
    *_, bet, other = two
    release = make_release()
    unpublish(bet, by=other, reason="Une erreur.")
    default_storage.delete(release.file.name)
    assert rewrite_releases() == 0
    assert "n’a pas pu être récrite" in caplog.text
    assert downloaded(release)[0].status_code == 404


def test_a_file_left_by_a_run_cut_short_is_erased(two):
    release = make_release()
    default_storage.save("donnees-ouvertes/orpheline.zip", io.BytesIO(b"PK"))
    make_release()
    assert [f"donnees-ouvertes/{name}" for name in default_storage.listdir("donnees-ouvertes")[1]] == [
        release.file.name
    ]


def test_the_schedule_makes_it_each_night_at_half_past_three():
    job = schedule.REGISTRY["Faire l’archive ouverte"]
    assert (job.at, job.every, job.function) == (dt.time(3, 30), dt.timedelta(days=1), make_release)
    assert schedule.REGISTRY["Récrire les archives"].function == rewrite_releases


# --- pages ------------------------------------------------------------------------------------------------------------
def test_each_table_has_its_schema_at_an_address(two, client):
    html = client.get("/donnees-ouvertes/").content.decode()
    for table in TABLES:
        address = f"/donnees-ouvertes/schemas/{table.name}.json"
        assert address in html
        assert client.get(address).json() == json.loads(json.dumps(table.schema()))
    assert client.get("/donnees-ouvertes/schemas/autre.json").status_code == 404


def test_the_national_team_alone_asks_for_an_archive(two, django_capture_on_commit_callbacks):
    client = Client()
    assert "Refaire l’archive" not in client.get("/donnees-ouvertes/").content.decode()
    client.force_login(two[1], backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.post("/donnees-ouvertes/refaire/").status_code == 403
    team = factories.a_national_team_member()
    client.force_login(team, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "Refaire l’archive maintenant" in client.get("/donnees-ouvertes/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post("/donnees-ouvertes/refaire/", follow=True)
    assert OpenDataRelease.objects.count() == 1
    assert "L’archive se prépare" in response.content.decode()


def test_the_list_of_archives_goes_by_pages(two, client):
    release = make_release()
    OpenDataRelease.objects.bulk_create(
        OpenDataRelease(
            number=number, made_on=release.made_on, file="x.zip", sha256="0" * 64, size=1, counts=release.counts
        )
        for number in range(2, 40)
    )
    client.logout()
    html = client.get("/donnees-ouvertes/", {"page": "2"}).content.decode()
    assert 'Page <span class="num">2</span>' in html
    for page in ("-1", "9" * 30, "x"):
        assert client.get("/donnees-ouvertes/", {"page": page}).status_code == 200
