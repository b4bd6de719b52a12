"""Ask for an analysis, follow it, stop it, read what it took to make it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from concertia.analysis import queries
from concertia.analysis.actions import runs as actions
from concertia.analysis.forms import LaunchForm
from concertia.analysis.models import Run
from concertia.collection.enums import Use
from concertia.core.errors import Refused


@login_required
@require_POST
def launch(request, public_id):
    consultation = queries.consultation_to_analyse(request.user, public_id)
    use = request.POST.get("use", Use.PARTICIPATION)
    if use not in Use.values:
        raise Http404
    form = LaunchForm(request.POST)
    form.is_valid()
    try:
        corpus = actions.freeze_corpus(consultation, by=request.user, use=use)
        actions.ask_run(corpus, by=request.user, with_encoder=form.cleaned_data["with_encoder"])
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("analysis:context_map" if use == Use.CONTEXT else "analysis:map", public_id)


def _run_of_job(request, public_id, job_id):
    consultation = queries.consultation_to_analyse(request.user, public_id)
    return get_object_or_404(queries.runs_of_any_use(consultation), job=job_id)


@login_required
@require_safe
def progress(request, public_id, job_id):
    """The fragment that the page polls; without script the page is reloaded."""
    run = _run_of_job(request, public_id, job_id)
    context = {"public_id": public_id, "job": run.job, "can_analyse": False}
    response = render(request, "analysis/progress.html", context)
    if run.job.is_over:
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_POST
def cancel(request, public_id, job_id):
    run: Run = _run_of_job(request, public_id, job_id)
    try:
        actions.cancel_run(run, by=request.user)
        messages.success(request, "L’analyse est arrêtée ; rien n’en a été gardé.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("analysis:map", public_id)


@login_required
@require_safe
def record(request, public_id, run_id):
    """What replays the run, what it cost, how stable it is."""
    consultation = queries.consultation_to_analyse(request.user, public_id)
    run = queries.run_of(consultation, run_id)
    return render(request, "analysis/record.html", {"consultation": consultation, "run": run})
