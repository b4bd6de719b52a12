"""Files as people drop them, made for the tests; every word is fictional."""

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile

TABLE = """id;avis;nom;date;canal;profil
1;Je veux parler à une personne au guichet;Anne Exemple;02/03/2025 10h00;en ligne;habitante
2;Mes données doivent rester ici;Bruno Fictif;03/03/2025;papier;agent
3;;Anne Exemple;04/03/2025;papier;agent
4;Demandez à M. Fictif, 06 00 00 00 01 : c’est lui qui sait;anne  exemple;hier;en ligne;habitante
"""
TRANSCRIPT = """WEBVTT

00:00:01.000 --> 00:00:04.000
<v Anne>Bonjour à toutes et à tous,

00:00:04.000 --> 00:00:09.000
<v Anne>je voudrais garder le guichet.

00:00:10.000 --> 00:00:12.000
<v Bruno>Moi aussi.
"""
MINUTES = """Compte rendu de l’atelier
Présents : Mme Lopez, M. Durand
[00:00:05] Animatrice : Bonsoir.
[00:02:31] Mme Lopez : Le bus passe trop tôt.
Et il est souvent plein.
[00:03:10] M. Durand : Je préfère le vélo.
[00:04:00] Animatrice : Merci à vous deux.
"""
MAIL = b"""From: a@fictif.example\r\nTo: b@fictif.example\r\nSubject: Avis\r\nDate: Sun, 02 Mar 2025 10:00:00 +0100\r
Content-Type: text/plain; charset=utf-8\r\n\r\nJe veux un agent au guichet du bourg.\r\n"""


def a_file(content=TABLE, name="avis.csv"):
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def a_zip(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def rows(count):
    """A table of `count` contributions, a person for every five."""
    lines = (f"{n};Je veux une personne au guichet numéro {n};P{n // 5}" for n in range(count))
    return "id;avis;nom\n" + "\n".join(lines) + "\n"


def a_bomb():
    """Three hundred megabytes of nothing, made of few bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("avis.txt", "w") as inside:
        for _ in range(30):
            inside.write(b"0" * 10_000_000)
    return packed.getvalue()
