"""Forms of who organises: a meeting, its times, many at once, a series."""

from __future__ import annotations

from datetime import date
from typing import Any

from crispy_forms.layout import Fieldset, Row
from django import forms
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from foundation.accounts.models import User
from foundation.core.forms import DateInput, DateTimeInput, explain, helper
from foundation.meetings.enums import MOST_AT_ONCE, MOST_PLACES, Admission, Visibility
from foundation.meetings.errors import MeetingError
from foundation.meetings.models import Meeting, Series
from foundation.meetings.times import PlannedDay, Span, ordered, span_of, typed

MOST_PARTS = 10
REMINDER_CHOICES = (
    (14, gettext_lazy("two weeks before")),
    (7, gettext_lazy("a week before")),
    (3, gettext_lazy("three days before")),
    (1, gettext_lazy("a day before")),
)


class TimeInput(forms.TimeInput):
    """The browser's own clock, to the minute."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


def capitals(choices: Any) -> list[tuple[str, str]]:
    return [(value, capfirst(str(label))) for value, label in choices]


class PersonField(forms.EmailField):
    """Somebody with an account, by their e-mail address; cleans to the user."""

    default_error_messages = {
        "nobody": gettext_lazy("Nobody with this e-mail address has an account. Ask them to make one.")
    }

    def prepare_value(self, value: Any) -> Any:
        return value.email if isinstance(value, User) else value

    def clean(self, value: Any) -> Any:
        email = super().clean(value)
        if not email:
            return None
        found = User.objects.filter(email=email.lower(), is_active=True, erased_at=None).first()
        if found is None:
            raise forms.ValidationError(self.error_messages["nobody"], code="nobody")
        return found


class PartsForm(forms.Form):
    """Days and times: one row for an evening, more for a meeting of several days. Empty rows are left away."""

    def add_rows(self, spans: list[Span], *, extra: int) -> list[Any]:
        """Put the rows in the form; returns them for the layout."""
        sent = [name for name in self.data if name.startswith("day_")] if self.is_bound else []
        self.row_count = min(MOST_PARTS, max(1, len(sent) if self.is_bound else len(spans) + extra))
        rows = []
        for number in range(self.row_count):
            known = spans[number] if number < len(spans) else None
            begin = typed(known.starts_at) if known else (None, None)
            first = number == 0
            suffix = "" if first else " (" + _("part %(number)s") % {"number": number + 1} + ")"
            self.fields[f"day_{number}"] = forms.DateField(
                label=_("Day") + suffix, widget=DateInput(), required=first, initial=begin[0]
            )
            for name, label, initial in (
                ("begin", _("From"), begin[1]),
                ("end", capfirst(pgettext("time", "to")), typed(known.ends_at)[1] if known else None),
            ):
                self.fields[f"{name}_{number}"] = forms.TimeField(
                    label=label + suffix, widget=TimeInput(), required=first, initial=initial
                )
            rows.append(Row(f"day_{number}", f"begin_{number}", f"end_{number}"))
            if self.row_count > 1:
                self.fields[f"part_{number}"] = forms.CharField(
                    label=_("Name of this part") + suffix,
                    max_length=120,
                    required=False,
                    initial=known.title if known else "",
                )
                self.fields[f"part_place_{number}"] = forms.CharField(
                    label=_("Other place") + suffix,
                    max_length=200,
                    required=False,
                    initial=known.place if known else "",
                )
                rows.append(Row(f"part_{number}", f"part_place_{number}"))
        return rows

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        spans = []
        for number in range(self.row_count):
            values = [cleaned.get(f"{name}_{number}") for name in ("day", "begin", "end")]
            if not any(values):
                continue
            if not all(values):
                if not any(f"{name}_{number}" in self.errors for name in ("day", "begin", "end")):
                    self.add_error(f"day_{number}", _("Fill in the day and both times."))
                continue
            day, begin, end = (cleaned[f"{name}_{number}"] for name in ("day", "begin", "end"))
            try:
                spans.append(
                    span_of(
                        *(day, begin, end),
                        title=cleaned.get(f"part_{number}", ""),
                        place=cleaned.get(f"part_place_{number}", ""),
                    )
                )
            except MeetingError as error:
                self.add_error(f"begin_{number}", str(error))
        if not self.errors:
            try:
                cleaned["spans"] = ordered(spans)
            except MeetingError as error:
                self.add_error("day_0", str(error))
        return cleaned


class FactsForm(forms.Form):
    """What a meeting is, besides its time."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=160)
    purpose = forms.CharField(
        label=gettext_lazy("What is it for?"),
        help_text=gettext_lazy("What you talk about and what is done with it. **Bold**, lists and links are possible."),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    place = forms.CharField(
        label=gettext_lazy("Place"),
        help_text=gettext_lazy("Name and address, for example: Buurthuis De Kade, Kade 12."),
        max_length=200,
        required=False,
    )
    link = forms.URLField(
        label=gettext_lazy("Link to take part online"),
        help_text=gettext_lazy("Only people with a place see it."),
        max_length=500,
        required=False,
        assume_scheme="https",
    )
    for_whom = forms.CharField(
        label=gettext_lazy("For whom"),
        help_text=gettext_lazy("For example: everybody who lives in Dijkkwartier."),
        max_length=200,
        required=False,
    )
    admission = forms.ChoiceField(
        label=gettext_lazy("Who may come?"),
        choices=Admission.choices,
        widget=forms.RadioSelect,
        initial=Admission.EVERYBODY,
    )
    capacity = forms.IntegerField(
        label=gettext_lazy("Places"),
        help_text=gettext_lazy(
            "Empty: everybody fits. When it is full, there is a waiting list that moves up by itself."
        ),
        min_value=1,
        max_value=MOST_PLACES,
        required=False,
    )
    registration_closes_at = forms.DateTimeField(
        label=gettext_lazy("Sign up until"), widget=DateTimeInput(), required=False
    )
    asks_needs = forms.BooleanField(
        label=gettext_lazy("Ask what people need to be able to take part"),
        help_text=gettext_lazy(
            "Such as a place for a wheelchair or a sign language interpreter. Forgotten two weeks after."
        ),
        required=False,
        initial=True,
    )
    reminder_days = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Remind everybody who comes"),
        choices=REMINDER_CHOICES,
        coerce=int,
        required=False,
        initial=[7, 1],
        widget=forms.CheckboxSelectMultiple,
    )
    chair = PersonField(
        label=gettext_lazy("Chair: e-mail address"),
        help_text=gettext_lazy("A resident can chair too. The chair manages the agenda and who is there."),
        required=False,
    )
    note_taker = PersonField(
        label=gettext_lazy("Note-taker: e-mail address"),
        help_text=gettext_lazy("Writes the minutes, decisions and action points. A resident can do this too."),
        required=False,
    )

    def set_up(self) -> None:
        self.fields["admission"].choices = capitals(Admission.choices)  # type: ignore[attr-defined]


PEOPLE = ("chair", "note_taker")
ENTRY = ("for_whom", "admission", "capacity", "registration_closes_at", "asks_needs", "reminder_days")


class ChangeForm(FactsForm):
    """Change a meeting, other than its time."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, meeting: Meeting, cancel_url: str, **kwargs: Any) -> None:
        names = ("title", "purpose", "place", "link", *ENTRY, *PEOPLE, "version")
        super().__init__(*args, **{"initial": {name: getattr(meeting, name) for name in names}, **kwargs})
        self.set_up()
        self.helper = helper(
            self,
            Fieldset(_("What and where"), "title", "purpose", "place", "link"),
            Fieldset(_("Coming"), *ENTRY),
            Fieldset(_("Who leads"), *PEOPLE),
            "version",
            submit=_("Save the meeting"),
            cancel_url=cancel_url,
            guard=True,
        )


class NewForm(PartsForm, FactsForm):
    """A new meeting; ``single``: it makes its own series, so it asks who may see it."""

    visibility = forms.ChoiceField(
        label=gettext_lazy("Who may see it?"),
        choices=Visibility.choices,
        widget=forms.RadioSelect,
        initial=Visibility.PUBLIC,
    )

    def __init__(self, *args: Any, single: bool, cancel_url: str, days: int = 1, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_up()
        rows = self.add_rows([], extra=days)
        self.fields["visibility"].choices = capitals(Visibility.choices)  # type: ignore[attr-defined]
        if not single:
            del self.fields["visibility"]
        self.helper = helper(
            self,
            Fieldset(_("What and where"), "title", "purpose", "place", "link"),
            Fieldset(_("When"), *rows),
            Fieldset(_("Coming"), *(["visibility"] if single else []), *ENTRY),
            Fieldset(_("Who leads"), *PEOPLE),
            submit=_("Plan the meeting"),
            cancel_url=cancel_url,
            guard=True,
        )


class MoveForm(PartsForm):
    """Other times, with the reason."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Why is it moved?"),
        help_text=gettext_lazy("Everybody on the list reads this."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, meeting: Meeting, spans: list[Span], cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"version": meeting.version}, **kwargs})
        rows = self.add_rows(spans, extra=1)
        self.helper = helper(
            self,
            Fieldset(_("When"), *rows),
            "reason",
            "version",
            submit=_("Move the meeting and tell everybody"),
            cancel_url=cancel_url,
            guard=True,
        )


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why is it cancelled?"),
        help_text=gettext_lazy("Everybody on the list reads this."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(
            self, submit=_("Cancel the meeting and tell everybody"), cancel_url=cancel_url, danger=True
        )


class SeriesForm(forms.Form):
    """A series: what it is, and who may see it."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=160)
    purpose = forms.CharField(
        label=gettext_lazy("What is it for?"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    organiser = forms.CharField(
        label=gettext_lazy("Who organises it"),
        help_text=gettext_lazy("Empty: the municipality."),
        max_length=120,
        required=False,
    )
    visibility = forms.ChoiceField(
        label=gettext_lazy("Who may see it?"),
        choices=Visibility.choices,
        widget=forms.RadioSelect,
        initial=Visibility.PUBLIC,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, series: Series | None, cancel_url: str, **kwargs: Any) -> None:
        if series is not None:
            names = ("title", "purpose", "organiser", "visibility", "version")
            kwargs["initial"] = {name: getattr(series, name) for name in names}
        super().__init__(*args, **kwargs)
        self.fields["visibility"].choices = capitals(Visibility.choices)  # type: ignore[attr-defined]
        explain(
            self.fields["visibility"],
            {
                Visibility.PUBLIC: _("It stands in the agenda, and everybody can read it."),
                Visibility.INVITED: _("Only people on its lists know of it."),
            },
        )
        self.helper = helper(
            self,
            submit=_("Save the series") if series else _("Make the series"),
            cancel_url=cancel_url,
            guard=True,
        )


class RhythmForm(FactsForm):
    """Many meetings at once: the first day and the rhythm; next comes a page with all dates to check."""

    first = forms.DateField(label=gettext_lazy("First day"), widget=DateInput())
    begin = forms.TimeField(label=gettext_lazy("From"), widget=TimeInput())
    end = forms.TimeField(widget=TimeInput())
    every_weeks = forms.IntegerField(label=gettext_lazy("Every how many weeks"), min_value=1, max_value=26, initial=2)
    times = forms.IntegerField(label=gettext_lazy("How many meetings"), min_value=1, max_value=MOST_AT_ONCE, initial=4)
    avoid = forms.BooleanField(
        label=gettext_lazy("Avoid weekends and holidays"),
        help_text=gettext_lazy("Such a day moves to the next working day. You can change each date on the next page."),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, series: Series, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"title": series.title}, **kwargs})
        self.set_up()
        self.fields["end"].label = capfirst(pgettext("time", "to"))
        del self.fields["registration_closes_at"]
        entry = [name for name in ENTRY if name != "registration_closes_at"]
        self.helper = helper(
            self,
            Fieldset(_("When"), Row("first", "begin", "end"), Row("every_weeks", "times"), "avoid"),
            Fieldset(_("What and where"), "title", "purpose", "place", "link"),
            Fieldset(_("Coming"), *entry),
            Fieldset(_("Who leads"), *PEOPLE),
            submit=_("Show the dates"),
            cancel_url=cancel_url,
            guard=True,
        )


class DatesForm(forms.Form):
    """The dates that the rhythm gives, each to be changed or left away (empty)."""

    def __init__(self, *args: Any, days: list[PlannedDay], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = [f"date_{number}" for number in range(len(days))]
        for number, (name, planned) in enumerate(zip(self.names, days, strict=True), start=1):
            moved = _("Moved: %(day)s is in a weekend or a holiday.") % {"day": date_format(planned.meant, "l j F")}
            self.fields[name] = forms.DateField(
                label=_("Meeting %(number)s") % {"number": number},
                help_text=f"{date_format(planned.day, 'l')}. {moved if planned.was_moved else ''}".strip(),
                widget=DateInput(),
                required=False,
                initial=planned.day,
            )
        self.helper = helper(self, tag=False)
        self.helper.disable_csrf = True

    def dates(self) -> list[date]:
        """The days that stay, once each."""
        return sorted({self.cleaned_data[name] for name in self.names if self.cleaned_data.get(name)})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned.get(name) for name in self.names):
            raise forms.ValidationError(_("Keep at least one date."))
        return cleaned
