"""Grids and their codes: made from nothing, from the map, from the commission's lists or a file; changed by people.

A code is never deleted: once retired, what people coded with it stays. Each change of the words makes a new version of
the grid, so that what the machine read of it is known to be old.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from concertia.analysis import rules
from concertia.analysis.models import Code, Codebook, Run
from concertia.analysis.queries import standing_themes, tree_of
from concertia.collection.models import Contribution
from concertia.core.errors import NotAllowed, Refused

MOST_CODES = 500
LONGEST_LABEL, LONGEST_NAME = 120, 120
SHOWN_QUOTES = 3  # of a theme, kept as examples of the code it becomes
READY = Path(__file__).parents[1] / "data" / "ready_grids.json"


@dataclass(frozen=True)
class CodeInput:
    """The words of a code, as a form, a file or a theme gives them."""

    label: str
    definition: str = ""
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()
    family: str = ""


def ready_grids() -> dict:
    """The commission's lists: who wrote them (`credit`), and `parts` with their codes."""
    return json.loads(READY.read_text(encoding="utf-8"))


def ready_codes(parts: Iterable[str]) -> list[CodeInput]:
    wanted = set(parts)
    return [CodeInput(**code) for part in ready_grids()["parts"] if part["key"] in wanted for code in part["codes"]]


def codes_of_map(run: Run) -> list[CodeInput]:
    """One code a standing theme: its name, its words as a definition, its quotes as they may be read as examples."""
    tree = tree_of(run)
    themes = standing_themes(tree)
    chosen = {theme.pk: _quotes_of(tree.standing(theme.pk))[:SHOWN_QUOTES] for theme in themes}
    pks = {quote[0] for quotes in chosen.values() for quote in quotes}
    rows = {row.pk: row for row in Contribution.objects.unmasked().filter(pk__in=pks)}
    found, seen = [], set()
    for theme in themes:
        label = theme.name[:LONGEST_LABEL]
        if label.casefold() in seen:
            continue
        seen.add(label.casefold())
        quotes = [rows[pk].shown(start, end) for pk, start, end, _ in chosen[theme.pk] if pk in rows]
        words = ", ".join(str(term) for term in theme.terms[:10])
        found.append(CodeInput(label, f"Mots du thème : {words}." if words else "", tuple(quotes)))
    return found


def _quotes_of(branch) -> list:
    """Its own quotes, then the first of each theme that it gathers."""
    gathered = (*branch.merged, *(child.theme for child in branch.children))
    return [*branch.theme.quotes, *(quote for theme in gathered for quote in theme.quotes[:1])]


@transaction.atomic
def create_codebook(consultation, *, by, name, codes: Sequence[CodeInput] = ()) -> Codebook:
    """A grid with these codes, in their order."""
    if not rules.can_analyse(by, consultation):
        raise NotAllowed("codebook.create")
    codebook = Codebook.objects.create(consultation=consultation, name=_named(consultation, name), made_by=by)
    seen: dict[str, str] = {}
    rows = []
    for position, given in enumerate(codes, 1):
        _check(given, seen)
        rows.append(Code(codebook=codebook, position=position, **_values(given)))
    if len(rows) > MOST_CODES:
        raise Refused(f"Cette grille compte {len(rows)} codes, la limite est de {MOST_CODES} : faites-en deux grilles.")
    Code.objects.bulk_create(rows)
    return codebook


def _named(consultation, name, *, apart_from=None) -> str:
    name = " ".join(name.split())[:LONGEST_NAME]
    if not name:
        raise Refused("Nom de la grille : écrivez quelques mots.")
    others = consultation.codebooks.exclude(pk=apart_from).values_list("name", flat=True)
    if any(one.casefold() == name.casefold() for one in others):
        raise Refused(f"Une grille de cette concertation s’appelle déjà « {name} » : choisissez un autre nom.")
    return name


@transaction.atomic
def rename_codebook(codebook, *, by, name) -> None:
    codebook = _locked(codebook, by)
    codebook.name = _named(codebook.consultation, name, apart_from=codebook.pk)
    codebook.save(update_fields=["name"])


@transaction.atomic
def remove_codebook(codebook, *, by) -> None:
    """A grid that nobody has used goes; what people coded never does."""
    codebook = _locked(codebook, by)
    if codebook.codings.exists() or codebook.samples.exists():
        raise Refused(f"« {codebook.name} » a servi à coder : elle reste, avec ce que chacun a choisi.")
    for name in codebook.readings.exclude(file="").values_list("file", flat=True):
        transaction.on_commit(partial(default_storage.delete, name))
    codebook.delete()


@transaction.atomic
def add_code(codebook, *, by, given: CodeInput, born_while_reading=False) -> Code:
    """A code at the end of the grid."""
    codebook = _locked(codebook, by)
    if codebook.codes.count() >= MOST_CODES:
        raise Refused(f"Cette grille a déjà {MOST_CODES} codes : retirez-en, ou faites une autre grille.")
    _check(given, _labels(codebook))
    last = codebook.codes.order_by("-position").values_list("position", flat=True).first() or 0
    code = Code.objects.create(
        codebook=codebook, position=last + 1, born_while_reading=born_while_reading, **_values(given)
    )
    _new_version(codebook)
    return code


@transaction.atomic
def edit_code(code, *, by, given: CodeInput, position=None) -> Code:
    """Other words, another family, another place in the grid."""
    codebook = _locked(code.codebook, by)
    _check(given, _labels(codebook, apart_from=code.pk))
    before = Code.objects.select_for_update().get(pk=code.pk)
    values = _values(given)
    has_new_words = any(getattr(before, name) != value for name, value in values.items() if name != "family")
    Code.objects.filter(pk=code.pk).update(**values)
    if position is not None:
        _place(codebook, code.pk, position)
    if has_new_words:
        _new_version(codebook)
    code.refresh_from_db()
    return code


@transaction.atomic
def retire_code(code, *, by) -> None:
    """The code is no longer given; what people coded with it stays."""
    codebook = _locked(code.codebook, by)
    if not Code.objects.filter(pk=code.pk, retired_at=None).update(retired_at=timezone.now()):
        raise Refused(f"« {code.label} » est déjà retiré.")
    _new_version(codebook)


@transaction.atomic
def restore_code(code, *, by) -> None:
    codebook = _locked(code.codebook, by)
    if not Code.objects.filter(pk=code.pk, retired_at__isnull=False).update(retired_at=None):
        raise Refused(f"« {code.label} » n’est pas retiré.")
    _new_version(codebook)


def _locked(codebook, by) -> Codebook:
    if not rules.can_analyse(by, codebook.consultation):
        raise NotAllowed("codebook.change")
    return Codebook.objects.select_for_update().select_related("consultation").get(pk=codebook.pk)


def _labels(codebook, *, apart_from=None) -> dict[str, str]:
    """The names already taken, each with what to do about it."""
    rows = codebook.codes.exclude(pk=apart_from).values_list("label", "retired_at")
    return {label.casefold(): "retired" if retired else "used" for label, retired in rows}


def _check(given: CodeInput, taken: dict[str, str]) -> None:
    """Refuse a code without a name or named as another; remembers the name."""
    label = " ".join(given.label.split())
    if not label:
        raise Refused("Nom du code : écrivez quelques mots.")
    if len(label) > LONGEST_LABEL:
        raise Refused(
            f"« {label[:60]}… » : le nom d’un code compte au plus {LONGEST_LABEL} signes, dites le reste en définition."
        )
    if taken.get(label.casefold()) == "retired":
        raise Refused(f"« {label} » est le nom d’un code retiré : rétablissez-le, ou choisissez un autre nom.")
    if label.casefold() in taken:
        raise Refused(f"Un autre code de cette grille s’appelle déjà « {label} » : choisissez un autre nom.")
    taken[label.casefold()] = "used"


def _values(given: CodeInput) -> dict:
    return {
        "label": " ".join(given.label.split()),
        "definition": given.definition,
        "examples": list(given.examples),
        "counter_examples": list(given.counter_examples),
        "family": given.family,
    }


def _place(codebook, pk, position) -> None:
    others = list(codebook.codes.exclude(pk=pk).order_by("position", "pk").values_list("pk", flat=True))
    others.insert(max(0, position - 1), pk)
    Code.objects.bulk_update([Code(pk=one, position=rank) for rank, one in enumerate(others, 1)], ["position"])


def _new_version(codebook) -> None:
    Codebook.objects.filter(pk=codebook.pk).update(version=F("version") + 1)
