"""Signing in and one's account, by django-allauth; only the pages that exist here have an address."""

from allauth.account import views
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as application
from allauth.mfa.webauthn import views as keys
from django.urls import path, re_path

from concertia.territories import account_pages as pages
from concertia.territories import proconnect

FACTOR, KEYS = "second-facteur/", "second-facteur/cles/"

urlpatterns = [
    path("", pages.home, name="account_home"),
    path("connexion/", views.login, name="account_login"),
    path("deconnexion/", proconnect.logout, name="account_logout"),
    path("inscription/", views.signup, name="account_signup"),
    path("inactif/", views.account_inactive, name="account_inactive"),
    path("confirmer/", views.reauthenticate, name="account_reauthenticate"),
    path("mot-de-passe/", views.password_change, name="account_change_password"),
    path("mot-de-passe/choisir/", views.password_set, name="account_set_password"),
    path("mot-de-passe/oublie/", views.password_reset, name="account_reset_password"),
    path("mot-de-passe/oublie/envoye/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^mot-de-passe/nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("mot-de-passe/change/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("sessions/", pages.sessions, name="usersessions_list"),
    path("sessions/<int:session_id>/terminer/", pages.end_session, name="end_session"),
    path("sessions/terminer-les-autres/", pages.end_other_sessions, name="end_other_sessions"),
    path(FACTOR, second_factor.index, name="mfa_index"),
    path(FACTOR + "code/", second_factor.authenticate, name="mfa_authenticate"),
    path(FACTOR + "confirmer/", second_factor.reauthenticate, name="mfa_reauthenticate"),
    path(FACTOR + "application/", application.activate_totp, name="mfa_activate_totp"),
    path(FACTOR + "application/retirer/", application.deactivate_totp, name="mfa_deactivate_totp"),
    path(FACTOR + "secours/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(FACTOR + "secours/nouveaux/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path(FACTOR + "secours/fichier/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
    path(KEYS, keys.list_webauthn, name="mfa_list_webauthn"),
    path(KEYS + "ajouter/", keys.add_webauthn, name="mfa_add_webauthn"),
    path(KEYS + "confirmer/", keys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path(KEYS + "connexion/", keys.login_webauthn, name="mfa_login_webauthn"),
    path(KEYS + "<int:pk>/renommer/", keys.edit_webauthn, name="mfa_edit_webauthn"),
    path(KEYS + "<int:pk>/retirer/", keys.remove_webauthn, name="mfa_remove_webauthn"),
    path("proconnect/", proconnect.start, name="proconnect_start"),
    path("proconnect/retour/", proconnect.callback, name="proconnect_callback"),
    path("proconnect/deconnecte/", proconnect.left, name="proconnect_left"),
]
