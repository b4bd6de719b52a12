"""What people type or choose about themes."""

from django import forms

from concertia.core.forms import LineField


class LaunchForm(forms.Form):
    with_encoder = forms.BooleanField(
        label="Comparer aussi par le sens",
        help_text="Un encodeur de phrases lit les textes sur cette machine, sans réseau : plus juste, plus long "
        "(environ une minute pour 3 000 textes).",
        required=False,
        initial=True,
    )


class LabelForm(forms.Form):
    label = LineField(label="Nom du thème", max_length=200, help_text="Quelques mots, comme les gens le diraient.")


class ThemeChoiceForm(forms.Form):
    """A theme chosen among those of the map; `top` adds « au premier rang »."""

    theme = forms.ChoiceField(label="Thème")

    def __init__(self, *args, themes, label="Thème", top=False, **kwargs):
        super().__init__(*args, **kwargs)
        first = ("0", "Au premier rang") if top else ("", "Choisissez un thème")
        self.fields["theme"].choices = [first, *((str(theme.pk), theme.name) for theme in themes)]
        self.fields["theme"].label = label
        self.fields["theme"].error_messages["required"] = "Choisissez un thème dans la liste."
