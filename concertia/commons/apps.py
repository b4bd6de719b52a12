from datetime import timedelta

from django.apps import AppConfig


class CommonsConfig(AppConfig):
    name = "concertia.commons"
    verbose_name = "Espace public"

    def ready(self):
        from concertia.commons import panels  # noqa: PLC0415 -- app ready
        from concertia.commons.actions import inventory  # noqa: PLC0415 -- app ready
        from concertia.core import projections  # noqa: PLC0415 -- app ready
        from concertia.core.schedule import register_job  # noqa: PLC0415 -- app ready

        projections.register("consultation", "inventory", inventory.refresh_consultation)
        projections.register("territory", "inventory", inventory.refresh_territory)
        panels.register()
        register_job("Vérifier l’inventaire", every=timedelta(days=1), function=inventory.verify_inventory)
