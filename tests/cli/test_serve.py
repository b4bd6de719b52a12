import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from urllib.parse import urlencode

import pytest

from tests.cli.installation import (
    ON_POSTGRES,
    ROOT,
    Server,
    concertia,
    environment,
    free_port,
    new_postgres,
    wait_for_the_end_of,
)


def health(server):
    with urllib.request.urlopen(server.url + "/sante/", timeout=5) as answer:
        return json.load(answer)


def child(server, part):
    [pid] = [pid for pid, command in server.descendants().items() if part in command][:1]
    return pid


def until(condition, seconds=15):
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return value


def test_serve_answers_then_stops_cleanly_in_time(installation):
    with Server(installation.home) as server:
        assert health(server)["base"] == "ok"
        everyone = list(server.descendants())
        assert len(everyone) >= 4  # granian and its workers, the tasks, the schedule
        began = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - began < 10
        wait_for_the_end_of(everyone, seconds=1)
        assert server.words().endswith("Concertia est arrêté.\n")


def test_serve_stops_on_interrupt(installation):
    with Server(installation.home) as server:
        assert server.stop(signal.SIGINT) == 0


@pytest.mark.parametrize("part", ["granian", "processes worker", "processes schedule"])
def test_serve_starts_again_a_child_that_was_killed(installation, part):
    with Server(installation.home) as server:
        victim = until(lambda: child(server, part))
        os.kill(victim, signal.SIGKILL)
        until(lambda: [pid for pid, command in server.descendants().items() if part in command and pid != victim])
        assert health_again(server)["base"] == "ok"
        assert server.process.poll() is None


def health_again(server):
    def answer():
        try:
            return health(server)
        except OSError:
            return None

    return until(answer)


def test_children_die_with_a_killed_supervisor(installation):
    with Server(installation.home) as server:
        until(lambda: len(server.descendants()) >= 4)
        everyone = list(server.descendants())
        server.process.kill()
        server.process.wait()
        wait_for_the_end_of(everyone)
    with Server(installation.home, port=server.port) as again:
        assert health(again)["base"] == "ok"


def test_web_workers_die_when_supervisor_and_granian_are_killed_together(installation):
    with Server(installation.home) as server:
        until(lambda: len(server.descendants()) >= 4)
        everyone = server.descendants()
        granian = child(server, "granian")
        os.kill(server.process.pid, signal.SIGKILL)
        os.kill(granian, signal.SIGKILL)
        server.process.wait()
        wait_for_the_end_of(list(everyone))


def test_serve_refuses_a_taken_port_in_one_sentence(installation):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = concertia("serve", "--home", installation.home, "--port", port)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith(f"Le port {port} de 127.0.0.1 est déjà pris")


def test_serve_twice_refuses(installation):
    with Server(installation.home):
        done = concertia("serve", "--home", installation.home, "--port", free_port())
        assert (done.returncode, "Concertia tourne déjà" in done.stderr) == (2, True)
        late = concertia("migrate", "--home", installation.home)
        assert (late.returncode, "Concertia tourne déjà" in late.stderr) == (2, True)


def test_serve_refuses_pending_migrations_until_migrated(installation):
    connection = installation.connect()
    connection.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    connection.execute("DROP TABLE django_session")
    connection.commit()
    connection.close()
    done = concertia("serve", "--home", installation.home, "--port", free_port())
    assert (done.returncode, "1 migration(s) à appliquer" in done.stderr) == (2, True)
    concertia("migrate", "--home", installation.home, check=0)
    with Server(installation.home) as server:
        assert health(server)["base"] == "ok"


def test_serve_refuses_without_installation(tmp_path):
    done = concertia("serve", "--home", tmp_path / "rien", "--port", free_port())
    assert (done.returncode, "Lancez « concertia init »" in done.stderr) == (2, True)


def test_serve_refuses_an_unreachable_database(installation):
    url = {"DATABASE_URL": "postgres://x:y@127.0.0.1:9/z"}
    done = concertia("serve", "--home", installation.home, "--port", free_port(), env=url)
    assert (done.returncode, "La base de données ne répond pas" in done.stderr) == (2, True)


def test_serve_gives_up_on_a_site_that_dies_at_each_start(installation):
    done = concertia(
        "serve", "--home", installation.home, "--port", free_port(), env={"GRANIAN_SSL_CERTIFICATE": "/absent"}
    )
    assert done.returncode == 2
    assert "Le processus « site » s’arrête dès son départ (5 essais)" in done.stderr


def test_serve_refuses_after_an_interrupted_restoration(installation):
    (installation.home / "restauration-interrompue.txt").touch()
    done = concertia("serve", "--home", installation.home, "--port", free_port())
    assert (done.returncode, "Une restauration a été interrompue" in done.stderr) == (2, True)


def test_demonstration_starts_from_nothing_twice_and_stays_local(tmp_path):
    home = tmp_path / "demonstration"
    env = {"DATABASE_URL": new_postgres()} if ON_POSTGRES else {}
    for _ in range(2):
        with Server(home, "--demonstration", env=env) as server:
            until(lambda words=server.words: "Concertia est prêt" in words())
            assert f"http://127.0.0.1:{server.port}/" in server.words()
            assert "referente@val-fleuri.example" in server.words()
    anywhere = "0.0.0.0"  # noqa: S104 -- what must be refused
    opened = concertia("serve", "--home", home, "--host", anywhere, "--port", free_port(), env=env)
    assert (opened.returncode, "ne s’ouvre que sur 127.0.0.1" in opened.stderr) == (2, True)


def test_demonstration_never_touches_a_real_installation(installation):
    done = concertia("serve", "--home", installation.home, "--demonstration", "--port", free_port())
    assert (done.returncode, "contient une vraie installation" in done.stderr) == (2, True)


# --- jobs -----------------------------------------------------------------------------------------------------------
def plant(installation, worker_ids):
    """A task row left as running by a worker that is gone."""
    identifier = uuid.uuid4()
    mark = "%s" if ON_POSTGRES else "?"
    values = {
        "id": identifier if ON_POSTGRES else identifier.hex,
        "status": "RUNNING",
        "args_kwargs": '{"args": [], "kwargs": {}}',
        "priority": 0,
        "task_path": "tests.cli.tasks.leave_a_trace",
        "worker_ids": json.dumps(worker_ids),
        "queue_name": "default",
        "backend_name": "default",
        "run_after": "2026-01-01 00:00:00+00",
        "enqueued_at": "2026-01-01 00:00:00+00",
        "exception_class_path": "",
        "traceback": "",
    }
    connection = installation.connect()
    columns, marks = ", ".join(values), ", ".join([mark] * len(values))
    table = "django_tasks_database_dbtaskresult"
    connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(values.values()))
    connection.commit()
    connection.close()


def state(installation):
    return installation.rows("SELECT status, exception_class_path FROM django_tasks_database_dbtaskresult")


def test_a_job_left_running_by_a_dead_worker_starts_again(installation):
    plant(installation, ["mort"])
    with Server(installation.home):
        until(lambda: state(installation) == [("SUCCESSFUL", "")])
    assert (installation.home / "trace.txt").read_text() == "fait\n"


def test_a_job_that_killed_three_workers_is_given_up(installation):
    plant(installation, ["un", "deux", "trois"])
    with Server(installation.home):
        until(lambda: state(installation) == [("FAILED", "builtins.RuntimeError")])
    assert not (installation.home / "trace.txt").exists()


# --- behind a front server ------------------------------------------------------------------------------------------
HOST, VISITOR = "concertations.exemple.fr", "203.0.113.9"


def fail_to_sign_in(server, headers):
    """A wrong password, as the front server passes it on; return where the attempt was noted as coming from."""
    url = f"{server.url}/compte/connexion/"
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as page:
        cookie = page.headers["Set-Cookie"].split(";")[0]
        token = re.search(rb'csrfmiddlewaretoken" value="(\w+)"', page.read())[1].decode()
    data = urlencode({"csrfmiddlewaretoken": token, "login": "personne@exemple.fr", "password": "faux"}).encode()
    sent = headers | {"Cookie": cookie, "Referer": f"https://{HOST}/compte/connexion/"}
    urllib.request.urlopen(urllib.request.Request(url, data=data, headers=sent), timeout=10).close()


def addresses_noted(installation):
    return [str(address) for (address,) in installation.rows("SELECT ip_address FROM axes_accessattempt")]


def test_behind_a_declared_front_server_the_visitors_address_is_believed(installation):
    (installation.home / "concertia.toml").write_text(f'address = "https://{HOST}"\n')
    headers = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": VISITOR}
    with Server(installation.home) as server:
        fail_to_sign_in(server, headers)
    assert addresses_noted(installation) == [VISITOR]


def test_an_undeclared_front_server_is_not_believed(installation):
    (installation.home / "concertia.toml").write_text(f'address = "https://{HOST}"\ntrusted_proxies = ["10.0.0.5"]\n')
    headers = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": VISITOR}
    with Server(installation.home) as server:
        fail_to_sign_in(server, headers)
    assert addresses_noted(installation) == ["127.0.0.1"]


def test_what_an_old_key_signed_is_read_until_that_key_is_erased(installation):
    """The rotation that docs/exploitation.md tells."""
    secrets = installation.home / "secrets"
    code = (
        "import django; django.setup(); from django.core import signing; import sys\n"
        "print(signing.dumps('valeur') if len(sys.argv) < 2 else signing.loads(sys.argv[1]))"
    )

    def python(*arguments):
        env = environment(CONCERTIA_HOME=str(installation.home), DJANGO_SETTINGS_MODULE="concertia.config.settings")
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments], env=env, cwd=ROOT, capture_output=True, text=True
        )
        return done.returncode, done.stdout.strip()

    _, signed = python()
    old = (secrets / "secret_key").read_text()
    (secrets / "secret_key.old").write_text(old)
    (secrets / "secret_key").write_text("neuve" * 12)
    assert python(signed) == (0, "valeur")
    (secrets / "secret_key.old").unlink()
    assert python(signed)[0] == 1
