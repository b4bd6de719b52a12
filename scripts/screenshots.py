"""Pictures of every page, narrow and wide, light and dark: `make screenshots`, then look at them.

Without argument, serves a demonstration of its own and writes into docs/captures/, where only the README's picture is
kept in the repository. With the address of a running demonstration, a folder and names of pages, only those. Needs
Chromium.
"""

import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import sync_playwright

MAIL, PASSWORD = "referente@val-fleuri.example", "essai-val-fleuri"
PUBLIC = {
    "accueil": "/",
    "concertations": "/concertations/",
    "recherche": "/concertations/?q=agents&public=agents&public=elus",
    "recherche-vide": "/concertations/?q=introuvable",
    "partager": "/concertations/VAL-01/partager/",
    "carte": "/concertations/VAL-01/carte/",
    "concertation": "/concertations/VAL-01/",
    "comparer": "/concertations/VAL-01/comparer/1/2/",
    "canevas-commun": "/canevas/",
    "charte": "/charte/",
    "charte-signee": "/territoires/VAL/charte/1/",
    "territoires": "/territoires/",
    "territoire": "/territoires/VAL/",
    "ecrire": "/territoires/VAL/ecrire/",
    "engager": "/engager/",
    "engager-resultats": "/engager/?q=saint+denis",
    "demander": "/engager/commune/44143/",
    "connexion": "/compte/connexion/",
    "accessibilite": "/accessibilite/",
    "signaler": "/accessibilite/signaler/",
    "donnees-personnelles": "/donnees-personnelles/",
    "mentions-legales": "/mentions-legales/",
    "algorithmes": "/algorithmes/",
    "plan-du-site": "/plan-du-site/",
    "ecoconception": "/ecoconception/",
    "donnees-ouvertes": "/donnees-ouvertes/",
    "api": "/donnees-ouvertes/api/",
    "introuvable": "/nulle-part/",
}
WORKSPACE = {
    "mon-territoire": "/espace/",
    "membres": "/espace/territoires/VAL/",
    "mandat": "/espace/territoires/VAL/mandat/",
    "nouvelle": "/espace/territoires/VAL/concertations/nouvelle/",
    "cadrer": "/espace/concertations/VAL-01/cadrer/",
    "recruter": "/espace/concertations/VAL-01/recruter/",
    "recueillir": "/espace/concertations/VAL-01/recueillir/",
    "analyser": "/espace/concertations/VAL-01/analyser/",
    "documenter": "/espace/concertations/VAL-01/documenter/",
    "documenter-vide": "/espace/concertations/VAL-02/documenter/",
    "rendre-compte": "/espace/concertations/VAL-01/rendre-compte/",
    "cadre": "/espace/concertations/VAL-01/cadre/",
    "seances": "/espace/concertations/VAL-01/seances/",
    "canevas": "/espace/concertations/VAL-01/canevas/",
    "canevas-vide": "/espace/concertations/VAL-02/canevas/",
    "relecture": "/espace/concertations/VAL-01/documents/1/",
    "publier": "/espace/concertations/VAL-01/publier/",
    "publier-vide": "/espace/concertations/VAL-02/publier/",
    "retirer": "/espace/concertations/VAL-01/retirer/",
}
SHAPES = {"etroit": (360, 740), "large": (1280, 800)}


def main(address: str, folder: Path, only: set[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        for shape, (width, height) in SHAPES.items():
            for scheme in ("light", "dark"):
                context = browser.new_context(
                    base_url=address, color_scheme=scheme, viewport={"width": width, "height": height}, locale="fr-FR"
                )
                page = context.new_page()
                shoot(page, PUBLIC, folder, f"{shape}-{scheme}", only)
                page.goto("/compte/connexion/")
                page.get_by_label("E-mail").fill(MAIL)
                page.get_by_label("Mot de passe").fill(PASSWORD)
                page.get_by_role("button", name="Se connecter").click()
                shoot(page, WORKSPACE, folder, f"{shape}-{scheme}", only)
                context.close()
        browser.close()


def shoot(page, addresses, folder, suffix, only):
    for name, address in addresses.items():
        if only and name not in only:
            continue
        page.goto(address)
        page.screenshot(path=folder / f"{name}-{suffix}.png", full_page=True)
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        if wide:
            print(f"{name} {suffix} : la page déborde en largeur")


@contextmanager
def demonstration(port=8797):
    """A demonstration of our own, in a folder that disappears with it."""
    address = f"http://127.0.0.1:{port}"
    command = [str(Path(sys.executable).parent / "concertia"), "serve", "--demonstration", "--port", str(port)]
    with tempfile.TemporaryDirectory() as home:
        server = subprocess.Popen(command, env=os.environ | {"CONCERTIA_HOME": home})
        try:
            for _ in range(120):
                try:
                    with urlopen(f"{address}/sante/", timeout=2):  # noqa: S310 -- our own address
                        break
                except (URLError, OSError):
                    time.sleep(0.5)
            yield address
        finally:
            server.terminate()
            server.wait(20)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        main(sys.argv[1], Path(sys.argv[2]), set(sys.argv[3:]))
    else:
        with demonstration() as served:
            main(served, Path("docs/captures"), set())
