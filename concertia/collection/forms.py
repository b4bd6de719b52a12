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


def roles_of(deposit):
    """The labels of the roles; what is never counted as participation has no persons."""
    if not deposit.is_context:
        return ROLES
    return {role: label for role, label in {**ROLES, "text": "Texte du passage"}.items() if role != "author"}


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
                label=roles_of(deposit)["text"], help_text="Titre de la colonne, sa lettre ou son rang.", max_length=200
            )
            return
        found = {one["role"]: one["name"] for one in deposit.reading["columns"] if one["role"]}
        for role, label in roles_of(deposit).items():
            none = [] if role == "text" else [(NOT_TAKEN, "aucune")]
            self.fields[role] = forms.ChoiceField(
                label=label,
                choices=[*none, *((name, name[:80]) for name in names)],
                initial=deposit.columns.get(role) or found.get(role, NOT_TAKEN),
                help_text="" if deposit.is_context else HINTS.get(role, ""),
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
    """What is said of a whole file before it is kept: where it comes from, and who in it does not count."""

    use_required_attribute = False

    origin = LineField(
        label="Canal",
        required=False,
        max_length=120,
        help_text="Par exemple « questionnaire en ligne », « atelier du 12 mars », « courrier ». Facultatif.",
    )
    again = forms.BooleanField(required=False)

    def __init__(self, data=None, *, deposit):
        super().__init__(data, initial={"origin": deposit.origin})
        self.fields["again"].label = f"Verser quand même : ce sont d’autres {deposit.noun}s"
        if any(one["role"] == "channel" for one in deposit.reading.get("columns", [])):
            self.fields["origin"].label = "Canal, pour les lignes qui n’en ont pas"
        self.people = deposit.reading.get("people", [])
        if self.people:
            self.fields["left_out"] = forms.MultipleChoiceField(
                label="Ne pas compter ces personnes (animation)",
                help_text="Ce qu’elles ont dit sera laissé de côté, avec cette raison : aucune analyse ne le lira.",
                choices=[(one["print"], _named(one)) for one in self.people],
                initial=[one["print"] for one in self.people if one["is_out"]],
                widget=forms.CheckboxSelectMultiple,
                required=False,
                error_messages={"invalid_choice": "Choisissez parmi les personnes de ce fichier."},
            )
        self.anonymous = deposit.reading.get("anonymous", 0)

    def clean_left_out(self):
        chosen = self.cleaned_data["left_out"]
        if len(chosen) == len(self.people) and not self.anonymous:
            raise forms.ValidationError("Il ne resterait rien à verser : laissez compter au moins une personne.")
        return chosen

    @property
    def changes_people(self):
        """Whether others are ticked than those already left out: what they said must be read again."""
        return {one["print"] for one in self.people if one["is_out"]} != set(self.cleaned_data.get("left_out", []))


def _named(person):
    count = person["count"]
    return f"{person['name']} ({count} message{'s' if count > 1 else ''})"


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
