"""« Mon territoire » and the six steps of a consultation."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from concertia.consultations import rules
from concertia.consultations.actions import consultation as actions
from concertia.consultations.actions.imports import import_canvas
from concertia.consultations.enums import ConsultationState
from concertia.consultations.forms import (
    FrameForm,
    NewConsultationForm,
    SessionFormSet,
    StakeholderFormSet,
)
from concertia.consultations.queries import consultation_in_workspace, territories_with_work
from concertia.core.errors import Refused
from concertia.core.forms import ReasonForm
from concertia.core.panels import STEPS, rendered
from concertia.territories.models import Territory
from concertia.territories.rules import can_open_territory


@login_required
@require_safe
def home(request):
    rows = [
        (
            territory,
            role,
            consultations,
            rules.can_create_consultation(request.user, territory),
            can_open_territory(request.user, territory),
        )
        for territory, role, consultations in territories_with_work(request.user)
        if request.GET.get("territoire") in (None, "", territory.short_code)
    ]
    national = rules.can_import_batch(request.user)
    context = {
        "rows": rows,
        "is_national_team": national,
        "panels": rendered("mon-territoire", None, request.user),
    }
    return render(request, "workspace/home.html", context)


@login_required
def new_consultation(request, code):
    territory = get_object_or_404(Territory.objects.of(request.user), short_code=code)
    if not rules.can_create_consultation(request.user, territory):
        raise PermissionDenied
    form = NewConsultationForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        consultation = actions.create_consultation(
            territory, by=request.user, title=values["title"], question=values["question"]
        )
        if values["document"]:
            try:
                document = import_canvas(consultation, by=request.user, upload=values["document"])
            except Refused as refusal:
                messages.error(request, f"La concertation est créée, mais le document n’a pas été lu. {refusal}")
                return redirect("workspace:canvas", consultation.public_id)
            return redirect("workspace:review", consultation.public_id, document.pk)
        return redirect("workspace:step", consultation.public_id, STEPS[0].slug)
    return render(request, "workspace/new.html", {"form": form, "territory": territory})


@login_required
@require_safe
def step(request, public_id, slug=None):
    consultation = consultation_in_workspace(request.user, public_id)
    steps = [(item, rendered(item.slug, consultation, request.user)) for item in STEPS]
    current = next((pair for pair in steps if pair[0].slug == slug), None) if slug else _next_step(steps)
    if current is None:
        raise Http404
    return render(
        request,
        "workspace/step.html",
        {
            "consultation": consultation,
            "steps": [(item, _is_done(panels)) for item, panels in steps],
            "current": current[0],
            "panels": current[1],
            "can_edit": rules.can_edit(request.user, consultation),
        },
    )


def _is_done(panels):
    said = [items["done"] for _, items in panels if "done" in items]
    return bool(said) and all(said)


def _next_step(steps):
    return next((pair for pair in steps if not _is_done(pair[1])), steps[-1])


@login_required
def frame(request, public_id):
    consultation = consultation_in_workspace(request.user, public_id)
    if not rules.can_edit(request.user, consultation):
        raise PermissionDenied
    form = FrameForm(request.POST or None, instance=consultation)
    if request.method == "POST" and form.is_valid():
        actions.save_frame(consultation, by=request.user, **form.cleaned_data)
        messages.success(request, "Le cadre est enregistré.")
        return redirect("workspace:step", public_id, "cadrer")
    return render(request, "workspace/frame.html", {"consultation": consultation, "form": form})


def _rows_page(request, public_id, *, may, formset_class, save, title, step_slug):
    consultation = consultation_in_workspace(request.user, public_id)
    if not may(request.user, consultation):
        raise PermissionDenied
    formset = formset_class(request.POST or None, instance=consultation)
    if request.method == "POST" and formset.is_valid():
        save(consultation, by=request.user, formset=formset)
        messages.success(request, f"{title} : enregistré.")
        return redirect("workspace:step", public_id, step_slug)
    context = {"consultation": consultation, "formset": formset, "title": title, "step_slug": step_slug}
    return render(request, "workspace/rows.html", context)


@login_required
def stakeholders(request, public_id):
    return _rows_page(
        request,
        public_id,
        may=rules.can_edit,
        formset_class=StakeholderFormSet,
        save=actions.save_stakeholders,
        title="Acteurs du territoire",
        step_slug="cadrer",
    )


@login_required
def sessions(request, public_id):
    return _rows_page(
        request,
        public_id,
        may=rules.can_edit_sessions,
        formset_class=SessionFormSet,
        save=actions.save_sessions,
        title="Séances",
        step_slug="recueillir",
    )


@login_required
@require_POST
def advance(request, public_id):
    consultation = consultation_in_workspace(request.user, public_id)
    if request.POST.get("to") not in ConsultationState.values:
        raise Http404
    try:
        changed = actions.advance(consultation, by=request.user, to=request.POST["to"])
        messages.success(request, f"La concertation est maintenant « {changed.get_state_display()} ».")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("workspace:step", public_id, "cadrer")


@login_required
def cancel(request, public_id):
    consultation = consultation_in_workspace(request.user, public_id)
    if not rules.can_cancel(request.user, consultation):
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.cancel_consultation(consultation, by=request.user, reason=form.cleaned_data["reason"])
            return redirect("workspace:home")
        except Refused as refusal:
            form.add_error("reason", str(refusal))
    context = {
        "consultation": consultation,
        "form": form,
        "title": "Annuler la concertation",
        "explanation": "Elle restera dans la liste de votre territoire, annulée, avec son motif.",
        "button": "Annuler la concertation",
    }
    return render(request, "workspace/confirm.html", context)
