"""Every address of the site × every kind of person: an address that nobody declared here fails.

The expected answer is what a person of that kind gets by GET: « page » (200), « gone » (410), « sign in » (302 to the
sign-in page), « hidden » (404) or « refused » (403), « post » (405: only a form leads there).
"""

import datetime as dt

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from concertia.analysis.actions import agreement
from concertia.analysis.actions.evidence import bind_evidence
from concertia.analysis.actions.syntheses import start_synthesis
from concertia.commons.actions.open_data import make_release
from concertia.consultations.actions.canvas import save_canvas
from concertia.consultations.actions.imports import import_canvas
from concertia.consultations.actions.publication import publish
from concertia.consultations.actions.reading import draft_of
from concertia.consultations.models import CanvasImport
from concertia.core.models import JobProgress, OutboxMessage
from concertia.territories.actions import joining
from concertia.territories.enums import COMMISSION_ROLES, Role
from concertia.territories.models import Invitation, Mandate
from concertia.territories.queries import commission
from concertia.territories.urls import urlpatterns as account_urls
from tests import factories

R, S, E, F, A, L, N, M = Role
MEMBERS = {R, S, E, F, A, L}
EVERYBODY = {*MEMBERS, N, M, "mandate", "elsewhere", "stranger"}
WORKERS = {*MEMBERS, "mandate"}
ANALYSTS = {R, S, E, F, A, "mandate"}  # who reads contributions as they were received

# name → who reads the page; the others are led to sign in (strangers), refused, or told that it does not exist.
PAGES = {
    "commons:home": EVERYBODY,
    "commons:consultations": EVERYBODY,
    "commons:consultation": EVERYBODY,
    "commons:version": EVERYBODY,
    "commons:document": EVERYBODY,
    "commons:compare": EVERYBODY,
    "commons:share": EVERYBODY,
    "commons:card": EVERYBODY,
    "commons:feed": EVERYBODY,
    "commons:territory_feed": EVERYBODY,
    "commons:sitemap": EVERYBODY,
    "commons:sitemap_part": EVERYBODY,
    "commons:robots": EVERYBODY,
    "commons:charter": EVERYBODY,
    "commons:territories": EVERYBODY,
    "commons:territory": EVERYBODY,
    "commons:signature": EVERYBODY,
    "commons:signature_pdf": EVERYBODY,
    "commons:signature_json": EVERYBODY,
    "commons:canvas": EVERYBODY,
    "commons:blank": EVERYBODY,
    "commons:schema": EVERYBODY,
    "commons:open_data": EVERYBODY,
    "commons:archive": EVERYBODY,
    "commons:table_schema": EVERYBODY,
    "commons:accessibility": EVERYBODY,
    "commons:report_barrier": EVERYBODY,
    "commons:personal_data": EVERYBODY,
    "commons:legal": EVERYBODY,
    "commons:algorithms": EVERYBODY,
    "commons:sitemap_page": EVERYBODY,
    "commons:ecodesign": EVERYBODY,
    "commons:record_audit": {N},
    "commons:api_docs": EVERYBODY,
    "commons:api_unknown": {"nobody"},  # what the API does not have, told in JSON
    "commons:api:openapi-json": EVERYBODY,
    "commons:api:api-root": EVERYBODY,
    "commons:api:accueil": EVERYBODY,
    "commons:api:concertations": EVERYBODY,
    "commons:api:concertation": EVERYBODY,
    "commons:api:version": EVERYBODY,
    "commons:api:propositions": EVERYBODY,
    "commons:api:territoires": EVERYBODY,
    "commons:api:territoire": EVERYBODY,
    "commons:api:filtres": EVERYBODY,
    "health": EVERYBODY,
    "territories:search": EVERYBODY,
    "territories:request": EVERYBODY,
    "territories:request_unlisted": EVERYBODY,
    "territories:requested": EVERYBODY,
    "territories:contact": EVERYBODY,
    "territories:invitation": EVERYBODY,
    "territories:sign": {"nobody"},  # the token of the table is of another kind
    "workspace:home": EVERYBODY - {"stranger"},
    "workspace:consultation": WORKERS,
    "workspace:step": WORKERS,
    "workspace:canvas": WORKERS,
    "workspace:draft": WORKERS,
    "workspace:review": WORKERS,
    "workspace:frame": {R, E, "mandate"},
    "workspace:stakeholders": {R, E, "mandate"},
    "workspace:sessions": {R, E, F, "mandate"},
    "workspace:publish": {R, S},
    "workspace:unpublish": {R, S},
    "workspace:cancel": set(),  # documented: too late for everyone
    "workspace:new": {R, E, "mandate"},
    "workspace:original": {R, E, "mandate"},
    "workspace:mailbox": {N},
    "workspace:progress": {N},
    "workspace:attach": {N},
    "workspace:discard": {N},
    "analysis:map": ANALYSTS,
    "analysis:context_map": ANALYSTS,
    "analysis:run": ANALYSTS,
    "analysis:record": ANALYSTS,
    "analysis:signals": ANALYSTS,
    "analysis:campaigns": ANALYSTS,
    "analysis:campaign": ANALYSTS,
    "analysis:set_aside": ANALYSTS,
    "analysis:changes": ANALYSTS,
    "analysis:theme": ANALYSTS,
    "analysis:messages": ANALYSTS,
    "analysis:progress": ANALYSTS,
    "analysis:create_theme": {R, E, A, "mandate"},
    "analysis:change_theme": {R, E, A, "mandate"},
    "analysis:syntheses": ANALYSTS,
    "analysis:synthesis": ANALYSTS,
    "analysis:synthesis_reading": ANALYSTS,
    "analysis:synthesis_sentence": {R, E, A, "mandate"},
    "analysis:synthesis_quotes": {R, E, A, "mandate"},
    "analysis:synthesis_passages": {R, E, A, "mandate"},
    "analysis:evidence": ANALYSTS,
    "analysis:evidence_theme": {R, E, A, "mandate"},
    "analysis:codebooks": ANALYSTS,
    "analysis:codebook": ANALYSTS,
    "analysis:export_codebook": ANALYSTS,
    "analysis:confront": ANALYSTS,
    "analysis:sample": ANALYSTS,
    "analysis:new_codebook": {R, E, A, "mandate"},
    "analysis:new_code": {R, E, A, "mandate"},
    "analysis:codebook_settings": {R, E, A, "mandate"},
    "analysis:edit_code": {R, E, A, "mandate"},
    "analysis:offer_code": {R, E, A, "mandate"},
    "analysis:code": {R, E, A, "mandate"},
    "analysis:code_text": {R, E, A, "mandate"},
    "analysis:codings": {R, E, A, "mandate"},
    "analysis:new_sample": {R, E, A, "mandate"},
    "analysis:code_sample": set(),  # for those who are invited, and nobody else
    "analysis:settle": {R, E, A, "mandate"},
    "analysis:exports": ANALYSTS,
    "analysis:exports_progress": ANALYSTS,
    "analysis:export": ANALYSTS,
    "analysis:export_synthesis": set(),  # the synthesis of this table is a draft: it does not leave
    "analysis:wall": ANALYSTS,
    "analysis:charts": ANALYSTS,
    "collection:contributions": {R, S, E, F, A, "mandate"},
    "collection:contribution": {R, S, E, F, A, "mandate"},
    "collection:check": {R, S, E, F, A, "mandate"},
    "collection:progress": {R, S, E, F, A, "mandate"},
    "collection:deposit": {R, E, F, A, "mandate"},
    "collection:withdraw": {R, E, F, A, "mandate"},
    "collection:original": {R, E, F, A, "mandate"},
    "collection:left_aside": {R, E, F, A, "mandate"},
    "collection:reading": {R, E, A, "mandate"},
    "collection:mask": {R, E, A, "mandate"},
    "territories:workspace": WORKERS,
    "territories:invite": {R},
    "territories:give_mandate": {R},
    "territories:ask_signature": {R},
    "territories:record_signature": {R},
    "territories:withdraw_signature": {R, S},
    "territories:proof": set(),  # signed online in this table: there is no paper
    "territories:commission": {N},
    "territories:invite_team": {N},
    "territories:merge": {N},
    "territories:accept": {N},
    "territories:refuse": {N},
}
POSTS = {
    "commons:make_archive",
    "collection:keep",
    "collection:stop",
    "collection:read_again",
    "collection:hide",
    "collection:show",
    "collection:unmask",
    "collection:mark_read",
    "workspace:upload",
    "workspace:advance",
    "workspace:cancel_batch",
    "workspace:resume_batch",
    "analysis:launch",
    "analysis:cancel_run",
    "analysis:undo",
    "analysis:retire_code",
    "analysis:prepare_proposals",
    "analysis:cancel_proposals",
    "analysis:close_sample",
    "analysis:prepare_exports",
    "analysis:cancel_exports",
    "analysis:synthesis_state",
    "analysis:synthesis_proposals",
    "analysis:synthesis_write",
    "analysis:synthesis_act",
    "analysis:unbind_evidence",
    "territories:change_member",
    "territories:revoke_mandate",
    "territories:revoke_invitation",
    "territories:send_again",
}
OF_A_RUN = ("run", "record", "signals", "campaigns", "set_aside", "changes", "create_theme", "undo")
OF_A_SYNTHESIS = ("synthesis", "synthesis_reading", "synthesis_state", "synthesis_proposals", "synthesis_write")
OF_A_SENTENCE = ("synthesis_sentence", "synthesis_quotes", "synthesis_act")
OF_A_GRID = (
    "codebook",
    "codebook_settings",
    "export_codebook",
    "new_code",
    "prepare_proposals",
    "cancel_proposals",
    "code",
    "codings",
)
OF_A_GRID = (*OF_A_GRID, "confront", "new_sample")
REDIRECTS = {"commons:latest_archive", "commons:choose_versions"}  # for everybody, to an address that does not change
OF_A_DEPOSIT = ("check", "keep", "withdraw", "progress", "stop", "read_again", "original", "left_aside")
OF_A_CONTRIBUTION = ("contribution", "hide", "show", "mask", "unmask", "mark_read")


def names_of(patterns, prefix=""):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from names_of(pattern.url_patterns, space)
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}"


def test_every_route_is_declared():
    names = set(names_of(get_resolver().url_patterns))
    account_pages = set(names_of(account_urls))  # signing in and one's own account have tests of their own
    assert names - account_pages == set(PAGES) | POSTS | REDIRECTS


@pytest.fixture
def world(db, monkeypatch):
    """One territory with everything in it, and the arguments of each address."""
    territory = factories.a_territory("VAL")
    referent = factories.a_user(territory)
    draft = factories.a_draft(territory, referent)
    document = import_canvas(draft, by=referent, upload=factories.a_document())
    draft.refresh_from_db()
    publish(draft, by=referent)
    canvas = draft_of(draft)
    canvas.values["objectives"] = "Écouter."
    save_canvas(draft, by=referent, version=draft.version, canvas=canvas)
    draft.refresh_from_db()
    publish(draft, by=referent, reason="Les objectifs.")
    signature = factories.a_signature(territory)
    monkeypatch.setattr(joining.secrets, "token_urlsafe", lambda size: "jeton")
    joining.invite(territory, by=referent, email="invite@val.example", role=Role.READER)
    waiting = CanvasImport.objects.create(
        name="b.docx", size=1, sha256="0", uploaded_by=referent, state="to_attach", reading=document.reading
    )
    asked = joining.request_to_join(kind="autre", authority_name="Codev", name="P", office="O", email="p@codev.example")
    mandate = Mandate.objects.create(
        user=factories.a_user(), territory=territory, role=Role.EDITOR, ends_on=timezone.localdate() + dt.timedelta(9)
    )
    job = JobProgress.objects.create(kind="canvas_batch", started_by=referent)
    message = OutboxMessage.objects.create(key="k", to="a@b.example", subject="S", body="B")
    release = make_release()
    deposit = factories.a_deposit(draft, referent)
    run = factories.a_run(draft, by=referent, count=30)
    theme = run.themes.first()
    synthesis = start_synthesis(run, by=referent, title="Synthèse")
    sentence, said = synthesis.sentences.first(), run.placements.first().contribution_id
    evidence = bind_evidence(draft.propositions.first(), by=referent, theme=theme)[0]
    sample = factories.a_compared_sample(draft, by=referent)
    grid, code = sample.codebook_id, sample.codebook.codes.first().pk
    apart = [agreement.agreement_of(sample).differing[0].contribution.pk]
    export = factories.a_document_to_share(run, by=referent)
    c = draft.public_id
    arguments = {
        "commons:version": [c, 1],
        "commons:document": [c, 1, "json"],
        "commons:compare": [c, 1, 2],
        "commons:share": [c],
        "commons:card": [c],
        "commons:territory": ["VAL"],
        "commons:territory_feed": ["VAL"],
        "commons:feed": [],
        "commons:sitemap": [],
        "commons:robots": [],
        "commons:sitemap_part": ["concertations"],
        "commons:signature": ["VAL", signature.pk],
        "commons:signature_pdf": ["VAL", signature.pk],
        "commons:signature_json": ["VAL", signature.pk],
        "commons:blank": ["odt"],
        "commons:archive": [release.number, release.made_on],
        "commons:table_schema": ["propositions"],
        "commons:api_unknown": ["rien"],
        "commons:api:concertation": [c],
        "commons:api:version": [c, 1],
        "commons:api:territoire": ["VAL"],
        "territories:request": ["commune", "44143"],
        "territories:contact": ["VAL"],
        "territories:invitation": ["jeton"],
        "territories:sign": ["jeton"],
        **{f"collection:{name}": [c, deposit.pk] for name in OF_A_DEPOSIT},
        **{f"collection:{name}": [c, deposit.contributions.first().pk] for name in OF_A_CONTRIBUTION},
        **{f"analysis:{name}": [c, synthesis.pk] for name in OF_A_SYNTHESIS},
        **{f"analysis:{name}": [c, synthesis.pk, sentence.pk] for name in OF_A_SENTENCE},
        "analysis:synthesis_passages": [c, synthesis.pk, sentence.pk, said],
        "analysis:evidence_theme": [c, theme.pk],
        "analysis:unbind_evidence": [c, evidence.pk],
        "analysis:export": [c, export.pk],
        "analysis:export_synthesis": [c, synthesis.pk, "pdf"],
        **{f"analysis:{name}": [c, export.job_id] for name in ("exports_progress", "cancel_exports")},
        **{f"analysis:{name}": [c, grid] for name in OF_A_GRID},
        **{f"analysis:{name}": [c, grid, code] for name in ("edit_code", "retire_code", "offer_code")},
        **{f"analysis:{name}": [c, grid, sample.pk] for name in ("sample", "code_sample", "close_sample")},
        "analysis:code_text": [c, grid, *apart],
        "analysis:settle": [c, grid, sample.pk, *apart],
        "analysis:progress": [c, run.job_id],
        "analysis:cancel_run": [c, run.job_id],
        **{f"analysis:{name}": [c, run.pk] for name in OF_A_RUN},
        "analysis:campaign": [c, run.pk, run.campaigns.first().pk],
        **{f"analysis:{name}": [c, run.pk, theme.pk] for name in ("theme", "messages", "change_theme")},
        "workspace:step": [c, "cadrer"],
        "workspace:draft": [c, "json"],
        "workspace:review": [c, document.pk],
        "workspace:new": ["VAL"],
        "workspace:original": [document.pk],
        "workspace:progress": [job.pk],
        "workspace:cancel_batch": [job.pk],
        "workspace:resume_batch": [job.pk],
        "workspace:attach": [waiting.pk],
        "workspace:discard": [waiting.pk],
        "territories:proof": [signature.pk],
        "territories:accept": [asked.pk],
        "territories:refuse": [asked.pk],
        "territories:send_again": [message.pk],
        "territories:change_member": ["VAL", referent.memberships.get().pk],
        "territories:revoke_mandate": ["VAL", mandate.pk],
        "territories:revoke_invitation": ["VAL", Invitation.objects.get().pk],
    }
    plain = {"commons:home", "commons:consultations", "commons:charter", "commons:territories", "commons:canvas"}
    plain |= {"commons:api_docs", "commons:api:openapi-json", "commons:api:api-root", "commons:api:accueil"}
    plain |= {f"commons:api:{name}" for name in ("concertations", "propositions", "territoires", "filtres")}
    plain |= {"commons:accessibility", "commons:report_barrier", "commons:personal_data", "commons:legal"}
    plain |= {"commons:algorithms", "commons:sitemap_page", "commons:ecodesign", "commons:record_audit"}
    plain |= {"commons:open_data", "commons:latest_archive", "commons:make_archive"}
    plain |= {"commons:schema", "health", "territories:search", "territories:request_unlisted"}
    plain |= {"territories:requested", "workspace:home", "workspace:mailbox", "territories:commission"}
    plain |= {"territories:invite_team", "territories:merge"}

    def address(name):
        if name in plain:
            return reverse(name)
        of_a_territory = name.startswith("territories:") and name not in arguments
        return reverse(name, args=arguments.get(name, ["VAL"] if of_a_territory else [c]))

    return territory, mandate, address


def client_of(who, territory, mandate):
    client = Client()
    if who == "stranger":
        return client
    if who == "mandate":
        user = mandate.user
    elif who == "elsewhere":
        user = factories.a_user(factories.a_territory())
    else:
        user = factories.a_user(commission() if who in COMMISSION_ROLES else territory, who)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.mark.parametrize("who", [*Role, "mandate", "elsewhere", "stranger"])
def test_who_reads_what(who, world):
    territory, mandate, address = world
    client = client_of(who, territory, mandate)
    wrong = {}
    for name, readers in PAGES.items():
        response = client.get(address(name))
        factories.close_files(response)
        closed = {302} if who == "stranger" else {403, 404}
        closed |= {410} if name == "territories:sign" else set()
        closed |= {404} if name == "commons:api_unknown" else set()
        expected = {200} if who in readers else closed
        if response.status_code not in expected:
            wrong[name] = response.status_code
    assert wrong == {}


@pytest.mark.parametrize("who", [*Role, "mandate", "elsewhere", "stranger"])
def test_reading_what_only_a_form_may_do_changes_nothing(who, world):
    territory, mandate, address = world
    client = client_of(who, territory, mandate)
    for name in POSTS:
        assert (name, client.get(address(name)).status_code in {302, 403, 404, 405}) == (name, True)


@pytest.mark.parametrize("who", [L, N, "stranger"])
def test_a_stable_address_leads_everybody_to_the_same_page(who, world):
    territory, mandate, address = world
    response = client_of(who, territory, mandate).get(address("commons:latest_archive"))
    assert (response.status_code, response["Location"]) == (302, address("commons:archive"))


@pytest.mark.parametrize("who", [L, A, "elsewhere", "stranger", M])
def test_the_least_entitled_post_nothing(who, world):
    territory, mandate, address = world
    client = client_of(who, territory, mandate)
    public = {"territories:request", "territories:request_unlisted", "territories:contact", "territories:invitation"}
    public |= {"territories:sign", "commons:report_barrier"}
    names = (set(PAGES) | POSTS) - public
    if who == A:  # what an analyst is there for
        names = {name for name in names if not name.startswith(("analysis:", "collection:"))}
    for name in names:
        status = client.post(address(name), {"action": "remove", "reason": "R", "to": "open"}).status_code
        assert (name, status in {302, 403, 404, 405}) == (name, True)
    assert territory.memberships.filter(role=R).exists()
    assert territory.signatures.get().withdrawn_at is None
    assert not territory.consultations.get().publications.filter(withdrawn_at__isnull=False).exists()
