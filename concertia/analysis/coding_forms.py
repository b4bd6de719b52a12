"""What people type about grids, codes, samples. What they tick while coding is read as it is: a list of numbers."""

from django import forms

from concertia.analysis.actions.agreement import FEWEST, MOST
from concertia.analysis.actions.codebooks import LONGEST_LABEL, LONGEST_NAME, CodeInput, ready_grids
from concertia.analysis.enums import Family
from concertia.core.forms import LineField, NumberField, TextField

ORIGINS = [
    ("nothing", "de rien : j’ajoute les codes moi-même"),
    ("map", "des thèmes de la dernière analyse : leurs noms et leurs citations"),
    ("ready", "des listes de la commission : risques, opportunités, leviers…"),
    ("file", "d’un fichier CSV : code, label, definition, examples"),
]
FAMILIES = [("", "aucune"), *Family.choices]


class CodebookNameForm(forms.Form):
    name = LineField(label="Nom de la grille", max_length=LONGEST_NAME)


class CodebookForm(forms.Form):
    name = LineField(label="Nom de la grille", max_length=LONGEST_NAME)
    origin = forms.ChoiceField(label="Partir", choices=ORIGINS, widget=forms.RadioSelect, initial="nothing")
    parts = forms.MultipleChoiceField(
        label="Listes de la commission",
        help_text="Si vous partez de ces listes : gardez celles qui vous servent.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    file = forms.FileField(label="Fichier CSV", help_text="Si vous partez d’un fichier, 2 Mo au plus.", required=False)

    def __init__(self, *args, has_map, **kwargs):
        super().__init__(*args, **kwargs)
        if not has_map:
            self.fields["origin"].choices = [one for one in ORIGINS if one[0] != "map"]
        parts = [(part["key"], part["label"]) for part in ready_grids()["parts"]]
        self.fields["parts"].choices = parts
        self.fields["parts"].initial = [key for key, _ in parts]

    def clean(self):
        values = super().clean()
        if values.get("origin") == "ready" and not values.get("parts"):
            self.add_error("parts", "Cochez au moins une liste.")
        if values.get("origin") == "file" and not values.get("file"):
            self.add_error("file", "Choisissez le fichier CSV de la grille.")
        return values


class LinesField(TextField):
    """Several short texts, one a line."""

    def __init__(self, **kwargs):
        super().__init__(widget=forms.Textarea(attrs={"rows": 4}), required=False, max_length=8_000, **kwargs)

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, (list, tuple)) else value

    def clean(self, value):
        return tuple(line.strip() for line in super().clean(value).splitlines() if line.strip())


class CodeForm(forms.Form):
    label = LineField(label="Nom", max_length=LONGEST_LABEL)
    definition = TextField(
        label="Définition",
        help_text="Une phrase : ce qui entre dans ce code.",
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    examples = LinesField(label="Exemples", help_text="Un par ligne.")
    counter_examples = LinesField(label="Contre-exemples", help_text="Un par ligne : ce qui y ressemble sans en être.")
    family = forms.ChoiceField(label="Famille", choices=FAMILIES, required=False)
    position = NumberField(label="Rang dans la grille", required=False, min_value=1, max_value=1_000)

    def code(self) -> CodeInput:
        values = self.cleaned_data
        names = ("label", "definition", "examples", "counter_examples", "family")
        return CodeInput(**{name: values[name] for name in names})


class SampleForm(forms.Form):
    size = NumberField(
        label="Nombre de textes",
        help_text=f"De {FEWEST} à {MOST}. En dessous de 50, l’intervalle est large.",
        min_value=FEWEST,
        max_value=MOST,
        initial=60,
    )
    coders = forms.MultipleChoiceField(
        label="Personnes invitées", help_text="Deux au moins.", widget=forms.CheckboxSelectMultiple
    )
    seed = NumberField(
        label="Graine du tirage",
        help_text="Le même nombre redonne le même tirage.",
        min_value=0,
        max_value=2_000_000_000,
        initial=1,
    )

    def __init__(self, *args, coders, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["coders"].choices = [(str(coder.pk), str(coder)) for coder in coders]
        self.fields["coders"].error_messages["required"] = "Cochez au moins deux personnes."
