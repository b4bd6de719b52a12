import os
import pty
import stat
import subprocess
import sys
import tomllib

import pytest

from tests.cli.installation import MAIL, ON_POSTGRES, PASSWORD, ROOT, concertia, environment, new_postgres

GOOD = {"--address": "https://concertations.exemple.fr", "--admin-mail": MAIL, "--admin-name": "Équipe"}


def init(home, *more, **changes):
    options = {**GOOD, **{f"--{name.replace('_', '-')}": value for name, value in changes.items()}}
    flat = [part for name, value in options.items() if value is not None for part in (name, value)]
    return concertia("init", "--home", home, "--non-interactive", *flat, *more)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_init_writes_settings_secrets_and_first_account(installation):
    home = installation.home
    assert mode(home) == mode(home / "secrets") == 0o700
    assert {mode(path) for path in (home / "secrets").iterdir()} == {0o600}
    assert mode(installation.identity) == 0o600
    assert len((home / "secrets" / "secret_key").read_text().strip()) >= 50
    people = installation.rows(
        "SELECT u.email, u.is_superuser, m.role, t.kind, u.password FROM territories_user u "
        "JOIN territories_membership m ON m.user_id = u.id JOIN territories_territory t ON t.id = m.territory_id"
    )
    assert [(mail, bool(chief), role, kind) for mail, chief, role, kind, _ in people] == [
        (MAIL, True, "national_team", "commission")
    ]
    assert people[0][4].startswith("argon2$")


def test_init_keeps_every_secret_out_of_the_settings_file(installation):
    text = (installation.home / "concertia.toml").read_text()
    secrets = [path.read_text().strip() for path in (installation.home / "secrets").iterdir()]
    secrets += [PASSWORD, installation.identity.read_text().split()[-1]]
    assert [secret for secret in secrets if secret in text] == []


def test_init_twice_refuses_and_changes_nothing(installation):
    before = {path: path.stat().st_mtime_ns for path in installation.home.rglob("*")}
    done = init(installation.home)
    assert done.returncode == 2
    assert done.stderr.startswith(f"Une installation existe déjà dans {installation.home}")
    assert {path: path.stat().st_mtime_ns for path in installation.home.rglob("*")} == before


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"address": "concertations.exemple.fr"}, "n’est pas l’adresse d’un site"),
        ({"address": "http://concertations.exemple.fr"}, "n’est pas chiffrée"),
        ({"address": "https://exemple.fr/concertia"}, "contient plus qu’un nom de site"),
        ({"admin_mail": "administration.exemple.fr"}, "n’est pas une adresse électronique"),
        ({"admin_mail": None}, "Il manque --admin-mail"),
        ({"mail_host": "smtp.exemple.fr", "mail_port": "smtp"}, "n’est pas un port"),
        ({"database_url": "mysql://a:b@c/d"}, "doit commencer par postgres://"),
        ({"database_url": "postgres://a:b@127.0.0.1:9/d"}, "La base PostgreSQL ne répond pas"),
        ({"admin_password_file": "/absent"}, "ne se lit pas"),
        ({"site_contact": "accueil"}, "n’est pas une adresse électronique"),
        ({"site_accessibility_plan": "plan.pdf"}, "n’est pas l’adresse d’une page"),
    ],
)
def test_init_refuses_in_one_sentence_and_leaves_nothing(tmp_path, changes, sentence):
    done = init(tmp_path / "maison", **changes)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "maison").exists()


@pytest.mark.parametrize(("password", "sentence"), [("court", "au moins 12"), ("password1234", "les plus employés")])
def test_init_refuses_a_weak_password(tmp_path, password, sentence):
    (tmp_path / "passe").write_text(password)
    done = init(tmp_path / "maison", admin_password_file=str(tmp_path / "passe"))
    assert (done.returncode, sentence in done.stderr) == (2, True)


def test_init_refuses_to_keep_the_backup_key_beside_the_data(tmp_path):
    done = init(tmp_path / "maison", backup_identity=str(tmp_path / "maison" / "cle.txt"))
    assert done.returncode == 2
    assert "ne se range pas dans" in done.stderr


def test_init_that_fails_half_way_leaves_nothing(tmp_path):
    (tmp_path / "maison").mkdir()
    (tmp_path / "maison" / "a-moi.txt").write_text("gardé")
    done = concertia(
        "init", "--home", tmp_path / "maison", "--non-interactive", *[part for pair in GOOD.items() for part in pair],
        "--backup-identity", tmp_path / "cle.txt", env={"DJANGO_SETTINGS_MODULE": "tests.cli.no_such_settings"},
    )  # fmt: skip
    assert done.returncode != 0
    assert [path.name for path in (tmp_path / "maison").iterdir()] == ["a-moi.txt"]
    assert not (tmp_path / "cle.txt").exists()


def test_init_shows_what_it_generates_once(tmp_path):
    url = {"database_url": new_postgres()} if ON_POSTGRES else {}
    done = init(tmp_path / "maison", mail_host="smtp.exemple.fr", mail_user="concertia", backup_dir="/srv/x", **url)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("affiché cette seule fois") == 1
    assert done.stderr.count("AGE-SECRET-KEY-1") == 1
    written = tomllib.loads((tmp_path / "maison" / "concertia.toml").read_text())
    assert written == {
        "address": GOOD["--address"],
        "mail": {"host": "smtp.exemple.fr", "port": 587, "user": "concertia", "sender": MAIL},
        "backup": {"directory": "/srv/x", "keep": 14},
    }


def test_init_writes_who_answers_for_the_site_and_nothing_left_blank(tmp_path):
    url = {"database_url": new_postgres()} if ON_POSTGRES else {}
    site = {"site_publisher": "Ville d’« Essai »", "site_contact": "Acces@exemple.fr", "site_dpo": ""}
    done = init(tmp_path / "maison", **site, **url)
    assert done.returncode == 0, done.stderr
    written = tomllib.loads((tmp_path / "maison" / "concertia.toml").read_text())
    assert written["site"] == {"publisher": "Ville d’« Essai »", "contact": "acces@exemple.fr"}


def test_init_asks_on_a_terminal(tmp_path):
    """Answers typed at a terminal: a bad one stops everything with its sentence."""
    ours, theirs = pty.openpty()
    asking = subprocess.Popen(
        [sys.executable, "-m", "concertia.cli.main", "init", "--home", str(tmp_path / "maison")],
        stdin=theirs, stderr=subprocess.PIPE, env=environment(), cwd=ROOT, text=True,
    )  # fmt: skip
    os.write(ours, b"https://concertations.exemple.fr\npas une adresse\n")
    _, words = asking.communicate(timeout=30)
    os.close(ours)
    os.close(theirs)
    assert asking.returncode == 2
    assert words.startswith("Adresse du site, par exemple https://concertations.exemple.fr : ")
    assert words.endswith("« pas une adresse » n’est pas une adresse électronique : attendu nom@domaine.fr.\n")
