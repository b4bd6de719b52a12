"""Bring files in: drop, check what was read, keep or take back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from concertia.collection import rules
from concertia.collection.actions import deposits as actions
from concertia.collection.enums import DepositState
from concertia.collection.forms import ColumnsForm, DepositForm, KeepForm, roles_of
from concertia.collection.queries import (
    consultation_to_collect,
    deposits_of,
    same_file_kept,
    same_file_waiting,
)
from concertia.core.errors import Refused

FIRST_COLUMNS = 30  # a table of three hundred shows the others on demand


@login_required
def deposit(request, public_id):
    consultation = consultation_to_collect(request.user, public_id)
    if not rules.can_deposit(request.user, consultation):
        raise PermissionDenied
    form = DepositForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            made, refusals = actions.receive_files(
                consultation, by=request.user, uploads=form.cleaned_data["files"], use=form.cleaned_data["use"]
            )
        except Refused as refusal:
            form.add_error("files", str(refusal))
        else:
            if made:
                return _received(request, public_id, made, refusals)
            form.add_error("files", refusals)
    status = 422 if form.errors else 200
    context = {"consultation": consultation, "form": form, "deposits": deposits_of(consultation)}
    return render(request, "collection/deposit.html", context, status=status)


def _received(request, public_id, made, refusals):
    for refusal in refusals:
        messages.error(request, refusal)
    if len(made) == 1 and not refusals:
        return redirect("collection:check", public_id, made[0].pk)
    messages.success(request, f"{len(made)} fichiers reçus : vérifiez chacun avant de le verser.")
    return redirect("collection:deposit", public_id)


def _deposit_of(request, public_id, deposit_id):
    consultation = consultation_to_collect(request.user, public_id)
    rows = deposits_of(consultation).select_related("consultation__territory")
    return consultation, get_object_or_404(rows, pk=deposit_id)


@login_required
def check(request, public_id, deposit_id):
    """What was read, before anything is written; the columns sent back are read again."""
    consultation, found = _deposit_of(request, public_id, deposit_id)
    can_deposit = rules.can_deposit(request.user, consultation)
    form = None
    if can_deposit and found.state == DepositState.WAITING and not found.is_busy:
        form = ColumnsForm(request.POST or None, deposit=found)
    if request.method == "POST":
        if not can_deposit:
            raise PermissionDenied
        if form is None:
            messages.error(request, actions.NO_LONGER)
            return redirect("collection:check", public_id, deposit_id)
        if form.is_valid():
            return _chosen(request, public_id, found, form.columns())
    return _check_page(request, consultation, found, form)


def _chosen(request, public_id, found, columns):
    try:
        actions.choose_columns(found, by=request.user, columns=columns)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("collection:check", public_id, found.pk)


def _check_page(request, consultation, found, form, *, keep_form=None):
    is_waiting = found.state == DepositState.WAITING
    roles = roles_of(found)
    columns = [{**one, "taken_as": roles.get(one["role"], "")} for one in found.reading.get("columns", [])]
    context = {
        "consultation": consultation,
        "deposit": found,
        "reading": found.reading,
        "columns": columns[:FIRST_COLUMNS],
        "more_columns": columns[FIRST_COLUMNS:],
        "form": form,
        "keep_form": keep_form or KeepForm(deposit=found),
        "kept_before": same_file_kept(found) if is_waiting else None,
        "waiting_before": same_file_waiting(found) if is_waiting else None,
        "can_deposit": rules.can_deposit(request.user, consultation),
        "can_download": rules.can_download_deposit(request.user, consultation),
    }
    is_wrong = any(one is not None and one.errors for one in (form, keep_form))
    return render(request, "collection/check.html", context, status=422 if is_wrong else 200)


@login_required
@require_POST
def keep(request, public_id, deposit_id):
    consultation, found = _deposit_of(request, public_id, deposit_id)
    form = KeepForm(request.POST, deposit=found)
    if not form.is_valid():
        return _check_page(request, consultation, found, ColumnsForm(deposit=found), keep_form=form)
    try:
        if found.may_be_kept:
            actions.name_channel(found, by=request.user, origin=form.cleaned_data["origin"])
        if found.may_be_kept and (form.changes_people or "only_read" in request.POST):
            actions.leave_people_out(found, by=request.user, people=form.cleaned_data["left_out"])
            messages.info(request, "Ce qui compte a changé : vérifiez ce qui a été lu, puis versez.")
            return redirect("collection:check", public_id, deposit_id)
        is_done = actions.keep(found, by=request.user, again=form.cleaned_data["again"])
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("collection:check", public_id, deposit_id)
    if is_done:
        messages.success(request, "C’est versé. Relisez avant de partager : des noms peuvent s’y trouver.")
    return redirect("collection:check", public_id, deposit_id)


@login_required
def withdraw(request, public_id, deposit_id):
    consultation, found = _deposit_of(request, public_id, deposit_id)
    if not rules.can_deposit(request.user, consultation):
        raise PermissionDenied
    refusal = ""
    if request.method == "POST":
        try:
            actions.withdraw(found, by=request.user)
        except Refused as refused:
            refusal = str(refused)
        else:
            messages.success(request, f"« {found.name} » est retiré : ses {found.noun}s et son fichier sont effacés.")
            return redirect("collection:deposit", public_id)
    context = {"consultation": consultation, "deposit": found, "refusal": refusal}
    return render(request, "collection/withdraw.html", context, status=409 if refusal else 200)


@login_required
@require_safe
def progress(request, public_id, deposit_id):
    """The fragment that the check page polls; without script the page is reloaded."""
    consultation, found = _deposit_of(request, public_id, deposit_id)
    response = render(
        request, "collection/check.html#progress", {"consultation": consultation, "deposit": found, "can_deposit": True}
    )
    if not found.is_busy:
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_POST
def stop(request, public_id, deposit_id):
    _, found = _deposit_of(request, public_id, deposit_id)
    try:
        actions.stop(found, by=request.user)
        messages.success(request, "C’est arrêté : rien n’a été écrit.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("collection:check", public_id, deposit_id)


@login_required
@require_POST
def read_again(request, public_id, deposit_id):
    """After a stop, or a failure."""
    _, found = _deposit_of(request, public_id, deposit_id)
    return _chosen(request, public_id, found, found.columns)


def _file(request, public_id, deposit_id, name):
    consultation, found = _deposit_of(request, public_id, deposit_id)
    file = getattr(found, name)
    if not file or not rules.can_download_deposit(request.user, consultation):
        raise Http404
    try:
        return found, file.open("rb")
    except OSError as error:
        raise Http404 from error


@login_required
@require_safe
def original(request, public_id, deposit_id):
    """The file as it was received, to those who may."""
    found, opened = _file(request, public_id, deposit_id, "file")
    return FileResponse(opened, as_attachment=True, filename=found.name)


@login_required
@require_safe
def left_aside(request, public_id, deposit_id):
    found, opened = _file(request, public_id, deposit_id, "left_aside")
    return FileResponse(opened, as_attachment=True, filename=f"{found.name}-laisse-de-cote.csv")
