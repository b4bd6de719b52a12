import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from concertia.core.models import OutboxMessage
from concertia.territories import second_factor
from concertia.territories.second_factor import SecondFactorAdapter
from tests import factories

REQUIRED = "Votre rôle dans la commission demande un second facteur"


@pytest.fixture(autouse=True)
def _required(settings):
    settings.COMMISSION_SECOND_FACTOR = True


@pytest.fixture
def national(db):
    return factories.a_national_team_member()


@pytest.fixture
def referent(db):
    return factories.a_user(factories.a_territory())


def text(response):
    return response.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def now():
    return int(time.time()) // 30


def code_of(secret, moment=None):
    return format_hotp_value(hotp_value(secret, moment or now()))


def with_application(user):
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def gives_password(user, password=factories.PASSWORD, client=None):
    client = client or Client()
    return client, client.post(reverse("account_login"), {"login": user.email, "password": password})


def signed_in(user):
    client, response = gives_password(user)
    assert response["Location"] == reverse("workspace:home")
    return client


def confirms(client, page):
    """Go to a page that asks for the password again, and give it."""
    asked = client.get(page)
    assert asked.status_code == 302
    return client.post(asked["Location"], {"password": factories.PASSWORD}, follow=True)


def adds_application(client):
    page = confirms(client, reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    return secret, client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})


# --- required of the commission ----------------------------------------------------------------------------------
@pytest.mark.parametrize("address", ["/espace/", "/espace/boite/", "/espace/concertations/VAL-01/canevas/"])
def test_the_commission_sets_a_second_factor_first(address, national):
    response = signed_in(national).get(address, follow=True)
    assert response.redirect_chain == [(reverse("mfa_index"), 302)]
    assert REQUIRED in text(response)


def test_the_commission_writes_nothing_elsewhere_without_it(national):
    client = signed_in(national)
    assert client.post("/une-autre-page/")["Location"] == reverse("mfa_index")
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("name", ["account_home", "mfa_index", "account_change_password", "usersessions_list"])
def test_the_account_stays_open_without_it(name, national):
    assert signed_in(national).get(reverse(name)).status_code == 200


def test_one_can_leave_without_it(national):
    client = signed_in(national)
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


def test_it_is_not_asked_of_territories(referent):
    assert signed_in(referent).get("/espace/").status_code == 200


def test_it_is_not_asked_of_a_demonstration(national, settings):
    settings.COMMISSION_SECOND_FACTOR = False
    assert signed_in(national).get("/espace/").status_code == 200


def test_once_it_is_set_the_workspace_opens(national):
    client = signed_in(national)
    _, response = adds_application(client)
    assert response["Location"] == reverse("mfa_view_recovery_codes")
    codes = client.get(response["Location"])
    assert len(re.findall(r"<code>\d{8}</code>", text(codes))) == 10
    assert client.get("/espace/").status_code == 200


def test_the_commission_keeps_one(national):
    client = signed_in(national)
    adds_application(client)
    response = client.post(reverse("mfa_deactivate_totp"))
    assert response.status_code == 200
    assert "ajoutez d’abord une clé d’accès" in text(response)
    assert second_factor.has_one(national)


# --- the application ---------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)  # the mail leaves once the row is there
def test_adding_an_application_is_told_by_mail_and_in_french(referent):
    client = signed_in(referent)
    _, response = adds_application(client)
    assert [message.subject for message in OutboxMessage.objects.all()] == ["Second facteur activé"]
    assert "Une application de codes protège maintenant votre compte." in mail.outbox[0].body
    assert "L’application est activée." in text(client.get(response["Location"]))


def test_a_wrong_code_adds_nothing(referent):
    client = signed_in(referent)
    page = confirms(client, reverse("mfa_activate_totp"))
    wrong = f"{(int(code_of(page.context['form'].secret)) + 1) % 1_000_000:06}"
    response = client.post(reverse("mfa_activate_totp"), {"code": wrong})
    assert "Ce code n’est pas le bon" in text(response)
    assert not Authenticator.objects.exists()


def test_adding_asks_for_the_password_again(referent):
    response = signed_in(referent).get(reverse("mfa_activate_totp"))
    assert response["Location"].startswith(reverse("account_reauthenticate"))


def test_secrets_are_not_readable_in_the_database(referent):
    secret = with_application(referent)
    for row in Authenticator.objects.all():
        assert secret not in str(row.data)
        assert all(code not in str(row.data) for code in RecoveryCodes.activate(referent).get_unused_codes())


def test_an_older_signing_key_still_opens_secrets(referent, settings):
    secret = with_application(referent)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "une-nouvelle-clef-" * 4
    client, _ = gives_password(referent)
    assert client.post(reverse("mfa_authenticate"), {"code": code_of(secret)}).status_code == 302


def test_a_lost_signing_key_refuses_every_code(referent, settings):
    secret = with_application(referent)
    settings.SECRET_KEY = "une-nouvelle-clef-" * 4
    client, _ = gives_password(referent)
    assert client.post(reverse("mfa_authenticate"), {"code": code_of(secret)}).status_code == 200
    assert "_auth_user_id" not in client.session


# --- signing in --------------------------------------------------------------------------------------------------
def test_the_password_alone_no_longer_opens(referent):
    with_application(referent)
    client, response = gives_password(referent)
    assert response["Location"] == reverse("mfa_authenticate")
    assert client.get("/espace/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_a_code_opens_and_serves_once(referent):
    secret = with_application(referent)
    code = code_of(secret)
    client, _ = gives_password(referent)
    assert client.post(reverse("mfa_authenticate"), {"code": code})["Location"] == reverse("workspace:home")
    again, _ = gives_password(referent)
    assert again.post(reverse("mfa_authenticate"), {"code": code}).status_code == 200
    assert "_auth_user_id" not in again.session


def test_a_code_serves_once_for_every_web_process(referent):
    """What one process counted in its memory, another does not know: the database does."""
    secret = with_application(referent)
    code = code_of(secret)
    gives_password(referent)[0].post(reverse("mfa_authenticate"), {"code": code})
    cache.clear()
    client, _ = gives_password(referent)
    assert "Ce code n’est pas le bon" in text(client.post(reverse("mfa_authenticate"), {"code": code}))


def test_a_code_older_than_the_last_one_is_refused(referent):
    secret = with_application(referent)
    gives_password(referent)[0].post(reverse("mfa_authenticate"), {"code": code_of(secret, now())})
    client, _ = gives_password(referent)
    assert client.post(reverse("mfa_authenticate"), {"code": code_of(secret, now() - 1)}).status_code == 200


def test_a_recovery_code_opens_once(referent):
    with_application(referent)
    code = RecoveryCodes.activate(referent).get_unused_codes()[0]
    client, _ = gives_password(referent)
    assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
    again, _ = gives_password(referent)
    assert again.post(reverse("mfa_authenticate"), {"code": code}).status_code == 200


def test_codes_cannot_be_guessed(referent):
    secret = with_application(referent)
    client, _ = gives_password(referent)
    right = code_of(secret)
    wrong = f"{(int(right) + 500_000) % 1_000_000:06}"
    for _ in range(5):
        client.post(reverse("mfa_authenticate"), {"code": wrong})
    response = client.post(reverse("mfa_authenticate"), {"code": right})
    assert response.status_code == 200
    assert "_auth_user_id" not in client.session


def test_wrong_codes_count_for_every_web_process(referent):
    secret = with_application(referent)
    client, _ = gives_password(referent)
    right = code_of(secret)
    wrong = f"{(int(right) + 500_000) % 1_000_000:06}"
    for _ in range(10):
        cache.clear()
        last = client.post(reverse("mfa_authenticate"), {"code": wrong})
    assert last.status_code == 429
    cache.clear()
    refused = client.post(reverse("mfa_authenticate"), {"code": right})
    assert second_factor.LOCKED in text(refused)
    assert gives_password(referent)[1].status_code == 429


def test_one_can_give_up_at_the_code(referent):
    with_application(referent)
    client, _ = gives_password(referent)
    client.post(reverse("account_logout"), {"next": reverse("account_login")})
    assert client.get(reverse("mfa_authenticate")).status_code == 302


# --- pages -------------------------------------------------------------------------------------------------------
PAGES = [
    *("account_home", "mfa_index", "mfa_list_webauthn", "mfa_add_webauthn", "mfa_view_recovery_codes"),
    *("mfa_generate_recovery_codes", "mfa_deactivate_totp", "mfa_reauthenticate", "usersessions_list"),
    *("account_change_password", "account_reauthenticate"),
]


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_ours_and_in_french(name, referent):
    client = signed_in(referent)
    adds_application(client)
    response = client.get(reverse(name))
    html = response.content.decode()
    assert response.status_code == 200
    assert '<html lang="fr">' in html
    assert html.count("<h1") == 1
    assert "<style" not in html
    assert ' style="' not in html
    assert " onclick" not in html
    assert "&lt;" not in html
    assert "placeholder=" not in html
    assert "no-store" in response["Cache-Control"]
    scripts = re.findall(r"<script([^>]*)>", html)
    assert all("src=" in script or "application/json" in script for script in scripts)


@pytest.mark.parametrize("name", ["account_login", "account_reset_password"])
def test_the_door_has_no_markup_in_its_words(name, db):
    html = Client().get(reverse(name)).content.decode()
    assert "&lt;" not in html
    assert "placeholder=" not in html


def test_the_code_to_scan_is_a_picture_without_a_source(referent):
    html = confirms(signed_in(referent), reverse("mfa_activate_totp")).content.decode()
    assert '<svg width="240"' in html
    assert "data:image" not in html
    assert 'role="img" aria-label="Code à scanner"' in html


def test_recovery_codes_download_as_text(referent):
    client = signed_in(referent)
    adds_application(client)
    response = client.get(reverse("mfa_download_recovery_codes"))
    assert response["Content-Disposition"].startswith("attachment")
    assert len(re.findall(r"^\d{8}$", response.content.decode(), re.M)) == 10


def test_somebody_else_s_key_cannot_be_renamed_nor_removed(referent):
    other = factories.a_user()
    key = Authenticator.objects.create(user=other, type="webauthn", data={"name": "La sienne"})
    client = signed_in(referent)
    adds_application(client)
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        assert client.post(reverse(name, args=[key.pk]), {"name": "La mienne"}).status_code == 404
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_a_name_is_changed_and_the_mail_is_not(referent):
    client, mail_before = signed_in(referent), referent.email
    client.post(reverse("account_home"), {"name": "Camille Exemple", "email": "autre@territoire.example"})
    referent.refresh_from_db()
    assert (referent.name, referent.email) == ("Camille Exemple", mail_before)


def test_encrypting_says_something_else_each_time():
    adapter = SecondFactorAdapter()
    assert adapter.encrypt("abc") != adapter.encrypt("abc")
    assert adapter.decrypt(adapter.encrypt("abc")) == "abc"
