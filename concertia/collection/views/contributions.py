"""The contributions of a consultation, one by one, and what makes each fit to be quoted."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from concertia.collection import rules
from concertia.collection.actions import moderation as actions
from concertia.collection.enums import DepositState
from concertia.collection.forms import FilterForm, MaskForm, PassageForm
from concertia.collection.queries import (
    chosen,
    consultation_to_collect,
    contributions_of,
    counts_of,
    deposits_of,
    twins_of,
)
from concertia.core.errors import Refused

ON_A_PAGE = 50


@login_required
@require_safe
def contributions(request, public_id):
    consultation = consultation_to_collect(request.user, public_id)
    form = FilterForm(request.GET, deposits=deposits_of(consultation).filter(state=DepositState.KEPT))
    rows = chosen(contributions_of(consultation), **form.chosen())
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "consultation": consultation,
        "form": form,
        "page": Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page")),
        "query": query.urlencode(),
        "is_filtered": any(form.chosen().values()),
        "counts": counts_of(consultation),
        "can_moderate": rules.can_moderate(request.user, consultation),
        "can_deposit": rules.can_deposit(request.user, consultation),
    }
    return render(request, "collection/contributions.html", context)


def _contribution_of(request, public_id, pk):
    consultation = consultation_to_collect(request.user, public_id)
    return consultation, get_object_or_404(contributions_of(consultation), pk=pk)


@login_required
@require_safe
def contribution(request, public_id, pk):
    consultation, found = _contribution_of(request, public_id, pk)
    return _page(request, consultation, found, PassageForm())


def _page(request, consultation, found, form, status=200):
    context = {
        "consultation": consultation,
        "contribution": found,
        "form": form,
        "passages": [(start, end, found.text[start:end]) for start, end in found.hidden],
        "twins": twins_of(found).count(),
        "can_moderate": rules.can_moderate(request.user, consultation),
    }
    return render(request, "collection/contribution.html", context, status=status)


def _moderated(request, public_id, pk):
    consultation, found = _contribution_of(request, public_id, pk)
    if not rules.can_moderate(request.user, consultation):
        raise PermissionDenied
    return consultation, found


@login_required
@require_POST
def hide(request, public_id, pk):
    consultation, found = _moderated(request, public_id, pk)
    form = PassageForm(request.POST)
    if form.is_valid():
        try:
            places = actions.hide_passage(found, by=request.user, words=form.cleaned_data["words"])
        except Refused as refusal:
            form.add_error("words", str(refusal))
        else:
            messages.success(request, "Caché." if places == 1 else f"Caché à {places} endroits de ce texte.")
            return redirect("collection:contribution", public_id, pk)
    return _page(request, consultation, found, form, status=422)


@login_required
@require_POST
def show(request, public_id, pk):
    _, found = _moderated(request, public_id, pk)
    start, _, end = request.POST.get("passage", "").partition("-")
    try:
        if not (start.isdecimal() and end.isdecimal()):
            raise Refused(actions.STALE)
        actions.show_passage(found, by=request.user, start=int(start), end=int(end))
        messages.success(request, "Ce passage n’est plus caché.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("collection:contribution", public_id, pk)


@login_required
def mask(request, public_id, pk):
    consultation, found = _moderated(request, public_id, pk)
    form = MaskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.mask(found, by=request.user, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error("reason", str(refusal))
        else:
            messages.success(request, "Le texte est masqué : son motif est lu à sa place.")
            return redirect("collection:contribution", public_id, pk)
    context = {"consultation": consultation, "contribution": found, "form": form}
    return render(request, "collection/mask.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def unmask(request, public_id, pk):
    _, found = _moderated(request, public_id, pk)
    try:
        actions.unmask(found, by=request.user)
        messages.success(request, "Le texte n’est plus masqué.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("collection:contribution", public_id, pk)


@login_required
@require_POST
def mark_read(request, public_id, pk):
    _, found = _moderated(request, public_id, pk)
    if request.POST.get("action") == "again":
        actions.mark_to_read(found, by=request.user)
        messages.success(request, "À relire : ces mots ne sortent plus de l’espace de travail.")
    else:
        others = actions.mark_read(found, by=request.user)
        said = f", avec {others} autre{'s' if others > 1 else ''} au même texte" if others else ""
        messages.success(request, f"Relue{said}.")
    return redirect("collection:contribution", public_id, pk)
