"""What people code: one coding a person and a text, never written by the machine nor by another person."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from concertia.analysis import rules
from concertia.analysis.actions.codebooks import CodeInput, add_code
from concertia.analysis.coding_queries import left_in, open_samples
from concertia.analysis.models import Code, Coding, CodingSample
from concertia.collection.models import Contribution
from concertia.core.errors import NotAllowed, Refused

FROZEN = "Ce texte a été codé à l’aveugle : ce codage ne change plus. Un désaccord se règle dans l’échantillon."
BLIND = "Ce texte est dans un échantillon codé à l’aveugle : codez-le depuis la page de l’échantillon, si vous y êtes."


@transaction.atomic
def code_contribution(
    codebook, contribution, *, by, codes: Iterable[int] = (), new_code="", unsure=False, none=False, proposed=(),
    sample=None,
) -> Coding:  # fmt: skip
    """Keep what this person chose for this text. `none`: no code fits; `proposed`: the codes shown as proposals."""
    if not rules.can_analyse(by, codebook.consultation):
        raise NotAllowed("coding.code")
    contribution = Contribution.objects.select_for_update().get(pk=contribution.pk)
    if contribution.is_masked:
        raise Refused(f"Ce texte vient d’être masqué par la modération ({contribution.mask_reason}) : rien à coder.")
    _check_sample(codebook, contribution, by, sample)
    chosen = codes_still_in_use(codebook, codes)
    if new_code.strip():
        chosen.append(add_code(codebook, by=by, given=CodeInput(new_code), born_while_reading=True))
    if not (chosen or unsure or none):
        raise Refused("Choisissez au moins un code, « aucun code ne convient » ou « je ne sais pas ».")
    if chosen and none:
        raise Refused("« Aucun code ne convient » et un code sont cochés ensemble : gardez l’un ou l’autre.")
    return _write(codebook, contribution, by, chosen, unsure=unsure, proposed=proposed, sample=sample)


def _write(codebook, contribution, by, chosen, *, unsure, proposed, sample) -> Coding:
    """A coding changed later keeps the proposals of its first time, and the codes that were retired since."""
    coding, is_new = Coding.objects.get_or_create(
        codebook=codebook, contribution=contribution, coder=by,
        defaults={"unsure": unsure, "proposed": [] if sample else list(proposed)},
    )  # fmt: skip
    retired = [] if is_new else list(coding.codes.exclude(retired_at=None))
    coding.codes.set([*chosen, *retired])
    if not is_new:
        coding.unsure = unsure
        coding.save(update_fields=["unsure", "at"])
    if sample:
        close_if_finished(sample)
    return coding


def _check_sample(codebook, contribution, by, sample) -> None:
    holding = [one for one in open_samples(codebook) if contribution.pk in one.contributions]
    if sample is None:
        if holding:
            raise Refused(BLIND)
        if contribution.pk in frozen_texts(codebook, by):
            raise Refused(FROZEN)
        return
    if all(one.pk != sample.pk for one in holding):
        raise Refused("Cet échantillon est clos : ce que vous y aviez codé est gardé, rien de plus n’a été enregistré.")
    if not sample.coders.filter(pk=by.pk).exists():
        raise NotAllowed("sample.code")


def codes_still_in_use(codebook, codes: Iterable[int]) -> list[Code]:
    wanted = set(codes)
    rows = list(codebook.codes.filter(pk__in=wanted))
    if len(rows) != len(wanted):
        raise Refused("Un des codes choisis n’est pas dans cette grille : rechargez la page.")
    gone = next((row for row in rows if row.retired_at), None)
    if gone:
        raise Refused(f"Le code « {gone.label} » a été retiré de la grille entre-temps : choisissez-en un autre.")
    return rows


def frozen_texts(codebook, coder) -> set[int]:
    """The texts that this person coded in a blind sample that is closed: what was measured stays what it was."""
    closed = codebook.samples.filter(closed_at__isnull=False, coders=coder)
    found: set[int] = set()
    for sample in closed:
        rows = Coding.objects.filter(codebook=codebook, coder=coder, contribution__in=sample.contributions)
        found |= set(rows.filter(at__lte=sample.closed_at).values_list("contribution", flat=True))
    return found


def close_if_finished(sample: CodingSample) -> None:
    """A sample that all have coded whole is closed: they may then compare."""
    if all(not left_in(sample, coder) for coder in sample.coders.all()):
        CodingSample.objects.filter(pk=sample.pk, closed_at=None).update(closed_at=timezone.now())


@transaction.atomic
def give_code(code, *, by, contributions: Iterable[int]) -> int:
    """Add a code to this person's coding of each of these texts; returns how many received it."""
    codebook = code.codebook
    if not rules.can_analyse(by, codebook.consultation):
        raise NotAllowed("coding.code")
    codes_still_in_use(codebook, [code.pk])
    sealed = {pk for one in open_samples(codebook) for pk in one.contributions}
    wanted = {int(pk) for pk in contributions} - sealed - frozen_texts(codebook, by)
    rows = Contribution.objects.unmasked().filter(consultation=codebook.consultation, pk__in=wanted)
    count = 0
    for contribution in rows:
        coding, _ = Coding.objects.get_or_create(codebook=codebook, contribution=contribution, coder=by)
        if not coding.codes.filter(pk=code.pk).exists():
            coding.codes.add(code)
            coding.save(update_fields=["at"])
            count += 1
    if not count:
        raise Refused("Cochez au moins un texte qui doit recevoir ce code.")
    return count
