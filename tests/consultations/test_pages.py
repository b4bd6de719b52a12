"""The workspace's pages: what each role sees, what is saved, what is refused."""

import datetime as dt

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from concertia.consultations.actions.canvas import save_canvas
from concertia.consultations.actions.reading import draft_of
from concertia.consultations.enums import ConsultationState
from concertia.consultations.models import CanvasImport, Consultation, Publication
from concertia.consultations.urls import urlpatterns
from concertia.consultations.views.canvas import KEPT
from concertia.core.models import ScheduledJob
from concertia.core.panels import STEPS
from concertia.territories.enums import COMMISSION_ROLES, Role
from concertia.territories.models import Membership
from concertia.territories.queries import commission
from tests import factories


def signed_in(user):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def client(referent):
    return signed_in(referent)


# --- one table: each address × each role --------------------------------------------------------------------------
R, S, E, F, A, L, N, M = Role
MEMBERS = {R, S, E, F, A, L}
GET = {
    "workspace:consultation": MEMBERS,
    "workspace:step": MEMBERS,
    "workspace:canvas": MEMBERS,
    "workspace:draft": MEMBERS,
    "workspace:review": MEMBERS,
    "workspace:frame": {R, E},
    "workspace:stakeholders": {R, E},
    "workspace:sessions": {R, E, F},
    "workspace:publish": {R, S},
    "workspace:unpublish": {R, S},
    "workspace:cancel": {R},
    "workspace:new": {R, E},
    "workspace:original": {R, E},
    "workspace:mailbox": {N},
    "workspace:attach": {N},
    "workspace:discard": {N},
}


def address(name, draft, document, waiting):
    arguments = {
        "workspace:step": [draft.public_id, STEPS[0].slug],
        "workspace:draft": [draft.public_id, "docx"],
        "workspace:review": [draft.public_id, document.pk],
        "workspace:new": [draft.territory.short_code],
        "workspace:original": [document.pk],
        "workspace:mailbox": [],
        "workspace:attach": [waiting.pk],
        "workspace:discard": [waiting.pk],
    }
    return reverse(name, args=arguments.get(name, [draft.public_id]))


@pytest.fixture
def world(filled):
    document = filled.imports.get()
    waiting = CanvasImport.objects.create(
        name="b.docx", size=1, sha256="0", uploaded_by=document.uploaded_by, state="to_attach", reading=document.reading
    )
    Publication.objects.create(consultation=filled, number=1, content={}, sha256="0")
    return filled, document, waiting


@pytest.mark.parametrize("role", list(Role))
def test_each_address_for_each_role_of_the_territory(role, world):
    user = factories.a_user(commission() if role in COMMISSION_ROLES else world[0].territory, role)
    client = signed_in(user)
    for name, allowed in GET.items():
        response = client.get(address(name, *world))
        b"".join(response)  # to the end, where the client closes it: `close()` would close PostgreSQL's connection too
        status = response.status_code
        assert (name, status == 200) == (name, role in allowed)
        assert (name, status in (200, 403, 404)) == (name, True)


@pytest.mark.parametrize("role", list(Role))
def test_another_territory_s_consultation_does_not_exist(role, world):
    client = signed_in(factories.a_user(factories.a_territory(), role))
    for name in GET:
        status = client.get(address(name, *world)).status_code
        assert (name, status in (403, 404)) == (name, True)


def test_every_address_of_the_workspace_is_in_the_table():
    posts = {"upload", "advance", "progress", "cancel_batch", "resume_batch", "home"}
    assert {f"workspace:{pattern.name}" for pattern in urlpatterns if pattern.name not in posts} == set(GET)


@pytest.mark.parametrize("name", list(GET))
def test_a_stranger_is_asked_to_sign_in(name, world):
    response = Client().get(address(name, *world))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("role", [Role.READER, Role.ANALYST, Role.FACILITATOR])
@pytest.mark.parametrize("name", ["workspace:canvas", "workspace:upload", "workspace:advance", "workspace:publish"])
def test_the_lowest_roles_change_nothing(name, role, filled):
    client = signed_in(factories.a_user(filled.territory, role))
    data = {
        "complete": "1",
        "results": "a",
        "version": filled.version,
        "to": "announced",
        "document": factories.a_document(),
    }
    assert client.post(reverse(name, args=[filled.public_id]), data).status_code == 403
    version = filled.version
    filled.refresh_from_db()
    assert (filled.version, filled.publications.count()) == (version, 0)


# --- saving the canvas --------------------------------------------------------------------------------------------
def posted(draft, user, **changes):
    results = draft.results.get()
    data = {
        "version": draft.version,
        "editor": signing.dumps(user.pk, salt=KEPT),
        "authority_name": draft.authority_name,
        "results": results.key,
        "complete": "1",
        f"r-{results.key}-participants": "37",
    }
    return data | changes


def save(client, draft, data, **headers):
    return client.post(reverse("workspace:canvas", args=[draft.public_id]), data, headers=headers)


def test_saving_keeps_what_is_right_and_shows_what_is_wrong(client, draft, referent):
    response = save(client, draft, posted(draft, referent, objectives="Comprendre.", planned_start="31/02/2025"))
    assert response.status_code == 422
    assert "Cette date n’existe pas" in response.content.decode()
    assert 'value="31/02/2025"' in response.content.decode()
    draft.refresh_from_db()
    assert (draft.objectives, draft.planned_start) == ("Comprendre.", None)


@pytest.mark.parametrize("written", ["15/10/2024", "15-10-2024", "2024-10-15", "15.10.2024"])
def test_a_date_is_taken_as_people_write_it(written, client, draft, referent):
    save(client, draft, posted(draft, referent, planned_start=written))
    draft.refresh_from_db()
    assert draft.planned_start == dt.date(2024, 10, 15)


def test_autosave_answers_what_the_script_needs(client, draft, referent):
    response = save(client, draft, posted(draft, referent, referent_email="pas-un-courriel"), x_concertia_autosave="1")
    answer = response.json()
    assert (response.status_code, answer["version"]) == (200, 1)
    assert [error["id"] for error in answer["errors"]] == ["id_referent_email"]


def test_autosave_over_another_person_s_save_is_a_conflict(client, draft, referent):
    data = posted(draft, referent)
    save(client, draft, data)
    response = save(client, draft, data | {"objectives": "Trop tard."}, x_concertia_autosave="1")
    assert response.status_code == 409
    assert "Rien n’a été écrasé" in response.json()["conflict"]


def test_an_incomplete_form_is_refused_whole(client, filled, referent):
    data = posted(filled, referent)
    del data["complete"]
    assert save(client, filled, data).status_code == 400
    assert filled.results.get().propositions.count() == 3


def test_a_session_that_ended_keeps_what_was_typed(draft, referent):
    client = Client()
    page = save(client, draft, posted(draft, referent, objectives="Longuement tapé."))
    assert page.status_code == 302
    client.force_login(referent, backend="allauth.account.auth_backends.AuthenticationBackend")
    html = client.get(reverse("workspace:canvas", args=[draft.public_id])).content.decode()
    assert "Longuement tapé." in html
    assert "Votre session avait expiré" in html
    draft.refresh_from_db()
    assert draft.objectives == ""


def test_what_was_typed_is_not_shown_to_the_next_person(draft, referent):
    client = Client()
    save(client, draft, posted(draft, referent, objectives="Longuement tapé."))
    other = factories.a_user(draft.territory)
    client.force_login(other, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "Longuement tapé." not in client.get(reverse("workspace:canvas", args=[draft.public_id])).content.decode()


def test_autosave_after_the_session_ended_says_where_to_sign_in(draft, referent):
    response = save(Client(), draft, posted(draft, referent), x_concertia_autosave="1")
    assert response.status_code == 401
    assert response.json()["login"].startswith(reverse("account_login"))


def test_what_was_kept_does_not_overwrite_what_somebody_saved_since(draft, referent):
    client = Client()
    save(client, draft, posted(draft, referent, objectives="Longuement tapé."))
    other = factories.a_user(draft.territory)
    save_canvas(draft, by=other, version=draft.version, canvas=draft_of(draft))
    client.force_login(referent, backend="allauth.account.auth_backends.AuthenticationBackend")
    html = client.get(reverse("workspace:canvas", args=[draft.public_id])).content.decode()
    assert f'name="version" value="{draft.version}"' in html  # the version it was typed over, not today's


def test_a_session_that_ended_keeps_what_was_typed_beside_a_document(filled, referent):
    client, path = Client(), reverse("workspace:review", args=[filled.public_id, filled.imports.get().pk])
    data = posted(filled, referent, objectives="Longuement tapé.")
    assert client.post(path, data, headers={"x-concertia-autosave": "1"}).status_code == 401
    client.post(path, data)
    client.force_login(referent, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "Longuement tapé." in client.get(path).content.decode()


def test_nothing_is_kept_of_a_form_that_nobody_opened(draft):
    client = Client()
    save(client, draft, {"authority_name": "n" * 1_000, "editor": "inventé"})
    assert KEPT not in client.session


@pytest.mark.parametrize("action", ["take:", "take:objectifs", "take:objectifs:x", "take:objectifs:0:0"])
def test_a_nonsense_field_to_take_is_not_taken(action, client, filled, referent):
    path = reverse("workspace:review", args=[filled.public_id, filled.imports.get().pk])
    assert client.post(path, posted(filled, referent, action=action)).status_code == 302


def test_nonsense_keys_save_no_row_and_break_nothing(client, draft, referent):
    key = "a" * 16 + "\n"
    rows = {"speakers": key, f"speakers-{key}-name": "Personne fictive"}
    save(client, draft, posted(draft, referent, form_key="a\0b", objectives="Lus.", **rows))
    draft.refresh_from_db()
    assert (draft.objectives, draft.saved_from, draft.speakers.count()) == ("Lus.", "ab", 0)


@pytest.mark.parametrize(("role", "may"), [(R, True), (E, True), (S, False), (L, False)])
def test_the_document_is_offered_to_those_who_may_open_it(role, may, filled):
    document = filled.imports.get()
    client = signed_in(factories.a_user(filled.territory, role))
    html = client.get(reverse("workspace:review", args=[filled.public_id, document.pk])).content.decode()
    assert (reverse("workspace:original", args=[document.pk]) in html) is may


def test_10_000_letters_where_a_name_is_expected_are_refused_beside_the_field(client, draft, referent):
    response = save(client, draft, posted(draft, referent, authority_name="n" * 10_000))
    assert response.status_code == 422
    draft.refresh_from_db()
    assert draft.authority_name == draft.territory.name


def test_rows_are_saved_kept_and_removed(client, draft, referent):
    key = draft.results.get().key
    rows = {
        f"r-{key}-propositions": ["aa", "bb"],
        f"r-{key}-propositions-aa-text": "Publier la liste",
        f"r-{key}-propositions-aa-label": "authority",
        f"r-{key}-propositions-bb-text": "Former les agents",
        f"r-{key}-diagnostics": "cc",
        f"r-{key}-diagnostics-cc-text": "Peu de compétences",
        f"r-{key}-diagnostics-cc-label": "brake",
    }
    save(client, draft, posted(draft, referent, **rows))
    assert [(row.text, row.addressee) for row in draft.propositions.all()] == [
        ("Publier la liste", "authority"),
        ("Former les agents", ""),
    ]
    draft.refresh_from_db()
    save(client, draft, posted(draft, referent, **rows) | {f"r-{key}-propositions-bb-text": ""})
    assert [row.text for row in draft.propositions.all()] == ["Publier la liste"]


def test_results_are_added_and_removed_without_script(client, draft, referent):
    save(client, draft, posted(draft, referent, action="add_results"))
    draft.refresh_from_db()
    first, second = draft.results.all()
    data = posted_two(draft, referent, first, second)
    save(client, draft, data | {"remove_results": first.key})
    assert list(draft.results.all()) == [second]


def test_removing_every_result_leaves_an_empty_one_to_fill(client, draft, referent):
    save(client, draft, posted(draft, referent, action="add_results"))
    draft.refresh_from_db()
    first, second = draft.results.all()
    save(client, draft, posted_two(draft, referent, first, second) | {"remove_results": [first.key, second.key]})
    left = draft.results.get()
    assert (left.key in (first.key, second.key), left.participants) == (False, None)


def posted_two(draft, user, first, second):
    return {"version": draft.version, "results": [first.key, second.key], "complete": "1"}


def test_a_canvas_page_asks_as_many_questions_for_one_proposition_as_for_three(
    client, filled, django_assert_num_queries
):
    page = reverse("workspace:canvas", args=[filled.public_id])
    client.get(page)
    with CaptureQueriesContext(connection) as three:
        client.get(page)
    filled.propositions.filter(position__gt=0).delete()
    with CaptureQueriesContext(connection) as one:
        client.get(page)
    assert len(one) == len(three) <= 20


def test_creating_with_a_document_that_is_refused_keeps_the_consultation(client, territory):
    response = client.post(
        reverse("workspace:new", args=["VAL"]),
        {"title": "L’IA au guichet", "document": SimpleUploadedFile("a.docx", b"%PDF-1.7")},
        follow=True,
    )
    assert "PDF" in response.content.decode()
    assert Consultation.objects.get().title == "L’IA au guichet"


def test_mailbox_receives_reads_and_attaches(territory):
    client = signed_in(factories.a_national_team_member())
    with_transaction = client.post(
        reverse("workspace:mailbox"), {"documents": [factories.a_document(), factories.a_document(name="b.odt")]}
    )
    assert with_transaction.status_code == 302
    assert CanvasImport.objects.count() == 2


def test_a_late_job_is_shown_to_the_administrator_alone(territory):
    long_ago = timezone.now() - dt.timedelta(days=3)
    ScheduledJob.objects.create(name="sauvegarde", every=dt.timedelta(days=1), due_at=long_ago)
    administrator, referent = factories.a_user(), factories.a_user(territory)
    administrator.is_superuser = True
    administrator.save()
    for user, shown in ((administrator, True), (referent, False)):
        html = signed_in(user).get(reverse("workspace:home")).content.decode()
        assert ("Tâches en retard" in html) is shown
    assert Client().get(reverse("health")).json()["taches_en_retard"] == ["sauvegarde"]


def test_the_switch_shows_one_territory_at_a_time(territory, referent):
    other = factories.a_territory("DEU", name="Deuxième ville fictive")
    Membership.objects.create(user=referent, territory=other, role=Role.READER)
    client = signed_in(referent)
    both = client.get(reverse("workspace:home")).content.decode()
    assert "Changer de territoire" in both
    one = client.get(reverse("workspace:home"), {"territoire": "DEU"}).content.decode().partition("<main")[2]
    assert "Deuxième ville fictive" in one
    assert territory.name not in one


def test_the_commission_sees_late_answers_and_no_draft(territory, referent):
    for title, state in (
        ("Annoncée fictive", ConsultationState.ANNOUNCED),
        ("Projet fictif", ConsultationState.PROJECT),
    ):
        consultation = factories.a_draft(territory, referent, title)
        Consultation.objects.filter(pk=consultation.pk).update(state=state, answer_due=dt.date(2024, 1, 1))
    html = signed_in(factories.a_national_team_member()).get(reverse("territories:commission")).content.decode()
    assert ("Annoncée fictive" in html, "Projet fictif" in html) == (True, False)


def test_the_frame_and_the_actors_are_cleaned_as_the_canvas_is(client, draft):
    client.post(
        reverse("workspace:frame", args=[draft.public_id]), {"title": "L’IA\x01\u202e ici", "decider": "Le\x02 maire"}
    )
    rows = {"stakeholders-TOTAL_FORMS": 1, "stakeholders-INITIAL_FORMS": 0, "stakeholders-0-name": "Une\x01\u202e asso"}
    client.post(reverse("workspace:stakeholders", args=[draft.public_id]), rows)
    draft.refresh_from_db()
    assert (draft.title, draft.decider, draft.stakeholders.get().name) == ("L’IA ici", "Le maire", "Une asso")
