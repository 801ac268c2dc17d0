"""allauth's forms in our words."""

from typing import Any

from allauth.account import forms as allauth
from django import forms

RULES = "At least 12 characters. Three words that do not belong together are easy to keep and hard to guess."


def say(form: forms.Form, name: str, label: str, *, hint: str = "", missing: str = "") -> None:
    """Give a field of allauth's our label, hint and sentence for a blank, and take its placeholder away."""
    field = form.fields[name]
    field.label, field.help_text = label, hint
    field.error_messages["required"] = missing or f"Enter {label[0].lower()}{label[1:]}."
    field.widget.attrs.pop("placeholder", None)


class SignIn(allauth.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, "login", "E-mail address", missing="Enter your e-mail address.")
        say(self, "password", "Password", missing="Enter your password.")
        self.fields.pop("remember", None)


class ChangePassword(allauth.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, "oldpassword", "Password now", missing="Enter the password you have now.")
        say(self, "password1", "New password", hint=RULES, missing="Enter a new password.")
        say(self, "password2", "New password again", missing="Enter the new password a second time.")


class AskForPassword(allauth.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, "email", "E-mail address", missing="Enter your e-mail address.")


class SetPassword(allauth.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, "password1", "New password", hint=RULES, missing="Enter a new password.")
        say(self, "password2", "New password again", missing="Enter the new password a second time.")
