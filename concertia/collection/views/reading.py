"""« Relire avant de partager »: one text at a time, until none is left; it resumes another day where it was."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from concertia.collection import rules
from concertia.collection.actions import moderation as actions
from concertia.collection.enums import Use
from concertia.collection.forms import MaskForm, PassageForm
from concertia.collection.queries import (
    consultation_to_collect,
    contributions_of,
    counts_of,
    next_to_read,
    twins_of,
)
from concertia.core.errors import Refused


@login_required
def reading(request, public_id):
    consultation = consultation_to_collect(request.user, public_id)
    if not rules.can_moderate(request.user, consultation):
        raise PermissionDenied
    if request.method == "POST":
        return _act(request, consultation)
    pk = _number(request.GET.get("texte"))
    found = contributions_of(consultation).filter(pk=pk).first() if pk else None
    found = found or next_to_read(consultation, after=_number(request.GET.get("apres")), use=_use(request))
    return _page(request, consultation, found)


def _number(asked):
    return int(asked) if asked and asked.isdecimal() and len(asked) < 19 else 0


def _use(request):
    asked = request.GET.get("usage", "")
    return asked if asked in Use.values else ""


def _address(request, consultation, **where):
    where |= {"usage": _use(request)}
    query = "&".join(f"{name}={value}" for name, value in where.items() if value)
    return reverse("collection:reading", args=[consultation.public_id]) + (f"?{query}" if query else "")


def _act(request, consultation):
    """One of the three gestures, on the text that was on the page."""
    pk = _number(request.POST.get("texte"))
    found = get_object_or_404(contributions_of(consultation), pk=pk)
    action = request.POST.get("action")
    passage, masking = PassageForm(request.POST), MaskForm(request.POST)
    if action == "hide" and passage.is_valid():
        try:
            places = actions.hide_passage(found, by=request.user, words=passage.cleaned_data["words"])
            messages.success(request, "Caché." if places == 1 else f"Caché à {places} endroits de ce texte.")
            return redirect(_address(request, consultation, texte=pk))
        except Refused as refusal:
            passage.add_error("words", str(refusal))
            return _page(request, consultation, found, passage=passage, status=422)
    if action == "mask" and masking.is_valid():
        try:
            actions.mask(found, by=request.user, reason=masking.cleaned_data["reason"])
            return redirect(_address(request, consultation, apres=pk))
        except Refused as refusal:
            masking.add_error("reason", str(refusal))
            return _page(request, consultation, found, masking=masking, status=422)
    if action == "read":
        actions.mark_read(found, by=request.user)
        return redirect(_address(request, consultation, apres=pk))
    return _page(request, consultation, found, status=422)


def _page(request, consultation, found, *, passage=None, masking=None, status=200):
    counts = counts_of(consultation)
    total = counts["participation"] + counts["context"] - counts["masked"]
    context = {
        "consultation": consultation,
        "contribution": found,
        "passage": passage or PassageForm(),
        "masking": masking or MaskForm(),
        "left": counts["to_read"],
        "done": total - counts["to_read"],
        "total": total,
        "twins": twins_of(found).count() if found else 0,
        "next_address": _address(request, consultation, apres=found.pk) if found else "",
    }
    return render(request, "collection/reading.html", context, status=status)
