"""The reading order of a report, as blocks that every writer knows: heading, words, list, table, quote, chart.

One order for all formats, so that the PDF, the ODT, the DOCX and the page say the same thing in the same place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from concertia.engine.reports.report import (
    NOT_YET_READ,
    Bars,
    CampaignLine,
    Chart,
    Crossing,
    Quote,
    Report,
    SignalLine,
    ThemeNode,
)
from concertia.engine.reports.words import counted, plain, shorten, thousands

HIDDEN_CELL = "non dit"
DEEPEST = 6
LONGEST_QUOTE = 3000  # signs of one quote in a document: the whole text is in the tables
LONGEST_NAME = 120
LONGEST_FIGURE = 24  # signs of a cell that is a number or a word or two


@dataclass(frozen=True)
class Heading:
    """A title and its level, from 1 (the document's) to 6."""

    text: str
    level: int


@dataclass(frozen=True)
class Paragraph:
    """Words; `kind` is plain, lead, small or note."""

    text: str
    kind: str = "plain"


@dataclass(frozen=True)
class Bullets:
    """A list of sentences."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class TableBlock:
    """A table with its caption, the heads of its columns, and lines whose first cell is their head."""

    caption: str
    heads: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]

    @property
    def holds_words(self) -> tuple[bool, ...]:
        """For each column, whether it holds sentences rather than numbers: read from the left, and wider."""
        columns = range(len(self.heads))
        return tuple(place == 0 or any(len(line[place]) > LONGEST_FIGURE for line in self.lines) for place in columns)

    @property
    def is_wide(self) -> bool:
        """Whether a small screen cannot hold it."""
        return len(self.heads) > 3

    @property
    def shares(self) -> tuple[int, ...]:
        """How wide each column is beside the others."""
        words = self.holds_words
        first = 2 if any(words[1:]) else 5 if len(self.heads) <= 3 else 3
        return (first, *(5 if one else 2 for one in words[1:]))


@dataclass(frozen=True)
class QuoteBlock:
    """What somebody said and where it comes from; empty words when they are held back."""

    text: str
    origin: str
    voice: str = ""


@dataclass(frozen=True)
class ChartBlock:
    """A chart; the table that says the same follows it."""

    chart: Chart
    alternative: str


Block = Heading | Paragraph | Bullets | TableBlock | QuoteBlock | ChartBlock


def outline(report: Report) -> tuple[Block, ...]:
    """The blocks of a report in their reading order."""
    return tuple(_blocks(report))


def _blocks(report: Report) -> Iterator[Block]:
    yield Heading(plain(report.title), 1)
    yield Paragraph(plain(report.subtitle), "lead")
    if report.question:
        yield Paragraph(f"Question posée : {plain(report.question)}")
    yield TableBlock("En bref", ("Quoi", "Combien"), tuple((one.name, plain(one.value)) for one in report.facts))
    for sentence in report.ai_use:
        yield Paragraph(sentence, "note")
    if report.held_back:
        yield Paragraph(report.held_back, "note")
    yield from _ledger(report)
    yield from _themes(report)
    yield from _signals(report)
    yield from _campaigns(report)
    yield from _aside(report)
    yield from _charts(report)
    yield from _method(report)


def _ledger(report: Report) -> Iterator[Block]:
    if not report.ledger:
        return
    of = report.ledger[0].of
    yield Heading("Ce que devient chaque contribution", 2)
    lines = [(one.name, thousands(one.count), one.share) for one in report.ledger]
    total = sum(one.count for one in report.ledger)
    lines.append(("Total", thousands(total), "100\u202f%" if of else "0\u202f%"))
    yield TableBlock(f"{counted(of, 'contribution lue', 'contributions lues')}", ("État", "Contributions", "Part"),
                     tuple(lines))  # fmt: skip


def _themes(report: Report) -> Iterator[Block]:
    yield Heading("Les thèmes" if report.is_whole else "Le thème", 2)
    if not report.themes:
        yield Paragraph("Aucun thème : lisez les contributions une à une.")
        return
    if report.stability:
        yield Paragraph(report.stability)
    if report.is_whole:
        lines = [line for node in report.themes for line in _theme_lines(node, 0)]
        yield TableBlock("Personnes et messages de chaque thème", ("Thème", "Personnes", "Messages"), tuple(lines))
    for node in report.themes:
        yield from _theme(node, 3)


def _theme_lines(node: ThemeNode, depth: int) -> Iterator[tuple[str, ...]]:
    yield ("– " * depth + shorten(plain(node.name), LONGEST_NAME), thousands(node.persons), thousands(node.messages))
    for child in node.children:
        yield from _theme_lines(child, depth + 1)


def _theme(node: ThemeNode, level: int) -> Iterator[Block]:
    yield Heading(shorten(plain(node.name), LONGEST_NAME), min(level, DEEPEST))
    words = f" Mots : {plain(', '.join(node.terms))}." if node.terms else ""
    counts = f"{counted(node.persons, 'personne')}, {counted(node.messages, 'message')}."
    yield Paragraph(f"{counts} {node.named}{words}", "small")
    if not node.quotes and not node.children:
        yield Paragraph("Aucune citation n’a été choisie pour ce thème.", "small")
    yield from (_quote(quote) for quote in node.quotes if quote.withheld != NOT_YET_READ)
    yield from _not_yet_read(node.quotes)
    for child in node.children:
        yield from _theme(child, level + 1)


def _not_yet_read(quotes: Iterable[Quote]) -> Iterator[Block]:
    """How many quotes wait for a reader, said once: a page of placeholders hides what may be read."""
    waiting = sum(quote.withheld == NOT_YET_READ for quote in quotes)
    if waiting:
        yield Paragraph(f"{counted(waiting, NOT_YET_READ, 'citations pas encore relues')}.", "small")


def _quote(quote: Quote) -> QuoteBlock:
    if quote.withheld:
        return QuoteBlock("", f"{quote.withheld} · {plain(quote.origin)}".rstrip(" ·"), quote.voice)
    text = plain(quote.text).strip()
    if len(text) > LONGEST_QUOTE:
        left = thousands(len(text) - LONGEST_QUOTE)
        text = f"{text[:LONGEST_QUOTE]} […]"
        return QuoteBlock(text, f"{plain(quote.origin)} · {left} signes de plus dans les tableaux", quote.voice)
    return QuoteBlock(text, plain(quote.origin), quote.voice)


def _signals(report: Report) -> Iterator[Block]:
    if not report.signals_count:
        return
    yield Heading("Signaux faibles", 2)
    yield Paragraph(
        f"{counted(report.signals_count, 'contribution')} loin de tout thème, à lire d’abord : une parole rare n’est "
        "pas un bruit."
    )
    for line in report.signals:
        if line.quote.withheld != NOT_YET_READ:
            yield _signal(line)
    yield from _not_yet_read(line.quote for line in report.signals)
    left = report.signals_count - len(report.signals)
    if left:
        yield Paragraph(f"{counted(left, 'autre signal', 'autres signaux')} dans les tableaux.", "small")


def _signal(line: SignalLine) -> QuoteBlock:
    block = _quote(line.quote)
    parts = [f"signal {line.rank}", block.origin]
    if line.nearest:
        parts.append(f"thème le plus proche : {shorten(plain(line.nearest), LONGEST_NAME)}")
    if line.rare_words and block.text:
        parts.append(f"mots rares : {plain(', '.join(line.rare_words))}")
    return QuoteBlock(block.text, " · ".join(part for part in parts if part), "signal faible")


def _campaigns(report: Report) -> Iterator[Block]:
    if not report.campaigns:
        return
    yield Heading("Messages qui disent la même chose", 2)
    yield Paragraph("Chaque texte compte pour les personnes qui l’ont envoyé ; tous les messages restent lisibles.")
    lines = [
        (f"Texte {one.rank}", thousands(one.persons), thousands(one.messages), one.levels or "–")
        for one in report.campaigns
    ]
    heads = ("Texte", "Personnes", "Messages", "Ressemblance")
    yield TableBlock("Textes envoyés plusieurs fois", heads, tuple(lines))
    held = [line for line in report.campaigns if line.withheld]
    for line in report.campaigns:
        if not line.withheld:
            words, origin = _campaign(line)
            yield QuoteBlock(words, origin, f"texte {line.rank}")
    for reason in sorted({line.withheld for line in held}):
        ranks = [str(line.rank) for line in held if line.withheld == reason]
        yield Paragraph(f"Texte{'s' if len(ranks) > 1 else ''} {', '.join(ranks)} : {reason}.", "small")


def _campaign(line: CampaignLine) -> tuple[str, str]:
    words, origin = "", "texte du premier message"
    for text, others in line.parts:
        space = "" if not words or words.endswith((" ", "\n", "’", "'")) else " "
        if others:
            origin = "entre crochets, ce qui varie d’un message à l’autre"
            shown = " / ".join(shorten(plain(one), 60) or "rien" for one in others[:4])
            words += f"{space}[{plain(text).strip() or 'rien'} / {shown}] "
        else:
            words += space + plain(text).strip()
    return shorten(words, LONGEST_QUOTE), origin


def _aside(report: Report) -> Iterator[Block]:
    if not report.aside:
        return
    yield Heading("Écartées, et pourquoi", 2)
    yield TableBlock("Contributions écartées", ("Raison", "Contributions"),
                     tuple((one.name, one.value) for one in report.aside))  # fmt: skip


def _charts(report: Report) -> Iterator[Block]:
    charts = [chart for chart in report.charts if (chart.bars if isinstance(chart, Bars) else chart.rows)]
    if not charts:
        return
    yield Heading("En graphiques, chacun avec son tableau", 2)
    for chart in charts:
        yield Heading(chart.title, 3)
        yield ChartBlock(chart, alternative(chart))
        yield table_of(chart)
        if chart.note:
            yield Paragraph(chart.note, "small")


def alternative(chart: Chart) -> str:
    """What the picture says, in one sentence, for those who do not see it; the table says the rest."""
    if isinstance(chart, Crossing):
        return (
            f"{chart.title} : {counted(len(chart.rows), 'ligne')} et {counted(len(chart.columns), 'colonne')}, "
            f"en {chart.unit}. Le tableau qui suit donne chaque nombre."
        )
    first = max(chart.bars, key=lambda bar: bar.persons)
    return (
        f"{chart.title} : {counted(len(chart.bars), 'ligne')} ; la plus grande est « {shorten(first.label, 80)} », "
        f"{counted(first.persons, 'personne')} et {counted(first.messages, 'message')}. "
        "Le tableau qui suit donne chaque nombre."
    )


def table_of(chart: Chart) -> TableBlock:
    """The table that says what the chart shows."""
    if isinstance(chart, Bars):
        lines = [(plain(one.label), thousands(one.persons), thousands(one.messages)) for one in chart.bars]
        return TableBlock(chart.title, (chart.head, "Personnes", "Messages"), tuple(lines))
    lines_of = [
        (plain(name), *(HIDDEN_CELL if cell is None else thousands(cell) for cell in cells))
        for name, cells in chart.rows
    ]
    caption = f"{chart.title}, en {chart.unit}"
    return TableBlock(caption, (chart.head, *(plain(one) for one in chart.columns)), tuple(lines_of))


def _method(report: Report) -> Iterator[Block]:
    if report.agreement:
        yield Heading("Accord entre les personnes qui codent", 2)
        yield Bullets(report.agreement)
    if report.remarks:
        yield Heading("Ce qu’il faut savoir de cette analyse", 2)
        yield Bullets(report.remarks)
    yield Heading("Comment c’est fait, comment le vérifier", 2)
    if report.check:
        yield Bullets(report.check)
    if report.record:
        lines = tuple((one.name, plain(one.value)) for one in report.record)
        yield TableBlock("Fiche de l’analyse", ("Quoi", "Valeur"), lines)
