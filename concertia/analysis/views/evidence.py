"""« Porter dans le canevas »: what the draft says with its evidence, and each theme that may be carried into it."""

import re

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from concertia.analysis import evidence_queries, queries, rules, synthesis_queries
from concertia.analysis.actions import evidence as actions
from concertia.analysis.models import EvidenceLink, Theme
from concertia.analysis.synthesis_forms import KINDS, BindForm, CarryForm
from concertia.consultations.models import Finding, Proposition, new_key
from concertia.consultations.rules import can_edit
from concertia.core.errors import Conflict, Refused

PER_PAGE = 50
KIND_NAMES = dict(KINDS)
KEY = re.compile(r"[a-z0-9]{1,16}")
PLACE = re.compile(r"([0-9]{1,12})-([0-9]{1,9})-([0-9]{1,9})")


def _context(request, consultation):
    return {
        "consultation": consultation,
        "can_analyse": rules.can_analyse(request.user, consultation),
        "can_carry": can_edit(request.user, consultation) and rules.can_analyse(request.user, consultation),
    }


@login_required
@require_safe
def evidence(request, public_id):
    consultation = queries.consultation_to_analyse(request.user, public_id)
    run = queries.run_shown(consultation)
    themes, carried = [], {}
    if run:
        tree = queries.tree_of(run)
        themes = synthesis_queries.sections_of(run, tree)[1:]
        counts = evidence_queries.themes_carried(run)
        for pk, count in counts.items():
            if branch := tree.standing(pk):
                carried[branch.theme.pk] = carried.get(branch.theme.pk, 0) + count
    page = Paginator(themes, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **_context(request, consultation), "run": run, "page": page, "carried": carried,
        "items": evidence_queries.items_of(consultation),
    }  # fmt: skip
    return render(request, "analysis/syntheses/evidence.html", context)


@login_required
def theme(request, public_id, theme_id):
    """One theme: write a new item of the canvas from it, or bind it to one that is there."""
    consultation = queries.consultation_to_analyse(request.user, public_id)
    if not rules.can_analyse(request.user, consultation):
        raise PermissionDenied
    rows = Theme.objects.select_related("run__corpus__consultation__territory", "named_by")
    asked = get_object_or_404(rows, pk=theme_id, run__corpus__consultation=consultation)
    branch = queries.tree_of(asked.run).standing(asked.pk)
    if branch is None:
        raise Http404
    asked = rows.get(pk=branch.theme.pk)
    items = evidence_queries.items_of(consultation)
    results = list(consultation.results.all())
    wants_carry, wants_bind = (request.POST.get("action") == name for name in ("carry", "bind"))
    choices = evidence_queries.quotes_to_bind(asked)
    points = actions.points_proposed(choices)
    taken = next((one for one in points if one.quote.key == request.GET.get("reprendre")), None)
    initial = {"text": taken.quote.shown, "kind": taken.kind} if taken else {"text": asked.name}
    carry = CarryForm(request.POST if wants_carry else None, results=results, initial=initial)
    bind = BindForm(request.POST if wants_bind else None, items=items)
    status = 200
    if request.method == "POST":
        status = 422
        form = carry if wants_carry else bind
        try:
            if form.is_valid():
                _do(request, asked, form, consultation)
                messages.success(request, "C’est dans le canevas, avec ses preuves." if wants_carry else "C’est lié.")
                return redirect("analysis:evidence", public_id)
        except Conflict as conflict:
            messages.error(request, str(conflict))
            consultation.refresh_from_db()
            status = 409
        except Refused as refusal:
            form.add_error(None, str(refusal))
    key = request.POST.get("key", "")
    context = {
        **_context(request, consultation), "theme": asked, "run": asked.run, "carry": carry, "bind": bind,
        "items": items, "choices": choices, "points": [(one, KIND_NAMES[one.kind]) for one in points], "taken": taken,
        "ticked": request.POST.getlist("quotes") or ([taken.quote.key] if taken else []),
        "key": key if KEY.fullmatch(key) else new_key(), "version": consultation.version,
    }  # fmt: skip
    return render(request, "analysis/syntheses/evidence_theme.html", context, status=status)


def _do(request, asked, form, consultation):
    places = [PLACE.fullmatch(value) for value in request.POST.getlist("quotes")]
    quotes = [tuple(int(part) for part in place.groups()) for place in places if place]
    if isinstance(form, BindForm):
        kind, _, pk = form.cleaned_data["item"].rpartition("-")
        rows = Finding.objects if kind == evidence_queries.FINDING else Proposition.objects
        item = get_object_or_404(rows.select_related("results__consultation__territory"), pk=pk)
        actions.bind_evidence(item, by=request.user, theme=asked, quotes=quotes)
        return
    version, key = request.POST.get("version", ""), request.POST.get("key", "")
    if not version.isdecimal() or len(version) > 9 or not KEY.fullmatch(key):
        raise Refused("Le formulaire est arrivé incomplet : rien n’a été enregistré. Réessayez.")
    actions.carry_to_canvas(
        asked, by=request.user, kind=form.cleaned_data["kind"], text=form.cleaned_data["text"], version=int(version),
        key=key, results=form.cleaned_data.get("results", ""), quotes=quotes,
    )  # fmt: skip


@login_required
@require_POST
def unbind(request, public_id, link_id):
    consultation = queries.consultation_to_analyse(request.user, public_id)
    rows = EvidenceLink.objects.select_related(
        "finding__results__consultation__territory", "proposition__results__consultation__territory"
    )
    link = get_object_or_404(rows, pk=link_id)
    item = link.finding or link.proposition
    if item.results is None or item.results.consultation_id != consultation.pk:
        raise Http404
    actions.unbind_evidence(link, by=request.user)
    messages.success(request, "La preuve n’est plus liée ; le thème et la citation n’ont pas changé.")
    return redirect("analysis:evidence", public_id)
