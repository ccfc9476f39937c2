"""Forms of cooperatives and of the klussenbank."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Row
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.core import clock
from foundation.core.forms import DateInput, EuroField, explain, helper
from foundation.municipalities.models import Municipality, Sector
from initiatives.enums import CooperativeStage, Transparency
from initiatives.models import Cooperative, HandsOffer, HandsRequest

_NUMBER = {"class": "input--number", "min": 0}


class CooperativeForm(forms.ModelForm):
    """Stage and roles; a conflict of roles asks what is done about it."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    measures = forms.MultipleChoiceField(
        label=gettext_lazy("What do you do about it?"),
        help_text=gettext_lazy("Only needed when one cooperative has both roles. Everybody can read it."),
        choices=Transparency.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = Cooperative
        fields = ("stage", "is_intermediary", "is_provider", "measures", "more_measures")
        widgets = {"stage": forms.RadioSelect, "more_measures": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version if self.instance.pk else None
        explain(
            self.fields["stage"],
            {
                CooperativeStage.NETWORK: str(_("You know each other and look what is needed.")),
                CooperativeStage.INTERMEDIARY: str(_("You link who needs something to who provides it.")),
                CooperativeStage.PROVIDER: str(_("You provide it yourselves.")),
            },
        )
        self.helper = helper(self, submit=str(_("Save your cooperative")), cancel_url=cancel_url, guard=True)


class GrowthForm(forms.Form):
    """How large the cooperative was on a day."""

    day = forms.DateField(label=gettext_lazy("On which day?"), widget=DateInput)
    members = forms.IntegerField(label=gettext_lazy("Members"), min_value=0, widget=forms.NumberInput(attrs=_NUMBER))
    volunteers = forms.IntegerField(
        label=gettext_lazy("Volunteers"), min_value=0, initial=0, widget=forms.NumberInput(attrs=_NUMBER)
    )
    clients = forms.IntegerField(
        label=gettext_lazy("People helped"), min_value=0, initial=0, widget=forms.NumberInput(attrs=_NUMBER)
    )
    turnover_cents = EuroField(label=gettext_lazy("Turnover in a year"), required=False)

    def __init__(self, *args: Any, action: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].initial = clock.today()
        self.helper = helper(
            self,
            "day",
            Row("members", "volunteers", "clients"),
            "turnover_cents",
            submit=str(_("Add these numbers")),
            action=action,
        )


class AskHandsForm(forms.ModelForm):
    """What has to be done, how many hours, before when."""

    class Meta:
        model = HandsRequest
        fields = ("title", "text", "hours", "needed_by", "sector")
        widgets = {
            "text": forms.Textarea(attrs={"rows": 4}),
            "hours": forms.NumberInput(attrs={"class": "input--number", "min": 1}),
            "needed_by": DateInput,
        }

    def __init__(
        self, *args: Any, municipality: Municipality, cancel_url: str, for_initiative: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.instance.municipality = municipality
        fields: Any = self.fields
        fields["title"].help_text = _("For example: somebody who reads along with our budget.")
        if for_initiative:
            del fields["sector"]
        else:
            fields["sector"].queryset = Sector.objects.filter(municipality=municipality)
            fields["sector"].required = True
            fields["sector"].empty_label = _("Choose a sector")
        self.helper = helper(self, submit=str(_("Ask for these hands")), cancel_url=cancel_url, guard=True)

    def _get_validation_exclusions(self) -> set[str]:
        # For whom the hands are is known to the service only; it checks the rule that needs it.
        known: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return known | {"initiative", "sector"}


class OfferForm(forms.ModelForm):
    """How many hours, and what somebody can do."""

    class Meta:
        model = HandsOffer
        fields = ("hours", "text")
        widgets = {"hours": forms.NumberInput(attrs={"class": "input--number", "min": 1})}

    def __init__(self, *args: Any, action: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=str(_("Offer these hours")), action=action)
