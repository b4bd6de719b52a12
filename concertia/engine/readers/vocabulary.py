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
}  # fmt: skip
ROLES = tuple(NAMES)
EXACT: dict[str, tuple[str, int]] = {
    name: (role, rank) for role, names in reversed(NAMES.items()) for rank, name in enumerate(names)
}
TELLING_WORDS = frozenset(
    word for word in NAMES["text"] if " " not in word and word not in ("input", "text", "content", "libelle")
)
TWIN = re.compile(r" \(\d+\)$")
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
    """What a column so named holds (`text`, `author`, `id`, `date`, `channel`), "" when the name is not known."""
    if len(header) > LONG_NAME:
        return ""
    return EXACT.get(plain_name(header), ("", 0))[0]


def sureness(header: str, role: str) -> float:
    """How surely the name says that the column holds this: from 1 for the first of the list to .5, else 0."""
    found, rank = EXACT.get(plain_name(header), ("", 0)) if len(header) <= LONG_NAME else ("", 0)
    return 1.0 - 0.5 * rank / len(NAMES[role]) if found == role else 0.0


def sounds_like_text(header: str) -> bool:
    """Whether a header that no list knows asks for words: a question, or a telling word among others.

    >>> sounds_like_text("2. Que faudrait-il changer ?"), sounds_like_text("Remarques libres"), sounds_like_text("Âge")
    (True, True, False)
    """
    if header.rstrip().endswith("?"):
        return True
    return any(word in TELLING_WORDS for word in plain_name(header).split())
