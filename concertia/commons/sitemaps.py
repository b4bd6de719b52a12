"""The addresses that search engines may read: what is published, and nothing else."""

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from concertia.commons.models import InventoryEntry
from concertia.commons.site_plan import SECTIONS
from concertia.territories.models import Territory

NOT_PAGES = {"commons:feed", "commons:schema"}


class Pages(Sitemap):
    def items(self):
        """Those of the plan of the site that people read."""
        entries = (entry for _, entries in SECTIONS for entry in entries)
        return [entry for entry in entries if entry.name.startswith("commons:") and entry.name not in NOT_PAGES]

    def location(self, entry):
        return entry.address


class Consultations(Sitemap):
    limit = 10_000

    def items(self):
        return InventoryEntry.objects.only("public_id", "published_at")

    def location(self, entry):
        return reverse("commons:consultation", args=[entry.public_id])

    def lastmod(self, entry):
        return entry.published_at


class Territories(Sitemap):
    limit = 10_000

    def items(self):
        return Territory.objects.authorities().exclude(short_code=None).order_by("short_code").only("short_code")

    def location(self, territory):
        return reverse("commons:territory", args=[territory.short_code])


SITEMAPS = {"pages": Pages, "concertations": Consultations, "territoires": Territories}
