"""`concertia canvas`, run as people run it: another process, files, statuses."""

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from concertia import __version__
from concertia.cli.main import main
from concertia.engine.canvas.reading import empty_record
from concertia.engine.canvas.schema import table_schema
from tests.engine.canvas.test_writer import FILLED, MAIL, filled

ROOT = Path(__file__).parents[2]


def run(*arguments, data=None, cwd=None):
    done = subprocess.run(
        [sys.executable, "-m", "concertia.cli.main", *map(str, arguments)],
        input=data,
        capture_output=True,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=60,
    )
    return done.returncode, done.stdout, done.stderr.decode()


def refused(capfdbinary, *arguments):
    """The one line that refuses, once it is sure that nothing else was said."""
    try:
        status = main(list(map(str, arguments)))
    except SystemExit as stop:
        status = stop.code
    output = capfdbinary.readouterr()
    assert (status, output.out) == (2, b"")
    lines = output.err.decode().splitlines()
    assert len(lines) == 1
    return lines[0]


@pytest.fixture
def record_file(tmp_path):
    path = tmp_path / "canevas.json"
    path.write_text(json.dumps(FILLED), encoding="utf-8-sig")
    return path


@pytest.mark.parametrize("form", ["docx", "odt"])
def test_read_gives_back_what_write_wrote(tmp_path, record_file, form):
    record = filled(objectifs="Comprendre les attentes.")
    record_file.write_text(json.dumps(record))
    out = tmp_path / f"canevas.{form}"
    assert run("canvas", "write", record_file, out)[:2] == (0, b"")
    status, stdout, stderr = run("canvas", "read", out)
    read = json.loads(stdout)
    assert status == 0
    assert "\\u" not in stdout.decode()
    assert {key: read[key] for key in record if key != "_sections3"} == {
        key: value for key, value in record.items() if key != "_sections3"
    }
    assert read["_sections3"] == record["_sections3"]
    assert set(read) == {*record, "_manquants", "_a_confirmer"}
    assert all(set(one) == {"champ", "lu", "lieu", "raison"} for one in read["_a_confirmer"])
    assert stderr.splitlines()[-1].endswith("2 résultats de concertation.")


@pytest.mark.parametrize("form", ["docx", "odt", "pdf", "json"])
def test_write_makes_the_named_format(tmp_path, record_file, form):
    out = tmp_path / f"Canevas.{form.upper()}"
    status, stdout, stderr = run("canvas", "write", record_file, out)
    assert (status, stdout) == (0, b"")
    assert stderr.startswith(f"Canevas.{form.upper()} écrit")
    assert out.read_bytes()[:2] == {"docx": b"PK", "odt": b"PK", "pdf": b"%P", "json": b"{\n"}[form]


def test_write_public_leaves_out_the_referent(tmp_path, record_file):
    out = tmp_path / "canevas.odt"
    assert main(["canvas", "write", str(record_file), str(out), "--public"]) == 0
    with zipfile.ZipFile(io.BytesIO(out.read_bytes())) as archive:
        assert MAIL.encode() not in b"".join(archive.read(name) for name in archive.namelist())


def test_write_reads_the_standard_input(tmp_path):
    status, _, _ = run("canvas", "write", "-", "sortie.json", data=json.dumps(FILLED).encode(), cwd=tmp_path)
    assert status == 0
    assert json.loads((tmp_path / "sortie.json").read_text()) == FILLED


def test_write_replaces_the_file_and_keeps_its_rights(tmp_path, record_file):
    out = tmp_path / "canevas.docx"
    out.write_bytes(b"ancien")
    out.chmod(0o640)
    assert main(["canvas", "write", str(record_file), str(out)]) == 0
    assert out.read_bytes()[:2] == b"PK"
    assert out.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["canevas.docx", "canevas.json"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"a": 1,\n "b" }', "ligne 2, colonne 6"),
        (b"", "ligne 1, colonne 1"),
        (b'{"a":\n "\xe9"}', "n’est pas en UTF-8 (ligne 2)"),
        (b"[" * 100_000, "imbriquées"),
        (b"9" * 5_000, "trop grands"),
        (json.dumps({**FILLED, "colectivite": "x"}).encode(), "colectivite"),
        (b"[]", ""),
    ],
)
def test_write_refuses_a_wrong_file_and_writes_nothing(tmp_path, capfdbinary, content, said):
    source, out = tmp_path / "canevas.json", tmp_path / "canevas.pdf"
    source.write_bytes(content)
    assert said in refused(capfdbinary, "canvas", "write", source, out)
    assert not out.exists()
    assert list(tmp_path.iterdir()) == [source]


def test_write_refuses_places_where_it_cannot_write(tmp_path, capfdbinary, record_file):
    (tmp_path / "dossier.pdf").mkdir()
    assert "l’extension n’est pas connue" in refused(capfdbinary, "canvas", "write", record_file, tmp_path / "a.doc")
    assert "est un dossier" in refused(capfdbinary, "canvas", "write", record_file, tmp_path / "dossier.pdf")
    assert "n’existe pas" in refused(capfdbinary, "canvas", "write", record_file, tmp_path / "non" / "a.pdf")
    assert "l’extension n’est pas connue" in refused(capfdbinary, "canvas", "blank", tmp_path / "a.json")


def test_read_refuses_what_is_not_a_canvas(tmp_path, capfdbinary):
    text = tmp_path / "notes.docx"
    text.write_text("Bonjour")
    assert refused(capfdbinary, "canvas", "read", text).startswith(f"{text} : ")
    assert refused(capfdbinary, "canvas", "read", tmp_path) == f"{tmp_path} est un dossier : donnez un fichier."
    missing = tmp_path / "absent.docx"
    assert refused(capfdbinary, "canvas", "read", missing) == (
        f"Le fichier {missing} n’existe pas : vérifiez son nom et son dossier."
    )
    assert "\\x00" not in refused(capfdbinary, "canvas", "read", "a\x00b")


@pytest.mark.parametrize("form", ["docx", "odt"])
def test_read_of_a_blank_canvas_finds_nothing(tmp_path, capfdbinary, form):
    out = tmp_path / f"vierge.{form}"
    assert main(["canvas", "blank", str(out)]) == 0
    capfdbinary.readouterr()
    assert main(["canvas", "read", str(out), "--json"]) == 0
    output = capfdbinary.readouterr()
    read = json.loads(output.out)
    assert {key: read[key] for key in empty_record()} == empty_record()
    assert len(read["_manquants"]) == 11
    assert read["_a_confirmer"] == []
    assert output.err.decode().splitlines()[-1] == "0 champ lu, 0 à confirmer, 19 non trouvés."


def test_schema_is_printed_as_json(capfdbinary):
    assert main(["canvas", "schema"]) == 0
    assert json.loads(capfdbinary.readouterr().out) == table_schema()


def test_version_and_help_are_in_french(capsys):
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"concertia {__version__}\n"
    with pytest.raises(SystemExit):
        main(["canvas", "write", "--help"])
    shown = capsys.readouterr().out
    assert shown.startswith("Utilisation : concertia canvas write")
    assert "usage:" not in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Il manque COMMANDE. Voir « concertia --help »."),
        (["danser"], "« danser » n’est pas une commande connue. Voir « concertia --help »."),
        (["canvas", "danser"], "« danser » n’est pas une commande connue. Voir « concertia canvas --help »."),
        (["canvas", "write"], "Il manque FICHIER.json, SORTIE. Voir « concertia canvas write --help »."),
        (["canvas", "schema", "--x"], "Argument inconnu : --x. Voir « concertia --help »."),
    ],
)
def test_wrong_arguments_are_refused_in_one_french_line(capfdbinary, arguments, said):
    assert refused(capfdbinary, *arguments) == said


def test_a_reader_that_leaves_is_no_error():
    command = f"{sys.executable} -m concertia.cli.main canvas schema | true"
    done = subprocess.run(["sh", "-c", command], capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert done.stderr == b""
