"""Forms of a transfer plan: its words, tasks, risks, advice, signatures, the hand-over, and the follow-up."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from changelab.enums import AdviceUse, Side
from changelab.forms.making import LONG, ItemForm, text_area
from changelab.models import FollowUp, PlanRisk, PlanTask, TransferPlan
from changelab.models.plan import MOST_CENTS
from foundation.core.forms import DateInput, EuroField, helper


class BeginForm(forms.Form):
    title = forms.CharField(
        label=gettext_lazy("What is handed over?"),
        max_length=120,
        widget=forms.TextInput(attrs=LONG),
        help_text=gettext_lazy("For example: the upkeep of green in De Wielen."),
    )

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=_("Begin the plan"), cancel_url=cancel_url)


class PlanForm(ItemForm):
    class Meta:
        model = TransferPlan
        fields = ("title", "summary", "group_name", "group_form", "conditions", "support", "starts_on", "next_steps")
        widgets = {
            "title": forms.TextInput(attrs=LONG),
            "summary": text_area(4),
            "group_name": forms.TextInput(attrs=LONG),
            "conditions": text_area(4),
            "support": text_area(4),
            "starts_on": DateInput,
            "next_steps": text_area(4),
        }


class TaskForm(forms.ModelForm):
    """A task and its money per year."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    present_cents = EuroField(
        label=gettext_lazy("What does it cost the municipality now, in a year?"), max_cents=MOST_CENTS
    )
    saving_cents = EuroField(
        label=gettext_lazy("What does the municipality save?"),
        min_cents=-MOST_CENTS,
        max_cents=MOST_CENTS,
        required=False,
        help_text=gettext_lazy("Does it cost more than now? Write an amount with a minus."),
    )
    transfer_cents = EuroField(label=gettext_lazy("What budget is handed over?"), max_cents=MOST_CENTS)
    own_cents = EuroField(
        label=gettext_lazy("What does the residents' group bring itself?"), max_cents=MOST_CENTS, required=False
    )
    fte = forms.DecimalField(
        label=gettext_lazy("How many full jobs does it take now?"),
        min_value=0,
        max_value=9999,
        decimal_places=2,
        required=False,
        localize=True,
    )

    class Meta:
        model = PlanTask
        fields = ("title", "text", "present_cents", "saving_cents", "transfer_cents", "own_cents")
        widgets = {"title": forms.TextInput(attrs=LONG), "text": text_area(3)}

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["version"] = self.instance.version
            self.initial["fte"] = self.instance.present_fte / 100 or None
        self.order_fields(["title", "text", "present_cents", "fte", "saving_cents", "transfer_cents", "own_cents"])
        self.helper = helper(self, submit=_("Save the task"), cancel_url=cancel_url, guard=True)

    def _post_clean(self) -> None:
        """The service checks the money and fills the row: this form must not touch it."""

    def values(self) -> dict[str, Any]:
        """What the service takes: cents, and hundredths of a full job."""
        data = self.cleaned_data
        return {
            "title": data["title"],
            "text": data["text"],
            "present_cents": data["present_cents"],
            "present_fte": int((data["fte"] or 0) * 100),
            "saving_cents": data["saving_cents"] or 0,
            "transfer_cents": data["transfer_cents"],
            "own_cents": data["own_cents"] or 0,
        }


class RiskForm(forms.ModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = PlanRisk
        fields = ("text", "carrier", "measure")
        widgets = {"text": forms.TextInput(attrs=LONG), "measure": text_area(3)}

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["version"] = self.instance.version
        self.helper = helper(self, submit=_("Save the risk"), cancel_url=cancel_url)

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class VersionForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("What is this version?"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs=LONG),
        help_text=gettext_lazy("For example: as discussed on the second day."),
    )

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=_("Keep this version"), cancel_url=cancel_url)


class AdviceForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("Your advice"), widget=text_area(6), max_length=5_000)

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=_("Give this advice"), cancel_url=cancel_url, guard=True)


class AdviceAnswerForm(forms.Form):
    use = forms.ChoiceField(label=gettext_lazy("What did you do with it?"), choices=AdviceUse.choices)
    answer = forms.CharField(label=gettext_lazy("Why?"), widget=text_area(4), max_length=4_000)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["use"].choices = [  # type: ignore[attr-defined]
            (code, str(label).capitalize()) for code, label in AdviceUse.choices
        ]
        self.helper = helper(self, submit=_("Save"), cancel_url=cancel_url)


class SignForm(forms.Form):
    side = forms.ChoiceField(label=gettext_lazy("Who signed?"), choices=Side.choices)
    name = forms.CharField(label=gettext_lazy("Name of who signed"), max_length=120)
    function = forms.CharField(label=gettext_lazy("Function"), max_length=120, required=False)
    signed_on = forms.DateField(label=gettext_lazy("Signed on"), widget=DateInput)

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["side"].choices = [  # type: ignore[attr-defined]
            (code, str(label).capitalize()) for code, label in Side.choices
        ]
        self.helper = helper(self, submit=_("Record the signature"), cancel_url=cancel_url)


class HandOverForm(forms.Form):
    """What the agreement needs besides the plan."""

    ends_on = forms.DateField(label=gettext_lazy("Last day of the agreement"), widget=DateInput)
    instalments = forms.IntegerField(
        label=gettext_lazy("In how many parts is the budget paid?"), min_value=0, max_value=24, initial=4
    )
    if_not_kept = forms.CharField(
        label=gettext_lazy("What if an agreement is not kept?"), widget=text_area(3), max_length=4_000
    )
    ending = forms.CharField(label=gettext_lazy("How does either side end it?"), widget=text_area(3), max_length=4_000)

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=_("Make it an initiative"), cancel_url=cancel_url)


class FollowUpForm(forms.ModelForm):
    """What came of a lab, in a short form."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    spent_cents = EuroField(
        label=gettext_lazy("How much money was handed over so far?"), max_cents=MOST_CENTS, required=False
    )
    satisfaction = forms.TypedChoiceField(
        label=gettext_lazy("How satisfied are municipality and residents together?"),
        choices=[("", "–"), *((str(number), str(number)) for number in range(1, 6))],
        coerce=int,
        empty_value=None,
        required=False,
        help_text=gettext_lazy("1: not at all. 5: very."),
    )

    class Meta:
        model = FollowUp
        fields = ("spent_cents", "satisfaction", "text")
        widgets = {"text": text_area(5)}

    def __init__(self, *args: Any, tasks: list[PlanTask], cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version
        self.tasks = tasks
        for task in tasks:
            self.fields[f"back_{task.pk}"] = forms.BooleanField(
                label=_("Taken back by the municipality: %(task)s") % {"task": task.title},
                required=False,
                initial=task.taken_back_on is not None,
            )
        self.helper = helper(self, submit=_("Save"), cancel_url=cancel_url, guard=True)

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: self.cleaned_data[name] for name in ("spent_cents", "satisfaction", "text")}

    def taken_back(self) -> dict[int, bool]:
        return {task.pk: self.cleaned_data[f"back_{task.pk}"] for task in self.tasks}
