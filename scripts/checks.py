#!/usr/bin/env python3
"""`make test` and `make check`: what runs, in which order, and what was left out because the machine lacks it.

`check` alone runs everything. After a green `test` of exactly the same files, with nothing left out, it does not run
the same tests a second time: a stamp holds the fingerprint of every file and what had run.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
STAMP = ROOT / ".venv" / "tests.stamp"
IN_CI = os.environ.get("CONCERTIA_CI") == "1"
PROCESSES = str(min(4, os.cpu_count() or 1))
WITHOUT_DATABASE = ("tests/engine", "tests/cli/test_themes.py", "tests/test_rgaa_static.py")  # once is enough
MAIN_JOURNEY = "tests/journeys/test_publication.py"  # all of what a person can do; « make check » walks the others


def say(sentence):
    print(sentence, flush=True)


def run(title, *command, env=None):
    say(f"── {title}")
    began = time.monotonic()
    status = subprocess.run([str(part) for part in command], cwd=ROOT, env=os.environ | (env or {})).returncode
    say(f"   {title} : {time.monotonic() - began:.0f} s")
    if status != 0:
        say(f"ÉCHEC : {title} (code {status}).")
        sys.exit(1)
    return status


def left_out(what, remedy):
    """One loud line on a laptop; a failure in continuous integration, where nothing may be missing."""
    say(f"!!!!! NON ESSAYÉ : {what}. {remedy} !!!!!")
    if IN_CI:
        say("ÉCHEC : rien ne doit manquer en intégration continue (CONCERTIA_CI=1).")
        sys.exit(1)


# --- tests --------------------------------------------------------------------------------------------------------
def pytest(title, *arguments, env=None, before=()):
    return run(title, *before, BIN / "python", "-m", "pytest", "-q", *arguments, env=env)


def parallel():
    return ["-n", PROCESSES, "--dist", "loadgroup"] if int(PROCESSES) > 1 else []


def everything():
    return [*parallel(), "-m", "not journey and not restore_cycles"]


def has_postgres():
    return subprocess.run([sys.executable, ROOT / "scripts/with_postgres.py", "--available"]).returncode == 0


def chromium():
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next((path for path in map(shutil.which, names) if path), None)


def in_browser():
    return {"DATABASE_URL": "", "CHROMIUM": chromium()}


def on_postgres():
    return [sys.executable, ROOT / "scripts/with_postgres.py", "--"]


def run_tests():
    """What a person runs many times a day; returns the names of what ran. PostgreSQL is for « make check »."""
    ran = ["sqlite"]
    pytest("Essais sur SQLite", *everything(), env={"DATABASE_URL": ""})
    if chromium():
        pytest("Parcours principal dans un navigateur", MAIN_JOURNEY, env=in_browser())
        ran.append("journeys")
    else:
        left_out("les parcours dans un navigateur, Chromium absent de cette machine", "apt-get install chromium.")
    return ran


def tree_fingerprint():
    """Every file git knows or would add, its content, and the version of Python."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=False,
    ).stdout  # fmt: skip
    digest = hashlib.sha256(sys.version.encode())
    for name in sorted(filter(None, listing.split(b"\0"))):
        path = ROOT / os.fsdecode(name)
        if path.is_file():
            digest.update(name + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def test():
    STAMP.unlink(missing_ok=True)
    before = tree_fingerprint()
    ran = run_tests()
    if before == tree_fingerprint():
        STAMP.write_text(json.dumps({"files": before, "ran": ran}))
    say(f"Essais réussis : {', '.join(ran)}.")


def tests_already_passed():
    """Only for the same files, and only when nothing that this machine can run had been left out."""
    if not STAMP.exists():
        return False
    stamp = json.loads(STAMP.read_text())
    possible = ["sqlite"] + ["journeys"] * bool(chromium())
    return stamp["files"] == tree_fingerprint() and stamp["ran"] == possible


# --- checks -------------------------------------------------------------------------------------------------------
def production_like(home):
    """An installation as it would be served: https, DEBUG off, its own key."""
    return {
        "CONCERTIA_HOME": str(home),
        "CONCERTIA_ADDRESS": "https://concertations.exemple.fr",
        "CONCERTIA_SECRET_KEY": hashlib.sha512(b"essai").hexdigest(),
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "concertia.config.settings",
    }


def locks_name_no_host():
    say("── Verrous : ni hôte, ni chemin, une empreinte par paquet")
    for name in ("requirements.txt", "requirements-analysis.txt", "requirements-dev.txt"):
        for number, line in enumerate((ROOT / name).read_text().splitlines(), 1):
            if re.search(r"://|^--(index|extra|find|trusted)|@ |/home/|/root/|/opt/", line):
                say(f"ÉCHEC : {name}, ligne {number} nomme un hôte ou un chemin : {line.strip()}")
                sys.exit(1)
        text = (ROOT / name).read_text()
        if len(re.findall(r"^[a-z0-9._-]+==", text, re.M | re.I)) > text.count("--hash=sha256:"):
            say(f"ÉCHEC : {name} contient un paquet sans empreinte. Lancez « make lock ».")
            sys.exit(1)


def static_checks():
    run("Style", BIN / "ruff", "check", ".")
    run("Mise en forme", BIN / "ruff", "format", "--check", ".")
    run("Couches", BIN / "lint-imports")
    run("Types du moteur", BIN / "mypy")
    if "[tool.djlint]" in (ROOT / "pyproject.toml").read_text():
        run("Gabarits", BIN / "djlint", "concertia", "--lint", "--quiet")
    locks_name_no_host()
    with tempfile.TemporaryDirectory() as home:
        env = production_like(home)
        manage = [sys.executable, "manage.py"]
        run("Migrations à jour", *manage, "makemigrations", "--check", "--dry-run", env=env)
        run("Réglages de production", *manage, "check", "--deploy", "--fail-level", "WARNING", env=env)


def on_the_other_database():
    """All that knows a database, again on PostgreSQL."""
    if has_postgres():
        left = [f"--ignore={path}" for path in WITHOUT_DATABASE]
        pytest("Essais sur PostgreSQL", "tests", *left, *everything(), before=on_postgres())
    else:
        left_out("PostgreSQL, absent de cette machine", "Sur Debian : apt-get install postgresql.")


def long_tests():
    if chromium():
        others = ["tests/journeys", "--ignore", MAIN_JOURNEY]
        pytest("Tous les autres parcours dans un navigateur", *others, env=in_browser())
    else:
        left_out("les autres parcours dans un navigateur, Chromium absent", "apt-get install chromium.")
    chosen = ["tests/cli", "-m", "kill or restore_cycles"]
    env = {"CONCERTIA_KILL_CYCLES": "30", "CONCERTIA_RESTORE_CYCLES": "5", "DATABASE_URL": ""}
    pytest("Coupures et restaurations répétées, SQLite", *chosen, env=env)
    if has_postgres():
        env = {"CONCERTIA_KILL_CYCLES": "6", "CONCERTIA_RESTORE_CYCLES": "2"}
        pytest("Coupures et restaurations répétées, PostgreSQL", *chosen, env=env, before=on_postgres())


def check():
    static_checks()
    if tests_already_passed():
        say("── Essais : déjà réussis sur exactement ces fichiers (« make test »), non refaits")
    else:
        test()
    on_the_other_database()
    long_tests()
    say("Tout est vérifié.")


if __name__ == "__main__":
    {"test": test, "check": check}[sys.argv[1]]()
