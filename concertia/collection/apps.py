from django.apps import AppConfig


class CollectionConfig(AppConfig):
    name = "concertia.collection"
    verbose_name = "Recueil"

    def ready(self):
        from concertia.collection.panels import register  # noqa: PLC0415 -- app ready

        register()
