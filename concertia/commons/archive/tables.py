"""The tables of the archive and the Table Schema of each; that of the consultations comes from the canvas."""

from dataclasses import dataclass

from concertia.consultations.enums import Addressee, ConsultationState, FindingKind, SessionMode
from concertia.engine.canvas.fields import PUBLICS
from concertia.engine.canvas.schema import table_schema
from concertia.territories.enums import SignatureManner, SignatureState, TerritoryKind

SPECIFICATION = "https://specs.frictionlessdata.io/schemas/table-schema.json"
OTHER = "autre"


def _text(name, title, description="", *, required=False, choices=None, example=None):
    return _field(name, "string", title, description, required=required, choices=choices, example=example)


def _field(name, kind, title, description="", *, required=False, choices=None, example=None):
    constraints = {}
    if required:
        constraints["required"] = True
    if kind == "integer":
        constraints["minimum"] = 0
    if choices:
        constraints["enum"] = [str(choice) for choice in choices]
    more = {"trueValues": ["oui"], "falseValues": ["non"]} if kind == "boolean" else {}
    more |= {"description": description} if description else {}
    more |= {"constraints": constraints} if constraints else {}
    more |= {"example": example} if example else {}
    return {"name": name, "title": title, "type": kind, **more}


def _consultation_id():
    title, description = "Concertation", "Identifiant stable : le code du territoire et un numéro."
    return _text("concertation", title, description, required=True, example="VAL-01")


def _result():
    return _field("resultat", "integer", "Rang du résultat", "1 pour la première section 3.", required=True)


def _rank(title):
    return _field("rang", "integer", title, "À partir de 1, dans l’ordre de la page.", required=True)


def _labels(choices):
    return [choice.label for choice in choices if choice.value]


def _canvas_fields():
    """The columns of the canvas, with ISO dates: an archive is read by machines first."""
    columns = table_schema()["fields"]
    for column in columns:
        if column["type"] == "date":
            del column["format"]
            column["example"] = "2024-10-15"
    return columns


@dataclass(frozen=True)
class Table:
    name: str
    title: str
    description: str
    fields: tuple[dict, ...]
    key: tuple[str, ...]
    refers: tuple[tuple[str, str, str], ...] = ()  # (column, table, its column)

    @property
    def path(self) -> str:
        return f"{self.name}.csv"

    @property
    def columns(self) -> list[str]:
        return [field["name"] for field in self.fields]

    def schema(self) -> dict:
        return {
            "$schema": SPECIFICATION,
            "name": f"concertia-{self.name.replace('_', '-')}",
            "title": self.title,
            "description": self.description,
            "lang": "fr",
            "missingValues": [""],
            "fields": list(self.fields),
            "primaryKey": list(self.key),
            "foreignKeys": [
                {"fields": [column], "reference": {"resource": "" if table == self.name else table, "fields": [other]}}
                for column, table, other in self.refers
            ],
        }


TO_CONSULTATION = ("concertation", "concertations", "concertation")

ORGANISATIONS = Table(
    "organisations",
    "Territoires et autres organismes engagés",
    "Une ligne par territoire qui a rejoint Concertia ou figure sur la liste de la commission.",
    (
        _field("numero", "integer", "Numéro", "Celui du territoire dans cette installation.", required=True),
        _text("code", "Code court", "Il commence les identifiants publics ; vide tant que rien n’est publié ni signé."),
        _text("nom", "Nom", required=True),
        _text("nature", "Nature", required=True, choices=[kind.label for kind in TerritoryKind]),
        _text("siren", "SIREN"),
        _text("code_insee", "Code INSEE", "De la commune, du département ou de la région."),
        _field("population", "integer", "Population", "Municipale, telle qu’enregistrée."),
        _text("precision", "Précision"),
        _field("charte_signee", "boolean", "Charte signée", "Une signature est en vigueur.", required=True),
        _field("a_publie", "boolean", "A publié", "Une concertation au moins est lisible.", required=True),
        _field("reunie_dans", "integer", "Réunie dans", "Numéro du territoire qui l’a remplacée."),
        _field("fictive", "boolean", "Fictive", "« oui » : donnée de démonstration, inventée.", required=True),
    ),
    ("numero",),
    (("reunie_dans", "organisations", "numero"),),
)
SIGNATURES = Table(
    "signatures",
    "Signatures de la charte",
    "Une ligne par signature, même remplacée ou retirée. Le texte signé est dans « fichier ».",
    (
        _field("numero", "integer", "Numéro", required=True),
        _field("organisation", "integer", "Territoire", "Son numéro dans « organisations ».", required=True),
        _text("signataire", "Signataire", "Donnée personnelle : le nom de la personne qui engage le territoire."),
        _text("fonction", "Fonction"),
        _field("signee_le", "date", "Signée le", required=True),
        _text("maniere", "Comment", required=True, choices=_labels(SignatureManner)),
        _text("en_vertu_de", "En vertu de"),
        _text("charte", "Version de la charte", required=True),
        _text("etat", "État", required=True, choices=_labels(SignatureState)),
        _field("retiree_le", "datetime", "Retirée le"),
        _text("motif_retrait", "Motif du retrait"),
        _text("sha256", "Empreinte", "SHA-256 du fichier du texte signé.", required=True),
        _text("fichier", "Fichier", "Chemin dans l’archive.", required=True),
    ),
    ("numero",),
    (("organisation", "organisations", "numero"),),
)
CONSULTATIONS = Table(
    "concertations",
    "Concertations, résultat par résultat",
    "Une ligne par résultat (section 3 du canevas) de la version en ligne ; le reste est répété sur chacune. L’adresse "
    "de la personne référente n’en fait pas partie.",
    (
        _consultation_id(),
        _field("version", "integer", "Version en ligne", required=True),
        _text("organisation", "Territoire", "Son code dans « organisations ».", required=True),
        _text("titre", "Titre", required=True),
        _text("question", "Question posée"),
        _text("etat", "État", required=True, choices=_labels(ConsultationState)),
        _field("publiee_le", "datetime", "Version publiée le", required=True),
        _text("decide", "Qui décide"),
        _text("arbitrage", "Arbitrage des propositions"),
        _field("reponse_attendue", "date", "Réponse attendue"),
        _field("debut_reel", "date", "Début réel"),
        _field("fin_reelle", "date", "Fin réelle"),
        *_canvas_fields(),
    ),
    ("concertation", "resultat"),
    (("organisation", "organisations", "code"),),
)
PUBLICS_TABLE = Table(
    "concertations_publics",
    "Publics associés",
    "Une ligne par public associé à une concertation.",
    (
        _consultation_id(),
        _text("public", "Public", required=True, choices=[*(choice.key for choice in PUBLICS), OTHER]),
        _text("libelle", "Libellé", "Celui du canevas, ou la réponse libre."),
    ),
    ("concertation", "public"),
    (TO_CONSULTATION,),
)
SESSIONS = Table(
    "sequences",
    "Séances",
    "Une ligne par séance d’une concertation.",
    (
        _consultation_id(),
        _rank("Rang de la séance"),
        _field("debut", "datetime", "Début", required=True),
        _field("fin", "datetime", "Fin"),
        _text("lieu", "Lieu"),
        _text("modalite", "Modalité", required=True, choices=_labels(SessionMode)),
        _field("presents", "integer", "Présents"),
    ),
    ("concertation", "rang"),
    (TO_CONSULTATION,),
)
FINDINGS = Table(
    "constats",
    "Constats",
    "Une ligne par point de vigilance, frein, opportunité ou diagnostic.",
    (
        _consultation_id(),
        _result(),
        _rank("Rang du constat"),
        _text("nature", "Nature", required=True, choices=_labels(FindingKind)),
        _text("texte", "Texte", required=True),
    ),
    ("concertation", "resultat", "rang"),
    (TO_CONSULTATION,),
)
PROPOSITIONS = Table(
    "propositions",
    "Propositions",
    "Une ligne par proposition de la version en ligne.",
    (
        _text("proposition", "Proposition", "Identifiant stable.", required=True, example="VAL-01-P07"),
        _consultation_id(),
        _result(),
        _rank("Rang de la proposition"),
        _text("texte", "Texte", required=True),
        _text("destinataire", "Destinataire", "Vide : non précisé.", choices=_labels(Addressee)),
    ),
    ("proposition",),
    (TO_CONSULTATION,),
)
PUBLICATIONS = Table(
    "publications",
    "Versions publiées",
    "Une ligne par version. D’une version retirée ne restent que les dates et les motifs.",
    (
        _consultation_id(),
        _field("version", "integer", "Version", required=True),
        _field("publiee_le", "datetime", "Publiée le", required=True),
        _text("motif", "Motif de cette version"),
        _field("en_ligne", "boolean", "En ligne", "La version que la page montre d’abord.", required=True),
        _text("sha256", "Empreinte", "SHA-256 du contenu figé, à la publication."),
        _field("masquee_depuis", "boolean", "Masquée depuis", "Un nom y a été masqué après la publication."),
        _field("retiree_le", "datetime", "Retirée le"),
        _text("motif_retrait", "Motif du retrait"),
        _text("fichier", "Fichier", "Chemin dans l’archive ; vide si la version est retirée."),
    ),
    ("concertation", "version"),
    (TO_CONSULTATION,),
)
TABLES = (
    ORGANISATIONS,
    SIGNATURES,
    CONSULTATIONS,
    PUBLICS_TABLE,
    SESSIONS,
    FINDINGS,
    PROPOSITIONS,
    PUBLICATIONS,
)
BY_NAME = {table.name: table for table in TABLES}
