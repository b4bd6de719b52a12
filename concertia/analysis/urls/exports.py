from django.urls import path

from concertia.analysis.views import exports

urlpatterns = [
    path("", exports.exports, name="exports"),
    path("preparer/", exports.prepare, name="prepare_exports"),
    path("retenir/", exports.wall, name="wall"),
    path("graphiques/", exports.charts, name="charts"),
    path("avancement/<int:job_id>/", exports.progress, name="exports_progress"),
    path("arreter/<int:job_id>/", exports.cancel, name="cancel_exports"),
    path("documents/<int:export_id>/", exports.document, name="export"),
    path("syntheses/<int:pk>/<slug:format>/", exports.synthesis_document, name="export_synthesis"),
]
