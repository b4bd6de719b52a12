"""Finds who speaks in the lines of minutes or of a transcript, and joins what one says in a row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from concertia.engine.text.names import folded

CLOCK = r"\[?\(?(?P<{name}>\d{{1,2}}:\d{{2}}(?::\d{{2}})?(?:[.,]\d{{1,3}})?)\)?\]?"
NAME = r"(?P<who>[^\W\d_](?:[^\n:?!;.\[\]]|\.(?=\s?\S)){0,58}?)"
TURN = re.compile(
    rf"^\s*(?:{CLOCK.format(name='before')}\s*[-–—|]?\s*)?{NAME}\s*(?:{CLOCK.format(name='after')})?\s*:(?!\d|//)\s*(?P<what>.*)$"
)
HEADING = re.compile(rf"^\s*{NAME}\s+{CLOCK.format(name='after')}\s*$")  # « Prénom Nom   0:03 », what is said below
MOST_WORDS = 7  # in a name with its office
LEAST_HEADINGS = 2
LEAST_TURNS = 3
LEAST_SPEAKERS = 2
LEAST_SHARE = 0.5  # of the lines that look like turns, by people who speak again
LEAST_BODY = 0.5  # of the lines from the first turn on, that begin a turn; the others go on with what is said
LEAST_TIMED_BODY = 0.2  # the same when the turns bear the hour of a recording, which nothing else does
# What stands before a colon in minutes and never speaks; then what does not when it comes only once.
LABELS = re.compile(
    r"(?:date|lieu|heures?|horaires?|objet|duree|presente?s|etaient presente?s|absente?s|excuse?e?s"
    r"|ordre du jour|decisions?(?: prises?)?|releve(?: de decisions?)?|actions?(?: a mener)?|diffusion|pieces? jointes?"
    r"|prochaines? (?:etapes?|reunions?|seances?|ateliers?|rendez-vous)|redaction|redige par)"
)
LABELS_ONCE = re.compile(
    r"(?:animation|animateurs|animatrices|participants|participantes|invitee?s|intervenants|intervenantes|secretaires?"
    r"|secretaire de seance|rapporteurs?|rapporteuses?|titre|theme|sujet|contexte|conclusions?|compte[- ]rendu|bilan)"
)
PERSON = re.compile(
    r"(?:m|mm|mr|mme|mlle|dr|me|monsieur|madame)\b\.?\s+\S"
    r"|(?:animat(?:eur|rice)|facilitat(?:eur|rice)|moderat(?:eur|rice)|mediat(?:eur|rice)|intervenante?|participante?"
    r"|habitante?|riveraine?|elue?|maire|adjointe?|president?e?|citoyen(?:ne)?|inconnue?|homme|femme|agente?|usagere?)"
    r"(?:\s+(?:n\s*)?\d{1,3})?$"
)
BESIDE = "row.beside_speech"  # the cell of a table, among lines that are not
ATTENDANCE = re.compile(r"presente?s|participants|participantes|intervenants|intervenantes")
FULL_NAME = re.compile(r"[A-ZÀ-Þ][\w’'-]+(?:\s+(?:de|du|des|la|le|d’|van|von|el|ben))*(?:\s+[A-ZÀ-Þ][\w’'-]+)+")


@dataclass(frozen=True, slots=True)
class Turn:
    """What somebody says in a row: the lines it joins. `problem`: why a line is said by nobody, `who` is "" then."""

    who: str
    start: str
    text: str
    line: int
    records: int
    problem: str = ""


def turns_of(lines: Sequence[tuple[int, str]], *, apart: Mapping[int, str] | None = None) -> list[Turn] | None:
    """The turns to speak in numbered lines, blank ones left out; None when the lines are not a transcript.

    A turn begins by a line « Name 0:03 », two at least; else by « Name: », with or without an hour, when either

    - at least three bear the hour of a recording (« [00:02:31] », « 1:02:31 »);
    - at least three, and half of them, are by people who speak more than once: « Date: », « Lieu: » come once;
    - at least three, and half of them, are by people known by a title, an office, a full name or the list of those
      present, or else every turn answers another.

    But for the second, turns must also be the body of the text. A line without a name goes on with the turn above.
    `apart`: the numbers of the lines that cannot (a title, the cell of a table), with the reason; after them, as after
    « Décision : … », nobody is known to speak until the next turn.

    >>> lines = ["Réunion du 3", "ANNE : Bonjour.", "Oui.", "LÉO : Bonsoir.", "ANNE : Bien.", "LÉO : Non."]
    >>> [(turn.who, turn.text) for turn in turns_of(list(enumerate(lines, start=1)))][:3]
    [('', 'Réunion du 3'), ('ANNE', 'Bonjour.\\nOui.'), ('LÉO', 'Bonsoir.')]
    """
    apart = apart or {}
    filled = [(number, line.strip()) for number, line in lines if line.strip()]
    headings = [_matched(HEADING, line) for _, line in filled]
    if sum(map(bool, headings)) >= LEAST_HEADINGS:
        return _joined(filled, headings, [False] * len(filled), apart)
    found = [None if apart.get(number) == BESIDE else _matched(TURN, line) for number, line in filled]
    names = Counter(_name(match) for match in found if match)
    labels = [match is not None and _is_label(match, names) for match in found]
    heads = [None if label else match for match, label in zip(found, labels, strict=True)]
    begun = _begun(filled, heads, apart, present=_present(found, labels))
    return None if begun is None else _joined(filled, begun, labels, apart)


def _matched(pattern: re.Pattern[str], line: str) -> re.Match[str] | None:
    match = pattern.match(line[:2000]) if ":" in line else None
    return match if match and len(match["who"].split()) <= MOST_WORDS else None


def _name(match: re.Match[str]) -> str:
    return match["who"].strip().casefold()


def _is_label(match: re.Match[str], names: Counter[str]) -> bool:
    if _is_timed(match):
        return False
    plain = folded(match["who"].strip())
    return bool(LABELS.fullmatch(plain) or (names[_name(match)] == 1 and LABELS_ONCE.fullmatch(plain)))


def _is_timed(match: re.Match[str]) -> bool:
    """Whether a turn bears the hour of a recording: in brackets, or with seconds; « 9:30 » is that of a programme."""
    for group in ("before", "after"):
        clock = match[group]
        if clock and (clock.count(":") == 2 or match.string[match.start(group) - 1 : match.start(group)] in ("[", "(")):
            return True
    return False


def _present(found: Sequence[re.Match[str] | None], labels: Sequence[bool]) -> frozenset[str]:
    """The names after « Présents : », whole and by their first word."""
    lists = [match["what"] for match, is_label in zip(found, labels, strict=True) if match and is_label
             and ATTENDANCE.fullmatch(folded(match["who"].strip()))]  # fmt: skip
    names = [name.strip().casefold() for one in lists for name in re.split(r"[,;/.]| et ", one) if name.strip()]
    return frozenset([*names, *(name.split()[0] for name in names)])


def _begun(
    lines: Sequence[tuple[int, str]],
    heads: list[re.Match[str] | None],
    apart: Mapping[int, str],
    *,
    present: frozenset[str],
) -> list[re.Match[str] | None] | None:
    """The heads that begin a turn, None for each other line; None when these lines are not a transcript."""
    matches = [match for match in heads if match]
    if len(matches) < LEAST_TURNS:
        return None
    timed = {_name(match) for match in matches if _is_timed(match)}
    named = [match if match and _name(match) in timed else None for match in heads]
    clocks = sum(_is_timed(match) for match in matches)
    if clocks >= max(LEAST_TURNS, LEAST_SHARE * len(matches)) and _body(lines, named, apart) >= LEAST_TIMED_BODY:
        return named
    speakers = Counter(_name(match) for match in matches)
    if len(speakers) < LEAST_SPEAKERS:
        return None
    again = sum(count for count in speakers.values() if count > 1)
    if again >= LEAST_TURNS and again >= LEAST_SHARE * len(matches):
        return heads
    known = sum(_is_person(match, speakers, present) for match in matches)
    is_known = known >= max(LEAST_TURNS, LEAST_SHARE * len(matches))
    return heads if (is_known or _answer_each_other(matches)) and _body(lines, heads, apart) >= LEAST_BODY else None


def _body(lines: Sequence[tuple[int, str]], heads: Sequence[re.Match[str] | None], apart: Mapping[int, str]) -> float:
    first = next((rank for rank, match in enumerate(heads) if match), 0)
    rest = zip(lines[first:], heads[first:], strict=True)
    body = [match for (number, _), match in rest if match or number not in apart]
    return sum(map(bool, body)) / max(len(body), 1)


def _is_person(match: re.Match[str], speakers: Counter[str], present: frozenset[str]) -> bool:
    who, name = match["who"].strip(), _name(match)
    return bool(speakers[name] > 1 or name in present or PERSON.match(folded(who)) or FULL_NAME.fullmatch(who))


def _answer_each_other(matches: Sequence[re.Match[str]]) -> bool:
    """Whether somebody speaks again and nobody twice in a row, as labels (« Idée : », « Idée : ») do."""
    names = [_name(match) for match in matches]
    return len(set(names)) < len(names) and all(one != other for one, other in zip(names, names[1:], strict=False))


def _joined(
    lines: Sequence[tuple[int, str]],
    found: Sequence[re.Match[str] | None],
    labels: Sequence[bool],
    apart: Mapping[int, str],
) -> list[Turn]:
    turns: list[tuple[Turn, list[str]]] = []
    nobody = "row.before_speech"  # why a line without a name is said by nobody; "" while somebody speaks
    for (number, line), match, is_label in zip(lines, found, labels, strict=True):
        if match:
            said = line[match.start("what") :].strip() if "what" in match.re.groupindex else ""
            clocks = match.groupdict()
            start = clocks.get("before") or clocks.get("after") or ""
            turns.append((Turn(match["who"].strip(), start, "", number, 1), [said]))
            nobody = ""
            continue
        problem = apart.get(number) or ("row.speech_label" if is_label else nobody)
        if not problem:
            turns[-1][1].append(line)
            continue
        turns.append((Turn("", "", "", number, 1, problem), [line]))
        nobody = nobody or "row.no_speaker"
    return [replace(turn, text="\n".join(filter(None, said)), records=len(said)) for turn, said in turns]
