"""Forms of the feasibility check, of merging and of the vote."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Fieldset
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.accounts.models import User
from foundation.core import clock
from foundation.core.forms import DateInput, DateTimeInput, EuroField, explain, helper
from foundation.municipalities.enums import STAFF_ROLES
from foundation.municipalities.models import Municipality, Sector
from foundation.voting.enums import BallotType, CountingRule, Electorate, LimitKind
from participation.enums_proposals import VERDICTS, Mark, ProposalState
from participation.models import Process, Proposal
from participation.queries.proposals import living_choices

LONG = {"class": "input--long"}


def colleagues(municipality: Municipality) -> Any:
    """Everybody who works here."""
    rows = User.objects.filter(roles__municipality=municipality, roles__kind__in=STAFF_ROLES)
    return rows.filter(is_active=True, erased_at=None).distinct().order_by("name", "email")


class WorkFilter(forms.Form):
    """Which proposals the worklist and the export show; the names are those in the address."""

    zoek = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=80)
    staat = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    wie = forms.ChoiceField(label=gettext_lazy("Checked by"), required=False)
    sector = forms.ModelChoiceField(Sector.objects.none(), label=gettext_lazy("Sector"), required=False)

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        every = _("All")
        fields["staat"].choices = [("", every), *((s.value, s.label) for s in ProposalState if s != "draft")]
        fields["wie"].choices = [("", every), ("mij", _("by me")), ("niemand", _("by nobody yet"))]
        fields["sector"].queryset = Sector.objects.filter(municipality=municipality)
        fields["sector"].empty_label = every
        self.helper = helper(self, submit=_("Show"), method="get", css_class="filters", wide=True)


class AssignForm(forms.Form):
    """Who checks the ticked proposals."""

    handler = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("Checked by"), required=False)
    sector = forms.ModelChoiceField(Sector.objects.none(), label=gettext_lazy("Sector"), required=False)

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["handler"].queryset = colleagues(municipality)
        fields["sector"].queryset = Sector.objects.filter(municipality=municipality)
        for name in ("handler", "sector"):
            fields[name].empty_label = _("as it is")
        self.helper = helper(self, tag=False)


class CheckForm(forms.Form):
    """The check of one proposal: a mark and a note per point, the cost, the verdict with its reasons."""

    cost_cents = EuroField(
        label=gettext_lazy("What does it cost, as the municipality sees it?"),
        required=False,
        max_cents=100_000_000_000,
        help_text=gettext_lazy("Stands beside the estimate of the makers. In a vote this amount counts."),
    )
    cost_text = forms.CharField(
        label=gettext_lazy("About the cost"), max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    verdict = forms.ChoiceField(label=gettext_lazy("Verdict"), widget=forms.RadioSelect)
    reasons = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=10_000,
        help_text=gettext_lazy("Everybody can read this. The makers get a message."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    adapt_by = forms.DateField(
        label=gettext_lazy("Until when can the makers change it?"),
        required=False,
        widget=DateInput,
        help_text=gettext_lazy("Only with “feasible if it is changed”."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, points: list[str], cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.points = points
        names = []
        for number, point in enumerate(points):
            mark, note = f"mark_{number}", f"note_{number}"
            self.fields[mark] = forms.ChoiceField(
                label=point,
                choices=[(code, str(label).capitalize()) for code, label in Mark.choices],
                initial=Mark.UNKNOWN,
            )
            self.fields[note] = forms.CharField(
                label=_("Explanation of “%(point)s”") % {"point": point}, max_length=500, required=False
            )
            names += [mark, note]
        field: Any = self.fields["verdict"]
        field.choices = [(code, str(ProposalState(code).label).capitalize()) for code in VERDICTS]
        explain(
            field,
            {
                ProposalState.FEASIBLE: _("It can be chosen in the vote."),
                ProposalState.IF_CHANGED: _("Say what must change; the makers get time for it."),
                ProposalState.NOT_FEASIBLE: _("It stops here. This is the answer to the makers."),
            },
        )
        self.helper = helper(
            self,
            Fieldset(_("Point by point"), *names),
            Fieldset(_("The cost"), "cost_cents", "cost_text"),
            Fieldset(_("The verdict"), "verdict", "reasons", "adapt_by"),
            "version",
            submit=_("Give this verdict"),
            cancel_url=cancel_url,
            guard=True,
            wide=True,
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("verdict") == ProposalState.IF_CHANGED and "adapt_by" not in self.errors:
            day = cleaned.get("adapt_by")
            if day is None or day < clock.today():
                self.add_error("adapt_by", _("Say until which day the makers can change it: today or later."))
        return cleaned

    def marks(self) -> list[dict[str, str]]:
        """What was found, per point."""
        return [
            {"point": point, "mark": self.cleaned_data[f"mark_{number}"], "note": self.cleaned_data[f"note_{number}"]}
            for number, point in enumerate(self.points)
        ]


class PointsForm(forms.Form):
    points = forms.CharField(
        label=gettext_lazy("Points of the check"),
        max_length=4_000,
        help_text=gettext_lazy("One on each line."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=_("Save the points"), cancel_url=cancel_url)


class MergerForm(forms.Form):
    """Which proposals may become one, and why."""

    sources = forms.ModelMultipleChoiceField(
        label=gettext_lazy("These proposals"), queryset=Proposal.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    target = forms.ModelChoiceField(
        label=gettext_lazy("become one with"),
        queryset=Proposal.objects.none(),
        required=False,
        empty_label=gettext_lazy("a new proposal (write it below)"),
        help_text=gettext_lazy("The text of that proposal stays as it is."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why do they belong together?"),
        max_length=2_000,
        help_text=gettext_lazy("The makers read this and say yes or no. It only happens when all of them agree."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    title = forms.CharField(
        label=gettext_lazy("Title of the new proposal"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs=LONG),
    )
    summary = forms.CharField(
        label=gettext_lazy("In one or two sentences"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    text = forms.CharField(
        label=gettext_lazy("Text of the new proposal"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    cost_cents = EuroField(label=gettext_lazy("Cost of the new proposal"), required=False, max_cents=10_000_000_000)

    def __init__(self, *args: Any, process: Process, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        for name in ("sources", "target"):
            fields[name].queryset = living_choices(process)
        self.helper = helper(
            self,
            Fieldset(_("Which"), "sources", "target", "reason"),
            Fieldset(_("Only for a new proposal"), "title", "summary", "text", "cost_cents"),
            submit=_("Ask the makers"),
            cancel_url=cancel_url,
            guard=True,
            wide=True,
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("target") is None and "target" not in self.errors:
            for name in ("title", "summary", "text"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("A new proposal needs this."))
        return cleaned


class ConsentForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why not?"),
        max_length=1_000,
        required=False,
        help_text=gettext_lazy("Only needed when you say no. The other makers read it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, tag=False)


# The ways to vote that are offered in one step: words, and what they set. Everything can be refined on the vote's own pages.
WAYS: dict[str, tuple[Any, Any, dict[str, Any]]] = {
    "gelijke-delen": (
        gettext_lazy("Divide the money, equal shares"),
        gettext_lazy(
            "Voters tick projects. Each voter gets an equal share of the money; groups of all sizes get something."
        ),
        {"type": BallotType.APPROVAL, "rule": CountingRule.EQUAL_SHARES, "limit_kind": LimitKind.NONE},
    ),
    "meeste-stemmen": (
        gettext_lazy("Divide the money, most votes first"),
        gettext_lazy("Voters tick projects. The projects with the most votes are paid until the money is spent."),
        {"type": BallotType.APPROVAL, "rule": CountingRule.GREEDY, "limit_kind": LimitKind.NONE},
    ),
    "een-keuze": (
        gettext_lazy("One choice"),
        gettext_lazy("Voters choose one proposal. The one with the most votes wins."),
        {"type": BallotType.SINGLE, "rule": CountingRule.PLURALITY, "limit_kind": LimitKind.NONE},
    ),
    "beste": (
        gettext_lazy("The most ticked"),
        gettext_lazy("Voters tick every proposal they like. The most ticked ones win."),
        {"type": BallotType.APPROVAL, "rule": CountingRule.MOST_VOTES, "limit_kind": LimitKind.NONE},
    ),
    "voorkeur": (
        gettext_lazy("In order of preference"),
        gettext_lazy("Voters put proposals in order. The one with the broadest support wins in rounds."),
        {"type": BallotType.RANKING, "rule": CountingRule.INSTANT_RUNOFF, "limit_kind": LimitKind.NONE},
    ),
}
WITH_MONEY = ("gelijke-delen", "meeste-stemmen")


class BallotForm(forms.Form):
    """The ballot paper in one step."""

    title = forms.CharField(label=gettext_lazy("Title of the vote"), max_length=120, widget=forms.TextInput(attrs=LONG))
    question = forms.CharField(
        label=gettext_lazy("What is the vote about?"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    way = forms.ChoiceField(label=gettext_lazy("How is voted and counted?"), widget=forms.RadioSelect)
    budget_cents = EuroField(
        label=gettext_lazy("Money to divide"),
        required=False,
        min_cents=100,
        help_text=gettext_lazy("Only when money is divided."),
    )
    winners = forms.IntegerField(
        label=gettext_lazy("How many proposals can win?"),
        required=False,
        min_value=1,
        max_value=500,
        initial=1,
        help_text=gettext_lazy("Only for “the most ticked”."),
        widget=forms.NumberInput(attrs={"class": "input--number"}),
    )
    electorate = forms.ChoiceField(label=gettext_lazy("Who may vote?"), widget=forms.RadioSelect)
    opens_at = forms.DateTimeField(label=gettext_lazy("Opens"), widget=DateTimeInput)
    closes_at = forms.DateTimeField(label=gettext_lazy("Closes"), widget=DateTimeInput)
    is_binding = forms.BooleanField(label=gettext_lazy("The municipality does what the result says"), required=False)

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["way"].choices = [(code, name) for code, (name, _help, _set) in WAYS.items()]
        explain(fields["way"], {code: str(text) for code, (_name, text, _set) in WAYS.items()})
        fields["electorate"].choices = [
            (Electorate.RESIDENTS, _("Residents with an account")),
            (Electorate.CODES, _("Holders of a letter with a voting code")),
            (Electorate.ANYONE, _("Anyone with an account")),
        ]
        explain(
            fields["electorate"],
            {
                Electorate.RESIDENTS: _("Who lives in the area of the process and said so."),
                Electorate.CODES: _("You print letters; also for people who took no part so far."),
                Electorate.ANYONE: _("Only for an indicative vote."),
            },
        )
        self.helper = helper(
            self,
            Fieldset(_("The question"), "title", "question"),
            Fieldset(_("Voting and counting"), "way", "budget_cents", "winners", "is_binding"),
            Fieldset(_("Who and when"), "electorate", "opens_at", "closes_at"),
            submit=_("Make the ballot paper"),
            cancel_url=cancel_url,
            guard=True,
            wide=True,
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("way") in WITH_MONEY and not cleaned.get("budget_cents") and "budget_cents" not in self.errors:
            self.add_error("budget_cents", _("Fill in the money that is divided."))
        opens, closes = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("Closing must come after opening."))
        if cleaned.get("electorate") == Electorate.ANYONE and cleaned.get("is_binding"):
            self.add_error("is_binding", _("A vote that is open to anyone can only be indicative."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """What the service is asked to make."""
        cleaned = self.cleaned_data
        made = {
            name: cleaned[name] for name in ("title", "question", "electorate", "opens_at", "closes_at", "is_binding")
        }
        made |= WAYS[cleaned["way"]][2]
        if cleaned["way"] in WITH_MONEY:
            made["budget_cents"] = cleaned["budget_cents"]
        if cleaned["way"] == "beste":
            made["rule_settings"] = {"seats": cleaned.get("winners") or 1, "threshold": 0}
        return made
