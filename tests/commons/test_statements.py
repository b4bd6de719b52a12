"""The pages that say what the site is: true in every state, in the format that the law asks."""

import ast
import datetime as dt
import json
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import lxml.html
import pytest
from django.apps import apps
from django.conf import settings as product
from django.db import OperationalError, models
from django.test import Client
from django.urls import NoReverseMatch, URLResolver, get_resolver, reverse
from django.utils import timezone

import concertia
from concertia.commons import algorithms, retention, site_plan
from concertia.commons.actions import statements as actions
from concertia.commons.models import AccessibilityAudit
from concertia.config.environment import FICTIONAL_SITE, Misdeclared, Site, _site
from concertia.core.errors import NotAllowed, Refused
from concertia.core.models import OutboxMessage
from concertia.territories.enums import Role
from concertia.territories.queries import commission
from tests import factories

ROOT = Path(concertia.__file__).parents[1]
NAMES = ("accessibility", "report_barrier", "personal_data", "legal", "algorithms", "sitemap_page", "ecodesign")
MISSING = "non renseigné par l’administrateur de ce site"
AUDIT = {
    "audited_on": dt.date(2026, 3, 12),
    "auditor": "Cabinet fictif",
    "environments": "Firefox 140 et NVDA 2026.1\nSafari et VoiceOver",
    "tools": "Méthode technique du RGAA 4.1",
    "pages": "Accueil : /\nPlan du site : /plan-du-site/",
    "applicable": 60,
    "validated": 45,
    "nonconformities": "8.9 : balises de présentation.",
    "derogations": "",
    "exempt": "",
}


@pytest.fixture
def declared(settings, db):
    settings.SITE = FICTIONAL_SITE
    return settings


@pytest.fixture
def auditor(db):
    return factories.a_national_team_member()


def signed_in(user):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def text_of(response):
    return unescape(response.content.decode()).replace("\u202f", " ").replace("\u00a0", " ")


def page(name, client=None):
    response = (client or Client()).get(reverse(f"commons:{name}"))
    assert response.status_code == 200
    return text_of(response)


# --- every page ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", NAMES)
def test_a_statement_is_whole_when_nothing_is_declared(name, settings, db):
    settings.SITE = Site()
    assert "<h1" in page(name)


@pytest.mark.parametrize("path", ["/", "/concertations/", "/canevas/", "/compte/connexion/", "/nulle-part/"])
def test_the_foot_of_every_page_leads_to_the_statements_in_the_same_order(path, db):
    tree = lxml.html.fromstring(Client().get(path).content)
    links = [(link.text, link.get("href")) for link in tree.xpath("//footer//li/a") if link.text != "Données ouvertes"]
    assert [text for text, _ in links][3:] == [
        "Plan du site",
        "Accessibilité : non conforme",
        "Mentions légales",
        "Données personnelles",
        "Algorithmes",
        "Écoconception",
    ]
    assert links[4][1] == reverse("commons:accessibility")


@pytest.mark.parametrize("path", ["/", "/concertations/", "/accessibilite/", "/compte/connexion/"])
def test_every_page_has_the_same_search_before_its_menu(path, db):
    tree = lxml.html.fromstring(Client().get(path).content)
    form = tree.xpath("//header//form[@role='search']")[0]
    assert (form.get("method"), form.get("action")) == ("get", reverse("commons:consultations"))
    field = form.xpath(".//input[@name='q']")[0]
    assert form.xpath(f".//label[@for='{field.get('id')}']")[0].text == "Chercher une concertation"
    assert [node.tag for node in tree.xpath("//header/div")[0]] == ["a", "form", "nav"]


def test_a_page_that_says_the_service_stumbled_has_its_foot_even_without_a_database(db, monkeypatch):
    def broken(*arguments):
        raise OperationalError("la base ne répond pas")

    monkeypatch.setattr("concertia.commons.context.last_audit", broken)
    monkeypatch.setattr("concertia.commons.views.inventory.queries.figures", broken)
    response = Client(raise_request_exception=False).get("/")
    assert response.status_code == 500
    assert "Accessibilité : non conforme" in text_of(response)


def test_the_statements_are_in_the_map_for_search_engines(db):
    listed = Client().get(reverse("commons:sitemap_part", args=["pages"])).content.decode()
    assert [name for name in NAMES if f"{reverse(f'commons:{name}')}</loc>" not in listed] == []


# --- the declaration of accessibility -----------------------------------------------------------------------------
HEADINGS = [
    ("h1", "Déclaration d’accessibilité"),
    ("h2", "État de conformité"),
    ("h3", "Résultats des tests"),
    ("h2", "Contenus non accessibles"),
    ("h3", "Non-conformités"),
    ("h3", "Dérogations pour charge disproportionnée"),
    ("h3", "Contenus non soumis à l’obligation d’accessibilité"),
    ("h2", "Établissement de cette déclaration d’accessibilité"),
    ("h3", "Technologies utilisées pour la réalisation du site"),
    ("h3", "Environnement de test"),
    ("h3", "Outils pour évaluer l’accessibilité"),
    ("h3", "Pages du site ayant fait l’objet de la vérification de conformité"),
    ("h2", "Retour d’information et contact"),
    ("h2", "Voies de recours"),
]


@pytest.mark.parametrize("is_audited", [False, True])
def test_the_declaration_keeps_the_mandatory_headings_in_their_order(is_audited, declared, auditor):
    if is_audited:
        actions.record_audit(by=auditor, **AUDIT)
    tree = lxml.html.fromstring(page("accessibility"))
    assert [(node.tag, node.text_content()) for node in tree.xpath("//main//*[self::h1 or self::h2 or self::h3]")] == (
        HEADINGS
    )


def test_without_an_audit_the_site_says_it_does_not_conform_and_gives_no_rate(declared):
    text = page("accessibility")
    assert "Ce site est <strong>non conforme</strong>" in text
    assert "%" not in re.sub(r"<[^>]*>", "", text)
    assert text.count("pas encore publié") == 2


def test_the_three_ways_of_the_defender_are_given_by_the_settings(declared):
    declared.DEFENDER_FORM, declared.DEFENDER_DELEGATES = "https://a.example/", "https://b.example/"
    text = page("accessibility")
    for way in ("https://a.example/", "https://b.example/", "Libre réponse 71120, 75342 Paris CEDEX 07"):
        assert way in text


def test_a_scheme_and_a_plan_that_are_published_are_linked(declared):
    declared.SITE = replace(
        FICTIONAL_SITE, accessibility_scheme="https://a.example/", accessibility_plan="https://b.example/"
    )
    tree = lxml.html.fromstring(page("accessibility"))
    assert {"https://a.example/", "https://b.example/"} <= set(tree.xpath("//main//li/a/@href"))
    assert "pas encore publié" not in tree.text_content()


@pytest.mark.parametrize(
    ("validated", "applicable", "state", "rate"),
    [
        (60, 60, "totalement conforme", "100 %"),
        (59, 60, "partiellement conforme", "98,3 %"),
        (105, 106, "partiellement conforme", "99 %"),
        (30, 60, "partiellement conforme", "50 %"),
        (29, 60, "non conforme", "48,3 %"),
        (0, 60, "non conforme", "0 %"),
    ],
)
def test_an_audit_gives_the_state_and_the_rate_everywhere_at_once(
    validated, applicable, state, rate, declared, auditor
):
    assert "Accessibilité : non conforme" in page("home")
    actions.record_audit(by=auditor, **{**AUDIT, "validated": validated, "applicable": applicable})
    assert f"Accessibilité : {state}" in page("home")
    text = page("accessibility")
    assert f"Ce site est <strong>{state}</strong>" in text
    assert f"{rate}</strong> des critères" in text


def test_an_audit_counts_three_years_and_not_a_day_more(declared, auditor, monkeypatch):
    actions.record_audit(by=auditor, **AUDIT)
    for day, state in ((dt.date(2029, 3, 12), "partiellement conforme"), (dt.date(2029, 3, 13), "non conforme")):
        monkeypatch.setattr(timezone, "localdate", lambda day=day: day)
        text = page("accessibility", signed_in(auditor))
        assert f"Ce site est <strong>{state}</strong>" in text
        assert f"Accessibilité : {state}" in text
    assert "valait jusqu’au 12 mars 2029" in text
    assert "Cabinet fictif" not in text


def test_an_audit_of_a_leap_day_ends_on_a_day_that_exists():
    assert AccessibilityAudit(audited_on=dt.date(2028, 2, 29)).valid_until == dt.date(2031, 2, 28)


def test_recording_again_mends_the_last_record(declared, auditor):
    actions.record_audit(by=auditor, **{**AUDIT, "validated": 60})
    actions.record_audit(by=auditor, **{**AUDIT, "audited_on": dt.date(2026, 1, 5)})
    assert "Accessibilité : partiellement conforme" in page("home")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"audited_on": dt.date(2999, 1, 1)}, "dans le futur"),
        ({"validated": 61}, "plus de critères validés que de critères applicables"),
        ({"nonconformities": ""}, "dites lesquels"),
    ],
)
def test_an_audit_that_contradicts_itself_is_refused(change, sentence, auditor):
    with pytest.raises(Refused, match=sentence):
        actions.record_audit(by=auditor, **{**AUDIT, **change})
    assert AccessibilityAudit.objects.count() == 0


def test_the_national_team_records_an_audit_and_reads_it_at_once(declared, auditor):
    client = signed_in(auditor)
    assert "Accessibilité : non conforme" in text_of(client.get(reverse("territories:commission")))
    response = client.post(reverse("commons:record_audit"), {**AUDIT, "audited_on": "12/03/2026"}, follow=True)
    assert "L’audit est enregistré : le site se déclare maintenant partiellement conforme." in text_of(response)
    assert AccessibilityAudit.objects.get().recorded_by == auditor
    assert "vaut jusqu’au 12 mars 2029" in text_of(client.get(reverse("territories:commission")))


def test_a_wrong_number_of_criteria_is_said_beside_its_field(declared, auditor):
    response = signed_in(auditor).post(
        reverse("commons:record_audit"), {**AUDIT, "audited_on": "12/03/2026", "applicable": "107"}
    )
    tree = lxml.html.fromstring(response.content)
    field = tree.xpath("//input[@name='applicable']")[0]
    error = tree.get_element_by_id("id_applicable_error").text_content()
    assert (field.get("aria-invalid"), "id_applicable_error" in field.get("aria-describedby")) == ("true", True)
    assert "106" in error


@pytest.mark.parametrize("who", [role for role in Role if role != Role.NATIONAL_TEAM])
def test_nobody_else_records_an_audit(who, db):
    body = commission() if who == Role.MANIFESTO_WRITER else factories.a_territory()
    user = factories.a_user(body, who)
    with pytest.raises(NotAllowed):
        actions.record_audit(by=user, **AUDIT)
    data = {**AUDIT, "audited_on": "12/03/2026"}
    assert signed_in(user).post(reverse("commons:record_audit"), data).status_code == 403
    assert AccessibilityAudit.objects.count() == 0


# --- reporting a barrier ------------------------------------------------------------------------------------------
REPORT = {"name": "", "email": "lectrice@ailleurs.example", "page": "/canevas/", "text": "Le tableau ne se lit pas."}


def report(**changes):
    return Client().post(reverse("commons:report_barrier"), REPORT | changes)


def test_a_report_reaches_the_operator_and_is_acknowledged(declared):
    assert report()["Location"] == reverse("commons:accessibility")
    told, receipt = OutboxMessage.objects.order_by("pk")
    assert (told.to, told.reply_to) == (FICTIONAL_SITE.contact, REPORT["email"])
    assert (receipt.to, receipt.reply_to) == (REPORT["email"], FICTIONAL_SITE.contact)
    promised = f"{timezone.localdate() + dt.timedelta(days=7):%d/%m/%Y}"
    assert promised in told.subject
    assert promised in receipt.body or receipt.body == ""  # sent at once by the tests' worker, then erased


def test_the_text_of_a_report_goes_to_the_operator_and_to_nobody_else(
    declared, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        report(text="Texte propre au signalement")
    by_recipient = {mail.to[0]: mail.body for mail in mailoutbox}
    assert "Texte propre au signalement" in by_recipient[FICTIONAL_SITE.contact]
    assert "Texte propre" not in by_recipient[REPORT["email"]]
    assert set(OutboxMessage.objects.values_list("body", flat=True)) == {""}


def test_the_promise_of_a_week_is_shown_before_and_after(declared):
    assert "sous 7 jours" in page("report_barrier")
    client = Client()
    response = client.post(reverse("commons:report_barrier"), REPORT, follow=True)
    assert "Réponse sous une semaine" in text_of(response)
    assert "Réponse sous une semaine" not in page("accessibility")


@pytest.mark.parametrize("field", ["name", "email", "page", "text"])
def test_a_header_in_a_field_adds_no_recipient(field, declared):
    report(**{field: REPORT[field] + "\r\nBcc: victime@ailleurs.example"})
    for message in OutboxMessage.objects.all():
        assert "\n" not in message.subject + message.to + message.reply_to
        assert message.to in (FICTIONAL_SITE.contact, REPORT["email"])


def test_what_is_missing_is_said_with_an_example_and_nothing_leaves(declared):
    text = text_of(report(email="lectrice", text=""))
    assert "par exemple nom@domaine.fr" in text
    assert "<title>Erreur : Signaler" in text
    assert OutboxMessage.objects.count() == 0


def test_a_program_that_fills_the_hidden_field_sends_nothing(declared):
    assert report(website="https://spam.example").status_code == 302
    assert OutboxMessage.objects.count() == 0


def test_one_address_is_not_flooded_nor_is_the_operator(declared):
    for _ in range(actions.MOST_FROM_ONE):
        report()
    assert "réessayez dans une heure" in text_of(report(email=REPORT["email"].upper()))
    for rank in range(actions.MOST_IN_AN_HOUR):
        report(email=f"autre{rank}@ailleurs.example")
    assert OutboxMessage.objects.filter(to=FICTIONAL_SITE.contact).count() == actions.MOST_IN_AN_HOUR


def test_without_a_contact_there_is_no_dead_form(settings, db):
    settings.SITE = Site()
    for name in ("accessibility", "report_barrier"):
        text = page(name)
        assert "Aucune adresse de contact n’est renseignée" in text
        assert 'method="post"' not in text
    assert "/accessibilite/signaler/" not in page("accessibility")
    assert "ne peut pas partir" in text_of(report()) or OutboxMessage.objects.count() == 0
    assert OutboxMessage.objects.count() == 0


# --- what the operator declares -----------------------------------------------------------------------------------
def test_what_is_not_declared_is_said_so(settings, db):
    settings.SITE = Site(publisher="Ville fictive, 1 rue Inventée")
    text = page("legal")
    assert text.count(MISSING) == 4
    assert "Ville fictive, 1 rue Inventée" in text


def test_markup_in_the_settings_is_shown_as_typed(settings, db):
    settings.SITE = Site(publisher="<script>alert(1)</script>")
    for name in ("legal", "accessibility", "personal_data"):
        assert "<script>alert" not in Client().get(reverse(f"commons:{name}")).content.decode()


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        ({"editeur": "X"}, "ne connaît pas « editeur »"),
        ({"contact": "pas une adresse"}, "n’est pas une adresse de courriel"),
        ({"accessibility_plan": "javascript:alert(1)"}, "n’est pas une adresse en https://"),
    ],
)
def test_a_misdeclared_section_is_said(section, sentence):
    with pytest.raises(Misdeclared, match=sentence):
        _site(section, is_demonstration=False)


def test_the_demonstration_is_fictional_and_a_real_site_never_is():
    assert _site({}, is_demonstration=True) == FICTIONAL_SITE
    assert _site({}, is_demonstration=False) == Site()


# --- personal data ------------------------------------------------------------------------------------------------
PERSONAL_NAMES = {"office", "ip", "ip_address", "user_agent", "username", "session_key", "extra_data", "given_name"}


def holds_something_of_a_person(model):
    for field in model._meta.concrete_fields:
        is_person = field.is_relation and field.related_model._meta.label == product.AUTH_USER_MODEL
        if is_person or isinstance(field, models.EmailField | models.GenericIPAddressField):
            return True
        if field.name in PERSONAL_NAMES:
            return True
    return False


def test_every_table_that_holds_something_of_a_person_has_its_line():
    """A new table with a mail, an address, a name's office or a link to an account fails here until it is declared."""
    told = {table for sheet in retention.sheets() for table in sheet.tables}
    holding = {model._meta.label for model in apps.get_models() if holds_something_of_a_person(model)}
    assert holding - told == set()
    assert told - {model._meta.label for model in apps.get_models()} == set()


def test_the_durations_are_those_of_the_code(settings, db):
    settings.SITE = Site()
    settings.SESSION_COOKIE_AGE = 5 * 3600
    text = page("personal_data")
    assert "5 heures après la connexion" in text
    assert "1 jour, puis effacées" in text
    assert "sessionid" in text
    assert "non renseigné" in text


def test_the_cookies_listed_are_those_that_the_site_sets(declared):
    listed = {cookie.name for cookie in retention.cookies()}
    client = Client()
    client.post(reverse("commons:report_barrier"), REPORT)
    user = factories.a_user()
    client.get(reverse("account_login"))
    client.post(reverse("account_login"), {"login": user.email, "password": factories.PASSWORD}, follow=True)
    assert {product.SESSION_COOKIE_NAME, product.CSRF_COOKIE_NAME} <= set(client.cookies) <= listed


@pytest.mark.parametrize("name", ["home", *[name for name in NAMES if name != "report_barrier"]])
def test_reading_sets_no_cookie(name, declared):
    client = Client()
    client.get(reverse(f"commons:{name}"))
    assert dict(client.cookies) == {}


# --- algorithms ---------------------------------------------------------------------------------------------------
def engine_modules_of_the_apps():
    """Every module of the engine that an app imports, read in the code."""
    for app in ("core", "territories", "consultations", "collection", "analysis", "commons"):
        for path in (ROOT / "concertia" / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("concertia.engine"):
                    names = [f"{node.module}.{alias.name}" for alias in node.names]
                    modules = [name for name in names if (ROOT / (name.replace(".", "/") + ".py")).exists()]
                    yield from modules or [node.module]
                elif isinstance(node, ast.Import):
                    yield from (alias.name for alias in node.names if alias.name.startswith("concertia.engine"))


def test_every_calculation_that_an_app_uses_has_its_sheet():
    used = set(engine_modules_of_the_apps())
    assert "concertia.engine.text.names" in used
    assert {module for module in used if not algorithms.covered(module)} == set()


def test_a_module_without_a_sheet_is_seen():
    assert not algorithms.covered("concertia.engine.text.namesake")
    assert algorithms.covered("concertia.engine.canvas.reader")


@pytest.mark.parametrize("sheet", algorithms.SHEETS, ids=lambda sheet: sheet.slug)
def test_a_sheet_is_whole_and_its_code_exists(sheet):
    blank = [name for name, value in vars(sheet).items() if not value and name != "yearly"]
    assert blank == []
    for code in sheet.code:
        path = ROOT / (code if "/" in code else code.replace(".", "/"))
        assert path.exists() or path.with_suffix(".py").exists(), code


def test_the_page_shows_each_sheet_and_counts_what_is_counted(declared, auditor):
    text = page("algorithms")
    tree = lxml.html.fromstring(text)
    assert [node.get("id") for node in tree.xpath("//main//section/h2")] == [sheet.slug for sheet in algorithms.SHEETS]
    assert "0 document reçu" in text
    assert "0 version publiée" in text


# --- plan of the site ---------------------------------------------------------------------------------------------
# Public addresses that are no page of the plan, and why.
NOT_IN_THE_PLAN = {
    "commons:robots": "for programs",
    "commons:sitemap": "for programs",
    "health": "for the front server",
    "territories:requested": "after a form",
    "account_signup": "says that accounts are opened by invitation",
    "account_inactive": "after signing in",
    "account_reset_password_done": "after a form",
    "account_reset_password_from_key_done": "after a form",
    "account_logout": "for those who are signed in",
    "proconnect_left": "after leaving",
}


def routes_without_parameter(patterns, prefix=""):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from routes_without_parameter(pattern.url_patterns, space)
        elif pattern.name:
            try:
                yield f"{prefix}{pattern.name}", reverse(f"{prefix}{pattern.name}")
            except NoReverseMatch:
                continue


def test_the_plan_holds_every_public_address(db):
    links = set(lxml.html.fromstring(page("sitemap_page")).xpath("//main//a/@href"))
    client = Client()
    public = {
        name: address
        for name, address in routes_without_parameter(get_resolver().url_patterns)
        if not name.startswith("commons:api:") and client.get(address).status_code == 200
    }  # the API is for programs: its own page says what it answers
    assert {name for name, address in public.items() if address not in links} == set(NOT_IN_THE_PLAN) & set(public)


def test_every_address_of_the_plan_answers(db):
    for _, entries in site_plan.SECTIONS:
        for entry in entries:
            assert (entry.name, Client().get(entry.address).status_code) == (entry.name, 200)


# --- weights ------------------------------------------------------------------------------------------------------
def test_the_weights_published_are_those_measured_with_their_conditions(db):
    weights = json.loads((ROOT / "concertia/commons/data/weights.json").read_text(encoding="utf-8"))
    text = page("ecodesign")
    for shown in (weights["browser"], weights["window"], weights["version"]):
        assert shown in text
    rows = lxml.html.fromstring(text).xpath("//main//tbody/tr")
    assert len(rows) == len(weights["pages"]) > 10
    assert max(row["bytes"] for row in weights["pages"]) <= weights["heaviest_allowed"] == 150_000
    assert max(row["requests"] for row in weights["pages"]) <= weights["most_requests"] == 15
    assert [row["path"] for row in weights["pages"] if row["script_bytes"]] == ["/compte/connexion/"]
