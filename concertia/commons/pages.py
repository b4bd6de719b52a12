"""Public pages made once and served many times, until something that the public reads changes.

A page is kept in the memory of each web process under the numbers of `PublicState`, which every action that changes
what is read makes grow in its own transaction: what was just taken down is never served from here; what was just added
may come some seconds late, so that a publication does not make everybody wait. A page whose address names a
consultation or a territory shows nothing of the others, and stays when only they change. Ten minutes at most and never
past midnight, for what changes with the date. Only what a visitor without a session gets is kept, whole and compressed.
"""

import datetime as dt
import gzip
import hashlib
import re
import threading
from functools import partial, wraps

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import caches
from django.http import HttpResponse, HttpResponseNotModified
from django.template.response import SimpleTemplateResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags, quote_etag

from concertia.commons.queries import page_state
from concertia.core.converters import CODE

KEPT = 600  # seconds
MAKING = [threading.RLock() for _ in range(256)]  # by the first byte of a page's key
MAKING_AGAIN = threading.Lock()
LATE_AT_MOST = dt.timedelta(seconds=15)  # for who reads without an account, after a publication
LONGEST_ADDRESS = 600  # a longer one is nobody's bookmark: answered, not kept
SUBJECT = re.compile(rf"/(?:concertations|territoires)/({CODE}(?:-[0-9]{{2,5}})?)(?:/|$)")
WORDS = ("text/", "application/json", "application/atom+xml", "application/xml", "image/svg+xml")


def public_page(view):
    """Serve from memory what anybody gets, with an ETag; who is signed in, or is told something, gets their own page.

    A decorator that marks the response (another policy, another frame rule) stands above this one.
    """

    @wraps(view)
    def served(request, *args, **kwargs):
        is_ones_own = settings.SESSION_COOKIE_NAME in request.COOKIES or CookieStorage.cookie_name in request.COOKIES
        if request.method not in ("GET", "HEAD") or is_ones_own:
            return view(request, *args, **kwargs)
        address = request.get_full_path()
        if len(address) > LONGEST_ADDRESS:
            return view(request, *args, **kwargs)
        named = SUBJECT.search(request.path)
        state = page_state(named[1] if named else "")
        key = hashlib.sha256(f"{state.cuts} {timezone.localdate()} {request.get_host()} {address}".encode()).hexdigest()
        return _kept_or_made(key, state, request, partial(view, request, *args, **kwargs))

    return served


def _kept_or_made(key, state, request, make):
    """The page kept; when only additions came since, one request at a time makes it again and the others have it."""
    numbers, frozen = caches["pages"].get(key) or (None, None)
    if numbers == state.numbers:
        return _answer(request, frozen)
    if frozen and timezone.now() - state.changed_at < LATE_AT_MOST:
        if not MAKING_AGAIN.acquire(blocking=False):
            return _answer(request, frozen)
        try:
            return _made(key, state, request, make)
        finally:
            MAKING_AGAIN.release()
    return _made(key, state, request, make)


def _made(key, state, request, make):
    """The page made and kept. After a publication many ask for the same one: the first makes it, the others wait."""
    with MAKING[int(key[:2], 16)]:
        numbers, kept = caches["pages"].get(key) or (None, None)
        if numbers != state.numbers:
            response = make()
            if isinstance(response, SimpleTemplateResponse):
                response.render()  # Django's own views of feeds and sitemaps leave it for later
            if not _may_be_kept(request, response):
                return response
            kept = _frozen(response)
            caches["pages"].set(key, (state.numbers, kept), KEPT)
    return _answer(request, kept)


def _may_be_kept(request, response):
    """Words alone: a Word document or a PDF weighs as much as twenty pages, and is seldom asked for twice."""
    is_words = response.headers["Content-Type"].startswith(WORDS)
    has_own_token = request.META.get("CSRF_COOKIE_NEEDS_UPDATE", False)
    is_for_all = response.status_code == 200 and not response.cookies and not has_own_token
    return is_for_all and is_words and not response.streaming


def _frozen(response):
    """The body compressed: a fifth of the memory, and what nearly every browser asks for."""
    body = response.content
    return gzip.compress(body, 6, mtime=0), dict(response.items()), hashlib.sha256(body).hexdigest()[:32]


def _answer(request, frozen):
    packed, headers, digest = frozen
    sends_packed = "gzip" in request.headers.get("Accept-Encoding", "")
    etag = quote_etag(f"{digest}{'-gz' if sends_packed else ''}")
    asked = parse_etags(request.headers.get("If-None-Match", "")[:2000])
    if "*" in asked or etag in {one.removeprefix("W/") for one in asked}:  # a proxy that compresses weakens them
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(packed if sends_packed else gzip.decompress(packed))
        for name, value in headers.items():
            response[name] = value
        if sends_packed:
            response["Content-Encoding"] = "gzip"
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"  # may be kept, and is asked again: the answer is then a few bytes
    patch_vary_headers(response, ("Accept-Encoding", "Cookie"))
    return response
