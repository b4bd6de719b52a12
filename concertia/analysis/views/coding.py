"""Coding: one text large, its proposals, every code; the next one. Works as a plain form, faster with the keyboard."""

from dataclasses import dataclass, field

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from concertia.analysis import coding_queries, rules
from concertia.analysis.actions import agreement, coding, proposals, readings
from concertia.analysis.enums import Family
from concertia.collection.models import Contribution
from concertia.core.errors import Refused
from concertia.core.text import one_line

SALT = "analysis.coding.proposed"
KEYS = "abcdefghijklmoqrstuvwxyz"  # not n (new code) nor p (I do not know)
ORDERS = ("apprendre", "suite")
A_PAGE = 50
OFFERED = 20


@dataclass
class Choices:
    """What the form held: kept when it is refused, so that nothing ticked is lost."""

    codes: set[int] = field(default_factory=set)
    new_code: str = ""
    unsure: bool = False
    none: bool = False


def choices_in(data) -> Choices:
    codes = {int(one) for one in data.getlist("codes") if one.isdecimal() and len(one) < 19}
    new_code = one_line(data.get("new_code", ""))
    return Choices(codes, new_code, data.get("unsure") == "1", data.get("none") == "1")


def choices_of_coding(found) -> Choices:
    codes = {code.pk for code in found.codes.all()}
    return Choices(codes, unsure=found.unsure, none=not codes and not found.unsure)


def proposed_in(data, contribution) -> list[int]:
    """The codes that this page showed as proposals, as it signed them; none when somebody wrote something else."""
    try:
        pk, codes = signing.loads(data.get("proposed", ""), salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return []
    return codes if pk == contribution.pk else []


def _to_code(request, public_id, pk):
    codebook = coding_queries.codebook_to_read(request.user, public_id, pk)
    if not rules.can_analyse(request.user, codebook.consultation):
        raise PermissionDenied
    return codebook


@login_required
@require_safe
def code(request, public_id, pk):
    """The next text of this person; `sauf` leaves out the one being read, for the page fetched ahead."""
    codebook = _to_code(request, public_id, pk)
    corpus = coding_queries.corpus_to_code(codebook.consultation)
    if corpus is None or not coding_queries.codes_in_use(codebook):
        context = {"consultation": codebook.consultation, "codebook": codebook, "corpus": corpus}
        return render(request, "analysis/coding/nothing_to_code.html", context)
    order, again = _order(request.GET), request.GET.get("encore") == "1"
    prepared = proposals.proposals_on(codebook, corpus)
    skip = [int(one) for one in request.GET.getlist("sauf") if one.isdecimal() and len(one) < 19]
    chosen = prepared if order == "apprendre" else None
    text = proposals.next_text(codebook, corpus, coder=request.user, prepared=chosen, skip=skip, again=again)
    if text is None:
        context = {
            "consultation": codebook.consultation,
            "codebook": codebook,
            "progress": coding_queries.progress_of(codebook, corpus, request.user),
            "again": again,
        }
        return render(request, "analysis/coding/all_coded.html", context)
    contribution = Contribution.objects.get(pk=text)
    return _page(request, codebook, corpus, contribution, prepared=prepared)


@login_required
def code_text(request, public_id, pk, contribution_pk):
    """One text: read it again, correct what one gave, or save what the form holds and go on."""
    codebook = _to_code(request, public_id, pk)
    contribution = get_object_or_404(codebook.consultation.contributions, pk=contribution_pk)
    if request.method == "POST":
        return _save(request, codebook, contribution)
    if contribution.pk in coding_queries.sealed_texts(codebook):
        messages.error(request, coding.BLIND)
        return redirect("analysis:codebook", public_id, pk)
    corpus = coding_queries.corpus_to_code(codebook.consultation)
    prepared = proposals.proposals_on(codebook, corpus) if corpus else None
    return _page(request, codebook, corpus, contribution, prepared=prepared)


def _save(request, codebook, contribution):
    chosen = choices_in(request.POST)
    proposed = proposed_in(request.POST, contribution)
    try:
        made = coding.code_contribution(
            codebook, contribution, by=request.user, codes=chosen.codes, new_code=chosen.new_code,
            unsure=chosen.unsure, none=chosen.none, proposed=proposed,
        )  # fmt: skip
    except Refused as refusal:
        contribution.refresh_from_db()
        corpus = coding_queries.corpus_to_code(codebook.consultation)
        return _page(request, codebook, corpus, contribution, chosen=chosen, refusal=str(refusal), proposed=proposed)
    arguments = [codebook.consultation.public_id, codebook.pk]
    if chosen.new_code:
        born = made.codes.order_by("-pk").first()
        messages.success(request, f"« {born.label} » est dans la grille. Ces textes lui ressemblent peut-être.")
        return redirect("analysis:offer_code", *arguments, born.pk)
    again = {"encore": "1"} if request.POST.get("encore") == "1" else {}
    address = reverse("analysis:code", args=arguments)
    return redirect(f"{address}?{urlencode({'ordre': _order(request.POST), **again})}")


def _order(data) -> str:
    return data.get("ordre") if data.get("ordre") in ORDERS else ORDERS[0]


def _page(request, codebook, corpus, contribution, *, prepared=None, chosen=None, refusal="", proposed=()):
    """`proposed`: those shown before, when the form comes back refused."""
    before = coding_queries.coding_of(codebook, contribution, request.user)
    best = list(proposed) or (prepared.best(contribution.pk) if prepared and before is None else [])
    context = {
        **form_of(codebook, contribution, best, chosen or (choices_of_coding(before) if before else Choices())),
        "before": before,
        "is_frozen": before is not None and contribution.pk in coding.frozen_texts(codebook, request.user),
        "retired": [one for one in before.codes.all() if one.retired_at] if before else [],
        "refusal": refusal,
        "order": _order(request.POST or request.GET),
        "again": (request.POST or request.GET).get("encore") == "1",
        "prepared": prepared,
        "reading_is_live": prepared is None and coding_queries.is_live(coding_queries.reading_asked(codebook)),
        "progress": coding_queries.progress_of(codebook, corpus, request.user) if corpus else None,
        "help": agreement.help_given(codebook),
        "learnt": _learnt(prepared, codebook) if prepared else [],
    }
    return render(request, "analysis/coding/code.html", context, status=422 if refusal else 200)


def form_of(codebook, contribution, best, chosen):
    """What the form shows: the proposals first, every code in its family, the keys beside them."""
    codes = coding_queries.codes_in_use(codebook)
    by_pk = {one.pk: one for one in codes}
    proposed = [by_pk[pk] for pk in best if pk in by_pk]
    for rank, one in enumerate(codes):
        one.key = KEYS[rank] if rank < len(KEYS) else ""
        one.chosen = one.pk in chosen.codes
    families = [(value, label, [one for one in codes if one.family == value]) for value, label in Family.choices]
    families.append(("", "Autres codes", [one for one in codes if not one.family]))
    return {
        "consultation": codebook.consultation,
        "codebook": codebook,
        "contribution": contribution,
        "proposed": proposed,
        "signed": signing.dumps([contribution.pk, [one.pk for one in proposed]], salt=SALT),
        "families": [one for one in families if one[2]],
        "many": len(codes) > 40,
        "chosen": chosen,
    }


def _learnt(prepared, codebook):
    """How many coded texts taught each code, the most first."""
    counts = prepared.counts
    rows = [(one, counts.get(one.pk, 0)) for one in coding_queries.codes_in_use(codebook)]
    return sorted(rows, key=lambda row: -row[1])


@login_required
@require_safe
def codings(request, public_id, pk):
    """What this person coded, the last first; each can be read again and corrected."""
    codebook = _to_code(request, public_id, pk)
    rows = codebook.codings.filter(coder=request.user).select_related("contribution").prefetch_related("codes")
    wanted = request.GET.get("code", "")
    wanted = codebook.codes.filter(pk=int(wanted)).first() if wanted.isdecimal() and len(wanted) < 19 else None
    if wanted:
        rows = rows.filter(codes=wanted)
    page = Paginator(rows.order_by("-at"), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "consultation": codebook.consultation,
        "codebook": codebook,
        "page": page,
        "wanted": wanted,
        "query": urlencode({"code": wanted.pk}) if wanted else "",
    }
    return render(request, "analysis/coding/codings.html", context)


@login_required
def offer_code(request, public_id, pk, code_pk):
    """The texts nearest to those that hold a code: a person ticks those that should receive it."""
    codebook = _to_code(request, public_id, pk)
    found = get_object_or_404(codebook.codes, pk=code_pk, retired_at=None)
    found.codebook = codebook
    if request.method == "POST":
        wanted = [int(one) for one in request.POST.getlist("texts") if one.isdecimal() and len(one) < 19]
        try:
            count = coding.give_code(found, by=request.user, contributions=wanted)
            messages.success(request, f"« {found.label} » est donné à {count} texte{'s' if count > 1 else ''} de plus.")
            return redirect("analysis:code", public_id, pk)
        except Refused as refusal:
            messages.error(request, str(refusal))
    readings.ask_again_if_words_changed(codebook, by=request.user)
    context = {
        "consultation": codebook.consultation,
        "codebook": codebook,
        "code": found,
        "texts": _near(codebook, found, request.user),
    }
    return render(request, "analysis/coding/offer_code.html", context)


def _near(codebook, found, user):
    """(text, what this person gave it) for the nearest ones, whoever coded them or nobody."""
    corpus = coding_queries.corpus_to_code(codebook.consultation)
    prepared = proposals.proposals_on(codebook, corpus) if corpus else None
    if prepared is None:
        return []
    own = codebook.codings.filter(coder=user).prefetch_related("codes")
    held = set(coding_queries.codings_shown(codebook).filter(codes=found).values_list("contribution", flat=True))
    held |= set(own.filter(codes=found).values_list("contribution", flat=True))
    sealed = coding_queries.sealed_texts(codebook) | coding_queries.masked_among(corpus)
    near = [pk for pk in proposals.nearest_texts(prepared, held, count=OFFERED + len(sealed)) if pk not in sealed]
    rows = coding_queries.contributions_by_pk(near[:OFFERED])
    given = {one.contribution_id: one for one in own.filter(contribution__in=near[:OFFERED])}
    return [(rows[pk], given.get(pk)) for pk in near[:OFFERED]]


@login_required
@require_safe
def confront(request, public_id, pk):
    """What the machine would have said of what people coded, and where it differs."""
    codebook = coding_queries.codebook_to_read(request.user, public_id, pk)
    corpus = coding_queries.corpus_to_code(codebook.consultation)
    prepared = proposals.proposals_on(codebook, corpus) if corpus else None
    context = {
        "consultation": codebook.consultation,
        "codebook": codebook,
        "prepared": prepared,
        "found": agreement.confrontation_of(codebook, prepared) if prepared else None,
        "fewest": agreement.FEWEST_CONFRONTED,
        "parts": agreement.FOLDS,
        "can_analyse": rules.can_analyse(request.user, codebook.consultation),
    }
    return render(request, "analysis/coding/confront.html", context)
