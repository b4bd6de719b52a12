import json
import re
import unicodedata
from pathlib import Path

from django.db import transaction
from django.db.models import Case, Exists, OuterRef, Q, When
from django.utils import timezone

from concertia.territories.enums import RequestState, Role, SignatureState, TerritoryKind
from concertia.territories.models import (
    CharterVersion,
    Clause,
    JoinRequest,
    Mandate,
    Membership,
    Signature,
    Territory,
)


def role_in(user, territory, scope="") -> str | None:
    """The one role a person has in a body today, or None; `scope` is the consultation that a mandate may be for.

    A mandate for that consultation goes before one for the whole body, then the latest given before the others.
    """
    if not user.is_authenticated:
        return None
    member = Membership.objects.filter(user=user, territory=territory).values_list("role", flat=True).first()
    if member:
        return member
    mandates = Mandate.objects.in_force().filter(user=user, territory=territory, scope__in={"", scope})
    return mandates.order_by("-scope", "-pk").values_list("role", flat=True).first()


CHARTER = Path(__file__).parent / "data" / "charter-2024-09.json"


def current_charter() -> CharterVersion:
    """The version in force; the first one is written at the first call, from the text that the commission published."""
    version = CharterVersion.objects.filter(in_force_from__lte=timezone.localdate()).first()
    if version:
        return version
    declared = json.loads(CHARTER.read_text(encoding="utf-8"))
    clauses = declared.pop("clauses")
    with transaction.atomic():
        version, created = CharterVersion.objects.get_or_create(number=declared.pop("number"), defaults=declared)
        if created:
            Clause.objects.bulk_create(
                Clause(charter=version, order=rank, text=text) for rank, text in enumerate(clauses, 1)
            )
    return version


def charter_on(day) -> CharterVersion:
    """The version in force on a day; before the first, the first."""
    current_charter()
    return CharterVersion.objects.filter(in_force_from__lte=day).first() or CharterVersion.objects.last()


def signature_in_force(territory) -> Signature | None:
    return territory.signatures.filter(state=SignatureState.SIGNED).select_related("charter").first()


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


def territories_by_code() -> dict:
    """Bodies already here, by (kind, official code): INSEE code or SIREN."""
    rows = Territory.objects.authorities().filter(successor=None)
    return {(row.kind, row.official_code): row for row in rows if row.official_code}


def waiting_requests():
    """Requests to verify, each with whether others ask for the same authority and whether it is already here."""
    same = JoinRequest.objects.filter(
        state=RequestState.WAITING,
        kind=OuterRef("kind"),
        code=OuterRef("code"),
        authority_name=OuterRef("authority_name"),
    ).exclude(pk=OuterRef("pk"))
    here = Territory.objects.filter(kind=OuterRef("kind")).filter(
        Q(insee_code=OuterRef("code")) | Q(siren=OuterRef("code"))
    )
    return (
        JoinRequest.objects.filter(state=RequestState.WAITING)
        .annotate(is_contested=Exists(same), has_code_here=Exists(here))
        .annotate(
            is_here=Case(When(territory__isnull=False, then=True), When(code="", then=False), default="has_code_here")
        )
    )


def engaged_without_signature():
    """Bodies with a code, hence here, whose charter is not signed."""
    signed = Signature.objects.filter(territory=OuterRef("pk"), state=SignatureState.SIGNED)
    return Territory.objects.authorities().exclude(short_code=None).filter(~Exists(signed))


def has_referent(territory) -> bool:
    """Whether somebody would receive what is written to this territory."""
    return territory.memberships.filter(role=Role.REFERENT).exists()
