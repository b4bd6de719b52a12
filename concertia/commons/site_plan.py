"""The plan of the site: every address that anybody may open and that no page made from data leads to."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True)
class Entry:
    name: str  # of the URL
    label: str
    hint: str = ""

    @property
    def address(self) -> str:
        return reverse(self.name)


SECTIONS = (
    (
        "Lire",
        (
            Entry("commons:home", "Accueil"),
            Entry("commons:consultations", "Concertations publiées", "recherche et filtres"),
            Entry("commons:feed", "S’abonner aux concertations publiées", "flux Atom"),
            Entry("commons:territories", "Territoires engagés", "carte et liste"),
            Entry("commons:charter", "La charte"),
            Entry("commons:canvas", "Le canevas", "champs et documents vierges"),
            Entry("commons:schema", "Le schéma des données du canevas", "Table Schema, JSON"),
            Entry("commons:open_data", "Données ouvertes"),
            Entry("commons:api_docs", "L’interface de programmation (API)"),
        ),
    ),
    (
        "Prendre part",
        (
            Entry("territories:search", "Engager mon territoire"),
            Entry("territories:request_unlisted", "Engager un organisme absent de la liste officielle"),
            Entry("account_login", "Se connecter"),
            Entry("account_reset_password", "Mot de passe oublié"),
        ),
    ),
    (
        "À propos de ce site",
        (
            Entry("commons:sitemap_page", "Plan du site"),
            Entry("commons:accessibility", "Déclaration d’accessibilité"),
            Entry("commons:report_barrier", "Signaler un obstacle d’accessibilité"),
            Entry("commons:legal", "Mentions légales"),
            Entry("commons:personal_data", "Données personnelles"),
            Entry("commons:algorithms", "Algorithmes"),
            Entry("commons:ecodesign", "Écoconception"),
        ),
    ),
)
