"""Forms of a programme: beginning one, its plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.core.forms import DateInput, EuroField, helper
from learning_network.models import Programme

LONG = {"class": "input--long"}


class StartForm(forms.Form):
    """Beginning a programme: its name and its first day."""

    title = forms.CharField(
        label=gettext_lazy("What is the programme called?"), max_length=120, widget=forms.TextInput(attrs=LONG)
    )
    starts_on = forms.DateField(
        label=gettext_lazy("First day"),
        widget=DateInput,
        help_text=gettext_lazy("The phases follow from it. You can change everything before it begins."),
    )

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=_("Make the preparation"), cancel_url=cancel_url)


class PlanForm(forms.ModelForm):
    """What a programme is for, for how many, and what it costs."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    fee_cents = EuroField(label=gettext_lazy("What does each municipality contribute?"), required=False)

    class Meta:
        model = Programme
        fields = ("title", "summary", "purpose", "places", "fee_cents", "fee_text")
        widgets = {
            "title": forms.TextInput(attrs=LONG),
            "summary": forms.Textarea(attrs={"rows": 3}),
            "purpose": forms.Textarea(attrs={"rows": 8}),
            "fee_text": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "summary": gettext_lazy("One or two sentences. They stand in lists and invitations."),
            "places": gettext_lazy("How many municipalities can take part; 0 means no limit."),
        }

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version
        self.helper = helper(self, submit=_("Save the plan"), cancel_url=cancel_url, guard=True)

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return values | {"fee_cents": values["fee_cents"] or 0}
