"""Forms of working groups and open tables."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.core.forms import DateTimeInput, helper
from participation.enums_groups import USUAL_TARGETS, SeatRole
from participation.models import Group, Process

LONG = {"class": "input--long"}


class GroupForm(forms.ModelForm):
    """A group: what it is for, its themes, how it is composed."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    sign_up_until = forms.DateTimeField(
        label=gettext_lazy("Sign up until"),
        required=False,
        widget=DateTimeInput,
        help_text=gettext_lazy("Day and time. Leave it empty if one can sign up as long as the group is open."),
    )

    class Meta:
        model = Group
        fields = ["title", "purpose", "themes", "deepens", "sign_up_until", "is_open"]
        widgets = {
            "title": forms.TextInput(attrs=LONG),
            "purpose": forms.Textarea(attrs={"rows": 4}),
            "themes": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "themes": gettext_lazy("One per line. An open table chooses them; each can get a group that deepens it."),
            "deepens": gettext_lazy("Only for a group that works out one theme of another group."),
        }

    def __init__(self, *args: Any, process: Process, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["deepens"].queryset = process.groups.exclude(pk=self.instance.pk)
        fields["deepens"].empty_label = _("no other group")
        self.initial["version"] = self.instance.version if self.instance.pk else None
        there = {t.role: t.seats for t in self.instance.targets.all()} if self.instance.pk else USUAL_TARGETS
        for role in SeatRole:
            fields[f"seats_{role.value}"] = forms.IntegerField(
                label=_("Places for %(role)s") % {"role": role.label},
                required=False,
                min_value=0,
                max_value=500,
                initial=there.get(role.value, 0),
            )
        self.helper = helper(self, submit=_("Save the group"), cancel_url=cancel_url, guard=True)

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def targets(self) -> dict[str, int]:
        """Role -> places."""
        return {role.value: self.cleaned_data.get(f"seats_{role.value}") or 0 for role in SeatRole}


class SignUpForm(forms.Form):
    """Signing up for a group."""

    role = forms.ChoiceField(label=gettext_lazy("As who?"), widget=forms.RadioSelect)
    motivation = forms.CharField(
        label=gettext_lazy("Why do you want to take part?"),
        max_length=2_000,
        required=False,
        help_text=gettext_lazy("Only the chair and the municipality read this."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    name_is_public = forms.BooleanField(
        label=gettext_lazy("Show my name on the page if I get a place"), required=False, initial=True
    )

    def __init__(self, *args: Any, roles: list[str], cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(role, str(SeatRole(role).label).capitalize()) for role in roles]
        self.fields["role"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.fields["role"].initial = choices[0][0]
        self.helper = helper(self, submit=_("Sign up"), cancel_url=cancel_url)


class FrameworkForm(forms.Form):
    """What a group advises."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("What the group advises"),
        max_length=40_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 20}),
    )

    def __init__(self, *args: Any, group: Group, cancel_url: str = "", **kwargs: Any) -> None:
        kwargs["initial"] = {"version": group.version, "text": group.framework}
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=_("Save the advice"), cancel_url=cancel_url, guard=True)


class DrawForm(forms.Form):
    """Drawing lots."""

    role = forms.ChoiceField(label=gettext_lazy("Among whom?"), widget=forms.RadioSelect)
    seed = forms.CharField(
        label=gettext_lazy("What the lots follow from"),
        max_length=200,
        required=False,
        help_text=gettext_lazy(
            "For example the numbers of the lottery of a day that was agreed on before. Empty: the computer makes it up. "
            "It is published, so that anybody can draw the lots again."
        ),
        widget=forms.TextInput(LONG),
    )

    def __init__(self, *args: Any, roles: list[str], cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role, str(SeatRole(role).label).capitalize()) for role in roles]  # type: ignore[attr-defined]
        self.helper = helper(self, submit=_("Draw the lots"), cancel_url=cancel_url)
