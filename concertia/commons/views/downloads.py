"""A file to keep, under a name that says what it is."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from concertia.consultations.actions.documents import CONTENT_TYPES


def download(body, extension, name):
    response = HttpResponse(body, content_type=CONTENT_TYPES[extension])
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{extension}")
    return response
