"""Views (*zienswijzen*) on a draft: given online by anybody with an account, or written down by staff (Awb 3:15, 3:16)."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from participation.enums import PhaseKind
from participation.enums_outcome import Channel
from participation.errors import ParticipationError, WrongMoment
from participation.models import Phase, Process, PublicView
from participation.services import _moves, people

if TYPE_CHECKING:
    from foundation.accounts.models import User

# A letter that was posted within the term is in time when it arrives within a week after it (Awb 6:9).
DAYS_BY_POST = 7


def give(
    *, process: Process, by: User, text: str, name_is_public: bool = False, key: uuid.UUID | None = None
) -> PublicView:
    """Give a view while they lie open. The sender follows the process from then on, so that the answer reaches them.

    Args:
        key: of the form, so that a double click gives one view.

    Raises:
        ParticipationError: no text.
        WrongMoment: no phase for views is open.
        PermissionDenied
    """
    if not text.strip():
        raise ParticipationError(_("Write your view."))
    with transaction.atomic():
        row = _moves.locked(process.pk)
        _moves.need("participation.take_part", by, row)
        phase = _phase(row)
        _moves.need_open(phase)
        if key is not None and (there := PublicView.objects.filter(sent_key=key, author=by).first()) is not None:
            return there
        given = PublicView(
            process=row,
            author=by,
            author_is_public=name_is_public,
            text=text.strip(),
            received_on=clock.today(),
            created_at=clock.now(),
            sent_key=key,
        )
        given.full_clean(exclude=["sender"])
        given.save()
        audit.record("participation.view_given", given, by=by, municipality=row.municipality)
    people.follow(process=process, by=by)
    return given


def enter(*, process: Process, by: User, text: str, channel: str, received_on: date, sender: str = "") -> PublicView:
    """Write down a view that came by letter, by telephone or at a meeting.

    Args:
        received_on: the day it came in; by letter until a week after the last day.
        sender: who sent it; only staff reads it.

    Raises:
        ParticipationError: no text, or too early, too late, or in the future.
        PermissionDenied
    """
    if not text.strip() or channel not in Channel.values or channel == Channel.ONLINE:
        raise ParticipationError(_("Write what the view says, and how it came in."))
    with transaction.atomic():
        row = _moves.locked(process.pk)
        _moves.need("participation.run", by, row.municipality)
        phase = _phase(row)
        first, last = clock.today(phase.opens_at), clock.today(phase.closes_at)
        late = (received_on - last).days - (DAYS_BY_POST if channel == Channel.LETTER else 0)
        if received_on > clock.today():
            raise ParticipationError(_("That day lies in the future."))
        if received_on < first or late > 0:
            raise ParticipationError(_("That day lies outside the time in which views could be given."))
        given = PublicView(
            process=row,
            author=None,
            author_is_public=False,
            text=text.strip(),
            channel=channel,
            sender=sender.strip(),
            received_on=received_on,
            entered_by=by,
        )
        given.full_clean(exclude=["author"])
        given.save()
        audit.record("participation.view_entered", given, by=by, municipality=row.municipality)
    return given


def _phase(process: Process) -> Phase:
    phases = list(process.phases.filter(kind=PhaseKind.VIEWS))
    if not phases:
        raise WrongMoment(_("No views are asked for in this process."))
    now = clock.now()
    chosen = next((phase for phase in phases if phase.moment(now) == "open"), phases[-1])
    chosen.process = process
    return chosen
