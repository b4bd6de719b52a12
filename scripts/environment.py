#!/usr/bin/env python3
"""Prepare the virtual environment: the locked packages, the project itself, the `concertia` command.

Needs the standard library alone. A stamp holds the fingerprint of what was installed: the second call does nothing,
so it also works without a network.
"""

import argparse
import hashlib
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMAND = """#!{python}
import sys
from concertia.cli.main import main
sys.exit(main())
"""


def say(sentence):
    print(sentence, file=sys.stderr, flush=True)


def refuse(sentence):
    say(sentence)
    sys.exit(2)


def create(venv):
    """Make the environment, or make it again when an interrupted attempt left half of one."""
    python = venv / "bin" / "python"
    if python.exists() and subprocess.run([python, "-m", "pip", "--version"], capture_output=True).returncode == 0:
        return python
    if importlib.util.find_spec("ensurepip") is None:
        refuse("Il manque le module venv de Python. Sur Debian : apt-get install python3-venv, puis recommencez.")
    say(f"Création de l’environnement Python dans {venv.name}/…")
    shutil.rmtree(venv, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    return python


def fingerprint(requirements, python):
    version = subprocess.run([python, "--version"], capture_output=True, text=True, check=True).stdout
    return hashlib.sha256(requirements.read_bytes() + version.encode()).hexdigest()


def install(requirements, venv, python):
    stamp = venv / f"{requirements.stem}.stamp"
    expected = fingerprint(requirements, python)
    if stamp.exists() and stamp.read_text() == expected:
        return
    say(f"Installation des paquets verrouillés de {requirements.name} (une à trois minutes la première fois)…")
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    if subprocess.run([*command, "--requirement", str(requirements)]).returncode:
        refuse(
            f"L’installation des paquets de {requirements.name} a échoué : lisez le message de pip ci-dessus. "
            "Vérifiez l’accès au réseau, puis recommencez : ce qui est déjà installé ne sera pas repris."
        )
    stamp.write_text(expected)


def link_project(venv, python):
    """Point the environment at this folder with a .pth file: no build tool, no network, no isolation."""
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    (Path(site) / "concertia.pth").write_text(f"{ROOT}\n")
    command = venv / "bin" / "concertia"
    command.write_text(COMMAND.format(python=venv / "bin" / "python"))
    command.chmod(0o755)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="also install what tests and checks need")
    parser.add_argument("--base", action="store_true", help="leave the packages of the analysis out (450 MB less)")
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv")
    options = parser.parse_args()
    if sys.version_info < (3, 11):  # noqa: UP036 -- runs before anything is known of the machine
        refuse(
            f"Concertia demande Python 3.11 ou plus récent ; « {sys.executable} » est en version "
            f"{sys.version.split()[0]}. Indiquez-en un autre : make serve PYTHON=python3.12"
        )
    venv = options.venv.resolve()
    python = create(venv)
    # Each of the three lock files holds the one before.
    name = "requirements-analysis"
    if options.dev or options.base:
        name = "requirements-dev" if options.dev else "requirements"
    install(ROOT / f"{name}.txt", venv, python)
    link_project(venv, python)


if __name__ == "__main__":
    main()
