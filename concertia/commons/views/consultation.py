"""One consultation: the version readable today or another, its documents, what changed between two."""

import json
import re

from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from concertia.commons import queries
from concertia.commons.archive.records import public_form
from concertia.commons.engine_inputs import publication_differences
from concertia.commons.pages import public_page
from concertia.commons.views.downloads import download
from concertia.consultations.actions.documents import public_document
from concertia.consultations.engine_inputs import shown_content
from concertia.territories.queries import has_referent

FORMATS = (
    ("docx", "Word (.docx)"),
    ("odt", "LibreOffice (.odt)"),
    ("pdf", "PDF accessible"),
    ("json", "Données (.json)"),
)


@require_safe
@public_page
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
        "readable": readable,
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
@public_page
def document(request, public_id, number, extension):
    publication = _readable(public_id, int(number))
    if extension == "json":
        body = json.dumps(public_form(publication), ensure_ascii=False, indent=1).encode()
    else:
        body = public_document(queries.public_record(publication), extension)
    return download(body, extension, f"{public_id}-v{number}")


@require_safe
def choose_versions(request, public_id):
    """The two versions that a form names, the older first, at their own address."""
    typed = (request.GET.get("avant", ""), request.GET.get("apres", ""))
    if not all(re.fullmatch(r"[0-9]{1,5}", number) for number in typed):
        raise Http404
    old, new = sorted(map(int, typed))
    if old == new:
        return redirect("commons:version", public_id, old)
    return redirect("commons:compare", public_id, old, new)


@require_safe
@public_page
def compare(request, public_id, old, new):
    if old == new:
        raise Http404
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
