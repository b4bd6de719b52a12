from django import forms
from django.conf import settings

from concertia.commons.models import CRITERIA
from concertia.core.forms import FrenchDateField, LineField, MailField, NumberField, TextField

LONGEST_TEXT = 5_000


def _paragraphs(rows=4, **options):
    return TextField(max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": rows}), **options)


class BarrierForm(forms.Form):
    """Somebody could not read or do something: only a way to answer and what is wrong are asked for."""

    name = LineField(
        label="Votre nom (facultatif)",
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = MailField(
        label="Votre adresse électronique",
        max_length=254,
        help_text="Pour l’accusé de réception et la réponse. Par exemple : nom@domaine.fr",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    page = LineField(
        label="Page concernée (facultatif)",
        max_length=300,
        required=False,
        help_text="Son titre, ou son adresse. Par exemple : /concertations/",
    )
    text = _paragraphs(
        label="Ce que vous n’avez pas pu lire ou faire",
        help_text="Dites aussi, si vous le souhaitez, avec quel navigateur et quelle aide technique.",
    )
    website = forms.CharField(required=False, widget=forms.HiddenInput)  # people never see it; programs fill it

    def clean_page(self):
        """An address of this site is kept short; another one is not what is asked for."""
        return self.cleaned_data["page"].removeprefix(settings.ADDRESS.rstrip("/"))


class AuditForm(forms.Form):
    """An audit as its report gives it; the state and the rate are computed."""

    audited_on = FrenchDateField(label="Date de l’audit")
    auditor = LineField(label="Audit fait par", max_length=200, help_text="Organisme ou personne, et qualité.")
    environments = _paragraphs(
        label="Environnement de test",
        help_text="Navigateurs et aides techniques, avec leur version. Une ligne chacun.",
    )
    tools = _paragraphs(label="Méthode et outils", help_text="Une ligne chacun.")
    pages = _paragraphs(
        label="Pages vérifiées", help_text="L’échantillon : titre et adresse de chaque page, une ligne chacune."
    )
    applicable = NumberField(
        label="Nombre de critères applicables",
        min_value=1,
        max_value=CRITERIA,
        help_text=f"De 1 à {CRITERIA}, sur l’ensemble de l’échantillon.",
    )
    validated = NumberField(
        label="Nombre de critères validés",
        min_value=0,
        max_value=CRITERIA,
        help_text="Un critère est validé quand il l’est sur toutes les pages où il s’applique.",
    )
    nonconformities = _paragraphs(
        label="Non-conformités",
        required=False,
        help_text="Critères non validés et ce qui manque. Requis si un critère applicable n’est pas validé.",
    )
    derogations = _paragraphs(
        label="Dérogations pour charge disproportionnée",
        required=False,
        help_text="Avec leur justification et ce qui est proposé à la place. Vide : aucune.",
    )
    exempt = _paragraphs(
        label="Contenus non soumis à l’obligation d’accessibilité", required=False, help_text="Vide : aucun."
    )
