"""What an edited synthesis may not say: the engine's check, and what changed since in the sources.

A quote is checked against its source as it may be shown today. A passage hidden since is therefore a difference: the
quote must be written with « […] ». A source masked since, a theme merged or a count changed since are said likewise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from concertia.analysis.enums import SourceKind
from concertia.analysis.models import Source, SynthesisSentence
from concertia.analysis.phrases import sentence as told_in_french
from concertia.analysis.queries import Tree
from concertia.analysis.quoting import State, Written, numbers_of, written_quotes
from concertia.core.text import thousands
from concertia.engine.notes import Note

Counts = Mapping[tuple[str, int | None], int]
QUOTES = {
    State.HIDDEN: "Un passage de cette citation a été caché depuis : elle s’écrit maintenant avec « […] ».",
    State.CHANGED: "Cette citation n’est pas, signe pour signe, dans sa source telle qu’elle se lit aujourd’hui.",
    State.ABSENT: "Une source n’a plus sa citation dans la phrase : retirez la source, ou récrivez la citation.",
}


@dataclass(frozen=True)
class Remark:
    """What is wrong, where in the sentence ([start, end), empty when nowhere), what one click may do of a source."""

    told: str
    start: int = 0
    end: int = 0
    source: int | None = None
    update: str = ""  # the words of the button that writes it again as it is today
    unbind: str = ""  # the words of the button that takes the source away


def remarks_of(row: SynthesisSentence, tree: Tree, counts: Counts) -> list[Remark]:
    """() when each quote is its source's slice, each number its count, and every word between « and » has a source."""
    from concertia.engine.text.synthesis import verify  # noqa: PLC0415 -- optional dependency

    sources = list(row.sources.all())
    quotes = written_quotes(row.text, sources)
    pairs = paired(row.text, quotes, sources)
    refused = verify(*_as_the_engine_reads(row.text, quotes, pairs, sources), counts)
    places = {one.place: one.note for one in refused}
    remarks = [_of_quote(one) for one in quotes if one.state != State.EXACT]
    remarks += [found for number, figure in pairs if (found := _of_number(number, figure, tree, counts))]
    for place, note in places.items():
        if note.code == "synthesis.unsourced-quote":
            end = row.text.find("»", place) + 1
            remarks.append(Remark(told_in_french(note), place, end))
        if note.code == "synthesis.number-in-words":
            remarks.append(Remark(told_in_french(note), place, place + len(str(note.params["written"]))))
        if note.code == "synthesis.no-source" and not sources:
            remarks.append(Remark(told_in_french(note)))
    if refused and not remarks:  # the engine has the last word
        remarks = [Remark(told_in_french(one.note), one.place, one.place) for one in refused]
    return sorted(remarks, key=lambda one: (one.start, one.end))


def paired(text: str, quotes: Iterable[Written], sources: Iterable[Source]):
    """(number written, figure): those of the same value first, then the others in their order; one may be missing."""
    numbers = numbers_of(text, quotes)
    figures = [one for one in sources if one.kind == SourceKind.FIGURE]
    found: dict[int, Source | None] = {}
    for rank, number in enumerate(numbers):
        same = next((one for one in figures if _digits(number) == str(one.value)), None)
        if same is not None:
            found[rank] = same
            figures.remove(same)
    for rank in range(len(numbers)):
        if rank not in found:
            found[rank] = figures.pop(0) if figures else None
    return [(number, found[rank]) for rank, number in enumerate(numbers)] + [(None, one) for one in figures]


def _digits(number: re.Match[str]) -> str:
    return number[0] if re.search(r"[.,]", number[0]) else re.sub(r"\D", "", number[0])


def _as_the_engine_reads(text, quotes, pairs, sources):
    """Sentence and texts for `verify`; what this module says itself is handed as right: nothing is said twice."""
    from concertia.engine.text.synthesis import Figure, Quote, Sentence  # noqa: PLC0415 -- optional dependency

    texts, slices = {}, []
    for one in quotes:
        words = one.source.contribution.shown(one.source.start, one.source.end)
        words = words if one.state == State.EXACT else _inside(text[one.start : one.end])
        if words and one.state != State.ABSENT:
            texts[str(one.source.pk)] = words
            slices.append(Quote(str(one.source.pk), 0, len(words)))
    for number, figure in pairs:
        if number is not None and figure is None:
            text = text[: number.start()] + "•" * len(number[0]) + text[number.end() :]
    figures = tuple(Figure(one.value, one.counted, one.theme_id) for number, one in pairs if one and number)
    if not slices and not figures and sources:  # what is left of them is said one by one
        slices, texts = [Quote("", 0, 1)], {"": "…"}
    return [Sentence(text, tuple(slices), figures)], texts


def _inside(quote: str) -> str:
    words = quote[1:-1]
    words = words[1:] if words[:1] in (" ", "\xa0", "\u202f") else words
    return words[:-1] if words[-1:] in (" ", "\xa0", "\u202f") else words


def _of_quote(one: Written) -> Remark:
    row = one.source.contribution
    if row.is_masked:
        reason = f" ({row.mask_reason})" if row.mask_reason else ""
        told = f"La source de cette citation est masquée par la modération{reason} : la citation ne peut pas rester."
        return Remark(told, one.start, one.end, one.source.pk, unbind="Retirer la citation")
    if one.state == State.ABSENT:
        return Remark(QUOTES[one.state], 0, 0, one.source.pk, unbind="Retirer la source")
    return Remark(
        QUOTES[one.state], one.start, one.end, one.source.pk,
        update="Récrire la citation comme elle se lit aujourd’hui", unbind="Retirer la citation",
    )  # fmt: skip


def _of_number(number, figure, tree: Tree, counts: Counts) -> Remark | None:
    if figure is None:
        note = Note("synthesis.uncounted-number", {"written": number[0]})
        return Remark(told_in_french(note), number.start(), number.end())
    place = {"start": number.start(), "end": number.end()} if number else {}
    gone = {"source": figure.pk, "unbind": "Retirer la source"}
    true = counts.get((figure.counted, figure.theme_id))
    if true is None:
        return Remark(f"Le thème que compte le nombre {thousands(figure.value)} n’existe plus.", **place, **gone)
    if number is None:
        return Remark(f"Le nombre {thousands(figure.value)} n’est plus écrit dans la phrase.", **gone)
    written = _digits(number)
    merged = _became(figure, tree)
    if written == str(true) == str(figure.value) and not merged:
        return None
    unit = f"{thousands(true)} {figure.get_counted_display()}"
    if written != str(figure.value):
        told = f"Le nombre écrit ({number[0]}) n’est pas celui qui est compté ({unit})."
    else:
        told = f"{merged}Le compte est maintenant {unit}."
    return Remark(told, **place, source=figure.pk, update=f"Écrire {thousands(true)}", unbind="Retirer la source")


def _became(figure: Source, tree: Tree) -> str:
    """What its theme became, when it was merged since."""
    branch = tree.standing(figure.theme_id) if figure.theme_id else None
    if branch is None or branch.theme.pk == figure.theme_id:
        return ""
    return f"Le thème « {figure.theme} » a été fusionné dans « {branch.theme} ». "
