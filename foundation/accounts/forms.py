"""Allauth's forms in our words, and the forms of the account page."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm, SignupForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from allauth.socialaccount.forms import SignupForm as SocialSignupForm
from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User

NAME_HELP = _("Others see this with what you write. A first name or nickname will do; you may leave it empty.")


def _name_field() -> forms.CharField:
    return forms.CharField(
        label=_("Your name"),
        required=False,
        max_length=120,
        help_text=NAME_HELP,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class LogInForm(LoginForm):
    """E-mail address and password; the button ``by_code`` beside "log in" asks for a mailed code instead."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")
        self.fields["password"].label = _("Password")
        self.fields["login"].error_messages["required"] = _("Fill in your e-mail address.")
        self.fields["password"].error_messages["required"] = _(
            "Fill in your password, or choose “Mail me a code” if you have none."
        )
        if "by_code" in self.data:
            del self.fields["password"]  # allauth then mails a code


class SignUpForm(SignupForm):
    """E-mail address and a name, no password: a mailed code lets you in; a password can be chosen later."""

    name = _name_field()
    field_order = ["email", "name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password1", None)
        self.fields["email"].label = _("E-mail address")
        self.fields["email"].help_text = _("We send a code to this address. Others do not see it.")
        self.fields["email"].error_messages["required"] = _("Fill in your e-mail address.")


class SocialSignUpForm(SocialSignupForm):
    """What an OpenID Connect provider did not tell: an e-mail address, and how to call you."""

    name = _name_field()
    field_order = ["email", "name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        self.fields["email"].help_text = _("We send a code to this address. Others do not see it.")
        self.fields["name"].initial = self.sociallogin.user.name


class AddPasskeyForm(AddWebAuthnForm):
    """A passkey can always log in by itself, so there is nothing to choose but its name."""

    field_order = ["name", "credential"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("passwordless", None)
        self.fields["name"].label = _("Name of this passkey")
        self.fields["name"].help_text = _("So that you know which one it is, such as “my phone”.")

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["passwordless"] = True
        return super().clean()


class NameForm(forms.ModelForm):  # type: ignore[type-arg]
    """The name that others see."""

    class Meta:
        model = User
        fields = ["name"]
        labels = {"name": _("Your name")}
        help_texts = {"name": NAME_HELP}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}


class EraseForm(forms.Form):
    """Asks for a deliberate yes."""

    sure = forms.BooleanField(
        label=_("Yes, erase my account. I know that this can’t be undone."),
        error_messages={"required": _("Tick the box if you are sure. Otherwise go back.")},
    )
