"""Forms of views, answers, decisions, execution and the final report."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.core import clock
from foundation.core.forms import DateInput, EuroField, helper
from participation.enums import AnswerOutcome
from participation.enums_outcome import DECIDED, Body, Channel, DecisionState
from participation.models import Contribution, Decision, Milestone

LONG = {"class": "input--long"}


class GiveViewForm(forms.Form):
    """A resident's view on the draft."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("Your view"),
        max_length=20_000,
        help_text=gettext_lazy(
            "Say what you think of the draft and why. Everybody can read this text: leave names and addresses out."
        ),
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    name_is_public = forms.BooleanField(label=gettext_lazy("Show my name with it"), required=False)

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid.uuid4
        self.helper = helper(self, submit=_("Send your view"), cancel_url=cancel_url, guard=True)


class EnterViewForm(forms.Form):
    """A view that came in another way."""

    channel = forms.ChoiceField(label=gettext_lazy("How did it come in?"))
    received_on = forms.DateField(label=gettext_lazy("Received on"), widget=DateInput)
    sender = forms.CharField(
        label=gettext_lazy("Sent by"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Only staff reads this; it is needed to send the answer."),
        widget=forms.TextInput(LONG),
    )
    text = forms.CharField(
        label=gettext_lazy("What it says"),
        max_length=20_000,
        help_text=gettext_lazy("Everybody can read this text: leave names and addresses out."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = [choice for choice in Channel.choices if choice[0] != Channel.ONLINE]  # type: ignore[attr-defined]
        self.fields["received_on"].initial = clock.today
        self.helper = helper(self, submit=_("Write it down"), cancel_url=cancel_url)


class AnswerForm(forms.Form):
    """The answer to one contribution."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=gettext_lazy("What was done with it?"), widget=forms.RadioSelect, choices=AnswerOutcome.choices
    )
    text = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=10_000,
        help_text=gettext_lazy("Write to the person who said it. Everybody can read the answer."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, contribution: Contribution, cancel_url: str = "", **kwargs: Any) -> None:
        kwargs["initial"] = {
            "version": contribution.version,
            "outcome": contribution.answer_outcome,
            "text": contribution.answer,
        }
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = [(code, str(label).capitalize()) for code, label in AnswerOutcome.choices]  # type: ignore[attr-defined]
        self.helper = helper(self, submit=_("Save the answer"), cancel_url=cancel_url)


class DecisionForm(forms.ModelForm):
    """A proposal to who decides, with its dates."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    url = forms.URLField(
        label=gettext_lazy("Address of the documents"),
        max_length=300,
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("Where the documents of the council stand."),
        widget=forms.URLInput(LONG),
    )

    class Meta:
        model = Decision
        fields = ["body", "title", "proposal", "reference", "url", "submitted_on", "committee_on", "decides_on"]
        widgets = {
            "title": forms.TextInput(attrs=LONG),
            "proposal": forms.Textarea(attrs={"rows": 8}),
            "submitted_on": DateInput,
            "committee_on": DateInput,
            "decides_on": DateInput,
        }
        help_texts = {
            "decides_on": gettext_lazy("Followers get a message with this day."),
        }

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version if self.instance.pk else None
        body: Any = self.fields["body"]
        body.choices = [("", _("Choose")), *Body.choices]
        self.helper = helper(self, submit=_("Save the proposal"), cancel_url=cancel_url, guard=True)

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class RecordForm(forms.Form):
    """What was decided."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    state = forms.ChoiceField(label=gettext_lazy("What was decided?"), widget=forms.RadioSelect)
    decided_on = forms.DateField(label=gettext_lazy("On which day?"), widget=DateInput)
    text = forms.CharField(
        label=gettext_lazy("The decision in plain words"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    reasons = forms.CharField(
        label=gettext_lazy("The reasons"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 6})
    )

    def __init__(self, *args: Any, decision: Decision, cancel_url: str = "", **kwargs: Any) -> None:
        kwargs["initial"] = {"version": decision.version, "decided_on": decision.decides_on or clock.today()}
        super().__init__(*args, **kwargs)
        states = (*DECIDED, DecisionState.WITHDRAWN)
        self.fields["state"].choices = [(state.value, str(state.label).capitalize()) for state in states]  # type: ignore[attr-defined]
        self.helper = helper(self, submit=_("Record the decision"), cancel_url=cancel_url, guard=True)


class MilestoneForm(forms.Form):
    """A step of the execution."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label=gettext_lazy("What?"), max_length=160, widget=forms.TextInput(LONG))
    due_on = forms.DateField(label=gettext_lazy("Planned on"), widget=DateInput)
    text = forms.CharField(
        label=gettext_lazy("More about it"), max_length=4_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    note = forms.CharField(
        label=gettext_lazy("Why does it come later?"),
        max_length=4_000,
        required=False,
        help_text=gettext_lazy("Only when the day moves back. Everybody can read it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, milestone: Milestone | None, cancel_url: str = "", **kwargs: Any) -> None:
        if milestone is not None:
            names = ("version", "title", "due_on", "text", "note")
            kwargs["initial"] = {name: getattr(milestone, name) for name in names}
        super().__init__(*args, **kwargs)
        if milestone is None:
            del self.fields["note"]
        self.helper = helper(self, submit=_("Save the milestone"), cancel_url=cancel_url)


class CloseMilestoneForm(forms.Form):
    """Done, or not done."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    done = forms.TypedChoiceField(
        label=gettext_lazy("How did it end?"),
        widget=forms.RadioSelect,
        choices=[("ja", gettext_lazy("It is done")), ("nee", gettext_lazy("It will not be done"))],
        coerce=lambda value: value == "ja",
        initial="ja",
    )
    on = forms.DateField(
        label=gettext_lazy("Done on"), required=False, widget=DateInput, help_text=gettext_lazy("Empty: today.")
    )
    note = forms.CharField(
        label=gettext_lazy("How did it go, or why not?"),
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, milestone: Milestone, cancel_url: str = "", **kwargs: Any) -> None:
        kwargs["initial"] = {"version": milestone.version, "note": milestone.note, "done": "ja"}
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=_("Close the milestone"), cancel_url=cancel_url)


class StartForm(forms.Form):
    """What a proposal gets when it becomes an initiative."""

    budget_cents = EuroField(label=gettext_lazy("Budget"), required=False)

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=_("Make it an initiative"), cancel_url=cancel_url)


class ReportForm(forms.Form):
    """The text of the final report."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("The text"),
        max_length=60_000,
        help_text=gettext_lazy(
            "It began as a draft from the facts: make it yours. The facts themselves follow below it by themselves."
        ),
        widget=forms.Textarea(attrs={"rows": 24}),
    )

    def __init__(self, *args: Any, text: str, version: int, cancel_url: str = "", **kwargs: Any) -> None:
        kwargs["initial"] = {"text": text, "version": version}
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=_("Save the text"), cancel_url=cancel_url, guard=True)
