"""The projects on the ballot paper, until it opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import audit, clock
from foundation.municipalities.models import Area
from foundation.voting.enums import BallotState
from foundation.voting.errors import NotReady, VotingError, WrongMoment
from foundation.voting.models import Ballot, Option
from foundation.voting.queries.readiness import problems
from foundation.voting.services._locks import locked, need

MAX_OPTIONS = 500


@dataclass(frozen=True)
class NewOption:
    """One project to put on the paper; ``cost_cents`` in cents (0 where no money is divided), ``area`` where it lies (or None)."""

    title: str
    cost_cents: int = 0
    text: str = ""
    area: Area | None = None
    category: str = ""
    reference: str = ""


def replace_all(*, ballot: Ballot, options: Sequence[NewOption], by: User) -> list[Option]:
    """Put these projects on the paper, numbered from 1 in this order, instead of what stood there.

    Raises:
        WrongMoment: the rules are frozen.
        VotingError: too many, or a project without a title or with a negative cost.
        NotReady: an announced ballot would become incomplete.
    """
    need("voting.manage_ballots", by, ballot.municipality)
    _check(ballot, options)
    with transaction.atomic():
        ballot = locked(ballot.pk)
        if not ballot.is_editable or ballot.takes_votes(clock.now()):
            raise WrongMoment(_("The vote has opened: its projects can't be changed any more."))
        ballot.options.all().delete()
        made = Option.objects.bulk_create(
            Option(
                ballot=ballot,
                number=number,
                title=option.title,
                text=option.text,
                cost_cents=option.cost_cents,
                area=option.area,
                category=option.category,
                reference=option.reference,
            )
            for number, option in enumerate(options, start=1)
        )
        if ballot.state == BallotState.ANNOUNCED and (found := problems(ballot, clock.now())):
            raise NotReady(found)
        audit.record("voting.options_set", ballot, by=by, new={"number_of_options": len(made)})
    return made


def _check(ballot: Ballot, options: Sequence[NewOption]) -> None:
    if len(options) > MAX_OPTIONS:
        raise VotingError(_("A ballot has at most %(max)d projects.") % {"max": MAX_OPTIONS})
    for number, option in enumerate(options, start=1):
        if not option.title.strip():
            raise VotingError(_("Project %(number)d has no title.") % {"number": number})
        if option.cost_cents < 0:
            raise VotingError(_("The cost of project %(number)d is below zero.") % {"number": number})
        if option.area is not None and option.area.municipality_id != ballot.municipality_id:
            raise VotingError(_("Project %(number)d lies in another municipality.") % {"number": number})
