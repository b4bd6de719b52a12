"""Loading the territories that engaged before this space existed."""

import csv
from functools import cache
from pathlib import Path

from django.db import transaction

from concertia.core import projections
from concertia.territories.enums import TerritoryKind
from concertia.territories.models import Territory

ENGAGED = Path(__file__).parents[1] / "data" / "engaged.csv"
KINDS = {
    "METRO": TerritoryKind.EPCI,
    "CU": TerritoryKind.EPCI,
    "CA": TerritoryKind.EPCI,
    "CC": TerritoryKind.EPCI,
    "EPT": TerritoryKind.EPT,
    "commune": TerritoryKind.COMMUNE,
    "région": TerritoryKind.REGION,
    "pays": TerritoryKind.PAYS,
}
ORGANISATIONS = {"3": TerritoryKind.UNIVERSITE, "28": TerritoryKind.CONSEIL_DEVELOPPEMENT}


@cache
def listed_names() -> frozenset[str]:
    """The names of the commission's list, to count its lines among the bodies that joined since."""
    with ENGAGED.open(encoding="utf-8", newline="") as lines:
        return frozenset(line["nom_source"] for line in csv.DictReader(lines))


@transaction.atomic
def load_engaged_territories() -> int:
    """One row for each line of the list, under the name it has there; running it again adds nothing."""
    made = 0
    with ENGAGED.open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            kind = KINDS.get(line["type"]) or ORGANISATIONS.get(line["rang"], TerritoryKind.AUTRE)
            territory, created = Territory.objects.get_or_create(
                name=line["nom_source"],
                kind=kind,
                defaults={
                    "siren": line["siren"] if len(line["siren"]) == 9 else "",
                    "insee_code": line["code_region"] if kind == TerritoryKind.REGION else line["code_insee"],
                    "population": int(line["population_municipale"]) if line["population_municipale"] else None,
                    "note": line["note"],
                },
            )
            made += created
            if created:
                projections.changed("territory", territory.pk)
    return made
