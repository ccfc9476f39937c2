"""The form of one page of a questionnaire, made of its questions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crispy_forms.layout import Field
from django import forms
from django.utils.translation import gettext as _

from foundation.core.forms import helper
from foundation.municipalities.models import Area
from foundation.surveys import answers
from foundation.surveys.enums import AgeBand, QuestionKind
from foundation.surveys.models import Question, Survey
from foundation.surveys.queries.results import place_label

TRAP = "website"  # people don't see this field; programs fill it in


class AnswerField(forms.Field):
    """A field that cleans by the rules of its question."""

    def __init__(self, question: Question, **kwargs: Any) -> None:
        self.question = question
        super().__init__(
            required=question.is_required,
            label=question.text,
            help_text=_help(question),
            widget=_widget(question),
            **kwargs,
        )
        if question.kind == QuestionKind.NUMBER and question.unit:
            self.suffix_text = question.unit

    def clean(self, value: Any) -> Any:
        return answers.clean(self.question, value)


class AnswerForm(forms.Form):
    """The questions of a page; on the last one neighbourhood and age too, where the survey asks for them.

    ``typed``: what the draft holds: texts and lists of texts by key of the question, as they were typed.
    """

    use_required_attribute = False  # who saves for later, or goes back, need not answer everything first

    def __init__(
        self,
        data: Any = None,
        *,
        survey: Survey,
        page: answers.Page,
        is_last: bool,
        typed: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial={_name(key): value for key, value in (typed or {}).items()})
        for question in page.questions:
            self.fields[_name(question.key)] = AnswerField(question)
        if is_last and survey.asks_area and survey.municipality is not None:
            known = Area.objects.for_municipality(survey.municipality).current().neighbourhoods().order_by("name")
            self.fields[_name("_area")] = forms.ChoiceField(
                label=_("In which neighbourhood do you live?"),
                required=False,
                choices=[("", _("I'd rather not say")), *known.values_list("code", "name")],
            )
        if is_last and survey.asks_age:
            self.fields[_name("_age")] = forms.ChoiceField(
                label=_("How old are you?"), required=False, choices=[("", _("I'd rather not say")), *AgeBand.choices]
            )

        fields = [Field(name, wrapper_class="scale" if name in self.scales else "") for name in self.fields]
        self.helper = helper(self, *fields, tag=False)
        self.helper.disable_csrf = True

    def typed(self) -> dict[str, Any]:
        """What stands in the fields now, as it was typed; valid or not."""
        found: dict[str, Any] = {}
        for name, field in self.fields.items():
            value = field.widget.value_from_datadict(self.data, self.files, name)
            found[_key(name)] = value if isinstance(value, list) else str(value or "")
        return found

    @property
    def scales(self) -> set[str]:
        return {
            name
            for name, field in self.fields.items()
            if isinstance(field, AnswerField) and field.question.kind == QuestionKind.SCALE
        }


def as_data(typed: Mapping[str, Any]) -> Any:
    """A draft as the data of a form, to show what is wrong in it."""
    from django.http import QueryDict

    data = QueryDict(mutable=True)
    for key, value in typed.items():
        data.setlist(_name(key), value if isinstance(value, list) else [value])
    return data


def _name(key: str) -> str:
    return f"v_{key}"


def _key(name: str) -> str:
    return name.removeprefix("v_")


def _help(question: Question) -> str:
    parts = [question.help_text]
    if question.kind == QuestionKind.MULTIPLE and not question.help_text:
        parts.append(_("More than one answer is possible."))
    if question.kind == QuestionKind.NUMBER:
        if question.unit:
            parts.append(_("In: %(unit)s.") % {"unit": question.unit})
        if question.low is not None and question.high is not None:
            parts.append(_("From %(low)d to %(high)d.") % {"low": question.low, "high": question.high})
    return " ".join(part for part in parts if part)


def _widget(question: Question) -> forms.Widget:
    if question.kind == QuestionKind.SINGLE:
        return forms.RadioSelect(choices=list(question.labels.items()))
    if question.kind == QuestionKind.MULTIPLE:
        return forms.CheckboxSelectMultiple(choices=list(question.labels.items()))
    if question.kind == QuestionKind.SCALE:
        return forms.RadioSelect(choices=[(str(place), place_label(question, place)) for place in question.places])
    if question.kind == QuestionKind.NUMBER:
        return forms.TextInput(attrs={"inputmode": "decimal", "class": "input--number", "maxlength": 30})
    return forms.Textarea(attrs={"rows": 5})
