import time
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from concertia.config.environment import Misdeclared, ProConnect, _proconnect
from concertia.territories.models import User
from tests import factories
from tests.territories.fake_provider import CLIENT, MAIL, SECRET, SUB, FakeProvider, query

UNVERIFIED = "La réponse de ProConnect n’a pas pu être vérifiée"
DOWN = "ProConnect ne répond pas pour le moment"
STALE = "Cette identification a déjà servi ou a expiré"


@pytest.fixture(scope="module")
def running():
    provider = FakeProvider()
    yield provider
    provider.close()


@pytest.fixture
def provider(running, settings):
    running.forget()
    settings.PROCONNECT = ProConnect(running.issuer, CLIENT, SECRET)
    return running


@pytest.fixture
def agent(db):
    user = factories.a_user(factories.a_territory())
    user.email = MAIL
    user.save()
    return user


def starts(client, provider, **fields):
    response = client.post(reverse("proconnect_start"), fields)
    assert response.status_code == 302, response.content.decode()
    return provider.authorize(response["Location"])


def enters(client, provider, **fields):
    back, _ = starts(client, provider, **fields)
    return client.get(reverse("proconnect_callback") + query(back))


def text(response):
    return response.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def is_in(client):
    return "_auth_user_id" in client.session


def test_an_agent_enters_the_account_of_their_mail(provider, agent):
    client = Client()
    response = enters(client, provider)
    assert (response.status_code, response["Location"]) == (302, reverse("workspace:home"))
    assert client.session["_auth_user_id"] == str(agent.pk)
    joined = SocialAccount.objects.get()
    assert (joined.user, joined.provider, joined.uid, joined.extra_data) == (agent, "proconnect", SUB, {})
    assert "token" in provider.asked
    assert "userinfo" in provider.asked


def test_the_question_asked_carries_state_nonce_and_pkce(provider, agent):
    back, asked = starts(Client(), provider)
    assert set(asked) == {
        *("client_id", "redirect_uri", "scope", "response_type", "state", "nonce"),
        *("code_challenge", "code_challenge_method"),
    }
    assert (asked["client_id"], asked["response_type"], asked["code_challenge_method"]) == (CLIENT, "code", "S256")
    assert asked["redirect_uri"] == "http://127.0.0.1:8000/compte/proconnect/retour/"
    assert set(asked["scope"].split()) == {"openid", "email", "given_name", "usual_name"}
    assert min(len(asked["state"]), len(asked["nonce"])) >= 32
    assert back["state"] == asked["state"]


def test_scopes_process_and_parameters_are_not_taken_from_the_request(provider, agent):
    client = Client()
    address = reverse("proconnect_start") + "?scope=phone&process=connect&auth_params=prompt%3Dnone"
    _, asked = provider.authorize(client.post(address)["Location"])
    assert "phone" not in asked["scope"]
    assert "prompt" not in asked


def test_the_page_asked_for_is_found_again_when_it_is_ours(provider, agent):
    assert enters(Client(), provider, next="/compte/sessions/")["Location"] == "/compte/sessions/"
    assert enters(Client(), provider, next="https://ailleurs.example/")["Location"] == reverse("workspace:home")


def test_the_second_time_the_identifier_is_enough_even_with_another_mail(provider, agent):
    enters(Client(), provider)
    provider.userinfo = {"email": "autre@territoire.example"}
    client = Client()
    enters(client, provider)
    assert client.session["_auth_user_id"] == str(agent.pk)
    assert SocialAccount.objects.count() == 1


@pytest.mark.parametrize("signs", [("une", "RS256"), ("deux", "ES256")])
def test_both_algorithms_are_read(signs, provider, agent):
    provider.shown = ["une", "deux"]
    provider.signs_identity = provider.signs_userinfo = signs
    assert enters(Client(), provider).status_code == 302


def test_a_new_key_of_the_provider_is_fetched_once(provider, agent):
    enters(Client(), provider)
    provider.asked.clear()
    provider.shown, provider.signs_identity, provider.signs_userinfo = ["deux"], ("deux", "ES256"), ("deux", "ES256")
    assert enters(Client(), provider).status_code == 302
    assert provider.asked == ["token", "jwks", "userinfo"]


def test_an_unknown_key_is_refused_after_one_more_look(provider, agent):
    enters(Client(), provider)
    provider.asked.clear()
    provider.signs_identity = ("deux", "ES256")
    client = Client()
    assert enters(client, provider).status_code == 401
    assert provider.asked == ["token", "jwks"]
    assert not is_in(client)


PAST = int(time.time()) - 3600
LIES = {
    "userinfo signed by a stranger": {"signs_userinfo": ("etrangere", "RS256")},
    "userinfo not signed at all": {"signs_userinfo": ("une", "none")},
    "userinfo signed with the client secret": {"signs_userinfo": ("une", "HS256")},
    "userinfo of another issuer": {"userinfo": {"iss": "http://127.0.0.1:9/autre"}},
    "userinfo for another service": {"userinfo": {"aud": "un-autre-service"}},
    "userinfo without audience": {"userinfo": {"aud": None}},
    "userinfo about somebody else": {"userinfo": {"sub": "agent-0002"}},
    "userinfo expired": {"userinfo": {"exp": PAST}},
    "userinfo without end": {"userinfo": {"exp": None}},
    "userinfo from tomorrow": {"userinfo": {"iat": int(time.time()) + 86400}},
    "userinfo as plain JSON": {
        "userinfo_kind": "application/json",
        "userinfo_body": f'{{"sub":"{SUB}","email":"{MAIL}"}}',
    },
    "userinfo as JSON said to be signed": {"userinfo_body": f'{{"sub":"{SUB}","email":"{MAIL}"}}'},
    "userinfo signed, said to be JSON": {"userinfo_kind": "application/json"},
    "userinfo without end, in size": {"userinfo_body": "a" * 300_000},
    "identity signed by a stranger": {"signs_identity": ("etrangere", "RS256")},
    "identity not signed at all": {"signs_identity": ("une", "none")},
    "identity signed with the client secret": {"signs_identity": ("une", "HS256")},
    "identity of another issuer": {"identity": {"iss": "http://127.0.0.1:9/autre"}},
    "identity for another service": {"identity": {"aud": "un-autre-service"}},
    "identity made for another service": {"identity": {"aud": [CLIENT, "autre"], "azp": "autre"}},
    "identity expired": {"identity": {"exp": PAST}},
    "identity without nonce": {"identity": {"nonce": None}},
    "identity with another nonce": {"identity": {"nonce": "un-autre-nonce"}},
    "an empty identifier": {"identity": {"sub": ""}, "userinfo": {"sub": ""}},
    "an endless identifier": {"identity": {"sub": "a" * 300}, "userinfo": {"sub": "a" * 300}},
}


@pytest.mark.parametrize("lie", LIES, ids=list(LIES))
def test_what_cannot_be_verified_opens_nothing(lie, provider, agent):
    for name, value in LIES[lie].items():
        setattr(provider, name, value)
    client = Client()
    response = enters(client, provider)
    assert response.status_code == 401
    assert UNVERIFIED in text(response)
    assert not is_in(client)
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    "changed",
    [{"issuer": "http://127.0.0.1:9/autre"}, {"token_endpoint": "http://127.0.0.2:9/token"}, {"jwks_uri": None}],
)
def test_a_discovery_document_that_leads_elsewhere_is_refused(changed, provider, agent):
    provider.discovery = changed
    response = Client().post(reverse("proconnect_start"))
    assert response.status_code == 401
    assert UNVERIFIED in text(response)


def test_a_way_back_serves_once(provider, agent):
    client = Client()
    back, _ = starts(client, provider)
    assert client.get(reverse("proconnect_callback") + query(back)).status_code == 302
    client.logout()
    again = client.get(reverse("proconnect_callback") + query(back))
    assert again.status_code == 401
    assert STALE in text(again)


def test_a_way_back_serves_in_the_browser_that_left_only(provider, agent):
    back, _ = starts(Client(), provider)
    other = Client()
    response = other.get(reverse("proconnect_callback") + query(back))
    assert response.status_code == 401
    assert not is_in(other)


def test_a_code_without_the_verifier_s_browser_is_refused(provider, agent):
    """PKCE: a code stolen on its way serves in no other sign-in."""
    stolen, _ = starts(Client(), provider)
    thief = Client()
    own, _ = starts(thief, provider)
    response = thief.get(reverse("proconnect_callback") + query({**own, "code": stolen["code"]}))
    assert response.status_code == 401
    assert not is_in(thief)


def test_an_answer_of_another_issuer_is_refused(provider, agent):
    client = Client()
    back, _ = starts(client, provider)
    response = client.get(reverse("proconnect_callback") + query({**back, "iss": "https://autre.example"}))
    assert response.status_code == 401
    assert not is_in(client)


def test_who_gives_up_at_the_provider_is_told_so(provider, agent):
    client = Client()
    back, _ = starts(client, provider)
    response = client.get(reverse("proconnect_callback") + query({"error": "access_denied", "state": back["state"]}))
    assert response.status_code == 401
    assert "Vous avez interrompu l’identification" in text(response)


@pytest.mark.parametrize("broken", [".well-known/openid-configuration", "jwks", "userinfo"])
def test_a_provider_that_fails_is_said_in_french(broken, provider, agent):
    provider.down = {broken}
    client = Client()
    response = client.post(reverse("proconnect_start"))
    if response.status_code == 302:
        back, _ = provider.authorize(response["Location"])
        response = client.get(reverse("proconnect_callback") + query(back))
    assert response.status_code == 503
    assert DOWN in text(response)
    assert not is_in(client)


def test_a_provider_that_is_gone_is_said_in_french(settings, db):
    settings.PROCONNECT = ProConnect("http://127.0.0.1:9/api/v2", CLIENT, SECRET)
    response = Client().post(reverse("proconnect_start"))
    assert response.status_code == 503
    assert DOWN in text(response)


# --- accounts ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        ({"email": "inconnue@territoire.example"}, "aucun compte de ce site n’a cette adresse"),
        ({"email": None}, "n’a pas transmis d’adresse électronique vérifiée"),
        ({"email": ["agent@territoire.example"]}, "n’a pas transmis d’adresse électronique vérifiée"),
        ({"email_verified": False}, "n’a pas transmis d’adresse électronique vérifiée"),
        ({"email_verified": "false"}, "n’a pas transmis d’adresse électronique vérifiée"),
    ],
)
def test_no_account_is_opened_by_proconnect(claims, sentence, provider, agent):
    provider.userinfo = claims
    client = Client()
    response = enters(client, provider)
    assert response.status_code == 403
    assert sentence in text(response)
    assert User.objects.count() == 1
    assert not SocialAccount.objects.exists()
    assert not is_in(client)


def test_the_mail_is_the_same_whatever_its_case(provider, agent):
    provider.userinfo = {"email": MAIL.upper()}
    client = Client()
    enters(client, provider)
    assert client.session["_auth_user_id"] == str(agent.pk)


def test_a_closed_account_stays_closed(provider, agent):
    User.objects.update(is_active=False)
    client = Client()
    assert enters(client, provider)["Location"] == reverse("account_inactive")
    assert not is_in(client)
    assert not SocialAccount.objects.exists()


def test_an_account_closed_after_joining_stays_closed(provider, agent):
    enters(Client(), provider)
    User.objects.update(is_active=False)
    client = Client()
    assert enters(client, provider)["Location"] == reverse("account_inactive")
    assert not is_in(client)


# --- leaving -----------------------------------------------------------------------------------------------------
def test_leaving_leaves_the_provider_too(provider, agent):
    client = Client()
    enters(client, provider)
    response = client.post(reverse("account_logout"))
    assert response.status_code == 200
    address = response["Refresh"].removeprefix("0; url=")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert address.startswith(f"{provider.issuer}/session/end?")
    assert asked["id_token_hint"].count(".") == 2
    assert asked["post_logout_redirect_uri"] == "http://127.0.0.1:8000/compte/proconnect/deconnecte/"
    assert len(asked["state"]) >= 32
    assert not is_in(client)
    told = client.get(reverse("proconnect_left"), {"state": asked["state"]}, follow=True)
    assert "Vous êtes déconnecté de Concertia et de ProConnect" in text(told)


@pytest.mark.parametrize("state", ["", "autre", "é"])
def test_coming_back_from_a_departure_nobody_asked_says_nothing(state, provider, agent):
    client = Client()
    enters(client, provider)
    client.post(reverse("account_logout"))
    assert "Vous êtes déconnecté de Concertia et" not in text(
        client.get(reverse("proconnect_left"), {"state": state}, follow=True)
    )


def test_leaving_works_when_the_provider_is_down(provider, agent):
    client = Client()
    enters(client, provider)
    cache.clear()
    provider.down = {".well-known/openid-configuration"}
    response = client.post(reverse("account_logout"))
    assert response.status_code == 302
    assert not is_in(client)


def test_who_came_by_password_leaves_here_only(provider, agent):
    client = Client()
    client.post(reverse("account_login"), {"login": MAIL, "password": factories.PASSWORD})
    assert client.post(reverse("account_logout")).status_code == 302
    assert provider.asked == []


def test_who_has_no_account_can_leave_the_identity(provider, agent):
    provider.userinfo = {"email": "inconnue@territoire.example"}
    client = Client()
    enters(client, provider)
    assert "session/end" in client.post(reverse("account_logout"))["Refresh"]


# --- declared or not ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["proconnect_start", "proconnect_callback", "proconnect_left"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_nothing_declared_means_no_such_page(name, method, db):
    assert getattr(Client(), method)(reverse(name)).status_code == 404


def test_the_button_is_there_only_when_declared(provider, db, settings):
    words = "S’identifier avec ProConnect"
    assert words in text(Client().get(reverse("account_login")))
    settings.PROCONNECT = None
    assert words not in text(Client().get(reverse("account_login")))
    assert provider.asked == []


def test_starting_is_never_a_link(provider, db):
    assert Client().get(reverse("proconnect_start")).status_code == 405


def test_a_complete_declaration_is_read(tmp_path):
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "proconnect_secret").write_text("secret\n", encoding="utf-8")
    found = _proconnect(
        tmp_path, {"issuer": "https://proconnect.example/api/v2", "client_id": "x", "scopes": ["email"]}
    )
    assert found == ProConnect("https://proconnect.example/api/v2", "x", "secret", ("openid", "email"))
    assert found.origin == "https://proconnect.example"
    assert _proconnect(tmp_path, {}) is None


@pytest.mark.parametrize(
    "declared",
    [
        {"issuer": "https://proconnect.example"},
        {"client_id": "x"},
        {"issuer": "http://proconnect.example", "client_id": "x"},
        {"issuer": "https://proconnect.example", "client_id": "x", "client_secret": "ici"},
    ],
)
def test_a_half_declaration_is_said(declared, tmp_path):
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "proconnect_secret").write_text("secret", encoding="utf-8")
    with pytest.raises(Misdeclared):
        _proconnect(tmp_path, declared)


def test_a_missing_secret_is_said(tmp_path):
    with pytest.raises(Misdeclared):
        _proconnect(tmp_path, {"issuer": "https://proconnect.example", "client_id": "x"})
