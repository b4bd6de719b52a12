"""The canvas of the territorial consultations on AI, declared once.

The form, the blank and filled documents, the reader, the Table Schema and the documentation page all come from
this declaration. Labels keep the spelling of the canvas that authorities received (« Sujet posée »), because a
document that comes back carries it; `screen_label` is the corrected one that pages show. Keys never change once used.

Source: « Concertations territoriales de l'IA — canevas de documentation », Les Interconnectés, 2024.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a field holds; the comment gives its value in the JSON record."""

    TEXT = "text"  # str
    EMAIL = "email"  # str
    DATE = "date"  # str, JJ/MM/AAAA
    CHOICES = "choices"  # {"choix": [label, …], "autre": str | None}
    YES_NO = "yes_no"  # True, False or None
    SPEAKERS = "speakers"  # str, « Oui. » or « Non. » then one speaker a line
    LONG_TEXT = "long_text"  # str, paragraphs joined by \n
    SESSIONS = "sessions"  # str: a count, hours, or both (the seed's label mixes them)
    COUNT = "count"  # str of digits
    ITEMS = "items"  # str, one item a line
    URLS = "urls"  # str, one address a line


@dataclass(frozen=True)
class Choice:
    key: str
    label: str


@dataclass(frozen=True)
class Field:
    key: str
    number: str
    label: str
    kind: Kind
    required: bool = False
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    other: bool = False  # « autre (à préciser) »
    screen: str = ""  # corrected spelling, when the seed's label has a slip

    @property
    def section(self) -> int:
        return int(self.number[0])

    def keys_of(self, labels: Sequence[str]) -> list[str]:
        """The keys of the choices whose labels these are, in the order of the canvas; other labels are left."""
        return [choice.key for choice in self.choices if choice.label in labels]

    @property
    def screen_label(self) -> str:
        return self.screen or self.label


@dataclass(frozen=True)
class Section:
    number: int
    title: str
    note: str = ""

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(field for field in FIELDS if field.section == self.number)


TITLE = "CONCERTATIONS TERRITORIALES DE L’IA"
SUBTITLE = "canevas de documentation"
INTRODUCTION = (
    "Pour documenter et suivre les démarches de concertations territoriales d’IA, Les Interconnectés proposent un "
    "canevas que chaque collectivité contribuant à cette démarche s’engage à renseigner. Cette ressource permettra "
    "de nourrir la production du manifeste de la commission numérique qui affirmera la doctrine politique des usages "
    "de l’IA par les collectivités territoriales, mais aussi un inventaire des concertations animées à l’échelle "
    "nationale."
)
REQUIRED_NOTE = "(*) ressource nécessaire"
OTHER_LABEL = "autre (à préciser)"
DATE_HINT = "JJ/MM/AAAA"

SECTIONS: tuple[Section, ...] = (
    Section(1, "Informations pratiques"),
    Section(2, "Objectifs et méthodologies de la concertation"),
    Section(
        3,
        "Résultats synthétiques de la concertation",
        "les collectivités peuvent restituer plusieurs concertations",
    ),
)

PUBLICS = (
    Choice("usagers", "usagers du service public"),
    Choice("agents", "agents"),
    Choice("corps_intermediaires", "corps intermédiaires"),
    Choice("elus", "élus"),
    Choice("economiques", "acteurs économiques"),
    Choice("academiques", "acteurs académiques"),
    Choice("associatifs", "acteurs associatifs"),
)
RECRUITMENT = (
    Choice("tirage", "tirage au sort"),
    Choice("cible", "recrutement ciblé"),
    Choice("appel", "appel à manifestation"),
)
FACILITATION = (
    Choice("cartographie", "Cartographie des enjeux"),
    Choice("futurs", "futur souhaitable/non-souhaitable"),
    Choice("ecriture", "écriture participative"),
)

FIELDS: tuple[Field, ...] = (
    Field("collectivite", "1.1", "Collectivité", Kind.TEXT, True, "nom de la collectivité"),
    Field("personne_referente", "1.2", "Personne référente", Kind.EMAIL, True, "email"),
    Field(
        "date_debut_prevue",
        "1.3",
        "Date de début de la concertation prévue",
        Kind.DATE,
        True,
        DATE_HINT,
    ),
    Field(
        "public_associe",
        "1.4",
        "Public associé à la concertation",
        Kind.CHOICES,
        True,
        choices=PUBLICS,
        other=True,
    ),
    Field(
        "amo",
        "1.5",
        "Avez-vous eu recours à une AMO pour le cadrage et l’animation des concertations ?",
        Kind.YES_NO,
    ),
    Field(
        "intervenants",
        "1.6",
        "Avez-vous fait appel à des intervenants, à des personnalités du milieu des algorithmes, de l’IA ou plus "
        "largement des nouvelles technologies ?",
        Kind.SPEAKERS,
        hint="Si oui, nom, profession et titre de la présentation",
    ),
    Field(
        "objectifs",
        "2.1",
        "Objectifs de la démarche",
        Kind.LONG_TEXT,
        True,
        "angles abordés, attentes du commanditaire",
    ),
    Field(
        "recrutement",
        "2.2",
        "Méthodologie de recrutement",
        Kind.CHOICES,
        True,
        choices=RECRUITMENT,
        other=True,
    ),
    Field(
        "animation",
        "2.3",
        "Méthodologie d’animation et de participation",
        Kind.CHOICES,
        choices=FACILITATION,
        other=True,
    ),
    Field(
        "sujet_evolution",
        "2.4",
        "Sujet posée et évolution",
        Kind.LONG_TEXT,
        True,
        "quelle a été la consigne posée ? le cadre initial a-t-il évolué au cours de la concertation ?",
        screen="Sujet posé et évolution",
    ),
    Field(
        "restitution",
        "2.5",
        "Méthodologie de restitution",
        Kind.LONG_TEXT,
        hint="sous quelle forme les résultats de la concertation ont-ils été remis ? une plénière a-t-elle été "
        "organisée ?",
    ),
    Field(
        "date_fin_prevue",
        "3.1",
        "Date de fin de la concertation prévue",
        Kind.DATE,
        True,
        DATE_HINT,
    ),
    Field(
        "nb_sequences",
        "3.2",
        "Nombre de séquences animées",
        Kind.SESSIONS,
        hint="en heure",
    ),
    Field("nb_participants", "3.3", "Nombre de participants", Kind.COUNT, True),
    Field(
        "points_vigilance",
        "3.4",
        "Points de vigilances issus des débats",
        Kind.ITEMS,
        hint="difficultés rencontrées, interrogations et alertes remontées",
        screen="Points de vigilance issus des débats",
    ),
    Field(
        "diagnostics",
        "3.5",
        "Diagnostics qui ressortent des débats",
        Kind.ITEMS,
        True,
        "freins, opportunités pour le territoire et ses acteurs",
    ),
    Field(
        "propositions",
        "3.6",
        "Propositions qui ressortent des débats",
        Kind.ITEMS,
        True,
        "demandes à l’égard de la collectivité ou des pouvoirs publics",
    ),
    Field(
        "droit_de_suite",
        "3.7",
        "Droit de suite de la collectivité",
        Kind.LONG_TEXT,
        hint="la collectivité s’est-elle engagée sur un droit de suite ? quels sont les points-clés d’actions "
        "envisagés ? quels impacts de la concertation sur la mise en œuvre du projet",
    ),
    Field(
        "acces_ressources",
        "3.8",
        "Accès aux ressources et aux productions",
        Kind.URLS,
        hint="url",
    ),
)

BY_KEY: dict[str, Field] = {field.key: field for field in FIELDS}
REQUIRED: tuple[str, ...] = tuple(field.key for field in FIELDS if field.required)
