"""Full text on the database there is: FTS5 on SQLite, a French configuration with unaccent on PostgreSQL.

The index holds a row per inventory entry: its title apart, since it weighs more, and its passages. FTS5 knows no
French, so it is given the stems of `engine.text.words`; PostgreSQL stems by itself and is given them besides, so that
both find the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from concertia.engine.text.words import stems_of, without_accents, words

LONGEST_QUERY = 200  # characters read; the rest is not, and the page says so
MOST_TERMS = 12
TITLE_WEIGHT = 4.0
TERM = re.compile(r'(?P<out>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"|«(?P<french>[^»]*)»|(?P<word>[^\s"«»]+))')
REFERENCE = re.compile(r"[A-Za-z]{3}-\d{2,}(-[A-Za-z]\d+)?")  # VAL-01, VAL-01-P02: its parts follow each other
# Words too common to be looked for: the same for both databases, whatever their own lists.
COMMON = frozenset(
    (
        "a",
        "as",
        "au",
        "aux",
        "avec",
        "c",
        "ce",
        "ces",
        "dans",
        "de",
        "des",
        "du",
        "d",
        "elle",
        "en",
        "est",
        "et",
        "eux",
        "il",
        "ils",
        "je",
        "l",
        "la",
        "le",
        "les",
        "leur",
        "leurs",
        "lui",
        "m",
        "ma",
        "mais",
        "me",
        "mes",
        "mon",
        "n",
        "ne",
        "nos",
        "notre",
        "nous",
        "on",
        "ou",
        "par",
        "pas",
        "pour",
        "qu",
        "que",
        "qui",
        "s",
        "sa",
        "se",
        "ses",
        "son",
        "sont",
        "sur",
        "t",
        "ta",
        "te",
        "tes",
        "tu",
        "un",
        "une",
        "vos",
        "votre",
        "vous",
        "y",
    )
)


@dataclass(frozen=True)
class Term:
    """Words that follow each other; `is_excluded` when they must be absent."""

    words: tuple[str, ...]
    is_excluded: bool


def terms_of(text: str) -> list[Term]:
    """What is looked for: words, « phrases exactes », what a minus sign takes out; common words alone say nothing."""
    found = []
    for match in TERM.finditer(text[:LONGEST_QUERY]):
        is_phrase = match["word"] is None or bool(REFERENCE.fullmatch(match["word"]))
        typed = tuple(re.findall(r"\w+", match["word"] or match["phrase"] or match["french"] or ""))
        excluded = bool(match["out"])
        if is_phrase and typed:
            found.append(Term(typed, excluded))
            continue
        found += [Term((word,), excluded) for word in typed if word.lower() not in COMMON]
    return found[:MOST_TERMS]


def alphabetical(name: str) -> str:
    """What names are sorted by: « Évreux » beside « Évry », not after « Zuydcoote »."""
    return without_accents(name)


def stems_sought(terms: Iterable[Term]) -> frozenset[str]:
    """The stems to show in the results, both kinds."""
    return frozenset(stem for term in terms if not term.is_excluded for word in term.words for stem in stems_of(word))


def matching(entries: QuerySet, terms: list[Term]) -> QuerySet:
    """The entries that hold all that is looked for, or all that hold nothing of what is excluded; none for nothing."""
    if not terms:
        return entries.none()
    if all(term.is_excluded for term in terms):  # FTS5 takes out of something: find what holds one, take it out of all
        for term in terms:
            sql, parameters = _condition([Term(term.words, is_excluded=False)])
            entries = entries.exclude(pk__in=RawSQL(sql, parameters))  # noqa: S611 -- likewise
        return entries
    sql, parameters = _condition(terms)
    return entries.filter(pk__in=RawSQL(sql, parameters))  # noqa: S611 -- what was typed is in the parameters


def ranks(terms: list[Term]) -> dict[int, float]:
    """How well each matching entry answers: the smaller, the better."""
    if not any(not term.is_excluded for term in terms):
        return {}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            query, parameters = _tsquery(terms)
            cursor.execute(
                f"SELECT entry_id, -ts_rank_cd(words, query) FROM commons_search, (SELECT {query} AS query) AS asked "  # noqa: S608 -- parameters apart
                "WHERE words @@ query",
                parameters,
            )
        else:
            cursor.execute(
                f"SELECT rowid, bm25(commons_search, {TITLE_WEIGHT}, 1.0) FROM commons_search "  # noqa: S608 -- a constant
                "WHERE commons_search MATCH %s",
                [_fts_query(terms)],
            )
        return dict(cursor.fetchall())


def index(entry_id: int, *, title: str, passages: Iterable[str]) -> None:
    """Write or replace the row of an entry."""
    forget(entry_id)
    body = "\n".join(passages)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "INSERT INTO commons_search (entry_id, words) VALUES (%s, "
                "setweight(to_tsvector('concertia_french', %s) || to_tsvector('simple', %s), 'A') || "
                "setweight(to_tsvector('concertia_french', %s) || to_tsvector('simple', %s), 'D'))",
                [entry_id, _storable(title), _stemmed(title), _storable(body), _stemmed(body)],
            )
        else:
            cursor.execute(
                "INSERT INTO commons_search (rowid, title, body) VALUES (%s, %s, %s)",
                [entry_id, _stemmed(title), _stemmed(body)],
            )


def forget(entry_id: int) -> None:
    with connection.cursor() as cursor:
        key = "entry_id" if connection.vendor == "postgresql" else "rowid"
        cursor.execute(f"DELETE FROM commons_search WHERE {key} = %s", [entry_id])  # noqa: S608 -- a constant


def forget_all() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM commons_search")


def _stemmed(text):
    """The stems as written, then those without accents: a phrase is found in one stream or the other."""
    found = list(words(text))
    return f"{' '.join(word.stem for word in found)} \n {' '.join(word.plain for word in found)}"


def _storable(text):
    return text.replace("\0", " ")  # PostgreSQL keeps no such sign


def _condition(terms):
    if connection.vendor == "postgresql":
        query, parameters = _tsquery(terms)
        return f"SELECT entry_id FROM commons_search WHERE words @@ ({query})", parameters  # noqa: S608
    return "SELECT rowid FROM commons_search WHERE commons_search MATCH %s", [_fts_query(terms)]


def _fts_query(terms):
    """FTS5's own language; only stems, made of letters and figures, stand between its quotes."""
    return "({}){}".format(
        " AND ".join(_fts_term(term) for term in terms if not term.is_excluded),
        "".join(f" NOT {_fts_term(term)}" for term in terms if term.is_excluded),
    )


def _streams(term):
    pairs = [stems_of(word) for word in term.words]
    return sorted({" ".join(stem for stem, _ in pairs), " ".join(plain for _, plain in pairs)})


def _fts_term(term):
    return "({})".format(" OR ".join(f'"{stream}"' for stream in _streams(term)))


def _tsquery(terms):
    parts, parameters = [], []
    for term in terms:
        streams = _streams(term)
        ways = ["phraseto_tsquery('concertia_french', %s)", *["phraseto_tsquery('simple', %s)"] * len(streams)]
        parts.append(f"{'!!' if term.is_excluded else ''}({' || '.join(ways)})")
        parameters += [_storable(" ".join(term.words)), *streams]
    return " && ".join(parts), parameters
