"""The second factor: required of the commission, its secrets encrypted, its codes good once and counted."""

import base64
import hashlib
import logging
import secrets
import struct

import qrcode
from allauth.core import context
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base import forms as codes
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.webauthn import forms as keys
from axes.handlers.proxy import AxesProxyHandler
from cryptography.exceptions import InvalidSignature
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html

from concertia.territories.enums import TerritoryKind
from concertia.territories.models import Membership

log = logging.getLogger(__name__)
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
NONSENSE = (KeyError, IndexError, TypeError, ValueError, AttributeError, struct.error, InvalidSignature)
UNREADABLE = ValidationError("La clé n’a pas répondu comme prévu. Réessayez.")
LOCKED = "Trop de codes faux depuis cette adresse. Attendez un quart d’heure."


def is_required_of(user) -> bool:
    return (
        settings.COMMISSION_SECOND_FACTOR
        and user.is_authenticated
        and Membership.objects.filter(user=user, territory__kind=TerritoryKind.COMMISSION).exists()
    )


def has_one(user) -> bool:
    return Authenticator.objects.filter(user=user, type__in=FACTORS).exists()


def required_of_the_commission(get_response):
    """Before any page of the workspace, and before writing anything elsewhere, the commission sets a second factor."""

    def middleware(request):
        if _is_guarded(request) and is_required_of(request.user) and not has_one(request.user):
            messages.warning(
                request, "Votre rôle dans la commission demande un second facteur : choisissez-en un pour continuer."
            )
            return redirect("mfa_index")
        return get_response(request)

    return middleware


def _is_guarded(request):
    if request.path.startswith(reverse("workspace:home")):
        return True
    return request.method not in SAFE_METHODS and not request.path.startswith(reverse("account_home"))


# --- secrets at rest, names and drawings -------------------------------------------------------------------------
def _boxes():
    """The key of this use, drawn from the signing key; older signing keys still open what they closed."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        digest = hashlib.sha256(b"concertia.second_factor:" + key.encode()).digest()
        yield Fernet(base64.urlsafe_b64encode(digest))


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant.",
        "cannot_delete_authenticator": "Votre rôle dans la commission demande un second facteur : ajoutez d’abord une "
        "clé d’accès, puis retirez l’application.",
    }

    def encrypt(self, text):
        return MultiFernet(list(_boxes())).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        try:
            return MultiFernet(list(_boxes())).decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            log.error("A second factor was closed with a signing key that this installation no longer has.")
            return base64.b32encode(secrets.token_bytes(20)).decode()  # a secret nobody knows: every code is refused

    def can_delete_authenticator(self, authenticator):
        others = Authenticator.objects.filter(user=authenticator.user, type__in=FACTORS).exclude(pk=authenticator.pk)
        return others.exists() or not is_required_of(authenticator.user)

    def build_totp_svg(self, url):
        """The code to scan as one path; white under black in both colour schemes, or telephones miss it."""
        code = qrcode.QRCode(border=4)
        code.add_data(url)
        rows = code.get_matrix()
        path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
        return format_html(
            '<svg width="240" height="240" viewBox="0 0 {0} {0}" role="img" aria-label="Code à scanner" '
            'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{0}v{0}H0z"/><path fill="#000" d="{1}"/></svg>',
            len(rows),
            path,
        )

    def generate_authenticator_name(self, user, type):
        return f"Clé {Authenticator.objects.filter(user=user, type=type).count() + 1}"


# --- codes typed -------------------------------------------------------------------------------------------------
class OneTimeCode:
    """A code is good once, for every web process, and wrong ones count as failed sign-ins."""

    def clean_code(self):
        credentials = {"email": self.user.email}
        if not AxesProxyHandler.is_allowed(context.request, credentials):
            raise ValidationError(LOCKED)
        code = super().clean_code()
        if self.authenticator.type == Authenticator.Type.TOTP and not _uses_up(self.authenticator, code):
            raise SecondFactorAdapter().validation_error("incorrect_code")
        return code

    def _emit_authentication_failed(self, authenticator):
        super()._emit_authentication_failed(authenticator)
        AxesProxyHandler.user_login_failed(type(self), {"email": self.user.email}, context.request)


@transaction.atomic
def _uses_up(authenticator, code):
    """Remember the moment a code stands for; the same one, or an earlier one, never serves again."""
    row = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
    secret = SecondFactorAdapter().decrypt(row.data["secret"])
    window = {moment: format_hotp_value(hotp_value(secret, moment)) for moment in yield_hotp_counters_from_time()}
    moments = [moment for moment, expected in window.items() if compare_user_code(actual=code, expected=expected)]
    if not moments or max(moments) <= row.data.get("last_moment", 0):
        return False
    row.data["last_moment"] = max(moments)
    row.save(update_fields=["data"])
    authenticator.data = row.data
    return True


def _say_code(field, label, hint):
    field.label, field.help_text = label, hint
    field.widget = forms.TextInput(
        attrs={"class": "short", "autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"}
    )


class _CodeOfAccount(OneTimeCode):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say_code(
            self.fields["code"], "Code", "Les six chiffres de votre application, ou l’un de vos codes de secours."
        )


class AuthenticateForm(_CodeOfAccount, codes.AuthenticateForm):
    pass


class ReauthenticateForm(_CodeOfAccount, codes.ReauthenticateForm):
    pass


class ActivateForm(totp.ActivateTOTPForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say_code(self.fields["code"], "Code", "Les six chiffres que l’application affiche maintenant.")


# --- keys --------------------------------------------------------------------------------------------------------
def _say_name(field):
    field.label = "Nom de la clé"
    field.help_text = "Pour la reconnaître plus tard : « Téléphone », « Ordinateur du bureau »…"
    field.max_length = 60
    field.widget.attrs["maxlength"] = 60


class ReadableKey:
    """What is not an answer of a key is a wrong answer: the library that reads it stumbles on nonsense."""

    def clean_credential(self):
        try:
            return super().clean_credential()
        except NONSENSE as reason:
            raise UNREADABLE from reason


class LoginKeyForm(ReadableKey, keys.LoginWebAuthnForm):
    pass


class AuthenticateKeyForm(ReadableKey, keys.AuthenticateWebAuthnForm):
    pass


class ReauthenticateKeyForm(ReadableKey, keys.ReauthenticateWebAuthnForm):
    pass


class AddKeyForm(keys.AddWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say_name(self.fields["name"])
        alone = self.fields["passwordless"]
        alone.label = "Entrer avec cette clé seule, sans mot de passe"
        alone.help_text = "La clé demandera alors toujours votre visage, votre doigt ou son code."

    def clean(self):
        try:
            return super().clean()
        except NONSENSE as reason:
            raise UNREADABLE from reason


class RenameKeyForm(keys.EditWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say_name(self.fields["name"])
