from django.shortcuts import render

from concertia.analysis.phrases import missing_sentence


class MissingPackages:
    """The packages of the analysis are an extra: a page that needs them says so, on a site that has only the base."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, ModuleNotFoundError):
            return None
        said = {"title": "Analyse non installée", "sentence": missing_sentence(exception), "status": 503}
        return render(request, "core/error.html", said, status=503)
