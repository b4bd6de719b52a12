import re

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils import timezone

from concertia.core.forms import FrenchDateField, LineField, MailField, TextField
from concertia.territories import rules
from concertia.territories.enums import COMMISSION_ROLES, Role, SignatureManner, TerritoryKind
from concertia.territories.models import Territory, User

UNLISTED = (
    TerritoryKind.UNIVERSITE,
    TerritoryKind.CONSEIL_DEVELOPPEMENT,
    TerritoryKind.PAYS,
    TerritoryKind.AUTRE,
)


def paragraphs(**options):
    return TextField(widget=forms.Textarea(attrs={"rows": 6}), **options)


class PersonForm(forms.Form):
    name = LineField(label="Votre nom", max_length=150)
    office = LineField(label="Votre fonction", max_length=150)
    email = MailField(label="Votre adresse professionnelle", help_text="L’invitation y sera envoyée.", max_length=254)
    message = paragraphs(label="Un mot pour l’équipe nationale", required=False, max_length=2_000)


class UnlistedForm(PersonForm):
    kind = forms.ChoiceField(label="Nature", choices=[(kind.value, kind.label) for kind in UNLISTED])
    authority_name = LineField(label="Nom de l’organisme", max_length=200)
    field_order = ["authority_name", "kind", "name", "office", "email", "message"]


class AcceptForm(forms.Form):
    role = forms.ChoiceField(label="Rôle donné", choices=[(Role.REFERENT.value, Role.REFERENT.label)])
    territory = forms.ModelChoiceField(
        label="Territoire déjà présent",
        queryset=Territory.objects.authorities(),
        required=False,
        help_text="À choisir seulement s’il s’agit de lui ; sinon un nouveau territoire est créé.",
    )
    short_code = LineField(
        label="Code court", max_length=5, help_text="Trois à cinq lettres majuscules, choisies une fois."
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, role.label) for role in rules.GIVEN_BY_A_TERRITORY]

    def clean_short_code(self):
        return self.cleaned_data["short_code"].upper()


class InviteForm(forms.Form):
    email = MailField(label="Adresse", max_length=254)
    role = forms.ChoiceField(label="Rôle")

    def __init__(self, *args, territory, **kwargs):
        super().__init__(*args, **kwargs)
        roles = COMMISSION_ROLES if territory.kind == TerritoryKind.COMMISSION else rules.GIVEN_BY_A_TERRITORY
        self.fields["role"].choices = [(role.value, role.label) for role in roles]


class MandateForm(forms.Form):
    email = MailField(label="Adresse de l’AMO ou du garant", max_length=254)
    role = forms.ChoiceField(label="Rôle", choices=[(role.value, role.label) for role in rules.GIVEN_BY_MANDATE])
    mandate_ends_on = FrenchDateField(label="Fin du mandat")
    scope = LineField(
        label="Seulement pour la concertation",
        required=False,
        max_length=12,
        help_text="Son identifiant, comme VAL-01. Vide : tout le territoire.",
    )

    def __init__(self, *args, territory, **kwargs):
        super().__init__(*args, **kwargs)
        self.code = territory.short_code

    def clean_scope(self):
        scope = self.cleaned_data["scope"].upper()
        if scope and not re.fullmatch(rf"{self.code}-[0-9]{{2,5}}", scope):
            raise forms.ValidationError(
                f"« {scope} » n’est pas une concertation de ce territoire : son identifiant commence par {self.code}-."
            )
        return scope


class EmailForm(forms.Form):
    email = MailField(label="Adresse du ou de la signataire", max_length=254)


class SignForm(forms.Form):
    charter = forms.IntegerField(widget=forms.HiddenInput)  # the version on the screen
    ticked = forms.TypedMultipleChoiceField(
        label="Les engagements", coerce=int, widget=forms.CheckboxSelectMultiple, required=False
    )
    name = LineField(label="Prénom et nom", max_length=150)
    office = LineField(
        label="Fonction", max_length=150, help_text="Celle qui vous habilite : maire, présidente, adjoint délégué…"
    )

    def __init__(self, *args, charter, **kwargs):
        super().__init__(*args, **kwargs)
        self.clauses = [(clause.order, clause.text) for clause in charter.clauses.all()]
        self.fields["ticked"].choices = self.clauses

    def clean_ticked(self):
        ticked = self.cleaned_data["ticked"]
        if len(ticked) != len(self.clauses):
            raise forms.ValidationError("Cochez tous les engagements pour signer : la charte se signe entière.")
        return ticked


class RecordForm(forms.Form):
    manner = forms.ChoiceField(
        label="Comment",
        choices=[(manner.value, manner.label) for manner in (SignatureManner.PAPER, SignatureManner.DELIBERATION)],
        widget=forms.RadioSelect,
    )
    name = LineField(label="Signataire", max_length=150)
    office = LineField(label="Fonction", max_length=150)
    signed_on = FrenchDateField(label="Date de la signature ou du vote")
    authority = LineField(
        label="En vertu de", max_length=300, help_text="Délibération n° 2024-118 du 30 septembre 2024, délégation…"
    )
    proof = forms.FileField(
        label="Le document signé", help_text="PDF, JPEG ou PNG, 10 Mo au plus. Il n’est pas publié."
    )

    def clean_signed_on(self):
        if self.cleaned_data["signed_on"] > timezone.localdate():
            raise forms.ValidationError("Une signature ne peut pas être à venir.")
        return self.cleaned_data["signed_on"]


class AccountForm(forms.Form):
    name = LineField(label="Prénom et nom", max_length=150)
    password = forms.CharField(
        label="Mot de passe",
        help_text="Douze signes au moins ; une phrase de quatre mots se retient bien.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args, email, **kwargs):
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_password(self):
        validate_password(self.cleaned_data["password"], User(email=self.email, name=self.data.get("name", "")))
        return self.cleaned_data["password"]


class ContactForm(forms.Form):
    name = LineField(label="Votre nom", max_length=150)
    email = MailField(label="Votre adresse, pour la réponse", max_length=254)
    text = paragraphs(label="Votre message", max_length=5_000)
    website = forms.CharField(required=False, widget=forms.HiddenInput)  # people never see it; programs fill it


class MergeForm(forms.Form):
    territory = forms.ModelChoiceField(
        label="Territoire qui n’existe plus", queryset=Territory.objects.authorities().filter(successor=None)
    )
    into = forms.ModelChoiceField(label="Réuni dans", queryset=Territory.objects.authorities().filter(successor=None))
