"""Forms of advice: a question, an advice, and what was done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crispy_forms.layout import Fieldset
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.core.forms import DateInput, helper
from learning_network.enums import AdviceOutcome
from learning_network.forms._shared import LONG, PlaceField, need_programme, visibility_field
from learning_network.models import Advice, AdviceRequest

if TYPE_CHECKING:
    from learning_network.queries.places import Place


class AskForm(forms.ModelForm):
    """A question for advice."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    place = PlaceField()
    visibility = visibility_field()

    class Meta:
        model = AdviceRequest
        fields = ("title", "theme", "situation", "tried", "wants", "until", "visibility")
        labels = {
            "title": gettext_lazy("Your question in one sentence"),
            "situation": gettext_lazy("What is your situation?"),
            "tried": gettext_lazy("What did you try already?"),
            "wants": gettext_lazy("What do you want to know?"),
            "until": gettext_lazy("Until when does advice help you?"),
        }
        help_texts = {
            "situation": gettext_lazy("Enough for somebody who doesn't know your municipality. No names of residents."),
            "wants": gettext_lazy("The more exact you ask, the better the advice."),
        }
        widgets = {
            "title": forms.TextInput(attrs=LONG),
            "situation": forms.Textarea(attrs={"rows": 6}),
            "tried": forms.Textarea(attrs={"rows": 4}),
            "wants": forms.Textarea(attrs={"rows": 3}),
            "until": DateInput,
        }

    def __init__(self, *args: Any, places: list[Place] | None = None, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        new = self.instance.pk is None
        self.initial["version"] = self.instance.version
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
            Fieldset(_("Your question"), "title", "theme"),
            Fieldset(_("What others need to know"), "situation", "tried", "wants", "until"),
            Fieldset(_("Your readers"), *where),
            submit=_("Ask for advice") if new else _("Save your question"),
            cancel_url=cancel_url,
            guard=True,
        )

    def clean(self) -> dict[str, Any]:
        super().clean()
        if "place" in self.fields:
            need_programme(self)
        return self.cleaned_data

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "place")}


class GiveForm(forms.ModelForm):
    """An advice."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Advice
        fields = ("text",)
        labels = {"text": gettext_lazy("Your advice")}
        help_texts = {
            "text": gettext_lazy("Tell what you did yourselves and how it went. Who may read the question, reads this.")
        }
        widgets = {"text": forms.Textarea(attrs={"rows": 6})}

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version
        new = self.instance.pk is None
        self.helper = helper(
            self, submit=_("Give your advice") if new else _("Save your advice"), cancel_url=cancel_url, guard=True
        )


class CloseForm(forms.Form):
    """What was done with each advice, and as a whole."""

    closing = forms.CharField(
        label=gettext_lazy("What did you do in the end, and what came of it?"),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, advices: list[Advice], cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.advices = advices
        parts: list[Any] = []
        for number, advice in enumerate(advices, start=1):
            outcome, reason = f"outcome-{advice.pk}", f"reason-{advice.pk}"
            self.fields[outcome] = forms.ChoiceField(
                label=_("What did you do with it?"),
                choices=[(code, str(label).capitalize()) for code, label in AdviceOutcome.choices],
                widget=forms.RadioSelect,
                initial=advice.outcome or None,
            )
            self.fields[reason] = forms.CharField(
                label=_("Why?"),
                required=False,
                max_length=2_000,
                initial=advice.outcome_reason,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            who = ", ".join(str(part) for part in (advice.author, advice.municipality) if part) or _("somebody")
            legend = _("Advice %(number)d: %(who)s") % {"number": number, "who": who}
            parts.append(Fieldset(legend, outcome, reason))
        self.helper = helper(
            self, *parts, "closing", submit=_("Close the question and tell your advisers"), cancel_url=cancel_url
        )

    def outcomes(self) -> dict[int, tuple[str, str]]:
        """Key of the advice -> (outcome, why)."""
        data = self.cleaned_data
        return {one.pk: (data[f"outcome-{one.pk}"], data[f"reason-{one.pk}"]) for one in self.advices}
