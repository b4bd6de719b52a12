"""Blind samples: drawn, closed, measured, settled; and what the machine would have said, beside what people said."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from concertia.analysis import rules
from concertia.analysis.actions.coding import codes_still_in_use
from concertia.analysis.actions.proposals import SHOWN, Prepared, learnt
from concertia.analysis.coding_queries import choices_of, codes_in_use, corpus_to_code, sealed_texts, texts_of
from concertia.analysis.models import Code, Codebook, Coding, CodingSample, Settlement
from concertia.collection.models import Contribution
from concertia.core.errors import NotAllowed, Refused
from concertia.engine.notes import EngineError

FEWEST, MOST = 10, 500
SEED = 0  # of the intervals
FOLDS = 5
FEWEST_CONFRONTED = 10


@transaction.atomic
def draw_sample(codebook, *, by, size: int, coders: Sequence, seed: int) -> CodingSample:
    """Contributions drawn at random from the latest corpus; who is invited codes them all, in the same order."""
    import numpy as np  # noqa: PLC0415 -- optional dependency

    if not rules.can_analyse(by, codebook.consultation):
        raise NotAllowed("sample.draw")
    codebook = Codebook.objects.select_for_update().select_related("consultation").get(pk=codebook.pk)
    corpus = corpus_to_code(codebook.consultation)
    if corpus is None:
        raise Refused("Rien n’est encore à coder : versez des contributions à l’étape « Recueillir ».")
    if not codebook.codes.filter(retired_at=None).exists():
        raise Refused("Cette grille n’a pas de code : ajoutez-en avant de tirer un échantillon.")
    if len({coder.pk for coder in coders}) < 2:
        raise Refused("Invitez au moins deux personnes : l’accord se mesure entre elles.")
    if not all(rules.can_analyse(coder, codebook.consultation) for coder in coders):
        raise Refused("Une des personnes invitées n’a pas de rôle qui permette de coder : choisissez-en une autre.")
    taken = set(codebook.codings.order_by().values_list("contribution", flat=True)) | sealed_texts(codebook)
    rows = Contribution.objects.unmasked().filter(pk__in=texts_of(corpus)).exclude(pk__in=taken)
    free = list(rows.order_by("pk").values_list("pk", flat=True))
    if not FEWEST <= size <= MOST:
        raise Refused(f"Taille de l’échantillon : écrivez un nombre de {FEWEST} à {MOST}.")
    if size > len(free):
        raise Refused(f"Il reste {len(free)} textes que personne n’a codés, il en faut {size} : demandez-en moins.")
    drawn = np.random.default_rng(seed).permutation(len(free))[:size]
    sample = CodingSample.objects.create(
        codebook=codebook, corpus=corpus, seed=seed, contributions=[free[int(rank)] for rank in drawn], asked_by=by
    )
    sample.coders.set(coders)
    return sample


@transaction.atomic
def close_sample(sample, *, by) -> None:
    """Stop the blind coding where it stands: what was coded is kept, and may now be compared."""
    if not rules.can_analyse(by, sample.codebook.consultation):
        raise NotAllowed("sample.close")
    if not CodingSample.objects.filter(pk=sample.pk, closed_at=None).update(closed_at=timezone.now()):
        raise Refused("Cet échantillon est déjà clos.")


def decimal(value: float | None) -> str:
    """As French writes it: a comma, a true minus, two decimals."""
    return "" if value is None else f"{value:.2f}".replace(".", ",").replace("-", "−")


@dataclass(frozen=True)
class Measure:
    """A figure with its interval, None where nothing varies enough to tell."""

    value: float | None
    low: float | None
    high: float | None

    def __str__(self):
        return decimal(self.value)

    @property
    def interval(self) -> str:
        return f"{decimal(self.low)} à {decimal(self.high)}"

    @classmethod
    def of(cls, found) -> Measure:
        values = (found.value, found.low, found.high)
        return cls(*(None if one is None or math.isnan(one) else round(one, 2) for one in values))


@dataclass(frozen=True)
class OnCode:
    """Agreement on one code: `given`, the texts where somebody gave it; `positive`, when one gives it another does."""

    code: Code
    given: int
    alpha: Measure
    ac1: Measure
    positive: float | None


@dataclass(frozen=True)
class Differing:
    """A text that people coded differently: who gave what, and what was agreed on since."""

    contribution: Contribution
    given: list[tuple[object, list[Code], bool]]
    settlement: Settlement | None


@dataclass(frozen=True)
class Result:
    """What a closed sample shows."""

    texts: int  # coded by two people or more
    same: int
    alpha: Measure
    codes: list[OnCode]
    differing: list[Differing]


def agreement_of(sample: CodingSample) -> Result | None:
    """How far people agree on a closed sample; None while it is open, or when no text was coded twice."""
    if sample.closed_at is None:
        return None
    import numpy as np  # noqa: PLC0415 -- optional dependency

    from concertia.engine.coding import code_agreements, code_sets, disagreements, krippendorff_alpha_sets  # noqa: PLC0415 -- optional dependency

    coders = list(sample.coders.order_by("pk"))
    codings = _codings_in(sample, coders)
    rows = [[_answer(codings.get((pk, coder.pk))) for coder in coders] for pk in sample.contributions]
    used = {int(code) for row in rows for one in row if one for code in one}
    codes = {code.pk: code for code in sample.codebook.codes.filter(pk__in=used)}
    sets = code_sets(rows, codes=[str(pk) for pk in codes])
    try:
        alpha = krippendorff_alpha_sets(sets, rng=np.random.default_rng(SEED))
    except EngineError:  # nobody coded a text that another coded
        return None
    per_code = code_agreements(sets, rng=np.random.default_rng(SEED)) if codes else ()
    apart = [sample.contributions[one.unit] for one in disagreements(sets)]
    return Result(
        texts=alpha.units,
        same=alpha.units - len(apart),
        alpha=Measure.of(alpha),
        codes=[_on_code(one, codes) for one in per_code if one.given],
        differing=_differing(sample, apart, coders, codings),
    )


def _on_code(found, codes) -> OnCode:
    positive = None if math.isnan(found.positive) else round(100 * found.positive)
    return OnCode(codes[int(found.code)], found.given, Measure.of(found.alpha), Measure.of(found.ac1), positive)


def _codings_in(sample, coders) -> dict[tuple[int, int], Coding]:
    rows = Coding.objects.filter(codebook=sample.codebook_id, contribution__in=sample.contributions, coder__in=coders)
    rows = rows.filter(at__lte=sample.closed_at)  # what was given since was not given blind
    return {(row.contribution_id, row.coder_id): row for row in rows.prefetch_related("codes")}


def _answer(coding: Coding | None) -> frozenset[str] | None:
    """The set that a person gave; « je ne sais pas » alone is no answer, « aucun code » is the empty set."""
    if coding is None:
        return None
    codes = frozenset(str(code.pk) for code in coding.codes.all())
    return codes if codes or not coding.unsure else None


def _differing(sample, pks, coders, codings) -> list[Differing]:
    rows = Contribution.objects.in_bulk(pks)
    settled = Settlement.objects.filter(codebook=sample.codebook_id, contribution__in=pks)
    settled = {row.contribution_id: row for row in settled.select_related("by").prefetch_related("codes")}
    return [Differing(rows[pk], _given(pk, coders, codings), settled.get(pk)) for pk in pks]


def _given(pk, coders, codings):
    found = [(coder, codings.get((pk, coder.pk))) for coder in coders]
    return [(coder, list(coding.codes.all()), coding.unsure) for coder, coding in found if coding]


@transaction.atomic
def settle(sample, contribution, *, by, codes: Iterable[int]) -> Settlement:
    """What the two agree on for one text; their codings stay. No code at all may be what they agree on."""
    codebook = sample.codebook
    if not rules.can_analyse(by, codebook.consultation):
        raise NotAllowed("sample.settle")
    if sample.closed_at is None:
        raise Refused("Cet échantillon est encore ouvert : on règle les désaccords quand tout le monde a fini.")
    if contribution.pk not in sample.contributions:
        raise Refused("Ce texte n’est pas dans cet échantillon.")
    chosen = codes_still_in_use(codebook, codes)
    row, is_new = Settlement.objects.get_or_create(codebook=codebook, contribution=contribution, defaults={"by": by})
    row.codes.set(chosen)
    if not is_new:
        row.by = by
        row.save(update_fields=["by", "at"])
    return row


@dataclass(frozen=True)
class Share:
    """Texts counted among others, with the interval of Wilson, in hundredths."""

    count: int
    base: int
    low: int
    high: int

    @property
    def percent(self) -> int:
        return round(100 * self.count / self.base)


def share(count: int, base: int) -> Share | None:
    if not base:
        return None
    from concertia.engine.coding.intervals import share_interval  # noqa: PLC0415 -- optional dependency

    low, high = share_interval(count, base)
    return Share(count, base, round(100 * low), round(100 * high))


def help_given(codebook) -> Share | None:
    """Of the texts coded with proposals in sight, those with at least one code among the proposals shown then.

    Measured as people code: the machine had not learnt from the text. People had the proposals under their eyes.
    """
    rows = Coding.objects.filter(codebook=codebook).exclude(proposed=[])
    rows = rows.exclude(contribution__in=sealed_texts(codebook))
    shown = dict(rows.values_list("pk", "proposed"))
    given = {}
    for coding, code in Coding.codes.through.objects.filter(coding__in=rows).values_list("coding_id", "code_id"):
        given.setdefault(coding, set()).add(code)
    hits = sum(bool(codes & set(shown[pk])) for pk, codes in given.items())
    return share(hits, len(given))


@dataclass(frozen=True)
class Confronted:
    """One text where none of the machine's three codes is one that people gave."""

    contribution: Contribution
    people: list[Code]
    machine: list[Code]


@dataclass(frozen=True)
class Confrontation:
    first: Share  # the machine's first code is one that people gave
    among: Share  # one of its three codes is
    differing: list[Confronted]


def confrontation_of(codebook, prepared: Prepared) -> Confrontation | None:
    """What the machine would have said of the texts that people coded, each without having learnt from it.

    The texts are cut into five parts; the machine learns from four and speaks of the fifth, in turn.
    """
    codes = {code.pk: code for code in codes_in_use(codebook)}
    choices = {pk: given & codes.keys() for pk, given in choices_of(codebook).items() if pk in prepared.rank_of}
    choices = {pk: given for pk, given in choices.items() if given}
    if len(choices) < FEWEST_CONFRONTED:
        return None
    said = _said_unlearnt(prepared, list(codes), choices)
    first = sum(said[pk][0] in given for pk, given in choices.items())
    apart = [pk for pk, given in choices.items() if not given & set(said[pk])]
    rows = Contribution.objects.in_bulk(apart)
    differing = [
        Confronted(rows[pk], [codes[one] for one in sorted(choices[pk])], [codes[one] for one in said[pk]])
        for pk in sorted(apart)
    ]
    base = len(choices)
    return Confrontation(share(first, base), share(base - len(apart), base), differing)


def _said_unlearnt(prepared: Prepared, codes: list[int], choices) -> dict[int, list[int]]:
    from threadpoolctl import threadpool_limits  # noqa: PLC0415 -- optional dependency

    ordered, said = sorted(choices), {}
    with threadpool_limits(limits=1):
        for fold in range(FOLDS):
            apart = set(ordered[fold::FOLDS])
            _, found = learnt(prepared, codes, {pk: given for pk, given in choices.items() if pk not in apart})
            for pk in apart:
                said[pk] = [int(one.code) for one in found.best(prepared.rank_of[pk], SHOWN)]
    return said
