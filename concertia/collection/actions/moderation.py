"""What makes a contribution fit to be quoted: hide a name, mask the whole, say that it was read. Its text stays.

Pages and exports show slices (`Contribution.shown`): what is hidden here is hidden where it was quoted before, at once.
What is hidden or read in a text is so in all those that say exactly the same: a letter sent a hundred times is read
once.
"""

from __future__ import annotations

import re

from django.db import transaction
from django.utils import timezone

from concertia.collection import rules
from concertia.collection.enums import ContributionState
from concertia.collection.models import Contribution
from concertia.collection.queries import twins_of
from concertia.core.errors import NotAllowed, Refused

LONGEST_PASSAGE = 500
LONGEST_REASON = 300
STALE = "Ce passage n’est plus caché : rechargez la page."
APOSTROPHES = "['’ʼ]"


def _locked(contribution, by) -> Contribution:
    held = Contribution.objects.select_for_update(of=("self",)).select_related("consultation__territory")
    held = held.get(pk=contribution.pk)
    if not rules.can_moderate(by, held.consultation):
        raise NotAllowed("collection.moderate")
    return held


def places_of(words: str, text: str) -> list[tuple[int, int]]:
    """Every place of these words in a text: whole words, whatever the capitals, the spaces and the apostrophes.

    Words copied from a page bear its spaces (« Dupont » with narrow ones), the text those of who wrote it.

    >>> places_of("M. dupont", "Merci M.  Dupont ; M. Dupontel n’y est pour rien.")
    [(6, 16)]
    """
    words = re.sub(r"«\s*", "« ", re.sub(r"\s*»", " »", words))
    parts = [re.escape(part) for part in words.split()]
    if not parts:
        return []
    pattern = r"\s+".join(parts).replace(r"«\s+", r"«\s*").replace(r"\s+»", r"\s*»")
    pattern = re.sub("['’ʼ]", APOSTROPHES, pattern)
    before = r"(?<!\w)" if re.match(r"\w", parts[0]) else ""
    after = r"(?!\w)" if re.search(r"\w$", parts[-1]) else ""
    return [match.span() for match in re.finditer(before + pattern + after, text, re.IGNORECASE)]


def joined(slices) -> list[list[int]]:
    """Slices in order, those that touch made one.

    >>> joined([(5, 9), (0, 3), (8, 12)])
    [[0, 3], [5, 12]]
    """
    made: list[list[int]] = []
    for start, end in sorted(slices):
        if made and start <= made[-1][1]:
            made[-1][1] = max(made[-1][1], end)
        else:
            made.append([start, end])
    return made


@transaction.atomic
def hide_passage(contribution, *, by, words) -> int:
    """Hide these words wherever they stand in the text; returns how many places were found."""
    held = _locked(contribution, by)
    words = " ".join(words.split())
    if not words:
        raise Refused("Passage à cacher : copiez les mots, tels qu’ils sont dans le texte.")
    if len(words) > LONGEST_PASSAGE:
        raise Refused(f"Ce passage dépasse {LONGEST_PASSAGE} signes : cachez-le en plusieurs fois, ou masquez le tout.")
    found = places_of(words, held.text)
    if not found:
        raise Refused(f"« {words[:80]} » n’est pas dans ce texte. Copiez les mots tels qu’ils y sont écrits.")
    _write_hidden(held, joined([*map(tuple, held.hidden), *found]))
    return len(found)


@transaction.atomic
def show_passage(contribution, *, by, start, end) -> None:
    """Undo one hiding."""
    held = _locked(contribution, by)
    if [start, end] not in held.hidden:
        raise Refused(STALE)
    _write_hidden(held, [one for one in held.hidden if one != [start, end]])


def _write_hidden(held, hidden):
    Contribution.objects.filter(pk=held.pk).update(hidden=hidden)
    twins_of(held).update(hidden=hidden)


@transaction.atomic
def mark_read(contribution, *, by) -> int:
    """A person has read it for names and addresses; returns how many others say exactly the same."""
    held = _locked(contribution, by)
    values = {"read_by": by, "read_at": timezone.now()}
    Contribution.objects.filter(pk=held.pk).update(**values)
    return twins_of(held).filter(read_at=None).update(hidden=held.hidden, **values)


@transaction.atomic
def mark_to_read(contribution, *, by) -> None:
    """It must be read again: its words leave no more."""
    held = _locked(contribution, by)
    Contribution.objects.filter(pk=held.pk).update(read_by=None, read_at=None)
    twins_of(held).update(read_by=None, read_at=None)


@transaction.atomic
def mask(contribution, *, by, reason) -> None:
    """Its words are shown nowhere any more, the reason stands in their place."""
    held = _locked(contribution, by)
    reason = " ".join(reason.split())
    if not reason:
        raise Refused("Motif : dites pourquoi ce texte est masqué ; il sera lu à sa place.")
    if len(reason) > LONGEST_REASON:
        raise Refused(f"Motif : {LONGEST_REASON} signes au plus.")
    values = {"mask_reason": reason, "masked_by": by, "masked_at": timezone.now()}
    Contribution.objects.filter(pk=held.pk).update(state=ContributionState.MASKED, **values)


@transaction.atomic
def unmask(contribution, *, by) -> None:
    held = _locked(contribution, by)
    if not held.is_masked:
        raise Refused("Ce texte n’est pas masqué.")
    values = {"mask_reason": "", "masked_by": None, "masked_at": None}
    Contribution.objects.filter(pk=held.pk).update(state=ContributionState.RECEIVED, **values)
