"""What people type or choose when they compose a synthesis, or carry a theme into the canvas."""

from django import forms

from concertia.analysis.enums import Counted
from concertia.core.forms import LineField, TextField

WHOLE = "ensemble"
TOO_MANY = "Choisissez dans la liste."


def section_of(value) -> int | None:
    """« ensemble » is the whole; a number, a theme."""
    return None if value in (WHOLE, "", None) else int(value)


class PlainForm(forms.Form):
    """Mistakes are said by the page, in its words, never by a bubble of the browser."""

    use_required_attribute = False


class TitleForm(PlainForm):
    title = LineField(label="Titre de la synthèse", max_length=200, help_text="Par exemple « Ce qui a été dit ».")


class OwnSentenceForm(PlainForm):
    text = TextField(
        label="Votre phrase",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Vous choisirez ensuite ses sources : des citations, des nombres.",
    )


class SentenceForm(PlainForm):
    text = TextField(
        label="La phrase",
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Les mots entre « et » sont des citations : ils restent tels qu’ils ont été écrits.",
    )
    section = forms.ChoiceField(label="Partie", error_messages={"invalid_choice": TOO_MANY})
    counted = forms.ChoiceField(
        label="Nombre de", choices=[("", "choisir"), *Counted.choices], required=False,
        help_text="Il s’écrit à la place du premier « # » de la phrase, sinon à la fin.",
    )  # fmt: skip
    of = forms.ChoiceField(label="Compté dans", required=False, error_messages={"invalid_choice": TOO_MANY})

    def __init__(self, *args, sections, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [(str(pk or WHOLE), title) for pk, title, *_ in sections]
        self.fields["section"].choices = self.fields["of"].choices = choices


class SearchForm(forms.Form):
    q = LineField(label="Mots cherchés", max_length=200, required=False)
    theme = forms.ChoiceField(label="Messages de", required=False, error_messages={"invalid_choice": TOO_MANY})

    def __init__(self, *args, sections, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["theme"].choices = [(str(pk or WHOLE), title) for pk, title, *_ in sections]


KINDS = [
    ("", "choisir"),
    ("vigilance", "Point de vigilance"),
    ("brake", "Diagnostic : frein"),
    ("opportunity", "Diagnostic : opportunité"),
    ("diagnostic", "Diagnostic, sens non précisé"),
    ("proposition_authority", "Proposition à la collectivité"),
    ("proposition_public_powers", "Proposition aux pouvoirs publics"),
    ("proposition", "Proposition, destinataire non précisé"),
]


class CarryForm(PlainForm):
    """A new item of the canvas."""

    kind = forms.ChoiceField(label="Nature", choices=KINDS, error_messages={"required": "Choisissez une nature."})
    text = LineField(
        label="Ce que le canevas dira",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Vos mots, sans citation : les citations cochées seront liées à côté.",
    )
    results = forms.ChoiceField(label="Dans les résultats", required=False, error_messages={"invalid_choice": TOO_MANY})

    def __init__(self, *args, results, **kwargs):
        super().__init__(*args, **kwargs)
        if len(results) > 1:
            self.fields["results"].choices = [(row.key, f"Résultats {rank}") for rank, row in enumerate(results, 1)]
        else:
            del self.fields["results"]


class BindForm(PlainForm):
    """An item that the canvas already holds."""

    item = forms.ChoiceField(
        label="Point du canevas",
        error_messages={"required": "Choisissez un point du canevas.", "invalid_choice": TOO_MANY},
    )

    def __init__(self, *args, items, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [(item.key, f"{item.kind} : {item.text[:90]}") for item in items]
        self.fields["item"].choices = [("", "choisir"), *choices]
