from django.apps import AppConfig


class ConsultationsConfig(AppConfig):
    name = "concertia.consultations"
    verbose_name = "Concertations"

    def ready(self):
        from concertia.consultations.panels import register  # noqa: PLC0415 -- app ready

        register()
