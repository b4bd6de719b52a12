from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "concertia.core"
    verbose_name = "Socle"

    def ready(self):
        from concertia.core.operations import register  # noqa: PLC0415 -- app ready

        register()
