"""The pages of the challenge wizard, the checklist of the assessor and the requirements of the administrator."""

from __future__ import annotations

import copy
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation.core.forms import DateInput, EuroField, explain, helper
from foundation.municipalities.models import Municipality
from initiatives.enums import LegalForm, Offer, Verdict
from initiatives.forms.plan import LONG, WhereForm, with_buttons
from initiatives.queries.challenges import Checked

OFFER_HELP = {
    Offer.BETTER: _("The quality goes up, or it suits people better."),
    Offer.CHEAPER: _("It costs less than now."),
    Offer.OTHERWISE: _("For example with more contact between neighbours."),
}
OPEN = "open"  # no verdict yet
MOST_NEW = 3  # empty lines under the requirements


def _capital(text: Any) -> str:
    return str(text)[:1].upper() + str(text)[1:]


def _text(label: Any, help_text: Any = "", *, rows: int = 4, length: int = 2_000, required: bool = True) -> Any:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=length,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class TaskForm(WhereForm):
    task = forms.CharField(
        label=_("Which task do you want to take over?"),
        max_length=160,
        help_text=_("For example: the maintenance of the park at the Singel."),
        widget=forms.TextInput(attrs=LONG),
    )
    quality = _text(
        _("How does it go now?"),
        _("What is done, how often and how well? Tell what you see. You need not know everything."),
        length=4_000,
        required=False,
    )
    cost_cents = EuroField(
        label=_("What does it cost a year now?"),
        help_text=_("Do you not know? Leave it empty. The municipality can tell."),
        required=False,
    )
    field_order = ("task", "quality", "cost_cents", "neighbourhood", "place")


class OfferForm(forms.Form):
    title = forms.CharField(
        label=_("What do you call your challenge?"),
        max_length=120,
        help_text=_("Short and clear, for example: we keep our own park."),
        widget=forms.TextInput(attrs=LONG),
    )
    summary = forms.CharField(
        label=_("Your challenge in one or two sentences"),
        max_length=300,
        help_text=_("This stands in lists and on cards."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    offers = forms.MultipleChoiceField(
        label=_("Would you do it better, cheaper or in another way?"),
        choices=Offer.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    offer = _text(
        _("How would you do it?"), _("In a few sentences. This stands beside how it goes now."), rows=4, length=4_000
    )
    offered_cents = EuroField(
        label=_("What would it cost a year?"), help_text=_("An estimate is enough."), required=False
    )
    benefits = _text(_("What does it bring the neighbourhood?"), length=4_000)
    story = _text(_("Tell the whole plan"), _("How will you work, and why will it succeed?"), rows=8, length=20_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["offers"]
        field.choices = [(code, _capital(label)) for code, label in Offer.choices]
        explain(field, {code: str(text) for code, text in OFFER_HELP.items()})


class GroupForm(forms.Form):
    group = forms.CharField(
        label=_("Who will do it?"),
        max_length=120,
        help_text=_("The name of your group. Everybody can read it."),
        widget=forms.TextInput(attrs=LONG),
    )
    legal_form = forms.ChoiceField(label=_("What are you?"), choices=LegalForm.choices, widget=forms.RadioSelect)
    reach = _text(_("For whom is it, and how do you reach them?"))
    reach_people = forms.IntegerField(
        label=_("For about how many people?"), required=False, min_value=1, max_value=1_000_000
    )
    rootedness = _text(
        _("What ties you to the neighbourhood?"), _("For example: we have all lived here for years."), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["legal_form"]
        field.choices = [(code, _capital(label)) for code, label in LegalForm.choices]


class MeansForm(forms.Form):
    own_cents = EuroField(
        label=_("How much do you put in yourselves a year?"),
        help_text=_("In euros. Leave it empty when it is nothing."),
        required=False,
    )
    other_funds = _text(_("Is there money from others?"), _("Who gives it, and how much?"), rows=3, required=False)
    asks_text = _text(
        _("What do you need of the municipality?"),
        _("For example money, tools, a place or advice."),
        rows=3,
        required=False,
    )
    starts_on = forms.DateField(label=_("When do you want to begin?"), widget=DateInput())
    months = forms.IntegerField(label=_("For how many months?"), min_value=1, max_value=240)

    def clean_own_cents(self) -> int:
        return self.cleaned_data["own_cents"] or 0


WIZARD: dict[str, type[forms.Form]] = {
    "taak": TaskForm,
    "aanbod": OfferForm,
    "groep": GroupForm,
    "middelen": MeansForm,
}
# What goes to the plan; the place goes through ``place_fields`` and the rest to the challenge.
OF_PLAN = ("title", "summary", "story", "asks_text", "starts_on")


def step_form(step: str, municipality: Municipality, data: Any = None, initial: Any = None) -> forms.Form:
    """The form of one page, with its two buttons."""
    kwargs: dict[str, Any] = {"municipality": municipality} if step == "taak" else {}
    return with_buttons(WIZARD[step](data, initial=initial, **kwargs))


class ChallengeForm(forms.Form):
    """Task and offer on one page, for the team that changes or completes its challenge."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for made in (TaskForm, OfferForm, GroupForm, MeansForm):
            for name, field in made.base_fields.items():
                if name not in (*OF_PLAN, "neighbourhood", "place"):
                    self.fields[name] = copy.deepcopy(field)
        for name, kinds in (("offers", Offer), ("legal_form", LegalForm)):
            self.fields[name].choices = [(code, _capital(label)) for code, label in kinds.choices]  # type: ignore[attr-defined]
        self.helper = helper(self, submit=gettext("Save the challenge"), cancel_url=cancel_url, guard=True)

    def clean_own_cents(self) -> int:
        return self.cleaned_data["own_cents"] or 0


class CostsForm(forms.Form):
    """What the task costs the municipality now."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    cost_cents = EuroField(
        label=_("What does the task cost a year now?"),
        help_text=_("Everybody can read this. Leave it empty when nobody knows."),
        required=False,
    )

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=gettext("Save the costs"), cancel_url=cancel_url)


class AssessmentForm(forms.Form):
    """One pair of fields for each requirement."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, rows: list[Checked], cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        choices = [(OPEN, gettext("Not looked at yet")), *((code, _capital(label)) for code, label in Verdict.choices)]
        lines: list[str] = []
        for number, row in enumerate(rows):
            self.fields[f"verdict_{number}"] = forms.ChoiceField(
                label=f"{number + 1}. {row.text}",
                help_text=gettext("The by-law asks this.") if row.required else gettext("Wished for, not asked."),
                choices=choices,
                initial=row.check.verdict if row.check else OPEN,
            )
            self.fields[f"note_{number}"] = forms.CharField(
                label=gettext("Note on %(number)s") % {"number": number + 1},
                required=False,
                max_length=2_000,
                initial=row.check.note if row.check else "",
                widget=forms.TextInput(attrs=LONG),
            )
            lines += [f"verdict_{number}", f"note_{number}"]
        self.helper = helper(
            self,
            "version",
            *lines,
            submit=gettext("Save the assessment"),
            cancel_url=cancel_url,
            guard=True,
        )

    @property
    def verdicts(self) -> dict[str, tuple[str, str]]:
        """Key of the requirement -> verdict and note, as the service takes them."""
        return {
            row.key: (
                self.cleaned_data[f"verdict_{number}"].removeprefix(OPEN),
                self.cleaned_data[f"note_{number}"],
            )
            for number, row in enumerate(self.rows)
        }


class RequirementsForm(forms.Form):
    """The requirements of a municipality, each on its own line; an empty line leaves it away."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, lines: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = [line["key"] for line in lines] + [""] * MOST_NEW
        for number, line in enumerate([*lines, *({"text": "", "required": False} for _n in range(MOST_NEW))]):
            here = {"number": number + 1}
            self.fields[f"text_{number}"] = forms.CharField(
                label=gettext("Requirement %(number)s") % here,
                required=False,
                max_length=300,
                initial=line["text"],
                widget=forms.TextInput(attrs=LONG),
            )
            self.fields[f"required_{number}"] = forms.BooleanField(
                label=gettext("Without requirement %(number)s the request is not complete") % here,
                required=False,
                initial=line["required"],
            )
        self.helper = helper(self, submit=gettext("Save the requirements"), guard=True)

    @property
    def requirements(self) -> list[dict[str, Any]]:
        """As the service takes them."""
        return [
            {
                "key": key,
                "text": self.cleaned_data[f"text_{number}"],
                "required": self.cleaned_data[f"required_{number}"],
            }
            for number, key in enumerate(self.keys)
        ]
