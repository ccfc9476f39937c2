"""Forms of a cohort: its plan, applying, answering."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from changelab.models import Application, Cohort
from foundation.core.forms import DateInput, EuroField, helper
from learning_network.models import Enrolment, Programme

LONG = {"class": "input--long"}


class CohortForm(forms.ModelForm):
    """The plan of a cohort; a new one also chooses its programme."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    fee_cents = EuroField(label=gettext_lazy("What does a lab cost its municipality?"))
    reduced_fee_cents = EuroField(label=gettext_lazy("And the first labs?"))

    class Meta:
        model = Cohort
        fields = (
            *("programme", "title", "summary", "purpose", "conditions", "places"),
            *("fee_cents", "reduced_fee_cents", "reduced_for", "apply_until", "starts_on", "ends_on"),
        )
        widgets = {
            "title": forms.TextInput(attrs=LONG),
            "summary": forms.Textarea(attrs={"rows": 3}),
            "purpose": forms.Textarea(attrs={"rows": 6}),
            "conditions": forms.Textarea(attrs={"rows": 5}),
            "apply_until": DateInput,
            "starts_on": DateInput,
            "ends_on": DateInput,
        }
        help_texts = {
            "conditions": gettext_lazy(
                "For example: an alderman who carries it, and tasks that may really be handed over."
            ),
            "apply_until": gettext_lazy("Leave it empty to let municipalities come in later too."),
        }

    def __init__(self, *args: Any, programmes: Any = None, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if programmes is None:
            del self.fields["programme"]
            self.initial["version"] = self.instance.version
        else:
            self.fields["programme"].queryset = Programme.objects.filter(pk__in=programmes)  # type: ignore[attr-defined]
            self.fields["programme"].empty_label = _("Choose …")  # type: ignore[attr-defined]
        self.helper = helper(self, submit=_("Save the plan"), cancel_url=cancel_url, guard=True)

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class ApplicationForm(forms.ModelForm):
    """Asking for a lab."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    enrolment = forms.ModelChoiceField(
        Enrolment.objects.none(), label=gettext_lazy("For which municipality?"), empty_label=None
    )

    class Meta:
        model = Application
        fields = ("motivation", "area_text", "tasks_text", "alderman", "meets_conditions")
        widgets = {
            "motivation": forms.Textarea(attrs={"rows": 6}),
            "area_text": forms.TextInput(attrs=LONG),
            "tasks_text": forms.Textarea(attrs={"rows": 4}),
            "alderman": forms.TextInput(attrs=LONG),
            "meets_conditions": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args: Any, enrolments: list[Enrolment], cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["enrolment"]
            self.initial["version"] = self.instance.version
        else:
            choice: Any = self.fields["enrolment"]
            choice.queryset = Enrolment.objects.filter(pk__in=[one.pk for one in enrolments]).select_related(
                "municipality"
            )
            self.order_fields(["enrolment"])
        submit = _("Save") if self.instance.pk else _("Ask for a lab")
        self.helper = helper(self, submit=submit, cancel_url=cancel_url, guard=True)

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "enrolment")}


class AnswerForm(forms.Form):
    """The answer to an application, with its reasons."""

    answer = forms.ChoiceField(
        label=gettext_lazy("What is the answer?"),
        widget=forms.RadioSelect,
        choices=[
            ("select", gettext_lazy("Selected: this municipality gets a lab")),
            ("wait", gettext_lazy("On the waiting list")),
            ("refuse", gettext_lazy("Not selected")),
        ],
    )
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4_000,
        help_text=gettext_lazy("The municipality reads this."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=_("Give this answer"), cancel_url=cancel_url)


class ReasonForm(forms.Form):
    """A step that asks for words on why."""

    reason = forms.CharField(label=gettext_lazy("Why?"), widget=forms.Textarea(attrs={"rows": 4}), max_length=4_000)

    def __init__(self, *args: Any, submit: str, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=submit, cancel_url=cancel_url)
