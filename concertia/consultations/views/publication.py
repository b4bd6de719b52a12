"""Publishing and taking down, each on a page of its own that says what will happen."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render

from concertia.consultations import rules
from concertia.consultations.actions import publication as actions
from concertia.consultations.engine_inputs import record_of
from concertia.consultations.forms import UnpublishForm
from concertia.consultations.phrases import missing_fields
from concertia.consultations.queries import consultation_in_workspace
from concertia.core.errors import Refused
from concertia.core.forms import ReasonForm
from concertia.core.panels import rendered


@login_required
def publish(request, public_id):
    consultation = consultation_in_workspace(request.user, public_id)
    if not rules.can_publish(request.user, consultation):
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    last = consultation.publications.first()
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.publish(consultation, by=request.user, reason=form.cleaned_data["reason"])
            messages.success(request, f"Version {made.number} publiée. Elle est lisible par tout le monde.")
            return redirect("commons:consultation", public_id)
        except Refused as refusal:
            form.add_error("reason" if last else None, str(refusal))
    missing = rules.missing_required(record_of(consultation))
    context = {
        "consultation": consultation,
        "form": form,
        "last": last,
        "missing": missing_fields(missing) if missing else "",
        "panels": rendered("avant-publication", consultation, request.user),
    }
    return render(request, "workspace/publish.html", context, status=422 if form.errors else 200)


@login_required
def unpublish(request, public_id):
    consultation = consultation_in_workspace(request.user, public_id)
    if not rules.can_unpublish(request.user, consultation):
        raise PermissionDenied
    form = UnpublishForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.unpublish(consultation, by=request.user, **form.cleaned_data)
            messages.success(request, "La publication est retirée. Son adresse dit quand et pourquoi.")
            return redirect("workspace:step", public_id, "documenter")
        except Refused as refusal:
            form.add_error("reason", str(refusal))
    context = {
        "consultation": consultation,
        "form": form,
        "title": "Retirer la publication",
        "explanation": "La page publique ne montrera plus que la date et le motif du retrait.",
        "button": "Retirer la publication",
    }
    return render(request, "workspace/confirm.html", context)
