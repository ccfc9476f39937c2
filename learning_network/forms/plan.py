"""Forms of the parts of a plan: phases, learning questions, partners, costs, ground rules, roles."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Row
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from foundation.core.forms import DateInput, EuroField, helper
from learning_network.enums import PartnerKind, ProgrammeRoleKind, QuestionTheme
from learning_network.models import Phase

LONG = {"class": "input--long"}


class PhaseForm(forms.Form):
    """One phase among the others on the page; the last one is empty, for one more."""

    id = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label=gettext_lazy("Name of the phase"), max_length=100, widget=forms.TextInput(attrs=LONG))
    purpose = forms.CharField(
        label=gettext_lazy("What happens in it?"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    starts_on = forms.DateField(label=gettext_lazy("First day"), widget=DateInput)
    ends_on = forms.DateField(label=gettext_lazy("Last day"), widget=DateInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, tag=False)
        self.helper.disable_csrf = True

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        first, last = told.get("starts_on"), told.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("A phase ends on or after its first day."))
        return told


class BasePhases(forms.BaseFormSet):
    """All phases of a programme on one page."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        deletion: Any = form.fields.get("DELETE")
        if deletion is not None:
            deletion.label = _("Take this phase away")
        names = ["id", "title", "purpose", Row("starts_on", "ends_on")]
        form.helper = helper(form, *names, *(["DELETE"] if form.initial else []), tag=False)
        form.helper.disable_csrf = True

    def told(self) -> list[dict[str, Any]]:
        """What the service takes: without those that go, and without the empty one."""
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        return [{name: row[name] for name in ("id", "title", "purpose", "starts_on", "ends_on")} for row in rows]


PhaseFormSet = forms.formset_factory(PhaseForm, formset=BasePhases, extra=1, can_delete=True, max_num=20)


def phases_as_initial(phases: list[Phase]) -> list[dict[str, Any]]:
    return [
        {
            "id": phase.pk,
            "title": phase.title,
            "purpose": phase.purpose,
            "starts_on": phase.starts_on,
            "ends_on": phase.ends_on,
        }
        for phase in phases
    ]


class ShiftForm(forms.Form):
    """Moving all phases at once."""

    first = forms.DateField(
        label=gettext_lazy("New first day of the programme"),
        widget=DateInput,
        help_text=gettext_lazy("All phases move along; they stay as long as they are."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=_("Move all phases"))


class QuestionForm(forms.Form):
    """A question on the learning agenda."""

    theme = forms.ChoiceField(label=gettext_lazy("Theme"), choices=QuestionTheme)
    text = forms.CharField(label=gettext_lazy("Question"), max_length=300, widget=forms.TextInput(attrs=LONG))

    def __init__(self, *args: Any, submit: str = "", cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=submit or _("Add this question"), cancel_url=cancel_url)


class PartnerForm(forms.Form):
    """Who carries the programme besides its municipalities."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120, widget=forms.TextInput(attrs=LONG))
    kind = forms.ChoiceField(label=gettext_lazy("What do they do?"), choices=PartnerKind)
    amount_cents = EuroField(label=pgettext_lazy("money", "Amount"), required=False)
    url = forms.URLField(
        label=gettext_lazy("Web address"), required=False, assume_scheme="https", widget=forms.URLInput(attrs=LONG)
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=300, required=False, widget=forms.TextInput(attrs=LONG)
    )

    def __init__(self, *args: Any, submit: str = "", cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=submit or _("Add this partner"), cancel_url=cancel_url)

    def values(self) -> dict[str, Any]:
        return self.cleaned_data | {"amount_cents": self.cleaned_data["amount_cents"] or 0}


class CostForm(forms.Form):
    """A line of what the programme costs."""

    name = forms.CharField(label=gettext_lazy("What for?"), max_length=120, widget=forms.TextInput(attrs=LONG))
    amount_cents = EuroField(label=pgettext_lazy("money", "Amount"))
    is_each = forms.BooleanField(
        label=gettext_lazy("For each municipality"),
        required=False,
        help_text=gettext_lazy("The amount counts as many times as there are municipalities in it."),
    )

    def __init__(self, *args: Any, submit: str = "", cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=submit or _("Add these costs"), cancel_url=cancel_url)

    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class RulesForm(forms.Form):
    """A new version of the ground rules."""

    text = forms.CharField(
        label=gettext_lazy("Ground rules"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy("Every rule on a line of its own, beginning with a dash."),
    )

    def __init__(self, *args: Any, running: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        submit = _("Publish, and ask everybody to accept them") if running else _("Save the ground rules")
        self.helper = helper(self, submit=submit, guard=True)


class RoleForm(forms.Form):
    """Somebody who runs the programme too."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("The address with which they have an account here."),
        widget=forms.EmailInput(attrs=LONG),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Role"), choices=ProgrammeRoleKind, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("kind", ProgrammeRoleKind.FACILITATOR)
        self.helper = helper(self, submit=_("Give this role"))


class LeadForm(forms.Form):
    """Somebody who may start programmes."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("The address with which they have an account here."),
        widget=forms.EmailInput(attrs=LONG),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=_("Appoint as programme lead"))


class ReasonForm(forms.Form):
    """Why a programme stops, or begins again."""

    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Everybody who reads the page of the programme reads this."),
    )

    def __init__(self, *args: Any, submit: str, cancel_url: str = "", danger: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=submit, cancel_url=cancel_url, danger=danger)
