from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    name = "concertia.analysis"
    verbose_name = "Analyse"

    def ready(self):
        from concertia.analysis import tasks  # noqa: F401, PLC0415 -- app ready: jobs know how to be sent again
        from concertia.analysis.panels import register  # noqa: PLC0415 -- app ready

        register()
