"""The messages about participation processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.notifications.kinds import Kind, Topic, register, register_topic
from foundation.notifications.services import notify

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from participation.models import Phase, Process, ProcessEvent, Seat

PARTICIPATION = register_topic(
    Topic("participation", _("Taking part"), _("News of processes that you follow or take part in."))
)
PARTICIPATION_STAFF = register_topic(
    Topic("participation_staff", _("Processes at work"), _("For staff: processes that wait for you."), for_all=False)
)

NEWS = register(
    Kind(
        code="participation.news",
        topic=PARTICIPATION.code,
        name=_("A process you follow goes on"),
        subject=_("It goes on: %(title)s"),
        body="participation/mail/news.txt",
        action=_("Look at the process"),
    )
)
PHASE_OPENED = register(
    Kind(
        code="participation.phase_opened",
        topic=PARTICIPATION.code,
        name=_("A phase opens in a process you follow"),
        subject=_("%(title)s: %(phase)s is open"),
        body="participation/mail/phase_opened.txt",
        action=_("Take part"),
    )
)
PHASE_ENDS = register(
    Kind(
        code="participation.phase_ends",
        topic=PARTICIPATION.code,
        name=_("A phase ends soon in a process you follow"),
        subject=_("%(title)s: %(phase)s ends soon"),
        body="participation/mail/phase_ends.txt",
        action=_("Take part"),
    )
)

SEAT = register(
    Kind(
        code="participation.seat",
        topic=PARTICIPATION.code,
        name=_("Whether you have a place in a group"),
        subject=_("About your place in %(group)s"),
        body="participation/mail/seat.txt",
        action=_("Look at the group"),
        urgent=True,
    )
)


def about(process: Process) -> str:
    """The name under which messages about this process are kept."""
    return f"participation.process:{process.pk}"


def followers(process: Process) -> QuerySet[User]:
    """Who follows it, and who has a role in it."""
    return User.objects.filter(
        Q(followed_processes__process=process) | Q(process_roles__process=process), is_active=True
    ).distinct()


def tell_followers(process: Process, event: ProcessEvent, *, by: User | None) -> int:
    """Tell who follows it what happened; once per event."""
    if not process.is_public:
        return 0
    people = followers(process)
    return notify(
        kind=NEWS,
        recipients=people.exclude(pk=by.pk) if by is not None else people,
        about=about(process),
        moment=f"event-{event.pk}",
        context={"title": process.title, "verb": event.verb, "facts": event.facts, "reason": event.reason},
        url=process.get_absolute_url(),
        municipality=process.municipality,
    )


def tell_phase(kind: Kind, phase: Phase, *, recipients: Any = None) -> int:
    """Tell that a phase opened, or ends soon; once per phase and time, so a moved phase is told of again."""
    at = phase.opens_at if kind is PHASE_OPENED else phase.closes_at
    return notify(
        kind=kind,
        recipients=followers(phase.process) if recipients is None else recipients,
        about=about(phase.process),
        moment=f"phase-{phase.pk}-{at:%Y%m%d%H%M}",
        context={
            "title": phase.process.title,
            "phase": phase.title,
            "intro": phase.intro,
            "closes_at": phase.closes_at,
        },
        url=phase.get_absolute_url(),
        municipality=phase.process.municipality,
    )


def tell_seat(seat: Seat, what: str) -> int:
    """Tell somebody that they have a place, or stand in line.

    Args:
        what: ``seated`` or ``reserve``.
    """
    if seat.user is None:
        return 0
    group = seat.group
    return notify(
        kind=SEAT,
        recipients=[seat.user],
        about=f"participation.group:{group.pk}",
        moment=f"{what}-{seat.number}-{seat.place_in_line or 0}",
        context={"group": group.title, "what": what, "place": seat.place_in_line or 0, "title": group.process.title},
        url=group.get_absolute_url(),
        municipality=group.process.municipality,
    )
