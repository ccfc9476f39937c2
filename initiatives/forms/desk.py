"""Forms of the desk: filter of the worklist, and one short form per step."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from crispy_forms.layout import Submit
from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.accounts.models import User
from foundation.core import clock
from foundation.core.forms import DateInput, explain, helper
from foundation.municipalities.models import Area, Municipality, Sector
from initiatives.enums import CompetentBody, InitiativeKind, InitiativeState, Outcome
from initiatives.models import Initiative
from initiatives.queries import worklist

ADDITIONS_DAYS = 14


class WorkFilter(forms.Form):
    """Which initiatives the worklist, the board and the export show; the names are those in the address."""

    lijst = forms.CharField(required=False, widget=forms.HiddenInput)
    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=80)
    soort = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    staat = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    sector = forms.ModelChoiceField(Sector.objects.none(), label=gettext_lazy("Sector"), required=False)
    buurt = forms.ModelChoiceField(Area.objects.none(), label=gettext_lazy("Neighbourhood"), required=False)
    contact = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("Contact"), required=False)
    volgorde = forms.ChoiceField(label=gettext_lazy("Order"), required=False)

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = str(_("All"))
        fields: Any = self.fields
        fields["soort"].choices = [("", every), *InitiativeKind.choices]
        fields["staat"].choices = [("", every), *((s.value, s.label) for s in InitiativeState if s != "draft")]
        fields["volgorde"].choices = [
            ("termijn", _("First the term that ends first")),
            ("nieuwste", _("Newest first")),
            ("oudste", _("Oldest first")),
            ("steun", _("Most support first")),
            ("titel", _("By title")),
        ]
        fields["sector"].queryset = Sector.objects.filter(municipality=municipality)
        fields["buurt"].queryset = (
            Area.objects.for_municipality(municipality).current().neighbourhoods().defer("geometry").order_by("name")
        )
        fields["contact"].queryset = worklist.staff_of(municipality)
        for name in ("sector", "buurt", "contact"):
            fields[name].empty_label = every
        self.helper = helper(
            self,
            "lijst",
            "q",
            "soort",
            "staat",
            "sector",
            "buurt",
            "contact",
            "volgorde",
            submit=str(_("Show")),
            method="get",
            css_class="filters",
            wide=True,
        )


class AssignForm(forms.Form):
    """Who becomes the contact of the ticked initiatives."""

    handler = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("Contact"), required=False)
    sector = forms.ModelChoiceField(Sector.objects.none(), label=gettext_lazy("Sector"), required=False)

    def __init__(self, *args: Any, municipality: Municipality, cancel_url: str, submit: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["handler"].queryset = worklist.staff_of(municipality)
        fields["handler"].empty_label = _("nobody")
        fields["handler"].help_text = _("The initiators see this name as their contact.")
        fields["sector"].queryset = Sector.objects.filter(municipality=municipality)
        fields["sector"].empty_label = _("as it is")
        self.helper = helper(self, submit=submit, cancel_url=cancel_url)


class StepForm(forms.Form):
    """What every step has: the version of the page that was read."""

    helper: Any  # crispy's, made by ``arrange``

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, initiative: Initiative, cancel_url: str, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": initiative.version, **self.first(initiative), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.initiative, self.cancel_url = initiative, cancel_url
        self.arrange()

    def first(self, initiative: Initiative) -> dict[str, Any]:
        """What the fields hold to begin with."""
        return {}

    def arrange(self) -> None:
        """Choices, helps and layout."""

    def offer_next(self) -> None:
        """A second button beside the first one: save, and go on with the next plan that waits."""
        button = Submit(
            "volgende", str(_("Save and go to the next plan")), css_class="utrecht-button--secondary-action"
        )
        self.helper.layout[-1].fields.insert(1, button)


def _text(label: Any, help_text: Any, rows: int = 5, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, max_length=10_000, widget=forms.Textarea(attrs={"rows": rows}), **more
    )


class AdditionsForm(StepForm):
    reason = _text(
        gettext_lazy("What is missing?"),
        gettext_lazy("Write to the initiators. Everybody can read it on the page of the plan."),
    )
    until = forms.DateField(label=gettext_lazy("Last day for additions"), widget=DateInput)

    def first(self, initiative: Initiative) -> dict[str, Any]:
        return {"until": clock.today() + timedelta(days=ADDITIONS_DAYS)}

    def arrange(self) -> None:
        self.helper = helper(self, submit=str(_("Ask for additions")), cancel_url=self.cancel_url, guard=True)


class ExtendForm(StepForm):
    weeks = forms.IntegerField(
        label=gettext_lazy("How many weeks more"),
        min_value=1,
        widget=forms.NumberInput(attrs={"class": "input--number"}),
    )
    reason = _text(
        gettext_lazy("Why do you need more time?"), gettext_lazy("The initiators and everybody else read this.")
    )

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:
        self.most = most
        super().__init__(*args, **kwargs)

    def arrange(self) -> None:
        weeks = self.fields["weeks"]
        weeks.help_text = _("At most %(weeks)s weeks.") % {"weeks": self.most}
        weeks.widget.attrs["max"] = self.most
        weeks.validators.append(MaxValueValidator(self.most))
        self.helper = helper(self, submit=str(_("Take more time")), cancel_url=self.cancel_url, guard=True)


class ForwardForm(StepForm):
    body = forms.ChoiceField(label=gettext_lazy("Who decides?"), widget=forms.RadioSelect)
    reason = _text(gettext_lazy("Why?"), gettext_lazy("The initiators and everybody else read this."), rows=4)

    def arrange(self) -> None:
        field: Any = self.fields["body"]
        field.choices = [(b.value, b.label) for b in CompetentBody if b != self.initiative.competent_body]
        self.helper = helper(self, submit=str(_("Send the plan on")), cancel_url=self.cancel_url)


class ReconsiderForm(StepForm):
    reason = _text(
        gettext_lazy("Why do you look at it again?"),
        gettext_lazy("For example: there was an objection, or the facts have changed. Everybody reads this."),
    )

    def arrange(self) -> None:
        self.helper = helper(self, submit=str(_("Look at it again")), cancel_url=self.cancel_url)


class HideForm(StepForm):
    reason = _text(
        gettext_lazy("Why does it go off the site?"),
        gettext_lazy("Write to the initiators what has to change. Everybody can read it once the plan is back."),
    )

    def arrange(self) -> None:
        self.helper = helper(self, submit=str(_("Take it off the site")), cancel_url=self.cancel_url, danger=True)


class ShowForm(StepForm):
    reason = _text(gettext_lazy("Why does it come back?"), gettext_lazy("The initiators and everybody read it."))

    def arrange(self) -> None:
        self.helper = helper(self, submit=str(_("Put it back on the site")), cancel_url=self.cancel_url)


class DecisionForm(StepForm):
    """The decision, its reasons, and the grounds of the by-law where it is a no."""

    outcome = forms.ChoiceField(label=gettext_lazy("The decision"), widget=forms.RadioSelect)
    reasons = _text(
        gettext_lazy("Reasons"),
        gettext_lazy("Say in plain words why. Whoever reads it must understand the decision (article 3:46 Awb)."),
        rows=8,
    )
    conditions = _text(
        gettext_lazy("Conditions"), gettext_lazy("Only when you agree with conditions."), rows=4, required=False
    )
    grounds = forms.MultipleChoiceField(
        label=gettext_lazy("Grounds of refusal in the by-law"),
        help_text=gettext_lazy("Only when you refuse. Tick what holds."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    decided_on = forms.DateField(label=gettext_lazy("Decided on"), widget=DateInput)
    notified_on = forms.DateField(
        label=gettext_lazy("Told on"),
        help_text=gettext_lazy("The six weeks to object begin the day after."),
        widget=DateInput,
    )

    def __init__(self, *args: Any, grounds: list[dict[str, str]], untreated: bool, **kwargs: Any) -> None:
        self.known, self.untreated = grounds, untreated
        super().__init__(*args, **kwargs)

    def first(self, initiative: Initiative) -> dict[str, Any]:
        return {"decided_on": clock.today(), "notified_on": clock.today()}

    def arrange(self) -> None:
        fields: Any = self.fields
        outcomes = [Outcome.NOT_TREATED] if self.untreated else [o for o in Outcome if o != Outcome.NOT_TREATED]
        fields["outcome"].choices = [(o.value, str(o.label).capitalize()) for o in outcomes]
        explain(
            fields["outcome"],
            {
                Outcome.AGREED_PARTLY: str(_("The initiators may go on if they keep to the conditions.")),
                Outcome.NOT_TREATED: str(_("The additions did not come in time (article 4:5 Awb).")),
            },
        )
        if self.untreated:
            fields["outcome"].initial = Outcome.NOT_TREATED
            del fields["conditions"]
        kinds = {"shall": _("Must refuse"), "may": _("May refuse")}
        fields["grounds"].choices = [
            (str(number), f"{kinds[ground['kind']]}: {ground['text']}") for number, ground in enumerate(self.known)
        ]
        if not self.known or self.untreated:
            del fields["grounds"]
        self.helper = helper(self, submit=str(_("Record the decision")), cancel_url=self.cancel_url, guard=True)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("outcome") == Outcome.AGREED_PARTLY and not (cleaned.get("conditions") or "").strip():
            self.add_error("conditions", _("Write down the conditions."))
        chosen = cleaned.get("grounds") or []
        cleaned["grounds"] = [self.known[int(number)] for number in chosen]
        return cleaned


class KindTermForm(forms.Form):
    """The weeks of one kind; empty means those of the by-law."""

    decision = forms.IntegerField(
        label=gettext_lazy("Weeks to decide"),
        min_value=1,
        max_value=52,
        required=False,
        widget=forms.NumberInput(attrs={"class": "input--number"}),
    )
    extension = forms.IntegerField(
        label=gettext_lazy("Weeks of extension"),
        min_value=0,
        max_value=52,
        required=False,
        widget=forms.NumberInput(attrs={"class": "input--number"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("extension") and not cleaned.get("decision"):
            self.add_error("decision", _("Fill in the weeks to decide too, or leave both empty."))
        return cleaned
