"""Settings of the tests: those of the product, with fast passwords, no stored file and jobs done at once."""

import os
import tempfile

os.environ.setdefault("CONCERTIA_HOME", tempfile.mkdtemp(prefix="concertia-tests-"))
os.environ.setdefault("CONCERTIA_SECRET_KEY", "clef-des-essais-sans-valeur-hors-des-essais-0123456789")

from concertia.config.settings import *  # noqa: F403 -- the environment above comes first
from concertia.config.settings import DATABASES, ENVIRONMENT, STATIC_ROOT, TEMPLATES

STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # collectstatic makes it; the tests serve from the sources
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in production: in memory, threads would meet another kind of lock. Nothing to survive: no fsync.
    DATABASES["default"]["TEST"] = {"NAME": str(ENVIRONMENT.home / "tests.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
COMMISSION_SECOND_FACTOR = False  # its own tests turn it on


class UndefinedVariable(str):
    """Makes an undefined template variable an error, as CONVENTIONS §9 asks."""

    def __contains__(self, item):
        return item == "%s"

    def __mod__(self, name):
        raise AssertionError(f"variable de gabarit inconnue : {name}")


TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UndefinedVariable("%s")
