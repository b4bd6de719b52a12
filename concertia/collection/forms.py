"""What people type and choose about contributions, as clean values."""

from django import forms

from concertia.collection.enums import ContributionState, Use
from concertia.core.forms import LineField

# What a person chooses for a column, in the order of the page; the first is the only one that must be there.
ROLES = {
    "text": "Texte de la contribution",
    "author": "Personne",
    "id": "Identifiant",
    "date": "Date",
    "channel": "Canal",
    "profile": "Profil",
}
HINTS = {
    "text": "Ce que les personnes ont dit : une contribution par ligne.",
    "author": "Nom, adresse ou numéro : il sert à compter les personnes, puis devient une empreinte. "
    "Le nom n’est jamais repris.",
    "profile": "Par exemple « habitant·e », « agent·e », « association ».",
}
FOUND, NOT_TAKEN = "", "-"
USES = [
    (Use.PARTICIPATION.value, "Participation : ce que les participants ont dit ou écrit"),
    (Use.CONTEXT.value, "Contexte : articles de presse, courriers, anciens comptes rendus (jamais compté comme voix)"),
]


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once; the action says what is wrong with each."""

    def clean(self, data, initial=None):
        given = data if isinstance(data, (list, tuple)) else [data]
        files = [one for one in given if one]
        if not files:
            raise forms.ValidationError("Choisissez un ou plusieurs fichiers.")
        return files


class DepositForm(forms.Form):
    use_required_attribute = False

    files = FilesField(
        label="Fichiers",
        widget=FilesInput,
        help_text="Tableau (.xlsx, .xls, .ods, .csv), compte rendu (.docx, .odt, .txt), transcription (.vtt, .srt), "
        "discussion de visioconférence, mail (.eml), ou un .zip de plusieurs fichiers. 200 Mo au plus.",
    )
    use = forms.ChoiceField(
        label="Ces textes comptent comme",
        choices=USES,
        initial=Use.PARTICIPATION.value,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez « participation » ou « contexte »."},
    )


class ColumnsForm(forms.Form):
    """Which column holds what, among those of the file; before any could be seen, the text's is typed."""

    use_required_attribute = False

    def __init__(self, data=None, *, deposit):
        super().__init__(data)
        names = list(dict.fromkeys(one["name"] for one in deposit.reading.get("columns", [])))
        sheets = deposit.reading.get("sheets", [])
        self.sheet = deposit.columns.get("sheet", "")
        if len(sheets) > 1:
            choices = [("", "celle qui porte les textes"), *((one, one) for one in sheets)]
            self.fields["sheet"] = forms.ChoiceField(
                label="Feuille", choices=choices, required=False, initial=self.sheet
            )
        if not names:
            self.fields["text"] = LineField(
                label=ROLES["text"], help_text="Titre de la colonne, sa lettre ou son rang.", max_length=200
            )
            return
        found = {one["role"]: one["name"] for one in deposit.reading["columns"] if one["role"]}
        for role, label in ROLES.items():
            none = [] if role == "text" else [(NOT_TAKEN, "aucune")]
            self.fields[role] = forms.ChoiceField(
                label=label,
                choices=[*none, *((name, name[:80]) for name in names)],
                initial=deposit.columns.get(role) or found.get(role, NOT_TAKEN),
                help_text=HINTS.get(role, ""),
                required=role == "text",
                error_messages={"invalid_choice": "Choisissez une des colonnes du fichier."},
            )

    def clean(self):
        """Another sheet has other columns: they are found again. One column holds one thing."""
        values = super().clean()
        if "sheet" in self.fields and values.get("sheet", "") != self.sheet:
            return {"sheet": values.get("sheet", "")}
        taken = {}
        for role in ROLES:
            name = values.get(role)
            if name in taken and name != NOT_TAKEN and name:
                self.add_error(role, f"« {name} » est déjà choisie pour « {ROLES[taken[name]]} ».")
            taken.setdefault(name, role)
        return values

    def columns(self):
        return {role: value for role, value in self.cleaned_data.items() if value}


class KeepForm(forms.Form):
    again = forms.BooleanField(label="Verser quand même : ce sont d’autres contributions", required=False)


class FilterForm(forms.Form):
    q = LineField(label="Mots du texte", required=False, max_length=200)
    usage = forms.ChoiceField(
        label="Compte comme", required=False, choices=[("", "tout"), *((one.value, one.label) for one in Use)]
    )
    depot = forms.ModelChoiceField(label="Dépôt", required=False, queryset=None, empty_label="tous")
    etat = forms.ChoiceField(
        label="État",
        required=False,
        choices=[("", "tous"), *((one.value, one.label) for one in ContributionState)],
    )
    a_relire = forms.BooleanField(label="À relire seulement", required=False)

    def __init__(self, data, *, deposits):
        super().__init__(data)
        self.fields["depot"].queryset = deposits

    def chosen(self):
        """What was rightly asked; a wrong value filters nothing."""
        self.is_valid()
        values = self.cleaned_data
        return {
            "words": values.get("q", ""),
            "use": values.get("usage", ""),
            "deposit": values.get("depot"),
            "state": values.get("etat", ""),
            "to_read": values.get("a_relire", False),
        }


class PassageForm(forms.Form):
    use_required_attribute = False

    words = LineField(
        label="Mots à cacher",
        max_length=500,
        required=False,
        help_text="Copiez-les du texte : un nom, une adresse, un numéro. Ils seront cachés partout où ils y sont.",
        widget=forms.TextInput(attrs={"data-concertia-passage": "", "autocomplete": "off"}),
    )


class MaskForm(forms.Form):
    use_required_attribute = False

    reason = LineField(
        label="Motif",
        max_length=300,
        required=False,
        help_text="Il sera lu à la place du texte : « propos injurieux », « met en cause une personne ».",
    )
