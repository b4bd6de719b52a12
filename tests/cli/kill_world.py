"""Run inside an installation: open drafts for people who will write in them, print their public ids as JSON."""

import json
import os
import sys

import django


def main(count, password):
    os.environ["DJANGO_SETTINGS_MODULE"] = "concertia.config.settings"
    django.setup()
    from django.db import transaction  # noqa: PLC0415 -- app ready

    from concertia.consultations.actions.consultation import create_consultation  # noqa: PLC0415 -- app ready
    from concertia.territories.enums import Role, TerritoryKind, TerritoryState  # noqa: PLC0415 -- app ready
    from concertia.territories.models import Membership, Territory, User  # noqa: PLC0415 -- app ready

    territory = Territory.objects.create(
        name="Ville d’essai", kind=TerritoryKind.COMMUNE, state=TerritoryState.VERIFIED, short_code="ESS"
    )
    people = []
    for number in range(count):
        person = User.objects.create_user(f"personne-{number}@exemple.fr", password, name=f"Personne {number}")
        Membership.objects.create(user=person, territory=territory, role=Role.REFERENT)
        with transaction.atomic():
            consultation = create_consultation(territory, by=person, title=f"Concertation {number}")
        people.append({"mail": person.email, "public_id": consultation.public_id})
    json.dump(people, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
