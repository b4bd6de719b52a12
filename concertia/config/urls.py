from django.conf import settings
from django.urls import include, path

import concertia.core.converters  # noqa: F401 -- registers what the addresses of every app use
from concertia.core import views as core

urlpatterns = [
    path("", include("concertia.commons.urls")),
    path("compte/", include("concertia.territories.urls")),
    path("", include("concertia.territories.joining_urls")),
    path("espace/", include("concertia.collection.urls")),
    path("espace/", include("concertia.analysis.urls")),
    path("espace/", include("concertia.consultations.urls")),
    path("", include("concertia.core.urls")),
]
if settings.DEBUG:
    urlpatterns.append(path("composants/", core.components, name="components"))

handler400 = core.bad_request
handler403 = core.forbidden
handler404 = core.not_found
handler500 = core.server_error
