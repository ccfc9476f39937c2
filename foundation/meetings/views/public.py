"""The agenda, a meeting, a series, signing up."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from foundation.core import clock
from foundation.core.ratelimit import rate_limited
from foundation.meetings.enums import AttendeeState
from foundation.meetings.errors import MeetingError
from foundation.meetings.forms.people import OtherForm, ReplyForm, SignUpForm
from foundation.meetings.models import Attachment, Meeting
from foundation.meetings.queries import lists, pages
from foundation.meetings.services import registration
from foundation.meetings.views._shared import here, meeting_or_404, series_or_404
from foundation.municipalities.tenancy import MunicipalityRequest

PER_PAGE = 18


@require_safe
def index(request: MunicipalityRequest) -> HttpResponse:
    """The agenda of a municipality: what is to come, or what was."""
    now = clock.now()
    past = request.GET.get("wat") == "geweest"
    text = request.GET.get("zoek", "").replace("\x00", "")[:80]
    series = request.GET.get("reeks", "")
    chosen = int(series) if series.isascii() and series.isdigit() and len(series) < 10 else 0
    rows = lists.of_municipality(request.municipality, request.user, now, past=past, text=text, series=chosen)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page", "1"))
    return render(
        request,
        "meetings/index.html",
        {
            "page": page,
            "lines": lists.lines_of(list(page.object_list), request.user, now),
            "past": past,
            "text": text,
            "chosen": chosen,
            "all_series": list(lists.series_with_meetings(request.municipality, request.user)[:200]),
            "filtered": bool(text or chosen),
        },
    )


@require_safe
def series(request: MunicipalityRequest, series_id: int) -> HttpResponse:
    """A series: what it is for, its meetings, its minutes, its feed."""
    found = series_or_404(request, series_id)
    now = clock.now()
    meetings = list(lists.fetched(found.meetings.order_by("starts_at", "pk")))
    lines = lists.lines_of(meetings, request.user, now)
    return render(
        request,
        "meetings/series.html",
        {
            "series": found,
            "coming": [line for line in lines if line.meeting.ends_at > now],
            "past": [line for line in reversed(lines) if line.meeting.ends_at <= now],
            "manages": request.user.has_perm("meetings.manage_series", found),
            "has_minutes": bool(pages.series_report(found, request.user)),
        },
    )


@require_safe
def series_minutes(request: MunicipalityRequest, series_id: int) -> HttpResponse:
    """All minutes of a series on one page."""
    found = series_or_404(request, series_id)
    return render(
        request, "meetings/series_minutes.html", {"series": found, "reports": pages.series_report(found, request.user)}
    )


@require_safe
def detail(request: MunicipalityRequest, meeting_id: int) -> HttpResponse:
    """One meeting: when, where, who, what is on the programme, and one's own place."""
    meeting = meeting_or_404(request, meeting_id)
    return _page(request, meeting)


def _page(request: HttpRequest, meeting: Meeting, form: Any = None) -> HttpResponse:
    now = clock.now()
    context = pages.detail(meeting, request.user, now)
    own = context["own"]
    if form is None and request.user.is_authenticated and not context["why_not"]:
        form = _form(meeting, own, context["free"])
    return render(request, "meetings/detail.html", {**context, "form": form})


def _form(meeting: Meeting, own: Any, free: int | None) -> Any:
    if own is not None and own.was_invited and own.state in (AttendeeState.INVITED, AttendeeState.MAYBE):
        return ReplyForm(meeting=meeting, action=here("sign_up", meeting), initial={"needs": own.needs})
    if own is None or own.state in (AttendeeState.DECLINED, AttendeeState.MAYBE):
        return SignUpForm(meeting=meeting, action=here("sign_up", meeting), full=free == 0)
    return None


@rate_limited("meetings.sign_up", capacity=60, per_seconds=600)
def sign_up(request: MunicipalityRequest, meeting_id: int) -> HttpResponse:
    """Sign up, or answer an invitation."""
    meeting = meeting_or_404(request, meeting_id)
    if not request.user.is_authenticated:
        return redirect_to_login(meeting.get_absolute_url())
    if request.method != "POST":
        return redirect(meeting)
    own = meeting.attendees.filter(user=request.user).first()
    answers = own is not None and "reply" in request.POST
    form = (
        ReplyForm(request.POST, meeting=meeting, action=request.path)
        if answers
        else SignUpForm(request.POST, meeting=meeting, action=request.path, full=False)
    )
    if not form.is_valid():
        return _page(request, meeting, form)
    needs = form.cleaned_data.get("needs", "")
    try:
        if own is not None and answers:
            row = registration.answer(attendee=own, reply=form.cleaned_data["reply"], needs=needs)
        else:
            row = registration.sign_up(meeting=meeting, by=request.user, needs=needs)
    except MeetingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, outcome(row.state))
    return redirect(meeting)


def outcome(state: str) -> str:
    """What to say after an answer."""
    return {
        AttendeeState.GOING: _("You have a place. The invitation for your calendar is on its way by e-mail."),
        AttendeeState.WAITING: _("It is full. You are on the waiting list; you hear as soon as a place comes free."),
        AttendeeState.MAYBE: _("Thank you. You can still say yes or no later."),
    }.get(AttendeeState(state), _("Thank you for telling. Somebody else can have your place."))


@require_POST
def withdraw(request: MunicipalityRequest, meeting_id: int) -> HttpResponse:
    """Give back one's own place, or that of somebody whom one signed up."""
    meeting = meeting_or_404(request, meeting_id)
    if not request.user.is_authenticated:
        return redirect_to_login(meeting.get_absolute_url())
    number = request.POST.get("wie", "")
    rows = meeting.attendees.select_related("user")
    row = (
        rows.filter(pk=number).first()
        if number.isascii() and number.isdigit()
        else rows.filter(user=request.user).first()
    )
    if row is None:
        raise Http404
    try:
        registration.withdraw(attendee=row, by=request.user)
    except PermissionDenied as error:
        raise Http404 from error
    except MeetingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Thank you for telling. Somebody else can have your place."))
    return redirect(meeting)


@rate_limited("meetings.sign_up", capacity=60, per_seconds=600)
def sign_up_other(request: MunicipalityRequest, meeting_id: int) -> HttpResponse:
    """Sign somebody else up, with their consent."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    meeting = meeting_or_404(request, meeting_id)
    form = OtherForm(request.POST or None, meeting=meeting, cancel_url=meeting.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        try:
            row = registration.sign_up_other(meeting=meeting, by=request.user, **form.cleaned_data)
        except MeetingError as error:
            form.add_error(None, str(error))
        else:
            words = {
                AttendeeState.GOING: _("%(name)s has a place."),
                AttendeeState.WAITING: _("It is full. %(name)s is on the waiting list."),
            }
            messages.success(request, words[AttendeeState(row.state)] % {"name": form.cleaned_data["name"]})
            return redirect(meeting)
    own = meeting.attendees.filter(user=request.user).first()
    why_not = pages.why_not_sign_up(meeting, own, clock.now())
    if request.user.has_perm("meetings.lead", meeting) and own is None:
        why_not = ""
    return render(request, "meetings/other.html", {"meeting": meeting, "form": form, "why_not": why_not})


@require_safe
def attachment(request: MunicipalityRequest, meeting_id: int, document_id: int) -> FileResponse:
    """A document, as a download."""
    meeting = meeting_or_404(request, meeting_id)
    found = get_object_or_404(Attachment, meeting=meeting, pk=document_id)
    response = FileResponse(found.file.open("rb"), as_attachment=True, filename=found.name)
    response["Content-Type"] = found.mime_type
    response["Cache-Control"] = "private, no-store"
    return response
