from django.apps import AppConfig


class TerritoriesConfig(AppConfig):
    name = "concertia.territories"
    verbose_name = "Territoires"
