"""Which pages there are, asked of the site itself: its plan, its sitemap, and the main pages of the workspace."""

from urllib.parse import urlsplit

import lxml.html

from tests.journeys.browser import NATIONAL, REFERENT

PLAN, SITEMAP = "/plan-du-site/", "/sitemap.xml"
C, T = "/espace/concertations/VAL-01/", "/espace/territoires/VAL/"
OF_THE_REFERENT = (
    "/espace/",
    C,
    *(f"{C}{step}/" for step in ("cadrer", "recruter", "recueillir", "analyser", "documenter", "rendre-compte")),
    *(f"{C}{page}/" for page in ("canevas", "cadre", "acteurs", "seances", "publier", "retirer")),
    "/espace/concertations/VAL-02/annuler/",
    f"{T}concertations/nouvelle/",
    T,
    *(f"{T}{page}/" for page in ("inviter", "mandat", "faire-signer", "enregistrer-signature", "retirer-signature")),
    *(f"/compte/{page}" for page in ("", "mot-de-passe/", "sessions/")),
)
OF_THE_NATIONAL_TEAM = (
    "/espace/commission/",
    "/espace/commission/reunir/",
    "/espace/commission/inviter/",
    "/espace/boite/",
    "/espace/accessibilite/",
)
WORKSPACE = {REFERENT: OF_THE_REFERENT, NATIONAL: OF_THE_NATIONAL_TEAM}


def public_pages(fetch):
    """The addresses of the plan of the site that are pages, then those that the sitemap gives."""
    plan = lxml.html.fromstring(fetch(PLAN)).xpath("//main//a/@href")
    index = lxml.html.fromstring(fetch(SITEMAP)).xpath("//loc/text()")
    listed = [
        urlsplit(address).path
        for part in index
        for address in lxml.html.fromstring(fetch(urlsplit(part).path)).xpath("//loc/text()")
    ]
    return [path for path in dict.fromkeys([*plan, *listed]) if path.endswith("/")]


def pages_of(person, mail=""):
    """What this person may open; without a mail, what anybody may."""
    if mail:
        return WORKSPACE[mail]
    return public_pages(lambda path: person.context.request.get(path).body())
