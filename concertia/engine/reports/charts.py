"""Charts as static SVG, drawn by hand: the same bytes everywhere, patterns and numbers beside the colours.

A page gives the classes its own tokens, light or dark; alone, in a document or on paper, the colours written on the
shapes stand (dark ink on white). Persons are a full bar, messages a hatched one: nobody needs the colours to tell them.
"""

from __future__ import annotations

from html import escape

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
LETTERS = 34  # of a name, on one line of LABEL
CELL_HEIGHT, HEAD_HEIGHT = 30, 96


def svg(chart: Chart, *, alone: bool = True) -> str:
    """The chart; `alone` draws its own ground, without it the page's shows through.

    What is left out for want of room is said under the chart, and stands in its table.
    """
    body, height = _bars(chart) if isinstance(chart, Bars) else _crossing(chart)
    ground = f'<rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>' if alone else ""
    name = f"chart-{chart.key}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}"'
        f' height="{height}" role="img" aria-labelledby="{name}" font-family="{FONTS}" font-size="14">'
        f'<title id="{name}">{_text(alternative(chart))}</title>'
        f'<defs><pattern id="{name}-hatch" width="6" height="6" patternUnits="userSpaceOnUse"'
        f' patternTransform="rotate(45)"><rect width="6" height="6" fill="{PAPER}" class="chart-ground"/>'
        f'<rect width="3" height="6" fill="{LEVER}" class="chart-messages"/></pattern></defs>'
        f"{ground}{body}</svg>"
    )


def _text(words: str) -> str:
    return escape(plain(words))


def _label(x: float, y: float, words: str, *, anchor: str = "start", fill: str = INK, extra: str = "") -> str:
    kind = "chart-ink" if fill == INK else "chart-soft"
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="{fill}" class="{kind}"{extra}>{_text(words)}</text>'


def _key(chart: Bars) -> str:
    """What the two kinds of bars are, in words, beside a sample of each."""
    return (
        f'<rect x="{LABEL}" y="10" width="26" height="12" fill="{ACT}" class="chart-persons"/>'
        + _label(LABEL + 32, 21, "personnes")
        + f'<rect x="{LABEL + 130}" y="10" width="26" height="12" fill="url(#chart-{chart.key}-hatch)"'
        f' stroke="{LEVER}" class="chart-edge"/>' + _label(LABEL + 162, 21, "messages")
    )


def _bars(chart: Bars) -> tuple[str, int]:
    shown = chart.bars[:MOST_BARS]
    most = max([1, *(max(bar.persons, bar.messages) for bar in shown)])
    scale = (WIDTH - LABEL - NUMBER) / most
    parts = [_key(chart)]
    for rank, bar in enumerate(shown):
        y = TOP + rank * (2 * BAR + GAP)
        parts.append(_label(LABEL - 10, y + BAR + 5, shorten(bar.label, LETTERS), anchor="end"))
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
    return _with_rest(parts, height, len(chart.bars) - len(shown), "ligne")


def _crossing(chart: Crossing) -> tuple[str, int]:
    columns, rows = chart.columns[:MOST_COLUMNS], chart.rows[:MOST_BARS]
    width = (WIDTH - LABEL) / max(1, len(columns))
    most = max([1, *(cell or 0 for _, cells in rows for cell in cells[: len(columns)])])
    parts = []
    for rank, name in enumerate(columns):
        x, y = LABEL + (rank + 0.5) * width, HEAD_HEIGHT - 8
        turn = f' transform="rotate(-28 {x:g} {y:g})"'
        parts.append(_label(x - 6, y, shorten(name, 24), extra=turn))
    for rank, (name, cells) in enumerate(rows):
        y = HEAD_HEIGHT + rank * CELL_HEIGHT
        parts.append(_label(LABEL - 10, y + 20, shorten(name, LETTERS), anchor="end"))
        parts += [
            _cell(LABEL + column * width, y, width, cell, most) for column, cell in enumerate(cells[: len(columns)])
        ]
    left = len(chart.rows) - len(rows), len(chart.columns) - len(columns)
    height = HEAD_HEIGHT + len(rows) * CELL_HEIGHT + 4
    word = "ligne" if left[0] or not left[1] else "colonne"
    return _with_rest(parts, height, left[0] or left[1], word)


def _cell(x: float, y: float, width: float, value: int | None, most: int) -> str:
    """A square whose size says the number written beside it; what may not be shown says so in words."""
    frame = (
        f'<rect x="{x:g}" y="{y}" width="{width:g}" height="{CELL_HEIGHT}" fill="none" stroke="{LINE}"'
        ' class="chart-line"/>'
    )
    middle = x + width / 2
    if value is None:
        return frame + _label(middle, y + 20, HIDDEN_CELL, anchor="middle", fill=SOFT, extra=' font-size="12"')
    side = 20 * (value / most) ** 0.5
    square = (
        f'<rect x="{middle - 26:.1f}" y="{y + (CELL_HEIGHT - side) / 2:.1f}" width="{side:.1f}" height="{side:.1f}"'
        f' fill="{ACT}" class="chart-persons"/>'
    )
    return frame + (square if value else "") + _label(middle + 24, y + 20, thousands(value), anchor="end")


def _with_rest(parts: list[str], height: int, left: int, word: str) -> tuple[str, int]:
    if left <= 0:
        return "".join(parts), height + 4
    said = f"{thousands(left)} {word}{'s' if left > 1 else ''} de plus dans le tableau."
    parts.append(_label(LABEL, height + 16, said, fill=SOFT))
    return "".join(parts), height + 28
