"""Words that nobody may read are sown everywhere; a crawler then follows every link as each kind of person.

What it must not find: texts of drafts, of versions taken down, masked names and mails, what people write to the
commission, names of members. It reads pages, feeds, the sitemap, the API, and opens each document it is given.
"""

import io
import re
import zipfile
from html import unescape
from urllib.parse import urljoin, urlsplit

import lxml.html
import pytest
from django.urls import NoReverseMatch, reverse
from pypdf import PdfReader

from concertia.consultations.actions.canvas import save_canvas
from concertia.consultations.actions.imports import import_canvas
from concertia.consultations.actions.publication import publish, unpublish
from concertia.consultations.actions.reading import draft_of
from concertia.core.models import OutboxMessage
from concertia.territories.actions import joining
from concertia.territories.enums import Role
from concertia.territories.queries import commission
from tests import factories

DRAFT, WITHDRAWN, OLD_DRAFT = "Xylophone-brouillon", "Xylophone-retire", "Xylophone-depuis-publie"
MASKED_NAME, REFERENT_MAIL = "Zoé Kanarimasque", "kanari.referente@val.example"
MEMBER, MEMBER_MAIL = "Membre Kanariprive", "kanari.membre@val.example"
ASKING, ASKING_MAIL, MESSAGE = "Demande Kanarinom", "kanari.demande@ailleurs.example", "Kanari-message"
SOWN = (DRAFT, WITHDRAWN, OLD_DRAFT, MASKED_NAME, REFERENT_MAIL, MEMBER, MEMBER_MAIL, ASKING, ASKING_MAIL, MESSAGE)
MOST_PAGES = 600


def filled(draft, by, **answers):
    import_canvas(draft, by=by, upload=factories.a_document({**factories.filled_record(), **answers}))
    draft.refresh_from_db()
    return draft


def rewrite(draft, by, *, speaker_agrees=False, **values):
    canvas = draft_of(draft)
    for speaker in canvas.speakers:
        speaker.values["may_be_published"] = speaker_agrees
    canvas.values.update(values)
    save_canvas(draft, by=by, version=draft.version, canvas=canvas)
    draft.refresh_from_db()


@pytest.fixture
def sown(db):
    """One territory with everything in it, and another beside."""
    val = factories.a_territory("VAL")
    referent = factories.a_user(val)
    referent.name, referent.email = MEMBER, MEMBER_MAIL
    referent.save()
    speaker = [{"nom": MASKED_NAME, "profession": "Chercheuse", "titre": f"{MASKED_NAME} dit tout", "publiable": True}]
    public = filled(
        factories.a_draft(val, referent),
        referent,
        personne_referente=REFERENT_MAIL,
        objectifs=f"Écrire à {REFERENT_MAIL} ou entendre {MASKED_NAME}.",
        intervenants=speaker,
    )
    rewrite(public, referent, speaker_agrees=True)
    publish(public, by=referent)
    assert MASKED_NAME in str(public.publications.get().content)  # frozen while she agreed; she no longer does
    rewrite(public, referent, speaker_agrees=False, objectives=f"Entendre {MASKED_NAME}, version deux.")
    publish(public, by=referent, reason=f"Une précision de {MASKED_NAME}.")
    rewrite(public, referent, objectives=OLD_DRAFT)  # written since, not published
    filled(factories.a_draft(val, referent, title=DRAFT), referent, objectifs=DRAFT)
    down = factories.a_draft(val, referent, title=WITHDRAWN)
    factories.fill_draft(down, referent, {**factories.filled_record(), "objectifs": WITHDRAWN})
    publish(down, by=referent)
    unpublish(down, by=referent, reason="Publiée par erreur.")
    factories.a_signature(val)
    joining.request_to_join(
        kind="autre", authority_name="Codev", name=ASKING, office="O", email=ASKING_MAIL, message=MESSAGE
    )
    OutboxMessage.objects.create(key="k", to=ASKING_MAIL, subject=MESSAGE, body=MESSAGE)
    other = factories.a_territory("AUT")
    publish(factories.fill_draft(factories.a_draft(other, by := factories.a_user(other)), by), by=by)
    return val


def words_of(response):
    """The text of an answer, whatever it is made of."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    kind = response.headers.get("Content-Type", "")
    if kind.startswith("application/pdf"):
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    if body[:4] == b"PK\x03\x04":
        return " ".join(_words_of_archive(body))
    return unescape(body.decode("utf-8", "replace"))


def _words_of_archive(body):
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        for name in archive.namelist():
            inner = archive.read(name)
            if inner[:4] == b"PK\x03\x04":
                yield from _words_of_archive(inner)
            else:
                yield re.sub(r"<[^>]+>", " ", inner.decode("utf-8", "replace")) + name


def links_of(path, response, text):
    kind = response.headers.get("Content-Type", "")
    if "html" in kind and text.strip():
        tree = lxml.html.fromstring(text)
        found = tree.xpath("//a/@href | //link/@href | //form[not(@method) or @method='get']/@action")
    elif "json" in kind or "xml" in kind or "plain" in kind:
        found = re.findall(r"https?://[^\s\"<>\\]+|(?<=\")/[^\s\"<>\\]*", text)
    else:
        found = []
    for link in found:
        parts = urlsplit(urljoin(f"http://testserver{path}", link))
        if parts.hostname in ("testserver", "127.0.0.1") and not parts.path.startswith("/static/"):
            yield parts.path + (f"?{parts.query}" if parts.query else "")


def starting_points():
    """Home, and what a curious person types without any link."""
    yield "/"
    yield "/espace/"
    for number in (1, 2, 3):
        yield f"/concertations/VAL-0{number}/"
        for suffix in (
            "versions/1/",
            "versions/1/canevas.json",
            "versions/1/canevas.pdf",
            "carte/",
            "partager/",
            "comparer/1/2/",
        ):
            yield f"/concertations/VAL-0{number}/{suffix}"
        yield f"/api/v1/concertations/VAL-0{number}"
        yield f"/espace/concertations/VAL-0{number}/documenter/"
        yield f"/espace/concertations/VAL-0{number}/canevas/"
        yield f"/espace/documents/{number}/original/"
    for word in ("xylophone", "kanarimasque", "kanari", "brouillon"):
        yield f"/concertations/?q={word}"
        yield f"/api/v1/concertations?q={word}"
        yield f"/concertations/flux.atom?q={word}"
    for name in ("sitemap", "open_data", "latest_archive", "api_docs"):
        try:
            yield reverse(f"commons:{name}")
        except NoReverseMatch:
            continue


def crawl(client):
    """Every page that may be reached, with its text; links that change something are forms by POST, never followed."""
    seen, waiting, pages = set(), list(starting_points()), {}
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.pop()
        if path in seen or "/deconnexion" in path:
            continue
        seen.add(path)
        response = client.get(path)
        assert response.status_code < 500, path
        text = words_of(response)
        pages[path] = text
        if response.status_code in (301, 302) and response["Location"].startswith("/"):
            waiting.append(response["Location"])
        waiting += [link for link in links_of(path, response, text) if link not in seen]
    return pages


def leaks(pages, words):
    return {(word, path) for path, text in pages.items() for word in words if word.lower() in text.lower()}


def told_back(found):
    """A page that repeats what was asked of it has not found it."""
    return {(word, path) for word, path in found if "q=" not in path}


@pytest.mark.parametrize("role", ["stranger", "elsewhere", "manifesto_writer"])
def test_those_of_elsewhere_find_no_word_that_is_not_public(role, sown, client):
    if role == "elsewhere":
        client.force_login(factories.a_user(factories.a_territory("ELS")))
    elif role == "manifesto_writer":
        client.force_login(factories.a_user(commission(), Role.MANIFESTO_WRITER))
    pages = crawl(client)
    assert len(pages) > 60
    assert any("version deux" in text for text in pages.values())  # it does read what is published
    assert any(path.endswith(".pdf") and len(text) > 200 for path, text in pages.items())
    assert told_back(leaks(pages, SOWN)) == set()
    for path, text in pages.items():  # nor by a count
        if "q=xylophone" in path or "q=kanari" in path:
            assert "VAL-0" not in text, path


def test_the_national_team_reads_requests_but_no_draft(sown, client):
    client.force_login(factories.a_national_team_member())
    found = told_back(leaks(crawl(client), SOWN))
    assert {word for word, _ in found} <= {ASKING, ASKING_MAIL, MESSAGE, MEMBER_MAIL, MEMBER}
    assert all(path.startswith("/espace/") for _, path in found)


@pytest.mark.parametrize("role", [Role.REFERENT, Role.EDITOR, Role.READER, Role.SIGNATORY])
def test_a_member_finds_drafts_in_the_workspace_alone(role, sown, client):
    client.force_login(factories.a_user(sown, role))
    found = leaks(crawl(client), SOWN)
    in_public = {(word, path) for word, path in told_back(found) if not path.startswith("/espace/")}
    assert in_public == set()
    assert not {word for word, _ in found} & {ASKING_MAIL, MESSAGE}
    assert DRAFT in {word for word, path in found if path.startswith("/espace/")}  # the crawler does find them
