"""What a sentence seems to be to a canvas: a warning, a proposal, an obstacle, a hope; told by a few turns of phrase.

The first family that holds wins, in the order warning, proposal, obstacle, hope; nothing otherwise. It only sorts what
a person reads and words: irony, reported speech and most sentences escape it. Made for French.
"""

from __future__ import annotations

import re
from enum import StrEnum

from concertia.engine.text.words import without_accents


class Nature(StrEnum):
    WARNING = "warning"
    PROPOSAL = "proposal"
    OBSTACLE = "obstacle"
    HOPE = "hope"


_TURNS = {
    Nature.WARNING: r"risqu\w*|dangers?|dangereu\w+|peurs?|crain\w+|crainte\w*|inquiet\w*|mefi\w+|attention|deriv\w+"
    r"|surveill\w+|sans controle|ne remplacez|a la place des?",
    Nature.PROPOSAL: r"il (?:nous )?(?:faut|faudrait)|faudrait|(?:je|nous) (?:propos|demand|souhait)\w+|doit|doivent"
    r"|devrait|devraient|qu'(?:on|il)\w* (?:garde|publie|forme|cree)\w*|(?:gardez|publiez|formez|creez|mettez|prevoyez"
    r"|laissez|demandez|donnez|faites)",
    Nature.OBSTACLE: r"manqu\w+|impossible|difficile\w*|trop (?:cher|complique|long)\w*|ne (?:marche|fonctionne) pas"
    r"|pas (?:de|d') ?(?:ordinateur|internet|reseau|temps|moyens|argent)|refus\w+",
    Nature.HOPE: r"gagn\w+|gains?|utiles?|aide(?:r|rait|nt)?|facilit\w+|permet\w*|mieux|chances?|ameliorer\w*"
    r"|opportunite\w*",
}
_FOUND = {nature: re.compile(rf"\b(?:{turns})\b") for nature, turns in _TURNS.items()}


def nature_of(sentence: str) -> Nature | None:
    """What a sentence seems to be, or None.

    >>> nature_of("Il faut garder un guichet."), nature_of("J’ai peur des erreurs."), nature_of("Bonjour.")
    (<Nature.PROPOSAL: 'proposal'>, <Nature.WARNING: 'warning'>, None)
    """
    plain = without_accents(sentence)
    return next((nature for nature, found in _FOUND.items() if found.search(plain)), None)
