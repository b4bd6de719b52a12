"""A territory's own page for its members: charter, members, mandates, invitations."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from concertia.core.errors import Refused
from concertia.core.forms import ReasonForm
from concertia.territories import rules
from concertia.territories.actions import charter as charter_actions
from concertia.territories.actions import joining
from concertia.territories.enums import InvitationKind
from concertia.territories.forms import EmailForm, InviteForm, MandateForm, RecordForm
from concertia.territories.models import Invitation, Mandate, Membership, Signature, Territory
from concertia.territories.queries import current_charter, role_in, signature_in_force


def _territory(request, code):
    """The body a person acts in; for anybody else it has no such page."""
    territory = get_object_or_404(Territory.objects.authorities(), short_code=code)
    if not rules.can_open_territory(request.user, territory):
        raise Http404
    return territory


def _managed(request, code):
    territory = _territory(request, code)
    if not rules.can_manage_members(request.user, territory):
        raise PermissionDenied
    return territory


@login_required
@require_safe
def workspace(request, code):
    territory = _territory(request, code)
    manages = rules.can_manage_members(request.user, territory)
    signature = signature_in_force(territory)
    return render(
        request,
        "territories/workspace.html",
        {
            "territory": territory,
            "role": role_in(request.user, territory),
            "signature": signature,
            "signatures": territory.signatures.select_related("charter"),
            "charter": current_charter(),
            "can_withdraw": bool(signature) and rules.can_withdraw_signature(request.user, territory),
            "manages": manages,
            "members": territory.memberships.select_related("user").order_by("user__name", "pk"),
            "mandates": territory.mandates.select_related("user") if manages else [],
            "invitations": territory.invitations.all()[:30] if manages else [],
            "roles": [(role.value, role.label) for role in rules.GIVEN_BY_A_TERRITORY],
        },
    )


def _send(request, code, *, form_class, title, explanation, button, kind, **form_options):
    territory = _managed(request, code)
    options = {"territory": territory} if form_options.get("needs_territory") else {}
    form = form_class(request.POST or None, **options)
    if request.method == "POST" and form.is_valid():
        try:
            joining.invite(territory, by=request.user, kind=kind, **form.cleaned_data)
            messages.success(request, f"Invitation envoyée à {form.cleaned_data['email']}.")
            return redirect("territories:workspace", code)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {"territory": territory, "form": form, "title": title, "explanation": explanation, "button": button}
    return render(request, "territories/form.html", context)


@login_required
def invite(request, code):
    return _send(
        request,
        code,
        form_class=InviteForm,
        needs_territory=True,
        kind=InvitationKind.MEMBERSHIP,
        title="Inviter un·e collègue",
        explanation="Un lien à son nom part par courriel ; il sert une fois et expire dans quatorze jours.",
        button="Envoyer l’invitation",
    )


@login_required
def give_mandate(request, code):
    return _send(
        request,
        code,
        form_class=MandateForm,
        needs_territory=True,
        kind=InvitationKind.MANDATE,
        title="Donner un mandat",
        explanation="Une AMO ou un garant agit pour vous jusqu’à une date. Un mandat ne permet ni de publier ni "
        "d’inviter.",
        button="Envoyer le mandat",
    )


@login_required
def ask_signature(request, code):
    return _send(
        request,
        code,
        form_class=EmailForm,
        kind=InvitationKind.SIGNATURE,
        title="Faire signer la charte",
        explanation="L’élu·e reçoit un lien à usage unique, lit la charte entière et signe, sans ouvrir de compte.",
        button="Envoyer le lien",
    )


@login_required
def record_signature(request, code):
    territory = _managed(request, code)
    form = RecordForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            charter_actions.record_signature(territory, by=request.user, **form.cleaned_data)
            messages.success(request, "La signature est enregistrée et publique ; le document reste privé.")
            return redirect("territories:workspace", code)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {
        "territory": territory,
        "form": form,
        "title": "Enregistrer une signature",
        "explanation": "Pour une charte signée sur papier ou votée. Le texte retenu est celui en vigueur ce jour-là.",
        "button": "Enregistrer",
    }
    return render(request, "territories/form.html", context)


@login_required
def withdraw_signature(request, code):
    territory = _territory(request, code)
    signature = signature_in_force(territory)
    if signature is None or not rules.can_withdraw_signature(request.user, territory):
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            charter_actions.withdraw_signature(signature, by=request.user, **form.cleaned_data)
            return redirect("territories:workspace", code)
        except Refused as refusal:
            form.add_error("reason", str(refusal))
    context = {
        "territory": territory,
        "form": form,
        "title": "Retirer la signature",
        "explanation": "La page de la charte dira la date et le motif. Le texte signé reste lisible.",
        "button": "Retirer la signature",
        "danger": True,
    }
    return render(request, "territories/form.html", context)


@login_required
@require_safe
def proof(request, signature_id):
    signature = get_object_or_404(Signature.objects.exclude(proof="").select_related("territory"), pk=signature_id)
    if not rules.can_read_proof(request.user, signature.territory):
        raise Http404
    return FileResponse(signature.proof.open("rb"), as_attachment=True, filename=signature.proof_name)


def _act(request, code, act):
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("territories:workspace", code)


@login_required
@require_POST
def change_member(request, code, membership_id):
    territory = _managed(request, code)
    membership = get_object_or_404(Membership, pk=membership_id, territory=territory)
    if request.POST.get("action") == "remove":
        return _act(request, code, lambda: joining.remove_member(membership, by=request.user))
    role = request.POST.get("role", "")
    return _act(request, code, lambda: joining.change_role(membership, by=request.user, role=role))


@login_required
@require_POST
def revoke_mandate(request, code, mandate_id):
    mandate = get_object_or_404(Mandate, pk=mandate_id, territory=_managed(request, code))
    return _act(request, code, lambda: joining.revoke_mandate(mandate, by=request.user))


@login_required
@require_POST
def revoke_invitation(request, code, invitation_id):
    invitation = get_object_or_404(Invitation, pk=invitation_id, territory=_managed(request, code))
    return _act(request, code, lambda: joining.revoke_invitation(invitation, by=request.user))
