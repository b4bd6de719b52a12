from django.db import DatabaseError
from django.utils.functional import SimpleLazyObject

from concertia.commons.enums import AccessibilityState
from concertia.commons.statement_queries import last_audit, state_of


def accessibility(request):
    """The mention that the law wants on every page; asked for only when the footer is shown."""
    return {"accessibility_state": SimpleLazyObject(_label)}


def _label():
    try:
        return str(state_of(last_audit()).label)
    except DatabaseError:  # a page that says the service stumbled has a footer too
        return str(AccessibilityState.NONE.label)
