"""Running a session on a laptop in the room: one page, one form, one button that saves everything on it.

Each part is saved by itself, so that a clash in one loses nothing of the others: ticks only where this laptop changed
them, minutes with their version, a yield with the key of the form, an action point that is not there yet.
"""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation.accounts.models import User
from foundation.core import clock
from foundation.core.errors import Refused
from foundation.meetings.errors import ChangedMeanwhile, MeetingError
from foundation.meetings.models import Minutes
from foundation.meetings.queries import pages as meeting_pages
from foundation.meetings.services import meetings as meeting_service
from foundation.meetings.services import minutes as minutes_service
from foundation.meetings.services import registration
from learning_network.models import Programme, Session, Yield
from learning_network.queries import sessions as queries
from learning_network.services import sessions as services
from learning_network.views.sessions import for_session, need_to_run


@require_http_methods(["GET", "HEAD", "POST"])
@for_session("learning_network.take_part")
def room(request: HttpRequest, programme: Programme, session: Session) -> HttpResponse:
    """Programme, who is there, minutes, yields and action points of one session."""
    need_to_run(request, session)
    there = meeting_pages.minutes_of(session.meeting)
    typed: dict[str, Any] = {
        "minutes": there.text if there else "",
        "version": there.version if there else 0,
        "key": uuid.uuid4(),
    }
    theirs: Minutes | None = None
    if request.method == "POST":
        problems, theirs = _save(request, session)
        for problem in problems:
            messages.error(request, problem)
        if not problems and theirs is None:
            messages.success(request, _("Everything on this page is saved."))
            return redirect(reverse("learning_network:session_room", args=[programme.slug, session.pk]))
        typed = _typed(request.POST, theirs)
    return render(request, "learning_network/sessions/room.html", _context(request, session, typed, theirs))


def _context(request: HttpRequest, session: Session, typed: dict[str, Any], theirs: Minutes | None) -> dict[str, Any]:
    now = clock.now()
    lines, others = queries.everybody(session)
    people = {
        row.user_id: str(row) for line in lines for row in [*line.going, *line.maybe, *line.asked] if row.user_id
    } | {row.user_id: str(row) for row in others if row.user_id}
    return {
        "programme": session.programme,
        "session": session,
        "meeting": session.meeting,
        "row": queries.row_of(session, request.user, now),
        "agenda": meeting_pages.programme_of(session.meeting),
        "questions": list(session.programme.questions.all()),
        "chosen": set(session.questions.values_list("pk", flat=True)),
        "lines": lines,
        "others": others,
        "present": sum(line.came for line in lines) + sum(1 for row in others if row.came),
        "present_places": sum(1 for line in lines if line.came),
        "harvest": queries.harvest(session.programme, session),
        "points": list(session.meeting.action_points.select_related("owner")),
        "returning": list(meeting_pages.returning(session.meeting)[:20]),
        "people": sorted(people.items(), key=lambda item: item[1].casefold()),
        "typed": typed,
        "theirs": theirs,
        "begun": session.meeting.starts_at <= now,
        "may_facilitate": request.user.has_perm("learning_network.facilitate", session.programme),
    }


def _typed(post: QueryDict, theirs: Minutes | None) -> dict[str, Any]:
    """What stood in the form; after a clash with the version of the other text, so that the next press means: seen."""
    version = theirs.version if theirs is not None else _number(post.get("versie", ""))
    names = ("opbrengst", "opbrengst_vraag", "opbrengst_gemeente", "actie", "actie_wie", "actie_naam", "actie_dag")
    more = {name: post.get(name, "") for name in (*names, "gast", "gast_gemeente")}
    return {"minutes": post.get("notulen", ""), "version": version or 0, "key": _key(post), **more}


def _save(request: HttpRequest, session: Session) -> tuple[list[str], Minutes | None]:
    """Save each part by itself; what could not be, in words, and the minutes of somebody else where those were first."""
    post, by = request.POST, request.user
    assert isinstance(by, User)
    problems: list[str] = []
    theirs: Minutes | None = None
    for part in (_attendance, _guest, _minutes, _yield, _strike, _action, _close_actions, _over):
        try:
            part(post, session, by)
        except ChangedMeanwhile as error:
            theirs = error.current
            problems.append(str(error))
        except ValidationError as error:
            problems += error.messages
        except (Refused, MeetingError) as error:
            problems.append(str(error))
    return problems, theirs


def _attendance(post: QueryDict, session: Session, by: User) -> None:
    """Only the ticks that this laptop changed: another one may have ticked other people meanwhile."""
    there, was = set(post.getlist("aanwezig")), set(post.getlist("was"))
    came: dict[int, bool | None] = {}
    for text in post.getlist("getoond"):
        number = _number(text)
        if number is not None and (text in there) != (text in was):
            came[number] = text in there
    if came:
        registration.check_in(meeting=session.meeting, came=came, by=by)


def _guest(post: QueryDict, session: Session, by: User) -> None:
    name = _text(post, "gast")
    # A press that was sent twice: the same name stands there already.
    if not name or session.meeting.attendees.filter(user=None, name=name[:120], came=True).exists():
        return
    enrolment = session.programme.enrolments.filter(pk=_number(post.get("gast_gemeente", "")) or 0).first()
    services.let_in(session=session, name=name, enrolment=enrolment, by=by)


def _minutes(post: QueryDict, session: Session, by: User) -> None:
    text = post.get("notulen", "").replace("\x00", "")
    if text.strip() or (_number(post.get("versie", "")) or 0) > 0:
        minutes_service.save(meeting=session.meeting, by=by, text=text, version=_number(post.get("versie", "")) or 0)


def _yield(post: QueryDict, session: Session, by: User) -> None:
    text = _text(post, "opbrengst")
    if not text:
        return
    programme = session.programme
    services.note_yield(
        session=session,
        by=by,
        text=text,
        question=programme.questions.filter(pk=_number(post.get("opbrengst_vraag", "")) or 0).first(),
        enrolment=programme.enrolments.filter(pk=_number(post.get("opbrengst_gemeente", "")) or 0).first(),
        key=_key(post),
    )


def _strike(post: QueryDict, session: Session, by: User) -> None:
    number = _number(post.get("opbrengst_weg", ""))
    noted = Yield.objects.filter(session=session, pk=number or 0).select_related("session__meeting").first()
    if noted is not None:
        services.strike_yield(noted=noted, by=by)


def _action(post: QueryDict, session: Session, by: User) -> None:
    text = _text(post, "actie")
    if not text or session.meeting.action_points.filter(text=text).exists():
        return
    owner = User.objects.filter(pk=_number(post.get("actie_wie", "")) or 0, is_active=True).first()
    if owner is not None and not session.meeting.attendees.filter(user=owner).exists():
        owner = None
    minutes_service.add_action(
        meeting=session.meeting,
        by=by,
        text=text,
        owner=owner,
        owner_name=_text(post, "actie_naam"),
        due_on=_day(post.get("actie_dag", "")),
    )


def _close_actions(post: QueryDict, session: Session, by: User) -> None:
    done = [number for number in map(_number, post.getlist("gedaan")) if number is not None]
    for point in session.meeting.series.action_points.open().filter(pk__in=done):
        minutes_service.close_action(point=point, state="done", by=by)


def _over(post: QueryDict, session: Session, by: User) -> None:
    if post.get("doe") == "gehouden" and session.meeting.is_standing:
        meeting_service.mark_held(meeting=session.meeting, by=by)


def _text(post: QueryDict, name: str) -> str:
    """One line as typed, without the sign that the database can't keep."""
    return post.get(name, "").replace("\x00", "").strip()


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        found = parse_date(text.strip())
    except ValueError:
        found = None
    if found is None:
        raise ValidationError(_("Enter a valid date."))
    return found


def _key(post: QueryDict) -> uuid.UUID:
    try:
        return uuid.UUID(post.get("sleutel", ""))
    except ValueError:
        return uuid.uuid4()
