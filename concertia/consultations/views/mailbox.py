"""The national team's queue: canvases received by mail, read together, attached one by one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from concertia.consultations import rules
from concertia.consultations.actions import imports
from concertia.consultations.enums import ImportState
from concertia.consultations.forms import AttachForm
from concertia.consultations.models import CanvasImport
from concertia.consultations.queries import mailbox
from concertia.consultations.tasks import read_canvas_batch
from concertia.core.errors import Refused
from concertia.core.forms import ReasonForm
from concertia.core.models import JobProgress
from concertia.territories.queries import free_short_code, territory_named_like


def _national_team_only(request):
    if not rules.can_import_batch(request.user):
        raise PermissionDenied


@login_required
def queue(request):
    _national_team_only(request)
    if request.method == "POST":
        try:
            job = imports.receive_batch(request.FILES.getlist("documents"), by=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("workspace:mailbox")
        transaction.on_commit(lambda: read_canvas_batch.enqueue(job.pk))
        return redirect("workspace:mailbox")
    documents = mailbox()
    jobs = JobProgress.objects.filter(kind="canvas_batch").order_by("-pk")[:5]
    context = {
        "to_attach": documents.filter(state=ImportState.TO_ATTACH),
        "waiting": documents.filter(state=ImportState.WAITING).count(),
        "refused": documents.filter(state=ImportState.REFUSED),
        "jobs": jobs,
        "job": next((job for job in jobs if not job.is_over), None),
        "stopped": [job for job in jobs if job.imports.filter(state=ImportState.WAITING).exists()],
    }
    return render(request, "workspace/mailbox.html", context)


@login_required
@require_safe
def progress(request, job_id):
    """The fragment that the queue polls; without script the page is reloaded."""
    _national_team_only(request)
    job = get_object_or_404(JobProgress, pk=job_id, kind="canvas_batch")
    response = render(request, "workspace/mailbox.html#progress", {"job": job})
    if job.is_over:
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_POST
def cancel(request, job_id):
    job = get_object_or_404(JobProgress, pk=job_id, kind="canvas_batch")
    imports.cancel_batch(job, by=request.user)
    return redirect("workspace:mailbox")


@login_required
@require_POST
def resume(request, job_id):
    job = get_object_or_404(JobProgress, pk=job_id, kind="canvas_batch")
    imports.resume_batch(job, by=request.user)
    transaction.on_commit(lambda: read_canvas_batch.enqueue(job.pk))
    return redirect("workspace:mailbox")


@login_required
def attach(request, document_id):
    _national_team_only(request)
    document = get_object_or_404(CanvasImport, pk=document_id, consultation=None, state=ImportState.TO_ATTACH)
    read = {line["cle"]: line for line in document.reading["champs"] if line["resultat"] is None}
    name = read["collectivite"]["valeur"] or ""
    guess = territory_named_like(name)
    initial = {"territory": guess, "title": f"Concertation — {name}"[:200] if name else ""}
    if guess and not guess.short_code:
        initial["short_code"] = free_short_code(guess)
    form = AttachForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        values["short_code"] = values["short_code"] or free_short_code(values["territory"])
        try:
            imports.attach_import(document, by=request.user, **values)
            messages.success(request, f"« {document.name} » est rattaché à {values['territory']}.")
            return redirect("workspace:mailbox")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {"document": document, "form": form, "name": name, "guess": guess}
    return render(request, "workspace/attach.html", context)


@login_required
def discard(request, document_id):
    _national_team_only(request)
    document = get_object_or_404(CanvasImport, pk=document_id, consultation=None, state=ImportState.TO_ATTACH)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            imports.discard_import(document, by=request.user, reason=form.cleaned_data["reason"])
            return redirect("workspace:mailbox")
        except Refused as refusal:
            form.add_error("reason", str(refusal))
    context = {
        "form": form,
        "title": f"Écarter « {document.name} »",
        "explanation": "Le fichier reste gardé, avec ce motif ; il sort de la file.",
        "button": "Écarter ce document",
    }
    return render(request, "workspace/confirm.html", context)
