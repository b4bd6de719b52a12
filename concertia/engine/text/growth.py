"""New texts added to an analysis: the themes stay as they are, the newcomers are placed in them or listed.

    copy     the same words as a text already there, or a near-duplicate of one (up to 5,000 models compared)
    theme    voted by its 15 nearest models
    signal   when its likeness to them is under what 95 % of the texts in themes have

Limits: a new subject makes no theme, it fills the list: analyse again when the list grows. Reference: for the vote, T.
Cover and P. Hart, « Nearest neighbor pattern classification », IEEE Transactions on Information Theory 13(1), 1967.
"""

from __future__ import annotations

from collections.abc import Sequence

from threadpoolctl import threadpool_limits

from concertia.engine.text.analysis import Model
from concertia.engine.text.bags import same_words_key
from concertia.engine.text.duplicates import find_duplicates
from concertia.engine.text.encoder import Encode
from concertia.engine.text.result import ContributionResult
from concertia.engine.text.themes import centres_of, vote
from concertia.engine.text.units import Contribution, Status, reason_to_set_aside

MOST_COMPARED = 5000


def place_new(
    model: Model, newcomers: Sequence[Contribution], *, encode: Encode | None = None
) -> tuple[ContributionResult, ...]:
    """What becomes of new contributions, in their order; `encode` is needed when the analysis had it.

    >>> from concertia.engine.text.analysis import analyse
    >>> run = analyse([Contribution(str(rank), "Un banc au parc") for rank in range(6)])
    >>> place_new(run.model, [Contribution("n", "un banc au parc !")])[0].duplicate_of == run.model.ids[0]
    True
    """
    texts = [one.text for one in newcomers]
    with threadpool_limits(limits=1):
        copies = _copies(model, texts)
        rows = model.space.place(texts, encode=encode)
        theme = vote(rows, model.rows, model.theme)
        centres = centres_of(model.rows, model.theme)
    found = []
    for rank, one in enumerate(newcomers):
        reason = reason_to_set_aside(one.text)
        if reason is not None:
            found.append(ContributionResult(one.id, Status.SET_ASIDE, None, 0.0, str(reason), None, None, None))
            continue
        copy = copies[rank]
        if copy is not None:
            own = int(model.theme[copy])
            of = None if own < 0 else own
            found.append(ContributionResult(one.id, Status.DUPLICATE, of, 1.0, None, model.ids[copy], None, None))
            continue
        own = int(theme[rank])
        score = float(rows[rank] @ centres[own]) if own >= 0 else 0.0
        status = Status.THEME if own >= 0 and score >= model.lowest else Status.SIGNAL
        of = None if own < 0 else own
        found.append(ContributionResult(one.id, status, of, round(score, 4), None, None, None, None))
    return tuple(found)


def _copies(model: Model, texts: Sequence[str]) -> list[int | None]:
    """For each new text the model it repeats, None when it repeats none."""
    by_words = {same_words_key(text): rank for rank, text in reversed(list(enumerate(model.texts)))}
    copies = [by_words.get(same_words_key(text)) for text in texts]
    known = len(model.texts)
    if known + len(texts) > MOST_COMPARED:
        return copies
    group = find_duplicates([*model.texts, *texts]).model
    first: dict[int, int] = {}
    for rank in range(known):
        first.setdefault(int(group[rank]), rank)
    return [
        copy if copy is not None else first.get(int(group[known + rank]))
        for rank, copy in enumerate(copies)
    ]  # fmt: skip
