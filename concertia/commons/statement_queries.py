"""What the statements read: the audit that still counts, and how often an algorithm served."""

import datetime as dt

from django.utils import timezone

from concertia.commons.enums import AccessibilityState
from concertia.commons.models import AccessibilityAudit
from concertia.consultations.models import CanvasImport, Publication


def last_audit() -> AccessibilityAudit | None:
    """The last one recorded, whether or not it still counts: recording again is how a mistake is mended."""
    return AccessibilityAudit.objects.order_by("-pk").first()


def valid_audit(audit: AccessibilityAudit | None) -> AccessibilityAudit | None:
    return audit if audit and timezone.localdate() <= audit.valid_until else None


def state_of(audit: AccessibilityAudit | None) -> AccessibilityState:
    """« non conforme » until an audit that is still valid says better."""
    valid = valid_audit(audit)
    return valid.state if valid else AccessibilityState.NONE


def counted_in_a_year() -> dict[str, int]:
    """What the sheets of the algorithms count, over the last twelve months."""
    since = timezone.now() - dt.timedelta(days=365)
    return {
        "documents": CanvasImport.objects.filter(uploaded_at__gt=since).count(),
        "publications": Publication.objects.filter(published_at__gt=since).count(),
    }
