"""A real installation of the demonstration, served by `concertia serve`, and browsers in front of it.

The journeys see what people see: three processes, the product's own settings (an undefined template variable is an
error on top), static files as they are served, the database that DATABASE_URL names or SQLite. Nothing reaches the
database except through pages.
"""

import os
import shutil
from pathlib import Path

import pytest

from tests.cli.installation import ON_POSTGRES, Server, new_postgres
from tests.journeys.browser import PASSWORD, SHAPES, Person


def chromium():
    names = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next((path for path in map(shutil.which, names) if path), None)


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.xdist_group("journeys"))


@pytest.fixture(scope="session")
def browser():
    path = chromium()
    if not path:
        missing = "PARCOURS NON ESSAYÉS : Chromium est absent de cette machine. Sur Debian : apt-get install chromium."
        if os.environ.get("CONCERTIA_CI") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- slow import

    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        found = playwright.chromium.launch(executable_path=path, args=arguments)
        yield found
        found.close()


@pytest.fixture(scope="session")
def server(browser, tmp_path_factory):
    """Started once: each journey works on consultations of its own."""
    env = {"DJANGO_SETTINGS_MODULE": "tests.journeys.settings"}
    if ON_POSTGRES:
        env["DATABASE_URL"] = new_postgres()
    with Server(tmp_path_factory.mktemp("parcours") / "maison", "--demonstration", env=env) as running:
        yield running


@pytest.fixture(scope="session")
def signed_in(browser, server):
    """Cookies by mail: who has signed in once need not fill the form at every journey."""
    states = {}

    def state_of(mail):
        if mail not in states:
            person = Person(browser, server.url)
            person.page.goto("/compte/connexion/")
            person.fill({"E-mail": mail, "Mot de passe": PASSWORD})
            person.page.get_by_role("button", name="Se connecter").click()
            person.page.wait_for_url("**/espace/")
            states[mail] = person.context.storage_state()
            person.close()
        return states[mail]

    return state_of


@pytest.fixture
def people(browser, server, signed_in):
    """Open a browser for somebody, signed in when `mail` is given; at the end, the server must not have stumbled."""
    opened, before = [], len(server.words())

    def arrive(mail="", **options):
        opened.append(Person(browser, server.url, state=signed_in(mail) if mail else None, **options))
        return opened[-1]

    yield arrive
    problems = [problem for person in opened for problem in person.problems]
    for person in opened:
        person.close()
    assert not problems, "\n".join(problems)
    said = server.words()[before:]
    assert " ERROR " not in said, said[-6000:]


@pytest.fixture(params=list(SHAPES))
def shape(request):
    return request.param
