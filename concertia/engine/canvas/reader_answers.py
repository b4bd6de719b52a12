"""From the lines that answer a label to a field that is read, to be confirmed, or missing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from concertia.engine.canvas import values
from concertia.engine.canvas.fields import BY_KEY, Field, Kind
from concertia.engine.canvas.reader_blocks import EMPTY_GLYPHS, ITALIC, STRIKE, TICKED_GLYPHS, UNSURE, Line
from concertia.engine.canvas.reader_boxes import BOX, Ticks, read_boxes, read_yes_no
from concertia.engine.canvas.reader_labels import fold, folded, is_boilerplate
from concertia.engine.canvas.reader_layout import is_blank
from concertia.engine.canvas.reader_segments import Segment
from concertia.engine.canvas.reading import FieldReading, Place, Status
from concertia.engine.notes import Note

PROMPTS = re.compile(
    r"^\W*(?:(?:cliquez|appuyez|tapez)(?:\s+(?:ou\s+\w+\s+)?)?ici\b.*|choisissez un [ée]l[ée]ment\W*"
    r"|click or tap (?:here )?to enter.*|choose an item\W*|(?:saisir|saisissez|entrez) (?:du|le|votre) texte.*"
    r"|texte de l['’]espace r[ée]serv[ée].*)$",
    re.IGNORECASE,
)
UNFINISHED = re.compile(r"^\W*(?:[àa] (?:d[ée]finir|venir|pr[ée]ciser|confirmer)|en cours|tbd)\W*$", re.IGNORECASE)
BLANK_WORDS = re.compile(r"^\W*(?:[àa] (?:compl[ée]ter|renseigner|remplir)|xx+)\W*$", re.IGNORECASE)
EMPTY_DATE = re.compile(r"[\W_]*(?:jj?|[_.\s]+)\W*(?:mm?|[_.\s]+)\W*(?:aa(?:aa)?|[_.\s]+)[\W_]*", re.IGNORECASE)
Parsed = tuple[Any, Note | None]


def read_field(segment: Segment) -> FieldReading:
    """The reading of one field, from its segment."""
    spec = BY_KEY[segment.key]
    lines = [line for line in segment.lines if not line.stop]
    lines, hint_doubt = _without_hint(spec, lines)
    asked_lines = lines
    lines = [line for line in lines if not _is_empty(line, spec)]
    lines = markers_that_matter(spec, lines)
    sentence = _sentence(segment.label, asked_lines)
    place = next((line.place for line in lines if line.text.strip()), segment.label.place)
    if spec.kind is Kind.CHOICES:
        value, doubt = chosen(spec, read_boxes(lines, spec.choices))
    elif spec.kind is Kind.YES_NO:
        value, doubt, said = read_yes_no(lines)
        if not said:
            return _missing(segment, place)
    else:
        value, doubt = _words(spec, lines)
    if value is None and doubt is None and (not segment.doubts or not lines):
        return _missing(segment, place)
    doubt = (segment.doubts[0] if segment.doubts else None) or hint_doubt or doubt or struck(spec, lines)
    status = Status.CONFIRM if doubt else Status.READ
    return FieldReading(spec.key, segment.result, status, value, sentence if doubt else text_of(lines), place, doubt)


def merge(readings: list[FieldReading]) -> FieldReading:
    """One reading from several of the same field, when a label stands twice: never one silently for the other."""
    said = [one for one in readings if one.status is not Status.MISSING]
    if len(said) < 2:
        return said[0] if said else readings[0]
    text = "\n".join(one.text for one in said)
    return replace(said[0], status=Status.CONFIRM, text=text, reason=Note("label.repeated", {"count": len(said)}))


def _missing(segment: Segment, place: Place) -> FieldReading:
    return FieldReading(segment.key, segment.result, Status.MISSING, None, "", place)


def text_of(lines: list[Line]) -> str:
    return visible("\n".join(f"{line.marker} {line.text.strip()}".strip() for line in lines))


def _sentence(label: Line, lines: list[Line]) -> str:
    """The whole of what was read, the words of the label aside."""
    return text_of([line for line in lines if line.text.strip()]) or visible(label.text.strip())


def visible(text: str) -> str:
    """The text as people see it: the sign of a doubtful box becomes an empty box.

    >>> visible("\\uffff agents")
    '☐ agents'
    """
    return text.replace(UNSURE, "☐")


def _is_empty(line: Line, spec: Field) -> bool:
    text = line.text.strip()
    if spec.kind in (Kind.CHOICES, Kind.YES_NO) and (BOX.search(text) or text):
        return is_blank(text)
    alone = all(char in EMPTY_GLYPHS or char.isspace() for char in text)
    return alone or is_blank(text) or bool(PROMPTS.match(text)) or (len(text) > 12 and is_boilerplate(text))


def _without_hint(spec: Field, lines: list[Line]) -> tuple[list[Line], Note | None]:
    """Take away the hint of the canvas, even left twice; when people wrote inside it, keep all the words and say so."""
    once, doubt = _without_one_hint(spec, lines)
    if doubt or once is lines or folded(_joined(once)[0]) != folded(spec.hint):
        return once, doubt
    return [], None


def _without_one_hint(spec: Field, lines: list[Line]) -> tuple[list[Line], Note | None]:
    hint = folded(spec.hint)
    if not hint:
        return lines, None
    joined, owners = _joined(lines)
    plain, offsets = fold(joined)
    if not plain:
        return lines, None
    if plain == hint:
        return [], None
    end = offsets[len(hint) - 1] + 1 if plain.startswith(hint + " ") else 0
    if end and re.match(r"\s|[:)\]*?]|[.,;–—-](?=\s)", joined[end:]):  # not « email@bourg.example »
        return _after_hint(spec, lines, joined, owners, end)
    if spec.kind is Kind.DATE and EMPTY_DATE.fullmatch(joined):
        return [], None
    if plain.endswith(" " + hint) and len(hint.split()) >= 3:
        start = offsets[len(plain) - len(hint)]
        return _before_hint(lines, joined, owners, start)
    return lines, _mixed(plain, hint, lines)


def _joined(lines: list[Line]) -> tuple[str, list[int]]:
    """The lines as one text, and where each begins."""
    owners, size = [], 0
    for line in lines:
        owners.append(size)
        size += len(line.text) + 1
    return "\n".join(line.text for line in lines), owners


def _slice(lines: list[Line], owners: list[int], start: int, end: int) -> list[Line]:
    kept = []
    for line, begin in zip(lines, owners, strict=True):
        a, b = max(0, start - begin), min(len(line.text), end - begin)
        if a < b:
            kept.append(line if (a, b) == (0, len(line.text)) else line.cut(a, b))
    return kept


def _after_hint(
    spec: Field, lines: list[Line], joined: str, owners: list[int], end: int
) -> tuple[list[Line], Note | None]:
    """The words after the hint: an answer when something parts them, else the hint may be the answer's own words."""
    junk = re.match(r"[ \t\xa0\u202f:*?()\]\[.,;–—-]*(?:\n\s*)?", joined[end:])
    start = end + (junk.end() if junk else 0)
    parted = bool(re.search(r"[\n:?)\].;–—\t]|\s-\s", joined[end:start]))
    rest = joined[start:]
    changed = _style_at(lines, owners, end - 1) & ITALIC and not _style_at(lines, owners, start) & ITALIC
    opening = rest[:1].isupper() or rest[:1].isdigit() or rest[:1] in '«"“☐☒☑' or rest[:4].lower() == "http"
    kept = _slice(lines, owners, start, len(joined))
    if parted or changed or opening or (spec.kind in (Kind.EMAIL, Kind.DATE) and len(rest.split()) == 1):
        return kept, None
    return lines, Note("hint.mixed", {"hint": spec.hint})


def _before_hint(lines: list[Line], joined: str, owners: list[int], start: int) -> tuple[list[Line], Note | None]:
    opened = joined[:start].rstrip()
    kept = _slice(lines, owners, 0, len(opened.rstrip("([-–—: ")))
    return kept, Note("hint.mixed", {"hint": joined[start:].strip(" )")})


def _style_at(lines: list[Line], owners: list[int], offset: int) -> int:
    for line, begin in zip(lines, owners, strict=True):
        if begin <= offset < begin + len(line.text):
            return line.style(offset - begin, offset - begin + 1)
    return 0


def _mixed(plain: str, hint: str, lines: list[Line]) -> Note | None:
    """Words of the hint left among the answer: a run of five of them, or the only words there are."""
    words, hint_words = plain.split(), hint.split()
    if len(hint_words) < 3:
        return None
    run = min(5, len(hint_words))
    runs = {" ".join(hint_words[i : i + run]) for i in range(len(hint_words) - run + 1)}
    found = any(" ".join(words[i : i + run]) in runs for i in range(len(words) - run + 1))
    if found or (len(words) > 1 and f" {plain} " in f" {hint} "):
        return Note("hint.mixed", {"hint": " ".join(line.text for line in lines)[:200].strip()})
    return None


def markers_that_matter(spec: Field, lines: list[Line]) -> list[Line]:
    """Bullets of automatic lists are kept for lists of several items; alone, they are the page's, not the answer's."""
    marked = [line for line in lines if line.marker]
    listed = spec.kind in (Kind.ITEMS, Kind.LONG_TEXT, Kind.SPEAKERS) and len(lines) > 1 and len(marked) > 0
    if not listed:
        return [replace(line, marker="") for line in lines]
    if len(marked) == 1 and marked[0].marker == "-" and marked[0] is lines[0]:
        return [replace(line, marker="") for line in lines]
    least = min(line.level for line in marked)
    return [replace(line, marker="  " * (line.level - least) + line.marker) if line.marker else line for line in lines]


def struck(spec: Field, lines: list[Line]) -> Note | None:
    if spec.kind in (Kind.CHOICES, Kind.YES_NO):
        return None
    return Note("text.struck") if any(line.any_style() & STRIKE for line in lines) else None


def chosen(spec: Field, ticks: Ticks) -> Parsed:
    """The value of a field of choices, from what its boxes say."""
    labels = {choice.key: choice.label for choice in spec.choices}
    other = ticks.other
    extra = [visible(one) for one in ticks.extra]
    if extra:
        other = "\n".join([*extra, *([other] if other else [])])
    if not ticks.keys and other is None and ticks.doubt is None:
        return None, None
    value = {"choix": [labels[key] for key in ticks.keys], "autre": visible(other) if other else None}
    return value, ticks.doubt


def _words(spec: Field, lines: list[Line]) -> Parsed:
    text = joined_answer(lines)
    if not re.search(r"\w", text) or BLANK_WORDS.match(text):
        return None, None
    if UNFINISHED.match(text):
        return text, Note("answer.unfinished", {"text": text})
    return PARSERS.get(spec.kind, _as_it_stands)(text, lines)


def joined_answer(lines: list[Line]) -> str:
    """The answer with one line for each line, spaces made plain, markers shown, boxes of the page left as glyphs."""
    shown = []
    for line in lines:
        words = " ".join(line.text.replace("\xad", "").replace("\u200b", "").split(" "))
        words = " ".join(words.split())
        if words:
            shown.append(f"{line.marker} {words}" if line.marker else words)
    return visible("\n".join(shown))


def _as_it_stands(text: str, lines: list[Line]) -> Parsed:
    return text, None


def _one_line(text: str, lines: list[Line]) -> Parsed:
    parts = text.split("\n")
    return (text, Note("text.several_lines", {"count": len(parts)})) if len(parts) > 3 else (text, None)


def _date(text: str, lines: list[Line]) -> Parsed:
    found, note = values.parse_date(text)
    return (f"{found:%d/%m/%Y}", None) if found and note is None else (text, note)


def _count(text: str, lines: list[Line]) -> Parsed:
    found, note = values.parse_count(text)
    return (str(found), None) if found is not None and note is None else (text, note)


def _sessions(text: str, lines: list[Line]) -> Parsed:
    _sessions_found, _hours, note = values.parse_sessions(text)
    vague = note is not None and note.code == "sessions.unclear" and not re.search(r"\d|aine\b", text)
    return text, note if vague else None


def _email(text: str, lines: list[Line]) -> Parsed:
    found, note = values.parse_email(text)
    if found and note is None:
        return found, None
    for target in _links(lines):
        address, problem = values.parse_email(target.split("?")[0])
        if address and problem is None and address not in text:
            return text, Note("email.in_link", {"text": text, "link": address})
    return text, note


def _urls(text: str, lines: list[Line]) -> Parsed:
    found, note = values.split_urls(text)
    targets = [target for target in _links(lines) if target.startswith(("http://", "https://"))]
    hidden = [target for target in targets if not _same(target, text)]
    if hidden:
        shown = [line for line in text.split("\n") if line.strip()]
        missing = [target for target in hidden if not _same(target.split("//")[-1], text)]
        return "\n".join([*shown, *missing]), Note("urls.in_link", {"text": text, "link": hidden[0]})
    return ("\n".join(found), None) if found and note is None else (text, note)


def _same(target: str, text: str) -> bool:
    return target.rstrip("/").lower() in text.lower()


def _links(lines: list[Line]) -> list[str]:
    return list(dict.fromkeys(span.link for line in lines for span in line.spans if span.link and span.text.strip()))


def _speakers(text: str, lines: list[Line]) -> Parsed:
    if any(char in text for char in (EMPTY_GLYPHS + TICKED_GLYPHS) if char not in "xX×■●○◯"):
        bare = re.sub(r"[\s☐□]*(?:oui|non)[\s☐□/]*", "", text, flags=re.IGNORECASE)
        if not bare.strip():
            return None, None
        return text, Note("speakers.boxes", {"text": text})
    return text, None


PARSERS: dict[Kind, Callable[[str, list[Line]], Parsed]] = {
    Kind.TEXT: _one_line,
    Kind.EMAIL: _email,
    Kind.DATE: _date,
    Kind.COUNT: _count,
    Kind.SESSIONS: _sessions,
    Kind.URLS: _urls,
    Kind.SPEAKERS: _speakers,
}
