"""Cuts the lines of a document into answers: which label each line answers, and in which section 3.

A label counts where it stands in its section, once by consultation, and looks like the other labels. Words of a label
inside an answer stay in the answer, which is then to be confirmed. An answer in its anchor is of the field that the
anchor names: no label is looked for in it, and it stands for its own where that one was lost. A second series of
section 3 labels, a repeated section title or a heading such as « Concertation n° 2 » begins another consultation.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field, replace

from concertia.engine.canvas.fields import BY_KEY, FIELDS
from concertia.engine.canvas.reader_blocks import BOLD, Line
from concertia.engine.canvas.reader_labels import (
    Match,
    find_label,
    find_section,
    find_shortened_section,
    folded,
    is_boilerplate,
    typed_rest,
)
from concertia.engine.canvas.reader_layout import RANKED, is_blank
from concertia.engine.notes import Note

CLOSING = re.compile(
    r"(?:fait (?:à|a|le)\s|(?:bien |très )?cordialement\b|signature\b|cachet\b|"
    r"merci de (?:nous )?(?:retourner|renvoyer)|document à (?:retourner|renvoyer))",
    re.IGNORECASE,
)
RANK = {one.key: rank for rank, one in enumerate(FIELDS)}
MAX_ASTRAY = 100  # anchors that stand for a lost label; a canvas has few of them, a forged one may have thousands


@dataclass
class Found:
    """A label met in a line, or an anchor that lost its own."""

    index: int
    match: Match
    bold: bool
    zone: int  # number of the section whose title is above, 0 when there is none
    result: int = 0
    anchored: bool = False

    @property
    def key(self) -> str:
        return self.match.key

    @property
    def section(self) -> int:
        return BY_KEY[self.key].section

    @property
    def at_home(self) -> bool:
        return self.zone in (0, self.section)


@dataclass
class Segment:
    """The lines that answer one label, the first one being the end of the line of the label itself."""

    key: str
    result: int | None
    label: Line
    lines: list[Line] = field(default_factory=list)
    doubts: list[Note] = field(default_factory=list)


@dataclass
class Segments:
    segments: list[Segment]
    results: int
    notes: list[Note]


@dataclass
class _Page:
    """What is known of the lines before they are cut."""

    lines: list[Line]
    found: list[Found]
    titles: dict[int, tuple[int, str]]  # line → section number, added words
    headings: set[int]  # lines that announce another consultation
    stops: set[int]  # "result" marks laid by the layout of a table
    inside: dict[int, str] = field(default_factory=dict)  # line → label met inside an answer


def segment(lines: list[Line]) -> Segments:
    """The answers of the document; every line is in one of them, in a note, or is of the blank canvas."""
    page = _survey(lines)
    _set_aside_strangers(page)
    _number_results(page)
    _rescue(page)
    return _cut(page)


def _survey(lines: list[Line]) -> _Page:
    titles: dict[int, tuple[int, str]] = {}
    found: list[Found] = []
    zone = 0
    owner = ""  # the field whose label or anchor is above, in the same section
    for index, line in enumerate(lines):
        if line.anchor:
            if line.anchor.key != owner:
                _anchor(Found(index, Match(line.anchor.key, 0, 0), True, zone, anchored=True), found)
            owner = line.anchor.key
            continue
        text = line.text
        title = (find_section(text) or _shortened(lines, index)) if text.strip() else None
        if title:
            titles[index] = title
            zone, owner = title[0], ""
            continue
        match = find_label(text) if text.strip() else None
        if match:
            bold = bool(line.style(match.start, min(match.end, len(text))) & BOLD)
            found.append(Found(index, match, bold, zone))
            owner = "" if match.weak else match.key
    plain = [(i, line) for i, line in enumerate(lines) if not line.anchor and len(line.text) <= 120]
    headings = {i for i, line in plain if RANKED.match(folded(line.text))}
    stops = {i for i, line in enumerate(lines) if line.stop == "result"}
    page = _Page(lines, found, titles, set(), stops)
    labels = {one.index for one in found if one.section == 3 and not one.match.weak}
    page.headings = {i for i in headings if _next_filled(lines, i) in labels}
    return page


def _anchor(one: Found, found: list[Found]) -> None:
    """Take the words above an anchor as its label when they begin like it, else the anchor itself."""
    if found and found[-1].key == one.key and found[-1].match.weak:
        found[-1].match = replace(found[-1].match, weak=False, doubtful=False)
    elif sum(other.anchored for other in found) < MAX_ASTRAY:
        found.append(one)


def _shortened(lines: list[Line], index: int) -> tuple[int, str] | None:
    """A shortened section title, where the line looks like a title: numbered, set off, or just before a label."""
    line = lines[index]
    title = find_shortened_section(line.text) if len(line.text) < 100 else None
    if title is None:
        return None
    following = _next_filled(lines, index)
    match = find_label(lines[following].text) if following >= 0 and not lines[following].anchor else None
    before_its_label = match is not None and BY_KEY[match.key].section == title[0]
    set_off = line.heading or bool(line.style(0, len(line.text)) & BOLD) or line.text.isupper()
    return title if before_its_label or (set_off and line.text[:1].isdigit()) else None


def _next_filled(lines: list[Line], index: int) -> int:
    """The rank of the next line with words, an underlined subtitle or date being allowed between."""
    filled = [i for i in range(index + 1, min(index + 12, len(lines))) if lines[i].text.strip()]
    return filled[0] if filled else -1


def _set_aside_strangers(page: _Page) -> None:
    """Keep as labels what looks like the others; the words of a label inside an answer stay in the answer."""
    strong = [one for one in page.found if not one.match.weak and not one.anchored]
    bold = Counter(one.bold for one in strong)
    mostly_bold = bold[True] >= 4 and bold[True] > 3 * bold[False]
    aside: set[int] = set()
    for one in strong:
        rivals = [other for other in strong if other.key == one.key and other is not one]
        looks = _looks(one)
        beaten = any(_looks(other) > looks for other in rivals)
        lonely = mostly_bold and not one.bold and (bool(rivals) or not _in_order(one, strong))
        astray = not one.at_home and not one.match.star and not one.bold and not _in_order(one, strong)
        if (beaten and not _same_dress(one, rivals)) or lonely or astray:
            page.inside[one.index] = one.key
            aside.add(one.index)
    page.found = [one for one in page.found if one.index not in aside]


def _looks(one: Found) -> tuple[bool, bool, bool, bool]:
    return (one.at_home, one.bold, one.match.star, not one.match.short and not one.match.doubtful)


def _same_dress(one: Found, rivals: list[Found]) -> bool:
    """A repeat typed as its first is another consultation, not an answer that quotes a label."""
    return one.at_home and any(r.at_home and r.bold == one.bold and r.match.star == one.match.star for r in rivals)


def _in_order(one: Found, all_found: list[Found]) -> bool:
    """Whether the nearest labels before and after come before and after in the canvas too."""
    before = [other for other in all_found if other.index < one.index]
    after = [other for other in all_found if other.index > one.index]
    return (not before or RANK[before[-1].key] < RANK[one.key]) and (not after or RANK[after[0].key] > RANK[one.key])


def _number_results(page: _Page) -> None:
    """Give each label of section 3 its consultation, and set aside the labels repeated in one."""
    strong = [one for one in page.found if not one.match.weak]
    kept: list[Found] = []
    seen: dict[str, Found] = {}
    result = 0
    third = [one for one in strong if one.section == 3]
    last_index = -1
    for one in third:
        between = range(last_index + 1, one.index)
        announced = any(page.titles.get(i, (0, ""))[0] == 3 or i in page.headings or i in page.stops for i in between)
        announced = announced and bool(seen)
        if (announced or one.key in seen) and _restarts(one, third, seen, announced=announced):
            result, seen = result + 1, {}
        last_index = one.index
        if one.key in seen:
            _keep_better(page, kept, seen, one, third)
            continue
        one.result = result
        seen[one.key] = one
        kept.append(one)
    firsts: dict[str, Found] = {}
    for one in (one for one in strong if one.section < 3):
        if one.key in firsts:
            _keep_better(page, kept, firsts, one, strong)
        else:
            firsts[one.key] = one
            kept.append(one)
    weak = [one for one in page.found if one.match.weak]
    page.found = sorted(kept + weak, key=lambda one: one.index)


def _restarts(one: Found, third: list[Found], seen: dict[str, Found], *, announced: bool) -> bool:
    """Whether a new series of section 3 labels begins here."""
    series: list[str] = []
    for other in third[third.index(one) :]:
        if other.key in series:
            break
        series.append(other.key)
    repeated = [key for key in series if key in seen]
    if announced:
        return bool(repeated) or RANK[one.key] < max(RANK[key] for key in seen)
    return len(repeated) >= 2 and RANK[series[0]] < RANK[series[1]]


def _keep_better(page: _Page, kept: list[Found], seen: dict[str, Found], one: Found, all_found: list[Found]) -> None:
    """Of two labels for one answer, keep the one in the order of the canvas; the other stays words of an answer."""
    first = seen[one.key]
    if one.anchored or first.anchored:  # never words of another answer: both are read, and a person looks
        one.result = first.result
        kept.append(one)
        return
    if _in_order(one, all_found) and not _in_order(first, all_found):
        one.result = first.result
        kept[kept.index(first)] = one
        seen[one.key] = one
        first, one = one, first
    page.inside[one.index] = one.key


def _rescue(page: _Page) -> None:
    """Take weak matches for the fields found nowhere else, when they stand where the canvas has them."""
    strong = [one for one in page.found if not one.match.weak]
    have = {one.key for one in strong}
    taken = []
    for one in page.found:
        usable = one.match.weak and (one.match.parted or not one.match.short)
        if usable and one.key not in have and _in_order(one, strong) and one.at_home:
            line = page.lines[one.index]
            rest = line.text[one.match.end :]
            parted = one.bold and not line.style(one.match.end, len(line.text)) & BOLD
            sure = parted or typed_rest(BY_KEY[one.key], rest)
            one.match = replace(one.match, doubtful=not sure, weak=False)
            before = [other.result for other in strong if other.index < one.index]
            one.result = max(before, default=0) if one.section == 3 else 0
            have.add(one.key)
            taken.append(one)
    page.found = sorted(strong + taken, key=lambda one: one.index)


def _cut(page: _Page) -> Segments:
    labels = {one.index: one for one in page.found}
    page.headings = {index for index in page.headings if _announces(page.found, index)}
    misplaced = _out_of_order(page.found)
    results = max((one.result for one in page.found), default=0) + 1
    cutting = _Cutting(page, results)
    for index, line in enumerate(page.lines):
        if index in labels:
            cutting.open(labels[index], index in misplaced)
        elif index in page.titles:
            cutting.close()
            if page.titles[index][1]:
                cutting.head(line)
        elif index in page.headings:
            cutting.close()
            cutting.head(line)
        elif line.stop:
            cutting.stop(line.stop)
        else:
            cutting.add(line, index)
    cutting.close()
    return Segments(cutting.segments, results, cutting.notes)


def _announces(found: list[Found], index: int) -> bool:
    """Whether the next label is the first of its consultation: « Atelier 3 : … » may also be an item of an answer."""
    following = next((one for one in found if one.index > index), None)
    return (
        following is not None
        and following.section == 3
        and not any(one.section == 3 and one.result == following.result and one.index < index for one in found)
    )


def _out_of_order(found: list[Found]) -> set[int]:
    """The labels to take away so that the others follow the order of the canvas: the fewest."""
    tails: list[int] = []
    chains: list[list[int]] = []
    for one in found:
        rank = RANK[one.key] + 100 * one.result
        spot = bisect_left(tails, rank)
        chain = [*(chains[spot - 1] if spot else []), one.index]
        if spot == len(tails):
            tails.append(rank)
            chains.append(chain)
        else:
            tails[spot], chains[spot] = rank, chain
    ordered = set(chains[-1]) if chains else set()
    return {one.index for one in found if one.index not in ordered}


@dataclass
class _Cutting:
    page: _Page
    results: int
    segments: list[Segment] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    current: Segment | None = None
    held: Segment | None = None  # of an anchor under a label that is not its own

    def open(self, one: Found, misplaced: bool) -> None:
        line = self.page.lines[one.index]
        result = one.result if one.section == 3 else None
        if one.anchored:
            self._hold(line, one.key, result)
            return
        self._cut_heading(one)
        self.current, self.held = Segment(one.key, result, line), None
        self.segments.append(self.current)
        rest = line.cut(one.match.end)
        self.current.lines.append(replace(rest, marker=""))
        terse = one.match.short and " " not in folded(line.text[one.match.start : one.match.end])
        trusted = one.match.star or line.place.table or sum(other.match.short for other in self.page.found) >= 4
        if one.match.doubtful or (terse and not trusted):
            label = line.text[one.match.start : one.match.end].strip(" :*\t")
            self.current.doubts.append(Note("label.doubtful", {"label": label}))
        if misplaced and not (one.bold or one.match.star or one.at_home):
            self.current.doubts.append(Note("label.out_of_order", {"label": line.text[: one.match.end].strip(" :*\t")}))

    def _cut_heading(self, one: Found) -> None:
        """A bold line that stands alone just before the first label of a later section 3 is its heading."""
        opens = one.section == 3 and one.result > 0 and all(s.result != one.result for s in self.segments)
        if not (opens and self.current):
            return
        filled = [line for line in self.current.lines[1:] if line.text.strip() and not line.anchor]
        last = filled[-1] if filled else None
        if last and len(last.text) <= 120 and (last.heading or last.style(0, len(last.text)) & BOLD):
            self.current.lines.remove(last)
            self.head(last)

    def head(self, line: Line) -> None:
        self.notes.append(Note("result.heading", {"text": line.text.strip(), "paragraph": line.place.paragraph}))

    def close(self) -> None:
        self.current = self.held = None

    def stop(self, kind: str) -> None:
        answered = self.current and any(not is_blank(line.text) for line in self.current.lines)
        if kind != "end" or answered:
            self.current = None

    def add(self, line: Line, index: int) -> None:
        text = line.text.strip()
        if line.anchor:
            self._keep(line, line.anchor.key)
            return
        if self.current and CLOSING.match(text) and index > max((one.index for one in self.page.found), default=0):
            self.close()
        if self.current:
            self.current.lines.append(line)
            if index in self.page.inside:
                self.current.doubts.append(Note("label.inside", {"label": BY_KEY[self.page.inside[index]].label}))
        elif text and not is_blank(text) and not is_boilerplate(text):
            self.notes.append(Note("text.unattached", {"text": text, "paragraph": line.place.paragraph}))

    def _keep(self, line: Line, key: str) -> None:
        """Add a line of an anchor to the answer of its field, even when its label is not the last one read."""
        own = next((one for one in (self.held, self.current) if one and one.key == key), None)
        if own:
            own.lines.append(line)
        else:
            last = max((one.result or 0 for one in self.segments), default=0)
            self._hold(line, key, last if BY_KEY[key].section == 3 else None)

    def _hold(self, line: Line, key: str, result: int | None) -> None:
        self.held = Segment(key, result, line, [line])
        self.segments.append(self.held)
