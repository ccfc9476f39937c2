"""The messages about problems, proposals, merging and the vote."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.core import clock
from foundation.notifications.kinds import Kind, register
from foundation.notifications.services import mail_to, notify
from participation import notifications
from participation.notifications import PARTICIPATION, PARTICIPATION_STAFF

if TYPE_CHECKING:
    from participation.models import (
        MakerInvitation,
        Merger,
        Problem,
        ProblemStatement,
        Process,
        ProcessEvent,
        ProcessVote,
        Proposal,
        Verdict,
    )

PROBLEM_MERGED = register(
    Kind(
        code="participation.problem_merged",
        topic=PARTICIPATION.code,
        name=_("A problem you brought in became part of the shared description"),
        subject=_("What you said is part of: %(title)s"),
        body="participation/mail/problem_merged.txt",
        action=_("Read the shared description"),
    )
)
JUDGED = register(
    Kind(
        code="participation.proposal_judged",
        topic=PARTICIPATION.code,
        name=_("The municipality checked a proposal of yours"),
        subject=_("Checked: %(title)s"),
        body="participation/mail/proposal_judged.txt",
        action=_("Read the outcome"),
        urgent=True,
    )
)
RESULT = register(
    Kind(
        code="participation.proposal_result",
        topic=PARTICIPATION.code,
        name=_("There was voted on a proposal of yours"),
        subject=_("The result of the vote: %(title)s"),
        body="participation/mail/proposal_result.txt",
        action=_("Go to your proposal"),
    )
)
MERGE_ASKED = register(
    Kind(
        code="participation.merge_asked",
        topic=PARTICIPATION.code,
        name=_("You are asked whether your proposal may be merged"),
        subject=_("Do you agree? Merging proposals in %(title)s"),
        body="participation/mail/merge_asked.txt",
        action=_("Read the plan and answer"),
        urgent=True,
    )
)
MERGE_ENDED = register(
    Kind(
        code="participation.merge_ended",
        topic=PARTICIPATION.code,
        name=_("What became of a plan to merge your proposal"),
        subject=_("Merging proposals in %(title)s"),
        body="participation/mail/merge_ended.txt",
        action=_("Read what happened"),
    )
)
INVITATION = register(
    Kind(
        code="participation.maker_invitation",
        topic=PARTICIPATION.code,
        name=_("Invitation to make a proposal together"),
        subject=_("Do you join in? %(title)s"),
        body="participation/mail/maker_invitation.txt",
        action=_("Read the invitation"),
        switchable=False,
    )
)
CALL = register(
    Kind(
        code="participation.call_to_vote",
        topic=PARTICIPATION.code,
        name=_("You can vote in a process near you"),
        subject=_("You can vote: %(title)s"),
        body="participation/mail/call_to_vote.txt",
        action=_("Go to the vote"),
    )
)
ASSIGNED = register(
    Kind(
        code="participation.proposals_assigned",
        topic=PARTICIPATION_STAFF.code,
        name=_("Proposals were given to you to check"),
        subject=_("For you to check: proposals of %(title)s"),
        body="participation/mail/proposals_assigned.txt",
        action=_("Open the list"),
    )
)
ADAPTED = register(
    Kind(
        code="participation.proposal_adapted",
        topic=PARTICIPATION_STAFF.code,
        name=_("A proposal was changed as you asked"),
        subject=_("Changed: %(title)s"),
        body="participation/mail/proposal_adapted.txt",
        action=_("Check the proposal"),
    )
)


def about(proposal: Proposal) -> str:
    """The name under which messages about this proposal are kept."""
    return f"participation.proposal:{proposal.pk}"


def tell_process_followers(process: Process, event: ProcessEvent, *, by: User | None) -> int:
    """Tell who follows the process what happened."""
    return notifications.tell_followers(process, event, by=by)


def tell_problem_merged(problem: Problem, statement: ProblemStatement) -> int:
    """Tell who brought it in that it became part of the shared statement; once per problem, whatever versions follow."""
    if problem.author is None:
        return 0
    process = statement.process
    return notify(
        kind=PROBLEM_MERGED,
        recipients=[problem.author],
        about=f"participation.problem:{problem.pk}",
        moment="merged",
        context={"title": process.title, "problem": problem.title, "statement": statement.title},
        url=reverse("participation:problem_statement", args=[process.municipality.slug, process.slug]),
        municipality=process.municipality,
    )


def tell_judged(proposal: Proposal, verdict: Verdict) -> int:
    """Tell the makers the verdict, once per verdict."""
    return notify(
        kind=JUDGED,
        recipients=_makers([proposal]),
        about=about(proposal),
        moment=f"verdict-{verdict.pk}",
        context={
            "title": proposal.title,
            "verdict": verdict.state,
            "reasons": verdict.reasons,
            "adapt_by": verdict.adapt_by,
        },
        url=proposal.get_absolute_url(),
        municipality=proposal.process.municipality,
    )


def tell_adapted(proposal: Proposal) -> int:
    """Tell who checks it that it was changed; once per version."""
    process = proposal.process
    if proposal.handler is None:
        return 0
    return notify(
        kind=ADAPTED,
        recipients=[proposal.handler],
        about=about(proposal),
        moment=f"adapted-{proposal.version}",
        context={"title": proposal.title},
        url=reverse("participation:check", args=[process.municipality.slug, process.slug, proposal.pk]),
        municipality=process.municipality,
    )


def tell_assigned(process: Process, handler: User, number: int) -> int:
    """Tell a colleague that proposals wait to be checked."""
    return notify(
        kind=ASSIGNED,
        recipients=[handler],
        about=notifications.about(process),
        moment=f"assigned-{clock.now():%Y%m%d%H%M}",
        context={"title": process.title, "number": number},
        url=reverse("participation:proposal_work", args=[process.municipality.slug, process.slug]) + "?wie=mij",
        municipality=process.municipality,
    )


def mail_invitation(proposal: Proposal, invitation: MakerInvitation, *, url: str, who: str) -> bool:
    """Mail the link with which somebody can join the makers."""
    return mail_to(
        address=invitation.email,
        kind=INVITATION,
        about=about(proposal),
        moment=f"invited-{invitation.token_hash[:12]}",
        context={"title": proposal.title, "who": who, "until": invitation.expires_at},
        url=url,
        municipality=proposal.process.municipality,
    )


def ask_makers(merger: Merger, makers: Sequence[User], *, by: User | None) -> int:
    """Ask the makers whether they agree; each once per plan."""
    return notify(
        kind=MERGE_ASKED,
        recipients=makers,
        about=f"participation.merger:{merger.pk}",
        moment="asked",
        context={"title": merger.process.title, "reason": merger.reason},
        url=_merger_url(merger),
        municipality=merger.process.municipality,
    )


def tell_merger_ended(merger: Merger, *, by: User | None) -> int:
    """Tell everybody who was asked what became of it."""
    people = User.objects.filter(pk__in=merger.consents.values("user"))
    if by is not None:
        people = people.exclude(pk=by.pk)
    return notify(
        kind=MERGE_ENDED,
        recipients=people,
        about=f"participation.merger:{merger.pk}",
        moment="ended",
        context={
            "title": merger.process.title,
            "state": merger.state,
            "result": merger.result.title if merger.result else "",
        },
        url=merger.result.get_absolute_url() if merger.result else _merger_url(merger),
        municipality=merger.process.municipality,
    )


def tell_result(vote: ProcessVote, winners: Iterable[int]) -> int:
    """Tell the makers of each proposal on the paper whether it won; once per vote."""
    won, told = set(winners), 0
    for line in vote.proposals.select_related("proposal__process__municipality"):
        told += notify(
            kind=RESULT,
            recipients=_makers([line.proposal]),
            about=about(line.proposal),
            moment=f"result-{vote.pk}",
            context={"title": line.proposal.title, "won": line.proposal_id in won},
            url=line.proposal.get_absolute_url(),
            municipality=vote.process.municipality,
        )
    return told


def call_to_vote(vote: ProcessVote, people: Iterable[User]) -> int:
    """Ask people to vote; each person once, by whichever road they were found."""
    ballot: Any = vote.ballot
    return notify(
        kind=CALL,
        recipients=people,
        about=f"participation.vote:{vote.pk}",
        moment="call",
        context={"title": vote.process.title, "opens_at": ballot.opens_at, "closes_at": ballot.closes_at},
        url=ballot.get_absolute_url(),
        municipality=vote.process.municipality,
    )


def _makers(proposals: Iterable[Proposal]) -> list[User]:
    ids = [proposal.pk for proposal in proposals]
    return list(User.objects.filter(proposals_made__proposal__in=ids).distinct())


def _merger_url(merger: Merger) -> str:
    process = merger.process
    return reverse("participation:merger", args=[process.municipality.slug, process.slug, merger.pk])
