"""Step 3 of the wizard: what is on the paper, how it is counted, and the settings of both, in plain words."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from crispy_forms.layout import Fieldset
from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.core.forms import EuroField, explain, helper
from foundation.voting.enums import BUDGET_RULES, PAIRS, BallotType, CountingRule, LimitKind
from foundation.voting.models import Ballot
from foundation.voting.queries.wording import rule_text, type_text

NUMBER = {"class": "input--number"}
AGREE = (_("Strongly disagree"), _("Disagree"), _("Neutral"), _("Agree"), _("Strongly agree"))


class TypeForm(forms.Form):
    """Which kind of paper; the form below it follows."""

    soort = forms.ChoiceField(label=_("What does a voter do?"), choices=BallotType.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        explain(self.fields["soort"], {value: type_text(value) for value in BallotType.values})
        self.helper = helper(self, submit=str(_("Show the rules that go with it")), method="get")


def _whole(label: Any, least: int, most: int, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, required=False, widget=forms.NumberInput(attrs=NUMBER), **more
    )


class RulesForm(forms.ModelForm):
    """How much one voter may choose and how it is counted, for one type of paper."""

    type = forms.ChoiceField(choices=BallotType.choices, widget=forms.HiddenInput, required=False)
    budget_cents = EuroField(
        label=_("Budget"), min_cents=100, required=False, help_text=_("The money that residents divide.")
    )
    when_full = forms.ChoiceField(
        label=_("When a project does not fit in what is left"),
        choices=[("skip", _("pass it over and go on with the next")), ("stop", _("stop counting there"))],
        widget=forms.RadioSelect,
        initial="skip",
        required=False,
        help_text=_("Only for “most votes first”."),
    )
    fill = forms.ChoiceField(
        label=_("When money is left after equal shares"),
        choices=[
            ("votes", _("spend it on the projects with the most votes that still fit")),
            ("none", _("leave it unspent")),
        ],
        widget=forms.RadioSelect,
        initial="votes",
        required=False,
        help_text=_("Only for the Method of Equal Shares."),
    )
    threshold = _whole(_("Votes that a project needs at least"), 0, 100_000, help_text=_("0 or empty: no minimum."))
    seats = _whole(_("How many are chosen"), 1, 500, help_text=_("Empty: one. Elimination rounds always choose one."))
    share = _whole(
        _("Percentage of the votes that the winner needs"),
        1,
        100,
        help_text=_("Of the votes that are not empty. Only with a threshold."),
    )
    turnout = _whole(
        _("Percentage of the people who may vote that must vote"), 0, 100, help_text=_("0 or empty: no minimum.")
    )
    electorate_size = _whole(
        _("How many people may vote"), 1, 20_000_000, help_text=_("Only when a turnout is needed. Residents read it.")
    )
    grades = forms.CharField(
        label=_("Answers, from worst to best"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One on each line, two to six answers."),
    )
    least_grade = _whole(
        _("Answer that is needed at least"),
        0,
        6,
        help_text=_("The number of its line, such as 4 for the fourth. 0 or empty: no minimum."),
    )

    class Meta:
        model = Ballot
        fields = ("type", "budget_cents", "limit_kind", "max_choices", "points_total", "points_each", "rule")
        widgets = {
            "limit_kind": forms.RadioSelect,
            "rule": forms.RadioSelect,
            "max_choices": forms.NumberInput(attrs=NUMBER),
            "points_total": forms.NumberInput(attrs=NUMBER),
            "points_each": forms.NumberInput(attrs=NUMBER),
        }
        field_classes = {"budget_cents": EuroField}

    def __init__(self, *args: Any, type_: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = self._kind(type_)
        self._fill_in()
        rules = PAIRS[self.kind]
        names = dict(CountingRule.choices)
        self.fields["rule"].choices = [(rule, names[rule]) for rule in rules]  # type: ignore[attr-defined]
        explain(self.fields["rule"], {rule: rule_text(rule) for rule in rules})
        limits = [choice for choice in LimitKind.choices if choice[0] != LimitKind.BUDGET or self._spends()]
        self.fields["limit_kind"].choices = limits  # type: ignore[attr-defined]
        explain(
            self.fields["limit_kind"],
            {
                LimitKind.NUMBER: str(_("Fill in the number below.")),
                LimitKind.BUDGET: str(_("The voter divides the whole budget, as the municipality would.")),
                LimitKind.NONE: str(_("A voter may support everything.")),
            },
        )
        self.fields["max_choices"].help_text = _("Only for “at most a number of projects”.")
        self.fields["budget_cents"].required = all(rule in BUDGET_RULES for rule in rules)
        if self._spends() and not self.fields["budget_cents"].required:
            self.fields["budget_cents"].help_text = _(
                "The money that residents divide. Empty when no money is divided."
            )
        sets = self._sets()
        shown = {name for _title, names in sets for name in names}
        for name in set(self.fields) - shown - {"type"}:
            del self.fields[name]
        self.helper = helper(
            self,
            "type",
            *(Fieldset(str(title), *names) for title, names in sets if names),
            submit=str(_("Save and go on")),
            guard=True,
        )

    def _kind(self, asked: str) -> str:
        wanted = (self.data.get("type") if self.is_bound else asked) or self.instance.type
        return wanted if wanted in PAIRS else self.instance.type

    def _spends(self) -> bool:
        return any(rule in BUDGET_RULES for rule in PAIRS[self.kind])

    def _sets(self) -> list[tuple[Any, list[str]]]:
        paper = {
            BallotType.SINGLE: [],
            BallotType.APPROVAL: ["limit_kind", "max_choices"],
            BallotType.POINTS: ["points_total", "points_each"],
            BallotType.RANKING: [],
            BallotType.SCALE: ["grades"],
        }[BallotType(self.kind)]
        settings = {
            BallotType.SINGLE: ["share", "turnout", "electorate_size"],
            BallotType.APPROVAL: ["seats", "when_full", "fill", "threshold"],
            BallotType.POINTS: ["seats", "when_full", "fill", "threshold"],
            BallotType.RANKING: ["seats"],
            BallotType.SCALE: ["seats", "least_grade"],
        }[BallotType(self.kind)]
        return [
            (_("The money"), ["budget_cents"] if self._spends() else []),
            (_("On the ballot paper"), paper),
            (_("Counting"), ["rule", *settings]),
        ]

    def _fill_in(self) -> None:
        settings = self.instance.rule_settings or {}
        for name in ("when_full", "fill", "threshold", "seats"):
            if name in settings:
                self.fields[name].initial = settings[name]
        for name in ("share", "turnout"):
            if name in settings:
                self.fields[name].initial = int(100 * Fraction(settings[name]))
        self.fields["share"].initial = self.fields["share"].initial or 50
        self.fields["electorate_size"].initial = settings.get("electorate") or None
        self.fields["least_grade"].initial = settings["least_grade"] + 1 if settings.get("least_grade") else None
        self.fields["grades"].initial = "\n".join(map(str, self.instance.scale or AGREE))
        self.initial["type"] = self.kind
        if self.instance.type != self.kind:
            self.initial.update({"rule": PAIRS[self.kind][0], "limit_kind": LimitKind.NONE})
        if self.kind == BallotType.POINTS:
            for name, start in (("points_total", 10), ("points_each", 5)):
                self.initial[name] = getattr(self.instance, name) or start

    def clean_grades(self) -> list[str]:
        grades = [line.strip()[:60] for line in self.cleaned_data["grades"].splitlines() if line.strip()]
        if not 2 <= len(grades) <= 6 or len({grade.casefold() for grade in grades}) < len(grades):
            raise forms.ValidationError(_("Give two to six different answers, one on each line."))
        return grades

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        rule = cleaned.get("rule")
        cleaned["type"] = self.kind
        if cleaned.get("limit_kind") == LimitKind.NUMBER and not cleaned.get("max_choices"):
            self.add_error("max_choices", _("Say how many projects a voter may choose."))
        if rule in BUDGET_RULES and not cleaned.get("budget_cents") and "budget_cents" not in self.errors:
            self.add_error("budget_cents", _("This counting rule divides money: fill in the budget."))
        if rule not in BUDGET_RULES:
            if "budget_cents" in self.fields:
                cleaned["budget_cents"] = None
            if cleaned.get("limit_kind") == LimitKind.BUDGET:
                self.add_error("limit_kind", _("Only ticks for projects with a budget can be limited by that budget."))
        for name, least in (("points_total", 1), ("points_each", 1)):
            if self.kind == BallotType.POINTS and (cleaned.get(name) or 0) < least and name not in self.errors:
                self.add_error(name, _("Fill in a number of points."))
        total, each = cleaned.get("points_total"), cleaned.get("points_each")
        if total and each and each > total:
            self.add_error("points_each", _("That is more than all points of one voter."))
        if cleaned.get("turnout") and not cleaned.get("electorate_size") and rule == CountingRule.THRESHOLD:
            self.add_error("electorate_size", _("Fill in how many people may vote."))
        if (cleaned.get("least_grade") or 0) > len(cleaned.get("grades") or range(6)):
            self.add_error("least_grade", _("There are not so many answers."))
        return cleaned

    def fields_of_ballot(self) -> dict[str, Any]:
        """What ``services.ballots.change`` is asked to change."""
        wanted = ("type", "budget_cents", "limit_kind", "max_choices", "points_total", "points_each", "rule")
        made = {name: self.cleaned_data.get(name) for name in wanted}
        made["limit_kind"] = made["limit_kind"] or LimitKind.NONE  # only ticks have a limit of their own
        return made | {"scale": self.cleaned_data.get("grades") or [], "rule_settings": self.rule_settings()}

    def rule_settings(self) -> dict[str, Any]:
        """The settings of the chosen rule, as ``counting.make_settings`` knows them."""
        rule, given = self.cleaned_data["rule"], self.cleaned_data
        seats = {"seats": given.get("seats") or 1}
        match rule:
            case CountingRule.GREEDY:
                return {"threshold": given.get("threshold") or 0, "when_full": given.get("when_full") or "skip"}
            case CountingRule.EQUAL_SHARES:
                made: dict[str, Any] = {"threshold": given.get("threshold") or 0, "fill": given.get("fill") or "votes"}
                return made | ({"utility": "points"} if self.kind == BallotType.POINTS else {})
            case CountingRule.PLURALITY | CountingRule.INSTANT_RUNOFF:
                return {}
            case CountingRule.THRESHOLD:
                turnout = given.get("turnout") or 0
                return {
                    "share": str(Fraction(given.get("share") or 50, 100)),
                    "turnout": str(Fraction(turnout, 100)),
                    "electorate": (given.get("electorate_size") or 0) if turnout else 0,
                }
            case CountingRule.MOST_VOTES:
                return seats | {"threshold": given.get("threshold") or 0}
            case CountingRule.POINTS_SUM:
                limits = {"per_ballot": given["points_total"], "per_option": given["points_each"]}
                return seats | limits | {"threshold": given.get("threshold") or 0}
            case CountingRule.MEDIAN_GRADE:
                seats = {"seats": given.get("seats") or 500}  # all statements that reach the answer, unless fewer
                return seats | {"least_grade": max(0, (given.get("least_grade") or 0) - 1)}
        return seats
