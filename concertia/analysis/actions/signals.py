"""A weak signal that a person has read."""

from django.db import transaction
from django.utils import timezone

from concertia.analysis import rules
from concertia.analysis.models import Signal
from concertia.core.errors import NotAllowed


@transaction.atomic
def mark_read(signal: Signal, *, by) -> None:
    """The first reading is the one that is kept."""
    if not rules.can_analyse(by, signal.placement.run.corpus.consultation):
        raise NotAllowed("analysis.signals")
    Signal.objects.filter(pk=signal.pk, read_at=None).update(read_by=by, read_at=timezone.now())
