from django.db.models import TextChoices


class Status(TextChoices):
    """What became of a contribution or of a unit; the first that holds (the engine's own values)."""

    SET_ASIDE = "ecarte", "écartée"
    DUPLICATE = "doublon", "redite"
    THEME = "theme", "dans un thème"
    SIGNAL = "signal", "signal faible"


class Change(TextChoices):
    """What people do to a map of themes; each is logged and can be undone."""

    RENAME = "rename", "renommer"
    MERGE = "merge", "fusionner"
    SPLIT = "split", "séparer"
    MOVE = "move", "déplacer"
    CREATE = "create", "créer"
    PLACE = "place", "ranger sous"


class Family(TextChoices):
    """The three families of the deck, each a hue and a shape."""

    RISK = "risk", "Risques"
    OPPORTUNITY = "opportunity", "Opportunités"
    LEVER = "lever", "Leviers"


class SynthesisState(TextChoices):
    DRAFT = "draft", "brouillon"
    REVIEWED = "reviewed", "relue"
    VALIDATED = "validated", "validée"


class SourceKind(TextChoices):
    QUOTE = "quote", "citation"
    FIGURE = "figure", "nombre"


class Counted(TextChoices):
    """What a number counts (the engine's own values)."""

    PERSONS = "persons", "personnes"
    CONTRIBUTIONS = "contributions", "messages"
    UNITS = "units", "idées"


class ExportFormat(TextChoices):
    """What leaves the workspace, in the order of the page « Partager »."""

    WALL_A4 = "retenir-a4", "Ce qu’il faut retenir, affiche A4 (PDF)"
    WALL_A3 = "retenir-a3", "Ce qu’il faut retenir, affiche A3 (PDF)"
    PDF = "pdf", "Rapport PDF accessible"
    ODT = "odt", "Rapport ODT (LibreOffice)"
    DOCX = "docx", "Rapport DOCX (Word)"
    HTML = "html", "Rapport en page web"
    XLSX = "xlsx", "Tableaux XLSX (Excel)"
    CSV = "csv", "Tableaux CSV (zip)"
    QDPX = "qdpx", "Projet REFI-QDA (.qdpx)"
    SVG = "svg", "Graphiques SVG (zip)"
