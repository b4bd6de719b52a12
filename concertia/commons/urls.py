from django.urls import path, re_path, register_converter

from concertia.commons import views
from concertia.core.converters import PublicId, ShortCode

register_converter(PublicId, "consultation_id")
register_converter(ShortCode, "territory_code")
app_name = "commons"
C = "concertations/<consultation_id:public_id>/"

urlpatterns = [
    path("", views.home, name="home"),
    path("concertations/", views.consultations, name="consultations"),
    path(C, views.consultation, name="consultation"),
    path(C + "versions/<int:number>/", views.consultation, name="version"),
    re_path(
        rf"^concertations/(?P<public_id>{PublicId.regex})/versions/(?P<number>[0-9]{{1,5}})/"
        r"canevas\.(?P<extension>docx|odt|pdf|json)$",
        views.document,
        name="document",
    ),
    path(C + "comparer/<int:old>/<int:new>/", views.compare, name="compare"),
    path("charte/", views.charter, name="charter"),
    path("territoires/", views.territories, name="territories"),
    path("territoires/<territory_code:code>/", views.territory, name="territory"),
    path("territoires/<territory_code:code>/charte/<int:signature_id>/", views.signature, name="signature"),
    path("territoires/<territory_code:code>/charte/<int:signature_id>.pdf", views.signature_pdf, name="signature_pdf"),
    path(
        "territoires/<territory_code:code>/charte/<int:signature_id>.json", views.signature_json, name="signature_json"
    ),
    path("canevas/", views.canvas, name="canvas"),
    re_path(r"^canevas/canevas-vierge\.(?P<extension>docx|odt|pdf)$", views.blank, name="blank"),
    path("canevas/schema.json", views.schema, name="schema"),
]
