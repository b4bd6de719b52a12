from django.conf import settings

from concertia import __version__


def site(request):
    """What the base page needs on every page."""
    return {"demonstration": settings.DEMONSTRATION, "product_version": __version__}
