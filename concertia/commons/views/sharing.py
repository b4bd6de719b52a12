"""What leaves the site: the card that another site shows, how to cite, what search engines may read."""

from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from concertia.commons import queries
from concertia.commons.models import InventoryEntry
from concertia.commons.pages import public_page


def _entry(public_id):
    return get_object_or_404(InventoryEntry.objects.select_related("publication"), public_id=public_id)


def _version(public_id, number):
    """The readable version that an address names; None for any other text."""
    _, versions = queries.consultation_with_publications(public_id)
    readable = (version for version in versions if version.withdrawn_at is None)
    return next((version for version in readable if str(version.number) == number), None)


@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"], "form-action": ["'none'"], "script-src": ["'none'"]})
@public_page
def card(request, public_id):
    """The one page that another site may frame: a card and a link, no form, no script, no cookie."""
    entry = InventoryEntry.objects.select_related("publication").filter(public_id=public_id).first()
    if entry is None:  # the page of what was taken down says so; what was never published is found nowhere
        queries.consultation_with_publications(public_id)
    return render(request, "commons/card.html", {"entry": entry}, status=200 if entry else 410)


@require_safe
@public_page
def share(request, public_id):
    """How to embed, to follow and to cite a consultation, with its stable address."""
    entry = _entry(public_id)
    number = request.GET.get("version", "")
    version = (_version(public_id, number) if number else None) or entry.publication
    context = {
        "entry": entry,
        "version": version,
        "address": settings.ADDRESS + reverse("commons:consultation", args=[public_id]),
        "version_address": settings.ADDRESS + reverse("commons:version", args=[public_id, version.number]),
        "card_address": settings.ADDRESS + reverse("commons:card", args=[public_id]),
    }
    return render(request, "commons/share.html", context)


@require_safe
@public_page
def robots(request):
    lines = [
        "User-agent: *",
        f"Disallow: {reverse('workspace:home')}",
        f"Disallow: {reverse('account_home')}",
        f"Sitemap: {settings.ADDRESS}{reverse('commons:sitemap')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
