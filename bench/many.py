"""Thousands of published consultations, written straight into the database: what the benches of the inventory read.

Everything is fictional and composed here from small lists of words, always the same for the same numbers. The rows are
those that `publish` writes, made in bulk; the inventory is then made as the product makes it.
"""

import datetime as dt
import random
import sys

import django

WORDS = [
    "guichet",
    "école",
    "cantine",
    "bus",
    "eau",
    "énergie",
    "agenda",
    "courrier",
    "état",
    "civil",
    "mairie",
    "quartier",
    "forêt",
    "marché",
    "bibliothèque",
    "vidéosurveillance",
    "crèche",
    "urbanisme",
    "déchets",
    "voirie",
    "emploi",
    "formation",
    "logement",
    "santé",
    "culture",
    "sport",
    "handicap",
    "transparence",
    "données",
    "consentement",
    "biais",
    "agent",
    "élu",
    "habitant",
    "entreprise",
    "association",
    "étudiant",
    "senior",
    "sobriété",
    "coût",
    "contrôle",
    "humain",
    "erreur",
    "recours",
    "langue",
    "orthographe",
    "papier",
    "téléphone",
    "ordinateur",
    "serveur",
    "carte",
    "capteur",
    "alerte",
    "budget",
]
PUBLICS = ("usagers du service public", "agents", "élus", "acteurs économiques", "acteurs associatifs")
RECRUITMENT = ("tirage au sort", "recrutement ciblé", "appel à manifestation")
METHODS = ("Cartographie des enjeux", "futur souhaitable/non-souhaitable", "écriture participative")
FINDINGS = ("point de vigilance", "frein", "opportunité")


def sentence(rng, length):
    words = " ".join(rng.choice(WORDS) for _ in range(length))
    return f"{words[0].upper()}{words[1:]}."


def content_of(rng, public_id, territory, propositions):
    start = dt.date(2024, 10, 1) + dt.timedelta(rng.randrange(700))
    end = start + dt.timedelta(rng.randrange(20, 200))
    chosen = lambda choices: {"choix": rng.sample(choices, rng.randrange(1, len(choices))), "autre": None}  # noqa: E731
    section = {
        "date_fin_prevue": f"{end:%d/%m/%Y}",
        "nb_sequences": "4 séances",
        "nb_participants": str(rng.randrange(8, 900)),
        "points_vigilance": None,
        "diagnostics": None,
        "propositions": None,
        "droit_de_suite": sentence(rng, 30),
        "acces_ressources": None,
    }
    return {
        "format": "concertia/publication/1",
        "identifiant": public_id,
        "territoire": {"code": territory.short_code, "nom": territory.name, "nature": territory.get_kind_display()},
        "titre": sentence(rng, 6)[:-1],
        "question": sentence(rng, 12)[:-1] + " ?",
        "cadre": {"decide": "Le conseil", "arbitrage": sentence(rng, 20), "reponse_attendue": None},
        "dates_reelles": {"debut": None},
        "canevas": {
            "collectivite": territory.name,
            "personne_referente": None,
            "date_debut_prevue": f"{start:%d/%m/%Y}",
            "public_associe": chosen(PUBLICS),
            "amo": None,
            "intervenants": None,
            "objectifs": sentence(rng, 60),
            "recrutement": chosen(RECRUITMENT),
            "animation": chosen(METHODS),
            "sujet_evolution": sentence(rng, 50),
            "restitution": sentence(rng, 30),
            "_sections3": [section],
        },
        "intervenants": [],
        "acteurs": [{"nom": sentence(rng, 3)[:-1], "pourquoi": "", "invite": True, "venu": False}],
        "seances": [],
        "resultats": [
            {
                "fin_reelle": None,
                "constats": [{"nature": rng.choice(FINDINGS), "texte": sentence(rng, 25)} for _ in range(6)],
                "propositions": [
                    {
                        "identifiant": f"{public_id}-P{rank:02d}",
                        "texte": sentence(rng, 24),
                        "destinataire": "collectivité",
                    }
                    for rank in range(1, propositions + 1)
                ],
            }
        ],
    }


def fill(consultations=2000, propositions=10, territories=500):
    """Write them all; the territories are communes of the official list, under names that say it is an essay."""
    from concertia.commons.actions.inventory import rebuild_inventory  # noqa: PLC0415 -- app ready
    from concertia.consultations.models import Consultation, Publication  # noqa: PLC0415 -- app ready
    from concertia.core.fingerprint import fingerprint  # noqa: PLC0415 -- app ready
    from concertia.territories.enums import TerritoryKind  # noqa: PLC0415 -- app ready
    from concertia.territories.models import Territory  # noqa: PLC0415 -- app ready
    from concertia.territories.places import search_places  # noqa: PLC0415 -- app ready

    rng = random.Random(2026)  # noqa: S311 -- fictional data, always the same
    communes = {}
    for letters in (f"{a}{b}" for a in "abcdefghilmnoprstuv" for b in "aeioulr"):
        communes |= {place.code: place for place in search_places(letters, 12) if place.kind == "commune"}
    codes = list(communes)[:territories]
    bodies = Territory.objects.bulk_create(
        Territory(
            name=f"{communes[code].name} (essai fictif)",
            kind=TerritoryKind.COMMUNE,
            short_code=f"Z{rank:03d}",
            insee_code=code,
            population=communes[code].population,
            state="verified",
            is_fictional=True,
        )
        for rank, code in enumerate(codes)
    )
    rows = [
        Consultation(
            territory=bodies[rank % len(bodies)], number=rank // len(bodies) + 1, title="Essai", state="documented"
        )
        for rank in range(consultations)
    ]
    rows = Consultation.objects.bulk_create(rows, batch_size=500)
    publications = []
    for row in rows:
        content = content_of(rng, row.public_id, row.territory, propositions)
        publications.append(Publication(consultation=row, number=1, content=content, sha256=fingerprint(content)))
    Publication.objects.bulk_create(publications, batch_size=200)
    return rebuild_inventory()


if __name__ == "__main__":
    django.setup()
    numbers = [int(argument) for argument in sys.argv[1:]]
    print(f"{fill(*numbers)} concertations publiées.", file=sys.stderr)
