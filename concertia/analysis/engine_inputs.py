"""From rows to what the engine reads."""

from __future__ import annotations

from collections.abc import Iterable

from concertia.analysis.models import Code, Corpus
from concertia.collection.models import Contribution
from concertia.engine.text.units import Contribution as Written


def contributions_of(corpus: Corpus) -> list[Written]:
    """The texts of a corpus, in its order; the identifier is the row's number."""
    rows = Contribution.objects.filter(pk__in=corpus.members.values("contribution")).order_by("pk")
    return [written(row) for row in rows.iterator(chunk_size=5000)]


def written(row: Contribution) -> Written:
    return Written(
        str(row.pk),
        row.text,
        author=row.author or None,
        time=row.said_at.timestamp() if row.said_at else None,
        profile=row.profile or None,
    )


def grid_of(codes: Iterable[Code]):
    """The codes of a grid as the engine knows them; the key is the row's number."""
    from concertia.engine.coding.suggestions import GridCode  # noqa: PLC0415 -- optional dependency

    return [
        GridCode(str(one.pk), one.label, one.definition, tuple(one.examples), tuple(one.counter_examples))
        for one in codes
    ]
