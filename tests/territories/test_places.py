import csv
import lzma

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concertia.territories.enums import TerritoryKind
from concertia.territories.places import DATA, is_valid_siren, place_by_code, place_by_siren, search_places


def first(query):
    found = search_places(query)[0]
    return found.name, found.kind, found.department_code


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Monpelier", ("Montpellier", "commune", "34")),
        ("Nantes", ("Nantes", "commune", "44")),
        ("Nantes metropol", ("Nantes Métropole", "epci", "44")),
        ("métropole de lille", ("Métropole Européenne de Lille", "epci", "59")),
        ("Saint Etiene", ("Saint-Étienne", "commune", "42")),
        ("renes", ("Rennes", "commune", "35")),
        ("bethune bruay", ("CA de Béthune-Bruay, Artois-Lys Romane", "epci", "62")),
        ("Saint-Denis 93", ("Saint-Denis", "commune", "93")),
        ("saint denis reunion", ("Saint-Denis", "commune", "974")),
        ("saint pierre reunion", ("Saint-Pierre", "commune", "974")),
        ("sainte colombe 77", ("Sainte-Colombe", "commune", "77")),
        ("44000 Nantes cedex 1", ("Nantes", "commune", "44")),
        ("Ville de Paris", ("Paris", "commune", "75")),
        ("Centre Val de Loire", ("Centre-Val de Loire", "region", "45")),
        ("conseil départemental de l'Isère", ("Isère", "departement", "38")),
        ("Grand Paris Sud Est Avenir", ("Grand Paris Sud Est Avenir", "ept", "94")),
        ("lisle d'abeau", ("L'Isle-d'Abeau", "commune", "38")),
        ("2A004", ("Ajaccio", "commune", "2A")),
        ("244 400 404", ("Nantes Métropole", "epci", "44")),
        ("Évry", ("Évry", "commune", "89")),
    ],
)
def test_search_places_first(query, expected):
    assert first(query) == expected


def test_search_places_tells_namesakes_apart_by_department():
    found = [place for place in search_places("Saint-Denis") if place.name == "Saint-Denis"][:4]
    assert [place.department_name for place in found] == ["La Réunion", "Seine-Saint-Denis", "Aude", "Gard"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Châlons-sur-Marne", "Châlons-en-Champagne"),
        ("Annecy-le-Vieux", "Annecy"),
        ("Cherbourg-Octeville", "Cherbourg-en-Cotentin"),
        ("Pierrefitte-sur-Seine", "Saint-Denis"),
        ("CC de la Haute Deûle", "Métropole Européenne de Lille"),
    ],
)
def test_search_places_finds_an_old_name_and_says_the_new_one(old, new):
    found = search_places(old)[0]
    assert (found.name, found.old_name) == (new, old)


def test_place_by_code_and_siren_follow_a_merger():
    assert place_by_code("commune", "93059").name == "Saint-Denis"
    assert place_by_code("commune", "93059").old_name == "Pierrefitte-sur-Seine"
    merged = place_by_siren("245 901 061")
    assert (merged.siren, merged.old_name) == ("200093201", "CC de la Haute Deûle")


@pytest.mark.parametrize(("kind", "code"), [("commune", "99999"), ("commission", "1"), ("", ""), ("epci", "93059")])
def test_place_by_code_unknown_is_none(kind, code):
    assert place_by_code(kind, code) is None


def test_every_engaged_line_with_a_siren_is_a_place():
    with (DATA / "engaged.csv").open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            if len(line["siren"]) == 9:
                place = place_by_siren(line["siren"])
                assert place.population == int(line["population_municipale"])
                assert is_valid_siren(line["siren"])
                assert not place.is_approximate


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("244400404", True),
        ("244 400 404", True),
        ("244\u202f400\u00a0404", True),
        ("244400405", False),
        ("24440040", False),
        ("2444004040", False),
        ("24440040A", False),
        ("٢٤٤٤٠٠٤٠٤", False),
        ("²44400404", False),
        ("", False),
        ("9" * 10_000, False),
    ],
)
def test_is_valid_siren(text, expected):
    assert is_valid_siren(text) is expected


def test_data_holds_each_authority_once_with_a_place():
    lines = [line.split("\t") for line in lzma.decompress((DATA / "places.tsv.xz").read_bytes()).decode().splitlines()]
    counts = {
        kind: sum(line[0] == kind for line in lines) for kind in ("commune", "epci", "ept", "departement", "region")
    }
    assert counts == {"commune": 34_963, "epci": 1_255, "ept": 11, "departement": 107, "region": 18}
    assert len({(line[0], line[1]) for line in lines}) == len(lines)
    assert [line for line in lines if not line[7]] == []
    assert all(-90 < float(line[7]) < 90 and -180 < float(line[8]) < 180 for line in lines)
    assert [line[1] for line in lines if line[2] and not is_valid_siren(line[2])] == []
    size = sum(path.stat().st_size for path in DATA.glob("places*"))
    assert size < 1_500_000


def test_data_says_which_places_are_approximate():
    listed = (DATA / "places-unlocated.csv").read_text().split()
    assert f"{len(listed):_}".replace("_", " ") in (DATA / "SOURCE.md").read_text(encoding="utf-8")
    assert all(place_by_code("commune", code).is_approximate for code in listed[::500])
    assert not place_by_code("commune", "44109").is_approximate


def test_place_says_its_kind_in_french():
    assert place_by_code(TerritoryKind.EPT, "200058006").kind_label == "établissement public territorial"


@given(st.text(max_size=10_000))
@settings(deadline=None, max_examples=60)
def test_search_places_answers_any_text(text):
    assert len(search_places(text, 5)) <= 5
    assert is_valid_siren(text) in (True, False)
    place_by_siren(text)
