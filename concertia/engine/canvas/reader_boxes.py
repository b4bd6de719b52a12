"""Reads ticked boxes: glyphs, crosses, brackets, before or after their label, and choices marked without a box.

Only a box that is clearly ticked is read. A choice shown by bold, underline or highlight, by striking out the others,
by deleting them, or typed in words, is given as what was seen, to be confirmed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from concertia.engine.canvas.fields import Choice
from concertia.engine.canvas.reader_blocks import (
    CHECK_GLYPHS,
    CROSS_GLYPHS,
    EMPHASIS,
    EMPTY_GLYPHS,
    STRIKE,
    UNSURE,
    Line,
)
from concertia.engine.canvas.reader_labels import edit_distance, folded
from concertia.engine.notes import Note

_CROSS = "".join(sorted(set(CROSS_GLYPHS) - set("xX×")))
BOX = re.compile(
    rf"(?P<ticked>[{_CROSS}{CHECK_GLYPHS}■◉⦿●⬛]"
    r"|[\[(]\s*(?:[xX×vV✓✔☒☑✗✘]|ok|OK|oui)\s*[\])]|(?<![\w'’.-])[xX×](?![\w'’.-]|\s*\d))"
    rf"|(?P<empty>[{EMPTY_GLYPHS}]|\[[\s_.]*\]|\([\s_.]{{1,4}}\)|\|_+\|)"
    rf"|(?P<unsure>{UNSURE})"
)
OTHER = re.compile(
    r"^\W*autres?\b\s*(?:[,(]?\s*(?:à|a)\s+pr[ée]ciser\b\s*\)?)?\s*[:.…–—-]*\s*",
    re.IGNORECASE,
)


@dataclass
class Option:
    """The words beside one box."""

    state: str  # "ticked", "empty", "unsure" or "" when no box
    text: str
    sign: str = ""
    double: bool = False  # two marks for the same words


@dataclass
class Ticks:
    """What the boxes say; `doubt` is set when a person must look."""

    keys: list[str] = field(default_factory=list)
    other: str | None = None
    other_ticked: bool = False
    doubt: Note | None = None
    boxes: int = 0
    extra: list[str] = field(default_factory=list)
    met: set[str] = field(default_factory=set)  # the choices seen, ticked or not

    def suspect(self, code: str, **params: str | int) -> None:
        self.doubt = self.doubt or Note(code, params)


def options(text: str, choices: tuple[Choice, ...] = ()) -> list[Option]:
    """The options of a text, each with the state of its box; boxes stand before their words, or after.

    >>> [(o.state, o.text) for o in options("☐oui ☒non")]
    [('empty', 'oui'), ('ticked', 'non')]
    >>> [(o.state, o.text) for o in options("oui [x]  non [ ]")]
    [('ticked', 'oui'), ('empty', 'non')]
    """
    found: list[Option] = []
    for line in _merged(text):
        boxes = list(BOX.finditer(line))
        if not boxes:
            known = match_choice(line, choices)[0] or OTHER.match(line) if choices else None
            if found and found[-1].state and line.strip() and not known:
                found[-1].text = f"{found[-1].text}\n{line.strip()}".strip()
            elif line.strip():
                found.append(Option("", line.strip()))
            continue
        before = line[: boxes[0].start()].strip(" \t-–•·:,;")
        after = line[boxes[-1].end() :].strip(" \t.,;")
        if before and not after:
            found.extend(_boxes_after(line, boxes))
            continue
        made = _boxes_before(line, boxes)
        if found and _completes(found[-1].text, before, choices):
            found[-1].text += f" {before}"
        elif before:
            found.append(Option("", line[: boxes[0].start()].strip()))
            if _by_hand(boxes[0][0]):  # « oui X non »: the cross may be of either
                made = [Option("unsure", one.text, one.sign) if one.state == "ticked" else one for one in made]
        found.extend(made)
    return found


def _completes(text: str, before: str, choices: tuple[Choice, ...]) -> bool:
    """Whether the words before a box are the end of a label begun on the line above."""
    return (
        bool(before)
        and match_choice(text, choices)[0] is None
        and match_choice(f"{text} {before}", choices)[1:] == ("",)
    )


def _merged(text: str) -> list[str]:
    """The lines, a box alone on its line being joined to the words below it, or above when it ends the list."""
    lines: list[str] = []
    given = [line for line in text.split("\n") if line.strip()]
    below = bool(given) and not BOX.search(given[0]) and _box_alone(given[-1])
    for line in given:
        closes = below and bool(lines) and _box_alone(line) and not BOX.search(lines[-1])
        follows = not below and bool(lines) and _box_alone(lines[-1]) and not BOX.match(line.strip())
        if closes or follows:
            lines[-1] = f"{lines[-1]} {line}"
        else:
            lines.append(line)
    return lines


def _box_alone(line: str) -> bool:
    return bool(BOX.search(line)) and not BOX.sub("", line).strip()


def _state(box: re.Match[str]) -> str:
    return "ticked" if box["ticked"] else "empty" if box["empty"] else "unsure"


def _boxes_before(line: str, boxes: list[re.Match[str]]) -> list[Option]:
    found: list[Option] = []
    ends = [box.start() for box in boxes[1:]] + [len(line)]
    pending = ""
    for box, end in zip(boxes, ends, strict=True):
        words = line[box.end() : end].strip(" \t,;|/")
        state = _state(box)
        if not words and end < len(line):  # two marks side by side: « ☐ X agents »
            pending = "unsure" if pending or state == "unsure" else state
            continue
        if pending:
            found.append(Option("unsure", words, box[0], double=True))
        else:
            found.append(Option(state, words, box[0]))
        pending = ""
    return found


def _boxes_after(line: str, boxes: list[re.Match[str]]) -> list[Option]:
    found: list[Option] = []
    start = 0
    for box in boxes:
        words = line[start : box.start()].strip(" \t,;|/")
        start = box.end()
        if words:
            found.append(Option(_state(box), words, box[0]))
        elif found:
            found[-1].state, found[-1].double = "unsure", True
    return found


def match_choice(text: str, choices: tuple[Choice, ...]) -> tuple[str | None, str]:
    """The choice that begins the words, and the words left.

    >>> from concertia.engine.canvas.fields import PUBLICS
    >>> match_choice("Agents (accueil)", PUBLICS)
    ('agents', '(accueil)')
    """
    words = list(re.finditer(r"\w+", text))
    for choice in sorted(choices, key=lambda one: -len(one.label)):
        label = folded(choice.label)
        size = len(label.split())
        if len(words) < size:
            continue
        head = text[words[0].start() : words[size - 1].end()]
        allowed = 0 if len(label) < 5 else 1 if len(label) < 12 else 2
        if edit_distance(folded(head), label, allowed) <= allowed:
            return choice.key, text[words[size - 1].end() :].strip(" \t\n,;.:–—-")
    return None, text.strip()


def read_boxes(lines: list[Line], choices: tuple[Choice, ...]) -> Ticks:
    """The choices ticked in the lines, for a field of several choices with « autre »."""
    text = "\n".join(line.text for line in lines if line.text.strip())
    ticks = Ticks()
    found = options(text, choices)
    ticks.boxes = sum(1 for one in found if one.state)
    if not ticks.boxes:
        _without_boxes(ticks, lines, text, choices)
        return ticks
    signs = {sign for one in found if one.state == "ticked" for sign in (_sign(one.sign),) if sign}
    if len(signs) > 1:
        ticks.suspect("choices.two_signs")
        if all(one.state == "ticked" for one in found):  # each has a check or a cross: the crosses say no
            found = [one for one in found if _sign(one.sign) == "check"]
    by_hand = all(_by_hand(one.sign) for one in found if one.state)
    for one in found:
        if not (one.state == "" and by_hand and _is_bare(one.text, choices)):  # a cross before some, nothing elsewhere
            _take(ticks, one, choices)
    ticks.keys = [choice.key for choice in choices if choice.key in ticks.keys]
    _confront_styles(ticks, lines, choices)
    return ticks


def _by_hand(sign: str) -> bool:
    """A mark typed beside a choice, where a form has no box."""
    return sign.strip("[]() ").lower() in ("x", "×", "✓", "✔", "✗", "✘", "v")


def _is_bare(text: str, choices: tuple[Choice, ...]) -> bool:
    """Whether the words are one label of the list, or « autre », and nothing else."""
    key, rest = match_choice(text, choices)
    other = OTHER.match(text)
    return (key is not None and not rest) or (other is not None and other.end() == len(text))


def _sign(sign: str) -> str:
    if any(char in CHECK_GLYPHS for char in sign):
        return "check"
    return "cross" if any(char in "☒✗✘✕✖❌" for char in sign) else ""


def _take(ticks: Ticks, one: Option, choices: tuple[Choice, ...]) -> None:
    key, rest = match_choice(one.text, choices)
    other = OTHER.match(one.text) if key is None else None
    if one.state == "unsure":
        ticks.suspect("choices.box_unclear", option=one.text)
    if other:
        _take_other(ticks, one, one.text[other.end() :].strip())
        return
    if key is None:
        _take_unknown(ticks, one)
        return
    if key in ticks.met:
        ticks.suspect("choices.twice", option=one.text)
    ticks.met.add(key)
    if one.state in ("ticked", "unsure") and key not in ticks.keys:
        ticks.keys.append(key)
    if one.state == "":
        ticks.suspect("choices.no_box", option=one.text)
    if rest:
        ticks.suspect("choices.with_words", option=one.text)
        ticks.extra.append(one.text if one.state != "empty" else rest)


def _take_other(ticks: Ticks, one: Option, words: str) -> None:
    words = "" if re.fullmatch(r"[\W_]*", words) else words
    ticks.other_ticked = ticks.other_ticked or one.state in ("ticked", "unsure")
    if words:
        ticks.other = f"{ticks.other}\n{words}" if ticks.other else words
        if one.state != "ticked":
            ticks.suspect("choices.other_not_ticked", option=words)
    elif one.state in ("ticked", "unsure"):
        ticks.suspect("choices.other_empty")


def _take_unknown(ticks: Ticks, one: Option) -> None:
    if one.text:
        ticks.suspect("choices.unknown", option=one.text)
        if one.state != "empty":
            ticks.extra.append(one.text)
    elif one.state != "empty":
        ticks.suspect("choices.box_unclear", option="")


def _spans(lines: list[Line], choices: tuple[Choice, ...]) -> dict[str, int]:
    """The styles common to the words of each choice, where they stand whole in one line."""
    styles: dict[str, int] = {}
    for line in lines:
        text = line.text
        for choice in choices:
            pattern = r"\W+".join(re.escape(word) for word in re.findall(r"\w+", choice.label))
            match = re.search(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE)
            if match and choice.key not in styles:
                styles[choice.key] = line.style(match.start(), match.end())
    return styles


def _shown(styles: dict[str, int]) -> tuple[list[str], str]:
    """The choices that styles single out, and how: by emphasis, or by striking the others."""
    struck = [key for key, style in styles.items() if style & STRIKE]
    if struck:
        return [key for key in styles if key not in struck], "choices.struck"
    marked = [key for key, style in styles.items() if style & EMPHASIS]
    return (marked, "choices.emphasis") if marked and len(marked) < len(styles) else ([], "")


def _confront_styles(ticks: Ticks, lines: list[Line], choices: tuple[Choice, ...]) -> None:
    """Boxes and styles that disagree make the whole doubtful."""
    shown, code = _shown(_spans(lines, choices))
    if not code:
        return
    if not ticks.keys and not ticks.other_ticked:
        ticks.keys = shown
        ticks.suspect(code)
    elif set(shown) != set(ticks.keys) and (code == "choices.emphasis" or not set(ticks.keys) <= set(shown)):
        ticks.suspect("choices.styles_differ")


def _without_boxes(ticks: Ticks, lines: list[Line], text: str, choices: tuple[Choice, ...]) -> None:
    """Choices without any box: what is singled out, what is left of the list, or what is typed in words."""
    if not text.strip():
        return
    styles = _spans(lines, choices)
    shown, code = _shown(styles)
    everything = len(styles) == len(choices)
    if code:
        ticks.keys = shown
        ticks.suspect(code)
    elif everything:
        ticks.suspect("choices.boxes_lost")
    else:
        ticks.keys = _typed(text, choices)
        ticks.suspect("choices.typed")
    left = _left_words(text, choices)
    if left:
        ticks.other = left


def _typed(text: str, choices: tuple[Choice, ...]) -> list[str]:
    """The choices whose whole label, or whose first telling word, is typed: « usagers et agents »."""
    words = folded(text).split()
    found = []
    for choice in choices:
        label = folded(choice.label).split()
        telling = label[0] if label[0] not in ("acteurs", "corps", "tirage", "futur", "appel") else label[-1]
        near = any(edit_distance(word, telling, 1) <= 1 for word in words if len(word) > 3)
        if near or " ".join(label) in " ".join(words):
            found.append(choice.key)
    return found


def _left_words(text: str, choices: tuple[Choice, ...]) -> str | None:
    """What is not one of the labels, when there is any."""
    left = text
    for choice in choices:
        pattern = r"\W+".join(re.escape(word) for word in re.findall(r"\w+", choice.label))
        left = re.sub(rf"(?<!\w){pattern}(?!\w)", " ", left, flags=re.IGNORECASE)
    left = OTHER.sub("", re.sub(r"(?im)^\W*autres?\s*\(\s*à préciser\s*\)\s*:?", "", left).strip())
    if not re.search(r"\w", re.sub(r"\b(et|ou|les|des|le|la|l|d)\b", "", left, flags=re.IGNORECASE)):
        return None
    return text.strip()


def read_yes_no(lines: list[Line]) -> tuple[bool | None, Note | None, bool]:
    """(value, doubt, whether anything is said) for « ☐ oui ☐ non »."""
    text = "\n".join(line.text for line in lines if line.text.strip())
    if not text.strip():
        return None, None, False
    found = options(text)
    boxed = [one for one in found if one.state]
    if not boxed:
        return _typed_yes_no(lines, text)
    if len(boxed) == 1 and boxed[0].state == "ticked" and set(folded(boxed[0].text).split()) == {"oui", "non"}:
        return _yes_no(boxed[0].text), None, True  # « X oui   non »
    ticked = {_yes_no(one.text) for one in boxed if one.state in ("ticked", "unsure")}
    doubt: Note | None = None
    if any(one.state == "unsure" for one in boxed):
        doubt = Note("choices.box_unclear", {"option": text})
    if len({_sign(one.sign) for one in boxed if one.state == "ticked"} - {""}) > 1 or len(ticked) > 1:
        return None, Note("yes_no.both", {"text": text}), True
    value = ticked.pop() if ticked else None
    words = any(folded(one.text) not in ("oui", "non") for one in found if one.text)
    if value is None and not ticked and not words and doubt is None:
        return _shown_yes_no(lines, text)
    if words:
        doubt = doubt or Note("yes_no.with_words", {"text": text})
    return value, doubt, True


def _yes_no(text: str) -> bool | None:
    words = folded(text).split()
    return {"oui": True, "non": False}.get(words[0]) if words else None


def _shown_yes_no(lines: list[Line], text: str) -> tuple[bool | None, Note | None, bool]:
    both = (Choice("oui", "oui"), Choice("non", "non"))
    shown, code = _shown(_spans(lines, both))
    if code and len(shown) == 1:
        return shown[0] == "oui", Note(code), True
    said = bool(code) or not BOX.search(text)
    return None, Note(code or "choices.boxes_lost") if said else None, said


def _typed_yes_no(lines: list[Line], text: str) -> tuple[bool | None, Note | None, bool]:
    words = folded(text).split()
    if set(words) >= {"oui", "non"}:
        return _shown_yes_no(lines, text)
    value = _yes_no(text)
    if len(words) == 1 and value is not None:
        struck = any(line.any_style() & STRIKE for line in lines)
        return value, Note("choices.struck") if struck else None, True
    return value, Note("yes_no.with_words" if value is not None else "yes_no.unclear", {"text": text}), True
