"""What is known of the vote of a process: its ballot, who is reached by what, which proposals won."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from foundation.accounts.models import User
from foundation.municipalities.models import Area, Follow, Residency
from foundation.voting import counting
from foundation.voting.enums import BallotState, Electorate
from foundation.voting.models import Result
from foundation.voting.queries.followers import Readers, readers
from participation import notifications
from participation.enums_proposals import ProposalState
from participation.models import ProcessVote, Proposal

if TYPE_CHECKING:
    from foundation.voting.models import Ballot
    from participation.models import Process

FOLLOWERS, NEIGHBOURHOOD = "volgers", "buurt"


def current(process: Process) -> ProcessVote | None:
    """The newest vote of a process that was not cancelled."""
    return (
        ProcessVote.objects.filter(process=process)
        .exclude(ballot__state=BallotState.CANCELLED)
        .select_related("ballot__municipality", "process__municipality", "phase")
        .first()
    )


def is_old(vote: ProcessVote) -> bool:
    """Whether proposals changed since they were copied on the paper: another text, another verdict, one more or less."""
    feasible = dict(
        Proposal.objects.filter(process=vote.process)
        .public()
        .filter(state=ProposalState.FEASIBLE)
        .values_list("pk", "changed_at")
    )
    on_paper = set(vote.proposals.values_list("proposal_id", flat=True))
    return set(feasible) != on_paper or any(changed > vote.copied_at for changed in feasible.values())


def winning_numbers(ballot: Ballot) -> set[int]:
    """The options that won; the caller has asked whether the result may be told (it is published)."""
    result = Result.objects.filter(count__ballot=ballot).first()
    if result is None:
        return set()
    return {int(option) for option in counting.Outcome.from_dict(result.outcome).winners}


def winners(process: Process) -> QuerySet[Proposal]:
    """The proposals that won the published vote, most supported first: what execution begins with."""
    found: QuerySet[Proposal] = (
        Proposal.objects.filter(process=process, won=True)
        .select_related("process__municipality", "neighbourhood", "author")
        .order_by("-supporters_total", "pk")
    )
    return found


def reached(vote: ProcessVote, whom: str) -> QuerySet[User]:
    """The people with an account who are reached in this way."""
    process = vote.process
    if whom == FOLLOWERS:
        makers = Q(proposals_made__proposal__process=process) | Q(proposals_supported__proposal__process=process)
        ids = notifications.followers(process).values("pk")
        return User.objects.filter(Q(pk__in=ids) | makers, is_active=True, erased_at=None).distinct()
    areas = _areas(vote)
    lives = Residency.objects.filter(municipality=process.municipality)
    follows = Follow.objects.confirmed().filter(
        follower__municipality=process.municipality, follower__stopped_at=None, follower__user__isnull=False
    )
    if areas:
        lives = lives.filter(Q(neighbourhood__in=areas) | Q(neighbourhood__parent__in=areas))
        follows = follows.filter(area__in=areas)
    return User.objects.filter(
        Q(pk__in=lives.values("user")) | Q(pk__in=follows.values("follower__user")), is_active=True, erased_at=None
    )


def _areas(vote: ProcessVote) -> list[Area]:
    return list(vote.ballot.areas.defer("geometry"))


@dataclass(frozen=True)
class Reach:
    """Who hears of the vote, and how. Numbers of people."""

    followers: int
    neighbourhood: int
    letters: int
    with_codes: bool
    with_paper: bool
    readers: Readers | None = None


def reach(vote: ProcessVote) -> Reach:
    """How many people each road reaches."""
    ballot = vote.ballot
    letters = 0
    if ballot.electorate == Electorate.CODES:
        letters = sum(batch.size for batch in ballot.code_batches.all())
    return Reach(
        followers=reached(vote, FOLLOWERS).count(),
        neighbourhood=reached(vote, NEIGHBOURHOOD).count(),
        letters=letters,
        with_codes=ballot.electorate == Electorate.CODES,
        with_paper=ballot.takes_paper,
        readers=readers(ballot),
    )
