"""Forms of the staff pages of a process."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.core.forms import DateInput, EuroField, explain, helper
from foundation.municipalities.models import Area, Municipality
from foundation.municipalities.queries import inhabited_neighbourhoods, sectors_of
from participation.enums import Form, PhaseKind, ProcessRole
from participation.models import Phase, Process
from participation.outlines import OUTLINES, USUAL

LONG = {"class": "input--long"}


class AreaChoice(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple


class StartForm(forms.Form):
    """Beginning a process: its form, its name, its first day."""

    form = forms.ChoiceField(label=gettext_lazy("Which form?"), widget=forms.RadioSelect, choices=Form.choices)
    title = forms.CharField(
        label=gettext_lazy("What is it called?"),
        max_length=120,
        help_text=gettext_lazy("Name the subject, for example: the square at the Merwede street."),
        widget=forms.TextInput(attrs=LONG),
    )
    starts_on = forms.DateField(
        label=gettext_lazy("First day"),
        widget=DateInput,
        help_text=gettext_lazy("The phases follow from it. You can change everything before you publish."),
    )

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form"].choices = [(code, str(label).capitalize()) for code, label in Form.choices]  # type: ignore[attr-defined]
        explain(self.fields["form"], {code: str(outline.description) for code, outline in OUTLINES.items()})
        self.helper = helper(self, submit=_("Make the preparation"), cancel_url=cancel_url)


class CopyForm(forms.Form):
    title = forms.CharField(
        label=gettext_lazy("What is it called?"), max_length=120, widget=forms.TextInput(attrs=LONG)
    )
    starts_on = forms.DateField(label=gettext_lazy("First day"), widget=DateInput)

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=_("Make the preparation"), cancel_url=cancel_url)


class PlanForm(forms.ModelForm):
    """The plan: subject, why, what is open and fixed, frame."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    areas = AreaChoice(Area.objects.none(), label=gettext_lazy("Where?"), required=False)
    money_cents = EuroField(label=gettext_lazy("How much money is there?"), required=False)

    class Meta:
        model = Process
        fields = [
            *("title", "summary", "why", "form", "level", "open_text", "fixed_text", "money_cents", "money_text"),
            *("decides", "aftermath", "sector"),
        ]
        widgets = {
            "title": forms.TextInput(attrs=LONG),
            "summary": forms.Textarea(attrs={"rows": 3}),
            "why": forms.Textarea(attrs={"rows": 6}),
            "open_text": forms.Textarea(attrs={"rows": 4}),
            "fixed_text": forms.Textarea(attrs={"rows": 4}),
            "money_text": forms.Textarea(attrs={"rows": 3}),
            "aftermath": forms.Textarea(attrs={"rows": 4}),
            "decides": forms.TextInput(attrs=LONG),
        }
        help_texts = {
            "summary": gettext_lazy("One or two sentences. They stand in lists and mails."),
            "open_text": gettext_lazy("What can residents still change?"),
            "fixed_text": gettext_lazy("What stands already, and why?"),
            "decides": gettext_lazy("For example: the council, on 24 June."),
            "aftermath": gettext_lazy("When is it carried out? When do residents hear what was done with it?"),
        }

    def __init__(self, *args: Any, municipality: Municipality, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["areas"].queryset = inhabited_neighbourhoods(municipality).defer("geometry")
        fields["areas"].initial = list(self.instance.areas.all()) if self.instance.pk else []
        fields["areas"].help_text = _("Choose nothing if it is about the whole municipality.")
        fields["sector"].queryset = sectors_of(municipality)
        fields["sector"].empty_label = _("none")
        fields["version"].initial = self.instance.version
        self.initial["version"] = self.instance.version
        self.helper = helper(self, submit=_("Save the plan"), cancel_url=cancel_url, guard=True)

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "areas")}


class PhaseForm(forms.Form):
    """A phase; days in Amsterdam, from the beginning of the first until the end of the last, or with a time of day."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=gettext_lazy("What can be done?"), choices=PhaseKind.choices)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=100, required=False, widget=forms.TextInput(LONG))
    intro = forms.CharField(
        label=gettext_lazy("What can one do now?"),
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    outcome = forms.CharField(
        label=gettext_lazy("What will come of it?"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    first_day = forms.DateField(label=gettext_lazy("First day"), widget=DateInput)
    first_time = forms.TimeField(
        label=gettext_lazy("At"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    last_day = forms.DateField(label=gettext_lazy("Last day"), widget=DateInput)
    last_time = forms.TimeField(
        label=gettext_lazy("Until what time"),
        required=False,
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        help_text=gettext_lazy("Leave it empty for the end of that day."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why do the dates move?"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Only when you move dates. Followers read it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, process: Process, phase: Phase | None, cancel_url: str = "", **kwargs: Any) -> None:
        initial: dict[str, Any] = {"version": process.version}
        if phase is not None:
            opens, closes = timezone.localtime(phase.opens_at), timezone.localtime(phase.closes_at)
            whole_day = closes.time() == time()
            initial |= {
                "kind": phase.kind,
                "title": phase.title,
                "intro": phase.intro,
                "outcome": phase.outcome,
                "first_day": opens.date(),
                "first_time": None if opens.time() == time() else opens.time(),
                "last_day": closes.date() - timedelta(days=1) if whole_day else closes.date(),
                "last_time": None if whole_day else closes.time(),
            }
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        if not process.is_public:
            del self.fields["reason"]
        self.helper = helper(self, submit=_("Save the phase"), cancel_url=cancel_url)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "first_day" in data and "last_day" in data:
            opens = _moment(data["first_day"], data.get("first_time"))
            last = data.get("last_time")
            closes = _moment(data["last_day"], last) if last else _moment(data["last_day"] + timedelta(days=1), None)
            if closes <= opens:
                self.add_error("last_day", _("A phase ends after it begins."))
            data["opens_at"], data["closes_at"] = opens, closes
        if not data.get("title") and data.get("kind"):
            title, intro, outcome = USUAL[data["kind"]]
            data["title"] = str(title)
            data["intro"] = data.get("intro") or str(intro)
            data["outcome"] = data.get("outcome") or str(outcome)
        return data

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            name: self.cleaned_data[name] for name in ("kind", "title", "intro", "outcome", "opens_at", "closes_at")
        }


class RoleForm(forms.Form):
    """Giving somebody a role, by the address of their account."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("Of somebody with an account here: a colleague or a resident."),
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=ProcessRole.choices)
    is_public = forms.BooleanField(label=gettext_lazy("Show the name on the page"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=_("Give this role"))


class ReasonForm(forms.Form):
    """Why something ends or begins anew."""

    reason = forms.CharField(label=gettext_lazy("Why?"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, submit: str, cancel_url: str = "", danger: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=submit, cancel_url=cancel_url, danger=danger)


def _moment(day: Any, at: time | None) -> datetime:
    return timezone.make_aware(datetime.combine(day, at or time()))
