"""`concertia themes`: files in, themes and a report out; the same bytes, sums that fall right, and plain refusals."""

import csv
import html
import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from concertia.cli import themes_suggestions
from concertia.cli.main import main
from concertia.engine.text import encoder
from tests.cli.consultation import (
    GRID,
    INJECTION,
    RARE,
    TURNED,
    as_csv,
    contributions,
    subject_of,
)

EXPECTED = {
    "assignments.csv", "contributions.csv", "themes.json", "campaigns.json", "signals.csv", "synthesis.json",
    "report.html", "run.json", "timing.json",
}  # fmt: skip


def themes(folder, data, *options, name="avis.csv", out="resultat"):
    """Run the command on these bytes; its exit status and its folder."""
    source = folder / name
    source.write_bytes(data)
    status = main(["themes", str(source), "--out", str(folder / out), "--without-encoder", *options])
    return status, folder / out


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def bytes_of(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "timing.json"}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("themes")
    (folder / "grille.csv").write_bytes(GRID)
    coded = [(f"c{rank}", subject_of(rank)) for rank in range(0, 64, 4)]
    (folder / "codes.csv").write_bytes(as_csv([*coded, ("inconnu", "VELO")], header=("id", "code")))
    status, out = themes(
        folder, as_csv(contributions()), "--grid", str(folder / "grille.csv"), "--coded", str(folder / "codes.csv")
    )
    assert status == 0
    return out


@pytest.fixture(scope="module")
def texts():
    """As the reader gives them: without the marks of web pages."""
    return {name: re.sub("<script>.*</script> ", "", text) for name, _, text in contributions()}


# --- files ----------------------------------------------------------------------------------------------------------
def test_every_file_is_written_and_nothing_else(result):
    assert {path.name for path in result.iterdir()} == EXPECTED | {"suggestions.csv"}
    assert [path.name for path in result.parent.iterdir() if path.name.startswith(".")] == []


def test_each_line_of_the_file_has_one_status_and_the_sums_are_right(result):
    rows = rows_of(result / "contributions.csv")
    assert len(rows) == len(contributions())
    assert list(rows[0])[:3] == ["id", "status", "theme"]
    ledger = json.loads((result / "themes.json").read_text())["ledger"]
    counted = {
        status: sum(row["status"] == status for row in rows) for status in ("theme", "doublon", "signal", "ecarte")
    }
    assert counted == {status: ledger[status] for status in counted}
    assert sum(counted.values()) == ledger["read"] == len(rows)
    aside = [(row["line"], row["reason"]) for row in rows if row["status"] == "ecarte"]
    assert aside == [
        (str(len(rows) - 1), "Il n’y a aucun mot, seulement des signes ou des émojis."),
        (str(len(rows) + 1), "Il n’y a pas de texte."),
    ]


def test_units_are_slices_that_follow_each_other_and_add_up(result, texts):
    rows = rows_of(result / "assignments.csv")
    assert list(rows[0]) == ["id", "unit", "start", "end", "status", "theme", "parent", "score", "duplicate_of"]
    ledger = json.loads((result / "themes.json").read_text())["unit_ledger"]
    assert sum(ledger[status] for status in ("theme", "doublon", "signal", "ecarte")) == ledger["read"] == len(rows)
    last = {}
    for row in rows:
        start, end = int(row["start"]), int(row["end"])
        assert last.get(row["id"], 0) <= start < end <= len(texts[row["id"]])
        last[row["id"]] = end
    assert {row["id"] for row in rows} == {name for name, text in texts.items() if text}


def test_a_duplicate_carries_the_theme_of_its_model(result):
    rows = {row["id"]: row for row in rows_of(result / "contributions.csv")}
    copies = [row for row in rows.values() if row["status"] == "doublon"]
    assert len([row for row in copies if row["id"].startswith("p")]) == 11
    assert [row["theme"] for row in copies] == [rows[row["duplicate_of"]]["theme"] for row in copies]


def test_quotes_are_slices_of_what_was_written(result, texts):
    written = json.loads((result / "synthesis.json").read_text())
    sources = [one for part in written["sections"] for sentence in part["sentences"] for one in sentence["sources"]]
    assert len(sources) > 5
    assert [one["text"] for one in sources] == [
        texts[one["contribution"]][one["start"] : one["end"]] for one in sources
    ]
    assert written["refused_sentences"] == 0


def test_a_campaign_tells_its_messages_its_authors_and_what_varies(result):
    (campaign,) = [
        one for one in json.loads((result / "campaigns.json").read_text())["campaigns"] if one["model"][0] == "p"
    ]
    assert (campaign["messages"], campaign["persons"]) == (12, 12)
    assert [part["text"] for part in campaign["template"] if part["varies"]] in (["Lanvert"], ["Brémont"], ["Ossoy"])


def test_suggestions_are_three_for_each_contribution_and_each_unit(result):
    rows = rows_of(result / "suggestions.csv")
    found = {}
    for row in rows:
        found.setdefault((row["id"], row["unit"]), []).append(row["code"])
    assert {len(set(codes)) for codes in found.values()} == {3}
    units = {(row["id"], row["unit"]) for row in rows_of(result / "assignments.csv") if row["status"] != "ecarte"}
    assert set(found) == units | {(name, "") for name, _ in units}
    right = [subject_of(rank) == found[f"c{rank}", ""][0] for rank in range(64)]
    assert sum(right) >= 58


def test_cells_that_look_like_formulas_are_held(result):
    for name in ("signals.csv", "contributions.csv", "assignments.csv", "suggestions.csv"):
        cells = [cell for row in rows_of(result / name) for cell in row.values()]
        assert [cell for cell in cells if re.match(r"\s*[=+@\t]|-(?!\d)", cell)] == []


def test_no_path_of_the_machine_is_written(result):
    for path in result.iterdir():
        assert str(result.parent) not in path.read_text(encoding="utf-8")


# --- same input, same bytes -----------------------------------------------------------------------------------------
def test_the_same_file_gives_the_same_bytes_and_takes_the_place_of_the_first_result(tmp_path):
    data = as_csv(contributions())
    _, out = themes(tmp_path, data)
    before = bytes_of(out)
    assert set(before) == EXPECTED - {"timing.json"}
    status, _ = themes(tmp_path, data)
    assert status == 0
    assert bytes_of(out) == before


def test_another_process_on_one_thread_gives_the_same_bytes(result):
    folder = result.parent
    given = ["avis.csv", "--out", "ailleurs", "--grid", "grille.csv", "--coded", "codes.csv", "--without-encoder"]
    env = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "7"}
    subprocess.run(
        [sys.executable, "-m", "concertia.cli.main", "themes", *given], cwd=folder, env=env, check=True,
        capture_output=True,
    )  # fmt: skip
    assert bytes_of(folder / "ailleurs") == bytes_of(result)


def test_the_order_of_the_rows_changes_no_theme(result, tmp_path):
    rows = contributions()
    random.Random(3).shuffle(rows)  # noqa: S311 -- an order, not a secret
    _, out = themes(tmp_path, as_csv(rows))
    first, second = (
        {row["id"]: (row["status"], row["theme"]) for row in rows_of(folder / "contributions.csv") if row["id"]}
        for folder in (result, out)
    )
    named = [name for name in first if ":" not in name]
    assert {name: first[name] for name in named} == {name: second[name] for name in named}


# --- the report -----------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def page(result):
    return (result / "report.html").read_text(encoding="utf-8")


def test_the_report_stands_alone(page):
    assert page.startswith("<!doctype html>")
    assert '<html lang="fr">' in page
    assert "<script" not in page
    assert re.findall(r"(?:src|href|url\()\s*=?\s*[\"'(]?(?!#)(?:\w+:)?//", page) == []
    assert re.findall(r"https?://", page) == []
    assert re.findall(r"\son\w+=|style=", page) == []


def test_texts_identifiers_and_columns_are_only_text(tmp_path):
    marked = "<img src=x onerror=alert(1)>"
    written = (RARE, INJECTION, TURNED, "Les haies & les prés < 2 m", f"{{{{ 1 }}}} {{% if %}} {marked[:-1]}")
    data = as_csv([(f"{marked}{rank}", text) for rank, text in enumerate(written)], header=(marked, "avis"))
    status, out = themes(tmp_path, data, "--id", "A", name="<b>avis & co.csv")
    body = (out / "report.html").read_text(encoding="utf-8").split("<body>")[1]
    assert status == 0
    assert re.findall(r"<(?:script|img|b)\b", body) == []
    for text in (*written, f"{marked}1", "<b>avis & co.csv"):
        assert html.escape(text) in body
    assert f"<bdi>{html.escape(TURNED)}</bdi>" in body


def test_the_report_says_its_sums_its_stability_and_what_is_missing(page):
    text = html.unescape(re.sub(r"<[^>]+>", " ", page)).replace("\u202f", " ")
    assert f"{len(contributions())} lignes lues" in text
    shares = re.findall(r'<span class="share">([\d,]+)\u202f%</span>', page)
    assert sum(float(share.replace(",", ".")) for share in shares[:8:2]) == pytest.approx(100)
    assert re.search(r"Ces regroupements (ne tiennent pas : lisez et codez|tiennent en partie|tiennent\.)", text)
    assert "L’encodeur de phrases n’a pas servi" in text
    assert "Il n’y a aucun mot, seulement des signes ou des émojis." in text
    assert "12 messages de 12 personnes" in text
    assert "aucune contribution n’a l’identifiant « inconnu »" in text


def test_an_unstable_result_is_said_plainly(tmp_path):
    rng = random.Random(1)  # noqa: S311 -- words at random, not a secret
    words = ["".join(rng.choice("bdfglmnprst") + rng.choice("aeiou") for _ in range(3)) for _ in range(120)]
    rows = [(str(rank), "", " ".join(rng.sample(words, 6))) for rank in range(400)]
    status, out = themes(tmp_path, as_csv(rows))
    record = json.loads((out / "themes.json").read_text())
    said = "ne tiennent pas\u202f: lisez et codez" in (out / "report.html").read_text(encoding="utf-8")
    assert status == 0
    assert said == (record["stable"] is False)
    assert record["stable"] is False


def test_the_report_says_when_too_many_texts_are_compared_to_the_grid_by_words_only(tmp_path, monkeypatch):
    def encode(texts):
        return np.array([[len(text), text.count("e"), text.count("a"), 1] for text in texts], dtype=np.float32)

    monkeypatch.setattr(encoder, "local_encoder", lambda *_: encode)
    (tmp_path / "grille.csv").write_bytes(GRID)
    (tmp_path / "avis.csv").write_bytes(as_csv(contributions()[:20]))
    given = ["themes", str(tmp_path / "avis.csv"), "--grid", str(tmp_path / "grille.csv"), "--out"]
    told = {}
    for name, most in (("assez", 100), ("trop", 15)):
        monkeypatch.setattr(themes_suggestions, "MOST_ENCODED", most)
        assert main([*given, str(tmp_path / name)]) == 0
        page = (tmp_path / name / "report.html").read_text(encoding="utf-8")
        told[name] = re.findall(r"<p>(Il y a \S+ textes et passages distincts[^<]*)</p>", page)
        assert json.loads((tmp_path / name / "run.json").read_text())["suggestions_limit"].startswith("Il y a") == (
            name == "trop"
        )
    assert told["assez"] == []
    assert "s’arrête à 15" in told["trop"][0]


def test_the_report_says_that_codes_were_suggested_without_the_encoder(page):
    assert "L’encodeur de phrases n’a pas servi\u202f: les textes n’ont été comparés à la grille" in page


def test_the_report_names_the_commonest_languages_and_never_a_bare_code(tmp_path):
    written = (
        "Il faudrait davantage de bancs publics devant la mairie du village",
        "The library should stay open on Sunday afternoons, please",
        "La biblioteko devus esti malfermita ĉiun dimanĉon posttagmeze",  # Esperanto: « eo »
        "oui",
    )
    _, out = themes(tmp_path, as_csv([(str(rank), "", text) for rank, text in enumerate(written)]))
    page = (out / "report.html").read_text(encoding="utf-8").replace("\u202f", " ").replace("&#8239;", " ")
    told = re.search(r"Langues reconnues : ([^<]*)\.", page)[1]
    assert told == (
        "anglais 1 ; français 1 ; autres 1 ; langue incertaine ou texte trop court 1 ; sur 4 contributions regardées"
    )


def test_the_report_stays_small_and_says_where_the_rest_is(tmp_path):
    letter = " ".join(f"mot{rank % 397}" for rank in range(20_000))
    rows = [*contributions(), *((f"g{rank}", "", letter) for rank in range(3))]
    (tmp_path / "grille.csv").write_bytes(GRID)
    coded = [("c1", "VELO"), *((f"inconnu {rank}", "VELO") for rank in range(3000))]
    (tmp_path / "codes.csv").write_bytes(as_csv(coded, header=("id", "code")))
    given = ("--grid", str(tmp_path / "grille.csv"), "--coded", str(tmp_path / "codes.csv"))
    status, out = themes(tmp_path, as_csv(rows), *given)
    page = (out / "report.html").read_text(encoding="utf-8").replace("\u202f", " ").replace("&#8239;", " ")
    assert status == 0
    assert len(page) < 200_000
    assert "Les 100 premières remarques sur 3 000 ; toutes sont dans run.json." in page
    assert f"Les 3 000 premiers signes sur {len(letter):,} ; le texte entier est".replace(",", " ") in page
    assert len(json.loads((out / "run.json").read_text())["remarks"]) == 3000
    told = json.loads((out / "campaigns.json").read_text())["campaigns"]
    assert max(part["end"] for one in told for part in one["template"]) == len(letter)


def test_a_few_words_sent_by_many_are_told_as_duplicates_not_as_a_campaign(tmp_path):
    rows = [(f"o{rank}", "", "Je suis pour") for rank in range(40)]
    status, out = themes(tmp_path, as_csv([*contributions(), *rows]))
    text = html.unescape((out / "report.html").read_text(encoding="utf-8")).replace("\u202f", " ")
    assert status == 0
    models = {one["model"][0] for one in json.loads((out / "campaigns.json").read_text())["campaigns"]}
    assert ("p" in models, "o" in models) == (True, False)
    assert "1 texte plus court revient 3 fois ou plus sans faire une campagne" in text
    assert "« <bdi>Je suis pour</bdi> » (40 messages)" in text


# --- bad inputs -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("data", "options", "said"),
    [
        (b"", (), "avis.csv : Ce fichier est vide."),
        (b"\xef\xbb\xbf \n", (), "avis.csv : Ce fichier est vide."),
        (b"avis;ville\n", (), "avis.csv : Ce fichier n’a aucune contribution"),
        (b"a;b\n1;2\n3;4\n", (), "avis.csv : Aucune colonne ne ressemble à un texte."),
        (b"id;avis\n1;Des bancs\n", ("--text", "remarque"), "avis.csv : La colonne « remarque » n’existe pas."),
        (b"%PDF-1.7 rien", (), "avis.csv : Ce fichier est un PDF."),
        (b"id;avis\n1;Des bancs\n", ("--grid", "absente.csv"), "Le fichier absente.csv n’existe pas"),
        (b"id;avis\n1;Des bancs\n", ("--coded", "codes.csv"), "--coded demande --grid"),
        (b"id;avis\n1;Des bancs\n", ("--seed", "-1"), "La graine -1 est négative"),
    ],
)
def test_a_bad_input_gets_one_plain_line_and_nothing_is_written(tmp_path, capsys, data, options, said):
    status, out = themes(tmp_path, data, *options)
    written = capsys.readouterr().err.splitlines()
    assert status == 2
    assert written[-1].startswith(said)
    assert [line for line in written if "Traceback" in line] == []
    assert not out.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["avis.csv"]


@pytest.mark.parametrize(
    ("grid", "said"),
    [
        ("", "rien sous les titres des colonnes"),
        ("nom;sens\nx;y\n", "la colonne « code » manque"),
        ("code;définition\nA;un\nA;deux\n", "ligne 3 : le code « A » est déjà défini"),
        ("code;définition\nA;\nB;deux\n", "ligne 2 : « A » n’a ni nom, ni définition, ni exemple"),
        ("code;définition\nA;un\n", "une grille compte au moins deux codes"),
    ],
)
def test_a_bad_grid_is_refused_with_its_line(tmp_path, capsys, grid, said):
    (tmp_path / "grille.csv").write_text(grid)
    status, out = themes(tmp_path, as_csv(contributions()[:5]), "--grid", str(tmp_path / "grille.csv"))
    assert (status, out.exists()) == (2, False)
    assert said in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize(
    ("data", "statuses"),
    [
        (b"avis\nDes bancs au parc\n", {"signal": 1}),
        (("avis\n" + "Des bancs au parc\n" * 30).encode(), {"theme": 1, "doublon": 29}),
        ("avis\n👍\n🙂🙂\n".encode(), {"ecarte": 2}),
        (b"avis\n" + b"mot " * 500_000 + b"\n", {"signal": 1}),
        (b"avis;avis\nDes bancs;Oui\nDes arbres;Non\n", {"signal": 1, "ecarte": 0}),
        ("avis\nMore benches in the park please\nMehr Bänke im Park bitte\nمزيد من المقاعد في الحديقة\n".encode(), {}),
        ("avis\nDes b\x00ancs au parc\n\u202eDes arbres au lavoir\n".encode(), {}),
    ],
    ids=["one-row", "identical", "emoji-only", "2-mb-cell", "doubled-column", "languages", "nul-and-rtl"],
)
def test_an_odd_input_gives_a_result_that_adds_up(tmp_path, data, statuses):
    status, out = themes(tmp_path, data)
    assert status == 0
    ledger = json.loads((out / "themes.json").read_text())["ledger"]
    assert sum(count for name, count in ledger.items() if name != "read") == ledger["read"]
    assert len(rows_of(out / "contributions.csv")) == ledger["read"]
    if len(data) > 30 and "ecarte" not in statuses:
        assert {name: ledger[name] for name in statuses} == statuses


def test_several_files_keep_their_names_and_their_identifiers_apart(tmp_path):
    (tmp_path / "autre").mkdir()
    one, two = tmp_path / "avis.csv", tmp_path / "autre" / "avis.csv"
    one.write_bytes(b"id;avis\n1;Des bancs au parc\n")
    two.write_bytes(b"id;avis\n1;Des arbres au lavoir\n2;Des bancs au parc\n")
    assert main(["themes", str(one), str(two), "--out", str(tmp_path / "resultat"), "--without-encoder"]) == 0
    rows = rows_of(tmp_path / "resultat" / "contributions.csv")
    assert [(row["id"], row["file"]) for row in rows] == [
        ("avis.csv:1", "avis.csv"),
        ("avis.csv (2):1", "avis.csv (2)"),
        ("2", "avis.csv (2)"),
    ]


# --- the folder -----------------------------------------------------------------------------------------------------
def test_a_folder_that_is_not_a_result_is_never_touched(tmp_path, capsys):
    (tmp_path / "resultat").mkdir()
    (tmp_path / "resultat" / "notes.txt").write_text("à garder")
    status, out = themes(tmp_path, b"avis\nDes bancs\n")
    assert status == 2
    assert "« notes.txt »" in capsys.readouterr().err.splitlines()[-1]
    assert [path.name for path in out.iterdir()] == ["notes.txt"]


def test_an_interruption_leaves_the_previous_result_as_it_was(tmp_path, monkeypatch):
    _, out = themes(tmp_path, b"avis\nDes bancs\n")
    before = bytes_of(out)

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_bytes", interrupted)
    source = tmp_path / "avis.csv"
    assert main(["themes", str(source), "--out", str(out), "--without-encoder"]) == 130
    monkeypatch.undo()
    assert bytes_of(out) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["avis.csv", "resultat"]


def test_the_result_is_also_given_in_json(tmp_path, capsysbinary):
    status, out = themes(tmp_path, b"avis\nDes bancs\n", "--json")
    assert status == 0
    assert json.loads(capsysbinary.readouterr().out)["themes"] == json.loads((out / "themes.json").read_text())


# --- without the analysis packages, and without their weight ----------------------------------------------------------
@pytest.mark.parametrize("package", ["numpy", "sklearn", "charset_normalizer"])
def test_without_its_packages_the_command_says_what_to_install(tmp_path, package):
    (tmp_path / "avis.csv").write_text("avis\nDes bancs\n")
    code = (
        f"import sys; sys.modules[{package!r}] = None\n"
        "from concertia.cli.main import main\n"
        f"sys.exit(main(['themes', {str(tmp_path / 'avis.csv')!r}, '--out', {str(tmp_path / 'r')!r}]))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert "pip install --require-hashes -r requirements-analysis.txt" in run.stderr.splitlines()[-1]
    assert "Traceback" not in run.stderr


def test_the_web_and_the_other_commands_do_not_load_numpy():
    code = (
        "import sys, concertia.engine, concertia.engine.canvas.fields, concertia.cli.main as command\n"
        "command.parser()\n"
        "print(sorted({'numpy', 'scipy', 'sklearn', 'django'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


# --- folders, mails, profiles -----------------------------------------------------------------------------------------
def test_a_folder_is_read_file_by_file_and_no_sender_is_named(tmp_path):
    folder = tmp_path / "boite"
    folder.mkdir()
    head = "From: Anne Fictive <anne@mairie.example>\nTo: nous@ville.example\nDate: Mon, 3 Mar 2025 10:02:00 +0100\n\n"
    for rank, text in enumerate(("Des bancs devant l’école.", "Un bus le dimanche.")):
        (folder / f"{rank}.eml").write_text(f"{head}{text}\n-- \nAnne Fictive", encoding="utf-8")
    (folder / "plan.pdf").write_bytes(b"%PDF-1.4")
    assert main(["themes", str(folder), "--out", str(tmp_path / "resultat"), "--without-encoder"]) == 0
    rows = rows_of(tmp_path / "resultat" / "contributions.csv")
    assert [(row["file"], row["status"] == "ecarte") for row in rows] == [
        ("boite/0.eml", False),
        ("boite/0.eml", True),
        ("boite/1.eml", False),
        ("boite/1.eml", True),
        ("boite/plan.pdf", True),
    ]
    for path in (tmp_path / "resultat").iterdir():
        written = path.read_text(encoding="utf-8")
        assert [word for word in ("Fictive", "mairie.example") if word in written] == []


def test_the_profile_asked_for_is_kept_in_the_record(tmp_path):
    table = "id;groupe de travail;avis\n1;A;Des bancs devant l’école.\n2;B;Un bus le dimanche.\n"
    status, out = themes(tmp_path, table.encode(), "--profile", "groupe de travail")
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert (status, record["options"]["profile"]) == (0, "groupe de travail")
    assert record["files"][0]["tables"][0]["columns"]["profile"] == "groupe de travail"
