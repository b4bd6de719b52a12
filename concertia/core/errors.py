"""What an action refuses to do, in one French sentence that a page can show."""

from django.core.exceptions import PermissionDenied


class NotAllowed(PermissionDenied):
    """The person may not do this here and now: answered 403."""


class Refused(Exception):
    """The input or the state does not allow it: shown beside the form, nothing was written."""


class Conflict(Exception):
    """Somebody saved in between: shown with what to do, nothing was overwritten."""
