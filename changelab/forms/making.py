"""Forms of what a lab makes: stakeholders, observations, insights, prototypes, obstacles, reflections."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from changelab.enums import Movement, ObstacleState, ReflectionMoment
from changelab.models import Insight, Lab, LabMember, Observation, Obstacle, Prototype, Stakeholder
from foundation.core.forms import DateInput, helper
from foundation.meetings.models import Meeting

LONG = {"class": "input--long"}


def text_area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ItemForm(forms.ModelForm):
    """A form of something that counts its versions; a new one has none yet."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, lab: Lab, cancel_url: str = "", submit: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lab = lab
        if self.instance.pk:
            self.initial["version"] = self.instance.version
        for field in self.fields.values():
            if isinstance(field, forms.TypedChoiceField):
                offered: Any = field.choices
                field.choices = [(code, capfirst(label) if code else _("Choose …")) for code, label in offered]
        self.shape()
        self.helper = helper(self, submit=submit or _("Save"), cancel_url=cancel_url, guard=True)

    def shape(self) -> None:
        """Narrow choices to this lab."""

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "sent_key")}


class StakeholderForm(ItemForm):
    class Meta:
        model = Stakeholder
        fields = ("name", "kind", "role", "interest", "influence", "holds", "presence")
        widgets = {"name": forms.TextInput(attrs=LONG), "role": forms.TextInput(attrs=LONG), "holds": text_area(3)}
        help_texts = {
            "name": gettext_lazy("A role or an organisation, no names of private people: the whole cohort reads this."),
            "interest": gettext_lazy("1: hardly touched. 5: their daily life."),
            "influence": gettext_lazy("1: hardly any. 5: nothing happens without them."),
        }


class StakeholderInviteForm(forms.Form):
    """Asking somebody into the room for a stakeholder."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120, required=False)

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=_("Send the invitation"), cancel_url=cancel_url)


class ObservationForm(ItemForm):
    sent_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Observation
        fields = ("text", "source", "who")
        widgets = {"text": text_area(3)}
        help_texts = {"who": gettext_lazy("For example: a mother of two. No names.")}


class RoomForm(forms.Form):
    """One field, for a telephone in the room."""

    text = forms.CharField(
        label=gettext_lazy("What did you see or hear?"),
        max_length=2_000,
        widget=text_area(5),
        help_text=gettext_lazy("Only what you saw or heard, in a sentence or two. Write no names of people."),
    )
    sent_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=_("Bring it in"))


class InsightForm(ItemForm):
    class Meta:
        model = Insight
        fields = ("text", "more")
        widgets = {"text": forms.TextInput(attrs=LONG), "more": text_area(4)}


class PrototypeForm(ItemForm):
    class Meta:
        model = Prototype
        fields = ("title", "hypothesis", "insight", "try_out", "learned", "next_try")
        widgets = {
            "title": forms.TextInput(attrs=LONG),
            "hypothesis": text_area(3),
            "try_out": text_area(4),
            "learned": text_area(4),
            "next_try": text_area(3),
        }

    def shape(self) -> None:
        insight: Any = self.fields["insight"]
        insight.queryset = Insight.objects.filter(lab=self.lab, withdrawn_at=None)
        insight.empty_label = _("None")


class ObstacleForm(ItemForm):
    class Meta:
        model = Obstacle
        fields = ("kind", "title", "text", "owner", "way_out", "due_on")
        widgets = {
            "title": forms.TextInput(attrs=LONG),
            "text": text_area(4),
            "way_out": text_area(4),
            "due_on": DateInput,
        }

    def shape(self) -> None:
        owner: Any = self.fields["owner"]
        owner.queryset = LabMember.objects.present().filter(lab=self.lab).select_related("user")
        owner.empty_label = _("Nobody yet")


class ObstacleStateForm(forms.Form):
    """How an obstacle stands."""

    state = forms.ChoiceField(label=gettext_lazy("How does it stand?"), choices=ObstacleState.choices)
    note = forms.CharField(label=gettext_lazy("What happened?"), widget=text_area(3), max_length=2_000, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [  # type: ignore[attr-defined]
            (code, str(label).capitalize()) for code, label in ObstacleState.choices
        ]
        self.helper = helper(self, submit=_("Save"), cancel_url=cancel_url)


class ReflectionForm(forms.Form):
    """What somebody thinks before or after a meeting."""

    meeting = forms.ModelChoiceField(
        queryset=Meeting.objects.none(),
        label=gettext_lazy("About which meeting?"),
        required=False,
        empty_label=gettext_lazy("The lab as a whole"),
    )
    moment = forms.ChoiceField(label=gettext_lazy("When?"), choices=ReflectionMoment.choices)
    text = forms.CharField(label=gettext_lazy("What do you think?"), widget=text_area(5), max_length=4_000)
    is_shared = forms.BooleanField(
        label=gettext_lazy("Share it with the people of the lab"),
        required=False,
        help_text=gettext_lazy("Otherwise nobody reads it but you."),
    )

    def __init__(self, *args: Any, meetings: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["meeting"].queryset = meetings  # type: ignore[attr-defined]
        self.fields["moment"].choices = [  # type: ignore[attr-defined]
            (code, str(label).capitalize()) for code, label in ReflectionMoment.choices
        ]
        self.helper = helper(self, submit=_("Save"), cancel_url=cancel_url, guard=True)


class CheckForm(forms.Form):
    """A line of one's own on a checklist."""

    movement = forms.ChoiceField(label=gettext_lazy("In which movement?"), choices=Movement.choices)
    text = forms.CharField(
        label=gettext_lazy("What has to be done?"), max_length=200, widget=forms.TextInput(attrs=LONG)
    )

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["movement"].choices = [  # type: ignore[attr-defined]
            (code, str(label).capitalize()) for code, label in Movement.choices
        ]
        self.helper = helper(self, submit=_("Add it"), cancel_url=cancel_url)
