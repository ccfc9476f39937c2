"""Calendar files and feeds, one's own agenda, and the page behind a personal link. No feed asks for a session."""

from __future__ import annotations

from hashlib import sha256

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from foundation.accounts.models import User
from foundation.core import clock
from foundation.core.ratelimit import household, rate_limited
from foundation.meetings import calendar, personal_links
from foundation.meetings.enums import AttendeeState, Reply
from foundation.meetings.errors import MeetingError
from foundation.meetings.forms.people import ReplyForm
from foundation.meetings.models import Attendee, FeedKey
from foundation.meetings.queries import lists, pages
from foundation.meetings.services import feeds, registration
from foundation.meetings.views._shared import meeting_or_404, series_or_404
from foundation.meetings.views.public import outcome
from foundation.municipalities.middleware import enter
from foundation.municipalities.tenancy import MunicipalityRequest

TYPE = "text/calendar; charset=utf-8"


def _answer(request: HttpRequest, content: bytes, name: str, *, private: bool) -> HttpResponse:
    """With an ETag, so that calendars that ask every hour get nothing when nothing changed."""
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(content, content_type=TYPE)
        response["Content-Disposition"] = f'inline; filename="{name}.ics"'
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache" if private else "public, max-age=600"
    return response


@require_safe
def municipality_feed(request: MunicipalityRequest) -> HttpResponse:
    """Everything public of a municipality."""
    name = _("Meetings in %(name)s") % {"name": request.municipality.name}
    rows = lists.feed_of_municipality(request.municipality, clock.now())
    return _answer(request, calendar.feed(rows, name), f"bijeenkomsten-{request.municipality.slug}", private=False)


@require_safe
def series_feed(request: MunicipalityRequest, series_id: int) -> HttpResponse:
    """The meetings of one series; of one for invited people only with a session, so those use their own feed."""
    found = series_or_404(request, series_id)
    content = calendar.feed(lists.feed_of_series(found, clock.now()), found.title)
    return _answer(request, content, f"reeks-{found.pk}", private=not found.is_public)


@require_safe
def file(request: MunicipalityRequest, meeting_id: int) -> HttpResponse:
    """One meeting, to put into a calendar by hand."""
    meeting = meeting_or_404(request, meeting_id)
    own = None
    if request.user.is_authenticated:
        own = meeting.attendees.filter(user=request.user).first()
    mine = {meeting.pk: own} if own is not None else None
    content = calendar.feed([meeting], meeting.title, mine=mine)
    return _answer(request, content, f"bijeenkomst-{meeting.pk}", private=True)


@rate_limited("meetings.feed", capacity=120, per_seconds=600, methods=("GET", "HEAD"), who=household)
@require_safe
def own_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody's own calendar, by the secret in the address."""
    try:
        key = FeedKey.objects.select_related("user").filter(key=personal_links.read_feed(token)).first()
    except personal_links.BadLink as error:
        raise Http404 from error
    if key is None or not key.user.is_active:
        raise Http404
    rows = lists.of_person(key.user, clock.now())
    content = calendar.feed(rows, _("My meetings"), mine=lists.own_rows(key.user))
    response = _answer(request, content, "mijn-bijeenkomsten", private=True)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """One's own agenda, and the address of one's own feed."""
    user = request.user
    assert isinstance(user, User)
    if request.method == "POST":
        if request.POST.get("doe") == "stop":
            feeds.revoke(by=user)
            messages.success(request, _("The address of your calendar no longer works."))
        else:
            feeds.renew(by=user)
            messages.success(request, _("Your calendar has a new address. An old one no longer works."))
        return redirect("meetings_installation:mine")
    now = clock.now()
    rows = list(lists.of_person(user, now))
    lines = lists.lines_of(rows, user, now)
    key = lists.feed_key_of(user)
    return render(
        request,
        "meetings/mine.html",
        {
            "coming": [line for line in lines if line.meeting.ends_at > now],
            "past": [line for line in reversed(lines) if line.meeting.ends_at <= now][:20],
            "feed": calendar.personal_feed_address(key) if key is not None else "",
        },
    )


@rate_limited("meetings.invitation", capacity=60, per_seconds=600, methods=("GET", "HEAD", "POST"), who=household)
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a personal link: answer without an account. Opening the link answers nothing by itself."""
    row = _row_of(token)
    meeting = row.meeting
    if meeting.municipality is not None:
        enter(request, meeting.municipality)
    form = ReplyForm(request.POST or None, meeting=meeting, initial={"reply": _reply_of(row), "needs": row.needs})
    why_not = pages.why_not_sign_up(meeting, row, clock.now())
    if row.brought_by_id is not None and meeting.is_standing and meeting.ends_at > clock.now():
        why_not = ""
    if request.method == "POST" and form.is_valid():
        try:
            row = registration.answer(
                attendee=row, reply=form.cleaned_data["reply"], needs=form.cleaned_data.get("needs", "")
            )
        except MeetingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, outcome(row.state))
            return redirect("meetings_installation:invitation", token=token)
    response = render(
        request,
        "meetings/invitation.html",
        {
            "attendee": row,
            "meeting": meeting,
            "when": lists.when_of(meeting),
            "where": lists.where_of(meeting),
            "programme": pages.programme_of(meeting),
            "line": pages.place_in_line(row) if row.state == AttendeeState.WAITING else 0,
            "form": None if why_not else form,
            "why_not": why_not,
            "sees_link": bool(meeting.link) and row.state == AttendeeState.GOING,
        },
    )
    # The address is the key: it must not travel on with a click.
    response["Referrer-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


def _row_of(token: str) -> Attendee:
    try:
        key = personal_links.read_attendee(token)
    except personal_links.BadLink as error:
        raise Http404 from error
    found = (
        Attendee.objects.select_related(
            "meeting__series__municipality", "meeting__chair", "meeting__note_taker", "user"
        )
        .filter(key=key)
        .exclude(state=AttendeeState.REMOVED)
        .first()
    )
    if found is None:
        raise Http404
    return found


def _reply_of(row: Attendee) -> str:
    return {
        AttendeeState.GOING: Reply.YES,
        AttendeeState.WAITING: Reply.YES,
        AttendeeState.MAYBE: Reply.MAYBE,
        AttendeeState.DECLINED: Reply.NO,
    }.get(AttendeeState(row.state), "")
