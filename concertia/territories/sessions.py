"""How long somebody stays signed in, and from what."""

import re
import time

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout

STARTED = "signed_in_at"
# The order matters: Edge and Opera also say « Chrome », and Chrome says « Safari ».
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "un iPhone"),
    ("iPad", "un iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def begin(request):
    request.session[STARTED] = int(time.time())


def end_after_twelve_hours(get_response):
    """Twelve hours after signing in, sign in again: activity does not prolong a session."""

    def middleware(request):
        if request.user.is_authenticated:
            started = request.session.get(STARTED)
            if started is None:  # opened by something else than the sign-in page
                begin(request)
            elif not 0 <= time.time() - started < settings.SESSION_COOKIE_AGE:
                logout(request)
                messages.info(request, "Vous étiez connecté depuis douze heures : reconnectez-vous.")
        return get_response(request)

    return middleware


def device(user_agent):
    """« Firefox sur Windows », from what a browser says of itself."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "Navigateur inconnu")
    system = next((name for mark, name in SYSTEMS if re.search(rf"\b{mark}", user_agent)), "")
    return f"{browser} sur {system}" if system else browser


def sessions_of(user):
    """Open sessions, the newest first, each with its device; those already dead are forgotten."""
    rows = sorted(UserSession.objects.purge_and_list(user), key=lambda row: row.created_at, reverse=True)
    for row in rows:
        row.device = device(row.user_agent)
    return rows
