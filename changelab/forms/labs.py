"""Forms of a lab: what it is about, and its people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from changelab.enums import LabRole
from changelab.models import Lab
from foundation.core.forms import helper
from foundation.municipalities.models import Area
from foundation.municipalities.queries import inhabited_neighbourhoods

LONG = {"class": "input--long"}


class LabForm(forms.ModelForm):
    """What a lab is about and where."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    areas = forms.ModelMultipleChoiceField(
        Area.objects.none(),
        label=gettext_lazy("Which neighbourhoods?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Lab
        fields = ("title", "summary", "question", "tasks_text", "area_text")
        widgets = {
            "title": forms.TextInput(attrs=LONG),
            "summary": forms.Textarea(attrs={"rows": 3}),
            "question": forms.Textarea(attrs={"rows": 4}),
            "tasks_text": forms.Textarea(attrs={"rows": 4}),
            "area_text": forms.TextInput(attrs=LONG),
        }

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version
        areas: Any = self.fields["areas"]
        if self.instance.tenant is None:
            del self.fields["areas"]
        else:
            areas.queryset = inhabited_neighbourhoods(self.instance.tenant).defer("geometry")
            areas.initial = list(self.instance.areas.all())
            areas.label_from_instance = lambda area: (
                _("%(name)s (attention area)") % {"name": area.name} if area.is_attention_area else area.name
            )
        self.helper = helper(self, submit=_("Save"), cancel_url=cancel_url, guard=True)

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        if "areas" in values:
            values["areas"] = list(values["areas"])
        return values


class InviteForm(forms.Form):
    """Asking somebody into the lab."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120, required=False)
    # A lead can do everything in a lab: that is chosen, never given by the way.
    role = forms.ChoiceField(
        label=gettext_lazy("What are they in the lab?"), choices=LabRole.choices, initial=LabRole.RESIDENT
    )
    function = forms.CharField(label=gettext_lazy("Function or organisation"), max_length=120, required=False)

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (code, str(label).capitalize()) for code, label in LabRole.choices
        ]
        self.helper = helper(self, submit=_("Send the invitation"), cancel_url=cancel_url)


class RoleForm(forms.Form):
    """Giving somebody another role."""

    role = forms.ChoiceField(label=gettext_lazy("What are they in the lab?"), choices=LabRole.choices)

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (code, str(label).capitalize()) for code, label in LabRole.choices
        ]
        self.helper = helper(self, submit=_("Save"), cancel_url=cancel_url)
