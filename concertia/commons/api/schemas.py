"""The shapes of the public API, field by field: what is not written here does not leave. Names are those of the wire.

Fields of the canvas come from its one declaration; those that hold a person's mail or a list of names are left out.
Within v1 a field may be added, never taken out nor given another meaning.
"""

import datetime as dt

from pydantic import BaseModel, Field, create_model

from concertia.commons.enums import Facet
from concertia.engine.canvas.fields import FIELDS, Kind

DEFAULT_SIZE, MOST_ROWS = 20, 100
PRIVATE = {Kind.EMAIL, Kind.SPEAKERS}  # speakers are told apart, with those alone who agree to be named today


# --- what is asked --------------------------------------------------------------------------------------------------
class Paging(BaseModel):
    page: int = Field(1, ge=1, description="Numéro de la page, à partir de 1.")
    taille: int = Field(DEFAULT_SIZE, ge=1, le=MOST_ROWS, description="Nombre de lignes par page.")


WORDS = (
    "Mots cherchés dans les concertations : accents et formes pardonnés, entre guillemets une expression exacte, "
    "précédé d’un tiret un mot à exclure. 200 signes au plus sont lus."
)
Narrowing = create_model(
    "Narrowing",
    __base__=BaseModel,
    q=(str, Field("", description=WORDS)),
    **{
        facet.value: (
            list[str],
            Field([], description=f"{facet.label} : une valeur donnée par « filtres »."),
        )
        for facet in Facet
    },
)


class Asked(Paging, Narrowing):
    """The filters of the inventory, and a page of what answers."""


# --- what is answered -----------------------------------------------------------------------------------------------
class Failure(BaseModel):
    erreur: str = Field(description="Une phrase : ce qui ne va pas, où, et que faire.")


class Entrance(BaseModel):
    nom: str
    version: str = Field(description="Version du contrat : ses champs ne sont jamais retirés, il s’en ajoute.")
    licence: str
    demonstration: bool = Field(
        description="Vrai pour une démonstration : concertations, personnes et paroles y sont fictives ; la liste des "
        "territoires engagés est la vraie (voir « fictif »)."
    )
    documentation: str
    openapi: str
    concertations: str
    propositions: str
    territoires: str
    filtres: str


class Page(BaseModel):
    total: int = Field(description="Nombre de lignes de toute la liste.")
    page: int
    pages: int = Field(description="Nombre de pages, au moins 1.")
    taille: int
    suivante: str | None = Field(description="Adresse de la page suivante.")
    precedente: str | None = Field(description="Adresse de la page précédente.")
    demande_coupee: bool = Field(False, description="Vrai quand la demande, trop longue, n’a pas été lue en entier.")


class TerritoryName(BaseModel):
    code: str = Field(description="Code court, en tête des identifiants : VAL.")
    nom: str


class State(BaseModel):
    valeur: str = Field(description="La valeur du filtre « etat ».")
    libelle: str


class ConsultationSummary(BaseModel):
    identifiant: str = Field(description="Identifiant public et stable : VAL-01.")
    titre: str
    intitule: str = Field(description="La question posée, ou le titre quand il n’y en a pas.")
    territoire: TerritoryName
    etat: State
    version: int = Field(description="Numéro de la version en ligne.")
    publiee_le: dt.datetime
    premiere_publication_le: dt.datetime
    debut: dt.date | None
    fin: dt.date | None
    nb_participants: int = Field(description="Participations déclarées, somme des résultats qui en disent le nombre.")
    nb_resultats: int = Field(description="Nombre de résultats : une concertation peut en avoir plusieurs.")
    nb_resultats_comptes: int = Field(description="Résultats qui disent combien de personnes ont participé.")
    nb_propositions: int
    page_web: str
    detail: str = Field(description="Adresse de la concertation dans cette API.")


class ConsultationPage(Page):
    resultats: list[ConsultationSummary]


class Choices(BaseModel):
    choix: list[str]
    autre: str | None


TYPES = {
    Kind.TEXT: str | None,
    Kind.LONG_TEXT: str | None,
    Kind.SESSIONS: str | None,
    Kind.DATE: dt.date | None,
    Kind.CHOICES: Choices | None,
    Kind.YES_NO: bool | None,
    Kind.COUNT: int | None,
    Kind.URLS: list[str],
}
CANVAS = [field for field in FIELDS if field.section < 3 and field.kind not in PRIVATE]
RESULTS = [field for field in FIELDS if field.section == 3 and field.kind in TYPES]  # the items are told one by one


def _declared(fields):
    return {field.key: (TYPES[field.kind], Field(description=field.screen_label)) for field in fields}


Canvas = create_model("Canvas", __base__=BaseModel, **_declared(CANVAS))


class Finding(BaseModel):
    nature: str = Field(description="point de vigilance, frein, opportunité ou diagnostic")
    texte: str


class Proposition(BaseModel):
    identifiant: str = Field(description="Identifiant public et stable : VAL-01-P07.")
    texte: str
    destinataire: str | None


class Results(create_model("CanvasResults", __base__=BaseModel, **_declared(RESULTS))):
    fin_reelle: dt.date | None
    constats: list[Finding]
    propositions: list[Proposition]


class Frame(BaseModel):
    decide: str | None = Field(description="Qui décide.")
    arbitrage: str | None = Field(description="Comment les propositions seront arbitrées.")
    reponse_attendue: dt.date | None


class Stakeholder(BaseModel):
    nom: str
    pourquoi: str | None
    invite: bool
    venu: bool


class Meeting(BaseModel):
    debut: dt.datetime
    fin: dt.datetime | None
    lieu: str | None
    modalite: str
    presents: int | None


class Speaker(BaseModel):
    titre: str | None = Field(description="Titre de la présentation.")
    nom: str | None = Field(description="Vide pour qui n’accepte pas, ou plus, que son nom soit publié.")
    profession: str | None


class Content(BaseModel):
    titre: str
    question: str | None
    territoire: TerritoryName
    cadre: Frame
    debut_reel: dt.date | None
    canevas: Canvas
    intervenants: list[Speaker]
    acteurs: list[Stakeholder]
    seances: list[Meeting]
    resultats: list[Results]


class Document(BaseModel):
    format: str = Field(description="docx, odt, pdf ou json.")
    adresse: str


class VersionSummary(BaseModel):
    numero: int
    publiee_le: dt.datetime
    motif: str | None = Field(description="Ce qui a fait publier cette version.")
    sha256: str = Field(description="Empreinte du contenu figé à la publication.")
    page_web: str
    detail: str
    documents: list[Document]


class Version(VersionSummary):
    concertation: str = Field(description="Identifiant de la concertation.")
    licence: str
    masque_depuis: bool = Field(description="Vrai quand un nom ou une adresse a été masqué depuis la publication.")
    contenu: Content


class Consultation(ConsultationSummary):
    licence: str
    masque_depuis: bool = Field(description="Vrai quand un nom ou une adresse a été masqué depuis la publication.")
    contenu: Content
    versions: list[VersionSummary] = Field(description="Les versions qui se lisent, la plus récente d’abord.")


class ListedProposition(Proposition):
    concertation: str
    territoire: TerritoryName
    version: int
    page_web: str


class PropositionPage(Page):
    resultats: list[ListedProposition]


class FilterValue(BaseModel):
    valeur: str
    libelle: str
    nombre: int = Field(description="Concertations trouvées si cette valeur était choisie.")


class Filter(BaseModel):
    nom: str = Field(description="Le nom du paramètre.")
    libelle: str
    valeurs: list[FilterValue]


class FilterList(BaseModel):
    demande_coupee: bool
    filtres: list[Filter]


class TerritorySummary(BaseModel):
    code: str | None = Field(description="Vide tant que le territoire ne l’a pas choisi.")
    nom: str
    nature: str
    population: int | None
    siren: str | None
    insee: str | None
    charte_signee: bool
    nb_concertations: int = Field(description="Concertations publiées.")
    fictif: bool = Field(description="Vrai pour un territoire de démonstration.")
    page_web: str | None
    detail: str | None


class TerritoryPage(Page):
    resultats: list[TerritorySummary]


class CharterSignature(BaseModel):
    charte: str
    signee_le: dt.date
    document: str = Field(description="Ce qui a été signé, en JSON.")


class Territory(TerritorySummary):
    reuni_dans: str | None = Field(description="Code du territoire qui lui a succédé.")
    signature: CharterSignature | None
    concertations: str = Field(description="Adresse de ses concertations dans cette API.")
