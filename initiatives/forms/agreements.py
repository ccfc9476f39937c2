"""Forms of what comes after a yes: the agreement, its instalments and talks, progress, looking back."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Fieldset, Row
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.core import clock
from foundation.core.forms import DateInput, EuroField, helper
from initiatives.models import Agreement

EMPTY_ROWS = 3  # below what stands there already


def _text(label: Any, help_text: Any = "", *, rows: int = 4, length: int = 4_000, required: bool = True) -> Any:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=length,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class AgreementForm(forms.Form):
    """The agreement with the instalments that are not paid and the talks that are not held yet.

    A row that is left empty is left away; three empty ones stand below. Saving gives three more.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    subject = _text(
        gettext_lazy("What do you agree on?"),
        gettext_lazy("The task, the quality that is expected, and who does what."),
        rows=6,
        length=10_000,
    )
    starts_on = forms.DateField(label=gettext_lazy("From"), widget=DateInput())
    ends_on = forms.DateField(label=gettext_lazy("Until"), widget=DateInput())
    budget_cents = EuroField(
        label=gettext_lazy("Budget"), help_text=gettext_lazy("The instalments below are this amount together.")
    )
    if_not_kept = _text(gettext_lazy("What if an agreement is not kept?"), rows=3)
    ending = _text(
        gettext_lazy("How can either side end it?"),
        gettext_lazy("For example: with a month's notice, in writing, after a talk."),
        rows=3,
    )

    def __init__(
        self,
        *args: Any,
        agreement: Agreement | None,
        cancel_url: str,
        parts: list[tuple[int, Any]],
        talks: list[tuple[Any, str]],
        **kwargs: Any,
    ) -> None:
        if agreement is not None:
            names = ("version", "subject", "starts_on", "ends_on", "budget_cents", "if_not_kept", "ending")
            kwargs["initial"] = {name: getattr(agreement, name) for name in names}
        super().__init__(*args, **kwargs)
        self.sizes = self._rows(len(parts), "part"), self._rows(len(talks), "talk")
        for number in range(self.sizes[0]):
            cents, day = parts[number] if number < len(parts) else (None, None)
            self.fields[f"part_cents_{number}"] = EuroField(
                label=_("Instalment %(number)s") % {"number": number + 1}, required=False, initial=cents, min_cents=1
            )
            self.fields[f"part_day_{number}"] = forms.DateField(
                label=_("Pay instalment %(number)s on") % {"number": number + 1},
                required=False,
                initial=day,
                widget=DateInput(),
            )
        for number in range(self.sizes[1]):
            on, subject = talks[number] if number < len(talks) else (None, "")
            self.fields[f"talk_day_{number}"] = forms.DateField(
                label=_("Talk %(number)s on") % {"number": number + 1}, required=False, initial=on, widget=DateInput()
            )
            self.fields[f"talk_subject_{number}"] = forms.CharField(
                label=_("Subject of talk %(number)s") % {"number": number + 1},
                required=False,
                max_length=160,
                initial=subject,
            )
        own = [name for name in self.fields if not name.startswith(("part_", "talk_"))]
        parts_rows = (Row(f"part_cents_{number}", f"part_day_{number}") for number in range(self.sizes[0]))
        talks_rows = (Row(f"talk_day_{number}", f"talk_subject_{number}") for number in range(self.sizes[1]))
        self.helper = helper(
            self,
            *own,
            Fieldset(_("Instalments"), *parts_rows),
            Fieldset(_("Contact moments"), *talks_rows),
            submit=_("Save the agreement"),
            cancel_url=cancel_url,
            guard=True,
            wide=True,
        )

    def _rows(self, known: int, kind: str) -> int:
        """As many rows as were sent, else those that are known with some empty ones."""
        name = {"part": "part_day_", "talk": "talk_day_"}[kind]
        sent = sum(1 for key in self.data if key.startswith(name)) if self.is_bound else 0
        return min(sent, 60) if sent else known + EMPTY_ROWS

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The end lies before the start."))
        self.parts = self._pairs(cleaned, self.sizes[0], "part_cents_", "part_day_")
        self.talks = self._pairs(cleaned, self.sizes[1], "talk_day_", "talk_subject_")
        return cleaned

    def _pairs(self, cleaned: dict[str, Any], size: int, one: str, other: str) -> list[tuple[Any, Any]]:
        found = []
        for number in range(size):
            names = (f"{one}{number}", f"{other}{number}")
            values = (cleaned.get(names[0]), cleaned.get(names[1]))
            if all(values):
                found.append(values)
            for name, value in zip(names, values, strict=True):
                if any(values) and not value and name not in self.errors:
                    self.add_error(name, _("Fill in both, or neither."))
        return found


class DayForm(forms.Form):
    """Just a day, such as when it was signed or paid."""

    day = forms.DateField(label=gettext_lazy("Day"), widget=DateInput())
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, submit: str, cancel_url: str, **kwargs: Any) -> None:
        kwargs["initial"] = {"day": clock.today(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=submit, cancel_url=cancel_url)


class TalkForm(forms.Form):
    held_on = forms.DateField(label=gettext_lazy("Held on"), widget=DateInput())
    notes = _text(
        gettext_lazy("What was said?"),
        gettext_lazy("The initiators and your colleagues can read this. It is never public."),
        length=5_000,
        required=False,
    )

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=_("Save the talk"), cancel_url=cancel_url, guard=True)


class ProgressForm(forms.Form):
    on = forms.DateField(label=gettext_lazy("Day"), widget=DateInput())
    text = _text(gettext_lazy("How does it go?"), gettext_lazy("Everybody can read this."), rows=6, length=5_000)
    spent_cents = EuroField(label=gettext_lazy("How much is spent so far?"), required=False)

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        kwargs["initial"] = {"on": clock.today()}
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=_("Tell how it goes"), cancel_url=cancel_url, guard=True)


class EvaluationForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    results = _text(gettext_lazy("What came of it?"), rows=5, length=10_000)
    went_well = _text(gettext_lazy("What went well?"), length=10_000, required=False)
    went_not = _text(
        gettext_lazy("What did not go well?"),
        gettext_lazy("Others learn most from this. Write about the work, not about people."),
        length=10_000,
        required=False,
    )
    spent_cents = EuroField(label=gettext_lazy("What was spent in all?"), required=False)
    satisfaction = forms.TypedChoiceField(
        label=gettext_lazy("How satisfied are both sides together?"), coerce=int, widget=forms.RadioSelect
    )
    goes_on = forms.BooleanField(label=gettext_lazy("It goes on after this"), required=False)

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["satisfaction"]
        field.choices = [
            (1, _("1: not at all")),
            (2, _("2: a little")),
            (3, _("3: enough")),
            (4, _("4: well")),
            (5, _("5: very well")),
        ]
        self.helper = helper(self, submit=_("Close the look back"), cancel_url=cancel_url, guard=True)
