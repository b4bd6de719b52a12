from datetime import time, timedelta

from django.apps import AppConfig


class CommonsConfig(AppConfig):
    name = "concertia.commons"
    verbose_name = "Espace public"

    def ready(self):
        from concertia.commons import panels  # noqa: PLC0415 -- app ready
        from concertia.commons.actions import inventory, open_data  # noqa: PLC0415 -- app ready
        from concertia.core import projections  # noqa: PLC0415 -- app ready
        from concertia.core.schedule import register_job  # noqa: PLC0415 -- app ready

        projections.register("consultation", "commons", open_data.consultation_changed)
        projections.register("territory", "commons", inventory.refresh_territory)
        panels.register()
        register_job("Vérifier l’inventaire", every=timedelta(days=1), function=inventory.verify_inventory)
        register_job(
            "Faire l’archive ouverte", every=timedelta(days=1), function=open_data.make_release, at=time(3, 30)
        )
        register_job("Récrire les archives", every=timedelta(minutes=10), function=open_data.rewrite_releases)
