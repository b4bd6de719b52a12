"""Charts as static SVG, drawn by hand: the same bytes everywhere, patterns and numbers beside the colours.

A page gives the classes its own tokens, light or dark; alone, in a document or on paper, the colours written on the
shapes stand (dark ink on white). Persons are a full bar, messages a hatched one: nobody needs the colours to tell them.
Nobody knows here which font will draw the words: their room is reckoned on the wide side, so that none is cut.
"""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect_right
from html import escape
from itertools import accumulate

from concertia.engine.reports.outline import HIDDEN_CELL, alternative
from concertia.engine.reports.report import Bars, Chart, Crossing
from concertia.engine.reports.words import plain, shorten, thousands

INK, SOFT, LINE, ACT, LEVER, PAPER, WASH = (
    "#1d2430", "#4a5160", "#7f7a6a", "#0b5a61", "#3a4a9a", "#ffffff", "#e2efee",
)  # fmt: skip
FONTS = "system-ui, 'Segoe UI', Roboto, 'Liberation Sans', Arial, 'Libertinus Serif', sans-serif"
WIDTH = 720
LABEL, NUMBER = 250, 70  # the width of the names on the left, of the numbers on the right
BAR, GAP, TOP = 14, 14, 40
MOST_BARS, MOST_COLUMNS = 40, 8
SIZE, LINE_HEIGHT = 14, 16  # of the letters
HEADING, TURN = 170, 45  # the longest line of a column's name, and how it leans, in degrees
CELL_HEIGHT, NARROWEST = 36, 58


def svg(chart: Chart, *, alone: bool = True) -> str:
    """The chart; `alone` draws its own ground, without it the page's shows through.

    What is left out for want of room is said under the chart, and stands in its table.
    """
    body, width, height = _bars(chart) if isinstance(chart, Bars) else _crossing(chart)
    ground = f'<rect width="{width}" height="{height}" fill="{PAPER}"/>' if alone else ""
    name = f"chart-{chart.key}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {width} {height}" width="{width}"'
        f' height="{height}" role="img" aria-labelledby="{name}" font-family="{FONTS}" font-size="{SIZE}">'
        f'<title id="{name}">{_text(alternative(chart))}</title>'
        f'<defs><pattern id="{name}-hatch" width="6" height="6" patternUnits="userSpaceOnUse"'
        f' patternTransform="rotate(45)"><rect width="6" height="6" fill="{PAPER}" class="chart-ground"/>'
        f'<rect width="3" height="6" fill="{LEVER}" class="chart-messages"/></pattern></defs>'
        f"{ground}{body}</svg>"
    )


def size_of(drawing: str) -> tuple[int, int]:
    """The width and the height of what `svg` drew."""
    width, height = re.findall(r'(?:width|height)="(\d+)"', drawing)[:2]
    return int(width), int(height)


def _text(words: str) -> str:
    return escape(plain(words))


def _label(x: float, y: float, words: str, *, anchor: str = "start", fill: str = INK, extra: str = "") -> str:
    kind = "chart-ink" if fill == INK else "chart-soft"
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="{fill}" class="{kind}"{extra}>{_text(words)}</text>'


def _em(sign: str) -> float:
    """The width of a sign in DejaVu Sans, the widest of FONTS, rounded up."""
    if sign in "iljtfrI .,;:!|()’'-":
        return 0.42
    if sign in "mwMW%@—…œŒ" or unicodedata.east_asian_width(sign) in "WF":
        return 1.03
    return 0.79 if sign.isupper() else 0.65


def _room(words: str) -> float:
    return SIZE * sum(map(_em, words))


def _wrapped(name: str, room: float) -> tuple[str, ...]:
    """The name on two lines that hold in `room`, between two words where that is possible; « … » for what is left."""

    def fitting(words: str, room: float) -> int:
        return bisect_right(list(accumulate(SIZE * _em(sign) for sign in words)), room)

    name = " ".join(plain(name).split())
    most = fitting(name, room)
    if most == len(name):
        return (name,)
    cut = name.rfind(" ", 0, most + 1)
    first = name[: cut if cut > 0 else most]
    left = name[len(first) :].strip()
    if fitting(left, room) < len(left):
        left = shorten(left, fitting(left, room - SIZE * _em("…")) + 1)
    return first, left


def _named(x: float, y: float, name: str, lines: tuple[str, ...], *, anchor: str = "start", extra: str = "") -> str:
    """The lines of a name, the last one on `y`; the whole name for whoever points at it, when it is shortened."""
    drawn = "".join(
        _label(x, y - LINE_HEIGHT * (len(lines) - rank), line, anchor=anchor, extra=extra)
        for rank, line in enumerate(lines, 1)
    )
    return f"<g><title>{_text(name)}</title>{drawn}</g>" if lines[-1].endswith("…") else drawn


def _on_the_left(middle: float, name: str) -> str:
    """The name of a line, its end beside what it names."""
    lines = _wrapped(name, LABEL - 12)
    return _named(LABEL - 10, middle + 5 + LINE_HEIGHT / 2 * (len(lines) - 1), name, lines, anchor="end")


def _key(chart: Bars) -> str:
    """What the two kinds of bars are, in words, beside a sample of each."""
    return (
        f'<rect x="{LABEL}" y="10" width="26" height="12" fill="{ACT}" class="chart-persons"/>'
        + _label(LABEL + 32, 21, "personnes")
        + f'<rect x="{LABEL + 130}" y="10" width="26" height="12" fill="url(#chart-{chart.key}-hatch)"'
        f' stroke="{LEVER}" class="chart-edge"/>' + _label(LABEL + 162, 21, "messages")
    )


def _bars(chart: Bars) -> tuple[str, int, int]:
    shown = chart.bars[:MOST_BARS]
    most = max([1, *(max(bar.persons, bar.messages) for bar in shown)])
    scale = (WIDTH - LABEL - NUMBER) / most
    parts = [_key(chart)]
    for rank, bar in enumerate(shown):
        y = TOP + rank * (2 * BAR + GAP)
        parts.append(_on_the_left(y + BAR, bar.label))
        full, hatched = max(bar.persons * scale, 1), max(bar.messages * scale, 1)
        parts.append(
            f'<rect x="{LABEL}" y="{y}" width="{full:.1f}" height="{BAR}" fill="{ACT}" class="chart-persons"/>'
            + _label(LABEL + full + 6, y + BAR - 2, thousands(bar.persons))
            + f'<rect x="{LABEL}" y="{y + BAR}" width="{hatched:.1f}" height="{BAR}"'
            f' fill="url(#chart-{chart.key}-hatch)" stroke="{LEVER}" class="chart-edge"/>'
            + _label(LABEL + hatched + 6, y + 2 * BAR - 2, thousands(bar.messages), fill=SOFT)
        )
    height = TOP + len(shown) * (2 * BAR + GAP)
    parts.append(f'<path d="M{LABEL} {TOP - 6}V{height - 6}" stroke="{LINE}" class="chart-line"/>')
    return _with_rest(parts, WIDTH, height, len(chart.bars) - len(shown), "ligne")


def _crossing(chart: Crossing) -> tuple[str, int, int]:
    columns, rows = chart.columns[:MOST_COLUMNS], chart.rows[:MOST_BARS]
    most = max([1, *(cell or 0 for _, cells in rows for cell in cells[: len(columns)])])
    names = [_wrapped(name, HEADING) for name in columns]
    reach, head = _leaning(names)
    least = max(NARROWEST, 32 + _room(thousands(most)))
    many = max(1, len(columns))
    width = max(least, min((WIDTH - LABEL - reach) / (many - 0.5), (WIDTH - LABEL - 1) / many))
    parts = []
    for rank, (name, lines) in enumerate(zip(columns, names, strict=True)):
        x, y = LABEL + (rank + 0.5) * width, head - 8
        parts.append(_named(x, y, name, lines, extra=f' transform="rotate(-{TURN} {x:g} {y})"'))
    for rank, (name, cells) in enumerate(rows):
        y = head + rank * CELL_HEIGHT
        parts.append(_on_the_left(y + CELL_HEIGHT / 2, name))
        parts += [
            _cell(LABEL + column * width, y, width, cell, most=most, half=least / 2 - 4)
            for column, cell in enumerate(cells[: len(columns)])
        ]
    left = len(chart.rows) - len(rows), len(chart.columns) - len(columns)
    right = math.ceil(LABEL + max(many * width + 1, (many - 0.5) * width + reach))
    height = head + len(rows) * CELL_HEIGHT + 4
    word = "ligne" if left[0] or not left[1] else "colonne"
    return _with_rest(parts, max(WIDTH, right), height, left[0] or left[1], word)


def _leaning(names: list[tuple[str, ...]]) -> tuple[float, int]:
    """How far the leaning names of columns go to the right of where they start, and above the cells."""
    turn = math.radians(TURN)
    longest = [(max(map(_room, lines)), len(lines)) for lines in names] or [(0.0, 1)]
    reach = max(length * math.cos(turn) + 5 for length, _ in longest)
    rise = max(length * math.sin(turn) + LINE_HEIGHT * many * math.cos(turn) for length, many in longest)
    return reach, math.ceil(rise) + 12


def _cell(x: float, y: float, width: float, value: int | None, *, most: int, half: float) -> str:
    """A square whose size says the number written beside it; what may not be shown says so in words.

    The square and its number go no further than `half` from the middle.
    """
    frame = (
        f'<rect x="{x:g}" y="{y}" width="{width:g}" height="{CELL_HEIGHT}" fill="none" stroke="{LINE}"'
        ' class="chart-line"/>'
    )
    middle = x + width / 2
    if value is None:
        return frame + _label(middle, y + 23, HIDDEN_CELL, anchor="middle", fill=SOFT, extra=' font-size="12"')
    side = 20 * (value / most) ** 0.5
    square = (
        f'<rect x="{middle - half:.1f}" y="{y + (CELL_HEIGHT - side) / 2:.1f}" width="{side:.1f}" height="{side:.1f}"'
        f' fill="{ACT}" class="chart-persons"/>'
    )
    return frame + (square if value else "") + _label(middle + half, y + 23, thousands(value), anchor="end")


def _with_rest(parts: list[str], width: int, height: int, left: int, word: str) -> tuple[str, int, int]:
    if left <= 0:
        return "".join(parts), width, height + 4
    said = f"{thousands(left)} {word}{'s' if left > 1 else ''} de plus dans le tableau."
    parts.append(_label(LABEL, height + 16, said, fill=SOFT))
    return "".join(parts), width, height + 28
