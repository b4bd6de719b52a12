"""What every answer of the API has in common: JSON in all cases, any site may read it, errors are a French sentence."""

import json
import logging
from functools import wraps

from django.core.exceptions import SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import HttpResponse
from django.urls import reverse

log = logging.getLogger(__name__)
READING = ("GET", "HEAD")
EXPECTED = {
    "page": "un nombre entier, 1 ou plus",
    "taille": "un nombre entier de 1 à 100",
    "numero": "le numéro d’une version, un nombre entier de 1 à 99999",
}


class NotFound(Exception):
    """Nothing to read there: unpublished, taken down and never written are told by the same sentence."""


def failure(status, sentence):
    body = json.dumps({"erreur": sentence}, ensure_ascii=False)
    return HttpResponse(body, status=status, content_type="application/json; charset=utf-8")


def not_found(request, error):
    return failure(404, str(error))


def wrong_value(request, error):
    """Name each parameter and what it may be; what was given is not repeated."""
    names = [name for name in EXPECTED if any(name in row["loc"] for row in error.errors)]
    parts = " ; ".join(f"« {name} » doit être {EXPECTED[name]}" for name in names)
    return failure(422, f"Dans l’adresse, {parts}. Corrigez ou retirez ce qui ne va pas.")


def unknown_address(request, rest=""):
    sentence = "Cette adresse de l’API ne mène à rien. Vérifiez-la, sans barre oblique à la fin, ou partez de {}."
    return failure(404, sentence.format(reverse("commons:api_docs")))


def answered(view):
    """Read only, JSON whatever happens, readable by a script of any site since all is public and needs no account."""

    @wraps(view)
    def safe(request, *args, **kwargs):
        response = _answer(view, request, args, kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "ETag"
        return response

    safe.csrf_exempt = True  # nothing is written: another method is told 405, not that its form is stale
    return safe


def _answer(view, request, args, kwargs):
    if request.method == "OPTIONS":  # a browser asks before it sends If-None-Match from another site
        response = HttpResponse(status=204)
        response["Access-Control-Allow-Methods"] = response["Allow"] = ", ".join(READING)
        response["Access-Control-Allow-Headers"] = "If-None-Match"
        response["Access-Control-Max-Age"] = "86400"
        return response
    if request.method not in READING:
        response = failure(405, "Cette API se lit seulement. Faites la même demande avec la méthode GET.")
        response["Allow"] = ", ".join(READING)
        return response
    try:
        return view(request, *args, **kwargs)
    except SuspiciousOperation:
        return failure(400, "La demande est illisible ou trop longue. Retirez des filtres et réessayez.")
    except Exception:
        log.exception("API : %s", request.path)
        got_request_exception.send(sender=None, request=request)
        return failure(500, "La faute est de notre côté, et elle est notée. Réessayez dans un instant.")
