"""The territories of the list as points of the map; those without an official place are in the list alone."""

from django.urls import reverse

from concertia.commons.map import MapPoint, france_svg
from concertia.territories.places import place_by_code


def engaged_map(territories):
    """The map's figure, and how many are not on it; the list beside it is its equal and holds every territory."""
    points = []
    for territory in territories:
        place = territory.official_code and place_by_code(territory.kind, territory.official_code)
        if place and place.latitude is not None:
            points.append(
                MapPoint(
                    name=territory.name,
                    url=_address(territory),
                    latitude=place.latitude,
                    longitude=place.longitude,
                    has_published=territory.has_published,
                    is_approximate=place.is_approximate,
                )
            )
    return france_svg(tuple(points)), len(territories) - len(points)


def _address(territory):
    """The territory's page, or its line in the list when it has no code yet."""
    if territory.short_code:
        return reverse("commons:territory", args=[territory.short_code])
    return f"{reverse('commons:territories')}#t{territory.pk}"
