"""Forms of the town hall: asking sectors, giving a view, a risk, a knot, a note, a score."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from crispy_forms.layout import Row
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.core import clock
from foundation.core.forms import DateInput, EuroField, explain, helper
from foundation.municipalities.models import Sector
from initiatives.enums import EscalatedTo, PublicValue, Stance
from initiatives.models import Initiative, Risk, SectorView
from initiatives.services.townhall import recipients

ANSWER_DAYS = 14
SCORES = [
    (-2, gettext_lazy("−2: takes away much")),
    (-1, gettext_lazy("−1: takes away a little")),
    (0, gettext_lazy("0: changes nothing")),
    (1, gettext_lazy("+1: adds a little")),
    (2, gettext_lazy("+2: adds much")),
]


def _area(
    label: Any, help_text: Any = "", *, rows: int = 3, length: int = 2_000, required: bool = False
) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=length,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class AskForm(forms.Form):
    """Which sectors are asked, before when."""

    sectors = forms.ModelMultipleChoiceField(
        Sector.objects.none(), label=gettext_lazy("Sectors"), widget=forms.CheckboxSelectMultiple
    )
    answer_by = forms.DateField(label=gettext_lazy("Answer before"), widget=DateInput)
    question = _area(gettext_lazy("What do you want to know?"))

    def __init__(self, *args: Any, initiative: Initiative, cancel_url: str, **kwargs: Any) -> None:
        kwargs["initial"] = {"answer_by": clock.today() + timedelta(days=ANSWER_DAYS)}
        super().__init__(*args, **kwargs)
        asked = initiative.sector_views.values("sector")
        field: Any = self.fields["sectors"]
        field.queryset = Sector.objects.filter(municipality=initiative.municipality).exclude(pk__in=asked)
        field.help_text = _("Residents see which sectors look at the plan and when they answered, never what they say.")
        self.helper = helper(self, submit=str(_("Ask these sectors")), cancel_url=cancel_url)


class ViewForm(forms.ModelForm):
    """What a sector says."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = SectorView
        fields = ("stance", "text", "condition", "benefit", "risk")
        widgets = {
            "stance": forms.RadioSelect,
            **{name: forms.Textarea(attrs={"rows": 3}) for name in ("text", "condition", "benefit", "risk")},
        }

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version
        fields: Any = self.fields
        fields["stance"].choices = Stance.choices
        fields["stance"].required = True
        explain(
            fields["stance"],
            {
                Stance.CONDITION: str(_("Say below what has to be arranged first.")),
                Stance.OBJECTION: str(_("An objection names what would take it away. So the plan can become better.")),
            },
        )
        fields["condition"].label = _("Under which condition would you agree?")
        fields["condition"].help_text = _("Needed with a condition or an objection.")
        fields["benefit"].help_text = _("What does your sector gain by this plan?")
        fields["risk"].help_text = _("What may go wrong that your sector would have to pay or answer for?")
        self.helper = helper(
            self,
            "version",
            "stance",
            "text",
            "condition",
            "benefit",
            "risk",
            submit=str(_("Give this view")),
            cancel_url=cancel_url,
            guard=True,
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if (
            cleaned.get("stance") in (Stance.CONDITION, Stance.OBJECTION)
            and not (cleaned.get("condition") or "").strip()
        ):
            self.add_error("condition", _("Write down under which condition you would agree."))
        return cleaned


class RiskForm(forms.ModelForm):
    """A risk with who carries it."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Risk
        fields = ("title", "likelihood", "impact", "owners", "measure", "state")
        widgets = {
            "likelihood": forms.NumberInput(attrs={"class": "input--number", "min": 1, "max": 5}),
            "impact": forms.NumberInput(attrs={"class": "input--number", "min": 1, "max": 5}),
            "owners": forms.CheckboxSelectMultiple,
            "measure": forms.Textarea(attrs={"rows": 3}),
            "state": forms.RadioSelect,
        }

    def __init__(self, *args: Any, initiative: Initiative, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.initiative = initiative
        self.initial["version"] = self.instance.version
        fields: Any = self.fields
        fields["owners"].queryset = Sector.objects.filter(municipality=initiative.municipality)
        fields["owners"].help_text = _("A risk that several sectors carry together stops nobody.")
        fields["likelihood"].help_text = _("1: hardly ever. 5: almost certainly.")
        fields["impact"].help_text = _("1: a nuisance. 5: very serious.")
        self.helper = helper(
            self,
            "version",
            "title",
            Row("likelihood", "impact"),
            "owners",
            "measure",
            "state",
            submit=str(_("Save this risk")),
            cancel_url=cancel_url,
            guard=True,
        )


class EscalateForm(forms.Form):
    """Whom the knot is laid before, and what they must decide."""

    person = forms.ChoiceField(label=gettext_lazy("Who must decide?"))
    question = _area(gettext_lazy("What must they decide?"), rows=5, length=3_000, required=True)

    def __init__(self, *args: Any, initiative: Initiative, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {f"{to}-{person.pk}": (to, person) for to in EscalatedTo for person in recipients(initiative, to)}
        field: Any = self.fields["person"]
        field.choices = [
            (
                str(group.label).capitalize(),
                [(key, str(person)) for key, (to, person) in self.people.items() if to == group],
            )
            for group in (EscalatedTo.ALDERMAN, EscalatedTo.DIRECTOR)
        ]
        field.help_text = _("They get a message at once.")
        self.helper = helper(self, submit=str(_("Lay it before them")), cancel_url=cancel_url)


class AnswerForm(forms.Form):
    answer = _area(gettext_lazy("Your answer"), rows=5, length=3_000, required=True)

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=str(_("Give this answer")), cancel_url=cancel_url)


class NoteForm(forms.Form):
    text = _area(gettext_lazy("Note for colleagues"), length=5_000, required=True)

    def __init__(self, *args: Any, action: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=str(_("Save this note")), action=action)


class ValueForm(forms.Form):
    """One score."""

    value = forms.ChoiceField(label=gettext_lazy("Value"), choices=PublicValue.choices)
    sector = forms.ModelChoiceField(Sector.objects.none(), label=gettext_lazy("Portfolio"), required=False)
    score = forms.TypedChoiceField(
        label=gettext_lazy("Score"), choices=SCORES, coerce=int, widget=forms.RadioSelect, initial=1
    )
    reasoning = _area(gettext_lazy("Why?"), required=True)
    cents_per_year = EuroField(
        label=gettext_lazy("Euros a year"),
        required=False,
        help_text=gettext_lazy("What it brings this portfolio in a year, where anybody can say."),
    )
    costs = forms.BooleanField(label=gettext_lazy("It costs this portfolio money"), required=False)

    def __init__(self, *args: Any, initiative: Initiative, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["sector"]
        field.queryset = Sector.objects.filter(municipality=initiative.municipality)
        field.empty_label = _("the municipality as a whole")
        self.helper = helper(self, submit=str(_("Save this score")), cancel_url=cancel_url)

    @property
    def cents(self) -> int | None:
        """The amount with its sign."""
        amount: int | None = self.cleaned_data.get("cents_per_year")
        return -amount if amount and self.cleaned_data.get("costs") else amount
