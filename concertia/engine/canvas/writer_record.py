"""Check a record before writing it, clean its text, and take out of it what the public must not read.

Text is kept as it was typed, but for what no document can hold: line ends of every sort become `\\n`, tabs stay, the
other control characters (which XML 1.0 forbids) are removed, and a lone surrogate becomes U+FFFD. Blank text is None.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from concertia.engine.canvas.fields import BY_KEY, FIELDS, Field, Kind
from concertia.engine.canvas.reading import Record
from concertia.engine.notes import EngineError
from concertia.engine.privacy.masking import Masks, masked, masks_for

LONGEST_TEXT = 200_000  # characters of one answer: about seventy pages
MOST_TEXT = 1_000_000  # characters of the whole record, for a PDF in three seconds
MOST_LINES = 15_000  # of the whole record; the reader takes 20,000
MOST_RESULTS = 100
SPEAKER_KEYS = ("nom", "profession", "titre", "publiable")

LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
UNWRITABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff\ufeff]")
SURROGATE = re.compile("[\ud800-\udfff]")
MAIL = re.compile(r"[^\s@<>()\[\],;:\"«»]+@[^\s@<>()\[\],;:\"«»]*[^\s@<>()\[\],;:\"«».!?]")
YES = re.compile(r"\s*oui\b", re.IGNORECASE)
NO = re.compile(r"\s*non\s*(?:[.,;:!\n]|$)", re.IGNORECASE)


@dataclass(frozen=True)
class Checked:
    """A record fit to be written: every key present, text cleaned; `withheld` counts the speakers left out."""

    record: Record
    withheld: int = 0


def clean(text: str) -> str | None:
    """The text as a document can hold it; None when nothing is left.

    >>> clean(" Une\\r\\nréponse\\x00 ")
    'Une\\nréponse'
    """
    text = SURROGATE.sub("\ufffd", UNWRITABLE.sub("", LINE_ENDS.sub("\n", text)))
    return text.strip() or None


def check(record: Record, *, public: bool) -> Checked:
    """The record checked and cleaned; raises EngineError naming the field that has the wrong shape."""
    if not isinstance(record, Mapping):
        raise EngineError("canvas.record.not_an_object")
    results = record.get("_sections3")
    if not isinstance(results, list) or not results:
        raise EngineError("canvas.record.sections3", field="_sections3")
    if len(results) > MOST_RESULTS:
        raise EngineError("canvas.record.too_many_results", field="_sections3", most=MOST_RESULTS)
    speakers = _speakers(record.get("intervenants"))
    flat = _part(record, (field for field in FIELDS if field.section < 3), rank=0)
    sections3 = []
    for rank, result in enumerate(results, start=1):
        if not isinstance(result, Mapping):
            raise EngineError("canvas.record.result_not_an_object", field="_sections3", result=rank)
        sections3.append(_part(result, (field for field in FIELDS if field.section == 3), rank=rank))
    checked: Record = {**flat, "_sections3": sections3}
    _check_size(checked)
    return _made_public(checked, speakers) if public else Checked(checked)


def _check_size(record: Record) -> None:
    texts = [value for part in (record, *record["_sections3"]) for value in part.values() if isinstance(value, str)]
    if sum(map(len, texts)) > MOST_TEXT:
        raise EngineError("canvas.record.too_much_text", most=MOST_TEXT)
    if sum(text.count("\n") + 1 for text in texts) > MOST_LINES:
        raise EngineError("canvas.record.too_many_lines", most=MOST_LINES)


def _part(part: Mapping[Any, Any], fields: Iterable[Field], *, rank: int) -> Record:
    """The fields of one part: `rank` is that of its section 3 (from 1), 0 in sections 1 and 2."""
    wanted = {field.key: field for field in fields}
    for key in part:
        if not isinstance(key, str) or not (key in wanted or key.startswith("_")):
            code = "misplaced_key" if key in BY_KEY else "unknown_key"
            raise EngineError(f"canvas.record.{code}", field=_shown(key), result=rank)
    return {key: _value(field, part.get(key), rank=rank) for key, field in wanted.items()}


def _value(field: Field, value: Any, *, rank: int) -> Any:
    if value is None:
        return None
    if field.kind is Kind.CHOICES:
        return _chosen(field, value)
    if field.kind is Kind.YES_NO:
        if not isinstance(value, bool):
            raise _wrong_type(field, rank)
        return value
    if field.kind is Kind.SPEAKERS and isinstance(value, list):
        return _speakers_text(_speakers(value))
    if not isinstance(value, str):
        raise _wrong_type(field, rank)
    if len(value) > LONGEST_TEXT:
        raise EngineError("canvas.record.too_long", field=field.key, result=rank, most=LONGEST_TEXT)
    return clean(value)


def _wrong_type(field: Field, rank: int) -> EngineError:
    return EngineError("canvas.record.type", field=field.key, result=rank, kind=field.kind.value)


def _shown(key: object) -> str:
    """A key as an error may show it."""
    return (clean(str(key)) or "")[:80]


def _chosen(field: Field, value: Any) -> dict[str, Any] | None:
    """Choices in the order of the canvas, each once; None when nothing is chosen."""
    if not isinstance(value, Mapping) or not isinstance(value.get("choix", []), list):
        raise _wrong_type(field, 0)
    for key in value:
        if key not in ("choix", "autre"):
            raise EngineError("canvas.record.unknown_key", field=f"{field.key}.{_shown(key)}", result=0)
    labels = [choice.label for choice in field.choices]
    for label in value.get("choix", []):
        if label not in labels:
            raise EngineError("canvas.record.unknown_choice", field=field.key, choice=_shown(label))
    other = value.get("autre")
    if not (other is None or isinstance(other, str)):
        raise EngineError("canvas.record.type", field=f"{field.key}.autre", result=0, kind=Kind.TEXT.value)
    if other is not None and len(other) > LONGEST_TEXT:
        raise EngineError("canvas.record.too_long", field=f"{field.key}.autre", result=0, most=LONGEST_TEXT)
    chosen = [label for label in labels if label in value.get("choix", [])]
    other = clean(other) if other is not None else None
    return {"choix": chosen, "autre": other} if chosen or other else None


@dataclass(frozen=True)
class _Speaker:
    name: str
    line: str
    public: bool


def _speakers(value: Any) -> tuple[_Speaker, ...]:
    """The speakers of a list; nothing when they are given as text, since no consent is known then."""
    if not isinstance(value, list):
        return ()
    return tuple(_speaker(item, rank) for rank, item in enumerate(value, start=1))


def _speaker(item: Any, rank: int) -> _Speaker:
    if not isinstance(item, Mapping) or not isinstance(item.get("publiable", False), bool):
        raise EngineError("canvas.record.speaker", field="intervenants", item=rank)
    for key in item:
        if key not in SPEAKER_KEYS:
            raise EngineError("canvas.record.unknown_key", field=f"intervenants.{_shown(key)}", result=0)
    words = [item.get(key) or "" for key in ("nom", "profession", "titre")]
    if not all(isinstance(word, str) for word in words):
        raise EngineError("canvas.record.speaker", field="intervenants", item=rank)
    name, profession, title = (" ".join((clean(word) or "").split()) for word in words)
    if not name:
        raise EngineError("canvas.record.speaker", field="intervenants", item=rank)
    quoted = f"« {title} »" if title and not title.startswith("«") else title
    line = ", ".join(word for word in (name, profession, quoted) if word)
    return _Speaker(name, line, item.get("publiable", False))


def _speakers_text(speakers: Iterable[_Speaker]) -> str | None:
    """As the canvas holds them: « Oui. » then one speaker a line."""
    lines = [speaker.line for speaker in speakers]
    return f"Oui. {chr(10).join(lines)}" if lines else None


def _made_public(record: Record, speakers: tuple[_Speaker, ...]) -> Checked:
    """Without the referent, without the speakers who did not agree, and without either wherever they are repeated."""
    public = dict(record)
    public["personne_referente"] = None
    withheld = [speaker for speaker in speakers if not speaker.public]
    if speakers:
        agreed = _speakers_text(speaker for speaker in speakers if speaker.public)
        public["intervenants"] = agreed or "Oui."
    else:
        public["intervenants"] = _yes_or_no(record["intervenants"])
    masks = _masks(record["personne_referente"], speakers)
    return Checked(masked(public, masks), len(withheld))


def _yes_or_no(text: str | None) -> str | None:
    if text is not None and YES.match(text):
        return "Oui."
    return "Non." if text is not None and NO.match(text) else None


def _masks(referent: str | None, speakers: tuple[_Speaker, ...]) -> Masks:
    """What must not be read anywhere: the referent's addresses and name, and the names withheld."""
    names = {speaker.name for speaker in speakers if not speaker.public}
    names -= {speaker.name for speaker in speakers if speaker.public}
    rest = clean(MAIL.sub("", referent or "").strip(" \t\n<>(),;:-–—"))
    return masks_for(MAIL.findall(referent or ""), names | ({rest} if rest else set()))
