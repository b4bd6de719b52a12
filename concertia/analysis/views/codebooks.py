"""Grids of codes: list, make, read, change, take away as a file."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from concertia.analysis import coding_queries, rules
from concertia.analysis.actions import agreement, codebook_files, codebooks, readings
from concertia.analysis.coding_forms import CodebookForm, CodebookNameForm, CodeForm
from concertia.analysis.enums import Family
from concertia.analysis.queries import consultation_to_analyse, run_shown
from concertia.core.errors import Refused


@login_required
@require_safe
def codebook_list(request, public_id):
    consultation = consultation_to_analyse(request.user, public_id)
    context = {
        "consultation": consultation,
        "codebooks": coding_queries.codebooks_of(consultation),
        "can_analyse": rules.can_analyse(request.user, consultation),
    }
    return render(request, "analysis/coding/codebooks.html", context)


@login_required
def new_codebook(request, public_id):
    consultation = consultation_to_analyse(request.user, public_id)
    if not rules.can_analyse(request.user, consultation):
        raise PermissionDenied
    run = run_shown(consultation)
    form = CodebookForm(request.POST or None, request.FILES or None, has_map=run is not None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = _codes_from(form.cleaned_data, run)
            made = codebooks.create_codebook(consultation, by=request.user, name=form.cleaned_data["name"], codes=codes)
            messages.success(request, f"La grille « {made.name} » est créée.")
            return redirect("analysis:codebook", public_id, made.pk)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {"consultation": consultation, "form": form, "credit": codebooks.ready_grids()["credit"]}
    return render(request, "analysis/coding/new_codebook.html", context)


def _codes_from(values, run):
    if values["origin"] == "map":
        return codebooks.codes_of_map(run)
    if values["origin"] == "ready":
        return codebooks.ready_codes(values["parts"])
    if values["origin"] == "file":
        return codebook_files.codes_of_file(values["file"].read(), values["file"].name)
    return []


@login_required
@require_safe
def codebook(request, public_id, pk):
    found = coding_queries.codebook_to_read(request.user, public_id, pk)
    words, family = request.GET.get("q", "").strip()[:120], request.GET.get("famille", "")
    family = family if family in Family.values else ""
    corpus = coding_queries.corpus_to_code(found.consultation)
    reading = coding_queries.reading_asked(found)
    context = {
        "consultation": found.consultation,
        "codebook": found,
        "codes": coding_queries.with_readable_examples(
            found.consultation, coding_queries.codes_found(found, words=words, family=family)
        ),
        "total": found.codes.filter(retired_at=None).count(),
        "words": words,
        "family": family,
        "families": Family.choices,
        "corpus": corpus,
        "progress": coding_queries.progress_of(found, corpus, request.user) if corpus else None,
        "help": agreement.help_given(found),
        "reading": reading,
        "is_live": coding_queries.is_live(reading),
        "samples": found.samples.prefetch_related("coders"),
        "can_analyse": rules.can_analyse(request.user, found.consultation),
    }
    return render(request, "analysis/coding/codebook.html", context)


@login_required
def codebook_settings(request, public_id, pk):
    """Name a grid again, or remove one that nobody has used."""
    found = _to_change(request, public_id, pk)
    if request.POST.get("action") == "remove":
        try:
            codebooks.remove_codebook(found, by=request.user)
            messages.success(request, f"La grille « {found.name} » est supprimée.")
            return redirect("analysis:codebooks", public_id)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("analysis:codebook_settings", public_id, pk)
    form = CodebookNameForm(request.POST or None, initial={"name": found.name})
    if request.method == "POST" and form.is_valid():
        try:
            codebooks.rename_codebook(found, by=request.user, name=form.cleaned_data["name"])
            messages.success(request, "Le nom de la grille est enregistré.")
            return redirect("analysis:codebook", public_id, pk)
        except Refused as refusal:
            form.add_error("name", str(refusal))
    context = {"consultation": found.consultation, "codebook": found, "form": form}
    return render(request, "analysis/coding/codebook_settings.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def export_codebook(request, public_id, pk):
    found = coding_queries.codebook_to_read(request.user, public_id, pk)
    response = HttpResponse(codebook_files.file_of_codebook(found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="grille-{public_id}-{found.pk}.csv"'
    return response


@login_required
def new_code(request, public_id, pk):
    found = _to_change(request, public_id, pk)
    form = CodeForm(request.POST or None)
    del form.fields["position"]
    if request.method == "POST" and form.is_valid():
        try:
            code = codebooks.add_code(found, by=request.user, given=form.code())
            readings.ask_again_if_words_changed(found, by=request.user)
            messages.success(request, f"« {code.label} » est ajouté.")
            return redirect("analysis:codebook", public_id, pk)
        except Refused as refusal:
            form.add_error("label", str(refusal))
    return _code_page(request, found, form)


@login_required
def edit_code(request, public_id, pk, code_pk):
    found = _to_change(request, public_id, pk)
    code = get_object_or_404(found.codes, pk=code_pk)
    code.codebook = found
    coding_queries.with_readable_examples(found.consultation, [code])
    names = ("label", "definition", "counter_examples", "family", "position")
    initial = {"examples": code.readable, **{name: getattr(code, name) for name in names}}
    form = CodeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            position = form.cleaned_data["position"]
            codebooks.edit_code(code, by=request.user, given=form.code(), position=position)
            _read_again(request, found)
            messages.success(request, f"« {form.cleaned_data['label']} » est enregistré.")
            return redirect("analysis:codebook", public_id, pk)
        except Refused as refusal:
            form.add_error("label", str(refusal))
    return _code_page(request, found, form, code=code)


def _read_again(request, found):
    found.refresh_from_db(fields=["version"])
    readings.ask_again_if_words_changed(found, by=request.user)


def _to_change(request, public_id, pk):
    found = coding_queries.codebook_to_read(request.user, public_id, pk)
    if not rules.can_analyse(request.user, found.consultation):
        raise PermissionDenied
    return found


def _code_page(request, found, form, *, code=None):
    context = {"consultation": found.consultation, "codebook": found, "form": form, "code": code}
    if code:
        rows = coding_queries.codings_shown(found).filter(codes=code).order_by()
        context["used"] = rows.values("contribution").distinct().count()
    return render(request, "analysis/coding/code_form.html", context)


@login_required
@require_POST
def retire_code(request, public_id, pk, code_pk):
    """Retire a code, or put it back."""
    found = _to_change(request, public_id, pk)
    code = get_object_or_404(found.codes, pk=code_pk)
    code.codebook = found
    try:
        if request.POST.get("action") == "restore":
            codebooks.restore_code(code, by=request.user)
            messages.success(request, f"« {code.label} » est de nouveau dans la grille.")
        else:
            codebooks.retire_code(code, by=request.user)
            messages.success(request, f"« {code.label} » est retiré ; ce qui était codé ainsi le reste.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("analysis:codebook", public_id, pk)


@login_required
@require_POST
def prepare(request, public_id, pk):
    found = coding_queries.codebook_to_read(request.user, public_id, pk)
    try:
        readings.ask_reading(found, by=request.user, with_encoder=request.POST.get("words") != "1")
        messages.success(request, "Les propositions se préparent : vous pouvez coder en attendant.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("analysis:codebook", public_id, pk)


@login_required
@require_POST
def cancel_reading(request, public_id, pk):
    found = coding_queries.codebook_to_read(request.user, public_id, pk)
    try:
        readings.cancel_reading(found, by=request.user)
        messages.success(request, "La préparation est arrêtée.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("analysis:codebook", public_id, pk)
