"""What a result shows of what was looked for: the passage that holds most of it, its words marked."""

from __future__ import annotations

from dataclasses import dataclass

from concertia.engine.text.words import words

WINDOW = 260  # characters shown


@dataclass(frozen=True)
class Piece:
    text: str
    is_sought: bool


@dataclass(frozen=True)
class Excerpt:
    kind: str
    pieces: tuple[Piece, ...]


def excerpt(passages: list[list[str]], sought: frozenset[str], *, beyond: str = "") -> Excerpt | None:
    """The passage with the most different words looked for, the first of equals; None when it is `beyond` alone."""
    best, most = None, 0
    for kind, text in passages:
        if text == beyond or kind == "Territoire":
            continue  # the card shows it already
        hits = [word for word in words(text) if word.stem in sought or word.plain in sought]
        different = len({word.stem for word in hits})
        if different > most:
            best, most = (kind, text, hits), different
    return Excerpt(best[0], _pieces(best[1], best[2])) if best else None


def _pieces(text, hits):
    start, end = _window(text, hits[0].start)
    pieces, place = [], start
    if start:
        pieces.append(Piece("… ", False))
    for word in hits:
        if word.start < place or word.end > end:
            continue
        pieces += [Piece(text[place : word.start], False), Piece(text[word.start : word.end], True)]
        place = word.end
    pieces.append(Piece(text[place:end] + (" …" if end < len(text) else ""), False))
    return tuple(piece for piece in pieces if piece.text)


def _window(text, hit):
    """A slice round the first hit, cut between words."""
    start = max(0, hit - WINDOW // 3)
    if start:
        start = text.find(" ", start, hit) + 1 or start
    end = min(len(text), start + WINDOW)
    if end < len(text):
        end = max(text.rfind(" ", hit + 1, end), hit + 1)
    return start, end
