"""Form fields that every app uses: one line, paragraphs, a French date, a reason."""

from django import forms

from concertia.core.text import clean_text, one_line

DATE_FORMATS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"]
YEARS = (2015, 2100)
WRONG_DATE = "Cette date n’existe pas ou n’est pas écrite JJ/MM/AAAA, par exemple 15/10/2024."


class LineField(forms.CharField):
    """One line of text: a line end in a field that reaches a mail is never a new header."""

    def to_python(self, value):
        return one_line(super().to_python(value))


class TextField(forms.CharField):
    """Text as people paste it: control characters out, line ends as \\n, nothing else changed."""

    def to_python(self, value):
        return clean_text(super().to_python(value))


class MailField(forms.EmailField):
    """The error says what an address looks like, as every error of format here does (RGAA 11.11)."""

    default_error_messages = {"invalid": "Cette adresse n’est pas complète : écrivez-la par exemple nom@domaine.fr."}


class NumberField(forms.IntegerField):
    default_error_messages = {"invalid": "Écrivez un nombre entier en chiffres, par exemple 12."}


class LinkField(forms.URLField):
    default_error_messages = {
        "invalid": "Cette adresse n’est pas complète : écrivez par exemple https://exemple.fr/page."
    }


class FrenchDateField(forms.DateField):
    """JJ/MM/AAAA in a text box: no date picker reads aloud well, and a paste must work."""

    def __init__(self, **kwargs):
        kwargs.setdefault("help_text", "JJ/MM/AAAA")
        super().__init__(
            input_formats=DATE_FORMATS,
            widget=forms.DateInput(format="%d/%m/%Y", attrs={"class": "short"}),
            error_messages={
                "invalid": "Cette date n’existe pas ou n’est pas écrite JJ/MM/AAAA, par exemple 15/10/2024."
            },
            **kwargs,
        )

    def clean(self, value):
        date = super().clean(value)
        if date and not YEARS[0] <= date.year <= YEARS[1]:
            raise forms.ValidationError(f"L’année {date.year} est hors de la période des concertations : vérifiez-la.")
        return date


class ReasonForm(forms.Form):
    """A reason asked by a page that confirms; the action says what to do when it is empty."""

    reason = LineField(label="Motif", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))
