import os
import re
import shutil
import time
from pathlib import Path

import pytest
from django.core import checks as django_checks

from concertia.core import checks
from tests.cli.installation import Installation, concertia


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """An installation fit to open, but for the mail, the nightly backup and the legal pages it has not declared."""
    return Installation.create(tmp_path_factory.mktemp("public"), address="https://concertations.exemple.fr")


@pytest.fixture
def public(sound, tmp_path):
    return sound.copy(tmp_path)


def lines(installation, *arguments, env=None):
    done = concertia("check", "--home", installation.home, *arguments, env=env)
    return done.returncode, done.stderr.splitlines()


def test_check_of_a_sound_installation_says_it_can_open(public):
    status, said = lines(public, "--deploy")
    assert status == 0
    assert [line.split(" : ")[0] for line in said] == [*["À savoir"] * 3, "Cette installation peut ouvrir."]
    assert lines(public) == (0, ["Cette installation peut servir."])


def test_check_names_what_the_legal_pages_miss(public):
    settings = public.home / "concertia.toml"
    declared = 'publisher = "Ville"\npublication_director = "D"\nhosting = "H"\ncontact = "a@b.fr"\n'
    settings.write_text(f"{settings.read_text()}\n[site]\n{declared}")
    status, said = lines(public, "--deploy")
    missing = "Les pages légales disent « non renseigné » : dpo. Déclarez-les dans [site] de concertia.toml."
    assert (status, f"À savoir : {missing}" in said) == (0, True)
    settings.write_text(f'{settings.read_text()}editeur = "Ville"\n')
    assert lines(public, "--deploy") == (2, ["La section [site] de concertia.toml ne connaît pas « editeur »."])


def open_home(home):
    home.chmod(0o755)


def open_key(home):
    (home / "secrets" / "secret_key").chmod(0o644)


def weak_key(home):
    (home / "secrets" / "secret_key").write_text("court")


def plain_address(home):
    (home / "concertia.toml").write_text('address = "http://127.0.0.1:8000"\n')


def demonstration(home):
    (home / "concertia.toml").write_text('address = "https://exemple.fr"\ndemonstration = true\n')


def no_key(home):
    (home / "backup.recipient").unlink()


def old_backup(home):
    folder = home.parent / "sauvegardes"
    folder.mkdir()
    path = folder / "concertia-20200101-030000.age"
    path.touch()
    os.utime(path, (time.time() - 2 * 86_400,) * 2)
    (home / "concertia.toml").write_text(f'address = "https://exemple.fr"\n[backup]\ndirectory = "{folder}"\n')


def no_static(home):
    shutil.rmtree(home / "static")


def unencrypted_mail(home):
    (home / "concertia.toml").write_text(
        'address = "https://exemple.fr"\n[mail]\nhost = "smtp.exemple.fr"\ntls = false\n'
    )


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (open_home, "est ouvert à d’autres comptes"),
        (open_key, "est lisible par d’autres comptes"),
        (weak_key, "La clé de signature est trop courte"),
        (plain_address, "n’est pas en https://"),
        (demonstration, "C’est une démonstration"),
        (no_key, "Aucune clé de sauvegarde"),
        (old_backup, "La dernière sauvegarde, concertia-20200101-030000.age, a 48 heures"),
        (no_static, "Les feuilles de style ne sont pas en place"),
        (unencrypted_mail, "Les courriels partent sans chiffrement"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_check_stops_what_must_not_open(public, spoil, sentence):
    spoil(public.home)
    status, said = lines(public, "--deploy")
    assert status == 1
    assert [line for line in said if line.startswith("À CORRIGER") and sentence in line], said
    assert "à corriger avant d’ouvrir" in said[-1]


def test_check_stops_debug_and_demonstration_accounts(public):
    columns = "(email, name, password, is_active, is_superuser, created_at)"
    connection = public.connect()
    yes, no = ("true", "false") if public.database_url else ("1", "0")
    values = f"('referente@val-fleuri.example', '', '', {yes}, {no}, '2026-01-01')"
    connection.execute(f"INSERT INTO territories_user {columns} VALUES {values}")
    connection.commit()
    connection.close()
    status, said = lines(public, "--deploy", env={"CONCERTIA_DEBUG": "1"})
    assert status == 1
    assert [line for line in said if "1 compte(s) de démonstration" in line]
    assert [line for line in said if "mode de mise au point est allumé" in line]


def test_every_deployment_warning_of_django_has_its_french_sentence():
    """Read from Django itself: a new version that adds one fails here."""
    folder = Path(django_checks.security.__file__).parent
    known = {name for path in folder.glob("*.py") for name in re.findall(r"security\.[WE]\d{3}", path.read_text())}
    assert len(known) == 25
    assert known - set(checks.FRENCH) == set()


def test_an_unforeseen_message_keeps_its_own_words():
    message = django_checks.Warning("Something new.", hint="Do this.", id="other.W001")
    assert checks.in_french(message) == "Something new. Do this. [other.W001]"
