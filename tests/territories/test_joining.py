"""Asking, being invited, acting by mandate; a link serves once whatever path it takes."""

import datetime as dt
import re
import threading

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from concertia.consultations import rules as consultation_rules
from concertia.core.errors import NotAllowed, Refused
from concertia.core.models import OutboxMessage
from concertia.territories.actions import joining
from concertia.territories.enums import COMMISSION_ROLES, InvitationKind, RequestState, Role
from concertia.territories.models import Invitation, JoinRequest, Mandate, Membership, Territory, User
from concertia.territories.queries import commission, role_in, waiting_requests
from tests import factories

PASSWORD = "une phrase de quatre mots"


@pytest.fixture
def territory(db):
    return factories.a_territory("VAL", name="Val Fleuri")


@pytest.fixture
def referent(territory):
    return factories.a_user(territory)


@pytest.fixture
def team(db):
    return factories.a_national_team_member()


def link_of(message) -> str:
    text = message.body or mail.outbox[-1].body  # sent at once when the test's transaction is a real one
    return re.search(r"https?://\S+", text)[0]


def path_of(message) -> str:
    return re.sub(r"^https?://[^/]+", "", link_of(message))


def invited(territory, by, email="nouveau@val.example", **options):
    options.setdefault("role", Role.EDITOR)
    joining.invite(territory, by=by, email=email, **options)
    return path_of(OutboxMessage.objects.latest("pk"))


def signed_in(user):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


# --- requests -----------------------------------------------------------------------------------------------------
def ask(**changes):
    values = {
        "kind": "commune",
        "code": "44143",
        "authority_name": "Rezé",
        "name": "Personne fictive",
        "office": "Chargée de mission",
        "email": "demande@reze.example",
    }
    return joining.request_to_join(**values | changes)


def test_a_request_is_told_to_the_national_team_and_to_nobody_else(team):
    ask()
    assert [message.to for message in OutboxMessage.objects.all()] == [team.email]


def test_accepting_verifies_the_authority_and_invites_the_person(team):
    territory = joining.accept_request(ask(), by=team, role=Role.REFERENT, short_code="REZ")
    assert (territory.short_code, territory.state, territory.insee_code) == ("REZ", "verified", "44143")
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.role) == ("demande@reze.example", Role.REFERENT)
    assert JoinRequest.objects.get().state == RequestState.ACCEPTED


def test_two_people_who_claim_one_authority_are_shown_and_share_one_territory(team):
    first, second = ask(), ask(email="autre@reze.example")
    assert [(row.is_contested, row.is_here) for row in waiting_requests()] == [(True, False), (True, False)]
    joining.accept_request(first, by=team, role=Role.REFERENT, short_code="REZ")
    assert [(row.is_contested, row.is_here) for row in waiting_requests()] == [(False, True)]
    joining.accept_request(second, by=team, role=Role.EDITOR, short_code="AUT")
    assert Territory.objects.authorities().get().short_code == "REZ"


def test_a_code_given_meanwhile_is_kept(team):
    read_before = Territory.objects.create(name="Rezé", kind="commune", insee_code="44143")
    Territory.objects.filter(pk=read_before.pk).update(short_code="REZ")
    joining.accept_request(ask(), by=team, role=Role.REFERENT, short_code="AUT", territory=read_before)
    assert Territory.objects.get(pk=read_before.pk).short_code == "REZ"


def test_a_request_is_decided_once(team):
    request = ask()
    joining.refuse_request(request, by=team, reason="Nous ne vous connaissons pas.")
    with pytest.raises(Refused):
        joining.accept_request(request, by=team, role=Role.REFERENT, short_code="REZ")
    assert "Nous ne vous connaissons pas." in OutboxMessage.objects.get(key__startswith="request-refused").body


@pytest.mark.parametrize("code", ["VAL", "v", "trop-long", "1AB"])
def test_a_code_that_cannot_be_is_said(code, territory, team):
    request = ask()
    with pytest.raises(Refused, match="Code court"):
        joining.accept_request(request, by=team, role=Role.REFERENT, short_code=code)
    request.refresh_from_db()
    assert request.state == RequestState.WAITING
    assert Invitation.objects.count() == 0


def test_only_the_national_team_decides(referent, team):
    with pytest.raises(NotAllowed):
        joining.accept_request(ask(), by=referent, role=Role.REFERENT, short_code="REZ")
    with pytest.raises(NotAllowed):
        joining.refuse_request(ask(email="b@reze.example"), by=referent, reason="Non")


def test_one_address_does_not_flood_the_queue(team):
    for _ in range(joining.MOST_WAITING):
        ask()
    with pytest.raises(Refused):
        ask()


@pytest.mark.parametrize("known", [True, False])
def test_asking_says_the_same_for_a_known_and_an_unknown_address(known, referent):
    email = referent.email if known else "inconnue@ailleurs.example"
    data = {"kind": "autre", "authority_name": "Codev fictif", "name": "P", "office": "O", "email": email}
    response = Client().post(reverse("territories:request_unlisted"), data)
    assert (response.status_code, response["Location"]) == (302, reverse("territories:requested"))


def test_a_merged_authority_leads_to_the_one_it_became(territory, team):
    new = factories.a_territory("NOU", name="Commune nouvelle fictive")
    response = signed_in(team).post(reverse("territories:merge"), {"territory": territory.pk, "into": new.pk})
    assert response["Location"] == reverse("territories:commission")
    page = Client().get(reverse("commons:territory", args=["VAL"])).content.decode()
    assert "réuni dans" in page
    assert reverse("commons:territory", args=["NOU"]) in page
    assert territory.name not in Client().get(reverse("commons:territories")).content.decode()
    territory.refresh_from_db()
    with pytest.raises(Refused, match="lui-même"):
        joining.merge_territory(new, by=team, into=territory)


# --- invitations --------------------------------------------------------------------------------------------------
def test_an_invited_stranger_opens_an_account_and_gets_the_role(territory, referent):
    path = invited(territory, referent)
    client = Client()
    assert client.get(path).status_code == 200
    response = client.post(path, {"name": "Nouvelle collègue", "password": PASSWORD})
    assert response["Location"] == reverse("workspace:home")
    assert role_in(User.objects.get(email="nouveau@val.example"), territory) == Role.EDITOR


def test_opening_the_link_uses_nothing(territory, referent):
    path = invited(territory, referent)
    for _ in range(3):
        assert Client().get(path).status_code == 200


def test_the_token_is_hashed_at_rest_and_its_mail_erased_once_sent(
    territory, referent, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        joining.invite(territory, by=referent, email="nouveau@val.example", role=Role.EDITOR)
    token = re.search(r"/invitation/([^/\s]+)/", mail.outbox[0].body)[1]
    assert token not in Invitation.objects.get().token_hash
    assert OutboxMessage.objects.get().body == ""


@pytest.mark.parametrize("end", ["used", "revoked", "expired", "forged"])
def test_a_link_that_may_not_serve_looks_the_same_on_every_path(end, territory, referent):
    path = invited(territory, referent)
    invitation = Invitation.objects.get()
    if end == "used":
        Client().post(path, {"name": "A", "password": PASSWORD})
    elif end == "revoked":
        joining.revoke_invitation(invitation, by=referent)
    elif end == "expired":
        Invitation.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    else:
        path = path[:-8] + "AAAAAAA/"
    for response in (Client().get(path), Client().post(path, {"name": "B", "password": PASSWORD})):
        assert response.status_code == 410
        assert "Ce lien ne sert plus" in response.content.decode()
    assert User.objects.filter(email="nouveau@val.example").count() == (1 if end == "used" else 0)


def test_a_forwarded_link_is_refused_to_another_account(territory, referent):
    path = invited(territory, referent)
    other = factories.a_user()
    client = signed_in(other)
    assert "Vous êtes connecté·e avec" in client.get(path).content.decode()
    client.post(path)
    assert role_in(other, territory) is None
    assert Invitation.objects.get().used_at is None


def test_an_existing_account_signs_in_before_accepting(territory, referent):
    existing = factories.a_user()
    path = invited(territory, referent, email=existing.email.upper())
    assert "Cette adresse a déjà un compte" in Client().get(path).content.decode()
    assert Client().post(path, {"name": "Voleur", "password": PASSWORD}).status_code == 200
    assert role_in(existing, territory) is None
    signed_in(existing).post(path)
    assert role_in(existing, territory) == Role.EDITOR


def test_a_new_link_kills_the_one_before(territory, referent):
    first = invited(territory, referent)
    invited(territory, referent)
    assert Client().get(first).status_code == 410


def test_pages_with_a_token_tell_it_to_nobody(territory, referent):
    response = Client().get(invited(territory, referent))
    assert response["Referrer-Policy"] == "strict-origin"  # « no-referrer » makes browsers send a form as from nowhere
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db(transaction=True)
def test_fifty_people_with_one_link_make_one_member():
    territory = factories.a_territory("VAL")
    referent = factories.a_user(territory)
    path = invited(territory, referent)
    statuses = []

    def press(number):
        try:
            response = Client().post(path, {"name": f"Personne {number}", "password": PASSWORD})
            statuses.append(response.status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(statuses) == 50
    assert statuses.count(302) == 1
    assert Membership.objects.filter(territory=territory).count() == 2


def test_one_address_is_not_flooded_with_invitations(territory, referent):
    for _ in range(joining.MOST_INVITED):
        invited(territory, referent)
    with pytest.raises(Refused, match="attendez une heure"):
        invited(territory, referent)


def test_a_flood_of_requests_is_not_a_flood_of_mails(team):
    for number in range(joining.MOST_TOLD + 5):
        ask(email=f"p{number}@ailleurs.example")
    assert OutboxMessage.objects.filter(to=team.email).count() == joining.MOST_TOLD


@pytest.mark.parametrize("role", list(Role))
def test_who_may_invite(role, territory):
    user = factories.a_user(commission() if role in COMMISSION_ROLES else territory, role)
    assert joining.can_invite(user, territory) is (role in {Role.REFERENT, Role.NATIONAL_TEAM})


@pytest.mark.parametrize("role", COMMISSION_ROLES)
def test_a_territory_cannot_give_a_role_of_the_commission(role, territory, referent):
    with pytest.raises(Refused):
        joining.invite(territory, by=referent, email="a@val.example", role=role)


HEADERS = ["a@val.example\nBcc: b@ailleurs.example", "a@val.example\r\nSubject: x", "a@val.example%0ABcc:b@c.example"]


@pytest.mark.parametrize("email", HEADERS)
def test_a_header_in_an_address_reaches_no_mail(email, territory, referent):
    response = signed_in(referent).post(
        reverse("territories:invite", args=["VAL"]), {"email": email, "role": Role.EDITOR}
    )
    assert response.status_code == 200
    assert OutboxMessage.objects.count() == 0


# --- members and mandates -----------------------------------------------------------------------------------------
def test_the_last_referent_stays(territory, referent):
    membership = referent.memberships.get()
    with pytest.raises(Refused):
        joining.remove_member(membership, by=referent)
    with pytest.raises(Refused):
        joining.change_role(membership, by=referent, role=Role.READER)
    factories.a_user(territory)
    joining.remove_member(membership, by=referent)
    assert role_in(referent, territory) is None


@pytest.mark.parametrize("role", [Role.REFERENT, Role.NATIONAL_TEAM])
def test_the_last_one_who_can_invite_takes_no_lesser_role(role, territory, team):
    body = territory if role == Role.REFERENT else commission()
    person = factories.a_user(territory) if role == Role.REFERENT else team
    lesser = Role.READER if role == Role.REFERENT else Role.MANIFESTO_WRITER
    path = invited(body, person, person.email, role=lesser)
    assert "C’est la dernière personne" in signed_in(person).post(path).content.decode()
    assert role_in(person, body) == role


def a_mandate(territory, user, days=10, **fields):
    return Mandate.objects.create(
        user=user,
        territory=territory,
        role=Role.EDITOR,
        ends_on=timezone.localdate() + dt.timedelta(days=days),
        **fields,
    )


def test_a_mandate_gives_its_role_until_its_date(territory):
    amo = factories.a_user()
    mandate = a_mandate(territory, amo, days=0)
    assert role_in(amo, territory) == Role.EDITOR
    mandate.ends_on = timezone.localdate() - dt.timedelta(days=1)
    mandate.starts_on = mandate.ends_on
    mandate.save()
    assert role_in(amo, territory) is None


def test_a_mandate_for_one_consultation_opens_that_one_alone(territory, referent):
    amo = factories.a_user()
    one, two = factories.a_draft(territory, referent), factories.a_draft(territory, referent)
    a_mandate(territory, amo, scope=one.public_id)
    assert consultation_rules.can_edit(amo, one)
    assert not consultation_rules.can_view_workspace(amo, two)
    assert not consultation_rules.can_create_consultation(amo, territory)
    page = signed_in(amo).get(reverse("workspace:home")).content.decode()
    assert one.public_id in page
    assert two.public_id not in page


def test_a_mandate_for_one_consultation_goes_before_one_for_the_whole(territory, referent):
    amo, one = factories.a_user(), factories.a_draft(territory, referent)
    a_mandate(territory, amo, scope=one.public_id)
    whole = a_mandate(territory, amo, days=300)
    Mandate.objects.filter(pk=whole.pk).update(role=Role.READER)
    assert (role_in(amo, territory, one.public_id), role_in(amo, territory)) == (Role.EDITOR, Role.READER)


def test_home_links_to_the_territory_those_who_may_open_it(territory, referent):
    amo, one = factories.a_user(), factories.a_draft(territory, referent)
    mandate = a_mandate(territory, amo, scope=one.public_id)
    path = reverse("territories:workspace", args=["VAL"])
    assert path not in signed_in(amo).get(reverse("workspace:home")).content.decode()
    Mandate.objects.filter(pk=mandate.pk).update(scope="")
    assert path in signed_in(amo).get(reverse("workspace:home")).content.decode()


@pytest.mark.parametrize("scope", ["PAR-01", "VAL", "VAL-1", "concertation"])
def test_a_mandate_for_a_consultation_of_nobody_is_refused(scope, territory, referent):
    data = {"email": "amo@conseil.example", "role": Role.EDITOR, "mandate_ends_on": "01/01/2099", "scope": scope}
    response = signed_in(referent).post(reverse("territories:give_mandate", args=["VAL"]), data)
    assert "son identifiant commence par VAL-" in response.content.decode()
    assert not territory.invitations.exists()


def test_a_mandate_publishes_nothing_and_invites_nobody(territory, referent):
    amo = factories.a_user()
    a_mandate(territory, amo)
    draft = factories.a_draft(territory, referent)
    assert not consultation_rules.can_publish(amo, draft)
    assert not joining.can_invite(amo, territory)


def test_a_mandate_is_taken_back(territory, referent):
    amo = factories.a_user()
    mandate = a_mandate(territory, amo)
    with pytest.raises(NotAllowed):
        joining.revoke_mandate(mandate, by=amo)
    joining.revoke_mandate(mandate, by=referent)
    assert role_in(amo, territory) is None


def test_a_mandate_is_given_by_a_link_with_its_date(territory, referent):
    end = timezone.localdate() + dt.timedelta(days=30)
    path = invited(territory, referent, kind=InvitationKind.MANDATE, mandate_ends_on=end)
    Client().post(path, {"name": "AMO fictive", "password": PASSWORD})
    mandate = Mandate.objects.get()
    assert (mandate.user.email, mandate.ends_on, mandate.given_by) == ("nouveau@val.example", end, referent)
    assert not Membership.objects.filter(user=mandate.user).exists()


def test_a_mandate_without_a_date_to_come_is_refused(territory, referent):
    for end in (None, timezone.localdate() - dt.timedelta(days=1)):
        with pytest.raises(Refused, match="Fin du mandat"):
            invited(territory, referent, kind=InvitationKind.MANDATE, mandate_ends_on=end)


def test_one_amo_works_for_five_authorities(db):
    amo = factories.a_user()
    territories = [factories.a_territory() for _ in range(5)]
    for territory in territories:
        a_mandate(territory, amo)
    page = signed_in(amo).get(reverse("workspace:home")).content.decode()
    for territory in territories:
        assert territory.name in page
