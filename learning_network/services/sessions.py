"""Sessions of a programme: planned as a series, changed, and what came out of them.

Moving, cancelling, inviting, minutes and action points are those of ``foundation.meetings``: a session is one of its meetings.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import audit
from foundation.meetings.enums import Admission
from foundation.meetings.enums import Visibility as SeriesVisibility
from foundation.meetings.services import agenda as agenda_service
from foundation.meetings.services import meetings as meeting_service
from foundation.meetings.services import registration
from foundation.meetings.services import series as series_service
from learning_network import outlines, session_host
from learning_network.errors import NetworkError
from learning_network.models import Enrolment, Guest, LearningQuestion, Programme, Session, Yield
from learning_network.queries.programmes import people_of
from learning_network.services import _moves

if TYPE_CHECKING:
    from foundation.meetings.models import Meeting, Series
    from foundation.meetings.times import Span

HOST = session_host.KEY
WRITABLE = frozenset(["host", "theme", "questions", "purpose", "place", "link", "chair", "note_taker"])
_OF_MEETING = ("purpose", "place", "link", "chair", "note_taker")
TITLE_LENGTH = 160


@dataclass(frozen=True)
class Outline:
    """A session that is to be planned."""

    span: Span
    host: Enrolment | None = None
    theme: str = ""
    place: str = ""
    link: str = ""
    questions: Sequence[LearningQuestion] = field(default_factory=tuple)

    def with_link(self, link: str) -> Outline:
        """The same, with a link to take part online."""
        return replace(self, link=link)


def plan(
    *, programme: Programme, outlines_: Sequence[Outline], by: User, usual_programme: bool = True
) -> list[Session]:
    """Plan sessions in one go. Everybody in the programme is invited, and gets one message with a calendar file for each.

    Args:
        usual_programme: begin with the usual lines of a session, fitted to its length.

    Raises:
        WrongMoment: the programme does not run.
        NetworkError: a host that is not in the programme; two sessions that overlap.
        MeetingError: times that can't be.
        ValidationError, PermissionDenied
    """
    with transaction.atomic():
        row = _moves.locked(programme.pk)
        _moves.need("learning_network.facilitate", by, row)
        _moves.need_running(row)
        _need_apart(row, [one.span for one in outlines_])
        for one in outlines_:
            _need_inside(row, one.host)
        ordered = sorted(outlines_, key=lambda one: one.span.starts_at)
        made = meeting_service.plan_many(
            series=series_of(row),
            dates=[[one.span] for one in ordered],
            each=[_facts(row, one) for one in ordered],
            by=None,
            admission=Admission.INVITED,
            chair=by,
        )
        sessions = []
        for meeting, one in zip(made, ordered, strict=True):
            session = Session.objects.create(programme=row, meeting=meeting, host=one.host, theme=one.theme.strip())
            session.questions.set(one.questions)
            sessions.append(session)
            if usual_programme:
                _write_programme(meeting)
        audit.record("learning_network.sessions_planned", row, by=by, new={"count": len(sessions)})
    return sessions


def _facts(programme: Programme, one: Outline) -> dict[str, Any]:
    place = one.place.strip() or (one.host.municipality.name if one.host is not None else "")
    return {"title": title_of(programme, one.theme), "place": place, "link": one.link}


def title_of(programme: Programme, theme: str) -> str:
    """What a session is called in calendars and messages; without a number, which may change."""
    theme = theme.strip()
    return (f"{programme.title}: {theme}" if theme else programme.title)[:TITLE_LENGTH]


def series_of(programme: Programme) -> Series:
    """The series of a locked programme, made when there is none; everybody who belongs to it is on its list."""
    if programme.series is None:
        programme.series = series_service.create_series(
            municipality=None,
            title=programme.title,
            by=None,
            visibility=SeriesVisibility.INVITED,
            organiser=programme.title[:120],
            host=HOST,
            host_title=programme.title,
            host_url=programme.get_absolute_url(),
        )
        programme.save(update_fields=["series"])
    series_service.add_members(series=programme.series, users=people_of(programme), by=None)
    return programme.series


def _need_inside(programme: Programme, host: Enrolment | None) -> None:
    if host is None:
        return
    if host.programme_id != programme.pk or not Enrolment.objects.inside().filter(pk=host.pk).exists():
        raise NetworkError(_("A session is held by a municipality that is in the programme."))


def _need_apart(programme: Programme, spans: Iterable[Span]) -> None:
    there = [
        (one.meeting.starts_at, one.meeting.ends_at)
        for one in programme.sessions.standing().select_related("meeting")  # type: ignore[attr-defined]
    ]
    taken = sorted([*there, *((span.starts_at, span.ends_at) for span in spans)])
    for (_begin, end), (begin, _end) in pairwise(taken):
        if begin < end:
            raise NetworkError(_("Two sessions of a programme can't be at the same time."))


def _write_programme(meeting: Meeting) -> None:
    part = meeting.parts.get()
    length = int((part.ends_at - part.starts_at).total_seconds() // 60)
    for title, minutes in outlines.session_lines(length):
        agenda_service.add_item(part=part, by=None, title=title, minutes=minutes)


def change(*, session: Session, by: User, version: int | None = None, **fields: Any) -> Session:
    """Change what a session is about, who holds it, where it is and who leads it. Who comes hears of another theme or place.

    Args:
        fields: any of ``WRITABLE``; ``questions`` as a list.

    Raises:
        Stale, NetworkError, MeetingError, ValidationError, PermissionDenied
    """
    if unknown := set(fields) - WRITABLE:
        raise TypeError(f"change does not know {sorted(unknown)}")
    with transaction.atomic():
        row = locked(session.pk)
        _moves.need("learning_network.facilitate", by, row.programme)
        _moves.same_version(row, version)
        old_host = row.host
        if "host" in fields:
            _need_inside(row.programme, fields["host"] if fields["host"] != old_host else None)
            row.host = fields["host"]
        if "theme" in fields:
            row.theme = fields["theme"].strip()
        facts = {name: fields[name] for name in _OF_MEETING if name in fields}
        if "place" in facts and row.host is not None:
            stays = old_host is not None and facts["place"] == old_host.municipality.name
            facts["place"] = row.host.municipality.name if stays or not facts["place"] else facts["place"]
        title: dict[str, Any] = {"title": title_of(row.programme, row.theme)} if "theme" in fields else {}
        meeting_service.change(meeting=row.meeting, by=None, **title, **facts)
        if "questions" in fields:
            row.questions.set(fields["questions"])
        row.version += 1
        row.full_clean(exclude=["programme", "meeting", "host"])
        row.save(update_fields=["host", "theme", "version"])
        audit.record("learning_network.session_changed", row, by=by, new={"fields": sorted(fields)})
    return row


def locked(session_id: int) -> Session:
    """The session with its row locked until the end of the transaction."""
    rows = Session.objects.select_for_update(of=("self",)).select_related(
        "programme", "meeting__series__municipality", "host__municipality"
    )
    return rows.get(pk=session_id)


# --- In the room -----------------------------------------------------------------------------------------------------------


def note_yield(
    *,
    session: Session,
    by: User,
    text: str,
    question: LearningQuestion | None = None,
    enrolment: Enrolment | None = None,
    key: uuid.UUID | None = None,
) -> Yield:
    """Note in a short line what a session brought.

    Args:
        key: of the form; the same key again changes nothing, so a press that is sent twice notes once.

    Raises:
        ValidationError: no text, or too long.
        PermissionDenied: neither runs the programme, nor chairs or minutes this session.
    """
    _moves.need("learning_network.run_session", by, session)
    if key is not None and (there := Yield.objects.filter(key=key).first()) is not None:
        return there
    made = Yield(
        session=session,
        text=text.strip(),
        question=question,
        enrolment=enrolment,
        noted_by=by,
        key=key or uuid.uuid4(),
    )
    if (question is not None and question.programme_id != session.programme_id) or (
        enrolment is not None and enrolment.programme_id != session.programme_id
    ):
        raise ValidationError(_("Choose a question and a municipality of this programme."))
    made.full_clean(exclude=["session", "noted_by", "question", "enrolment"])
    with transaction.atomic():
        made.save(force_insert=True)
        audit.record("learning_network.yield_noted", made, by=by)
    return made


def strike_yield(*, noted: Yield, by: User) -> None:
    """Take out a line that was noted wrongly; the audit trail keeps its words.

    Raises:
        PermissionDenied
    """
    with transaction.atomic():
        _moves.need("learning_network.run_session", by, noted.session)
        audit.record("learning_network.yield_struck", noted, by=by, old={"text": noted.text})
        noted.delete()


def let_in(*, session: Session, name: str, enrolment: Enrolment | None, by: User) -> None:
    """Somebody who stands in the room and is on no list, for one of the municipalities.

    Raises:
        MeetingError: no name, or the session was cancelled.
        PermissionDenied
    """
    _moves.need("learning_network.run_session", by, session)
    with transaction.atomic():
        attendee = registration.walk_in(meeting=session.meeting, name=name, by=by)
        if enrolment is not None and enrolment.programme_id == session.programme_id:
            Guest.objects.create(attendee=attendee, enrolment=enrolment)
