"""The names that files give to their columns, in French and in English, by what the column holds."""

from __future__ import annotations

import re
from functools import lru_cache

from concertia.engine.text.names import folded

# The surest name first: at equal content the first is kept.
NAMES: dict[str, tuple[str, ...]] = {
    "text": (
        "contribution", "contributions", "texte", "text", "texte de la contribution", "verbatim", "verbatims",
        "comment body", "comment text", "avis", "votre avis", "commentaire", "commentaires", "comment", "comments",
        "message", "reponse", "reponses", "answer", "response", "reponse libre", "contenu", "content", "body", "corps",
        "proposition", "propositions", "proposal", "opinion", "opinions", "idee", "idees", "idea", "statement",
        "temoignage", "expression", "remarque", "remarques", "observation", "observations", "suggestion",
        "suggestions", "parole", "propos", "description", "feedback", "input", "question ouverte", "libelle",
    ),
    "author": (
        "author id", "auteur id", "id auteur", "identifiant auteur", "participant id", "id participant",
        "identifiant participant", "code participant", "participant", "participante", "participant e", "voter id",
        "user id", "id utilisateur", "identifiant utilisateur", "id personne", "personne", "contributeur",
        "contributrice", "contributeur id", "id contributeur", "contributor", "auteur", "autrice", "auteur e",
        "author", "author name", "nom auteur", "nom de l auteur", "user", "username", "utilisateur", "pseudo",
        "pseudonyme", "voix", "voice", "respondent", "respondent id", "repondant", "repondante", "locuteur",
        "locutrice", "speaker", "intervenant", "intervenante", "intervenant e", "nom", "nom et prenom",
        "prenom et nom", "nom prenom", "name", "email", "e mail", "mail", "courriel", "adresse mail",
        "adresse e mail", "adresse electronique",
    ),
    "id": (
        "id", "identifiant", "contribution id", "id contribution", "comment id", "id commentaire", "proposal id",
        "response id", "id reponse", "id de la reponse", "uuid", "reference", "ref", "numero", "num", "n", "no",
        "code", "cle", "key", "entry id", "submission id", "#",
    ),
    "date": (
        "date", "created at", "createdat", "date de creation", "published at", "publishedat", "date de publication",
        "date de depot", "date de soumission", "date de reponse", "date contribution", "date de la contribution",
        "horodateur", "horodatage", "timestamp", "datetime", "submitted at", "submitdate", "submission date",
        "date submitted", "completed at", "started at", "heure", "jour", "time",
    ),
    "channel": (
        "canal", "channel", "source", "origine", "provenance", "mode de recueil", "mode de contribution", "mode",
        "support", "voie", "medium", "media", "plateforme", "platform", "lieu de recueil", "type de contribution",
    ),
    "profile": (
        "profil", "profile", "votre profil", "profil du participant", "profil de la participante",
        "profil du contributeur", "vous etes", "etes vous", "qui etes vous", "je suis", "type de participant",
        "categorie de participant", "categorie du participant", "categorie d acteur", "type d acteur",
        "categorie socioprofessionnelle", "csp", "college", "type de public", "public", "categorie", "category",
        "tranche d age", "classe d age", "age group", "groupe",
    ),
}  # fmt: skip
ROLES = tuple(NAMES)
EXACT: dict[str, tuple[str, int]] = {
    name: (role, rank) for role, names in reversed(NAMES.items()) for rank, name in enumerate(names)
}
TELLING_WORDS = frozenset(
    word for word in NAMES["text"] if " " not in word and word not in ("input", "text", "content", "libelle")
)
TWIN = re.compile(r" \(\d+\)$")
JOINT = " › "  # between the name of a group of columns and the name of one of them
LONG_NAME = 90  # letters, beyond which a header is read as a question at most


@lru_cache(maxsize=4096)
def plain_name(header: str) -> str:
    """A header without accents, case and signs, nor the « (2) » that tells it from another of the same name.

    >>> plain_name("Date de dépôt"), plain_name("comment-id"), plain_name("Avis (2)")
    ('date de depot', 'comment id', 'avis')
    """
    words = re.findall(r"[a-z0-9]+", folded(TWIN.sub("", header[:400])).replace("_", " "))
    return " ".join(words) or header.strip()[:400]


def role_of(header: str) -> str:
    """What a column so named holds (a key of `NAMES`), "" when the name is not known."""
    return _known(header)[0]


def sureness(header: str, role: str) -> float:
    """How surely the name says that the column holds this: from 1 for the first of the list to .5, else 0."""
    found, rank = _known(header)
    return 1.0 - 0.5 * rank / len(NAMES[role]) if found == role else 0.0


def _known(header: str) -> tuple[str, int]:
    """The role of a name and its rank in the list; that of the name under its group when the whole says nothing."""
    for name in (header, header.rpartition(JOINT)[2]):
        if len(name) <= LONG_NAME and plain_name(name) in EXACT:
            return EXACT[plain_name(name)]
    return "", 0


def sounds_like_text(header: str) -> bool:
    """Whether a header that no list knows asks for words: a question, or a telling word among others.

    >>> sounds_like_text("2. Que faudrait-il changer ?"), sounds_like_text("Remarques libres"), sounds_like_text("Âge")
    (True, True, False)
    """
    if header.rstrip().endswith("?"):
        return True
    return any(word in TELLING_WORDS for word in plain_name(header).split())
