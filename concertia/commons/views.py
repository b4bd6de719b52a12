"""Public reading: everything here is already published."""

import json

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from concertia.commons import queries
from concertia.commons.engaged import engaged_map
from concertia.commons.engine_inputs import publication_differences
from concertia.consultations.actions.documents import CONTENT_TYPES, blank_document, public_document, table_schema
from concertia.consultations.engine_inputs import shown_content
from concertia.core.fingerprint import canonical_json
from concertia.engine.canvas.fields import REQUIRED, SECTIONS
from concertia.territories.actions.charter import blocks
from concertia.territories.actions.charter import signature_pdf as signed_charter_pdf
from concertia.territories.actions.reference import listed_names
from concertia.territories.enums import SignatureState
from concertia.territories.models import Signature
from concertia.territories.queries import current_charter, has_referent

PER_PAGE = 20
FORMATS = (
    ("docx", "Word (.docx)"),
    ("odt", "LibreOffice (.odt)"),
    ("pdf", "PDF accessible"),
    ("json", "Données (.json)"),
)


@require_safe
def home(request):
    publications = queries.as_shown(queries.current_publications())
    rows = list(queries.engaged_territories())
    voice = next(filter(None, map(_first_words, publications)), None)
    context = {
        "publications": publications[:3],
        "more": len(publications) > 3,
        "figures": queries.figures(publications),
        "voice": voice,
        "rows": rows,
        "map": engaged_map(rows),
        "listed": sum(row.name in listed_names() for row in rows),
        "published_by": sum(row.has_published for row in rows),
    }
    return render(request, "commons/home.html", context)


def _first_words(publication):
    """What was said, for the top of the page: a point of vigilance as the authority wrote it, and where it is from."""
    for part in publication.shown["resultats"]:
        for item in part["constats"]:
            if item["nature"] == "point de vigilance":
                return {"text": item["texte"], "publication": publication}
    return None


@require_safe
def consultations(request):
    page = Paginator(queries.current_publications(), PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = queries.as_shown(page.object_list)
    return render(request, "commons/consultations.html", {"page": page})


@require_safe
def consultation(request, public_id, number=None):
    """The version readable today, or the one asked for; a version taken down shows only when and why."""
    subject, versions = queries.consultation_with_publications(public_id)
    readable = [version for version in versions if version.withdrawn_at is None]
    if number is None:
        shown = readable[0] if readable else versions[0]
    else:
        shown = next((version for version in versions if version.number == number), None)
    if shown is None:
        raise Http404
    if shown.withdrawn_at:
        context = {"consultation": subject, "publication": shown, "readable": readable}
        return render(request, "commons/withdrawn.html", context, status=410)
    content = shown_content(shown)
    canvas = content["canevas"]
    context = {
        "consultation": subject,
        "publication": shown,
        "content": content,
        "canvas": canvas,
        "results": list(zip(canvas["_sections3"], content["resultats"], strict=True)),
        "speakers": queries.speakers_named(shown),
        "versions": versions,
        "formats": FORMATS,
        "has_referent": has_referent(subject.territory),
        "is_current": bool(readable) and shown == readable[0],
        "previous": next((version for version in readable if version.number < shown.number), None),
    }
    return render(request, "commons/consultation.html", context)


def _readable(public_id, number):
    _, versions = queries.consultation_with_publications(public_id)
    found = next((version for version in versions if version.number == number), None)
    if found is None or found.withdrawn_at:
        raise Http404
    return found


@require_safe
def document(request, public_id, number, extension):
    publication = _readable(public_id, int(number))
    if extension == "json":
        body = json.dumps(_published_json(publication), ensure_ascii=False, indent=1).encode()
    else:
        body = public_document(queries.public_record(publication), extension)
    return _download(body, extension, f"{public_id}-v{number}")


def _published_json(publication):
    """The frozen content, whose canonical form has the fingerprint, and apart from it the names shown today.

    Where a consent was withdrawn since, the name is masked and the content no longer has the fingerprint: it says so.
    """
    content = shown_content(publication)
    return {
        "version": publication.number,
        "publiee_le": publication.published_at.isoformat(),
        "sha256": publication.sha256,
        "licence": "Licence Ouverte 2.0",
        "contenu": content,
        "masque_depuis": content != publication.content,
        "intervenants_nommes": [
            {"nom": row["nom"], "profession": row["profession"], "titre": row["titre"]}
            for row in queries.speakers_named(publication)
            if row["publiable"]
        ],
    }


def _download(body, extension, name):
    response = HttpResponse(body, content_type=CONTENT_TYPES[extension])
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{extension}")
    return response


@require_safe
def compare(request, public_id, old, new):
    before, after = _readable(public_id, old), _readable(public_id, new)
    content = shown_content(after)
    rows = publication_differences(shown_content(before), content)
    context = {
        "consultation": after.consultation,
        "before": before,
        "after": after,
        "content": content,
        "changed": [row for row in rows if row.changed],
        "unchanged": [row.label for row in rows if not row.changed],
    }
    return render(request, "commons/compare.html", context)


@require_safe
def canvas(request):
    context = {"sections": SECTIONS, "required": len(REQUIRED), "total": sum(len(part.fields) for part in SECTIONS)}
    return render(request, "commons/canvas.html", context)


@require_safe
def blank(request, extension):
    return _download(blank_document(extension), extension, "canevas-vierge")


@require_safe
def schema(request):
    return JsonResponse(table_schema(), json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_safe
def territories(request):
    rows = list(queries.engaged_territories())
    return render(request, "commons/territories.html", {"rows": rows, "map": engaged_map(rows)})


@require_safe
def territory(request, code):
    found, signatures, publications = queries.territory_with_its_record(code)
    in_force = next((row for row in signatures if row.state == SignatureState.SIGNED), None)
    context = {
        "territory": found,
        "signature": in_force,
        "signatures": signatures,
        "publications": publications,
        "has_referent": has_referent(found),
    }
    return render(request, "commons/territory.html", context)


def _signature(code, signature_id):
    rows = Signature.objects.filter(territory__short_code=code).select_related("territory", "charter")
    return get_object_or_404(rows, pk=signature_id)


@require_safe
def signature(request, code, signature_id):
    found = _signature(code, signature_id)
    context = {"signature": found, "content": found.content, "blocks": blocks(found.content["charte"]["texte"])}
    return render(request, "commons/signature.html", context)


@require_safe
def signature_pdf(request, code, signature_id):
    return _download(signed_charter_pdf(_signature(code, signature_id)), "pdf", f"charte-{code}-{signature_id}")


@require_safe
def signature_json(request, code, signature_id):
    """What was signed, in the very bytes whose SHA-256 is published."""
    return _download(canonical_json(_signature(code, signature_id).content), "json", f"charte-{code}-{signature_id}")


@require_safe
def charter(request):
    version = current_charter()
    return render(request, "commons/charter.html", {"charter": version, "blocks": blocks(version.text)})
