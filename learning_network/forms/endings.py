"""Forms of what comes after a programme."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.core.forms import DateInput, explain, helper
from learning_network.enums import AgreementState
from learning_network.forms._shared import LONG, visibility_field
from learning_network.models import Agreement, Enrolment, Intention


class IntentionForm(forms.ModelForm):
    """What a municipality will do, with whom and when."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Intention
        fields = ("what", "with_whom", "when", "needs")
        labels = {
            "what": gettext_lazy("What will your municipality do?"),
            "with_whom": gettext_lazy("With whom?"),
            "when": gettext_lazy("When?"),
            "needs": gettext_lazy("What do you need from others for it?"),
        }
        widgets = {
            "what": forms.Textarea(attrs={"rows": 6}),
            "with_whom": forms.Textarea(attrs={"rows": 2}),
            "when": forms.TextInput(attrs=LONG),
            "needs": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = {
            "what": gettext_lazy("Which tasks, which neighbourhood, which budget. Short and concrete."),
            "when": gettext_lazy("For example: from September, for two years."),
        }

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.initial["version"] = self.instance.version if self.instance.pk else None
        self.helper = helper(self, submit=_("Save"), cancel_url=cancel_url, guard=True)

    def values(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}


class ShareForm(forms.Form):
    """Who may read the intention."""

    visibility = visibility_field()
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=_("Share the intention"))


class AgreementForm(forms.ModelForm):
    """What municipalities go on doing together."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Agreement
        fields = ("what", "parties", "others", "until_on", "follow_up_on")
        labels = {
            "what": gettext_lazy("What do you agree?"),
            "parties": gettext_lazy("Which municipalities?"),
            "others": gettext_lazy("Who else?"),
            "until_on": gettext_lazy("Until when?"),
            "follow_up_on": gettext_lazy("When do we ask how it went?"),
        }
        widgets = {
            "what": forms.TextInput(attrs=LONG),
            "parties": forms.CheckboxSelectMultiple,
            "others": forms.TextInput(attrs=LONG),
            "until_on": DateInput,
            "follow_up_on": DateInput,
        }
        help_texts = {
            "what": gettext_lazy("For example: we visit each other twice a year and tell what failed."),
            "follow_up_on": gettext_lazy("On that day the people of these municipalities get a message, once."),
        }

    def __init__(self, *args: Any, inside: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parties: Any = self.fields["parties"]
        parties.queryset = inside
        parties.label_from_instance = lambda row: row.municipality.name
        self.initial["version"] = self.instance.version if self.instance.pk else None
        self.helper = helper(self, submit=_("Save what you agreed"), cancel_url=cancel_url, guard=True)

    def _post_clean(self) -> None:
        """The service writes and checks the row; this form only reads what was typed."""

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("what", "others", "until_on", "follow_up_on")}

    def parties(self) -> list[Enrolment]:
        return list(self.cleaned_data["parties"])


class OutcomeForm(forms.Form):
    """How an agreement went."""

    state = forms.ChoiceField(
        label=gettext_lazy("How did it go?"),
        choices=[(one.value, one.label) for one in AgreementState if one != AgreementState.STANDS],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=gettext_lazy("What happened?"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    again_on = forms.DateField(
        label=gettext_lazy("When do we ask again?"),
        required=False,
        widget=DateInput,
        help_text=gettext_lazy("Leave it empty to hear nothing more about it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        explain(
            self.fields["state"],
            {
                AgreementState.KEPT: _("We did what we agreed, and go on."),
                AgreementState.CHANGED: _("We do something else now."),
                AgreementState.ENDED: _("It is over."),
            },
        )
        self.helper = helper(self, submit=_("Say how it went"))
