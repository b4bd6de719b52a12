"""What strangers and invited people open: finding an authority, asking, accepting, signing, writing."""

from allauth.account.utils import perform_login
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from concertia.core.errors import NotAllowed, Refused
from concertia.territories import places
from concertia.territories.actions import charter as charter_actions
from concertia.territories.actions import contact as contact_actions
from concertia.territories.actions import joining
from concertia.territories.enums import InvitationKind
from concertia.territories.forms import AccountForm, ContactForm, PersonForm, SignForm, UnlistedForm
from concertia.territories.models import Territory, User
from concertia.territories.queries import current_charter, territories_by_code


def _keeps_the_token(response):
    """A page whose address is a secret tells it to nobody; without any origin, its own form would be refused (CSRF)."""
    response["Referrer-Policy"] = "strict-origin"
    return response


# --- engaging an authority ----------------------------------------------------------------------------------------
@require_safe
def search(request):
    query = request.GET.get("q", "").strip()[:100]
    found = places.search_places(query) if query else []
    siren = query.replace(" ", "")
    wrong_siren = siren.isdigit() and len(siren) == 9 and not places.is_valid_siren(siren)
    engaged = territories_by_code()
    rows = [(place, engaged.get((place.kind, place.code))) for place in found]
    return render(request, "territories/search.html", {"query": query, "rows": rows, "wrong_siren": wrong_siren})


def request_place(request, kind, code):
    place = places.place_by_code(kind, code)
    if place is None:
        raise Http404
    known = territories_by_code().get((place.kind, place.code))
    form = PersonForm(request.POST or None)
    fields = {"kind": place.kind, "code": place.code, "territory": known}
    return _request(request, form, {**fields, "authority_name": place.name}, {"place": place, "known": known})


def request_unlisted(request):
    return _request(request, UnlistedForm(request.POST or None), {}, {})


def _request(request, form, fields, context):
    if request.method == "POST" and form.is_valid():
        try:
            joining.request_to_join(**fields, **form.cleaned_data)
            return redirect("territories:requested")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render(request, "territories/request.html", {"form": form, **context})


@require_safe
def requested(request):
    return render(request, "territories/requested.html")


# --- invitations --------------------------------------------------------------------------------------------------
@never_cache
def invitation(request, token):
    """Opening the link uses nothing: mail filters open links. Pressing the button does, once."""
    found = joining.usable_invitation(token, (InvitationKind.MEMBERSHIP, InvitationKind.MANDATE))
    if found is None:
        return _keeps_the_token(render(request, "territories/dead_link.html", status=410))
    if request.user.is_authenticated:
        return _keeps_the_token(_accept(request, found))
    if User.objects.filter(email=found.email).exists():
        login_url = f"{reverse('account_login')}?next={request.path}"
        context = {"invitation": found, "login_url": login_url}
        return _keeps_the_token(render(request, "territories/invitation.html", context))
    return _keeps_the_token(_open_account(request, found))


def _accept(request, found):
    is_theirs = request.user.email.lower() == found.email
    if request.method == "POST" and is_theirs:
        try:
            joining.accept_invitation(found, user=request.user)
            messages.success(request, f"Vous pouvez maintenant travailler pour {found.territory.name}.")
            return redirect("workspace:home")
        except (Refused, NotAllowed) as refusal:
            messages.error(request, str(refusal))
    return render(request, "territories/invitation.html", {"invitation": found, "is_theirs": is_theirs})


def _open_account(request, found):
    form = AccountForm(request.POST or None, email=found.email)
    if request.method == "POST" and form.is_valid():
        try:
            user = joining.open_account(found, **form.cleaned_data)
            return perform_login(request, user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render(request, "territories/invitation.html", {"invitation": found, "form": form})


# --- signing ------------------------------------------------------------------------------------------------------
@never_cache
def sign(request, token):
    found = joining.usable_invitation(token, (InvitationKind.SIGNATURE,))
    if found is None:
        return _keeps_the_token(render(request, "territories/dead_link.html", status=410))
    charter = current_charter()
    form = SignForm(request.POST or None, charter=charter)
    if request.method == "POST" and form.is_valid():
        try:
            signature = charter_actions.sign_by_link(found, **form.cleaned_data)
            return _keeps_the_token(render(request, "territories/signed.html", {"signature": signature}))
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {"invitation": found, "charter": charter, "blocks": charter_actions.blocks(charter.text), "form": form}
    return _keeps_the_token(render(request, "territories/sign.html", context, status=422 if form.errors else 200))


# --- writing ------------------------------------------------------------------------------------------------------
def contact(request, code):
    territory = get_object_or_404(Territory.objects.authorities(), short_code=code)
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        is_a_program = bool(values.pop("website"))
        try:
            if not is_a_program:
                contact_actions.write_to_referent(territory, **values)
            messages.success(request, "Votre message est parti. La réponse arrivera à l’adresse que vous avez donnée.")
            return redirect("commons:territory", code)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render(request, "territories/contact.html", {"territory": territory, "form": form})
