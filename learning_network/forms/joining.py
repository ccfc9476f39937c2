"""Forms of who takes part: accepting the ground rules, inviting a colleague."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.core.forms import helper
from learning_network.enums import ParticipantRole


class AcceptForm(forms.Form):
    """Say yes to the ground rules that were on the page, and what one's work is."""

    rules = forms.IntegerField(widget=forms.HiddenInput)
    function = forms.CharField(
        label=gettext_lazy("What is your function?"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("So that the others know what they can ask you. For example: district manager."),
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    other_address = forms.BooleanField(label=gettext_lazy("Yes, this is my account too"))
    accept = forms.BooleanField(label=gettext_lazy("I have read the ground rules and I accept them"))

    def __init__(
        self,
        *args: Any,
        rules: int,
        function: str = "",
        ask_function: bool = True,
        differs: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update(rules=rules, function=function)
        if not differs:
            del self.fields["other_address"]
        if not ask_function:
            del self.fields["function"]
        self.helper = helper(self, submit=_("Take part") if ask_function else _("Accept the ground rules"))


class InviteForm(forms.Form):
    """A colleague who takes part too."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"), widget=forms.EmailInput(attrs={"class": "input--long"})
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120, required=False)
    role = forms.ChoiceField(
        label=gettext_lazy("What are they in the programme?"),
        choices=ParticipantRole,
        widget=forms.RadioSelect,
        initial=ParticipantRole.PARTICIPANT,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=_("Invite"))
