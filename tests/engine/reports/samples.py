"""A report that holds a bit of everything, composed: fictional words of a fictional town."""

from concertia.engine.reports.qdpx import Coded, Project, ProjectCode, TextSource, User
from concertia.engine.reports.report import (
    NOT_YET_READ,
    Bar,
    Bars,
    CampaignLine,
    Crossing,
    Fact,
    LedgerLine,
    Quote,
    Report,
    SignalLine,
    ThemeNode,
    Wall,
)
from concertia.engine.reports.tables import Table

NASTY = "Avant\x00\x07 \u202eeruteirf\u202c & <b>gras</b> \x1b « déjà » \ud83d après\r\nfin"
ARABIC = "نريد شخصا في الشباك"


def quote(text="Je veux parler à une personne.", **more):
    return Quote(text, "Atelier du 12 mars · contribution 4", **more)


def theme(rank=1, *, quotes=None, children=()):
    quotes = (quote(), quote("", withheld=NOT_YET_READ)) if quotes is None else quotes
    return ThemeNode(
        str(rank),
        f"Thème {rank}",
        "Nom proposé par un programme local.",
        12,
        15,
        ("guichet", "humain"),
        quotes,
        children,
    )


def report(**changes):
    values = {
        "title": "Ce que disent les contributions : l’IA au guichet",
        "subtitle": "Ville fictive · Corpus 1, analyse 1",
        "consultation": "Ville fictive",
        "question": "Quelle place pour l’IA ?",
        "facts": (Fact("Personnes entendues", "27"), Fact("Messages", "31")),
        "ledger": (LedgerLine("dans un thème", 28, 31), LedgerLine("écartées", 3, 31)),
        "held_back": "1 contribution n’a pas encore été relue.",
        "ai_use": ("Regroupements proposés par un programme local.",),
        "stability": "Stabilité : 0,81 sur 1.",
        "themes": (theme(1, children=(theme(2),)), theme(3, quotes=(quote(voice="voix rare"),))),
        "signals": (SignalLine(1, quote(), "Thème 1", ("chat",)),),
        "signals_count": 3,
        "campaigns": (
            CampaignLine(1, 3, 6, "mot pour mot : 6", (("Nous demandons un ", ()), ("moratoire", ("débat",)))),
            CampaignLine(2, 2, 2, "", (), "texte pas montré"),
        ),
        "aside": (Fact("Il n’y a pas de texte.", "3"),),
        "agreement": ("Grille « Essai » : alpha 0,71.",),
        "charts": (
            Bars("themes", "Personnes et messages par thème", "Thème", (Bar("Thème 1", 12, 15), Bar("Thème 3", 9, 9))),
            Crossing("profiles", "Thèmes et profils", "Thème", ("agent", "élu"), (("Thème 1", (12, None)),), note="…"),
        ),
        "remarks": ("Les 30 textes distincts ont été comparés par leurs mots.",),
        "check": ("Chaque citation porte le numéro de sa contribution.",),
        "record": (Fact("Terminée le (UTC)", "2026-03-14T10:00:00"), Fact("Graine", "0")),
    }
    return Report(**(values | changes))


def wall(**changes):
    values = {
        "title": "Ce qu’il faut retenir",
        "question": "Quelle place pour l’IA ?",
        "heard": "27 personnes entendues, 31 messages.",
        "without_author": "",
        "base": "Ville fictive · Corpus 1.",
        "themes": tuple(theme(rank, quotes=(quote(),)) for rank in range(1, 8)),
        "others": "3 thèmes de plus.",
        "dissenting": quote("Moi, je préfère la machine."),
        "rare": quote("Mon chat miaule plus juste."),
        "unknown": ("Ce que pensent les absents.",),
        "ai_use": "Regroupements proposés par un programme local.",
        "made": "14 mars 2026.",
    }
    return Wall(**(values | changes))


def tables(text="Je veux parler à une personne."):
    return (
        Table("themes", "Thèmes", ("numéro", "thème"), ((1, "Thème 1"),)),
        Table("contributions", "Contributions", ("contribution", "score", "texte"), ((4, 0.25, text), (5, None, ""))),
    )


def project(text="Je veux parler à une personne, pas à un robot."):
    coded = (
        Coded("theme:1", 0, 29, "programme", "2026-03-14T10:00:00Z"),
        Coded("code:7", 0, len(text), "personne:1", "2026-03-15T09:30:00Z"),
    )
    return Project(
        key="VAL-01:1:1",
        name="L’IA au guichet",
        made="2026-03-14T10:00:00Z",
        description="1 contribution n’a pas encore été relue.",
        users=(User("programme", "Programme local"), User("personne:1", "Personne 1")),
        codes=(
            ProjectCode(
                "themes", "Thèmes", codable=False, children=(ProjectCode("theme:1", "Guichet", "Nom proposé."),)
            ),
            ProjectCode("grille:2", "Grille", codable=False, children=(ProjectCode("code:7", "Risque"),)),
        ),
        sources=(TextSource("4", "Contribution 4", text, coded, (("Canal", "Atelier"),)),),
    )
