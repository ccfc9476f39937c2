"""Forms of the toolbox: a tool, and an experience with one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from crispy_forms.layout import Fieldset
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.core.forms import EuroField, helper
from learning_network import finder
from learning_network.forms._shared import LONG, PlaceField, need_programme, visibility_field
from learning_network.models import Practice, Tool, ToolExperience

if TYPE_CHECKING:
    from learning_network.queries.places import Place

_PRACTICE = re.compile(r"(?:^|://[^/\s]+)/leernetwerk/praktijken/(\d+)/?$")
_is_address = URLValidator(schemes=["http", "https"])


class LinksField(forms.CharField):
    """Web addresses, one per line, each with a name before it if one likes; cleans to ``[{"title": str, "url": str}]``."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return "\n".join(f"{one['title']} {one['url']}".strip() for one in value)
        return value

    def clean(self, value: Any) -> list[dict[str, str]]:  # type: ignore[override]
        found = []
        for line in super().clean(value).splitlines():
            *words, url = line.split() or [""]
            if not url:
                continue
            if not _PRACTICE.search(url):
                try:
                    _is_address(url)
                except ValidationError as error:
                    raise ValidationError(_("“%(line)s” does not end with a web address.") % {"line": line}) from error
            found.append({"title": " ".join(words), "url": url})
        return found


class ToolForm(forms.ModelForm):
    """A tool of the toolbox."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    place = PlaceField()
    visibility = visibility_field()
    matters = forms.MultipleChoiceField(
        label=gettext_lazy("For which situations?"), choices=finder.MATTERS, widget=forms.CheckboxSelectMultiple
    )
    moments = forms.MultipleChoiceField(
        label=gettext_lazy("When in a process?"), choices=finder.MOMENTS, widget=forms.CheckboxSelectMultiple
    )
    cost_cents = EuroField(label=gettext_lazy("What does it cost?"), required=False)
    links = LinksField(
        label=gettext_lazy("Practices and web pages"),
        required=False,
        help_text=gettext_lazy(
            "One per line: a name and then the address. The address of a practice in this network makes a link to it."
        ),
    )

    class Meta:
        model = Tool
        fields = (
            *("title", "summary", "situation", "steps", "needs", "hours", "people", "cost_cents", "time_needed"),
            *("matters", "moments", "links", "visibility"),
        )
        labels = {
            "title": gettext_lazy("What is the tool called?"),
            "summary": gettext_lazy("In one or two sentences"),
            "needs": gettext_lazy("What do you need?"),
            "hours": gettext_lazy("How many hours of work?"),
            "people": gettext_lazy("How many people do it?"),
            "time_needed": gettext_lazy("How long does it take from beginning to end?"),
        }
        help_texts = {
            "steps": gettext_lazy("One step per line."),
            "needs": gettext_lazy("One thing per line."),
        }
        widgets = {
            "title": forms.TextInput(attrs=LONG),
            "summary": forms.Textarea(attrs={"rows": 2}),
            "situation": forms.Textarea(attrs={"rows": 4}),
            "steps": forms.Textarea(attrs={"rows": 8}),
            "needs": forms.Textarea(attrs={"rows": 3}),
            "hours": forms.NumberInput(attrs={"class": "input--number"}),
            "people": forms.NumberInput(attrs={"class": "input--number"}),
            "time_needed": forms.RadioSelect,
        }

    def __init__(
        self,
        *args: Any,
        user: Any,
        places: list[Place] | None = None,
        linked: list[Practice] | None = None,
        cancel_url: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        new = self.instance.pk is None
        self.initial["version"] = self.instance.version
        known = [{"title": one.title, "url": one.get_absolute_url()} for one in linked or []]
        self.initial["links"] = [*known, *self.instance.links]
        self.fields["time_needed"].choices = finder.QUESTIONS[2].answers  # type: ignore[attr-defined]
        if new:
            self.fields["place"].offer(places or [])  # type: ignore[attr-defined]
            no_lab = not any(place.programme for place in places or [])
        else:
            del self.fields["place"]
            no_lab = self.instance.programme_id is None
        if no_lab:
            self.fields["visibility"].choices = list(self.fields["visibility"].choices)[1:]  # type: ignore[attr-defined]
        where = [name for name in ("place", "visibility") if name in self.fields]
        self.helper = helper(
            self,
            "version",
            Fieldset(_("The tool"), "title", "summary", "situation", "steps"),
            Fieldset(_("What it takes"), "needs", "hours", "people", "cost_cents", "time_needed"),
            Fieldset(_("How it is found"), "matters", "moments"),
            "links",
            Fieldset(_("Your readers"), *where),
            submit=_("Put it in the toolbox") if new else _("Save the tool"),
            cancel_url=cancel_url,
            guard=True,
        )

    def clean(self) -> dict[str, Any]:
        super().clean()
        if "place" in self.fields:
            need_programme(self)
        lines = self.cleaned_data.get("links") or []
        numbers = [(line, match.group(1)) for line in lines if (match := _PRACTICE.search(line["url"]))]
        found = Practice.objects.visible_to(self.user).in_bulk([int(number) for _line, number in numbers])
        for line, number in numbers:
            if int(number) not in found:
                self.add_error("links", _("There is no practice at %(url)s.") % {"url": line["url"]})
        self.cleaned_data["practices"] = list(found.values())
        self.cleaned_data["links"] = [line for line in lines if not _PRACTICE.search(line["url"])]
        return self.cleaned_data

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "place")}


class ExperienceForm(forms.ModelForm):
    """What happened when somebody used a tool."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = ToolExperience
        fields = ("worked", "text")
        widgets = {"worked": forms.RadioSelect, "text": forms.Textarea(attrs={"rows": 4})}
        help_texts = {"text": gettext_lazy("Who may read the tool, reads this too. No names of residents.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version
        worked: Any = self.fields["worked"]
        worked.choices = [(code, str(label).capitalize()) for code, label in worked.choices if code]
        new = self.instance.pk is None
        self.helper = helper(self, submit=_("Tell your experience") if new else _("Save your experience"))
