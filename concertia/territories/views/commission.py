"""The national team's console: requests, signatures, who is late, failed mails."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from concertia.core.enums import MailState
from concertia.core.errors import Refused
from concertia.core.forms import ReasonForm
from concertia.core.mail import try_again
from concertia.core.models import OutboxMessage
from concertia.core.panels import rendered
from concertia.territories import rules
from concertia.territories.actions import joining
from concertia.territories.enums import InvitationKind, Role
from concertia.territories.forms import AcceptForm, InviteForm, MergeForm
from concertia.territories.models import JoinRequest, Territory
from concertia.territories.queries import (
    commission,
    engaged_without_signature,
    free_short_code,
    waiting_requests,
)


def _national_team_only(request):
    if not rules.is_national_team(request.user):
        raise PermissionDenied


@login_required
@require_safe
def console(request):
    _national_team_only(request)
    context = {
        "requests": waiting_requests(),
        "unsigned": engaged_without_signature(),
        "failed": OutboxMessage.objects.filter(state=MailState.FAILED),
        "waiting_mails": OutboxMessage.objects.filter(state=MailState.WAITING, attempts__gt=0),
        "panels": rendered("commission", None, request.user),
        "team": commission().memberships.select_related("user").order_by("user__name"),
    }
    return render(request, "territories/commission.html", context)


@login_required
def accept(request, request_id):
    _national_team_only(request)
    asked = get_object_or_404(JoinRequest, pk=request_id)
    known = asked.territory or joining.known_territory(asked.kind, asked.code)
    draft = known or Territory(name=asked.authority_name)
    initial = {
        "role": Role.REFERENT,
        "territory": known,
        "short_code": draft.short_code or free_short_code(draft),
    }
    form = AcceptForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            territory = joining.accept_request(asked, by=request.user, **form.cleaned_data)
            messages.success(request, f"{territory.name} est vérifié ; l’invitation part à {asked.email}.")
            return redirect("territories:commission")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    others = JoinRequest.objects.filter(kind=asked.kind, code=asked.code, authority_name=asked.authority_name)
    context = {
        "asked": asked,
        "form": form,
        "known": known,
        "others": others.exclude(pk=asked.pk),
        "referents": known.memberships.filter(role=Role.REFERENT).count() if known else 0,
    }
    return render(request, "territories/accept.html", context)


@login_required
def refuse(request, request_id):
    _national_team_only(request)
    asked = get_object_or_404(JoinRequest, pk=request_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            joining.refuse_request(asked, by=request.user, **form.cleaned_data)
            return redirect("territories:commission")
        except Refused as refusal:
            form.add_error("reason", str(refusal))
    context = {
        "form": form,
        "title": f"Refuser la demande pour {asked.authority_name}",
        "explanation": "Le motif est envoyé à la personne qui a demandé.",
        "button": "Refuser la demande",
        "danger": True,
    }
    return render(request, "territories/form.html", context)


@login_required
def invite_team(request):
    _national_team_only(request)
    form = InviteForm(request.POST or None, territory=commission())
    if request.method == "POST" and form.is_valid():
        try:
            joining.invite(commission(), by=request.user, kind=InvitationKind.MEMBERSHIP, **form.cleaned_data)
            return redirect("territories:commission")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {
        "form": form,
        "title": "Inviter dans l’équipe nationale",
        "explanation": "Un second facteur sera demandé à la première connexion.",
        "button": "Envoyer l’invitation",
    }
    return render(request, "territories/form.html", context)


@login_required
def merge(request):
    _national_team_only(request)
    form = MergeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            joining.merge_territory(by=request.user, **form.cleaned_data)
            messages.success(
                request, f"{form.cleaned_data['territory'].name} est réuni dans {form.cleaned_data['into'].name}."
            )
            return redirect("territories:commission")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {
        "form": form,
        "title": "Réunir deux territoires",
        "explanation": "Après une fusion. La page de l’ancien et ses publications restent lisibles.",
        "button": "Réunir",
    }
    return render(request, "territories/form.html", context)


@login_required
@require_POST
def send_again(request, message_id):
    _national_team_only(request)
    try_again(get_object_or_404(OutboxMessage, pk=message_id))
    return redirect("territories:commission")
