"""The vote of a process: from feasible proposals to a ballot of ``foundation.voting``, and from its result back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from foundation.municipalities.models import Area
from foundation.voting.enums import BUDGET_RULES, BallotState
from foundation.voting.services import ballots, imports
from foundation.voting.services import options as option_services
from participation import notifications_proposals as notifications
from participation.enums import PhaseKind, ProcessState
from participation.enums_proposals import ProposalState
from participation.errors import ParticipationError, WrongMoment
from participation.models import Phase, Process, ProcessVote, Proposal, VotedProposal
from participation.queries import votes as queries
from participation.services import _moves

if TYPE_CHECKING:
    from foundation.accounts.models import User


def make_ballot(
    *,
    process: Process,
    by: User,
    title: str,
    question: str,
    phase: Phase | None = None,
    ids: Sequence[int] | None = None,
    areas: Sequence[Area] | None = None,
    **fields: Any,
) -> ProcessVote:
    """Make the ballot paper: every feasible proposal becomes an option, all in one step or none.

    The paper is a copy. Until it opens it can be made anew from the proposals (``copy_again``); from then on the database
    of the vote refuses any change, whatever happens to the proposals.

    Args:
        question: what the vote is about, Markdown.
        phase: the one of the vote; gives the times where ``fields`` hold none.
        ids: of the proposals, when not all feasible ones.
        areas: where voters live; None: those of the process.
        fields: of ``foundation.voting.models.ballot.EDITABLE``.

    Raises:
        ParticipationError: fewer than two proposals, one without a cost, or a ballot is there already.
        foundation.voting.errors.VotingError, ValidationError: as ``ballots.create``.
        WrongMoment, PermissionDenied
    """
    with transaction.atomic():
        row = _moves.locked(process.pk)
        _moves.need("participation.run", by, row.municipality)
        if row.state != ProcessState.PUBLISHED:
            raise WrongMoment(_("This process does not run now."))
        if queries.current(row) is not None:
            raise ParticipationError(_("This process has a ballot already."))
        phase = phase or row.phases.filter(kind=PhaseKind.VOTE).first()
        if phase is not None:
            fields = {"opens_at": phase.opens_at, "closes_at": phase.closes_at, **fields}
        chosen = _chosen(row, ids)
        spends = fields.get("rule") in BUDGET_RULES
        ballot = imports.ballot_from_proposals(
            municipality=row.municipality,
            title=title,
            question=question,
            proposals=_papers(chosen, spends=spends),
            by=by,
            **fields,
        )
        ballots.change(ballot=ballot, by=by, areas=list(row.areas.all()) if areas is None else list(areas))
        vote = ProcessVote.objects.create(process=row, phase=phase, ballot=ballot, made_by=by, copied_at=clock.now())
        _number(vote, chosen)
        audit.record("participation.ballot_made", row, by=by, new={"proposals": len(chosen)})
    return vote


def copy_again(*, vote: ProcessVote, by: User) -> int:
    """Put the proposals on the paper as they are now, before it opens: those on it that are still feasible, and new ones.

    Returns:
        how many stand on it.

    Raises:
        foundation.voting.errors.WrongMoment: the vote has opened.
        ParticipationError, PermissionDenied
    """
    with transaction.atomic():
        process = _moves.locked(vote.process_id)
        _moves.need("participation.run", by, process.municipality)
        row = ProcessVote.objects.select_for_update(of=("self",)).select_related("ballot__municipality").get(pk=vote.pk)
        chosen = _chosen(process, None)
        option_services.from_proposals(ballot=row.ballot, proposals=_papers(chosen, spends=row.ballot.spends), by=by)
        row.proposals.all().delete()
        _number(row, chosen)
        row.copied_at = clock.now()
        row.save(update_fields=["copied_at"])
        audit.record("participation.ballot_copied", process, by=by, new={"proposals": len(chosen)})
    return len(chosen)


def note_result(*, vote: ProcessVote) -> int:
    """Write the published result on the proposals: won or not. Safe to call at any time, by many; once is enough.

    Returns:
        how many won; 0 as well when there is no published result yet.
    """
    if vote.noted_at is not None:
        return 0
    with transaction.atomic():
        row = (
            ProcessVote.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("ballot", "process__municipality")
            .filter(pk=vote.pk, noted_at=None, ballot__state=BallotState.PUBLISHED)
            .first()
        )
        if row is None:
            return 0
        won = queries.winning_numbers(row.ballot)
        on_paper = list(row.proposals.values_list("number", "proposal_id"))
        winners = [pk for number, pk in on_paper if number in won]
        Proposal.objects.filter(pk__in=[pk for _number, pk in on_paper]).update(won=False)
        Proposal.objects.filter(pk__in=winners).update(won=True)
        row.noted_at = clock.now()
        row.save(update_fields=["noted_at"])
        audit.record("participation.result_noted", row.process, by=None, new={"winners": len(winners)})
        event = _moves.note(row.process, "result_noted", facts={"winners": len(winners)})
        notifications.tell_process_followers(row.process, event, by=None)
        notifications.tell_result(row, winners)
    vote.noted_at = row.noted_at
    return len(winners)


def note_due() -> int:
    """Write every published result that was not written yet. For beat.

    Returns:
        how many votes.
    """
    due = list(ProcessVote.objects.filter(noted_at=None, ballot__state=BallotState.PUBLISHED))
    for vote in due:
        note_result(vote=vote)
    return len(due)


def call(*, vote: ProcessVote, by: User, whom: str) -> int:
    """Ask people to vote: who follows the process, or who lives in or follows its neighbourhoods. Each person once.

    Args:
        whom: "volgers" or "buurt".

    Returns:
        how many are told now.

    Raises:
        WrongMoment: residents can't see the vote yet, or not vote any more.
        PermissionDenied
    """
    with transaction.atomic():
        _moves.need("participation.run", by, vote.process.municipality)
        ballot = vote.ballot
        if ballot.state not in (BallotState.ANNOUNCED, BallotState.OPEN) or ballot.closes_at is None:
            raise WrongMoment(_("Announce the vote first; people must be able to look at it."))
        if ballot.closes_at <= clock.now():
            raise WrongMoment(_("The vote is over."))
        told = notifications.call_to_vote(vote, queries.reached(vote, whom))
        audit.record("participation.called_to_vote", vote.process, by=by, new={"whom": whom, "people": told})
    return told


def _chosen(process: Process, ids: Sequence[int] | None) -> list[Proposal]:
    rows = (
        Proposal.objects.filter(process=process, state=ProposalState.FEASIBLE).public().select_related("neighbourhood")
    )
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    found = list(rows.order_by("pk"))
    if len(found) < 2:
        raise ParticipationError(_("A vote needs at least two feasible proposals."))
    return found


def _papers(chosen: Sequence[Proposal], *, spends: bool) -> list[option_services.Proposal]:
    """The proposals as plain data: what stands on the paper from now on."""
    unknown = [proposal.title for proposal in chosen if spends and proposal.known_cost_cents is None]
    if unknown:
        raise ParticipationError(
            _("Money is divided, so each proposal needs a cost. Missing for: %(titles)s.")
            % {"titles": ", ".join(f"“{title}”" for title in unknown[:10])}
        )
    return [
        option_services.Proposal(
            title=proposal.title,
            text="\n\n".join(part for part in (proposal.summary, proposal.text) if part),
            cost_cents=(proposal.known_cost_cents or 0) if spends else 0,
            area_code=proposal.neighbourhood.code if proposal.neighbourhood else "",
            category=proposal.category,
            reference=str(proposal.pk),
            url=f"{settings.SITE_URL}{proposal.get_absolute_url()}",
            picture=proposal.picture.open("rb") if proposal.picture else None,
            picture_alt=proposal.picture_alt,
        )
        for proposal in chosen
    ]


def _number(vote: ProcessVote, chosen: Sequence[Proposal]) -> None:
    VotedProposal.objects.bulk_create(
        VotedProposal(vote=vote, proposal=proposal, number=number) for number, proposal in enumerate(chosen, start=1)
    )
