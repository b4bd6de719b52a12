"""Tables made from what stands to their left, kept true in the same transaction; the counterpart of `panels`.

The public inventory, its search and its cached pages are made from consultations and territories, which know nothing
of them. An action that changes what the public reads says so with `changed`; an app to the right registers what it
then does. Both run in one transaction: a page never shows what an action has just taken down.
"""

from __future__ import annotations

from collections.abc import Callable

Listener = Callable[[int], None]

_listeners: dict[str, dict[str, Listener]] = {}


def register(subject: str, name: str, listener: Listener) -> None:
    """Call `listener(primary key)` when a subject (« consultation », « territory ») changes; a name registers once."""
    _listeners.setdefault(subject, {})[name] = listener


def changed(subject: str, pk: int) -> None:
    """Say, last in an action and inside its transaction, that what the public reads of this row may have changed."""
    for listener in _listeners.get(subject, {}).values():
        listener(pk)
