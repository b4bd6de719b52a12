"""The one settings file. What differs between installations comes from `environment.py`."""

from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF

from concertia.config import environment

ENVIRONMENT = environment.load()

DEBUG = ENVIRONMENT.debug
DEMONSTRATION = ENVIRONMENT.demonstration
SECRET_KEY = ENVIRONMENT.secret_key
SECRET_KEY_FALLBACKS = list(ENVIRONMENT.old_secret_keys)
ADDRESS = ENVIRONMENT.address
ALLOWED_HOSTS = [urlsplit(ADDRESS).hostname or "127.0.0.1"]
if not ENVIRONMENT.is_secure:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1"]

INSTALLED_APPS = [
    "concertia.core",
    "concertia.territories",
    "concertia.consultations",
    "concertia.collection",
    "concertia.analysis",
    "concertia.commons",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "axes",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "template_partials",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "concertia.core.middleware.private_pages_are_not_stored",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "concertia.territories.sessions.end_after_twelve_hours",
    "concertia.territories.second_factor.required_of_the_commission",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "concertia.analysis.middleware.MissingPackages",
]

ROOT_URLCONF = "concertia.config.urls"
WSGI_APPLICATION = "concertia.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["concertia.core.templatetags.concertia"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "concertia.core.context.site",
                "concertia.territories.context.my_territories",
                "concertia.commons.context.accessibility",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

# --- data -------------------------------------------------------------------------------------------------------
DATABASES = {"default": dj_database_url.parse(ENVIRONMENT.database_url, conn_max_age=60, conn_health_checks=True)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # FULL, not NORMAL: an acknowledged write survives a power cut (docs/adr/0004).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MEDIA_ROOT = ENVIRONMENT.home / "files"  # private: files only leave through a view that checks (never MEDIA_URL)
STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.home / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000  # a canvas with several results and many propositions
DATA_UPLOAD_MAX_NUMBER_FILES = 60  # the national team drops thirty canvases at once

# In the memory of each web process; `pages` holds what every visitor gets (commons/pages.py), compressed: some 20 MB.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 3000},
    },
}

# --- jobs -------------------------------------------------------------------------------------------------------
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- people -----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "territories.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by an administrator until invitations exist
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_ADAPTER = "concertia.territories.accounts.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "concertia.territories.account_forms.LoginForm",
    "reauthenticate": "concertia.territories.account_forms.ReauthenticateForm",
    "change_password": "concertia.territories.account_forms.ChangePasswordForm",
    "set_password": "concertia.territories.account_forms.SetPasswordForm",
    "reset_password": "concertia.territories.account_forms.ResetPasswordForm",
    "reset_password_from_key": "concertia.territories.account_forms.ResetPasswordKeyForm",
}
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "workspace:home"
ACCOUNT_LOGOUT_REDIRECT_URL = "commons:home"
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a changed password or second factor is told by mail
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
# By account and address together, never by address alone: a town hall shares one. axes counts failed sign-ins, in
# the database, for every web process; allauth keeps its limits on what is asked for one account.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": "5/5m/key",  # codes of the second factor; axes alone counts passwords (AccountAdapter)
    "reset_password": "5/h/key",
    "reset_password_from_key": None,
    "signup": None,
}
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "concertia.territories.accounts.mail_tried"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# The demonstration's accounts are known to everybody and enter in one click: a second factor would protect nothing.
COMMISSION_SECOND_FACTOR = not DEMONSTRATION
MFA_ADAPTER = "concertia.territories.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "concertia.territories.second_factor.AuthenticateForm",
    "reauthenticate": "concertia.territories.second_factor.ReauthenticateForm",
    "activate_totp": "concertia.territories.second_factor.ActivateForm",
    "login_webauthn": "concertia.territories.second_factor.LoginKeyForm",
    "authenticate_webauthn": "concertia.territories.second_factor.AuthenticateKeyForm",
    "reauthenticate_webauthn": "concertia.territories.second_factor.ReauthenticateKeyForm",
    "add_webauthn": "concertia.territories.second_factor.AddKeyForm",
    "edit_webauthn": "concertia.territories.second_factor.RenameKeyForm",
}
MFA_TOTP_ISSUER = "Concertia"
MFA_TOTP_TOLERANCE = 1  # half a minute early or late: telephones drift
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not ENVIRONMENT.is_secure  # http is served on this machine alone

PROCONNECT = ENVIRONMENT.proconnect
SOCIALACCOUNT_ADAPTER = "concertia.territories.proconnect.ProConnectAccountAdapter"

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "concertia.core.views.csrf_failure"

# --- the wire ---------------------------------------------------------------------------------------------------
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
if ENVIRONMENT.is_secure:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^sante/$"]  # the front server asks over plain HTTP on loopback
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [NONE],
        "connect-src": [SELF],
        "form-action": [SELF, *([PROCONNECT.origin] if PROCONNECT else [])],  # the button is a form, then a redirect
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

# --- mail -------------------------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENVIRONMENT.mail.sender or "concertia@localhost"
if ENVIRONMENT.mail.host:
    EMAIL_HOST, EMAIL_PORT = ENVIRONMENT.mail.host, ENVIRONMENT.mail.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = ENVIRONMENT.mail.user, ENVIRONMENT.mail.password
    EMAIL_USE_TLS = ENVIRONMENT.mail.tls
    EMAIL_TIMEOUT = 20
else:  # no mail server declared: messages are kept as files, nothing leaves and nothing is lost
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = ENVIRONMENT.home / "mail"

# --- what the pages say of the site itself (commons/statements) ------------------------------------------------
SITE = ENVIRONMENT.site
# The Défenseur des droits moved its pages once: the addresses are here, where they are easy to change.
DEFENDER_FORM = "https://formulaire.defenseurdesdroits.fr/"
DEFENDER_DELEGATES = "https://www.defenseurdesdroits.fr/carte-des-delegues"
DEFENDER_POST = "Défenseur des droits, Libre réponse 71120, 75342 Paris CEDEX 07"

# --- words ------------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
TIME_ZONE = "Europe/Paris"
USE_TZ = True
USE_THOUSAND_SEPARATOR = False  # would break identifiers; the `nombre` filter separates thousands

SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
