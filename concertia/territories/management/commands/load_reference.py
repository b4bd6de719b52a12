from django.core.management.base import BaseCommand

from concertia.territories.actions.reference import load_engaged_territories
from concertia.territories.queries import commission


class Command(BaseCommand):
    help = "Charge les données de référence : la commission et les territoires de la liste des engagés."

    def handle(self, **options):
        commission()
        self.stderr.write(f"Territoires ajoutés : {load_engaged_territories()}.")
