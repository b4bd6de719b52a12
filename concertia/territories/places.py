"""The official list of places: communes, groups of communes, départements, régions; found by name, SIREN or code.

Read once in each process, at the first question; see data/SOURCE.md. The lines are kept packed, and a place is made
when it is asked for: see `bench/places.py` for what that costs.
"""

import lzma
import re
import threading
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from concertia.engine.text.names import LONGEST_QUERY, Named, NameIndex
from concertia.territories.enums import TerritoryKind

DATA = Path(__file__).parent / "data"
KINDS = (
    TerritoryKind.COMMUNE,
    TerritoryKind.EPCI,
    TerritoryKind.EPT,
    TerritoryKind.DEPARTEMENT,
    TerritoryKind.REGION,
)
GROUPS = frozenset({TerritoryKind.EPCI, TerritoryKind.EPT})
KIND_WORDS = {
    **dict.fromkeys(("ville", "mairie", "commune", "municipalite"), frozenset({TerritoryKind.COMMUNE})),
    **dict.fromkeys(("metropole", "communaute", "communes", "agglomeration", "agglo", "urbaine"), GROUPS),
    **dict.fromkeys(("intercommunalite", "epci"), GROUPS),
    **dict.fromkeys(("ept", "territorial", "etablissement"), frozenset({TerritoryKind.EPT})),
    **dict.fromkeys(("departement", "departemental"), frozenset({TerritoryKind.DEPARTEMENT})),
    **dict.fromkeys(("region", "regional"), frozenset({TerritoryKind.REGION})),
    "conseil": frozenset({TerritoryKind.DEPARTEMENT, TerritoryKind.REGION}),
}
SPACES = re.compile(r"[\s.\-\u00a0\u202f]+")


@dataclass(frozen=True)
class Place:
    """One authority of the official list; `old_name` is the name asked for when it is no longer borne."""

    kind: str
    code: str
    siren: str
    name: str
    population: int
    department_code: str
    department_name: str
    region_code: str
    region_name: str
    latitude: float | None
    longitude: float | None
    is_approximate: bool
    old_name: str = ""

    @property
    def kind_label(self) -> str:
        return TerritoryKind(self.kind).label


def is_valid_siren(text: str) -> bool:
    """Nine digits whose Luhn sum is a multiple of ten; spaces are forgiven."""
    digits = SPACES.sub("", text[:LONGEST_QUERY])
    if not re.fullmatch(r"[0-9]{9}", digits):
        return False
    doubled = [int(digit) * (2 if rank % 2 else 1) for rank, digit in enumerate(digits)]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def place_by_siren(siren: str) -> Place | None:
    """The place of a SIREN; that of an authority merged since gives the one it became, with the old name."""
    return _register().by_siren(SPACES.sub("", siren[:LONGEST_QUERY]))


def place_by_code(kind: str, code: str) -> Place | None:
    """The place of an official code (INSEE for a commune, SIREN for a group), of today or of before a merger."""
    return _register().by_code(kind, code)


def search_places(query: str, limit: int = 10) -> list[Place]:
    """The places nearest to what is typed, the likeliest first: name, SIREN or INSEE code, all or part of it."""
    return _register().search(query, limit)


class _Register:
    def __init__(self):
        lines = _lines("places.tsv.xz")
        rank_of_kind = {kind: str(rank) for rank, kind in enumerate(KINDS)}
        lines.sort(key=lambda line: _weight_of(line, rank_of_kind))
        self._lines = lines
        self._ranks, self._sirens = {kind: {} for kind in KINDS}, {}
        for rank, line in enumerate(lines):
            kind, code, siren, _ = line.split("\t", 3)
            self._ranks[kind][code] = rank
            if siren:
                self._sirens[siren] = rank
        self._former = _lines("places-former.tsv.xz")
        self._former_codes, self._former_sirens = {}, {}
        for rank, line in enumerate(self._former):
            kind, code, _, old_code, old_siren = line.split("\t")
            if old_code and old_code != code:
                self._former_codes[old_code] = rank
            if old_siren:
                self._former_sirens[old_siren] = rank
        self._index = self._built_index()

    def _built_index(self):
        areas, ranks = [], {}
        for line in self._lines:
            _, _, _, _, _, department, region, *_ = line.split("\t")
            if (department, region) not in ranks:
                ranks[department, region] = len(areas)
                near, wide = (self._name_of(TerritoryKind.DEPARTEMENT, department),
                              self._name_of(TerritoryKind.REGION, region))  # fmt: skip
                areas.append(f"{department} {near} {wide if wide.isalpha() else ''}")  # neither « Est » nor « Pays »
        return NameIndex(self._named(ranks), areas=areas, light=KIND_WORDS)

    def _named(self, areas):
        for line in self._lines:
            kind, _, _, name, population, department, region, *_ = line.split("\t")
            yield Named(name, TerritoryKind(kind), areas[department, region], int(population))
        for line in self._former:
            kind, code, old_name, *_ = line.split("\t")
            heir = self._lines[self._ranks[kind][code]].split("\t")
            yield Named(old_name, TerritoryKind(kind), areas[heir[5], heir[6]], int(heir[4]), is_former=True)

    def _name_of(self, kind, code):
        rank = self._ranks[kind].get(code)
        return "" if rank is None else self._lines[rank].split("\t")[3]

    def _place(self, rank):
        """The place of a line, or of a former name when the rank goes on after the lines."""
        if rank >= len(self._lines):
            kind, code, old_name, *_ = self._former[rank - len(self._lines)].split("\t")
            return replace(self._place(self._ranks[kind][code]), old_name=old_name)
        kind, code, siren, name, population, department, region, north, east, last = self._lines[rank].split("\t")
        return Place(
            kind=kind,
            code=code,
            siren=siren,
            name=name,
            population=int(population),
            department_code=department,
            department_name=self._name_of(TerritoryKind.DEPARTEMENT, department),
            region_code=region,
            region_name=self._name_of(TerritoryKind.REGION, region),
            latitude=float(north) if north else None,
            longitude=float(east) if east else None,
            is_approximate=bool(last),
        )

    def by_siren(self, siren):
        if siren in self._sirens:
            return self._place(self._sirens[siren])
        former = self._former_sirens.get(siren)
        return None if former is None else self._place(len(self._lines) + former)

    def by_code(self, kind, code):
        rank = self._ranks.get(kind, {}).get(code)
        if rank is not None:
            return self._place(rank)
        former = self._former_codes.get(code) if kind == TerritoryKind.COMMUNE else None
        return None if former is None else self._place(len(self._lines) + former)

    def search(self, query, limit):
        numbers = SPACES.sub("", query[:LONGEST_QUERY]).upper()
        if re.fullmatch(r"[0-9]{9}", numbers):
            found = self.by_siren(numbers)
            return [found] if found else []
        if re.fullmatch(r"[0-9][0-9AB][0-9]{3}", numbers):
            found = self.by_code(TerritoryKind.COMMUNE, numbers)
            return [found] if found else []
        places = {}
        for match in self._index.search(query, limit=4 * limit):
            place = self._place(match.rank)
            places.setdefault((place.kind, place.code), place)
        return list(places.values())[:limit]


def _lines(name):
    return lzma.decompress((DATA / name).read_bytes()).decode().splitlines()


def _weight_of(line, rank_of_kind):
    kind, _, _, _, population, _ = line.split("\t", 5)
    return -int(population), rank_of_kind[kind]


_LOCK = threading.Lock()


def _register():
    """Two threads that ask first at once wait for one reading."""
    with _LOCK:
        return _read()


@cache
def _read():
    return _Register()
