import pytest
from django.test import Client
from django.urls import reverse

from concertia.core.models import OutboxMessage
from concertia.territories.actions.reference import load_engaged_territories
from concertia.territories.models import Territory
from concertia.territories.queries import free_short_code, territory_named_like
from tests import factories


@pytest.fixture
def user(db):
    return factories.a_user(factories.a_territory())


def sign_in(email, password):
    return Client().post(reverse("account_login"), {"login": email, "password": password})


def test_signing_in_leads_to_the_workspace(user):
    response = sign_in(user.email, factories.PASSWORD)
    assert (response.status_code, response["Location"]) == (302, reverse("workspace:home"))


def test_a_wrong_password_and_an_unknown_mail_say_the_same(user):
    wrong = sign_in(user.email, "faux-mot-de-passe")
    unknown = sign_in("inconnu@territoire.example", "faux-mot-de-passe")
    clean = [
        response.content.decode()
        .partition("<main")[2]
        .replace(user.email, "")
        .replace("inconnu@territoire.example", "")
        for response in (wrong, unknown)
    ]
    without_token = [text.split('name="csrfmiddlewaretoken"')[0] for text in clean]
    assert wrong.status_code == unknown.status_code == 200
    assert without_token[0] == without_token[1]


def test_accounts_are_not_opened_by_strangers(db):
    response = Client().post(
        reverse("account_signup"),
        {"email": "a@b.example", "password1": "une-phrase-longue", "password2": "une-phrase-longue"},
    )
    assert "Comptes sur invitation" in response.content.decode()


@pytest.mark.parametrize("known", [True, False])
def test_a_forgotten_password_answers_the_same_for_any_mail(known, user):
    response = Client().post(
        reverse("account_reset_password"), {"email": user.email if known else "personne@ailleurs.example"}
    )
    assert (response.status_code, response["Location"]) == (302, reverse("account_reset_password_done"))
    assert OutboxMessage.objects.filter(to=user.email).exists() is known


def test_ten_wrong_passwords_lock_the_account_from_that_address_only(user):
    for _ in range(10):
        last = sign_in(user.email, "faux-mot-de-passe")
    assert last.status_code == 429
    assert sign_in(user.email, factories.PASSWORD).status_code == 429
    elsewhere = Client(REMOTE_ADDR="192.0.2.7").post(
        reverse("account_login"), {"login": user.email, "password": factories.PASSWORD}
    )
    assert elsewhere.status_code == 302


@pytest.mark.parametrize("name", ["account_login", "account_reset_password", "account_signup"])
def test_account_pages_are_ours(name, db):
    html = Client().get(reverse(name)).content.decode()
    assert '<html lang="fr">' in html
    assert "<style" not in html
    assert ' style="' not in html


def test_signed_in_pages_are_not_stored(user):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "no-store" in client.get(reverse("workspace:home"))["Cache-Control"]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("Ville de Rezé", "Rezé"),
        ("REZE", "Rezé"),
        ("Bordeaux Métropole", "Bordeaux Métropole"),
        ("Bordeaux", "Bordeaux Métropole"),
        ("Pays de Lorient et Quimperlé", "Pays de Lorient et Quimperlé"),
        ("Lorient", None),
        ("", None),
        ("Ville", None),
    ],
)
def test_a_territory_is_proposed_when_only_one_is_meant(written, found, db):
    assert load_engaged_territories() == 29
    assert load_engaged_territories() == 0
    proposed = territory_named_like(written)
    assert (proposed and proposed.name) == found


def test_a_short_code_is_free(db):
    factories.a_territory("REZ")
    assert free_short_code(Territory(name="Ville de Rezé")) == "REZ2"
