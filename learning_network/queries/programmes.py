"""Reads about programmes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q

from foundation.accounts.models import User
from learning_network import visibility
from learning_network.enums import INSIDE, ProgrammeState
from learning_network.models import Enrolment, Lesson, Participant, Phase, Practice, Programme
from learning_network.queries import practices, red_threads

if TYPE_CHECKING:
    from django.db.models import QuerySet


def listed(user: Any) -> QuerySet[Programme]:
    """The programmes that this person may know of: those that run or ran, and their own."""
    rows = _with_number()
    mine = list(visibility.run_by(user))
    return rows.filter(~Q(state=ProgrammeState.DRAFT) | Q(pk__in=mine))


def led(user: Any) -> QuerySet[Programme]:
    """Those that this person leads or facilitates."""
    return _with_number().filter(pk__in=list(visibility.run_by(user)))


def _with_number() -> QuerySet[Programme]:
    """With the phases, and ``inside_number``: how many municipalities are in."""
    inside = Count("enrolments", filter=Q(enrolments__stage__in=INSIDE), distinct=True)
    return Programme.objects.prefetch_related("phases").annotate(inside_number=inside)


def shared_in(programme: Programme, user: Any, *, limit: int = 6) -> dict[str, Any]:
    """The newest of what was shared in a programme and this person may read, for its page; three queries."""
    return {
        "practices": practices.newest_of(Practice.objects.visible_to(user).filter(programme=programme), limit),
        "lessons": practices.newest_of(Lesson.objects.visible_to(user).filter(programme=programme), limit),
        "threads": list(red_threads.listed(user).filter(programme=programme)[:limit]),
        "may_write": programme.pk in visibility.labs_of(user),
    }


def people_of(programme: Programme) -> QuerySet[User]:
    """Who is invited to sessions: people of municipalities that are in, leads and facilitators."""
    present = Participant.objects.present().filter(enrolment__programme=programme).values("user")
    rows = User.objects.filter(is_active=True)
    return rows.filter(pk__in=present) | rows.filter(pk__in=programme.roles.values("user"))


def inside(programme: Programme) -> QuerySet[Enrolment]:
    """The municipalities that are in, by name."""
    return programme.enrolments.filter(stage__in=INSIDE).select_related("municipality").order_by("municipality__name")


def phase_now(phases: list[Phase], today: date) -> Phase | None:
    """The phase that is going on at this (Dutch) day."""
    return next((phase for phase in phases if phase.is_now(today)), None)


def path_of(phases: list[Phase], today: date) -> list[dict[str, Any]]:
    """The phases as the steps of a ``{% path %}``: which are done, which goes on now, what each is for."""
    return [
        {
            "name": phase.title,
            "state": "now" if phase.is_now(today) else "done" if phase.ends_on < today else "next",
            "start": phase.starts_on,
            "end": phase.ends_on,
            "note": phase.purpose,
        }
        for phase in phases
    ]
