import json
import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.territories.soft_key import PRESENT, SoftKey


@pytest.fixture
def user(db):
    return factories.a_user(factories.a_territory())


def text(response):
    return response.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def options_in(response, which):
    found = re.search(r'<script id="passkey-options" type="application/json">(.*?)</script>', response.content.decode())
    return json.loads(found[1])[which]


def gives_password(user):
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": factories.PASSWORD})
    return client


def confirmed(user):
    client = gives_password(user)
    client.post(reverse("account_reauthenticate"), {"password": factories.PASSWORD})
    return client


def adds_key(client, *, alone=False, name="Téléphone"):
    key = SoftKey()
    options = client.get(reverse("mfa_add_webauthn")).context["js_data"]["creation_options"]
    fields = {"name": name, "credential": key.created(json.loads(json.dumps(dict(options))), alone=alone)}
    response = client.post(reverse("mfa_add_webauthn"), fields | ({"passwordless": "on"} if alone else {}))
    assert response.status_code == 302, text(response)
    return key


def asks_to_enter(client):
    return client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"}).json()["request_options"]


def is_in(client):
    return "_auth_user_id" in client.session


def test_a_key_is_added_named_and_removed(user):
    client = confirmed(user)
    adds_key(client)
    row = Authenticator.objects.get(type="webauthn")
    assert "Téléphone" in text(client.get(reverse("mfa_list_webauthn")))
    client.post(reverse("mfa_edit_webauthn", args=[row.pk]), {"name": "Ordinateur du bureau"})
    assert "Ordinateur du bureau" in text(client.get(reverse("mfa_list_webauthn")))
    client.post(reverse("mfa_remove_webauthn", args=[row.pk]))
    assert not Authenticator.objects.exists()


def test_a_key_is_a_second_factor(user):
    key = adds_key(confirmed(user))
    client = gives_password(user)
    assert not is_in(client)
    options = options_in(client.get(reverse("mfa_authenticate")), "request_options")
    response = client.post(reverse("mfa_authenticate"), {"credential": key.shown(options)})
    assert response["Location"] == reverse("workspace:home")
    assert is_in(client)


def test_a_key_enters_alone(user):
    key = adds_key(confirmed(user), alone=True)
    client = Client()
    response = client.post(reverse("mfa_login_webauthn"), {"credential": key.shown(asks_to_enter(client))})
    assert response["Location"] == reverse("workspace:home")
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_key_that_saw_nobody_does_not_enter_alone(user):
    """Touching a key that somebody left on a desk is one factor, not two."""
    key = adds_key(confirmed(user), alone=True)
    client = Client()
    client.post(reverse("mfa_login_webauthn"), {"credential": key.shown(asks_to_enter(client), flags=PRESENT)})
    assert not is_in(client)


@pytest.mark.parametrize("cheat", ["replayed", "elsewhere", "stranger"])
def test_an_answer_that_is_not_the_key_s_does_not_enter(cheat, user):
    key = adds_key(confirmed(user), alone=True)
    client = Client()
    answer = key.shown(asks_to_enter(client), site="ailleurs.example" if cheat == "elsewhere" else "testserver")
    if cheat == "replayed":
        asks_to_enter(client)  # another challenge
    if cheat == "stranger":
        thief = SoftKey()
        thief.name, thief.owner = key.name, key.owner
        answer = thief.shown(asks_to_enter(client))
    response = client.post(reverse("mfa_login_webauthn"), {"credential": answer}, follow=True)
    assert response.status_code == 200
    assert not is_in(client)


def test_a_key_confirms_instead_of_the_password(user):
    key = adds_key(confirmed(user))
    client = gives_password(user)
    options = options_in(client.get(reverse("mfa_authenticate")), "request_options")
    client.post(reverse("mfa_authenticate"), {"credential": key.shown(options)})
    page = client.get(reverse("mfa_reauthenticate_webauthn"), {"next": reverse("mfa_add_webauthn")})
    fields = {"credential": key.shown(options_in(page, "request_options")), "next": reverse("mfa_add_webauthn")}
    assert client.post(reverse("mfa_reauthenticate_webauthn"), fields)["Location"] == reverse("mfa_add_webauthn")
    assert client.get(reverse("mfa_add_webauthn")).status_code == 200


NONSENSE = [
    *("", "{}", "[]", "1", "pas du JSON", '{"id": "x", "response": {}}', '{"id": "x", "rawId": "x"}'),
    '{"id": "x", "rawId": "x", "type": "public-key", "response": {"clientDataJSON": "é", "authenticatorData": 1}}',
    '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {"clientDataJSON": "e30", "authenticatorData": "eA",'
    ' "signature": "eA", "userHandle": "eA", "attestationObject": "eA"}}',
]


@pytest.mark.parametrize("credential", NONSENSE)
def test_nonsense_opens_nothing_and_does_not_stumble(credential, user):
    stranger = Client()
    asks_to_enter(stranger)
    assert stranger.post(reverse("mfa_login_webauthn"), {"credential": credential}, follow=True).status_code == 200
    assert not is_in(stranger)
    client = confirmed(user)
    adds_key(client)
    client.get(reverse("mfa_add_webauthn"))
    assert client.post(reverse("mfa_add_webauthn"), {"credential": credential}).status_code == 200
    unconfirmed = client.post(reverse("mfa_reauthenticate_webauthn"), {"credential": credential}, follow=True)
    assert unconfirmed.status_code == 200
    assert Authenticator.objects.filter(type="webauthn").count() == 1
    waiting = gives_password(user)
    waiting.get(reverse("mfa_authenticate"))
    assert waiting.post(reverse("mfa_authenticate"), {"credential": credential}).status_code == 200
    assert not is_in(waiting)


def test_a_deleted_person_s_key_enters_nowhere(user):
    key = adds_key(confirmed(user), alone=True)
    user.delete()
    client = Client()
    client.post(reverse("mfa_login_webauthn"), {"credential": key.shown(asks_to_enter(client))})
    assert not is_in(client)


def test_a_closed_account_s_key_enters_nowhere(user):
    key = adds_key(confirmed(user), alone=True)
    user.is_active = False
    user.save()
    client = Client()
    response = client.post(reverse("mfa_login_webauthn"), {"credential": key.shown(asks_to_enter(client))})
    assert response["Location"] == reverse("account_inactive")
    assert not is_in(client)
