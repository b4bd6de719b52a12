"""The canvas form, made from the declaration; one field wrong never costs the others."""

import re

from django import forms
from django.core.validators import URLValidator
from django.utils import timezone

from concertia.consultations.actions.canvas import CanvasInput, ItemInput, ResultsInput, SpeakerInput
from concertia.consultations.actions.reading import (
    CHOICES,
    DATES,
    LONGEST,
    MOST_PARTICIPANTS,
    MOST_SESSIONS,
    PLAIN,
)
from concertia.consultations.enums import Addressee, FindingKind
from concertia.consultations.models import Consultation, Session, Stakeholder, new_key
from concertia.core.forms import (
    FrenchDateField,
    LineField,
    LinkField,
    MailField,
    NumberField,
    ReasonForm,
    TextField,
)
from concertia.engine.canvas.fields import FIELDS, OTHER_LABEL, Kind
from concertia.territories.models import Territory

KEY = re.compile(r"[a-z0-9]{1,16}")
ITEM = 4_000


class AddressesField(TextField):
    """One address a line; what is not an http(s) address is named, not dropped."""

    def clean(self, value):
        text = super().clean(value)
        for rank, line in enumerate(text.splitlines(), 1):
            try:
                URLValidator(schemes=["http", "https"])(line.strip())
            except forms.ValidationError:
                raise forms.ValidationError(
                    f"Ligne {rank} : « {line.strip()[:80]} » n’est pas une adresse qui commence par https:// ou http://."
                ) from None
        return text


YES_NO = [("", "non précisé"), ("oui", "oui"), ("non", "non")]


class YesNoField(forms.ChoiceField):
    def __init__(self, **kwargs):
        super().__init__(choices=YES_NO, widget=forms.RadioSelect, **kwargs)

    def prepare_value(self, value):
        return {True: "oui", False: "non", None: ""}.get(value, value)

    def clean(self, value):
        return {"oui": True, "non": False, "": None}[super().clean(value)]


def _form_fields(field):
    """The form fields of one field of the canvas, by the draft's names."""
    common = {"label": field.screen_label, "help_text": field.hint, "required": False}
    long_text = {"max_length": LONGEST, "widget": forms.Textarea(attrs={"rows": 5})}
    if field.key in DATES:
        return {DATES[field.key]: FrenchDateField(**common)}
    if field.key in CHOICES:
        name = CHOICES[field.key]
        options = [(choice.key, choice.label) for choice in field.choices]
        chosen = forms.MultipleChoiceField(choices=options, widget=forms.CheckboxSelectMultiple, **common)
        return {name: chosen, f"{name}_other": LineField(label=OTHER_LABEL, required=False, max_length=300)}
    if field.kind is Kind.YES_NO:
        return {PLAIN[field.key]: YesNoField(**common)}
    if field.kind is Kind.SPEAKERS:
        return {"invited_speakers": YesNoField(**common)}
    if field.kind is Kind.SESSIONS:
        return {
            "sessions_count": NumberField(
                label=field.screen_label, required=False, min_value=0, max_value=MOST_SESSIONS
            ),
            "sessions_hours": forms.DecimalField(
                label="Durée totale, en heures",
                required=False,
                min_value=0,
                max_digits=7,
                decimal_places=2,
                localize=True,
                error_messages={"invalid": "Écrivez un nombre d’heures en chiffres, par exemple 2,5."},
                widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "short"}),
            ),
        }
    if field.kind is Kind.COUNT:
        return {"participants": NumberField(min_value=0, max_value=MOST_PARTICIPANTS, **common)}
    if field.kind is Kind.ITEMS:
        return {}  # items are rows of their own
    name = PLAIN[field.key]
    kinds = {
        Kind.EMAIL: lambda: MailField(max_length=254, **common),
        Kind.TEXT: lambda: LineField(max_length=200, **common),
        Kind.LONG_TEXT: lambda: TextField(**long_text, **common),
        Kind.URLS: lambda: AddressesField(max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}), **common),
    }
    return {name: kinds[field.kind]()}


def _declared(section_is_three):
    fields = {}
    for field in FIELDS:
        if (field.section == 3) is section_is_three:
            fields.update(_form_fields(field))
    return fields


class PartForm(forms.Form):
    """A form that gives the values that are right, whatever the mistakes beside them."""

    use_required_attribute = False

    def right_values(self):
        self.is_valid()
        return {name: self.cleaned_data[name] for name in self.fields if name not in self.errors}


DraftForm = type("DraftForm", (PartForm,), _declared(False))
DraftForm.base_fields["actual_start"] = FrenchDateField(label="Date de début réelle", required=False)
ResultsForm = type("ResultsForm", (PartForm,), _declared(True))
ResultsForm.base_fields["actual_end"] = FrenchDateField(label="Date de fin réelle", required=False)


class SpeakerForm(PartForm):
    name = LineField(label="Nom", max_length=200, required=False)
    office = LineField(label="Profession", max_length=200, required=False)
    talk = LineField(label="Titre de la présentation", max_length=300, required=False)
    may_be_published = forms.BooleanField(label="Accepte que son nom soit publié", required=False)


class ItemForm(PartForm):
    text = LineField(
        label="Texte", max_length=ITEM, required=False, widget=forms.Textarea(attrs={"rows": 2}), strip=True
    )


class DiagnosticForm(ItemForm):
    label = forms.ChoiceField(
        label="Sens",
        required=False,
        choices=[
            (FindingKind.DIAGNOSTIC.value, "non précisé"),
            (FindingKind.BRAKE.value, "frein"),
            (FindingKind.OPPORTUNITY.value, "opportunité"),
        ],
    )


class PropositionForm(ItemForm):
    label = forms.ChoiceField(label="Adressée à", required=False, choices=Addressee.choices)


ITEM_LISTS = {
    "points_vigilance": ("vigilances", ItemForm),
    "diagnostics": ("diagnostics", DiagnosticForm),
    "propositions": ("propositions", PropositionForm),
}


class Rows:
    """A list of small forms, each under a key, with a blank one at the end so that it grows without script."""

    def __init__(self, name, form_class, *, data=None, rows=()):
        self.name, self.form_class = name, form_class
        if data is None:
            pairs = [(key, form_class(initial=initial, prefix=f"{name}-{key}")) for key, initial in rows]
            blank = new_key()
            pairs.append((blank, form_class(prefix=f"{name}-{blank}")))
        else:
            keys = dict.fromkeys(key for key in data.getlist(name) if KEY.fullmatch(key))
            pairs = [(key, form_class(data, prefix=f"{name}-{key}")) for key in keys]
        self.pairs = pairs

    @property
    def template_row(self):
        """The row that the script copies; its key is a word that the script replaces."""
        return "cle0", self.form_class(prefix=f"{self.name}-cle0")

    @property
    def has_errors(self):
        return any(form.errors for _, form in self.pairs if form.is_bound)


class ResultsPart:
    """One section 3: its own fields and its three lists."""

    def __init__(self, key, *, data=None, row=None):
        self.key, prefix = key, f"r-{key}"
        initial = row.values if row else None
        self.form = ResultsForm(data, initial=initial, prefix=prefix)
        self.lists = {}
        for name, (attribute, form_class) in ITEM_LISTS.items():
            items = getattr(row, attribute) if row else ()
            pairs = [(item.key, {"text": item.text, "label": item.label}) for item in items]
            self.lists[name] = Rows(f"{prefix}-{name}", form_class, data=data, rows=pairs)

    @property
    def rows(self):
        return self.lists.values()

    def cleaned(self):
        lists = {
            attribute: [
                ItemInput(key, values.get("text"), values.get("label", ""))
                for key, values in ((key, form.right_values()) for key, form in self.lists[name].pairs)
                if values.get("text") != ""
            ]
            for name, (attribute, _) in ITEM_LISTS.items()
        }
        return ResultsInput(self.key, self.form.right_values(), **lists)


class CanvasForm:
    """The whole canvas: the draft's fields, its speakers, its sections 3."""

    def __init__(self, draft, *, data=None):
        self.is_bound = data is not None
        if data is None:
            self.main = DraftForm(initial=draft.values)
            pairs = [(row.key, row.values) for row in draft.speakers]
            self.speakers = Rows("speakers", SpeakerForm, rows=pairs)
            self.results = [ResultsPart(row.key, row=row) for row in draft.results]
            return
        self.main = DraftForm(data)
        self.speakers = Rows("speakers", SpeakerForm, data=data)
        keys = dict.fromkeys(key for key in data.getlist("results") if KEY.fullmatch(key))
        removed = set(data.getlist("remove_results"))
        self.results = [ResultsPart(key, data=data) for key in keys if key not in removed]
        if not self.results or data.get("action") == "add_results":  # there is always one to fill
            self.results.append(ResultsPart(new_key(), data=data))

    def _forms(self):
        yield "", self.main
        for rank, (_, form) in enumerate(self.speakers.pairs, 1):
            yield f"Intervenant·e {rank}", form
        for rank, part in enumerate(self.results, 1):
            head = f"Résultats {rank}" if len(self.results) > 1 else ""
            yield head, part.form
            for rows in part.rows:
                for _, form in rows.pairs:
                    yield head, form

    @property
    def errors(self):
        """(place, label, id of the input, sentence) of each mistake, in the order of the page."""
        return [
            (place, form[name].label, form[name].id_for_label, sentence)
            for place, form in self._forms()
            if form.is_bound
            for name, sentences in form.errors.items()
            for sentence in sentences
        ]

    def cleaned(self) -> CanvasInput:
        speakers = []
        for key, form in self.speakers.pairs:
            values = form.right_values()
            if any(values.get(name) for name in ("name", "office", "talk")) or form.errors:
                speakers.append(SpeakerInput(key, values))
        return CanvasInput(self.main.right_values(), speakers, [part.cleaned() for part in self.results])


class NewConsultationForm(forms.Form):
    title = LineField(label="Titre", max_length=200, help_text="Court, pour la retrouver : « L’IA au guichet ».")
    question = LineField(
        label="Question posée",
        max_length=500,
        required=False,
        help_text="Telle que les participants l’ont lue ou la liront. Elle peut attendre.",
    )
    document = forms.FileField(
        label="Canevas déjà rempli",
        required=False,
        help_text="Document .docx ou .odt, 20 Mo au plus. Il remplira le brouillon ; rien ne sera publié.",
    )


class FrameForm(forms.ModelForm):
    answer_due = FrenchDateField(label="Date de la réponse", required=False)

    class Meta:
        model = Consultation
        fields = ["title", "question", "decider", "arbitration", "answer_due"]
        field_classes = {"title": LineField, "question": LineField, "decider": TextField, "arbitration": TextField}
        labels = {
            "decider": "Qui décide",
            "arbitration": "Comment les propositions seront arbitrées",
        }
        help_texts = {
            "decider": "L’assemblée ou la personne qui tranchera.",
            "arbitration": "Qui instruit, selon quels critères, comment un refus est motivé.",
        }


class DocumentForm(forms.Form):
    document = forms.FileField(
        label="Document .docx ou .odt", help_text="20 Mo au plus. Le fichier d’origine est gardé."
    )


class AttachForm(forms.Form):
    territory = forms.ModelChoiceField(label="Territoire", queryset=Territory.objects.authorities())
    title = LineField(label="Titre de la concertation", max_length=200)
    short_code = LineField(
        label="Code court",
        required=False,
        max_length=5,
        help_text="Si le territoire n’en a pas encore : trois à cinq lettres majuscules, choisies une fois.",
    )

    def clean_short_code(self):
        return self.cleaned_data["short_code"].upper()


class UnpublishForm(ReasonForm):
    every_version = forms.BooleanField(label="Retirer aussi les versions précédentes", required=False, initial=True)


class MomentField(forms.DateTimeField):
    """« 12/03/2025 18:30 » or « 12/03/2025 18h30 »."""

    def __init__(self, **kwargs):
        super().__init__(
            input_formats=["%d/%m/%Y %H:%M", "%d/%m/%Y %Hh%M", "%d/%m/%Y %Hh", "%d/%m/%Y", "%Y-%m-%dT%H:%M"],
            widget=forms.DateTimeInput(format="%d/%m/%Y %H:%M", attrs={"class": "short"}),
            error_messages={"invalid": "Écrivez la date puis l’heure, par exemple 12/03/2025 18:30."},
            **kwargs,
        )


class SessionForm(forms.ModelForm):
    starts_at = MomentField(label="Début", help_text="JJ/MM/AAAA HH:MM")
    ends_at = MomentField(label="Fin", required=False, help_text="JJ/MM/AAAA HH:MM")
    link = LinkField(label="Lien", required=False, assume_scheme="https")

    class Meta:
        model = Session
        fields = ["starts_at", "ends_at", "place", "mode", "link", "attendance"]
        field_classes = {"place": LineField, "attendance": NumberField}
        labels = {"attendance": "Nombre de présents"}

    def clean(self):
        values = super().clean()
        if values.get("starts_at") and values.get("ends_at") and values["ends_at"] < values["starts_at"]:
            self.add_error("ends_at", "La fin est avant le début.")
        if values.get("attendance") and values.get("starts_at") and values["starts_at"] > timezone.now():
            self.add_error("attendance", "La séance n’a pas encore eu lieu : laissez les présents vides.")
        return values


StakeholderFormSet = forms.inlineformset_factory(
    Consultation,
    Stakeholder,
    fields=["name", "why", "invited", "came"],
    field_classes={"name": LineField, "why": LineField},
    labels={"name": "Acteur", "why": "Pourquoi l’associer"},
    extra=2,
    max_num=200,
)
SessionFormSet = forms.inlineformset_factory(Consultation, Session, form=SessionForm, extra=1, max_num=200)
