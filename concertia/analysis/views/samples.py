"""Blind samples: draw one, code it alone, close it, read how far people agree, settle what they differ on."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from concertia.analysis import coding_queries, rules
from concertia.analysis.actions import agreement, coding
from concertia.analysis.coding_forms import SampleForm
from concertia.analysis.views.coding import Choices, choices_in, form_of
from concertia.collection.models import Contribution
from concertia.core.errors import Refused


def _sample(request, public_id, pk, sample_pk):
    codebook = coding_queries.codebook_to_read(request.user, public_id, pk)
    sample = coding_queries.sample_of(codebook, sample_pk)
    sample.codebook = codebook
    return codebook, sample


@login_required
def new_sample(request, public_id, pk):
    codebook = coding_queries.codebook_to_read(request.user, public_id, pk)
    if not rules.can_analyse(request.user, codebook.consultation):
        raise PermissionDenied
    people = coding_queries.people_who_code(codebook.consultation)
    form = SampleForm(request.POST or None, coders=people)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        invited = [one for one in people if str(one.pk) in values["coders"]]
        try:
            sample = agreement.draw_sample(
                codebook, by=request.user, size=values["size"], coders=invited, seed=values["seed"]
            )
            return redirect("analysis:sample", public_id, pk, sample.pk)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {"consultation": codebook.consultation, "codebook": codebook, "form": form, "people": people}
    return render(request, "analysis/coding/new_sample.html", context)


@login_required
@require_safe
def sample(request, public_id, pk, sample_pk):
    codebook, found = _sample(request, public_id, pk, sample_pk)
    done = coding_queries.done_by(found)
    coders = list(found.coders.all())
    context = {
        "consultation": codebook.consultation,
        "codebook": codebook,
        "sample": found,
        "people": [(coder, done[coder.pk]) for coder in coders],
        "size": len(found.contributions),
        "is_invited": any(coder.pk == request.user.pk for coder in coders),
        "result": agreement.agreement_of(found),
        "can_analyse": rules.can_analyse(request.user, codebook.consultation),
    }
    return render(request, "analysis/coding/sample.html", context)


@login_required
def code_sample(request, public_id, pk, sample_pk):
    """The next text of the sample for this person, and nothing of what anybody gave."""
    codebook, found = _sample(request, public_id, pk, sample_pk)
    invited = found.coders.filter(pk=request.user.pk).exists()
    if not invited or not rules.can_analyse(request.user, codebook.consultation):
        raise PermissionDenied
    chosen, refusal = Choices(), ""
    if request.method == "POST":
        contribution = _text_of(found, request.POST.get("text", ""))
        chosen = choices_in(request.POST)
        try:
            coding.code_contribution(
                codebook, contribution, by=request.user, codes=chosen.codes, new_code=chosen.new_code,
                unsure=chosen.unsure, none=chosen.none, sample=found,
            )  # fmt: skip
            return redirect("analysis:code_sample", public_id, pk, sample_pk)
        except Refused as problem:
            refusal = str(problem)
    left = coding_queries.left_in(found, request.user) if found.closed_at is None else []
    if not left:
        if refusal:
            messages.error(request, refusal)
        return redirect("analysis:sample", public_id, pk, sample_pk)
    contribution = contribution if refusal else Contribution.objects.get(pk=left[0])
    if contribution.is_masked:  # masked while the page was open: the next one instead, and why
        messages.error(request, refusal)
        return redirect("analysis:code_sample", public_id, pk, sample_pk)
    return _page(request, codebook, found, contribution, chosen, refusal, left=len(left))


def _text_of(found, text) -> Contribution:
    if not text.isdecimal() or int(text) not in found.contributions:
        raise Http404
    return get_object_or_404(Contribution, pk=int(text))


def _page(request, codebook, found, contribution, chosen, refusal, *, left):
    context = {
        **form_of(codebook, contribution, [], chosen),
        "sample": found,
        "size": len(found.contributions),
        "done": len(found.contributions) - left,
        "refusal": refusal,
    }
    return render(request, "analysis/coding/code_sample.html", context, status=422 if refusal else 200)


@login_required
@require_POST
def close_sample(request, public_id, pk, sample_pk):
    _, found = _sample(request, public_id, pk, sample_pk)
    try:
        agreement.close_sample(found, by=request.user)
        messages.success(request, "L’échantillon est clos : ce qui a été codé peut être comparé.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("analysis:sample", public_id, pk, sample_pk)


@login_required
def settle(request, public_id, pk, sample_pk, contribution_pk):
    """One disagreement: both codings side by side, and what the two agree on."""
    codebook, found = _sample(request, public_id, pk, sample_pk)
    if not rules.can_analyse(request.user, codebook.consultation):
        raise PermissionDenied
    result = agreement.agreement_of(found)
    differing = [one for one in result.differing if one.contribution.pk == contribution_pk] if result else []
    if not differing:
        raise Http404
    differing, refusal = differing[0], ""
    chosen = choices_in(request.POST)
    if request.method == "POST":
        try:
            agreement.settle(found, differing.contribution, by=request.user, codes=chosen.codes)
            messages.success(request, "L’accord est enregistré ; les deux codages restent tels quels.")
            return redirect("analysis:sample", public_id, pk, sample_pk)
        except Refused as problem:
            refusal = str(problem)
    elif differing.settlement:
        chosen = Choices({code.pk for code in differing.settlement.codes.all()})
    given = {code.pk for _, codes, _ in differing.given for code in codes if not code.retired_at}
    context = {
        **form_of(codebook, differing.contribution, sorted(given), chosen),
        "sample": found,
        "differing": differing,
        "refusal": refusal,
    }
    return render(request, "analysis/coding/settle.html", context, status=422 if refusal else 200)
