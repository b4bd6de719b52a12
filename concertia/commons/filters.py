"""What an address of the inventory asks: words, and values of each facet. The same for pages, feeds and the API."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from concertia.commons.enums import Facet
from concertia.commons.search import LONGEST_QUERY, Term, terms_of
from concertia.core.text import one_line

MOST_VALUES = 20  # of one facet; an address that asks for more is cut, and the page says so
LONGEST_VALUE = 40


@dataclass(frozen=True)
class Filters:
    """`words` as typed, without signs nobody sees; `chosen` in the order of the facets."""

    words: str = ""
    chosen: dict[Facet, tuple[str, ...]] = field(default_factory=dict)
    is_cut: bool = False

    @property
    def terms(self) -> list[Term]:
        return terms_of(self.words)

    @property
    def is_empty(self) -> bool:
        return not self.words and not self.chosen

    def toggled(self, facet: Facet, value: str) -> Filters:
        """The same with a value chosen, or no longer."""
        values = tuple(sorted({value} ^ set(self.chosen.get(facet, ()))))
        others = {known: chosen for known, chosen in self.chosen.items() if known != facet}
        return replace(self, chosen={**others, facet: values} if values else others)

    @property
    def query(self) -> str:
        """The address that asks for exactly this, the same for everyone who chose the same."""
        pairs = [("q", self.words)] if self.words else []
        pairs += [(facet.value, value) for facet in Facet for value in self.chosen.get(facet, ())]
        return urlencode(pairs)


def filters_of(data) -> Filters:
    """Read a QueryDict; nothing in it is refused, what is not a value of the inventory finds nothing."""
    typed = one_line(data.get("q", "")[: LONGEST_QUERY + 1])
    chosen, is_cut = {}, len(data.get("q", "")) > LONGEST_QUERY
    for facet in Facet:
        values = dict.fromkeys(value for raw in data.getlist(facet.value)[:400] if (value := one_line(raw[:200])))
        short = tuple(sorted(value[:LONGEST_VALUE] for value in values))
        is_cut = is_cut or len(short) > MOST_VALUES
        if short:
            chosen[facet] = short[:MOST_VALUES]
    return Filters(words=typed[:LONGEST_QUERY], chosen=chosen, is_cut=is_cut)
