"""Forms of who takes part: accepting the ground rules, inviting a colleague."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.core.forms import helper


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
