"""Cells of a CSV that no spreadsheet takes for a formula."""

import json
import re
from datetime import date, datetime

from concertia.core.text import UNWANTED

# What a spreadsheet may read as a formula, full-width forms included, even behind blanks; a leading tab or line end.
FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")


def cell(value) -> str:
    """A value as it stands in a CSV: « oui » or « non », ISO dates, numbers as they are, texts that cannot compute.

    >>> [cell(value) for value in ("=1+1", " ＠x", "- un\\n- deux", -3, True, None, ["a"])]
    ["'=1+1", "' ＠x", "'- un\\n- deux", '-3', 'oui', '', '["a"]']
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, list) else str(value)
    text = UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return f"'{text}" if FORMULA.match(text) else text
