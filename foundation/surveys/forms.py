"""Forms of the back office: a survey, a question, invitations, reminders, reasons."""

from __future__ import annotations

import re
from typing import Any

from crispy_forms.layout import Fieldset
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from foundation.core.forms import DateTimeInput, explain, helper
from foundation.surveys.enums import CHOICE_KINDS, Audience, QuestionKind
from foundation.surveys.models import Question, Survey

MOST_PASTED = 20_000


class SurveyForm(forms.ModelForm):
    """For whom, when, and what people are told. After publication only what may still change."""

    audiences = forms.MultipleChoiceField(
        label=_("For whom"), choices=Audience, widget=forms.CheckboxSelectMultiple, required=False
    )
    is_anonymous = forms.TypedChoiceField(
        label=_("Names"),
        choices=[("yes", _("Anonymous")), ("no", _("With a name"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Survey
        fields = (
            "title",
            "intro",
            "audiences",
            "is_anonymous",
            "asks_area",
            "asks_age",
            "opens_at",
            "closes_at",
            "thanks",
            "results_are_public",
            "is_named_in_benchmark",
        )
        widgets = {
            "opens_at": DateTimeInput(),
            "closes_at": DateTimeInput(),
            "intro": forms.Textarea(attrs={"rows": 4}),
            "thanks": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "intro": _("What it is about, and what will be done with the answers."),
            "thanks": _("What people read after they answered. You can leave it empty."),
            "asks_area": _("People may leave this open. Groups smaller than five are never shown."),
            "asks_age": _("People may leave this open. Groups smaller than five are never shown."),
            "results_are_public": _("From the moment it is counted; without the answers in people's own words."),
            "is_named_in_benchmark": _("Otherwise your scores count in the median, without your name."),
        }

    def __init__(self, *args: Any, cancel_url: str, questionnaires: list[tuple[str, str]] | None = None, **kwargs: Any):
        instance = kwargs.get("instance")
        if instance is not None:
            kwargs.setdefault("initial", {})["is_anonymous"] = "yes" if instance.is_anonymous else "no"
        super().__init__(*args, **kwargs)
        explain(
            self.fields["is_anonymous"],
            {
                "yes": gettext("Nobody can ever see who gave which answer, also not the technical administrator."),
                "no": gettext("You see who answered what. People are told so before they begin."),
            },
        )
        explain(
            self.fields["audiences"],
            {
                Audience.PARTICIPANTS: gettext("Who took part; they get a personal link."),
                Audience.STAKEHOLDERS: gettext("Colleagues, organisations, entrepreneurs; they get a personal link."),
                Audience.MEMBERS: gettext("Of a group or network; they get a personal link."),
                Audience.ANYONE: gettext("Nobody is invited by name; always anonymous."),
            },
        )
        first: list[str] = ["title", "intro"]
        if questionnaires is not None:
            self.fields["questionnaire"] = forms.ChoiceField(
                label=_("Questionnaire"),
                choices=questionnaires,
                help_text=_("You can change the questions afterwards, until you publish the survey."),
            )
            first = ["questionnaire", *first]
        if instance is not None and instance.pk and instance.state != "draft":
            for name in ("audiences", "is_anonymous", "asks_area", "asks_age"):
                del self.fields[name]
        if instance is not None and instance.municipality_id is None:
            self.fields.pop("asks_area", None)
            self.fields.pop("is_named_in_benchmark", None)
        layout = [
            Fieldset(str(_("What it is about")), *first),
            Fieldset(str(_("Who answers")), *self._those("audiences", "is_anonymous", "asks_area", "asks_age")),
            Fieldset(str(_("When")), "opens_at", "closes_at"),
            Fieldset(str(_("Afterwards")), *self._those("thanks", "results_are_public", "is_named_in_benchmark")),
        ]
        if not self._those("audiences"):
            del layout[1]
        self.helper = helper(self, *layout, submit=str(_("Save the survey")), cancel_url=cancel_url, guard=True)

    def _those(self, *names: str) -> list[str]:
        return [name for name in names if name in self.fields]


class QuestionForm(forms.ModelForm):
    """One question of a kind; the fields are those that the kind needs."""

    options = forms.CharField(
        label=_("Answers to choose from"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One on each line."),
    )

    class Meta:
        model = Question
        fields = (
            "text",
            "help_text",
            "options",
            "low",
            "high",
            "low_label",
            "high_label",
            "unit",
            "is_required",
        )
        widgets = {"help_text": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, kind: str, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        wanted = {"text", "help_text"}
        if kind != QuestionKind.PAGE:
            wanted.add("is_required")
        if kind in CHOICE_KINDS:
            wanted.add("options")
            if self.instance.pk:
                self.initial["options"] = "\n".join(self.instance.labels.values())
        if kind == QuestionKind.SCALE:
            wanted |= {"low", "high", "low_label", "high_label"}
            self.fields["low"].required = self.fields["high"].required = True
            if not self.instance.pk:
                self.initial.update({"low": 1, "high": 5})
        if kind == QuestionKind.NUMBER:
            wanted |= {"low", "high", "unit"}
        if kind == QuestionKind.PAGE:
            self.fields["text"].label = _("Heading of the page")
        for name in set(self.fields) - wanted:
            del self.fields[name]
        self.helper = helper(self, submit=str(_("Save the question")), cancel_url=cancel_url, guard=True)

    def clean_options(self) -> list[str]:
        lines = [" ".join(line.split())[:160] for line in self.cleaned_data["options"].splitlines()]
        found = [line for line in lines if line]
        if len(found) < 2:
            raise ValidationError(_("Give at least two answers to choose from."))
        if len(set(found)) < len(found):
            raise ValidationError(_("Two answers are the same."))
        return found

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        low, high = cleaned.get("low"), cleaned.get("high")
        if low is not None and high is not None:
            if high <= low:
                self.add_error("high", _("The highest must be more than the lowest."))
            elif self.kind == QuestionKind.SCALE and high - low > 10:
                self.add_error("high", _("A scale has at most eleven places."))
        return cleaned

    def _post_clean(self) -> None:
        """The service makes and checks the row; this form only reads what was typed."""


class QuestionnaireForm(forms.Form):
    """Name and purpose of a questionnaire."""

    title = forms.CharField(label=pgettext_lazy("of a questionnaire", "Name"), max_length=120)
    description = forms.CharField(
        label=_("What it is for"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, submit: str, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=submit, cancel_url=cancel_url)


class InviteForm(forms.Form):
    """Addresses to invite, for one audience."""

    audience = forms.ChoiceField(label=_("They answer as"), widget=forms.RadioSelect)
    addresses = forms.CharField(
        label=_("E-mail addresses"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One on each line, or copied from a spreadsheet."),
    )

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.value, one.label) for one in Audience if one in survey.audiences and one != Audience.ANYONE]
        self.fields["audience"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.initial["audience"] = choices[0][0]
        self.helper = helper(self, submit=str(_("Invite these people")))

    def clean_addresses(self) -> list[str]:
        words = re.split(r"[\s,;<>\"']+", self.cleaned_data["addresses"].replace("\ufeff", ""))
        found = list(dict.fromkeys(word.rstrip(".").lower() for word in words if "@" in word))
        if len(found) > MOST_PASTED:
            raise ValidationError(_("These are more than %(n)d addresses."), params={"n": MOST_PASTED})
        wrong = [address for address in found if not _is_address(address)]
        if wrong:
            told = ", ".join(wrong[:10])
            raise ValidationError(_("This is no e-mail address: %(wrong)s"), params={"wrong": told})
        if not found:
            raise ValidationError(_("There is no e-mail address in it."))
        return found


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


class ReminderForm(forms.Form):
    """When those who have not answered are reminded."""

    due_at = forms.DateTimeField(label=_("When"), widget=DateTimeInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=str(_("Plan this reminder")))


class ReasonForm(forms.Form):
    """Why something is hidden or stopped."""

    reason = forms.CharField(label=_("Why?"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, submit: str, cancel_url: str, help_text: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = help_text
        self.helper = helper(self, submit=submit, cancel_url=cancel_url, danger=True)
