from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "concertia.core"
    verbose_name = "Socle"
