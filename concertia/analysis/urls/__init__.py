"""Addresses of the analysis, one module a screen; all under « espace/concertations/VAL-01/analyse/ »."""

from django.urls import include, path

app_name = "analysis"
A = "concertations/<public_id:public_id>/analyse/"

urlpatterns = [
    path(A, include("concertia.analysis.urls.themes")),
    path(A + "grilles/", include("concertia.analysis.urls.coding")),
    path(A + "syntheses/", include("concertia.analysis.urls.syntheses")),
    path(A + "partager/", include("concertia.analysis.urls.exports")),
]
