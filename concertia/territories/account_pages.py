"""« Mon compte »: one's name, the ways in, and the open sessions."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.internal.flows.sessions import end_other_sessions as end_all_but_this_one
from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from concertia.territories import second_factor
from concertia.territories.models import User
from concertia.territories.sessions import sessions_of


class NameForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name"]
        labels = {"name": "Nom et prénom"}
        help_texts = {"name": "Montré aux personnes de votre territoire et à la commission."}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}


@login_required
def home(request):
    form = NameForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Votre nom est enregistré.")
        return redirect("account_home")
    found = Authenticator.objects.filter(user=request.user)
    return render(
        request,
        "account/home.html",
        {
            "form": form,
            "has_totp": any(row.type == Authenticator.Type.TOTP for row in found),
            "keys": sum(row.type == Authenticator.Type.WEBAUTHN for row in found),
            "is_required": second_factor.is_required_of(request.user),
            "sessions": len(sessions_of(request.user)),
        },
    )


@login_required
def sessions(request):
    return render(request, "usersessions/usersession_list.html", {"sessions": sessions_of(request.user)})


@login_required
@require_POST
def end_session(request, session_id):
    end_sessions(request, [get_object_or_404(UserSession, pk=session_id, user=request.user)])
    if not request.user.is_authenticated:
        return redirect("account_login")
    messages.success(request, "La session est terminée.")
    return redirect("usersessions_list")


@login_required
@require_POST
def end_other_sessions(request):
    end_all_but_this_one(request, request.user)
    messages.success(request, "Les autres sessions sont terminées.")
    return redirect("usersessions_list")
