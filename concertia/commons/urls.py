from django.contrib.sitemaps import views as sitemaps
from django.urls import path, re_path, register_converter
from django.views.decorators.http import require_safe

from concertia.commons import feeds
from concertia.commons.api.answers import answered, unknown_address
from concertia.commons.api.operations import addresses as api_addresses
from concertia.commons.converters import Day
from concertia.commons.pages import public_page
from concertia.commons.sitemaps import SITEMAPS
from concertia.commons.views import (
    api_docs,
    canvas,
    consultation,
    inventory,
    open_data,
    sharing,
    statements,
    territories,
)
from concertia.core.converters import PublicId, ShortCode

register_converter(PublicId, "consultation_id")
register_converter(ShortCode, "territory_code")
register_converter(Day, "day")
app_name = "commons"
C = "concertations/<consultation_id:public_id>/"

T = "territoires/<territory_code:code>/"
sitemap_index = require_safe(public_page(sitemaps.index))
sitemap_part = require_safe(public_page(sitemaps.sitemap))
PARTS = {"sitemaps": SITEMAPS, "sitemap_url_name": "commons:sitemap_part"}

urlpatterns = [
    path("", inventory.home, name="home"),
    path("concertations/", inventory.consultations, name="consultations"),
    path(C, consultation.consultation, name="consultation"),
    path(C + "versions/<int:number>/", consultation.consultation, name="version"),
    re_path(
        rf"^concertations/(?P<public_id>{PublicId.regex})/versions/(?P<number>[0-9]{{1,5}})/"
        r"canevas\.(?P<extension>docx|odt|pdf|json)$",
        consultation.document,
        name="document",
    ),
    path(C + "comparer/", consultation.choose_versions, name="choose_versions"),
    path(C + "comparer/<int:old>/<int:new>/", consultation.compare, name="compare"),
    path(C + "partager/", sharing.share, name="share"),
    path(C + "carte/", sharing.card, name="card"),
    path("concertations/flux.atom", feeds.inventory, name="feed"),
    path("sitemap.xml", sitemap_index, PARTS, name="sitemap"),
    path("sitemap-<section>.xml", sitemap_part, {"sitemaps": SITEMAPS}, name="sitemap_part"),
    path("robots.txt", sharing.robots, name="robots"),
    path("charte/", territories.charter, name="charter"),
    path("territoires/", territories.territories, name="territories"),
    path(T, territories.territory, name="territory"),
    path(T + "flux.atom", feeds.of_territory, name="territory_feed"),
    path(T + "charte/<int:signature_id>/", territories.signature, name="signature"),
    path(T + "charte/<int:signature_id>.pdf", territories.signature_pdf, name="signature_pdf"),
    path(T + "charte/<int:signature_id>.json", territories.signature_json, name="signature_json"),
    path("accessibilite/", statements.accessibility, name="accessibility"),
    path("accessibilite/signaler/", statements.report_barrier, name="report_barrier"),
    path("donnees-personnelles/", statements.personal_data, name="personal_data"),
    path("mentions-legales/", statements.legal, name="legal"),
    path("algorithmes/", statements.algorithms, name="algorithms"),
    path("plan-du-site/", statements.sitemap_page, name="sitemap_page"),
    path("ecoconception/", statements.ecodesign, name="ecodesign"),
    path("espace/accessibilite/", statements.record_audit, name="record_audit"),
    path("canevas/", canvas.canvas, name="canvas"),
    re_path(r"^canevas/canevas-vierge\.(?P<extension>docx|odt|pdf)$", canvas.blank, name="blank"),
    path("canevas/schema.json", canvas.schema, name="schema"),
    path("donnees-ouvertes/", open_data.open_data, name="open_data"),
    path("donnees-ouvertes/archives/<int:number>/concertia-<day:day>.zip", open_data.archive, name="archive"),
    path("donnees-ouvertes/concertia.zip", open_data.latest_archive, name="latest_archive"),
    path("donnees-ouvertes/schemas/<str:name>.json", open_data.table_schema, name="table_schema"),
    path("donnees-ouvertes/refaire/", open_data.make_archive, name="make_archive"),
    path("donnees-ouvertes/api/", api_docs.api_docs, name="api_docs"),
    path("api/v1/", api_addresses()),
    path("api/v1/<path:rest>", answered(unknown_address), name="api_unknown"),
]
