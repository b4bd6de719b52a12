"""The map of the territories: one static SVG drawn by the server, whose points are links; looks are in concertia.css.

The shapes come from `data/france.json`, written by `scripts/places.py` with the fit of the picture to Mercator's
projection. The picture has no overseas: each of the five has a box, whose sides are the limits of the territory.
"""

import json
import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

SHAPES = Path(__file__).parent / "data" / "france.json"
WIDTH, LAND_HEIGHT = 613, 585  # units of the picture, about 1.7 km each
BOX_WIDTH, BOX_HEIGHT, BOX_GAP, LABEL = 116.0, 100.0, 8.25, 28.0
BOXES_TOP = LAND_HEIGHT + 44
MARGIN = 10  # round the drawing and inside a box, so that a point on the edge is whole
HIT, DISC, RING = 9.5, 7, 5.5
APART = 12.0  # units between two points: nearer, the second is moved
METROPOLE = (41.0, 51.6, -5.6, 9.9)  # south, north, west, east
OVERSEAS = {
    "Guadeloupe": (15.80, 16.55, -61.85, -60.97),
    "Martinique": (14.36, 14.91, -61.26, -60.78),
    "Guyane": (2.10, 5.80, -54.62, -51.60),
    "La Réunion": (-21.41, -20.85, 55.19, 55.86),
    "Mayotte": (-13.03, -12.61, 44.99, 45.32),
}
STATES = {True: "a publié", False: "engagé, n’a pas publié"}


@dataclass(frozen=True)
class MapPoint:
    """A territory to show: where its page is, where it stands, whether it has published a consultation."""

    name: str
    url: str
    latitude: float
    longitude: float
    has_published: bool
    is_approximate: bool = False


def mercator(latitude: float, longitude: float) -> tuple[float, float]:
    """Degrees east and north, the latter stretched as on Mercator's map."""
    return longitude, math.degrees(math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2)))


@cache
def _land():
    return json.loads(SHAPES.read_text(encoding="utf-8"))


def on_picture(latitude: float, longitude: float) -> tuple[float, float]:
    """Where a point of metropolitan France falls on the picture, in its units."""
    (across, left), (down, top) = _land()["mercator"]
    east, north = mercator(latitude, longitude)
    return across * east + left, down * north + top


def position(point: MapPoint) -> tuple[float, float]:
    """Where a point is drawn: on the land, in its box overseas, else in the row of the other territories."""
    if _is_within(METROPOLE, point):
        return on_picture(point.latitude, point.longitude)
    for rank, limits in enumerate(OVERSEAS.values()):
        if _is_within(limits, point):
            return _in_box(rank, limits, point)
    return _in_last_row(point)


@lru_cache(maxsize=4)  # pages are made again when anything is published, and a point seldom changes
def france_svg(points: tuple[MapPoint, ...]) -> SafeString:
    """The figure: land, boxes, one link a point in the order given, and the legend in words."""
    has_others = any(_is_elsewhere(point) for point in points)
    height = BOXES_TOP + BOX_HEIGHT + (40 if has_others else 0)
    return format_html(
        '<figure class="map"><svg viewBox="{} {} {} {}" role="group" '
        'aria-label="Carte des territoires engagés ; la liste donne les mêmes liens">'
        "{}{}{}</svg>{}</figure>",
        *(-MARGIN, -MARGIN, WIDTH + 2 * MARGIN, math.ceil(height) + 2 * MARGIN),
        _ground(),
        _other_label() if has_others else "",
        _links(points),
        _legend(points),
    )


def _is_within(limits, point):
    south, north, west, east = limits
    return south <= point.latitude <= north and west <= point.longitude <= east


def _is_elsewhere(point):
    return not any(_is_within(limits, point) for limits in (METROPOLE, *OVERSEAS.values()))


def _left_of(rank):
    return rank * (BOX_WIDTH + BOX_GAP)


def _in_box(rank, limits, point):
    """The territory as large as its box allows, in its middle, as on Mercator's map."""
    south, north, west, east = limits
    left, bottom = mercator(south, west)
    right, top = mercator(north, east)
    wide, high = BOX_WIDTH - 2 * MARGIN, BOX_HEIGHT - LABEL - 2 * MARGIN
    scale = min(wide / (right - left), high / (top - bottom))
    x, y = mercator(point.latitude, point.longitude)
    middle_x, middle_y = _left_of(rank) + BOX_WIDTH / 2, BOXES_TOP + (BOX_HEIGHT - LABEL) / 2
    return middle_x + scale * (x - (left + right) / 2), middle_y - scale * (y - (bottom + top) / 2)


def _in_last_row(point):
    """By longitude alone: the oceans between them do not fit."""
    return 170 + (WIDTH - 180) * (point.longitude + 180) / 360, BOXES_TOP + BOX_HEIGHT + 24


@cache
def _ground():
    """What is the same on every map: the land and the boxes of the overseas."""
    boxes = format_html_join(
        "",
        '<rect class="map-land" x="{}" y="{}" width="{}" height="{}" rx="4"/>'
        '<text class="map-name" x="{}" y="{}" text-anchor="middle">{}</text>',
        (
            (_short(_left_of(rank)), BOXES_TOP, *map(_short, (BOX_WIDTH, BOX_HEIGHT)),
             _short(_left_of(rank) + BOX_WIDTH / 2), _short(BOXES_TOP + BOX_HEIGHT - 10), name)
            for rank, name in enumerate(OVERSEAS)
        ),
    )  # fmt: skip
    return format_html(
        '<path class="map-land" transform="scale({})" d="{}" aria-hidden="true"/>'
        '<text class="map-name map-title" x="0" y="{}">Outre-mer</text>{}',
        *(_land()["scale"], _land()["path"], BOXES_TOP - 12, boxes),
    )


def _other_label():
    return format_html(
        '<text class="map-name" x="0" y="{}">Ailleurs outre-mer</text>', _short(BOXES_TOP + BOX_HEIGHT + 30)
    )


def _links(points):
    return format_html_join(
        "",
        '<a class="map-point{}" href="{}" aria-label="{}"><title>{}</title>'
        '<circle class="map-hit" cx="{}" cy="{}" r="{}"/><circle class="map-dot" cx="{}" cy="{}" r="{}"/></a>',
        (_link(point, place) for point, place in zip(points, _apart(map(position, points)), strict=True)),
    )


def _link(point, place):
    x, y = map(_short, place)
    where = " (position approchée : centre du département)" if point.is_approximate else ""
    label = f"{point.name} : {STATES[point.has_published]}{where}"
    published = " map-published" if point.has_published else ""
    return published, point.url, label, label, x, y, HIT, x, y, DISC if point.has_published else RING


def _apart(wanted):
    """Each in its place; one that would hide an earlier one goes to the nearest free place around.

    Those taken are kept by squares as wide as that distance: only the nine around a place can be too near.
    """
    squares, places = defaultdict(list), []
    for x, y in wanted:
        around = ((x + away * math.cos(turn), y + away * math.sin(turn)) for away, turn in _turns())
        place = next((place for place in around if _is_free(squares, place)), (x, y))
        squares[_square(place)].append(place)
        places.append(place)
    return places


def _square(place):
    return int(place[0] // APART), int(place[1] // APART)


def _is_free(squares, place):
    column, row = _square(place)
    near = (squares.get((column + i, row + j), ()) for i in (-1, 0, 1) for j in (-1, 0, 1))
    return all(math.dist(place, other) >= APART for others in near for other in others)


def _turns():
    yield 0.0, 0.0
    for ring in range(1, 31):
        for step in range(12):
            yield 2.0 * ring, step * math.pi / 6


def _short(number):
    return f"{number:.1f}".removesuffix(".0")


def _legend(points):
    overseas = any(not _is_within(METROPOLE, point) for point in points)
    return format_html(
        '<figcaption class="small"><p class="map-keys"><span>{} a publié</span> <span>{} engagé, n’a pas publié</span>'
        "</p><p>{}Fond de carte : svg-maps, simplifié (CC BY 4.0). Positions : GeoNames (CC BY 4.0). "
        "Codes et populations : Etalab et Insee (Licence Ouverte 2.0).</p></figcaption>",
        _key(DISC, " map-published"),
        _key(RING, ""),
        "" if overseas else "Outre-mer : aucun territoire engagé à ce jour. ",
    )


def _key(radius, state):
    return format_html(
        '<svg class="map-point{}" width="18" height="18" viewBox="-9 -9 18 18" aria-hidden="true">'
        '<circle class="map-dot" r="{}"/></svg>',
        state,
        radius,
    )
