"""The French texts of an archive: what it holds, what it does not, how to cite it, under which licence."""

from django.utils import timezone

from concertia.commons.archive.tables import TABLES

LICENCE = """\
Licence Ouverte 2.0 (Open Licence 2.0), identifiant SPDX : etalab-2.0
https://spdx.org/licenses/etalab-2.0.html

Les données de cette archive sont réutilisables, y compris à des fins commerciales, dans les conditions de la Licence
Ouverte 2.0, dont le texte fait foi. Elle demande de mentionner la paternité : la source, et la date de la dernière mise
à jour. Attribution à reprendre :

    Source : Concertia, données publiées par les territoires. Dernière mise à jour : voir LISEZMOI.txt.

Des données personnelles y figurent (voir LISEZMOI.txt). Les réutiliser demande de respecter le règlement général sur la
protection des données.
"""

README = """\
CONCERTIA, DONNÉES OUVERTES DES CONCERTATIONS TERRITORIALES DE L’IA

Dernière mise à jour : {date}
Page : {address}/donnees-ouvertes/

CE QUE CETTE ARCHIVE CONTIENT (avec le nombre de lignes de chaque tableau)
{tables}

Chaque tableau est en CSV : virgule, UTF-8, dates ISO (2024-10-15), moments en temps universel (2024-10-15T16:30:00Z),
« oui » et « non ». Ses colonnes sont décrites par un Table Schema dans datapackage.json (Frictionless Data Package 1).

Aussi :
  publications/   le JSON de chaque version lisible, le même que celui de sa page
  signatures/     ce qui a été signé, dans les octets dont l’empreinte est publiée
  reprise/        les lignes qui permettent de refaire un site à partir de cette archive
  manifest.json   les nombres de lignes
  SHA256SUMS      l’empreinte de chaque fichier ; pour les vérifier : sha256sum -c SHA256SUMS
  LICENCE.txt     la licence

CE QU’ELLE NE CONTIENT PAS
Les brouillons, les versions retirées (il en reste les dates et le motif quand une autre version de la même concertation
est lisible), l’adresse des personnes référentes, les noms des membres et ceux des intervenants qui n’ont pas accepté
d’être nommés. Une version dont un nom a été masqué depuis est marquée « masquee_depuis » : son contenu n’a plus
l’empreinte de la publication. Les acteurs du territoire sont dans le JSON des versions, sans tableau à part.

Les nombres de participants sont déclarés par les territoires : une même personne peut être comptée deux fois.
{names}{fiction}
FORMULES
Une cellule de texte qui commence par = + - @ (ou leur forme pleine chasse), par une tabulation ou par un retour à la
ligne porte une apostrophe devant, pour qu’aucun tableur ne l’exécute. Retirez-la pour retrouver le texte ; le JSON n’en
porte pas.

CITER
    Concertia, données ouvertes des concertations territoriales de l’IA, mise à jour du {date}, Licence Ouverte 2.0,
    {address}/donnees-ouvertes/

Si une publication est retirée, les archives qui la contenaient sont récrites sans elle : leur empreinte change.

REFAIRE UN SITE
    concertia data import ARCHIVE.zip
dans une installation vide. Les comptes, les brouillons et les courriels n’y sont pas.
"""
NAMES = """
Données personnelles : noms et fonctions des signataires de la charte, et des intervenants qui acceptent d’être nommés.
"""
FICTION = """
Des territoires sont fictifs (colonne « fictive » de organisations.csv) : une démonstration, rien d’officiel.
"""


def readme(counts, last_update, address, *, has_names, has_fiction) -> str:
    day = timezone.localtime(last_update, timezone.get_default_timezone())
    width = max(len(table.path) for table in TABLES)
    lines = [f"  {table.path:<{width}}  {counts[table.name]:>7}  {table.title.lower()}" for table in TABLES]
    return README.format(
        date=f"{day:%d/%m/%Y}",
        address=address,
        tables="\n".join(lines),
        names=NAMES if has_names else "",
        fiction=FICTION if has_fiction else "",
    )
