"""How workspace pages are whole although data flows one way: apps register panels, pages render what is registered.

A panel belongs to a place (« cadrer », « avant-publication »…), has a name, an order and a template of the app that
registers it; `items(subject, user)` returns the dictionary that the template shows as `items`, or None to leave the
panel out. In one of the six steps, `items["done"]` says whether its part of the step is done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Panel:
    place: str
    name: str
    order: int
    template: str
    items: Callable[[Any, Any], Any]


@dataclass(frozen=True)
class Step:
    slug: str
    label: str


STEPS = (
    Step("cadrer", "Cadrer"),
    Step("recruter", "Recruter"),
    Step("recueillir", "Recueillir"),
    Step("analyser", "Analyser"),
    Step("documenter", "Documenter"),
    Step("rendre-compte", "Rendre compte"),
)

_panels: dict[tuple[str, str], Panel] = {}


def register(panel: Panel) -> None:
    """Registering the same place and name again replaces the panel, so that start-up can run twice."""
    _panels[panel.place, panel.name] = panel


def panels_of(place: str) -> list[Panel]:
    return sorted(
        (panel for panel in _panels.values() if panel.place == place), key=lambda panel: (panel.order, panel.name)
    )


def rendered(place: str, subject: Any, user: Any) -> list[tuple[Panel, Any]]:
    """The panels of a place with their items, those that have something to show."""
    pairs = [(panel, panel.items(subject, user)) for panel in panels_of(place)]
    return [(panel, items) for panel, items in pairs if items is not None]
