"""The forms of django-allauth in our words: hints as plain text, and no placeholder, which is gone when one types."""

from allauth.account import forms
from django.forms import EmailField

from concertia.core.forms import MailField

NEW = "Douze signes au moins ; une phrase de quatre mots se retient bien."


class Plain:
    hints: dict[str, str] = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.help_text = self.hints.get(name, "")
            if isinstance(field, EmailField):
                field.error_messages["invalid"] = MailField.default_error_messages["invalid"]


class LoginForm(Plain, forms.LoginForm):
    pass


class ReauthenticateForm(Plain, forms.ReauthenticateForm):
    pass


class ChangePasswordForm(Plain, forms.ChangePasswordForm):
    hints = {"password1": NEW}


class SetPasswordForm(Plain, forms.SetPasswordForm):
    hints = {"password1": NEW}


class ResetPasswordForm(Plain, forms.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(Plain, forms.ResetPasswordKeyForm):
    hints = {"password1": NEW}
