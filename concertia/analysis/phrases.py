"""What the analysis of contributions says, in French. No Django here."""

from __future__ import annotations

from concertia.core.text import told
from concertia.engine.notes import Note

SENTENCES: dict[str, str] = {
    # --- how texts were compared
    "vectors.lexical": "{texts} texte{texts:|s} distinct{texts:|s}, comparé{texts:|s} par les mots, en entier et par "
    "morceaux.",
    "vectors.encoder": "{texts} texte{texts:|s} distinct{texts:|s}, comparé{texts:|s} par le sens (encodeur de "
    "phrases) et par les mots.",
    "vectors.mapped": "{texts} textes distincts, comparés par les mots, rapprochés du sens grâce à {encoded} d’entre "
    "eux, lus par l’encodeur de phrases.",
    "vectors.map-refused": "{encoded} textes sur {texts} ont été lus par l’encodeur de phrases ; comme il n’apportait "
    "rien sur les autres, tous ont été comparés par leurs mots.",
    "vectors.no-encoder": "L’encodeur de phrases n’a pas servi : deux textes qui disent la même chose avec d’autres "
    "mots peuvent ne pas être rapprochés.",
    # --- themes
    "themes.too-few": "Il y a trop peu de textes distincts ({texts}) pour chercher des thèmes : lisez-les.",
    "themes.unstable": "Ces regroupements ne tiennent pas (stabilité {stability} sur 1) : lisez et codez.",
    # --- texts written by machine
    "flood.question": "{messages} messages se ressemblent plus que ceux du reste, sans être des copies : ont-ils été "
    "écrits par une seule main, ou à l’aide d’une machine ? Seule une personne qui les lit peut répondre.",
    "flood.not-sought": "Les textes écrits en série n’ont pas été cherchés : il y a {texts} textes distincts, la "
    "recherche s’arrête à {most}.",
    # --- a synthesis edited by hand
    "synthesis.no-source": "Cette phrase n’a ni citation ni nombre : rien ne la prouve.",
    "synthesis.missing-source": "La citation renvoie à la contribution « {contribution} », qui n’existe pas ou n’a pas "
    "ce passage.",
    "synthesis.mutated-quote": "La citation {quote} n’est pas, signe pour signe, dans la contribution "
    "« {contribution} ».",
    "synthesis.unsourced-quote": "Ces mots entre guillemets ne viennent d’aucune contribution citée.",
    "synthesis.wrong-number": "Le nombre écrit ({written}) n’est pas celui qui est compté ({counted}).",
    "synthesis.uncounted-number": "Le nombre {written} n’est compté nulle part.",
    "synthesis.number-in-words": "« {written} » : écrivez ce nombre en chiffres avec son compte, ou ôtez-le.",
    # --- sums
    "ledger.unbalanced": "Les comptes ne tombent pas juste (rang {rank}, état « {status} ») : le résultat n’est pas "
    "écrit. Signalez ce fichier.",
}
STEPS = {
    "reading": "lecture des fichiers",
    "duplicates": "recherche des doublons",
    "vectors": "comparaison des textes",
    "themes": "recherche des thèmes",
    "signals": "ordre de lecture et signaux faibles",
    "units": "idées de chaque contribution",
    "names": "noms des thèmes et campagnes",
    "synthesis": "choix des citations",
    "done": "comptes vérifiés",
    "languages": "langues",
    "suggestions": "suggestions de codes",
    "report": "rapport",
}
REASONS = {
    "empty": "Il n’y a pas de texte.",
    "no_word": "Il n’y a aucun mot, seulement des signes ou des émojis.",
}
LEVELS = {
    "exact": "mot pour mot",
    "light": "à quelques mots près",
    "medium": "réécrit un peu",
    "heavy": "réécrit beaucoup",
    "meaning": "même sens, autres mots",
}
VOICES = {"common": "voix courante", "dissenting": "voix en désaccord", "rare": "voix rare"}
STATUSES = {"theme": "dans un thème", "doublon": "doublons", "signal": "signaux faibles", "ecarte": "écartées"}


def sentence(note: Note) -> str:
    """The French sentence of a note of the analysis; long values are cut."""
    return told(SENTENCES[note.code], note.params)


def missing_sentence(error: ModuleNotFoundError) -> str:
    """Which package of the extra « analysis » is missing and what to do; a missing module of ours is a fault."""
    if str(error.name).startswith("concertia"):
        raise error
    return (
        f"Les paquets de l’analyse ne sont pas installés ({error.name}) : la personne qui administre ce site les "
        "ajoute avec « pip install --require-hashes -r requirements-analysis.txt »."
    )
