"""« Ce qu’il faut retenir »: what one page says to a room."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.db.models import Count

from concertia.analysis.enums import Status
from concertia.analysis.exports_queries import Held, held_of
from concertia.analysis.models import Run
from concertia.analysis.queries import Branch
from concertia.analysis.report_inputs import Scope, day, held_sentence, quote_of
from concertia.collection.models import Contribution
from concertia.engine.reports.report import Quote, ThemeNode, Wall
from concertia.engine.reports.words import counted

MOST_THEMES = 7


def wall_of(scope: Scope) -> Wall:
    """At most seven themes, the most persons first, each with a quote; a dissenting voice; a rare one.

    Only words already read are shown: where none is, the page says so.
    """
    run = scope.run
    branches = sorted(scope.tree.roots, key=lambda one: (-one.theme.persons, one.theme.number))
    shown, left = branches[:MOST_THEMES], branches[MOST_THEMES:]
    rows = _rows(scope, branches)
    held = held_of(run)
    persons = run.placements.aggregate(persons=Count("person", distinct=True))["persons"]
    return Wall(
        title="Ce qu’il faut retenir",
        question=run.corpus.consultation.question or run.corpus.consultation.title,
        heard=f"{counted(persons, 'personne entendue', 'personnes entendues')}, {counted(held.total, 'message')}.",
        without_author=_without_author(run),
        base=f"{run.corpus.consultation.territory.name} · {run.corpus}, analyse {run.number}. "
        "Une personne compte une fois par thème ; elle peut parler de plusieurs.",
        themes=tuple(_node(branch, rows) for branch in shown),
        others=f"{counted(len(left), 'thème')} de plus, dits par moins de personnes." if left else "",
        dissenting=next(_voices(branches, rows, "dissenting"), None),
        rare=_signal(scope, rows) or next(_voices(branches, rows, "rare"), None),
        unknown=_unknown(scope, held),
        ai_use="Regroupements proposés par un programme local ; citations exactes.",
        made=f"{day(scope.made_at)}.",
    )


def _without_author(run: Run) -> str:
    """How many of the persons heard are only a message whose author nobody knows: those may be fewer people."""
    count = run.placements.filter(person__startswith="#").count()  # an author's key is hexadecimal
    one, many = "compté pour une personne", "comptés chacun pour une personne"
    return f"dont {counted(count, 'message')} sans auteur connu, {one if count == 1 else many}." if count else ""


def _rows(scope: Scope, branches: list[Branch]) -> dict[int, Contribution]:
    wanted = {quote[0] for branch in branches for theme in _under(branch) for quote in theme.quotes}
    signals = scope.run.placements.filter(signal__isnull=False, contribution__read_at__isnull=False)
    wanted |= set(signals.order_by("signal__rank").values_list("contribution", flat=True)[:5])
    return Contribution.objects.in_bulk(wanted)


def _under(branch: Branch) -> Iterable:
    yield branch.theme
    for child in branch.children:
        yield from _under(child)


def _quotes(branch: Branch, rows, *voices: str) -> Iterable[Quote]:
    for theme in _under(branch):
        for pk, start, end, voice in theme.quotes:
            if pk in rows and voice in voices:
                yield quote_of(rows[pk], start, end)


def _voices(branches: list[Branch], rows, voice: str) -> Iterable[Quote]:
    for branch in branches:
        for quote in _quotes(branch, rows, voice):
            if not quote.withheld:
                yield replace(quote, origin=f"{quote.origin} · thème « {branch.theme.name} »")


def _node(branch: Branch, rows) -> ThemeNode:
    """A theme with the first quote that may be shown, or with why there is none."""
    theme = branch.theme
    quotes = list(_quotes(branch, rows, "common", "rare"))
    first = next((quote for quote in quotes if not quote.withheld), None) or next(iter(quotes), None)
    return ThemeNode(str(theme.pk), theme.name, "", theme.persons, theme.messages, quotes=(first,) if first else ())


def _signal(scope: Scope, rows) -> Quote | None:
    signals = scope.run.placements.filter(signal__isnull=False, contribution__in=rows).select_related("signal")
    for row in signals.order_by("signal__rank"):
        quote = quote_of(rows[row.contribution_id], row.signal.start, row.signal.end)
        if not quote.withheld:
            return replace(quote, origin=f"{quote.origin} · loin de tout thème")
    return None


def _unknown(scope: Scope, held: Held) -> tuple[str, ...]:
    """What these numbers do not say, first what is known of it."""
    statuses = scope.run.placements.order_by().values_list("status").annotate(Count("pk"))
    counts = dict(statuses)
    aside, signals = counts.get(Status.SET_ASIDE, 0), counts.get(Status.SIGNAL, 0)
    found = ["Ce que pensent les personnes qui n’ont pas participé : ces nombres ne sont pas un sondage."]
    if signals:
        found.append(f"Ce que disent ensemble {counted(signals, 'parole')} loin de tout thème : à lire une à une.")
    if aside:
        found.append(f"{counted(aside, 'message')} sans texte lisible.")
    if scope.run.stability is not None:
        value = f"{scope.run.stability:.2f}".replace(".", ",")
        found.append(f"Si d’autres regroupements tiendraient mieux : stabilité {value} sur 1.")
    if back := held_sentence(held.unread, held.masked):
        found.append(back)
    return tuple(found)
