"""What the pages of the collection read."""

from django.db.models import Count, Q
from django.http import Http404

from concertia.collection import rules
from concertia.collection.enums import ContributionState, DepositState, Use
from concertia.collection.models import Contribution, Deposit
from concertia.consultations.models import Consultation
from concertia.consultations.queries import consultation_in_workspace


def consultation_to_collect(user, public_id) -> Consultation:
    """The consultation of somebody who may read its contributions; for anybody else it does not exist."""
    found = consultation_in_workspace(user, public_id)
    if not rules.can_read_contributions(user, found):
        raise Http404
    return found


def deposits_of(consultation):
    rows = Deposit.objects.filter(consultation=consultation)
    return rows.select_related("deposited_by", "kept_by", "withdrawn_by", "job")


def same_file_kept(deposit) -> Deposit | None:
    """Another deposit of the very same bytes, whose contributions are in this consultation."""
    others = Deposit.objects.filter(consultation=deposit.consultation_id, sha256=deposit.sha256)
    return others.filter(state=DepositState.KEPT).exclude(pk=deposit.pk).first()


def same_file_waiting(deposit) -> Deposit | None:
    others = deposits_of(deposit.consultation_id).filter(sha256=deposit.sha256, state=DepositState.WAITING)
    return others.filter(pk__lt=deposit.pk).first()


def contributions_of(consultation):
    rows = Contribution.objects.filter(consultation=consultation).select_related("deposit", "read_by", "masked_by")
    return rows.order_by("pk")


def chosen(rows, *, use="", deposit=None, state="", words="", to_read=False):
    """Contributions through the filters of the reading list; every word asked for must be there."""
    if use:
        rows = rows.filter(use=use)
    if deposit:
        rows = rows.filter(deposit=deposit)
    if state:
        rows = rows.filter(state=state)
    if to_read:
        rows = rows.to_read()
    for word in words.split()[:10]:
        rows = rows.filter(_says(word))
    return rows


def _says(word):
    """SQLite knows only the capitals of ASCII: « École » is sought as « école » too."""
    forms = {word} if word.isascii() else {word, word.lower(), word.capitalize(), word.upper()}
    found = Q()
    for form in forms:
        found |= Q(text__icontains=form)
    return found


def counts_of(consultation) -> dict[str, int]:
    return Contribution.objects.filter(consultation=consultation).aggregate(
        participation=Count("pk", filter=Q(use=Use.PARTICIPATION)),
        context=Count("pk", filter=Q(use=Use.CONTEXT)),
        masked=Count("pk", filter=Q(state=ContributionState.MASKED)),
        to_read=Count("pk", filter=Q(read_at=None) & ~Q(state=ContributionState.MASKED)),
    )


def next_to_read(consultation, *, after=0, use="") -> Contribution | None:
    """The first text after this one that nobody has read yet; then those passed over."""
    rows = chosen(contributions_of(consultation), use=use).to_read()
    return rows.filter(pk__gt=after).first() or (rows.exclude(pk=after).first() or rows.first() if after else None)


def twins_of(contribution):
    """The others whose text is the very same: what is hidden or read in one is in all."""
    rows = Contribution.objects.filter(consultation=contribution.consultation_id, text=contribution.text)
    return rows.exclude(pk=contribution.pk)
