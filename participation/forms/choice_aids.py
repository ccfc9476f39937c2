"""Forms that shape the choice aid: a question with its answers and points, a form, the values, a rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crispy_forms.layout import Fieldset, Row
from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from foundation.core.forms import helper
from participation import choice
from participation.choice import Aid, Form, Option, Question, Rule
from participation.enums import Level, Rung
from participation.enums_choice import ASKS, SERVED, DemocraticValue

LONG = {"class": "input--long"}
MOST_OPTIONS = 8
SPARE = 2  # empty answers to fill in
POINTS_CLASS = "utrecht-textbox utrecht-textbox--html-input input--points"


def _capital(text: Any) -> str:
    words = str(text)
    return words[:1].upper() + words[1:]


def _served_choices() -> list[tuple[int, str]]:
    return [(number, f"{number}: {words}") for number, words in enumerate(SERVED)]


class _Versioned(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)


class QuestionForm(_Versioned):
    """A question, its answers in their order, and what each answer does: one table of points."""

    text = forms.CharField(
        label=pgettext_lazy("of a choice aid", "Question"), max_length=200, widget=forms.TextInput(attrs=LONG)
    )
    help = forms.CharField(
        label=gettext_lazy("Explanation"), max_length=400, required=False, widget=forms.TextInput(attrs=LONG)
    )

    def __init__(self, *args: Any, aid: Aid, question: Question | None, **kwargs: Any) -> None:
        self.question = question
        self.known = list(question.options) if question else []
        if question is not None:
            kwargs["initial"] = {"text": question.text, "help": question.help, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.numbers = range(min(MOST_OPTIONS, len(self.known) + (SPARE if self.known else 4)))
        self.targets = _targets(aid)
        for number in self.numbers:
            self._add_option(number, self.known[number] if number < len(self.known) else Option("", ""))
        self.helper = helper(self, tag=False)

    def _add_option(self, number: int, option: Option) -> None:
        here = {"number": number + 1}
        self.fields[f"o{number}_text"] = forms.CharField(
            label=_("Answer %(number)s") % here,
            max_length=200,
            required=False,
            initial=option.text,
            widget=forms.TextInput(attrs=LONG),
        )
        self.fields[f"o{number}_why"] = forms.CharField(
            label=_("What answer %(number)s means for the advice") % here,
            max_length=300,
            required=False,
            initial=option.why,
            widget=forms.TextInput(attrs=LONG),
        )
        self.fields[f"o{number}_place"] = forms.IntegerField(
            label=_("Place of answer %(number)s") % here,
            min_value=1,
            max_value=99,
            required=False,
            initial=number + 1,
            widget=forms.NumberInput(attrs={"class": "input--number"}),
        )
        for group, _title, lines in self.targets:
            points = getattr(option, group)
            for key, label in lines:
                self.fields[f"o{number}_{group}_{key}"] = forms.IntegerField(
                    label=_("Answer %(number)s, points for %(target)s") % {**here, "target": label},
                    min_value=-choice.FURTHEST,
                    max_value=choice.FURTHEST,
                    required=False,
                    initial=points.get(key) or None,
                    widget=forms.NumberInput(
                        attrs={
                            "class": POINTS_CLASS,
                            "aria-label": _("Answer %(number)s, points for %(target)s") % {**here, "target": label},
                            "inputmode": "text",  # the numeric keyboard of some telephones has no minus
                        }
                    ),
                )

    def options(self) -> Iterator[dict[str, Any]]:
        """The texts of each answer, for the page."""
        for number in self.numbers:
            yield {
                "number": number + 1,
                "is_new": number >= len(self.known),
                "fields": [self[f"o{number}_text"], self[f"o{number}_why"], self[f"o{number}_place"]],
            }

    def points(self) -> Iterator[dict[str, Any]]:
        """The table of points: per group its lines, per line a cell for each answer."""
        for group, title, lines in self.targets:
            yield {
                "title": title,
                "lines": [
                    {"label": label, "cells": [self._cell(number, group, key) for number in self.numbers]}
                    for key, label in lines
                ],
            }

    def _cell(self, number: int, group: str, key: str) -> dict[str, Any]:
        bound: BoundField = self[f"o{number}_{group}_{key}"]
        known = self.known[number].text if number < len(self.known) else ""
        return {"field": bound, "label": known or _("Answer %(number)s") % {"number": number + 1}}

    def heads(self) -> list[str]:
        return [
            self.known[number].text if number < len(self.known) else _("Answer %(number)s") % {"number": number + 1}
            for number in self.numbers
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        texts = [text for number in self.numbers if (text := (cleaned.get(f"o{number}_text") or "").strip())]
        if len(texts) < 2 and not self.errors:
            self.add_error("o0_text", _("Give at least two answers."))
        if len(set(texts)) < len(texts):
            self.add_error(None, _("The same answer stands there twice."))
        return cleaned

    def made(self) -> Question:
        """What was typed, as the service takes it. An answer without text goes away."""
        data = self.cleaned_data
        placed: list[tuple[int, int, Option]] = []
        for number in self.numbers:
            text = data[f"o{number}_text"].strip()
            if not text:
                continue
            points = {
                group: {key: value for key, _label in lines if (value := data.get(f"o{number}_{group}_{key}"))}
                for group, _title, lines in self.targets
            }
            key = self.known[number].key if number < len(self.known) else f"n{number + 1}"
            taken = {option.key for _place, _number, option in placed} | {option.key for option in self.known}
            while number >= len(self.known) and key in taken:
                key += "x"
            option = Option(key, text, data[f"o{number}_why"].strip(), **points)
            placed.append((data[f"o{number}_place"] or number + 1, number, option))
        placed.sort(key=lambda item: item[:2])
        return Question(
            key=self.question.key if self.question else "",
            text=data["text"].strip(),
            help=data["help"].strip(),
            options=tuple(option for _place, _number, option in placed),
        )


class ValuesForm(_Versioned):
    """How heavily each value weighs."""

    def __init__(self, *args: Any, aid: Aid, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for value in DemocraticValue:
            self.fields[value.value] = forms.IntegerField(
                label=_capital(value.label),
                help_text=ASKS[value],
                min_value=0,
                max_value=choice.HEAVIEST,
                initial=aid.values.get(value.value, 0),
                widget=forms.NumberInput(attrs={"class": "input--number"}),
            )
        self.helper = helper(self, submit=_("Save the weights"), cancel_url=cancel_url, guard=True)

    def made(self) -> dict[str, int]:
        return {value.value: self.cleaned_data[value.value] for value in DemocraticValue}


class AidFormForm(_Versioned):
    """A form of participation: its texts, whether it is offered, how well it serves the values."""

    offered = forms.BooleanField(label=gettext_lazy("We offer this form"), required=False)
    title = forms.CharField(label=gettext_lazy("Name"), max_length=120, widget=forms.TextInput(attrs=LONG))
    text = forms.CharField(
        label=gettext_lazy("What it is, in one sentence"), max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )
    level = forms.ChoiceField(label=gettext_lazy("Level"))
    rung = forms.ChoiceField(label=gettext_lazy("Rung of the ladder"))

    def __init__(self, *args: Any, form: Form, cancel_url: str, **kwargs: Any) -> None:
        self.shaped = form
        known = {name: getattr(form, name) for name in ("offered", "title", "text", "level", "rung")}
        kwargs["initial"] = {**known, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["level"].choices = [(code, _capital(label)) for code, label in Level.choices]
        fields["rung"].choices = [(code, _capital(label)) for code, label in Rung.choices]
        sets = []
        for value in DemocraticValue:
            self.fields[f"serves_{value.value}"] = forms.TypedChoiceField(
                label=_("How well does it serve %(value)s?") % {"value": value.label},
                choices=_served_choices(),
                coerce=int,
                initial=form.serves.get(value.value, 0),
            )
            self.fields[f"because_{value.value}"] = forms.CharField(
                label=_("Why, for %(value)s") % {"value": value.label},
                max_length=300,
                required=False,
                initial=form.because.get(value.value, ""),
                widget=forms.TextInput(attrs=LONG),
            )
            sets.append(Fieldset(_capital(value.label), f"serves_{value.value}", f"because_{value.value}"))
        self.helper = helper(
            self,
            *("version", "offered", "title", "text", Row("level", "rung")),
            *sets,
            submit=_("Save this form"),
            cancel_url=cancel_url,
            guard=True,
        )

    def made(self) -> Form:
        data = self.cleaned_data
        return Form(
            key=self.shaped.key,
            **{name: data[name] for name in ("title", "text", "level", "rung", "offered")},
            serves={value.value: data[f"serves_{value.value}"] for value in DemocraticValue},
            because={value.value: data[f"because_{value.value}"] for value in DemocraticValue},
        )


class RuleForm(_Versioned):
    """A veto or threshold: when it holds, and which forms it leaves."""

    text = forms.CharField(
        label=gettext_lazy("The rule in words"),
        max_length=300,
        help_text=gettext_lazy("Everybody reads this sentence where the rule decides."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    only = forms.MultipleChoiceField(
        label=gettext_lazy("Which forms remain?"),
        required=False,
        help_text=gettext_lazy("Choose none if all of them remain that serve the values below well enough."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, aid: Aid, rule: Rule | None, cancel_url: str, **kwargs: Any) -> None:
        self.aid, self.rule = aid, rule
        known = {"text": rule.text, "only": list(rule.only)} if rule else {}
        kwargs["initial"] = {**known, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["only"].choices = [(form.key, _capital(form.title)) for form in aid.forms]
        asked, least = [], []
        for question in aid.questions:
            name = f"w_{question.key}"
            self.fields[name] = forms.MultipleChoiceField(
                label=question.text,
                choices=[(option.key, option.text) for option in question.options],
                required=False,
                initial=list(rule.when.get(question.key, ())) if rule else [],
                widget=forms.CheckboxSelectMultiple,
            )
            asked.append(name)
        for value in DemocraticValue:
            name = f"least_{value.value}"
            self.fields[name] = forms.TypedChoiceField(
                label=_("%(value)s at least") % {"value": _capital(value.label)},
                choices=_served_choices(),
                coerce=int,
                initial=rule.least.get(value.value, 0) if rule else 0,
            )
            least.append(name)
        self.helper = helper(
            self,
            "version",
            "text",
            Fieldset(_("The rule holds when one of these answers is given to each question that you mark"), *asked),
            Fieldset(_("Then this remains"), "only", *least),
            submit=_("Save this rule"),
            cancel_url=cancel_url,
            guard=True,
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not any(cleaned.get(f"w_{question.key}") for question in self.aid.questions):
            self.add_error(None, _("Mark with which answers the rule holds."))
        if not cleaned.get("only") and not any(cleaned.get(f"least_{value.value}") for value in DemocraticValue):
            self.add_error("only", _("Choose which forms remain, or how well they must serve a value."))
        return cleaned

    def made(self) -> Rule:
        data = self.cleaned_data
        when = {
            question.key: tuple(data[f"w_{question.key}"])
            for question in self.aid.questions
            if data[f"w_{question.key}"]
        }
        least = {value.value: number for value in DemocraticValue if (number := data[f"least_{value.value}"])}
        return Rule(
            key=self.rule.key if self.rule else "",
            text=data["text"].strip(),
            when=when,
            only=tuple(data["only"]),
            least=least,
        )


def _targets(aid: Aid) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """What answers give points to: name of the field of ``Option``, title, and its keys with their labels."""
    return [
        ("levels", _("Level"), [(code, _capital(label)) for code, label in Level.choices]),
        ("rungs", _("Rung of the ladder"), [(code, _capital(label)) for code, label in Rung.choices]),
        ("forms", _("Form"), [(form.key, _capital(form.title)) for form in aid.forms]),
        ("values", _("Makes a value weigh more"), [(code, _capital(label)) for code, label in DemocraticValue.choices]),
    ]
