"""ProConnect: entering with one's professional identity, verified to the last claim (docs/proconnect.md).

django-allauth keeps the states and the sign-in; it reads a userinfo answered as JSON and does not verify the signature
of the ID token. ProConnect answers userinfo as a signed `application/jwt`: both tokens are verified here.
"""

import hmac
import json
import logging
import secrets
from functools import wraps
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

import jwt
import requests
from allauth.account import views as account
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialToken
from allauth.socialaccount.providers.base.constants import AuthError, AuthProcess
from allauth.socialaccount.providers.base.provider import ProviderException
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from concertia.territories.models import User

log = logging.getLogger(__name__)
NAME = "proconnect"
ALGORITHMS = ("RS256", "ES256")  # never « none », never a secret shared with whoever knows the client's
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint")
DRIFT = 30  # seconds between their clock and ours
REMEMBERED = 600  # seconds during which what the provider publishes is not asked again
LARGEST_ANSWER = 256 * 1024
LONGEST_SUB = 191  # the column of allauth
IDENTITY, LEAVING = "proconnect_identity", "proconnect_leaving"

CANCELLED = "Vous avez interrompu l’identification avec ProConnect. Rien n’a changé."
DOWN = "ProConnect ne répond pas pour le moment. Réessayez dans quelques minutes, ou entrez avec votre mot de passe."
STALE = "Cette identification a déjà servi ou a expiré. Recommencez depuis la page de connexion."
UNVERIFIED = "La réponse de ProConnect n’a pas pu être vérifiée : par prudence, personne n’a été connecté."


class Refused(ProviderException):
    """What the provider sent cannot be believed; the message is for the log, never for the page."""


class ProConnectClient(OpenIDConnectOAuth2Adapter):
    """The conversation with the provider, from its discovery document to a verified userinfo."""

    nonce = None

    def __init__(self, request):
        super().__init__(request, NAME)
        self.declared = settings.PROCONNECT

    @property
    def openid_config(self):
        key = f"proconnect:discovery:{self.declared.issuer}"
        config = cache.get(key)
        if config is None:
            address = self.declared.issuer.rstrip("/") + "/.well-known/openid-configuration"
            config = _json(address)
            if config.get("issuer") != self.declared.issuer:
                raise Refused("the discovery document names another issuer")
            if any(_origin(config.get(name)) != self.declared.origin for name in ENDPOINTS):
                raise Refused("the discovery document sends elsewhere")
            cache.set(key, config, REMEMBERED)
        return config

    def get_callback_url(self, request, app):
        return settings.ADDRESS.rstrip("/") + reverse("proconnect_callback")

    def parse_token(self, data):
        return SocialToken(token=data["access_token"])

    def complete_login(self, request, app, token, **kwargs):
        id_token = kwargs["response"].get("id_token")
        identity = self.verified(id_token)
        if not self.nonce or not hmac.compare_digest(str(identity.get("nonce", "")), self.nonce):
            raise Refused("nonce")
        userinfo = self._userinfo(token.token)
        if userinfo["sub"] != identity["sub"]:
            raise Refused("the userinfo is about somebody else")
        if not 0 < len(userinfo["sub"]) <= LONGEST_SUB:
            raise Refused("an identifier of that length")
        login = self.get_provider().sociallogin_from_response(request, userinfo)
        login.id_token = id_token
        return login

    def _userinfo(self, access_token):
        kind, content = _answer(self.profile_url, headers={"Authorization": f"Bearer {access_token}"})
        if kind != "application/jwt":
            raise Refused("the userinfo is not signed")
        return self.verified(content.strip())

    def verified(self, token):
        """The claims of a token signed by the provider, for us, now."""
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") not in ALGORITHMS:
                raise Refused(f"algorithm {str(header.get('alg'))[:20]}")
            claims = jwt.decode(
                token,
                key=self._key(header),
                algorithms=[header["alg"]],
                issuer=self.declared.issuer,
                audience=self.declared.client_id,
                leeway=DRIFT,
                options={"require": ["iss", "aud", "sub", "exp", "iat"]},
            )
        except jwt.PyJWTError as reason:
            raise Refused(f"token: {type(reason).__name__}") from reason
        if claims.get("azp", self.declared.client_id) != self.declared.client_id:
            raise Refused("the token was made for another service")
        return claims

    def _key(self, header):
        """The published key of that name; asked again, once, when it is not known: providers change theirs."""
        for fresh in (False, True):
            for key in self._published_keys(fresh=fresh):
                if key.key_id and key.key_id == header.get("kid") and key.algorithm_name == header["alg"]:
                    return key
        raise Refused("unknown signing key")

    def _published_keys(self, *, fresh):
        name = f"proconnect:keys:{self.declared.issuer}"
        published = None if fresh else cache.get(name)
        if published is None:
            published = _json(self.openid_config["jwks_uri"])
            cache.set(name, published, REMEMBERED)
        return jwt.PyJWKSet.from_dict(published).keys


class ProConnectProvider(OpenIDConnectProvider):
    id = NAME
    oauth2_adapter_class = ProConnectClient
    pkce_enabled_default = True

    def get_oauth2_adapter(self, request):
        return ProConnectClient(request)

    def get_redirect_from_request_kwargs(self, request):
        """Nothing but the page to come back to is taken from the request: not the scopes, not the process."""
        kept = super().get_redirect_from_request_kwargs(request)
        return {"process": AuthProcess.LOGIN, **{name: kept[name] for name in ("next_url",) if name in kept}}

    def redirect(self, request, process, next_url=None, data=None, **kwargs):
        nonce = secrets.token_urlsafe(32)
        parameters = {"scope": list(settings.PROCONNECT.scopes), "auth_params": {"nonce": nonce}}
        return super().redirect(request, process, next_url=next_url, data=data, nonce=nonce, **parameters)

    def extract_uid(self, data):
        return data["sub"]

    def extract_extra_data(self, data):
        return {}  # the mail and the name stay in the account; nothing else of theirs is kept

    def extract_common_fields(self, data):
        return {}

    def extract_email_addresses(self, data):
        """ProConnect's providers answer for the mail; a provider that says « not verified » is believed too."""
        mail = data.get("email")
        if not mail or not isinstance(mail, str) or data.get("email_verified", True) is not True:
            return []
        return [EmailAddress(email=mail, verified=True, primary=True)]


class ProConnectAccountAdapter(DefaultSocialAccountAdapter):
    def list_apps(self, request, provider=None, client_id=None):
        """Declared in concertia.toml alone: no row of the database opens a way in."""
        declared = settings.PROCONNECT
        if not declared or provider not in (None, NAME) or client_id not in (None, declared.client_id):
            return []
        return [
            SocialApp(
                provider=NAME,
                provider_id=NAME,
                name="ProConnect",
                client_id=declared.client_id,
                secret=declared.client_secret,
            )
        ]

    def list_providers(self, request):
        return [ProConnectProvider(request, app=app) for app in self.list_apps(request)]

    def get_provider(self, request, provider, client_id=None):
        return ProConnectProvider(request, app=self.get_app(request, provider, client_id))

    def is_open_for_signup(self, request, sociallogin):
        return False

    def generate_state_param(self, state):
        return secrets.token_urlsafe(32)  # allauth draws 16 signs, ProConnect asks for 32

    def get_requests_session(self):
        http = super().get_requests_session()
        http.max_redirects = 0
        return http

    def pre_social_login(self, request, sociallogin):
        """Known by its `sub`, or joined once to the one account whose mail the provider answers for."""
        sociallogin.state["id_token"] = sociallogin.id_token
        if sociallogin.is_existing:
            return
        mails = [address.email for address in sociallogin.email_addresses if address.verified]
        found = User.objects.filter(email__iexact=mails[0]).first() if mails else None
        if found is None:
            log.warning("proconnect: no account for this identity")
            keep_identity(request, sociallogin.id_token)  # to leave ProConnect, and try with another identity
            page = {"mail": mails[0] if mails else ""}
            raise ImmediateHttpResponse(render(request, "socialaccount/no_account.html", page, status=403))
        if found.is_active:
            sociallogin.connect(request, found)
        else:
            sociallogin.user = found  # the sign-in says itself that the account is closed

    def on_authentication_error(self, request, provider, error=None, exception=None, extra_context=None):
        sentence, status = UNVERIFIED, HTTPStatus.UNAUTHORIZED
        if error == AuthError.CANCELLED:
            sentence = CANCELLED
        elif isinstance(exception, requests.RequestException):
            sentence, status = DOWN, HTTPStatus.SERVICE_UNAVAILABLE
        elif exception is None and not (extra_context or {}).get("state"):
            sentence = STALE
        log.warning("proconnect: %s", exception if isinstance(exception, Refused) else type(exception).__name__)
        page = render(request, "socialaccount/authentication_error.html", {"sentence": sentence}, status=status)
        raise ImmediateHttpResponse(page)


class CallbackView(OAuth2CallbackView):
    adapter: ProConnectClient

    def _get_state(self, request, provider):
        state, response = super()._get_state(request, provider)
        self.adapter.nonce = (state or {}).get("nonce")
        return state, response


# --- addresses ---------------------------------------------------------------------------------------------------
def _only_when_declared(view):
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not settings.PROCONNECT:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def _provider(request):
    return ProConnectAccountAdapter(request).get_provider(request, NAME)


@never_cache
@_only_when_declared
@require_POST
def start(request):
    if request.user.is_authenticated:
        return redirect(settings.LOGIN_REDIRECT_URL)
    provider = _provider(request)
    try:
        return provider.redirect_from_request(request)
    except (requests.RequestException, Refused) as reason:
        return _error_page(request, provider, reason)


@never_cache
@_only_when_declared
@require_GET
def callback(request):
    if request.GET.get("iss", settings.PROCONNECT.issuer) != settings.PROCONNECT.issuer:
        return _error_page(request, _provider(request), Refused("another issuer called back"))
    return CallbackView.adapter_view(ProConnectClient)(request)


def _error_page(request, provider, reason):
    try:
        ProConnectAccountAdapter(request).on_authentication_error(request, provider, exception=reason)
    except ImmediateHttpResponse as page:
        return page.response


@never_cache
def logout(request):
    """Leave here, then the provider too when one came in by it."""
    identity = request.session.get(IDENTITY)
    response = account.logout(request)
    if request.method != "POST" or not identity:
        return response
    request.session.pop(IDENTITY, None)
    return _leave_provider(request, identity) or response


def _leave_provider(request, identity):
    if not settings.PROCONNECT:
        return None
    try:
        address = ProConnectClient(request).openid_config["end_session_endpoint"]
    except (requests.RequestException, Refused) as reason:
        log.warning("proconnect: not left, %s", type(reason).__name__)
        messages.warning(request, "ProConnect ne répond pas : fermez le navigateur pour le quitter aussi.")
        return None
    state = request.session[LEAVING] = secrets.token_urlsafe(32)
    parameters = {
        "id_token_hint": identity,
        "state": state,
        "post_logout_redirect_uri": settings.ADDRESS.rstrip("/") + reverse("proconnect_left"),
    }
    address = f"{address}?{urlencode(parameters)}"
    # A page, not a redirect: browsers hold a form's redirects to our own policy, and the agent's identity provider,
    # whose address nobody here knows, comes next.
    response = render(request, "socialaccount/leaving.html", {"address": address})
    response["Refresh"] = f"0; url={address}"
    return response


@never_cache
@_only_when_declared
@require_GET
def left(request):
    expected = request.session.pop(LEAVING, None)
    if expected and hmac.compare_digest(expected.encode(), request.GET.get("state", "").encode()):
        messages.success(request, "Vous êtes déconnecté de Concertia et de ProConnect.")
    return HttpResponseRedirect(reverse(settings.ACCOUNT_LOGOUT_REDIRECT_URL))


# --- what the session keeps --------------------------------------------------------------------------------------
def remember_identity(request, signal_kwargs):
    """Called once somebody is in: the token that lets them leave the provider."""
    login = (signal_kwargs or {}).get("sociallogin")
    if login is not None:
        keep_identity(request, login.state.pop("id_token", None))


def keep_identity(request, id_token):
    request.session[IDENTITY] = id_token


# --- the wire ----------------------------------------------------------------------------------------------------
def _answer(address, headers=None):
    """The kind and the content of an answer, asked without following anything and read up to a limit."""
    content = b""
    with ProConnectAccountAdapter().get_requests_session() as http:
        response = http.get(address, headers=headers, stream=True)
        response.raise_for_status()
        for piece in response.iter_content(16 * 1024):
            content += piece
            if len(content) > LARGEST_ANSWER:
                raise Refused("an answer too long")
    return response.headers.get("Content-Type", "").partition(";")[0].strip().lower(), content


def _json(address):
    try:
        found = json.loads(_answer(address)[1])
    except ValueError as reason:
        raise Refused("not JSON") from reason
    if not isinstance(found, dict):
        raise Refused("not an object")
    return found


def _origin(address):
    parts = urlsplit(str(address or ""))
    return f"{parts.scheme}://{parts.netloc}"
