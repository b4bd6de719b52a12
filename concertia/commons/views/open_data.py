"""Open data: the latest archive, the earlier ones, what they hold, and the files themselves."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import quote_etag
from django.views.decorators.http import etag, require_POST, require_safe

from concertia.commons.archive.tables import BY_NAME, TABLES
from concertia.commons.models import OpenDataRelease
from concertia.commons.pages import public_page
from concertia.commons.tasks import make_open_data_release
from concertia.commons.views.inventory import page_number
from concertia.territories.rules import is_national_team

PER_PAGE = 30
WITHHELD = (
    "Une publication que cette archive contenait a été retirée, ou un nom y a été masqué : l’archive est récrite sans, "
    "et reviendra à la même adresse. L’archive la plus récente est sur la page des données ouvertes."
)
NONE_YET = (
    "Aucune archive n’est téléchargeable en ce moment : une archive à récrire revient dans les dix minutes, la "
    "prochaine est préparée cette nuit."
)


@require_safe
@public_page
def open_data(request):
    latest = OpenDataRelease.objects.given().first()
    earlier = OpenDataRelease.objects.exclude(pk=latest.pk if latest else None)
    context = {
        "latest": latest,
        "page": Paginator(earlier, PER_PAGE).get_page(page_number(request.GET.get("page"))),
        "tables": [(table, latest.counts.get(table.name) if latest else None) for table in TABLES],
        "may_make": is_national_team(request.user),
        "address": settings.ADDRESS + reverse("commons:open_data"),
    }
    return render(request, "commons/open_data.html", context)


@require_safe
@public_page
def table_schema(request, name):
    if name not in BY_NAME:
        raise Http404
    return JsonResponse(BY_NAME[name].schema(), json_dumps_params={"ensure_ascii": False, "indent": 1})


def _etag(request, number, day):
    release = OpenDataRelease.objects.given().filter(number=number, made_on=day).first()
    return quote_etag(release.sha256) if release else None


@require_safe
@etag(_etag)
def archive(request, number, day):
    """The file as it is now; one that must be written again is not given, from the moment that it must."""
    release = get_object_or_404(OpenDataRelease, number=number, made_on=day)
    if not release.is_given:
        return _not_given(request, WITHHELD)
    try:
        file = release.file.open("rb")
    except FileNotFoundError:
        return _not_given(request, WITHHELD)
    response = FileResponse(file, as_attachment=True, filename=_filename(release), content_type="application/zip")
    response["Cache-Control"] = "no-cache"  # kept by whom wants, and asked again: it may be written again
    return response


def _not_given(request, sentence):
    context = {"title": "Archive indisponible", "sentence": sentence, "status": 404}
    response = render(request, "core/error.html", context, status=404)
    response["Cache-Control"] = "no-store"
    return response


def _filename(release):
    return f"concertia-{release.made_on:%Y-%m-%d}.zip"


@require_safe
def latest_archive(request):
    """The stable address: it leads to the latest archive given."""
    latest = OpenDataRelease.objects.given().first()
    if latest is None:
        return _not_given(request, NONE_YET)
    response = redirect("commons:archive", latest.number, latest.made_on)
    response["Cache-Control"] = "no-cache"
    return response


@login_required
@require_POST
def make_archive(request):
    if not is_national_team(request.user):
        raise PermissionDenied
    transaction.on_commit(make_open_data_release.enqueue)
    messages.success(
        request, "L’archive se prépare : elle sera ici dans une minute. Si rien n’a changé, aucune n’est ajoutée."
    )
    return redirect("commons:open_data")
