"""Who gets a mailing, and how far it is."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db.models import Q

from foundation.accounts.models import User
from foundation.notifications.queries import progress
from learning_network.enums import INSIDE
from learning_network.models import Mailing, Member, Participant, ProgrammeRole
from learning_network.notifications_members import MAILING

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from foundation.notifications.queries import Progress


def receivers_of(mailing: Mailing) -> QuerySet[User]:
    """The members who want mailings and fit one choice of each kind that was made."""
    rows = Member.objects.current().filter(wants_mailings=True)
    if mailing.interests:
        rows = rows.filter(reduce(or_, [Q(interests__contains=[one]) for one in mailing.interests]))
    towns = list(mailing.municipalities.values_list("pk", flat=True))
    if towns:
        rows = rows.filter(municipality__in=towns)
    programmes = list(mailing.programmes.values_list("pk", flat=True))
    if programmes:
        there = Participant.objects.filter(
            enrolment__programme__in=programmes,
            enrolment__stage__in=INSIDE,
            joined_at__isnull=False,
            left_at__isnull=True,
        )
        runs = ProgrammeRole.objects.filter(programme__in=programmes)
        rows = rows.filter(Q(user__in=there.values("user")) | Q(user__in=runs.values("user")))
    return User.objects.filter(pk__in=rows.values("user"), is_active=True)


def progress_of(mailing: Mailing) -> Progress:
    """How many messages stand in the outbox, and how many were sent."""
    return progress(MAILING, mailing.about)
