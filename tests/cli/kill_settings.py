"""The product's settings with one planted fault: a save is acknowledged before it is committed."""

from concertia.config.settings import *  # noqa: F403 -- settings of the product, all of them
from concertia.config.settings import MIDDLEWARE

MIDDLEWARE = ["tests.cli.kill_mutant.acknowledge_before_commit", *MIDDLEWARE]
