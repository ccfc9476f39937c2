"""Forms of the problem analysis."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import HTML, Fieldset
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.core.forms import helper
from foundation.municipalities.models import Area
from foundation.municipalities.queries import inhabited_neighbourhoods
from participation.models import Problem, Process

LONG = {"class": "input--long"}
MAP = '{% include "participation/_place_map.html" %}'


class PlacedForm(forms.Form):
    """A form with a place: a neighbourhood, words, and a point that a click on the map sets."""

    neighbourhood = forms.ModelChoiceField(
        label=gettext_lazy("In which neighbourhood?"),
        queryset=Area.objects.none(),
        required=False,
        to_field_name="code",
        empty_label=gettext_lazy("The whole municipality"),
    )
    place = forms.CharField(
        label=gettext_lazy("Where exactly?"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("For example a street, a square or a building. Not your own address."),
        widget=forms.TextInput(attrs=LONG),
    )
    lon = forms.FloatField(required=False, widget=forms.HiddenInput, min_value=-180, max_value=180)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput, min_value=-90, max_value=90)

    def place_in(self, process: Process) -> None:
        """Offer the neighbourhoods of the process, or those of the whole municipality."""
        areas = inhabited_neighbourhoods(process.municipality).defer("geometry", "parent__geometry").order_by("name")
        self.fields["neighbourhood"].queryset = areas  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A point without a neighbourhood, or half a point, is none."""
        cleaned = super().clean() or {}
        if cleaned.get("neighbourhood") is None or None in (cleaned.get("lon"), cleaned.get("lat")):
            cleaned["lon"] = cleaned["lat"] = None
        return cleaned


class ProblemForm(PlacedForm):
    title = forms.CharField(
        label=gettext_lazy("What is the problem, in one sentence?"),
        max_length=120,
        help_text=gettext_lazy("For example: in the evening the square is too dark to cross."),
        widget=forms.TextInput(attrs=LONG),
    )
    text = forms.CharField(
        label=gettext_lazy("What do you see happening?"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 6})
    )
    causes = forms.CharField(
        label=gettext_lazy("What causes it, do you think?"),
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    touched = forms.CharField(
        label=gettext_lazy("Who does it touch?"),
        max_length=2_000,
        required=False,
        help_text=gettext_lazy("For example: children who walk to school. Don't give names."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    author_is_public = forms.BooleanField(label=gettext_lazy("Show my name with it"), required=False)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    field_order = ("title", "text", "causes", "touched")

    def __init__(
        self, *args: Any, process: Process, has_map: bool, submit: str, cancel_url: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.place_in(process)
        where: list[Any] = [HTML(MAP)] if has_map else []
        self.helper = helper(
            self,
            Fieldset(_("The problem"), "title", "text", "causes", "touched"),
            Fieldset(_("Where"), *where, "neighbourhood", "place"),
            "author_is_public",
            *("lon", "lat", "key", "version"),
            submit=submit,
            cancel_url=cancel_url,
            guard=True,
        )

    def values(self) -> dict[str, Any]:
        """What the service is asked to keep."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("key", "version")}


class StatementForm(forms.Form):
    """The chair makes one description of the chosen problems."""

    title = forms.CharField(
        label=gettext_lazy("The shared problem in one sentence"), max_length=160, widget=forms.TextInput(attrs=LONG)
    )
    text = forms.CharField(
        label=gettext_lazy("The shared description"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy("What is going on, what causes it, who it touches. Everybody can read it."),
    )
    sources = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Made from these problems"),
        queryset=Problem.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Who brought one in is told, once. Take a tick away to take a problem out again."),
    )
    note = forms.CharField(
        label=gettext_lazy("What changed in this version?"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs=LONG),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, process: Process, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Problem.objects.filter(process=process).public().defer("search", "text", "causes", "touched")
        self.fields["sources"].queryset = rows.order_by("-endorsements_total", "-pk")  # type: ignore[attr-defined]
        self.helper = helper(
            self, submit=_("Publish the shared description"), cancel_url=cancel_url, guard=True, wide=True
        )
