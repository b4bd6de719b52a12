"""What the engine says: codes and their parameters, never French (CONVENTIONS §6)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Note:
    """A remark of the engine: a dotted code and the values its sentence needs.

    >>> Note("date.impossible", {"text": "31/02/2025"}).code
    'date.impossible'
    """

    code: str
    params: dict[str, str | int] = field(default_factory=dict)


class EngineError(ValueError):
    """An input the engine refuses; carries the note that `phrases.py` turns into French."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.note = Note(code, params)
