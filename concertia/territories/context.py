from django.utils.functional import SimpleLazyObject

from concertia.territories.models import Territory


def my_territories(request):
    """For the switch in the header: the bodies where a person acts today, asked for only if the page shows it."""
    user = getattr(request, "user", None)  # a request refused before its session is read has none
    if user is None or not user.is_authenticated:
        return {"my_territories": []}
    return {"my_territories": SimpleLazyObject(lambda: list(Territory.objects.authorities().of(user)))}
