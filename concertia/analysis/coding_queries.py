"""What the pages of coding read. What one coder gave in an open blind sample is shown to nobody else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet
from django.shortcuts import get_object_or_404

from concertia.analysis import rules
from concertia.analysis.models import Code, Codebook, Coding, CodingSample, Corpus, GridReading, Settlement
from concertia.analysis.queries import consultation_to_analyse
from concertia.collection.enums import ContributionState, Use
from concertia.collection.models import Contribution
from concertia.core.jobs import LIVE
from concertia.territories.models import Mandate, User


def codebooks_of(consultation):
    """Its grids, each with how many codes are in use and how many texts somebody coded."""
    return consultation.codebooks.select_related("made_by").annotate(
        in_use=Count("codes", filter=Q(codes__retired_at=None), distinct=True),
        texts=Count("codings__contribution", distinct=True),
        coders=Count("codings__coder", distinct=True),
    )


def codebook_to_read(user, public_id, pk) -> Codebook:
    consultation = consultation_to_analyse(user, public_id)
    codebook = get_object_or_404(consultation.codebooks, pk=pk)
    codebook.consultation = consultation
    return codebook


def codes_found(codebook, *, words="", family=""):
    """The codes of a grid, in use first, each with how many texts hold it outside the open blind samples."""
    rows = codebook.codes.all()
    if words:
        rows = rows.filter(Q(label__icontains=words) | Q(definition__icontains=words))
    if family:
        rows = rows.filter(family=family)
    shown = ~Q(codings__contribution__in=sealed_texts(codebook))
    used = Count("codings__contribution", filter=shown, distinct=True)
    return rows.annotate(used=used).order_by("retired_at", "position", "pk")


def with_readable_examples(consultation, codes) -> list[Code]:
    """Sets `readable` on each code: its examples without those that moderation masked or hid since they were taken."""
    codes = list(codes)
    gone = _words_withdrawn(consultation) if any(code.examples for code in codes) else []
    for code in codes:
        code.readable = [one for one in code.examples if not any(_holds(text, spans, one) for text, spans in gone)]
    return codes


def _words_withdrawn(consultation) -> list[tuple[str, list]]:
    """(text, the slices not to be read) of the contributions masked, or partly hidden."""
    rows = Contribution.objects.filter(consultation=consultation).only("text", "hidden", "state")
    rows = rows.filter(Q(state=ContributionState.MASKED) | ~Q(hidden=[]))
    return [(row.text, [[0, len(row.text)]] if row.is_masked else row.hidden) for row in rows]


def _holds(text: str, spans: list, example: str) -> bool:
    at = text.find(example)
    return at >= 0 and any(first < at + len(example) and at < last for first, last in spans)


def people_who_code(consultation) -> QuerySet[User]:
    """Those whose role lets them code here today, members or by mandate."""
    mandates = Mandate.objects.in_force().filter(
        territory=consultation.territory_id, scope__in=("", consultation.public_id), role__in=rules.ANALYSTS
    )
    member = Q(memberships__territory=consultation.territory_id, memberships__role__in=rules.ANALYSTS)
    return User.objects.filter(member | Q(pk__in=mandates.values("user")), is_active=True).distinct().order_by("pk")


def codes_in_use(codebook) -> list[Code]:
    return list(codebook.codes.filter(retired_at=None))


def corpus_to_code(consultation) -> Corpus | None:
    """The latest frozen list of what participants said."""
    return Corpus.objects.filter(consultation=consultation, use=Use.PARTICIPATION).first()


def open_samples(codebook):
    return codebook.samples.filter(closed_at=None)


def sealed_texts(codebook) -> set[int]:
    """The texts of the open blind samples: nobody reads there what another gave, and nothing is learnt from them."""
    return {pk for texts in open_samples(codebook).values_list("contributions", flat=True) for pk in texts}


def codings_shown(codebook):
    """The codings that anybody of the analysis may read."""
    return Coding.objects.filter(codebook=codebook).exclude(contribution__in=sealed_texts(codebook))


def coding_of(codebook, contribution, coder) -> Coding | None:
    rows = Coding.objects.filter(codebook=codebook, contribution=contribution, coder=coder)
    return rows.prefetch_related("codes").first()


def mark_of(codebook) -> tuple:
    """Changes with everything that teaches the machine, and with nothing else; three small queries."""
    codings = codebook.codings.aggregate(count=Count("pk"), last=Max("at"))
    settled = codebook.settlements.aggregate(count=Count("pk"), last=Max("at"))
    opened = tuple(open_samples(codebook).values_list("pk", flat=True))
    return (codebook.version, *codings.values(), *settled.values(), opened)


def choices_of(codebook) -> dict[int, frozenset[int]]:
    """Text → its codes as people see them: what was settled, else what half of its coders or more gave.

    « Je ne sais pas » alone teaches nothing; open blind samples neither.
    """
    given: dict[int, list[frozenset[int]]] = defaultdict(list)
    for contribution, codes in codes_given(codings_shown(codebook)):
        given[contribution].append(codes)
    found = {pk: _shared(sets) for pk, sets in given.items()}
    settled = Settlement.objects.filter(codebook=codebook).values_list("contribution", "pk")
    agreed = _grouped(Settlement.codes.through.objects.filter(settlement__codebook=codebook), "settlement")
    return found | {contribution: frozenset(agreed.get(pk, ())) for contribution, pk in settled}


def codes_given(codings) -> list[tuple[int, frozenset[int]]]:
    """(text, codes) of each of these codings but those that only say « je ne sais pas »; two queries."""
    codes = _grouped(Coding.codes.through.objects.filter(coding__in=codings.order_by()), "coding")
    rows = codings.order_by("pk").values_list("pk", "contribution", "unsure")
    found = [(contribution, frozenset(codes.get(pk, ())), unsure) for pk, contribution, unsure in rows]
    return [(contribution, given) for contribution, given, unsure in found if given or not unsure]


def _grouped(rows, name) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for owner, code in rows.values_list(f"{name}_id", "code_id"):
        found[owner].add(code)
    return found


def _shared(sets: list[frozenset[int]]) -> frozenset[int]:
    return frozenset(code for code in frozenset().union(*sets) if 2 * sum(code in one for one in sets) >= len(sets))


def texts_of(corpus) -> list[int]:
    return list(corpus.members.order_by("contribution").values_list("contribution", flat=True))


def masked_among(corpus) -> set[int]:
    rows = Contribution.objects.filter(
        consultation=corpus.consultation_id, use=corpus.use, state=ContributionState.MASKED
    )
    return set(rows.values_list("pk", flat=True))


def texts_coded(codebook, *, by=None) -> set[int]:
    """The texts that somebody, or this person, has coded."""
    rows = codebook.codings.filter(coder=by) if by else codebook.codings.all()
    return set(rows.order_by().values_list("contribution", flat=True).distinct())


@dataclass(frozen=True)
class Progress:
    """Where coding stands: texts of the corpus, coded by anybody, coded by this person, left."""

    texts: int
    coded: int
    mine: int
    left: int


def progress_of(codebook, corpus, coder) -> Progress:
    inside = Q(contribution__in=corpus.members.values("contribution"))
    counts = codebook.codings.filter(inside).aggregate(
        coded=Count("contribution", distinct=True),
        mine=Count("contribution", filter=Q(coder=coder), distinct=True),
    )
    masked = corpus.members.filter(contribution__state=ContributionState.MASKED)
    masked = masked.exclude(contribution__in=codebook.codings.order_by().values("contribution")).count()
    return Progress(corpus.count, counts["coded"], counts["mine"], max(0, corpus.count - counts["coded"] - masked))


def reading_shown(codebook, corpus) -> GridReading | None:
    """The last preparation of proposals that ended well on this corpus."""
    return codebook.readings.filter(corpus=corpus).exclude(file="").first()


def reading_asked(codebook) -> GridReading | None:
    """The preparation asked last, however it stands."""
    return codebook.readings.select_related("job", "corpus").first()


def is_live(reading) -> bool:
    return reading is not None and reading.job.state in LIVE


def sample_of(codebook, pk) -> CodingSample:
    rows = codebook.samples.select_related("corpus", "asked_by").prefetch_related("coders")
    return get_object_or_404(rows, pk=pk)


def done_by(sample) -> dict[int, int]:
    """Coder → how many texts of the sample they coded; those who have not begun are at 0."""
    rows = Coding.objects.filter(codebook=sample.codebook_id, contribution__in=sample.contributions)
    counts = dict(rows.order_by().values_list("coder").annotate(Count("pk")))
    return {coder.pk: counts.get(coder.pk, 0) for coder in sample.coders.all()}


def left_in(sample, coder) -> list[int]:
    """The texts of the sample that this person has yet to code, in the order of the draw; masked ones are left out."""
    done = Coding.objects.filter(codebook=sample.codebook_id, coder=coder, contribution__in=sample.contributions)
    done = set(done.values_list("contribution", flat=True))
    rows = Contribution.objects.filter(pk__in=sample.contributions, state=ContributionState.MASKED)
    masked = set(rows.values_list("pk", flat=True))
    return [pk for pk in sample.contributions if pk not in done and pk not in masked]


def contributions_by_pk(pks: Iterable[int]) -> dict[int, Contribution]:
    return Contribution.objects.in_bulk(list(pks))
