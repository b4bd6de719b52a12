"""The home page and the inventory: what is published, found by words and facets."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from concertia.commons import queries
from concertia.commons.engaged import engaged_map
from concertia.commons.enums import Facet
from concertia.commons.excerpts import Excerpt, excerpt
from concertia.commons.filters import filters_of
from concertia.commons.models import InventoryEntry
from concertia.commons.pages import public_page
from concertia.commons.search import stems_sought
from concertia.territories.actions.reference import listed_names

PER_PAGE = 20
MOST_TERRITORIES = 200  # named in the list of the filter; beyond, a region or words narrow it first
RECENT = 3
MOST_NAMED = 60  # territories in the list of the home page, those that have published first; the page of all has all


@require_safe
@public_page
def home(request):
    rows = list(queries.engaged_territories())
    recent = list(queries.latest_entries()[:RECENT])
    figure, unplaced = engaged_map(rows)
    context = {
        "entries": recent,
        "figures": queries.figures(),
        "voice": queries.latest_entries().exclude(words="").first(),
        "rows": sorted(rows, key=lambda row: not row.has_published)[:MOST_NAMED],
        "left_out": max(0, len(rows) - MOST_NAMED),
        "map": figure,
        "unplaced": unplaced,
        "listed": sum(row.name in listed_names() for row in rows),
        "published_by": sum(row.has_published for row in rows),
    }
    return render(request, "commons/home.html", context)


@dataclass(frozen=True)
class Result:
    entry: InventoryEntry
    excerpt: Excerpt | None


@dataclass(frozen=True)
class FacetGroup:
    facet: Facet
    values: list[queries.FacetValue]
    is_open: bool
    left_out: int


def page_number(text) -> int:
    """The page asked for; the first when it is not a number of page."""
    return max(1, int(text)) if text and text.isascii() and text.isdigit() and len(text) < 10 else 1


@require_safe
@public_page
def consultations(request):
    filters = filters_of(request.GET)
    page = Paginator(queries.ordered_ids(filters), PER_PAGE).get_page(page_number(request.GET.get("page")))
    sought = stems_sought(filters.terms)
    entries = queries.entries_in_order(page.object_list)
    groups = _groups(filters)
    context = {
        "filters": filters,
        "page": page,
        "results": [
            Result(entry, excerpt(entry.passages, sought, beyond=entry.headline) if sought else None)
            for entry in entries
        ],
        "groups": groups,
        "chosen": [
            (value, filters.toggled(value.facet, value.value).query)
            for group in groups
            for value in group.values
            if value.is_chosen
        ],
    }
    return render(request, "commons/consultations.html", context)


def _groups(filters):
    groups = []
    for facet, values in queries.facet_values(filters).items():
        chosen = [value for value in values if value.is_chosen]
        shown = values
        if len(values) > MOST_TERRITORIES:
            shown = chosen + [value for value in values if not value.is_chosen][: MOST_TERRITORIES - len(chosen)]
        if values:
            groups.append(FacetGroup(facet, shown, bool(chosen), len(values) - len(shown)))
    return groups
