import time

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client
from django.urls import reverse

from concertia.core.models import OutboxMessage
from concertia.territories.sessions import STARTED, device
from tests import factories

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"  # noqa: E501 -- a browser's own words


@pytest.fixture
def user(db):
    return factories.a_user(factories.a_territory())


def signed_in(user, agent=FIREFOX):
    client = Client(HTTP_USER_AGENT=agent)
    client.post(reverse("account_login"), {"login": user.email, "password": factories.PASSWORD})
    assert "_auth_user_id" in client.session
    return client


def is_in(client):
    return client.get(reverse("account_home")).status_code == 200


def text(response):
    return response.content.decode().replace("\u202f", " ").replace("\xa0", " ")


# --- twelve hours ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("hours", "still"), [(11.9, True), (12, False), (-1, False)])
def test_a_session_lasts_twelve_hours(hours, still, user):
    client = signed_in(user)
    session = client.session
    session[STARTED] = int(time.time() - hours * 3600)
    session.save()
    assert is_in(client) is still


def test_activity_does_not_prolong_a_session(user):
    client = signed_in(user)
    began = client.session[STARTED]
    client.post(reverse("account_home"), {"name": "Camille"})
    client.post(
        reverse("account_change_password"),
        {
            "oldpassword": factories.PASSWORD,
            "password1": "une-phrase-de-quatre-mots",
            "password2": "une-phrase-de-quatre-mots",
        },
    )
    assert client.session[STARTED] == began
    assert is_in(client)


def test_who_is_put_out_after_twelve_hours_is_told_why(user):
    client = signed_in(user)
    session = client.session
    session[STARTED] = int(time.time()) - 13 * 3600
    session.save()
    assert "douze heures" in text(client.get(reverse("workspace:home"), follow=True))


def test_a_session_opened_otherwise_begins_at_its_first_page(user):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert is_in(client)
    assert abs(client.session[STARTED] - time.time()) < 60


# --- the list ----------------------------------------------------------------------------------------------------
def test_sessions_are_listed_with_device_and_date(user):
    signed_in(user, IPHONE)
    page = text(signed_in(user).get(reverse("usersessions_list")))
    assert "Safari sur un iPhone" in page
    assert "Firefox sur Windows" in page
    assert page.count("celle-ci") == 1
    assert "Terminer toutes les autres" in page


def test_ending_a_session_works_at_once(user):
    phone, office = signed_in(user, IPHONE), signed_in(user)
    row = UserSession.objects.get(session_key=phone.session.session_key)
    response = office.post(reverse("end_session", args=[row.pk]), follow=True)
    assert "La session est terminée." in text(response)
    assert not is_in(phone)
    assert is_in(office)


def test_ending_this_session_leads_to_the_door(user):
    client = signed_in(user)
    row = UserSession.objects.get()
    assert client.post(reverse("end_session", args=[row.pk]))["Location"] == reverse("account_login")
    assert not is_in(client)


def test_ending_the_others_keeps_this_one(user):
    others = [signed_in(user, IPHONE), signed_in(user)]
    here = signed_in(user)
    here.post(reverse("end_other_sessions"))
    assert [is_in(client) for client in (*others, here)] == [False, False, True]


def test_somebody_else_s_session_does_not_exist(user):
    other = signed_in(factories.a_user())
    row = UserSession.objects.get()
    assert signed_in(user).post(reverse("end_session", args=[row.pk])).status_code == 404
    assert is_in(other)


@pytest.mark.parametrize("name", ["usersessions_list", "account_home"])
def test_a_stranger_has_no_account_page(name, db):
    assert Client().get(reverse(name))["Location"].startswith(reverse("account_login"))


def test_a_session_is_not_ended_by_a_link(user):
    client = signed_in(user)
    assert client.get(reverse("end_session", args=[UserSession.objects.get().pk])).status_code == 405
    assert client.get(reverse("end_other_sessions")).status_code == 405


# --- the password ------------------------------------------------------------------------------------------------
def test_changing_the_password_ends_the_other_sessions(user):
    stolen, here = signed_in(user, IPHONE), signed_in(user)
    new = "une-phrase-de-quatre-mots"
    here.post(
        reverse("account_change_password"), {"oldpassword": factories.PASSWORD, "password1": new, "password2": new}
    )
    assert not is_in(stolen)
    assert is_in(here)
    assert [message.subject for message in OutboxMessage.objects.all()] == ["Votre mot de passe a changé"]
    assert "Safari sur un iPhone" not in text(here.get(reverse("usersessions_list")))


def test_a_new_password_by_mail_ends_every_session(user):
    before = signed_in(user)
    stranger = Client()
    stranger.post(reverse("account_reset_password"), {"email": user.email})
    link = next(word for word in OutboxMessage.objects.get().body.split() if "/nouveau/" in word)
    form = stranger.get(link, follow=True)
    new = "une-phrase-de-quatre-mots"
    stranger.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    user.refresh_from_db()
    assert user.check_password(new)
    assert not is_in(before)
    again = Client().get(link, follow=True)
    assert "Ce lien a déjà servi ou a expiré" in text(again)


def test_who_has_no_password_may_choose_one(user):
    client = signed_in(user)
    user.set_unusable_password()
    user.save()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = client.get(reverse("account_change_password"), follow=True)
    assert "Choisir un mot de passe" in text(response)


# --- devices -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (FIREFOX, "Firefox sur Windows"),
        (IPHONE, "Safari sur un iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15", "Safari sur Mac"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome sur Android"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge sur Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox sur Linux"),
        ("curl/8.0", "Navigateur inconnu"),
        ("", "Navigateur inconnu"),
    ],
)
def test_a_device_is_named_in_french(agent, said):
    assert device(agent) == said


# --- who knows whom ----------------------------------------------------------------------------------------------
class CountingHasher(PBKDF2PasswordHasher):
    """Counts what costs time, where a clock would only guess."""

    algorithm, iterations, made = "counting", 1, 0

    def encode(self, password, salt, iterations=None):
        type(self).made += 1
        return super().encode(password, salt, iterations)


def test_a_known_and_an_unknown_mail_cost_the_same(settings, db):
    settings.PASSWORD_HASHERS = ["tests.territories.test_sessions.CountingHasher"]
    user = factories.a_user()
    spent = []
    for address in (user.email, "inconnu@territoire.example"):
        CountingHasher.made = 0
        Client().post(reverse("account_login"), {"login": address, "password": "faux-mot-de-passe"})
        spent.append(CountingHasher.made)
    assert spent == [1, 1]


def test_a_reset_sends_one_mail_for_a_known_and_for_an_unknown_mail(user):
    for address in (user.email, "inconnu@territoire.example"):
        Client().post(reverse("account_reset_password"), {"email": address})
        assert "Bonjour" in OutboxMessage.objects.get(to=address).body


def test_a_locked_account_locks_no_other_of_the_same_town_hall(user):
    neighbour = factories.a_user()
    for number in range(10):
        address = user.email if number % 2 else user.email.upper()
        last = Client().post(reverse("account_login"), {"login": address, "password": "faux-mot-de-passe"})
    assert last.status_code == 429
    assert is_in(signed_in(neighbour))
