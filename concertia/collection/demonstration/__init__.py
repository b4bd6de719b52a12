"""The contributions of the demonstration: composed for it, people and places fictional, brought in as people do."""

from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from concertia.collection.actions import deposits, moderation
from concertia.collection.enums import Use
from concertia.collection.models import Contribution
from concertia.engine.readers.isolated import SECONDS

FOLDER = Path(__file__).parent
LEFT_TO_READ = 12  # so that reading before sharing has something to show
HIDDEN = ("M. Fictif", "06 00 00 00 42", "Odile Exemple", "3 chemin des Inventés")
MASKED = "Bande d’incapables"


def load(consultation, *, by):
    """Some 120 contributions and a press review, all but a few read, two with passages hidden, one masked."""
    for name, use in (("au-guichet.csv", Use.PARTICIPATION), ("presse.txt", Use.CONTEXT)):
        upload = SimpleUploadedFile(name, (FOLDER / name).read_bytes())
        (deposit,), _ = deposits.receive_files(consultation, by=by, uploads=[upload], use=use, patience=SECONDS)
        deposits.keep(deposit, by=by, patience=SECONDS)
    texts = Contribution.objects.filter(consultation=consultation, use=Use.PARTICIPATION)
    for words in HIDDEN:
        for contribution in texts.filter(text__contains=words):
            moderation.hide_passage(contribution, by=by, words=words)
    moderation.mask(texts.get(text__startswith=MASKED), by=by, reason="propos injurieux")
    for contribution in texts.to_read()[: texts.to_read().count() - LEFT_TO_READ]:
        moderation.mark_read(contribution, by=by)
