"""The back office: all meetings, a meeting with its lists, planning, moving, cancelling, inviting, series."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from foundation.core import clock
from foundation.meetings import hosts
from foundation.meetings.addresses import address
from foundation.meetings.enums import AttendeeState
from foundation.meetings.errors import MeetingError
from foundation.meetings.forms.meetings import (
    CancelForm,
    ChangeForm,
    DatesForm,
    MoveForm,
    NewForm,
    RhythmForm,
    SeriesForm,
)
from foundation.meetings.forms.people import InviteForm
from foundation.meetings.models import Meeting, Series
from foundation.meetings.queries import lists, pages
from foundation.meetings.services import invitations, meetings, registration
from foundation.meetings.services import series as series_service
from foundation.meetings.times import Span, days_of_series, span_of
from foundation.meetings.views._shared import frame, here, managing_series, organising
from foundation.municipalities.tenancy import MunicipalityRequest, permission_required

PER_PAGE = 25


@permission_required("meetings.manage")
@require_safe
def index(request: MunicipalityRequest) -> HttpResponse:
    """All meetings of the municipality, with how many come."""
    now = clock.now()
    past = request.GET.get("wat") == "geweest"
    text = request.GET.get("zoek", "").replace("\x00", "")[:80]
    page = Paginator(lists.staff_list(request.municipality, now, past=past, text=text), PER_PAGE).get_page(
        request.GET.get("page", "1")
    )
    series = Series.objects.for_municipality(request.municipality).filter(is_single=False)[:50]
    return render(
        request,
        "meetings/staff/index.html",
        {
            "page": page,
            "rows": [(meeting, lists.when_of(meeting)) for meeting in page.object_list],
            "past": past,
            "text": text,
            "all_series": list(series),
        },
    )


def _form_page(request: MunicipalityRequest, title: str, form: Any, back: str, **more: Any) -> HttpResponse:
    context = {"frame": frame(request), "title": title, "form": form, "back": back, **more}
    return render(request, "meetings/staff/form.html", context)


@permission_required("meetings.manage")
def new(request: MunicipalityRequest) -> HttpResponse:
    """One meeting that stands alone."""
    back = reverse("meetings:manage_index", args=[request.municipality.slug])
    form = NewForm(request.POST or None, single=True, cancel_url=back, days=_days(request))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():
                made = series_service.create_series(
                    municipality=request.municipality,
                    title=data["title"],
                    visibility=data["visibility"],
                    by=request.user,
                    is_single=True,
                )
                meeting = meetings.plan(series=made, by=request.user, spans=data["spans"], **_facts(data))
        except (MeetingError, ValidationError) as error:
            _refuse(form, error)
        else:
            messages.success(request, _("The meeting is planned."))
            return redirect(here("manage", meeting))
    return _form_page(request, _("Plan a meeting"), form, back, several=True)


def _days(request: MunicipalityRequest) -> int:
    """How many rows of days the form begins with."""
    text = request.GET.get("dagen", "1")
    return min(5, max(1, int(text))) if text in {"1", "2", "3", "4", "5"} else 1


def _facts(data: dict[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in meetings.FACTS if name in data}


def _refuse(form: Any, error: MeetingError | ValidationError) -> None:
    if isinstance(error, MeetingError):
        form.add_error(None, str(error))
        return
    for name, texts in getattr(error, "message_dict", {"__all__": error.messages}).items():
        for text in texts:
            form.add_error(name if name in form.fields else None, text)


@permission_required("meetings.manage")
def new_series(request: MunicipalityRequest) -> HttpResponse:
    """A series; its meetings come next."""
    back = reverse("meetings:manage_index", args=[request.municipality.slug])
    form = SeriesForm(request.POST or None, series=None, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        data = {name: form.cleaned_data[name] for name in ("title", "purpose", "organiser", "visibility")}
        made = series_service.create_series(municipality=request.municipality, by=request.user, **data)
        messages.success(request, _("The series is made. Plan its meetings now."))
        return redirect(address("manage_series", made, made.pk))
    return _form_page(request, _("Make a series"), form, back)


# --- A series --------------------------------------------------------------------------------------------------------------


@managing_series
@require_safe
def manage_series(request: MunicipalityRequest, series: Series) -> HttpResponse:
    """A series for who organises it: its meetings and the people who are invited to all."""
    now = clock.now()
    rows = list(lists.fetched(series.meetings.order_by("starts_at", "pk")))
    lines = lists.lines_of(rows, request.user, now)
    return render(
        request,
        "meetings/staff/series.html",
        {
            "frame": frame(request),
            "series": series,
            "coming": [line for line in lines if line.meeting.ends_at > now],
            "past": [line for line in reversed(lines) if line.meeting.ends_at <= now],
            "members": list(series.members.select_related("user")),
            "index_url": _index_url(request),
        },
    )


def _index_url(request: MunicipalityRequest) -> str:
    if request.municipality is None:
        return reverse("meetings_installation:mine")
    return reverse("meetings:manage_index", args=[request.municipality.slug])


@managing_series
def change_series(request: MunicipalityRequest, series: Series) -> HttpResponse:
    back = address("manage_series", series, series.pk)
    form = SeriesForm(request.POST or None, series=series, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        try:
            series_service.change_series(series=series, by=request.user, **form.cleaned_data)
        except (MeetingError, ValidationError) as error:
            _refuse(form, error)
        else:
            messages.success(request, _("The series is saved."))
            return redirect(back)
    return _form_page(request, _("Change the series"), form, back)


@managing_series
def plan_one(request: MunicipalityRequest, series: Series) -> HttpResponse:
    """One more meeting of a series."""
    back = address("manage_series", series, series.pk)
    form = NewForm(
        request.POST or None, single=False, cancel_url=back, days=_days(request), initial={"title": series.title}
    )
    if request.method == "POST" and form.is_valid():
        try:
            meeting = meetings.plan(
                series=series, by=request.user, spans=form.cleaned_data["spans"], **_facts(form.cleaned_data)
            )
        except (MeetingError, ValidationError) as error:
            _refuse(form, error)
        else:
            messages.success(request, _("The meeting is planned."))
            return redirect(here("manage", meeting))
    return _form_page(request, _("Plan a meeting"), form, back, several=True)


@managing_series
def plan_many(request: MunicipalityRequest, series: Series) -> HttpResponse:
    """A whole series in one go: first the rhythm, then all dates to check, then they are planned."""
    back = address("manage_series", series, series.pk)
    form = RhythmForm(request.POST or None, series=series, cancel_url=back)
    if request.method != "POST" or not form.is_valid():
        return _form_page(request, _("Plan many meetings"), form, back)
    data = form.cleaned_data
    days = days_of_series(data["first"], every_weeks=data["every_weeks"], times=data["times"], avoid=data["avoid"])
    again = request.POST.get("stap") == "data"
    dates = DatesForm(request.POST if again else None, days=days)
    if again and dates.is_valid():
        try:
            spans = [_evening(day, data) for day in dates.dates()]
            made = meetings.plan_many(series=series, by=request.user, dates=spans, **_facts(data))
        except (MeetingError, ValidationError) as error:
            _refuse(dates, error)
        else:
            text = ngettext("%(n)d meeting is planned.", "%(n)d meetings are planned.", len(made)) % {"n": len(made)}
            messages.success(request, text)
            return redirect(back)
    typed = [
        (name, value)
        for name in request.POST
        if name not in ("csrfmiddlewaretoken", "stap", "submit") and name not in dates.fields
        for value in request.POST.getlist(name)
    ]
    context = {"frame": frame(request), "series": series, "dates": dates, "typed": typed, "back": back}
    return render(request, "meetings/staff/dates.html", context)


def _evening(day: date, data: dict[str, Any]) -> list[Span]:
    return [span_of(day, data["begin"], data["end"])]


@managing_series
def members(request: MunicipalityRequest, series: Series) -> HttpResponse:
    """People who are invited to every meeting of a series."""
    back = address("manage_series", series, series.pk)
    if request.method == "POST" and request.POST.get("doe") == "weg":
        number = request.POST.get("wie", "")
        if not (number.isascii() and number.isdigit()):
            raise Http404
        found = get_object_or_404(series.members.select_related("user"), pk=number)
        series_service.remove_member(member=found, by=request.user)
        messages.success(request, _("They are off the list, and off the lists of coming meetings."))
        return redirect(back)
    if request.method == "POST" and request.POST.get("doe") == "kandidaten":
        count = series_service.add_members(series=series, by=request.user, users=hosts.of(series).candidates(series))
        messages.success(request, _invited_words(count))
        return redirect(back)
    form = InviteForm(request.POST or None, cancel_url=back, submit=_("Add and invite"))
    if request.method == "POST" and form.is_valid():
        try:
            count = series_service.add_members(series=series, by=request.user, addresses=form.cleaned_data["addresses"])
        except MeetingError as error:
            form.add_error("addresses", str(error))
        else:
            messages.success(request, _invited_words(count))
            return redirect(back)
    candidates = len(list(hosts.of(series).candidates(series)))
    return _form_page(request, _("Invite people to the whole series"), form, back, candidates=candidates)


def _invited_words(count: int) -> str:
    if not count:
        return _("Everybody was on the list already.")
    return ngettext("%(n)d person is invited.", "%(n)d people are invited.", count) % {"n": count}


# --- A meeting ---------------------------------------------------------------------------------------------------------------


@organising
def manage(request: MunicipalityRequest, meeting: Meeting) -> HttpResponse:
    """A meeting for who organises it: what can be done now, and its lists."""
    if request.method == "POST":
        number = request.POST.get("wie", "")
        if not (number.isascii() and number.isdigit()):
            raise Http404
        row = get_object_or_404(meeting.attendees, pk=number)
        try:
            registration.remove(attendee=row, by=request.user, reason=request.POST.get("reden", "")[:300])
            messages.success(request, _("They are off the list and are told."))
        except MeetingError as error:
            messages.error(request, str(error))
        return redirect(here("manage", meeting))
    found = pages.organiser_list(meeting)
    return render(
        request,
        "meetings/staff/manage.html",
        {
            "frame": frame(request),
            "meeting": meeting,
            "series": meeting.series,
            "when": lists.when_of(meeting),
            "where": lists.where_of(meeting),
            "places": lists.places_of(meeting),
            "groups": [
                (_("Have a place"), found[AttendeeState.GOING]),
                (_("On the waiting list"), found[AttendeeState.WAITING]),
                (_("Come perhaps"), found[AttendeeState.MAYBE]),
                (_("Did not answer yet"), found[AttendeeState.INVITED]),
                (_("Do not come"), found[AttendeeState.DECLINED]),
            ],
            "total": sum(len(rows) for state, rows in found.items() if state != AttendeeState.REMOVED),
            "programme": pages.programme_of(meeting),
            "minutes": pages.minutes_of(meeting),
            "begun": meeting.starts_at <= clock.now(),
            "reminders": list(meeting.reminders.all()),
            "index_url": _index_url(request),
        },
    )


@organising
def change(request: MunicipalityRequest, meeting: Meeting) -> HttpResponse:
    back = here("manage", meeting)
    form = ChangeForm(request.POST or None, meeting=meeting, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            meetings.change(meeting=meeting, by=request.user, version=data.pop("version"), **data)
        except (MeetingError, ValidationError) as error:
            _refuse(form, error)
        else:
            messages.success(request, _("The meeting is saved."))
            return redirect(back)
    return _form_page(request, _("Change the meeting"), form, back)


@organising
def move(request: MunicipalityRequest, meeting: Meeting) -> HttpResponse:
    back = here("manage", meeting)
    spans = [
        Span(part.starts_at, part.ends_at, part.title, part.place) for part in meeting.parts.filter(dropped_at=None)
    ]
    form = MoveForm(request.POST or None, meeting=meeting, spans=spans, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            meetings.move(
                meeting=meeting,
                by=request.user,
                spans=data["spans"],
                reason=data["reason"],
                version=data["version"],
            )
        except (MeetingError, ValidationError) as error:
            _refuse(form, error)
        else:
            messages.success(request, _("The meeting is moved. Everybody on the list is told."))
            return redirect(back)
    return _form_page(request, _("Move the meeting"), form, back)


@organising
def cancel(request: MunicipalityRequest, meeting: Meeting) -> HttpResponse:
    back = here("manage", meeting)
    form = CancelForm(request.POST or None, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        try:
            meetings.cancel(meeting=meeting, by=request.user, reason=form.cleaned_data["reason"])
        except MeetingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The meeting is cancelled. Everybody on the list is told."))
            return redirect(back)
    return _form_page(request, _("Cancel the meeting"), form, back)


@organising
def invite(request: MunicipalityRequest, meeting: Meeting) -> HttpResponse:
    """Invite by address, or everybody whom the app above names."""
    back = here("manage", meeting)
    candidates = list(hosts.of(meeting.series).candidates(meeting.series))
    form = InviteForm(request.POST or None, cancel_url=back)
    chosen = request.method == "POST" and request.POST.get("doe") == "kandidaten"
    if chosen or (request.method == "POST" and form.is_valid()):
        people: dict[str, Any] = {"users": candidates} if chosen else {"addresses": form.cleaned_data["addresses"]}
        try:
            count = invitations.invite(meeting=meeting, by=request.user, **people)
        except MeetingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _invited_words(count))
            return redirect(back)
    return _form_page(request, _("Invite people"), form, back, candidates=len(candidates))
