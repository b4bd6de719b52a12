"""Atom: the latest publications, all or those that an address of the inventory asks for."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_safe

from concertia.commons import queries
from concertia.commons.archive.package import NOTHING_YET
from concertia.commons.filters import Filters, filters_of
from concertia.commons.pages import public_page
from concertia.core.templatetags.concertia import pluriel
from concertia.core.text import thousands
from concertia.territories.models import Territory

MOST_ENTRIES = 50


class AtomFeed(Atom1Feed):
    mime_type = "application/atom+xml; charset=utf-8"

    def latest_post_date(self):
        """Of the entries, never of the clock: the same entries give the same bytes."""
        dates = [item["updateddate"] for item in self.items]
        return max(dates) if dates else NOTHING_YET


@dataclass(frozen=True)
class Subject:
    """What a feed follows: its name, the page that shows the same, its own address, its entries."""

    name: str
    page: str
    address: str
    entries: list


class Entries(Feed):
    feed_type = AtomFeed
    language = "fr"

    def items(self, subject):
        return subject.entries

    def title(self, subject):
        return f"{subject.name} — Concertia"

    def subtitle(self, subject):
        return "Les concertations territoriales de l’IA, telles que publiées par les territoires."

    def link(self, subject):
        return subject.page

    def feed_url(self, subject):
        return subject.address

    def feed_guid(self, subject):
        return settings.ADDRESS + subject.address  # each list is another feed to the reader who follows several

    def item_title(self, entry):
        return entry.headline

    def item_link(self, entry):
        return reverse("commons:consultation", args=[entry.public_id])

    def item_guid(self, entry):
        return settings.ADDRESS + self.item_link(entry)

    def item_author_name(self, entry):
        return entry.territory_name

    def item_pubdate(self, entry):
        return entry.first_published_at

    def item_updateddate(self, entry):
        return entry.published_at

    def item_description(self, entry):
        """Who, how many, and what was said; Django escapes it, since readers take it for HTML."""
        s, many = pluriel(entry.participants), entry.propositions
        people = f"{thousands(entry.participants)} participation{s} déclarée{s}" if entry.counted_results else ""
        parts = [entry.territory_name, people, f"{thousands(many)} proposition{pluriel(many)}", entry.words]
        return " · ".join(filter(None, parts)).replace("&", "&amp;").replace("<", "&lt;")


class Inventory(Entries):
    def get_object(self, request):
        filters: Filters = filters_of(request.GET)
        name = "Concertations publiées" if filters.is_empty else "Concertations choisies"
        ids = list(queries.narrowed(filters).values_list("pk", flat=True)[:MOST_ENTRIES])
        asked = "" if filters.is_empty else f"?{filters.query}"
        page, address = reverse("commons:consultations") + asked, reverse("commons:feed") + asked
        return Subject(name, page, address, queries.entries_in_order(ids))


class OfTerritory(Entries):
    def get_object(self, request, code):
        territory = get_object_or_404(Territory.objects.authorities(), short_code=code)
        page, address = (reverse(f"commons:{name}", args=[code]) for name in ("territory", "territory_feed"))
        entries = list(queries.latest_entries().filter(territory=territory)[:MOST_ENTRIES])
        return Subject(territory.name, page, address, entries)


inventory = require_safe(public_page(Inventory()))
of_territory = require_safe(public_page(OfTerritory()))
