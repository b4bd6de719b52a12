"""The canvas itself: what it asks, blank documents, its Table Schema."""

from django.http import JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from concertia.commons.pages import public_page
from concertia.commons.views.downloads import download
from concertia.consultations.actions.documents import blank_document, table_schema
from concertia.engine.canvas.fields import REQUIRED, SECTIONS


@require_safe
@public_page
def canvas(request):
    context = {"sections": SECTIONS, "required": len(REQUIRED), "total": sum(len(part.fields) for part in SECTIONS)}
    return render(request, "commons/canvas.html", context)


@require_safe
@public_page
def blank(request, extension):
    return download(blank_document(extension), extension, "canevas-vierge")


@require_safe
@public_page
def schema(request):
    return JsonResponse(table_schema(), json_dumps_params={"ensure_ascii": False, "indent": 1})
