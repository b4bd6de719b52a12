from django.apps import AppConfig


class CommonsConfig(AppConfig):
    name = "concertia.commons"
    verbose_name = "Espace public"
