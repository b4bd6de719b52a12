"""Settings of the journeys: those that people run, except that an undefined template variable is an error."""

from concertia.config.settings import *  # noqa: F403 -- the product's own settings
from tests.settings import TEMPLATES

__all__ = ["TEMPLATES"]
