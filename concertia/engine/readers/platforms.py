"""Knows the exports of Decidim and of Polis by their columns, and where things stand in them."""

from __future__ import annotations

from collections.abc import Sequence

from concertia.engine.notes import Note
from concertia.engine.readers.columns import NAMED, Layout, Reason, no_reason

VOTES = "polis.votes"
LOCALES = ("fr", "fr-FR", "translation", "en")
DECIDIM_MARKS = frozenset(
    ("participatory_space/id", "participatory_space/url", "component/id", "commentable_type", "root_commentable_url")
)
DECIDIM_DATES = ("published_at", "publishedAt", "created_at", "createdAt")
POLIS_COMMENTS = frozenset(("comment-id", "comment-body"))
POLIS_VOTES = frozenset(("comment-id", "voter-id", "vote"))
POLIS_MATRIX = frozenset(("participant", "group-id", "n-votes"))


def known_layout(headers: Sequence[str]) -> Layout | None:
    """The layout of an export of Decidim (proposals, comments, its API) or of Polis, None for the rest.

    The votes of Polis hold no text: their layout says so by the note `polis.votes`.

    >>> known_layout(["timestamp", "datetime", "comment-id", "author-id", "agrees", "comment-body"]).text
    (5,)
    >>> known_layout(["id", "component/id", "title/en", "title/fr", "body/en", "body/fr"]).text
    (5, 4)
    """
    names = {header.strip().lower(): rank for rank, header in reversed(list(enumerate(headers)))}
    if names.keys() >= POLIS_VOTES or names.keys() >= POLIS_MATRIX:
        return Layout(notes=(Note(VOTES),))
    if names.keys() >= POLIS_COMMENTS:
        return _polis(names)
    bodies = _localised(headers, "body")
    if bodies and (DECIDIM_MARKS & names.keys() or "body/translation" in names):
        return _decidim(headers, names, bodies)
    return None


def _polis(names: dict[str, int]) -> Layout:
    return Layout(
        text=(names["comment-body"],),
        author=_present(names, "author-id"),
        id=(names["comment-id"],),
        date=_present(names, "timestamp", "datetime")[:1],
        trust=NAMED,
        reason=_equal(names.get("moderated"), "-1", "row.moderated_out"),
    )


def _decidim(headers: Sequence[str], names: dict[str, int], bodies: tuple[int, ...]) -> Layout:
    return Layout(
        text=bodies,
        title=_localised(headers, "title"),
        author=_present(names, "author/id", "author/name", "author/nickname"),
        id=_present(names, "id"),
        date=_present(names, *(name.lower() for name in DECIDIM_DATES)),
        trust=NAMED,
        reason=_equal(names.get("state"), "withdrawn", "row.withdrawn"),
    )


def _localised(headers: Sequence[str], name: str) -> tuple[int, ...]:
    """The ranks of « body », « body/fr », « body/en »…: French first, what a machine translated left out."""
    found = []
    for rank, header in enumerate(headers):
        base, _, locale = header.strip().partition("/")
        if base.lower() == name and "/" not in locale:
            found.append((LOCALES.index(locale) if locale in LOCALES else len(LOCALES) * bool(locale), rank))
    return tuple(rank for _, rank in sorted(found))


def _present(names: dict[str, int], *wanted: str) -> tuple[int, ...]:
    return tuple(names[name] for name in wanted if name in names)


def _equal(rank: int | None, value: str, code: str) -> Reason:
    if rank is None:
        return no_reason

    def reason(cells: Sequence[str]) -> str:
        return code if rank < len(cells) and cells[rank].strip() == value else ""

    return reason
