import json
import math
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.contrib.staticfiles import finders

from concertia.commons.map import APART, SHAPES, MapPoint, france_svg, on_picture, position
from concertia.territories.places import place_by_code

CITIES = (
    ("75056", "59350", "13055", "69123", "31555", "06088", "44109", "67482", "33063", "35238")
    + ("29019", "34172", "76540", "21231", "63113", "2A004", "2B033", "64445", "66136", "50129")
)  # fmt: skip
NEAR = 1.0  # unit, 1.7 km: the shore is simplified


def point(name="Nantes", url="/territoires/nantes/", latitude=47.2172, longitude=-1.5534, **more):
    return MapPoint(name, url, latitude, longitude, **{"has_published": False} | more)


def tree(points):
    return ElementTree.fromstring(str(france_svg(tuple(points))).replace("&nbsp;", " "))  # noqa: S314 -- our own text


def shapes():
    """The rings of each département as drawn, in units."""
    land = json.loads(SHAPES.read_text())
    found = {}
    for code, part in zip(land["departments"].split(), land["path"].split("M")[1:], strict=True):
        numbers = [int(number) for number in re.findall(r"-?\d+", part)]
        x, y, ring = 0, 0, []
        for right, down in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = (right, down) if not ring else (x + right, y + down)
            ring.append((x * land["scale"], y * land["scale"]))
        found.setdefault(code, []).append(ring)
    return found


def is_inside(ring, x, y):
    sides = zip(ring, [*ring[1:], ring[0]], strict=True)
    return sum((a[1] > y) != (b[1] > y) and x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0] for a, b in sides) % 2


def departments_at(x, y):
    """Where a place is drawn, or what is at most `NEAR` of it."""
    around = [(0, 0), *((NEAR * math.cos(turn), NEAR * math.sin(turn)) for turn in range(6))]
    for right, down in around:
        found = {
            code for code, rings in shapes().items() if any(is_inside(ring, x + right, y + down) for ring in rings)
        }
        if found:
            return found
    return set()


def test_map_has_every_metropolitan_department():
    assert len(shapes()) == 96


@pytest.mark.parametrize("code", CITIES)
def test_cities_fall_in_their_department(code):
    place = place_by_code("commune", code)
    assert departments_at(*on_picture(place.latitude, place.longitude)) == {place.department_code}


@pytest.mark.parametrize(
    ("code", "box"), [("97105", 0), ("97209", 1), ("97302", 2), ("97411", 3), ("97611", 4), ("97353", 2), ("97416", 3)]
)
def test_overseas_cities_fall_in_their_box(code, box):
    place = place_by_code("commune", code)
    found = tree([point(latitude=place.latitude, longitude=place.longitude)])
    rect = found.findall(".//rect")[box]
    x, y = position(point(latitude=place.latitude, longitude=place.longitude))
    assert 7 <= x - float(rect.get("x")) <= float(rect.get("width")) - 7
    assert 7 <= y - float(rect.get("y")) <= float(rect.get("height")) - 28


def test_territory_of_another_ocean_has_its_row():
    place = place_by_code("commune", "98818")
    figure = france_svg((point(latitude=place.latitude, longitude=place.longitude),))
    assert "Ailleurs outre-mer" in figure
    assert "Ailleurs outre-mer" not in france_svg((point(),))


def test_each_point_is_a_named_link_in_the_order_given():
    points = [point("Nantes", "/n/"), point("Rennes", "/r/", 48.11, -1.67, has_published=True)]
    links = tree(points).findall(".//svg/a")
    assert [(link.get("href"), link.get("aria-label"), link.find("title").text) for link in links] == [
        ("/n/", "Nantes : engagé, n’a pas publié", "Nantes : engagé, n’a pas publié"),
        ("/r/", "Rennes : a publié", "Rennes : a publié"),
    ]
    assert [link.get("class") for link in links] == ["map-point", "map-point map-published"]
    assert [link.findall("circle")[1].get("r") for link in links] == ["5.5", "7"]
    assert all(float(link.find("circle").get("r")) >= 9 for link in links)


def test_approximate_place_is_said():
    link = tree([point(is_approximate=True)]).find(".//svg/a")
    assert link.get("aria-label").endswith("(position approchée : centre du département)")


def test_points_of_one_place_are_all_visible():
    links = tree([point(str(rank)) for rank in range(12)]).findall(".//svg/a")
    places = [(float(link.find("circle").get("cx")), float(link.find("circle").get("cy"))) for link in links]
    gaps = [abs(complex(*one) - complex(*other)) for one in places for other in places if one != other]
    assert len(set(places)) == 12
    assert min(gaps) >= APART - 0.2
    assert places[0] == tuple(round(number, 1) for number in on_picture(47.2172, -1.5534))


def test_names_are_escaped_and_nothing_is_inline():
    text = str(france_svg((point("<script>\"&'", '/"><script>'),)))
    assert "<script" not in text
    assert re.search(r"\sstyle=|<style|\son\w+=|javascript:", text) is None
    assert tree([point('<b>"&')]).find(".//svg/a").get("aria-label") == '<b>"& : engagé, n’a pas publié'


def test_map_of_thirty_points_is_light():
    points = [point(f"Communauté d’agglomération numéro {rank}", f"/territoires/{rank:05}/", 43 + rank / 6, 2.5)
              for rank in range(30)]  # fmt: skip
    assert len(france_svg(tuple(points)).encode()) < 60_000


def test_every_class_of_the_map_has_its_look():
    css = Path(finders.find("core/concertia.css")).read_text(encoding="utf-8")
    used = set(re.findall(r"\bmap(?:-\w+)?\b", " ".join(re.findall(r'class="([^"]*)"', str(france_svg((point(),)))))))
    assert {name for name in used if f".{name}" not in css} == set()
