"""Forms of sessions: the rhythm of a series, its dates to check, one session, and the room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import Any

from crispy_forms.layout import Fieldset, Row
from django import forms
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from foundation.core.forms import DateInput, helper
from foundation.meetings.errors import MeetingError
from foundation.meetings.forms.meetings import PersonField, TimeInput
from foundation.meetings.times import span_of
from learning_network import rhythm
from learning_network.models import Enrolment, LearningQuestion, Programme, Session
from learning_network.queries import programmes as queries
from learning_network.rhythm import SessionDay
from learning_network.services.sessions import Outline

PLACE_HELP = gettext_lazy("Empty: the name of the host municipality, until the address is known.")


def hosts_of(programme: Programme) -> list[tuple[str, str]]:
    """The municipalities that can hold a session, as choices."""
    rows = [(str(one.pk), one.municipality.name) for one in queries.inside(programme)]
    return [("", _("Not known yet")), *rows]


class SeriesForm(forms.Form):
    """The first day and the rhythm of a series; next comes a page with all dates to check."""

    first = forms.DateField(label=gettext_lazy("First day"), widget=DateInput())
    begin = forms.TimeField(label=gettext_lazy("From"), widget=TimeInput(), initial=time(13, 0))
    end = forms.TimeField(label=pgettext_lazy("time", "to"), widget=TimeInput(), initial=time(17, 0))
    every_weeks = forms.IntegerField(label=gettext_lazy("Every how many weeks"), min_value=1, max_value=26, initial=6)
    times = forms.IntegerField(
        label=gettext_lazy("How many sessions"), min_value=1, max_value=rhythm.MOST_SESSIONS, initial=4
    )
    avoid = forms.BooleanField(label=gettext_lazy("Avoid weekends and holidays"), required=False, initial=True)
    schools = forms.MultipleChoiceField(
        label=gettext_lazy("Avoid weeks in which schools are closed"),
        help_text=gettext_lazy("The weeks in which one of the three regions usually has a holiday."),
        choices=[(one.code, one.name) for one in rhythm.SCHOOL_HOLIDAYS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        initial=list(rhythm.SCHOOL_CODES),
    )
    link = forms.URLField(
        label=gettext_lazy("Link to take part online"),
        help_text=gettext_lazy("Only people with a place see it."),
        max_length=500,
        required=False,
        assume_scheme="https",
    )
    usual = forms.BooleanField(
        label=gettext_lazy("Begin with the usual programme of a session"),
        help_text=gettext_lazy("Five lines with their times. You change them for each session."),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["end"].label = capfirst(pgettext("time", "to"))
        self.helper = helper(
            self,
            Fieldset(_("When"), Row("first", "begin", "end"), Row("every_weeks", "times")),
            Fieldset(_("Which days not"), "avoid", "schools"),
            Fieldset(_("In the sessions"), "usual", "link"),
            submit=_("Show the dates"),
            cancel_url=cancel_url,
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        begin, end = cleaned.get("begin"), cleaned.get("end")
        if begin and end and end <= begin:
            self.add_error("end", _("The end must be after the beginning."))
        return cleaned

    def days(self) -> list[SessionDay]:
        """The days that the rhythm gives."""
        data = self.cleaned_data
        return rhythm.days(
            data["first"],
            every_weeks=data["every_weeks"],
            times=data["times"],
            avoid_weekends=data["avoid"],
            schools=data["schools"],
        )


class DatesForm(forms.Form):
    """The sessions that the rhythm gives: day, times, host and theme of each can change; an empty day leaves one away."""

    def __init__(
        self, *args: Any, programme: Programme, days: Sequence[SessionDay], begin: time, end: time, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = hosts_of(programme)
        layout = []
        self.count = len(days)
        for number, planned in enumerate(days, start=1):
            names = [f"{name}_{number}" for name in ("day", "begin", "end", "host", "theme")]
            made: list[forms.Field] = [
                forms.DateField(
                    label=_("Day"), help_text=_told(planned), widget=DateInput(), required=False, initial=planned.day
                ),
                forms.TimeField(label=_("From"), widget=TimeInput(), initial=begin),
                forms.TimeField(label=capfirst(pgettext("time", "to")), widget=TimeInput(), initial=end),
                forms.ChoiceField(label=_("Host municipality"), choices=choices, required=False),
                forms.CharField(label=capfirst(pgettext("of a session", "theme")), max_length=120, required=False),
            ]
            self.fields.update(zip(names, made, strict=True))
            legend = _("Session %(number)d") % {"number": number}
            layout.append(Fieldset(legend, Row(*names[:3]), Row(*names[3:])))
        self.helper = helper(self, *layout, tag=False, wide=True)
        self.helper.disable_csrf = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.outlines: list[Outline] = []
        hosts = {str(one.pk): one for one in Enrolment.objects.filter(pk__in=self._hosts(cleaned)).select_related()}
        for number in range(1, self.count + 1):
            day, begin, end = (cleaned.get(f"{name}_{number}") for name in ("day", "begin", "end"))
            if day is None or begin is None or end is None:
                continue
            try:
                span = span_of(day, begin, end)
            except MeetingError as error:
                self.add_error(f"begin_{number}", str(error))
                continue
            host = hosts.get(cleaned.get(f"host_{number}", ""))
            self.outlines.append(Outline(span, host, cleaned.get(f"theme_{number}", "")))
        if not self.errors and not self.outlines:
            raise forms.ValidationError(_("Keep at least one date."))
        return cleaned

    def _hosts(self, cleaned: dict[str, Any]) -> list[int]:
        chosen = [cleaned.get(f"host_{number}", "") for number in range(1, self.count + 1)]
        return [int(one) for one in chosen if one]


def _told(planned: SessionDay) -> str:
    """The day in words, with why it is not the one of the rhythm."""
    words = f"{capfirst(date_format(planned.day, 'l'))}."
    if not planned.was_moved:
        return words
    names = {one.code: str(one.name) for one in rhythm.SCHOOL_HOLIDAYS}
    reasons = [names.get(code, _("weekend or holiday")) for code in planned.why] or [_("too close to the one before")]
    return (
        words
        + " "
        + _("Moved from %(day)s: %(why)s.") % {"day": date_format(planned.meant, "l j F"), "why": ", ".join(reasons)}
    )


class FactsForm(forms.Form):
    """What a session is about, who holds it, where it is and who leads it."""

    theme = forms.CharField(label=pgettext_lazy("of a session", "theme"), max_length=120, required=False)
    host = forms.ChoiceField(label=gettext_lazy("Host municipality"), required=False)
    place = forms.CharField(label=gettext_lazy("Place"), help_text=PLACE_HELP, max_length=200, required=False)
    link = SeriesForm.base_fields["link"]
    questions = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Learning questions"),
        queryset=LearningQuestion.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    purpose = forms.CharField(
        label=gettext_lazy("What is it for?"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def set_up(self, programme: Programme) -> None:
        self.fields["theme"].label = capfirst(pgettext("of a session", "theme"))
        self.fields["host"].choices = hosts_of(programme)  # type: ignore[attr-defined]
        self.fields["questions"].queryset = programme.questions.all()  # type: ignore[attr-defined]

    def clean_host(self) -> Enrolment | None:
        chosen = self.cleaned_data["host"]
        return Enrolment.objects.select_related("municipality").get(pk=chosen) if chosen else None


class OneForm(FactsForm):
    """One more session."""

    day = forms.DateField(label=gettext_lazy("Day"), widget=DateInput())
    begin = forms.TimeField(label=gettext_lazy("From"), widget=TimeInput(), initial=time(13, 0))
    end = forms.TimeField(label=pgettext_lazy("time", "to"), widget=TimeInput(), initial=time(17, 0))
    usual = SeriesForm.base_fields["usual"]

    def __init__(self, *args: Any, programme: Programme, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_up(programme)
        del self.fields["purpose"]
        self.fields["end"].label = capfirst(pgettext("time", "to"))
        self.helper = helper(
            self,
            Fieldset(_("When"), Row("day", "begin", "end")),
            Fieldset(_("What and where"), "theme", "host", "place", "link", "questions", "usual"),
            submit=_("Plan the session and invite everybody"),
            cancel_url=cancel_url,
            guard=True,
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                cleaned["span"] = span_of(cleaned["day"], cleaned["begin"], cleaned["end"])
            except MeetingError as error:
                self.add_error("begin", str(error))
        return cleaned

    def outline(self) -> Outline:
        data = self.cleaned_data
        return Outline(data["span"], data["host"], data["theme"], data["place"], data["link"], list(data["questions"]))


class ChangeForm(FactsForm):
    """Change a session, other than its time."""

    chair = PersonField(label=gettext_lazy("Chair: e-mail address"), required=False)
    note_taker = PersonField(
        label=gettext_lazy("Note-taker: e-mail address"),
        help_text=gettext_lazy("Can run the session too: who is there, minutes and yields."),
        required=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, session: Session, cancel_url: str = "", **kwargs: Any) -> None:
        meeting = session.meeting
        start = {
            "theme": session.theme,
            "host": str(session.host_id or ""),
            "questions": list(session.questions.all()),
            "version": session.version,
            **{name: getattr(meeting, name) for name in ("place", "link", "purpose", "chair", "note_taker")},
        }
        super().__init__(*args, **{"initial": start, **kwargs})
        self.set_up(session.programme)
        if session.host is not None and str(session.host_id) not in dict(self.fields["host"].choices):  # type: ignore[attr-defined]
            self.fields["host"].choices += [(str(session.host_id), session.host.municipality.name)]  # type: ignore[attr-defined]
        self.helper = helper(
            self,
            Fieldset(_("What and where"), "theme", "host", "place", "link", "purpose", "questions"),
            Fieldset(_("Who leads"), "chair", "note_taker"),
            "version",
            submit=_("Save the session"),
            cancel_url=cancel_url,
            guard=True,
        )

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return values | {"questions": list(values["questions"])}
