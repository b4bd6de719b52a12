"""Joining and committing as people see it: the stranger, the commission, the référent·e, the élu·e, the AMO.

The stranger meets a real installation. The others meet the same pages served inside the tests: there the outbox can
be read, the second factor is asked for, a mail fails and a mandate ends on the day we choose.
"""

import datetime as dt
import io
import os
import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from concertia.core.enums import MailState
from concertia.core.models import OutboxMessage
from concertia.engine.documents.charter import blocks
from concertia.territories.actions.joining import invite, request_to_join
from concertia.territories.enums import Role
from concertia.territories.models import Mandate, Territory
from concertia.territories.queries import current_charter
from tests import factories
from tests.journeys.browser import Person, expect, plain, says

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright keeps a loop; the rows are asked for beside it
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PASSWORD = "une phrase de quatre mots"
WAYS = pytest.mark.parametrize(
    ("shape", "script", "scheme"), [("etroit", True, "light"), ("large", False, "dark")], ids=["script", "sans-script"]
)
DEAD = "Ce lien ne sert plus"


@pytest.fixture
def site(browser, live_server, settings, caplog):
    """Open a browser for somebody on the pages served by this very process, signed in when `user` is given."""
    settings.ADDRESS = live_server.url
    opened = []

    def arrive(user=None, **options):
        state = {"cookies": [_session(user)], "origins": []} if user else None
        opened.append(Person(browser, live_server.url, state=state, **options))
        return opened[-1]

    yield arrive
    problems = [problem for person in opened for problem in person.problems]
    for person in opened:
        person.close()
    assert not problems, "\n".join(problems)
    stumbled = [record.getMessage() for record in caplog.records if record.name == "django.request"]
    assert not [line for line in stumbled if "Internal Server Error" in line], stumbled


def _session(user):
    client = Client()
    client.force_login(user, backend=BACKEND)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "domain": "localhost", "path": "/"}
    return cookie | {"expires": -1, "httpOnly": True, "secure": False, "sameSite": "Lax"}


def last_mail(to):
    """The newest mail received at an address."""
    return next(message for message in reversed(mail.outbox) if message.to == [to])


def link_in(message):
    return re.search(r"https?://[^/\s]+(/\S+)", message.body)[1]


def card(person, title):
    """The section of a page under a heading."""
    heading = person.page.get_by_role("heading", name=re.compile(f"^{re.escape(title)}"))
    return person.page.locator("section", has=heading).first


def item(person, words):
    return person.page.locator("main ul.list > li", has_text=words)


# --- a stranger ------------------------------------------------------------------------------------------------------
def look_for(person, words):
    person.fill({"#q": words})
    person.press("Chercher")


def ask(person, email, **more):
    person.fill({"Votre nom": "Personne fictive", "Votre fonction": "Chargée de mission", **more})
    person.fill({"Votre adresse professionnelle": email})
    person.press("Envoyer la demande")
    assert person.path == reverse("territories:requested")
    says(person, "Demande reçue", "L’équipe nationale la vérifie.")


@WAYS
def test_a_stranger_finds_an_authority_and_asks_to_represent_it(people, shape, script, scheme):
    stranger = people(shape=shape, script=script, scheme=scheme)
    stranger.open("/")
    stranger.follow("Engager mon territoire")
    look_for(stranger, "sainte denis")  # a letter too many, no capital, no hyphen
    homonyms = stranger.page.locator("main li", has=stranger.page.get_by_role("link", name="Saint-Denis", exact=True))
    told = [plain(text) for text in homonyms.all_inner_texts()]
    assert len(told) > 2
    assert len(set(told)) == len(told), "deux homonymes ne se distinguent pas"
    assert any("La Réunion (974)" in text for text in told)
    with stranger.page.expect_navigation():
        homonyms.filter(has_text="Seine-Saint-Denis (93)").get_by_role("link").click()
    stranger.look()
    says(stranger, "Représenter Saint-Denis")
    ask(stranger, f"saint-denis-{shape}@ville.example", **{"Un mot pour l’équipe nationale": "Bonjour,\nmerci."})
    stranger.follow("Revenir à l’accueil")
    stranger.follow("Engager mon territoire")
    look_for(stranger, "123 456 789")
    says(stranger, "« 123 456 789 » n’est pas un SIREN valable : vérifiez ses neuf chiffres.")
    look_for(stranger, "200 040 715")
    says(stranger, "1 résultat", "Grenoble-Alpes-Métropole", "SIREN 200040715")
    look_for(stranger, "zzzzqqqq")
    says(stranger, "Aucune collectivité ne ressemble à ce nom.")
    stranger.follow(re.compile("^Mon organisme n’est pas une collectivité"))
    stranger.field("Nature").select_option(label="université")
    ask(stranger, f"universite-{shape}@universite.example", **{"Nom de l’organisme": "Université fictive des Lacs"})


FOCUSED = """() => {
  const node = document.activeElement, ring = node.querySelector('.map-hit') || node;
  const style = getComputedStyle(ring), box = node.getBoundingClientRect();
  return { point: node.matches('.map-point'), name: node.getAttribute('aria-label') || '',
    href: node.getAttribute('href') || '', stroke: style.stroke, width: parseFloat(style.strokeWidth),
    inside: box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth };
}"""


def points_reached_by_tab(person):
    """Every point of the map that the keyboard reaches, in order."""
    person.page.locator(".map").evaluate("node => { node.tabIndex = -1; node.focus(); }")
    reached = []
    for _ in range(person.page.locator("a.map-point").count()):
        person.page.keyboard.press("Tab")
        focused = person.page.evaluate(FOCUSED)
        assert focused["point"], focused
        assert focused["inside"], focused
        assert focused["stroke"] != "none", focused
        assert focused["width"] >= 3, focused
        reached.append(focused)
    return reached


@pytest.mark.parametrize("address", ["/territoires/", "/"])
def test_the_points_of_the_map_are_reached_by_keyboard_and_the_list_is_their_equal(people, shape, address):
    reader = people(shape=shape)
    reader.open(address)
    reached = points_reached_by_tab(reader)
    assert len(reached) > 20
    if address == "/":
        listed = reader.page.locator(".map ~ details li, details:has-text('Les mêmes, en liste') li a")
        names = {plain(text) for text in listed.all_inner_texts()}
        links = {node.get_attribute("href") for node in listed.all()}
        assert {point["href"] for point in reached} <= links
    else:
        listed = reader.page.locator("main ul.list > li")
        names = {plain(text) for text in listed.locator("> a, > strong").all_inner_texts()}
        anchors = {f"{address}#{node.get_attribute('id')}" for node in listed.all()}
        anchors |= {node.get_attribute("href") for node in listed.locator("> a").all()}
        assert {point["href"] for point in reached} <= anchors
    for point in reached:
        name, _, state = plain(point["name"]).partition(" : ")
        assert name in names
        assert state.startswith(("a publié", "engagé, n’a pas publié"))
    assert len({point["name"] for point in reached}) == len(reached)
    last = reached[-1]["href"]
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_url(f"**{last}")


# --- the commission --------------------------------------------------------------------------------------------------
def asked_for(name, email, code="", kind="commune"):
    values = {"kind": kind, "code": code, "authority_name": name, "email": email, "office": "Chargée de mission"}
    return request_to_join(name=f"Personne de {email.partition('@')[0]}", **values)


def set_a_second_factor(person):
    """Copy the key shown into an application of codes, and give its first code; returns the key."""
    person.follow("Ajouter une application")
    if person.path == reverse("account_reauthenticate"):
        person.fill({"Mot de passe": factories.PASSWORD})
        person.press("Confirmer")
    secret = person.page.locator(".fingerprint").inner_text().strip()
    person.fill({"Code": "000000"})
    person.press("Activer")
    says(person, "Ce code n’est pas le bon")
    assert person.page.locator(".fingerprint").inner_text().strip() == secret
    person.fill({"Code": format_hotp_value(hotp_value(secret, int(time.time()) // 30))})
    person.press("Activer")
    return secret


@WAYS
def test_the_commission_verifies_refuses_and_sees_what_is_late_or_failed(site, settings, shape, script, scheme):
    settings.COMMISSION_SECOND_FACTOR = True
    national = factories.a_national_team_member()
    factories.a_territory("LEN", name="Ville fictive de Lenteur")
    for email in ("premiere@nantes.example", "seconde@nantes.example"):
        asked_for("Rezé", email, code="44143")
    asked_for("Codev fictif des Lacs", "codev@lacs.example", kind="codev")
    OutboxMessage.objects.create(
        key="essai", to="absente@lacs.example", subject="Un courriel égaré", body="Bonjour.", state=MailState.FAILED,
        attempts=5, last_error="SMTPException : boîte pleine",
    )  # fmt: skip
    team = site(shape=shape, script=script, scheme=scheme)
    team.sign_in(national.email, password=factories.PASSWORD)
    assert team.path == reverse("mfa_index")
    says(team, "Votre rôle dans la commission demande un second facteur : choisissez-en un pour continuer.")
    set_a_second_factor(team)
    says(team, "Codes de secours")
    team.follow("C’est rangé, continuer")
    team.follow("Demandes, signatures, retards")
    _decide(team)
    _late_and_failed(team)


def _decide(team):
    says(team, "Demandes à vérifier (3)", "Charte non signée (1)")
    contested = item(team, "Rezé")
    expect(contested).to_have_count(2)
    for row in contested.all():
        expect(row).to_contain_text("plusieurs demandes")
    expect(item(team, "Codev fictif des Lacs")).not_to_contain_text("plusieurs demandes")
    with team.page.expect_navigation():
        contested.filter(has_text="premiere@").get_by_role("link", name="Vérifier et inviter").click()
    team.look()
    says(team, "D’autres personnes demandent la même collectivité", "seconde@nantes.example")
    assert team.field("Code court").input_value() == "REZ"
    for refused in ("len", "2X"):  # taken; not a code
        team.fill({"Code court": refused})
        team.press("Vérifier et envoyer l’invitation")
        assert team.page.locator(".error").count() == 1
    team.fill({"Code court": "rze"})
    team.press("Vérifier et envoyer l’invitation")
    says(team, "Rezé est vérifié ; l’invitation part à premiere@nantes.example.", "Demandes à vérifier (2)")
    assert "Invitation à rejoindre Rezé" in last_mail("premiere@nantes.example").subject
    assert link_in(last_mail("premiere@nantes.example")).startswith("/invitation/")
    with team.page.expect_navigation():
        item(team, "seconde@").get_by_role("link", name="Vérifier et inviter").click()
    team.look()
    says(team, "Personne de premiere", "acceptée")
    assert team.field("Code court").input_value() == "RZE"
    team.follow("Commission")
    with team.page.expect_navigation():
        item(team, "seconde@").get_by_role("link", name="Refuser").click()
    team.look()
    team.fill({"Motif": "Votre collègue vous invitera."})
    team.press("Refuser la demande")
    assert "Motif : Votre collègue vous invitera." in last_mail("seconde@nantes.example").body
    says(team, "Demandes à vérifier (1)")
    with team.page.expect_navigation():
        item(team, "Codev fictif des Lacs").get_by_role("link", name="Vérifier et inviter").click()
    team.look()
    team.fill({"Code court": "LACS"})
    team.press("Vérifier et envoyer l’invitation")
    says(team, "Aucune demande n’attend.")
    assert set(Territory.objects.values_list("short_code", flat=True)) == {None, "LEN", "RZE", "LACS"}


def _late_and_failed(team):
    says(team, "Charte non signée (3)", "Courriels en échec (1)", "boîte pleine")
    expect(card(team, "Charte non signée")).to_contain_text("Ville fictive de Lenteur")
    team.press(re.compile("^Renvoyer"))
    says(team, "Courriels en échec (0)", "Aucun courriel en échec.")
    assert last_mail("absente@lacs.example").subject == "Un courriel égaré"
    team.follow("Inviter dans l’équipe")
    team.fill({"Adresse": "collegue@commission.example"})
    team.press("Envoyer l’invitation")
    assert link_in(last_mail("collegue@commission.example")).startswith("/invitation/")


# --- the référent·e, then the élu·e on a phone -----------------------------------------------------------------------
@pytest.mark.parametrize("script", [True, False], ids=["script", "sans-script"])
def test_an_invited_referent_has_the_charter_signed_on_a_phone(site, script):
    territory = factories.a_territory("VER", name="Ville fictive de Verval")
    invite(territory, by=factories.a_national_team_member(), email="referente@verval.example", role=Role.REFERENT)
    referent = site(shape="large", script=script, scheme="dark")
    link = link_in(last_mail("referente@verval.example"))
    _open_an_account(referent, link)
    referent.follow("Charte, membres et mandats")
    says(referent, "La charte n’est pas signée.")
    referent.follow("Faire signer la charte")
    referent.fill({"#email": "maire@verval.example"})
    referent.press("Envoyer le lien")
    says(referent, "Invitation envoyée à maire@verval.example.", "en attente")
    stranger = site(shape="etroit", script=script)
    stranger.open(link, status=410)
    says(stranger, DEAD)
    elu = site(shape="etroit", script=script)
    _sign(elu, link_in(last_mail("maire@verval.example")))
    _signed_is_public(elu)
    _withdraw(referent, stranger)


def _open_an_account(person, link):
    person.open(link)
    says(person, "Travailler pour Ville fictive de Verval", "référent·e", "referente@verval.example")
    person.fill({"Prénom et nom": "Référente d’essai", "Mot de passe": "court"})
    person.press("Ouvrir mon compte et accepter")
    assert person.path == link
    assert person.page.locator(".error").count() == 1
    assert person.field("Prénom et nom").input_value() == "Référente d’essai"
    person.fill({"Mot de passe": PASSWORD})
    person.press("Ouvrir mon compte et accepter")
    assert person.path == "/espace/"
    says(person, "Ville fictive de Verval", "référent·e")
    person.open(reverse("usersessions_list"))
    says(person, "celle-ci")
    person.open("/espace/")


def _sign(elu, link):
    elu.open(link)
    assert elu.seen.answer.headers["referrer-policy"] == "strict-origin"
    charter, read = current_charter(), plain(elu.text)
    lines = [line for block in blocks(charter.text) for line in block.lines]
    assert len(lines) > 30
    for line in [*lines, *(clause.text for clause in charter.clauses.all())]:
        assert plain(line).replace("'", "’") in read.replace("'", "’"), line
    boxes = elu.page.get_by_role("checkbox")
    expect(boxes).to_have_count(4)
    for rank in (0, 1, 3):
        boxes.nth(rank).check()
    elu.fill({"Prénom et nom": "Élue d’essai", "Fonction": "Maire"})
    elu.press("Signer au nom de Ville fictive de Verval", status=422)
    says(elu, "La charte n’est pas encore signée", "Cochez tous les engagements pour signer")
    assert elu.field("Prénom et nom").input_value() == "Élue d’essai"
    assert elu.field("Fonction").input_value() == "Maire"
    assert [box.is_checked() for box in boxes.all()] == [True, True, False, True]
    boxes.nth(2).check()
    elu.press("Signer au nom de Ville fictive de Verval")
    says(elu, "La charte est signée", "Ville fictive de Verval est engagé depuis le")
    name, data = elu.download("La télécharger (PDF)")
    assert name.endswith(".pdf")
    _is_tagged(data, "Élue d’essai", "Maire", "Ville fictive de Verval")
    secret = link.rstrip("/").rpartition("/")[2]
    elu.follow("Lire la charte signée")
    assert not [request for request in elu.seen.requests if secret in request.all_headers().get("referer", "")]
    says(elu, "Élue d’essai, Maire", "Empreinte SHA-256")
    elu.open(link, status=410)
    says(elu, DEAD)


def _is_tagged(data, *words):
    pdf = PdfReader(io.BytesIO(data))
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("fr")
    assert root["/StructTreeRoot"]["/K"]
    text = plain(" ".join(page.extract_text() for page in pdf.pages))
    for word in words:
        assert word in text, word


def _signed_is_public(elu):
    elu.open("/territoires/VER/")
    expect(elu.page.locator("h1 .badge")).to_have_text("charte signée")
    says(elu, "par Élue d’essai, Maire")
    elu.open("/territoires/")
    expect(item(elu, "Ville fictive de Verval")).to_contain_text("charte signée")
    elu.open("/charte/")


def _withdraw(referent, reader):
    referent.open("/espace/territoires/VER/")
    says(referent, "Signée le", "par Élue d’essai, Maire", "utilisée")
    assert referent.page.get_by_role("link", name="Faire signer la charte").count() == 0
    referent.follow("Retirer la signature")
    referent.fill({"Motif": "Le conseil en délibérera de nouveau."})
    referent.press("Retirer la signature")
    assert referent.path == "/espace/territoires/VER/"
    says(referent, "La charte n’est pas signée.", "Toutes les signatures")
    reader.open("/territoires/VER/")
    expect(reader.page.locator("h1 .badge")).to_have_count(0)
    says(reader, "Retirée ; elle était signée le", "par Élue d’essai, Maire")
    reader.follow(re.compile("^Lire la charte signée"))
    says(reader, "Signature retirée le", "Motif : Le conseil en délibérera de nouveau.", "Élue d’essai, Maire")
    _is_tagged(reader.download("Télécharger le PDF accessible")[1], "Le conseil en délibérera de nouveau.")


# --- on paper; a letter to the référent·e ----------------------------------------------------------------------------
PAPER = {"name": "Délibération n° 12.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%essai\n"}


@WAYS
def test_a_signed_paper_is_recorded_and_anybody_writes_to_the_referent(site, shape, script, scheme):
    territory = factories.a_territory("PAP", name="Ville fictive de Papier")
    user = factories.a_user(territory)
    referent = site(user, shape=shape, script=script, scheme=scheme)
    _record_a_paper(referent)
    reader = site(shape=shape, script=script, scheme=scheme)
    reader.open("/territoires/PAP/")
    says(reader, "Signée le 30 septembre 2024 par Maire d’essai, Maire, sur papier.")
    for page in ("/territoires/PAP/", f"/territoires/PAP/charte/{territory.signatures.get().pk}/"):
        reader.open(page)
        assert PAPER["name"] not in reader.page.content()
    reader.open(f"/espace/signatures/{territory.signatures.get().pk}/document/")
    assert reader.path == "/compte/connexion/"
    _write(reader, user.email)


def _record_a_paper(referent):
    referent.open("/espace/territoires/PAP/")
    referent.follow("Enregistrer une signature papier ou un vote")
    referent.page.get_by_role("radio", name="sur papier").check()
    authority = "Délibération n° 2024-12 du 30 septembre 2024"
    referent.fill({"Signataire": "Maire d’essai", "Fonction": "Maire", "En vertu de": authority})
    for day, upload, refusal in (
        (f"{timezone.localdate() + dt.timedelta(days=2):%d/%m/%Y}", PAPER, "Une signature ne peut pas être à venir."),
        ("30/09/2024", PAPER | {"buffer": b"MZ essai"}, "Document : déposez un PDF, un JPEG ou un PNG."),
    ):
        referent.fill({"Date de la signature ou du vote": day})
        referent.field("Le document signé").set_input_files(upload)
        referent.press("Enregistrer")
        says(referent, refusal)
        assert referent.field("En vertu de").input_value() == authority
        assert referent.page.get_by_role("radio", name="sur papier").is_checked()
    referent.field("Le document signé").set_input_files(PAPER)
    referent.press("Enregistrer")
    says(referent, "La signature est enregistrée et publique ; le document reste privé.", "Signée le 30 septembre 2024")
    name, data = referent.download("document signé (privé)")
    assert (name, data) == (PAPER["name"], PAPER["buffer"])


def _write(reader, referents_mail):
    reader.open("/territoires/PAP/")
    pages = [reader.page.content()]
    reader.follow("Écrire à la personne référente")
    pages.append(reader.page.content())
    text = "Bonjour,\n\nQuand débattez-vous ?"
    reader.fill({"Votre nom": "Habitant d’essai", "Votre adresse, pour la réponse": "pas une adresse"})
    reader.fill({"Votre message": text})
    reader.page.locator("main form").evaluate("form => { form.noValidate = true; }")
    reader.press("Envoyer")
    assert reader.page.locator(".error").count() == 1
    assert reader.field("Votre message").input_value() == text
    reader.fill({"Votre adresse, pour la réponse": "habitant@ville.example"})
    reader.press("Envoyer")
    assert reader.path == "/territoires/PAP/"
    says(reader, "Votre message est parti. La réponse arrivera à l’adresse que vous avez donnée.")
    pages.append(reader.page.content())
    assert not [page for page in pages if referents_mail in page]
    received = last_mail(referents_mail)
    assert received.reply_to == ["habitant@ville.example"]
    assert text in received.body
    assert OutboxMessage.objects.get(key__startswith="contact:").reply_to == "habitant@ville.example"


# --- a colleague and an AMO ------------------------------------------------------------------------------------------
@WAYS
def test_a_colleague_joins_and_an_amo_works_for_five_authorities_until_a_date(site, shape, script, scheme):
    seen_by = {"shape": shape, "script": script, "scheme": scheme}
    territories = [factories.a_territory(f"AM{rank}", name=f"Ville fictive n° {rank}") for rank in range(1, 6)]
    owner, amo, colleague = factories.a_user(territories[0]), factories.a_user(), factories.a_user()
    ends_on = timezone.localdate() + dt.timedelta(days=90)
    for territory in territories[1:]:
        Mandate.objects.create(user=amo, territory=territory, role=Role.EDITOR, ends_on=ends_on)
    draft = factories.a_draft(territories[0], owner)
    referent = site(owner, **seen_by)
    _invite_both(referent, colleague.email, amo.email, ends_on)
    joined = site(**seen_by)
    _accept_with_an_account(joined, colleague, "lecteur·rice")
    mandated = site(**seen_by)
    _accept_with_an_account(mandated, amo, f"par mandat jusqu’au {ends_on.day} ")
    _work_for_five(mandated, territories, draft)
    referent.open("/espace/territoires/AM1/")
    expect(card(referent, "Mandats")).to_contain_text(amo.email)
    expect(card(referent, "Membres")).to_contain_text(colleague.email)
    _the_mandate_ends(mandated, amo, draft)
    _member_changes(referent, colleague)


def _invite_both(referent, colleague, amo, ends_on):
    referent.open("/espace/")
    referent.follow("Charte, membres et mandats")
    referent.follow("Inviter un·e collègue")
    referent.fill({"Adresse": colleague})
    referent.field("Rôle").select_option(label="lecteur·rice")
    referent.press("Envoyer l’invitation")
    says(referent, f"Invitation envoyée à {colleague}.")
    referent.follow("Donner un mandat")
    referent.fill({"#email": amo, "Fin du mandat": "31/02/2030"})
    referent.press("Envoyer le mandat")
    says(referent, "Cette date n’existe pas")
    referent.fill({"Fin du mandat": "01/01/2020"})
    referent.press("Envoyer le mandat")
    says(referent, "Fin du mandat : donnez une date à venir.")
    referent.fill({"Fin du mandat": f"{ends_on:%d/%m/%Y}"})
    referent.press("Envoyer le mandat")
    says(referent, f"Invitation envoyée à {amo}.")


def _accept_with_an_account(person, user, role):
    link = link_in(last_mail(user.email))
    person.open(link)
    says(person, "Cette adresse a déjà un compte", role)
    person.page.locator("main").get_by_role("link", name="Se connecter").click()
    person.sign_in(user.email, at="", password=factories.PASSWORD)
    assert person.path == link
    person.press("Accepter")
    assert person.path == "/espace/"
    says(person, "Vous pouvez maintenant travailler pour Ville fictive n° 1.")


def _work_for_five(amo, territories, draft):
    for territory in territories:
        assert amo.page.get_by_role("heading", name=territory.name).count() == 1
    for territory in territories:
        _switch_to(amo, territory, looks=territory == territories[0])
        with amo.page.expect_navigation():
            card(amo, territory.name).get_by_role("link", name="Charte, membres et mandats").click()
        assert amo.path == f"/espace/territoires/{territory.short_code}/"
        says(amo, territory.name)
        for refused in ("Inviter un·e collègue", "Donner un mandat", "Faire signer la charte"):
            assert amo.page.get_by_role("link", name=refused).count() == 0
    amo.open("/espace/")
    amo.follow(draft.title)
    amo.open(f"/espace/concertations/{draft.public_id}/canevas/")
    amo.fill({"#objectives": "Objectif écrit par l’AMO."})
    amo.press("Enregistrer", exact=True)
    says(amo, "Le canevas est enregistré.")
    amo.open(f"/espace/concertations/{draft.public_id}/documenter/")
    assert amo.page.get_by_role("link", name=re.compile("^Publier")).count() == 0
    for address in (f"/espace/concertations/{draft.public_id}/publier/", "/espace/territoires/AM1/inviter/"):
        amo.open(address, status=403)
        says(amo, "Votre rôle ne permet pas cette action.")


def _switch_to(person, territory, looks):
    """By the header, from any page; the first time, the open list is looked at, then what it leads to."""
    person.page.locator("summary", has_text="Changer de territoire").click()
    if looks:
        person.look()
    with person.page.expect_navigation():
        person.page.locator(".switch").get_by_role("link", name=territory.name, exact=True).click()
    if looks:
        person.look()
    expect(person.page.locator("main section h2")).to_have_count(1)


def _the_mandate_ends(amo, user, draft):
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    user.mandates.filter(territory=draft.territory).update(ends_on=yesterday, starts_on=yesterday)
    amo.open("/espace/")
    assert amo.page.get_by_role("heading", name="Ville fictive n° 1").count() == 0
    assert amo.page.get_by_role("heading", name="Ville fictive n° 5").count() == 1
    for address in (
        f"concertations/{draft.public_id}/canevas/",
        f"concertations/{draft.public_id}/",
        "territoires/AM1/",
    ):
        amo.open(f"/espace/{address}", status=404)


def _member_changes(referent, colleague):
    """The last référent·e stays; a colleague's role changes, then the colleague leaves."""
    referent.open("/espace/territoires/AM1/")
    with referent.page.expect_navigation():
        item(referent, colleague.email).get_by_role("button", name=re.compile("^Retirer")).first.click()
    referent.look()
    assert colleague.email not in card(referent, "Membres").inner_text()
    referent.press(re.compile("^Retirer"))
    says(referent, "C’est la dernière personne référente : nommez-en une autre avant.")


# --- one's own account -----------------------------------------------------------------------------------------------
ACCOUNT = ("account_home", "account_change_password", "mfa_index", "mfa_view_recovery_codes", "mfa_list_webauthn")
MORE = ("mfa_generate_recovery_codes", "mfa_add_webauthn", "mfa_deactivate_totp", "usersessions_list")


def with_a_touch_key(person):
    """An authenticator inside the browser, as a telephone or a laptop has one."""
    devices = person.context.new_cdp_session(person.page)
    devices.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@pytest.mark.parametrize(("shape", "scheme"), [("etroit", "light"), ("large", "dark")])
def test_the_pages_of_ones_account(site, shape, scheme):
    user = factories.a_user(factories.a_territory("CPT"))
    person = site(shape=shape, scheme=scheme)
    with_a_touch_key(person)
    person.sign_in(user.email, password=factories.PASSWORD)
    person.open(reverse("account_home"))
    says(person, user.email, "1 session", "0 clé enregistrée")
    person.follow("Second facteur")
    set_a_second_factor(person)
    for name in (*ACCOUNT, *MORE):
        person.open(reverse(name))
        assert person.path == reverse(name)
    _a_key(person)
    _other_sessions(person, site(shape=shape, scheme=scheme), user)
    person.press("Se déconnecter")
    person.open("/compte/connexion/")
    person.press("Entrer avec une clé d’accès")
    assert person.path == "/espace/"


def _a_key(person):
    person.open(reverse("mfa_add_webauthn"))
    person.fill({"Nom de la clé": "Ordinateur du bureau"})
    person.field("Entrer avec cette clé seule, sans mot de passe").check()
    person.press("Ajouter cette clé")
    person.open(reverse("mfa_list_webauthn"))
    says(person, "Ordinateur du bureau", "Elle suffit pour entrer.")
    person.follow(re.compile("^Renommer"))
    person.fill({"Nom de la clé": "Téléphone"})
    person.press("Enregistrer")
    says(person, "Téléphone")
    person.follow(re.compile("^Retirer"))
    person.follow("Garder la clé")


def _other_sessions(person, elsewhere, user):
    """Entered somewhere else with a code kept for that, ended from here."""
    person.open(reverse("mfa_view_recovery_codes"))
    kept = person.page.locator("main code").first.inner_text()
    elsewhere.sign_in(user.email, password=factories.PASSWORD)
    assert elsewhere.path == reverse("mfa_authenticate")
    says(elsewhere, "Votre compte est protégé par un second facteur.")
    elsewhere.fill({"Code": "123456"})
    elsewhere.press("Entrer", exact=True)
    says(elsewhere, "Ce code n’est pas le bon")
    elsewhere.fill({"Code": kept})
    elsewhere.press("Entrer", exact=True)
    assert elsewhere.path == "/espace/"
    person.open(reverse("usersessions_list"))
    says(person, "celle-ci")
    expect(person.page.locator("main ul.list > li")).to_have_count(2)
    person.press("Terminer toutes les autres")
    says(person, "Les autres sessions sont terminées.")
    elsewhere.page.goto("/espace/")
    assert elsewhere.path == "/compte/connexion/"
