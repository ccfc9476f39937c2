"""Messages about advice: somebody asks, somebody answers, what was done with it, and reminders."""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.notifications.kinds import Kind, register
from foundation.notifications.services import notify
from learning_network.enums import INSIDE, Visibility
from learning_network.notifications import NETWORK

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from learning_network.models import Advice, AdviceRequest

ASKED = register(
    Kind(
        code="learning_network.advice_asked",
        topic=NETWORK.code,
        name=_("A municipality asks for advice"),
        subject=_("%(municipality)s asks for advice: %(title)s"),
        body="learning_network/mail/advice_asked.txt",
        action=_("Read the question"),
        bulk=True,
    )
)
GIVEN = register(
    Kind(
        code="learning_network.advice_given",
        topic=NETWORK.code,
        name=_("You got advice"),
        subject=_("New advice on “%(title)s”"),
        body="learning_network/mail/advice_given.txt",
        action=_("Read the advice"),
    )
)
THANKED = register(
    Kind(
        code="learning_network.advice_thanked",
        topic=NETWORK.code,
        name=_("Somebody thanks you for your advice"),
        subject=_("Thanks for your advice on “%(title)s”"),
        body="learning_network/mail/advice_thanked.txt",
        action=_("See the question"),
    )
)
CLOSED = register(
    Kind(
        code="learning_network.advice_closed",
        topic=NETWORK.code,
        name=_("What was done with your advice"),
        subject=_("What was done with your advice on “%(title)s”"),
        body="learning_network/mail/advice_closed.txt",
        action=_("Read what was done with it"),
    )
)
DAY_PASSED = register(
    Kind(
        code="learning_network.advice_day_passed",
        topic=NETWORK.code,
        name=_("The day of your question has passed"),
        subject=_("What did you do with the advice on “%(title)s”?"),
        body="learning_network/mail/advice_day_passed.txt",
        action=_("Say what you did with it"),
    )
)
UNUSED = register(
    Kind(
        code="learning_network.advice_unused",
        topic=NETWORK.code,
        name=_("Advice waits for your answer"),
        subject=_("Advice waits for you: %(title)s"),
        body="learning_network/mail/advice_unused.txt",
        action=_("Read the advice"),
    )
)


def about(request: AdviceRequest) -> str:
    """The name under which messages about a question are kept."""
    return f"learning_network.advice_request:{request.pk}"


def tell_asked(request: AdviceRequest) -> int:
    """Everybody of the programme; and members with this interest where the network may read it."""
    return notify(
        kind=ASKED,
        recipients=_who_could_advise(request),
        about=about(request),
        moment="asked",
        context={
            "title": request.title,
            "wants": request.wants,
            "municipality": str(request.municipality or request.programme or request.author or ""),
            "until": request.until,
        },
        url=request.get_absolute_url(),
    )


def tell_given(advice: Advice) -> int:
    """Who asked."""
    request = advice.request
    return notify(
        kind=GIVEN,
        recipients=[one for one in askers(request) if one.pk != advice.author_id],
        about=about(request),
        moment=f"advice-{advice.pk}",
        context={"title": request.title, "by": signature(advice)},
        url=f"{request.get_absolute_url()}#advies-{advice.pk}",
    )


def tell_thanked(advice: Advice) -> int:
    """Who gave it."""
    request = advice.request
    return notify(
        kind=THANKED,
        recipients=[advice.author] if advice.author is not None else [],
        about=about(request),
        moment=f"thanked-{advice.pk}",
        context={"title": request.title},
        url=f"{request.get_absolute_url()}#advies-{advice.pk}",
    )


def tell_closed(request: AdviceRequest, *, by: User) -> int:
    """Every adviser, with what was done with their own advice."""
    new = 0
    told: dict[int, list[Advice]] = {}
    for advice in request.advices.filter(hidden_at__isnull=True, author__isnull=False).select_related("author"):
        told.setdefault(advice.author_id or 0, []).append(advice)
    for theirs in told.values():
        adviser = theirs[0].author
        if adviser is None or adviser.pk == by.pk:
            continue
        new += notify(
            kind=CLOSED,
            recipients=[adviser],
            about=about(request),
            moment="closed",
            context={
                "title": request.title,
                "closing": request.closing,
                "outcomes": [[one.outcome, one.outcome_reason] for one in theirs],
            },
            url=request.get_absolute_url(),
        )
    return new


def remind_of_day(request: AdviceRequest) -> int:
    """The day until which advice helped has passed."""
    return notify(
        kind=DAY_PASSED,
        recipients=askers(request),
        about=about(request),
        moment=f"day-{request.until:%Y-%m-%d}",
        context={"title": request.title, "until": request.until},
        url=request.get_absolute_url(),
    )


def remind_of_unused(request: AdviceRequest, newest: datetime) -> int:
    """Nothing was said about the newest advice for two weeks."""
    return notify(
        kind=UNUSED,
        recipients=askers(request),
        about=about(request),
        moment=f"unused-{newest:%Y%m%d%H%M%S}",
        context={"title": request.title},
        url=request.get_absolute_url(),
    )


def signature(advice: Advice) -> str:
    """Name and municipality of an adviser, for members of the network."""
    return ", ".join(str(part) for part in (advice.author, advice.municipality) if part)


def askers(request: AdviceRequest) -> list[User]:
    """Who asked; where that person is gone, the colleagues of that municipality in that programme."""
    if request.author is not None and request.author.is_active:
        return [request.author]
    if request.programme_id is None or request.municipality_id is None:
        return []
    from learning_network.models import Participant

    rows = Participant.objects.present().filter(
        enrolment__programme=request.programme_id, enrolment__municipality=request.municipality_id
    )
    return list(User.objects.filter(pk__in=rows.values("user"), is_active=True))


def _who_could_advise(request: AdviceRequest) -> QuerySet[User]:
    from learning_network.models import Member, Participant, ProgrammeRole

    who: list[Q] = []
    if request.programme_id is not None:
        there = Participant.objects.filter(
            enrolment__programme=request.programme_id,
            enrolment__stage__in=INSIDE,
            joined_at__isnull=False,
            left_at__isnull=True,
        )
        runs = ProgrammeRole.objects.filter(programme=request.programme_id)
        who += [Q(pk__in=there.values("user")), Q(pk__in=runs.values("user"))]
    if request.visibility != Visibility.LAB:
        interested = Member.objects.current().filter(interests__contains=[request.theme])
        who.append(Q(pk__in=interested.values("user")))
    rows = User.objects.filter(reduce(or_, who), is_active=True)
    return rows.exclude(pk=request.author_id) if request.author_id else rows
