"""The report of an analysis: one whole page, readable alone, without script nor host, where every text is only text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.template import Context, Engine

from concertia import __version__
from concertia.analysis import phrases as phrases_analysis
from concertia.cli.themes_files import (
    Outcome,
    families_of,
    family_id,
    row_ledger,
    said,
    theme_id,
    theme_name,
    unit_ledger,
)
from concertia.cli.themes_inputs import Source
from concertia.collection import phrases as phrases_reading
from concertia.core.text import thousands, typeset
from concertia.engine.text.analysis import UNSTABLE
from concertia.engine.text.campaigns import FEWEST_WORDS, persons
from concertia.engine.text.result import CampaignResult, SignalResult, Theme
from concertia.engine.text.synthesis import Quote
from concertia.engine.text.themes import REPEATS, SHARE_KEPT
from concertia.engine.text.vectors import Kind

HERE = Path(__file__).parent
MOST_SET_ASIDE = 200
MOST_SIGNALS = 100
MOST_CAMPAIGNS = 30
MOST_MEMBERS = 20
MOST_REMARKS = 100
MOST_LANGUAGES = 5
LONGEST_MODEL = 3000  # signs of a campaign's text; its file has it whole
MOST_SHORT, LONGEST_SHORT = 5, 100  # texts too short for a campaign, and signs of each
HOLDS = 0.75
AT_RANDOM = "0,4 à 0,55"  # stability of texts made of words drawn at random, measured on 80 to 600 of them
STATUSES = (
    ("theme", "Dans un thème"),
    ("doublon", "Doublons d’un autre texte"),
    ("signal", "Signaux faibles, à lire d’abord"),
    ("ecarte", "Écartées, avec la raison"),
)
KINDS = {
    "lexical": "les mots",
    "encoder": "l’encodeur de phrases et les mots",
    "mapped": "les mots, rapprochés du sens",
}
LANGUAGES = {
    "fr": "français", "en": "anglais", "es": "espagnol", "de": "allemand", "it": "italien", "pt": "portugais",
    "ar": "arabe", "he": "hébreu", "tr": "turc", "oc": "occitan", "br": "breton", "ca": "catalan", "nl": "néerlandais",
}  # fmt: skip


def report_of(outcome: Outcome) -> bytes:
    """The page, in UTF-8. Values are strings made here: the template only places and escapes them."""
    engine = Engine(dirs=[str(HERE)], autoescape=True)
    page = engine.get_template("report.html").render(Context(_values(outcome)))
    return page.replace("\x00", "\ufffd").encode("utf-8", "replace")


def _values(outcome: Outcome) -> dict[str, Any]:
    analysis = outcome.analysis
    rows, units = row_ledger(outcome), unit_ledger(outcome)
    return {
        "files": [_file(source) for source in outcome.corpus.sources],
        "file_names": [source.name for source in outcome.corpus.sources],
        "read": _many(rows["read"], "ligne lue", "lignes lues"),
        "set_aside": _set_aside(outcome),
        "bar": _bar(rows, units),
        "totals": {"rows": thousands(rows["read"]), "units": thousands(units["read"])},
        "persons": _persons(outcome),
        "languages": _languages(outcome),
        "stability": _stability(outcome),
        "families": _families(outcome),
        "themes_count": _many(len(analysis.themes), "thème"),
        "signals": _signals(outcome),
        "campaigns": _campaigns(outcome),
        "flood": _flood(outcome),
        "synthesis": _synthesis(outcome),
        "suggestions": _suggestions(outcome),
        "method": _method(outcome),
        "remarks": _head([typeset(remark) for remark in outcome.remarks], MOST_REMARKS),
    }


def _file(source: Source) -> dict[str, Any]:
    reading = source.reading
    aside = sum(one.records for one in reading.set_aside)
    tables = [table for table in reading.tables if table.columns.text or len(reading.tables) == 1]
    return {
        "name": source.name,
        "kind": ", ".join(part for part in (reading.kind, reading.encoding) if part),
        "columns": [
            typeset(f"{label} : « {name} »" if name else f"{label} : pas de colonne")
            for table in tables[:1]
            for label, name in (
                ("texte", table.columns.text),
                ("auteur", table.columns.author),
                ("identifiant", table.columns.id),
                ("date", table.columns.date),
            )
            if reading.kind not in ("txt", "subtitles")
        ],
        "rows": thousands(reading.records),
        "kept": thousands(sum(one.records for one in reading.rows)),
        "contributions": _many(len(reading.rows), "contribution"),
        "aside": thousands(aside),
        "blank": thousands(sum(table.blank for table in reading.tables)),
        "sha256": source.sha256,
        "notes": [typeset(phrases_reading.sentence(note)) for note in reading.notes],
    }


def _set_aside(outcome: Outcome) -> dict[str, Any]:
    """Each line set aside, by the readers or by the analysis, with its place and the reason."""
    results = outcome.results
    found = []
    for entry in outcome.corpus.entries:
        reason = entry.aside or (entry.id and results[entry.id].reason)
        if reason:
            sheet = f", {entry.place.sheet}" if entry.place.sheet else ""
            found.append({
                "file": f"{entry.place.file}{sheet}",
                "line": str(entry.place.line),
                "id": entry.id,
                "reason": typeset(phrases_analysis.REASONS.get(reason, reason)),
            })  # fmt: skip
    return {**_head(found, MOST_SET_ASIDE), "many": _many(len(found), "ligne écartée", "lignes écartées")}


def _head(items: Sequence[Any], most: int) -> dict[str, Any]:
    """The first items, and how many there are in all when some are left out."""
    return {"items": items[:most], "shown": str(most), "all": thousands(len(items)) if len(items) > most else ""}


def _bar(rows: dict[str, int], units: dict[str, int]) -> list[dict[str, str]]:
    shares, unit_shares = _tenths(rows), _tenths(units)
    bar, at = [], 0.0
    for status, label in STATUSES:
        width = 1000 * rows[status] / max(1, rows["read"])
        bar.append({
            "status": status,
            "label": label,
            "x": f"{at:.1f}",
            "width": f"{width:.1f}",
            "count": thousands(rows[status]),
            "share": shares[status],
            "units": thousands(units[status]),
            "unit_share": unit_shares[status],
        })  # fmt: skip
        at += width
    return bar


def _tenths(counts: dict[str, int]) -> dict[str, str]:
    """Shares in tenths of a percent that add up to 100: what rounding leaves goes to the largest remainders."""
    whole = max(1, counts["read"])
    exact = {status: 1000 * counts[status] / whole for status, _ in STATUSES}
    tenths = {status: int(value) for status, value in exact.items()}
    left = (1000 if counts["read"] else 0) - sum(tenths.values())
    for status in sorted(exact, key=lambda one: tenths[one] - exact[one])[:left]:
        tenths[status] += 1
    return {status: _percent(value / 10) for status, value in tenths.items()}


def _percent(value: float) -> str:
    return f"{value:.1f}\u202f%".replace(".", ",")


def _decimal(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")


def _many(count: int, one: str, several: str = "") -> str:
    return f"{thousands(count)} {one if count < 2 else several or f'{one}s'}"


def _persons(outcome: Outcome) -> dict[str, Any]:
    people = outcome.corpus.contributions
    return {"count": _many(persons(people, range(len(people))), "personne"), "by_author": outcome.corpus.has_authors}


def _languages(outcome: Outcome) -> str:
    """The commonest languages by their name, the others together, then the texts whose language is not sure."""
    known = {code: count for code, count in outcome.languages.items() if code in LANGUAGES}
    named = [f"{LANGUAGES[code]} {thousands(count)}" for code, count in list(known.items())[:MOST_LANGUAGES]]
    unsure = outcome.languages.get("", 0)
    others = sum(outcome.languages.values()) - unsure - sum(list(known.values())[:MOST_LANGUAGES])
    if others:
        named.append(f"autres {thousands(others)}")
    if unsure:
        named.append(f"langue incertaine ou texte trop court {thousands(unsure)}")
    total = thousands(sum(outcome.languages.values()))
    return typeset(f"{' ; '.join(named)} ; sur {total} contributions regardées") if named else ""


def _stability(outcome: Outcome) -> dict[str, Any]:
    analysis = outcome.analysis
    value = analysis.stability
    if value is None:
        verdict, kind = "Il y a trop peu de textes distincts pour chercher des thèmes\u202f: lisez-les tous.", "none"
    elif value < UNSTABLE:
        verdict, kind = "Ces regroupements ne tiennent pas\u202f: lisez et codez.", "low"
    elif value < HOLDS:
        verdict, kind = (
            "Ces regroupements tiennent en partie\u202f: servez-vous-en pour lire, pas pour conclure.",
            "fair",
        )
    else:
        verdict, kind = "Ces regroupements tiennent.", "high"
    return {
        "verdict": verdict,
        "kind": kind,
        "value": "" if value is None else _decimal(value),
        "at_random": AT_RANDOM,
        "repeats": str(REPEATS),
        "share": f"{SHARE_KEPT:.0%}".replace("%", "\u202f%"),
        "trials": [
            {
                "resolution": f"{one.resolution:g}".replace(".", ","),
                "themes": str(one.themes),
                "stability": _decimal(one.stability),
                "chosen": one.resolution == analysis.resolution,
            }
            for one in analysis.trials
        ],
    }


def _families(outcome: Outcome) -> list[dict[str, Any]]:
    read = outcome.analysis.ledger.read
    return [
        {
            "id": family_id(family),
            "name": "" if family is None else " et ".join(theme_name(theme) for theme in themes[:2]),
            "many": _many(len(themes), "thème"),
            "themes": [_theme(theme, read) for theme in themes],
        }
        for family, themes in families_of(outcome.analysis)
    ]


def _theme(theme: Theme, read: int) -> dict[str, str]:
    return {
        "id": theme_id(theme.number),
        "name": theme_name(theme),
        "terms": ", ".join(theme.terms),
        "persons": _many(theme.persons, "personne"),
        "persons_own": thousands(theme.persons_without_copies),
        "contributions": _many(theme.contributions, "contribution"),
        "contributions_own": thousands(theme.contributions_without_copies),
        "share": _percent(100 * theme.contributions / max(1, read)),
        "read": thousands(read),
        "units": _many(theme.units, "passage"),
    }


def _quote(quote: Quote, outcome: Outcome) -> dict[str, str]:
    voice = phrases_analysis.VOICES[str(quote.voice)]
    return {"text": quote.of(outcome.texts), "id": quote.contribution, "voice": voice, "kind": str(quote.voice)}


def _signals(outcome: Outcome) -> dict[str, Any]:
    found = outcome.analysis.signals
    shown = [_signal(one, outcome) for one in found[:MOST_SIGNALS]]
    head = _head(found, MOST_SIGNALS)
    many = _many(len(found), "contribution à lire", "contributions à lire")
    return {**head, "items": shown, "many": many, "base": thousands(outcome.analysis.ledger.read)}


def _signal(one: SignalResult, outcome: Outcome) -> dict[str, Any]:
    near = one.nearest_theme
    return {
        "quote": _quote(one.quote, outcome),
        "theme": "" if near is None else theme_name(outcome.analysis.themes[near]),
        "theme_id": theme_id(near),
        "words": ", ".join(one.rare_words),
        "profile": one.profile or "",
    }


def _campaigns(outcome: Outcome) -> dict[str, Any]:
    found = outcome.analysis.campaigns
    head = _head(found, MOST_CAMPAIGNS)
    shown = [_campaign(rank, one, outcome) for rank, one in enumerate(head["items"], start=1)]
    short = _repeated_short_texts(outcome)
    return {
        **head,
        "items": shown,
        "many": _many(len(found), "campagne"),
        "fewest_words": str(FEWEST_WORDS),
        "fewest": str(outcome.analysis.record.parameters.fewest_in_campaign),
        "short": _many(len(short), "texte plus court revient", "textes plus courts reviennent") if short else "",
        "short_texts": [
            {"text": _shortened(outcome.texts[model]), "many": _many(count, "message")}
            for model, count in short[:MOST_SHORT]
        ],
    }


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_SHORT else f"{text[:LONGEST_SHORT].rstrip()}…"


def _repeated_short_texts(outcome: Outcome) -> list[tuple[str, int]]:
    """Texts sent as often as a campaign but too short to be one, and their messages, the most sent first."""
    analysis = outcome.analysis
    told = {one.members[0] for one in analysis.campaigns}
    copies = Counter(one.duplicate_of for one in analysis.contributions if one.duplicate_of is not None)
    fewest = analysis.record.parameters.fewest_in_campaign
    found = [
        (model, count + 1) for model, count in copies.items() if count + 1 >= fewest and model not in told
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one[1], one[0]))


def _campaign(rank: int, one: CampaignResult, outcome: Outcome) -> dict[str, Any]:
    campaign, members = one.campaign, one.members
    whole = outcome.texts[members[0]]
    model = whole[:LONGEST_MODEL]
    parts, end = [], 0
    for part in campaign.template:
        start = part.span.start
        if start >= LONGEST_MODEL:
            break
        others = " / ".join(_shortened(other) for other in part.others)
        parts.append({"before": model[end:start], "text": part.span.of(model), "varies": part.varies,
                      "others": others})  # fmt: skip
        end = part.span.end
    levels = [f"{phrases_analysis.LEVELS.get(level, level)} : {count}" for level, count in campaign.levels.items()]
    return {
        "id": f"C{rank}",
        "messages": _many(len(members), "message"),
        "persons": _many(campaign.persons, "personne"),
        "burst": "" if campaign.burst is None else _decimal(campaign.burst),
        "levels": typeset(" ; ".join(levels)),
        "parts": parts,
        "after": model[end:],
        "cut": thousands(len(whole)) if len(whole) > LONGEST_MODEL else "",
        "longest": thousands(LONGEST_MODEL),
        "members": ", ".join(members[:MOST_MEMBERS]),
        "more": thousands(len(members) - MOST_MEMBERS) if len(members) > MOST_MEMBERS else "",
    }


def _flood(outcome: Outcome) -> dict[str, Any]:
    notes = [typeset(said(note)) for note in outcome.analysis.notes if note.code.startswith("flood.")]
    texts = outcome.texts
    items = [{"id": name, "text": texts[name][:400], "cut": len(texts[name]) > 400} for name in outcome.analysis.flood]
    return {**_head(items, MOST_MEMBERS), "notes": notes}


def _synthesis(outcome: Outcome) -> dict[str, Any]:
    themes = outcome.analysis.themes
    whole, sections = "", []
    for section in outcome.synthesis.sections:
        counted = [sentence.text for sentence in section.sentences if not sentence.quotes]
        if section.theme is None:
            whole = " ".join(counted)
            continue
        theme = themes[section.theme]
        quotes = [_quote(quote, outcome) for sentence in section.sentences for quote in sentence.quotes]
        heard = f"{thousands(theme.persons_heard)} sur {_many(theme.persons, 'personne')}"
        sections.append({"id": theme_id(theme.number), "name": theme_name(theme), "counted": " ".join(counted),
                         "quotes": quotes, "heard": heard})  # fmt: skip
    return {"whole": whole, "sections": sections, "refused": thousands(outcome.synthesis.refused or 0),
            "has_refused": bool(outcome.synthesis.refused)}  # fmt: skip


def _suggestions(outcome: Outcome) -> dict[str, Any]:
    if outcome.suggestions is None:
        return {}
    first = [one for one in outcome.suggestions if one.unit is None and one.rank == 1]
    counts: dict[str, int] = {}
    for one in first:
        counts[one.code] = counts.get(one.code, 0) + 1
    codes = [
        {"code": code, "label": label, "count": thousands(counts.get(code, 0))} for code, label in outcome.codes.items()
    ]
    limit = typeset(outcome.suggestions_limit)
    return {"base": thousands(len(first)), "codes": codes, "coded": thousands(outcome.coded), "limit": limit}


def _method(outcome: Outcome) -> dict[str, Any]:
    record = outcome.analysis.record
    notes = [typeset(said(note)) for note in outcome.analysis.notes if note.code.split(".")[0] in ("vectors", "themes")]
    missing = [name for name, version in record.versions if not version]
    return {
        "notes": notes,
        "kind": KINDS.get(record.vectors, record.vectors),
        "has_encoder": record.vectors != Kind.LEXICAL,
        "encoded": thousands(record.encoded),
        "seed": str(record.seed),
        "version": __version__,
        "versions": [f"{name} {version}" for name, version in record.versions if version],
        "missing": ", ".join(missing),
        "input": record.input_sha256,
        "list_share": f"{record.parameters.signal_share:.0%}".replace("%", "\u202f%"),
        "parameters": [
            ("Textes lus par l’encodeur, au plus", thousands(record.parameters.most_encoded)),
            ("Textes du graphe des thèmes, au plus", thousands(record.parameters.most_nodes)),
            ("Finesses essayées", " ; ".join(f"{one:g}".replace(".", ",") for one in record.parameters.resolutions)),
            ("Longueur de la liste à lire d’abord, au plus",
             f"{record.parameters.signal_share:.0%} des textes distincts".replace("%", "\u202f%")),
            ("Messages d’une campagne, au moins", str(record.parameters.fewest_in_campaign)),
            ("Citations par thème, au plus", str(record.parameters.quotes)),
            ("Graine du hasard", str(record.seed)),
        ],
    }  # fmt: skip
