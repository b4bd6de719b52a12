"""The territories, each with its charter as signed and its consultations."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from concertia.commons import queries
from concertia.commons.engaged import engaged_map
from concertia.commons.pages import public_page
from concertia.commons.views.downloads import download
from concertia.core.fingerprint import canonical_json
from concertia.territories.actions.charter import blocks
from concertia.territories.actions.charter import signature_pdf as signed_charter_pdf
from concertia.territories.enums import SignatureState
from concertia.territories.models import Signature
from concertia.territories.queries import current_charter, has_referent


@require_safe
@public_page
def territories(request):
    rows = list(queries.engaged_territories())
    figure, _ = engaged_map(rows)
    return render(request, "commons/territories.html", {"rows": rows, "map": figure})


@require_safe
@public_page
def territory(request, code):
    found, signatures, entries = queries.territory_with_its_record(code)
    in_force = next((row for row in signatures if row.state == SignatureState.SIGNED), None)
    context = {
        "territory": found,
        "signature": in_force,
        "signatures": signatures,
        "entries": entries,
        "has_referent": has_referent(found),
    }
    return render(request, "commons/territory.html", context)


def _signature(code, signature_id):
    rows = Signature.objects.filter(territory__short_code=code).select_related("territory", "charter")
    return get_object_or_404(rows, pk=signature_id)


@require_safe
@public_page
def signature(request, code, signature_id):
    found = _signature(code, signature_id)
    context = {"signature": found, "content": found.content, "blocks": blocks(found.content["charte"]["texte"])}
    return render(request, "commons/signature.html", context)


@require_safe
@public_page
def signature_pdf(request, code, signature_id):
    return download(signed_charter_pdf(_signature(code, signature_id)), "pdf", f"charte-{code}-{signature_id}")


@require_safe
@public_page
def signature_json(request, code, signature_id):
    """What was signed, in the very bytes whose SHA-256 is published."""
    return download(canonical_json(_signature(code, signature_id).content), "json", f"charte-{code}-{signature_id}")


@require_safe
@public_page
def charter(request):
    version = current_charter()
    return render(request, "commons/charter.html", {"charter": version, "blocks": blocks(version.text)})
