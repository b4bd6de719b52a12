"""The territories of the list as points of the map; those without an official place are in the list alone."""


def engaged_map(territories) -> str:
    return ""
