"""The ground's own pages: errors in French, health, and the components shown together."""

import datetime as dt

from django import forms
from django.http import JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from concertia.core import queries


def _error(request, status, title, sentence):
    return render(request, "core/error.html", {"title": title, "sentence": sentence, "status": status}, status=status)


def bad_request(request, exception=None):
    sentence = (
        "La demande est illisible ou trop longue. Revenez en arrière et réessayez ; votre texte est resté sur la page."
    )
    return _error(request, 400, "Demande incomprise", sentence)


def forbidden(request, exception=None):
    sentence = "Votre rôle ne permet pas cette action. La personne référente de votre territoire peut la faire."
    return _error(request, 403, "Action réservée", sentence)


def not_found(request, exception=None):
    return _error(
        request, 404, "Page introuvable", "Cette adresse ne mène à rien ici. Vérifiez-la, ou repartez de l’accueil."
    )


def server_error(request):
    sentence = (
        "La faute est de notre côté, et elle est notée. Réessayez dans un instant ; ce qui était enregistré le reste."
    )
    return _error(request, 500, "Le service a trébuché", sentence)


def csrf_failure(request, reason=""):
    sentence = "Ce formulaire est resté ouvert trop longtemps ou les cookies sont bloqués. Rechargez la page."
    return _error(request, 403, "Formulaire périmé", sentence)


@never_cache
@require_safe
def health(request):
    """For the front server and for people: 200 when everything answers, 503 when the database does not."""
    state = queries.health()
    return JsonResponse(state, status=503 if state["base"] != "ok" else 200)


class SampleForm(forms.Form):
    """Every kind of field on the components page."""

    text = forms.CharField(label="Titre", help_text="Court, pour la retrouver.")
    long_text = forms.CharField(label="Objectifs", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    wrong = forms.DateField(label="Date de début", initial="31/02/2025", input_formats=["%d/%m/%Y"])
    several = forms.MultipleChoiceField(
        label="Public associé",
        choices=[("a", "agents"), ("e", "élus")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    one = forms.ChoiceField(
        label="Recours à une AMO", choices=[("", "non précisé"), ("o", "oui")], widget=forms.RadioSelect, required=False
    )
    file = forms.FileField(label="Document .docx ou .odt", required=False)


def components(request):
    form = SampleForm({"text": "L’IA au guichet", "wrong": "31/02/2025"})
    return render(request, "core/components.html", {"form": form, "now": dt.date(2025, 3, 12)})
