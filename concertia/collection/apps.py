from django.apps import AppConfig


class CollectionConfig(AppConfig):
    name = "concertia.collection"
    verbose_name = "Recueil"

    def ready(self):
        from concertia.collection import tasks  # noqa: F401, PLC0415 -- app ready: jobs know how to be sent again
        from concertia.collection.panels import register  # noqa: PLC0415 -- app ready

        register()
