"""`concertia data`: the same archive through a terminal, from one installation into another."""

import json
import zipfile

import pytest
from django.test import override_settings

from concertia.commons.actions.open_data import write_current
from tests import factories
from tests.cli.installation import concertia
from tests.commons.publishing import publish_again, published

ADDRESS = "http://127.0.0.1:8000"  # of `Installation.create`


@pytest.fixture
def archive(db, tmp_path):
    consultation, referent = published("ALP", speakers=[("Camille Fictive", True)])
    publish_again(consultation, referent, feedback_method="En séance publique.")
    factories.a_signature(consultation.territory)
    path = tmp_path / "donnees.zip"
    with path.open("w+b") as out, override_settings(ADDRESS=ADDRESS):
        write_current(out)
    return path


def data(installation, *arguments):
    return concertia("data", *arguments, "--home", installation.home, env=installation.env)


def only_line(done):
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr.strip()


def test_an_archive_goes_through_an_installation_unchanged(archive, installation, tmp_path):
    done = data(installation, "import", archive)
    assert (done.returncode, only_line(done)) == (
        0,
        "1 concertation(s) chargée(s) de donnees.zip : les pages publiques sont celles de l’archive.",
    )
    done = data(installation, "export", tmp_path / "sortie.zip", "--json")
    assert done.returncode == 0
    assert (tmp_path / "sortie.zip").read_bytes() == archive.read_bytes()
    assert json.loads(done.stdout)["nombres"]["publications"] == 2
    assert "1 concertation(s), 2 proposition(s)" in done.stderr
    again = data(installation, "import", archive)
    assert again.returncode == 2
    assert "installation vide" in only_line(again)


def test_a_bad_archive_is_refused_in_one_line_and_loads_nothing(archive, installation, tmp_path):
    whole, bad = archive.read_bytes(), tmp_path / "mauvaise.zip"
    with zipfile.ZipFile(tmp_path / "chemin.zip", "w") as made, zipfile.ZipFile(archive) as sound:
        for name in sound.namelist():
            made.writestr(name, sound.read(name))
        made.writestr("../../dehors.json", b"{}")
    cases = {
        whole[: len(whole) // 2]: "tronquée ou abîmée",
        b"": "n’est pas une archive",
        b"%PDF-1.7 ": "n’est pas une archive",
        (tmp_path / "chemin.zip").read_bytes(): "rien à y faire",
    }
    for content, words in cases.items():
        bad.write_bytes(content)
        done = data(installation, "import", bad)
        assert done.returncode == 2
        assert words in only_line(done)
    assert data(installation, "import", archive).returncode == 0  # it was still empty


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["import", "nulle-part.zip"], "n’existe pas"),
        (["import", "{folder}"], "n’existe pas"),
        (["export", "{folder}"], "est un dossier"),
        (["export", "{folder}/absent/x.zip"], "n’existe pas"),
        (["export"], "Il manque SORTIE.zip"),
    ],
)
def test_a_wrong_command_is_one_line(arguments, words, installation):
    arguments = [argument.format(folder=installation.home) for argument in arguments]
    done = data(installation, *arguments)
    assert done.returncode == 2
    assert words in only_line(done)


def test_a_base_that_is_not_ready_is_said(tmp_path):
    home = tmp_path / "vide"
    home.mkdir()
    env = {"CONCERTIA_SECRET_KEY": "k" * 60, "DATABASE_URL": f"sqlite:///{home}/db.sqlite3"}
    done = concertia("data", "export", tmp_path / "x.zip", "--home", home, env=env)
    assert done.returncode == 2
    assert "La base n’est pas prête" in only_line(done)
    assert not (tmp_path / "x.zip").exists()
