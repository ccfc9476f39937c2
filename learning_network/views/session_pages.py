"""Sessions for who takes part in a programme: all of them, and one with the answer of the reader."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from foundation.accounts.requests import PersonRequest
from foundation.core import clock
from foundation.core.text import render_markdown
from foundation.meetings.enums import Reply
from foundation.meetings.errors import MeetingError
from foundation.meetings.models import Attendee
from foundation.meetings.queries import pages as meeting_pages
from foundation.meetings.services import registration
from learning_network import visibility
from learning_network.models import Programme, Session
from learning_network.queries import sessions as queries
from learning_network.views._shared import for_programme
from learning_network.views.sessions import for_session


@require_safe
@for_programme("learning_network.take_part")
def index(request: PersonRequest, programme: Programme) -> HttpResponse:
    """All sessions of a programme, with what they brought."""
    now = clock.now()
    rows = queries.rows_of(programme, request.user, now)
    return render(
        request,
        "learning_network/sessions/index.html",
        {
            "programme": programme,
            "coming": [row for row in rows if not row.is_over],
            "past": [row for row in rows if row.is_over],
            "attendance": queries.attendance(programme, rows, now),
            "harvest": queries.harvest(programme),
            "numbers": {row.session.pk: row for row in rows},
            "series": programme.series,
        },
    )


@require_safe
@for_session("learning_network.take_part")
def detail(request: HttpRequest, programme: Programme, session: Session) -> HttpResponse:
    """One session: when, where, with which questions, who comes, and whether the reader does."""
    now, meeting = clock.now(), session.meeting
    own = Attendee.objects.filter(meeting=meeting, user=request.user).first()  # type: ignore[misc]
    mine = {code for number, code in visibility.circle(request.user) if number == programme.pk}
    lines, _others = queries.everybody(session)
    minutes = meeting_pages.minutes_of(meeting)
    return render(
        request,
        "learning_network/sessions/detail.html",
        {
            "programme": programme,
            "session": session,
            "meeting": meeting,
            "row": queries.row_of(session, request.user, now),
            "questions": list(session.questions.all()),
            "purpose": render_markdown(meeting.purpose),
            "agenda": meeting_pages.programme_of(meeting),
            "own": own,
            "may_answer": own is not None and not meeting_pages.why_not_sign_up(meeting, own, now),
            "lines": lines,
            "begun": meeting.starts_at <= now,
            "colleagues": [line for line in lines if line.enrolment.municipality_id in mine],
            "harvest": queries.harvest(programme, session),
            "minutes": minutes if meeting_pages.may_read_minutes(meeting, minutes, request.user) else None,
            "may_run": request.user.has_perm("learning_network.run_session", session),
            "may_facilitate": request.user.has_perm("learning_network.facilitate", programme),
            "sees_link": bool(meeting.link) and own is not None and own.state == "going",
        },
    )


@require_POST
@for_session("learning_network.take_part")
def reply(request: HttpRequest, programme: Programme, session: Session) -> HttpResponse:
    """Say whether one comes."""
    text = request.POST.get("antwoord", "")
    if text not in Reply.values:
        raise Http404
    own = Attendee.objects.filter(meeting=session.meeting, user=request.user).first()  # type: ignore[misc]
    if own is None:
        raise Http404
    said: dict[str, Any] = {
        Reply.YES: _("You come. The invitation for your calendar follows by e-mail."),
        Reply.MAYBE: _("Noted: you come perhaps."),
        Reply.NO: _("Noted: you do not come."),
    }
    try:
        registration.answer(attendee=own, reply=text, needs=own.needs)
    except MeetingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said[Reply(text)])
    return redirect(session)
