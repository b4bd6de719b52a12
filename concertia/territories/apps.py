from django.apps import AppConfig


class TerritoriesConfig(AppConfig):
    name = "concertia.territories"
    verbose_name = "Territoires"

    def ready(self):
        from concertia.territories.digest import register  # noqa: PLC0415 -- app ready

        register()
