import re
import unicodedata

from concertia.territories.enums import TerritoryKind
from concertia.territories.models import Membership, Territory


def role_in(user, territory) -> str | None:
    """The one role a person has in a body, or None."""
    if not user.is_authenticated:
        return None
    return Membership.objects.filter(user=user, territory=territory).values_list("role", flat=True).first()


def commission() -> Territory:
    """The national body, made at the first call: every installation has one."""
    body, _ = Territory.objects.get_or_create(
        kind=TerritoryKind.COMMISSION, defaults={"name": "Commission numérique commune", "state": "verified"}
    )
    return body


KIND_WORDS = {
    *("ville", "commune", "communaute", "communes", "agglomeration", "urbaine", "metropole", "region", "departement"),
    *("de", "du", "des", "la", "le", "les", "l", "d", "et", "cc", "ca", "cu"),
}


def _words(name) -> set[str]:
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return set(re.findall(r"[a-z0-9]+", plain))


def territory_named_like(name) -> Territory | None:
    """The one territory whose proper words are those of `name`; None when none or several could be meant."""
    asked = _words(name)
    proper = asked - KIND_WORDS
    if not proper:
        return None
    candidates = [row for row in Territory.objects.authorities() if _words(row.name) - KIND_WORDS == proper]
    exact = [row for row in candidates if _words(row.name) == asked]
    found = exact or candidates
    return found[0] if len(found) == 1 else None


def free_short_code(territory) -> str:
    """A short code nobody has: the first letters of the proper words, then a figure when they are taken."""
    plain = unicodedata.normalize("NFKD", territory.name).encode("ascii", "ignore").decode()
    words = [word for word in re.findall(r"[A-Za-z]+", plain) if word.lower() not in KIND_WORDS] or ["TER"]
    base = (words[0][:3] if len(words[0]) >= 3 else "".join(words)[:3]).upper().ljust(3, "X")
    taken = set(Territory.objects.exclude(short_code=None).values_list("short_code", flat=True))
    return next(code for code in (base, *(f"{base}{rank}" for rank in range(2, 100))) if code not in taken)
