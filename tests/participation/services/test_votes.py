"""From feasible proposals to a ballot that stays as it was, and from its result back to the proposals."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from foundation.core import clock
from foundation.municipalities.models import Follow, Follower, Newsletter
from foundation.municipalities.services import newsletters
from foundation.notifications.models import Message
from foundation.voting.errors import VotingError
from foundation.voting.models import Ballot
from foundation.voting.services import ballots, mixing
from participation.enums import PhaseKind
from participation.enums_proposals import ProposalState
from participation.errors import ParticipationError, WrongMoment
from participation.models import Process, ProcessVote, Proposal
from participation.queries import versions as page_versions
from participation.queries import votes as queries
from participation.services import feasibility, mergers, people, proposals, votes
from tests.factories import voting as voting_above
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import NeighbourhoodFactory, ResidencyFactory, civil_servant
from tests.factories.participation import open_phase
from tests.factories.proposals import gathering, judged, submitted

pytestmark = pytest.mark.django_db
MONEY = {"type": "approval", "rule": "equal_shares", "limit_kind": "none", "budget_cents": 1_000_000}
TICKS = {"type": "approval", "rule": "most_votes", "limit_kind": "none", "rule_settings": {"seats": 1, "threshold": 0}}


def with_three() -> tuple[Process, Proposal, Proposal, Proposal]:
    """A process with two feasible proposals and one that is not."""
    process = gathering()
    servant = civil_servant(process.municipality)
    area = NeighbourhoodFactory(municipality=process.municipality)
    one = judged(process, ProposalState.FEASIBLE, staff=servant, title="Lampen", neighbourhood=area)
    two = judged(process, ProposalState.FEASIBLE, staff=servant, title="Bomen", municipal_cost_cents=300_000)
    three = judged(process, ProposalState.NOT_FEASIBLE, staff=servant, title="Zwembad")
    open_phase(process, PhaseKind.VOTE, opens_at=timezone.now() + timedelta(hours=1))
    return Process.objects.get(pk=process.pk), one, two, three


def make(process: Process, **fields: object) -> ProcessVote:
    servant = civil_servant(process.municipality)
    return votes.make_ballot(
        process=process, by=servant, title="Stem mee", question="Wat kiezen we?", **{**TICKS, **fields}
    )


def opened(process: Process, **fields: object) -> ProcessVote:
    vote = make(process, **fields)
    ballots.announce(ballot=vote.ballot, by=vote.made_by)
    ballots.open_now(ballot=Ballot.objects.get(), by=vote.made_by)
    return ProcessVote.objects.select_related("ballot", "process__municipality").get()


def test_feasible_proposals_become_options_in_one_step_with_the_times_of_the_phase() -> None:
    process, one, two, _three = with_three()
    vote = make(process, **MONEY, rule_settings={})
    options = list(vote.ballot.options.all())
    assert [(option.title, option.cost_cents, option.reference) for option in options] == [
        ("Lampen", 450_000, str(one.pk)),
        ("Bomen", 300_000, str(two.pk)),
    ]
    assert options[0].area == one.neighbourhood
    assert options[0].url.endswith(one.get_absolute_url())
    phase = process.phases.get(kind=PhaseKind.VOTE)
    assert (vote.ballot.opens_at, vote.ballot.closes_at) == (phase.opens_at, phase.closes_at)
    assert list(vote.proposals.values_list("proposal", "number")) == [(one.pk, 1), (two.pk, 2)]
    with pytest.raises(ParticipationError):
        make(process)


def test_a_ballot_needs_two_feasible_proposals_and_a_cost_where_money_is_divided() -> None:
    process, one, _two, _three = with_three()
    Proposal.objects.filter(pk=one.pk).update(cost_cents=None)
    with pytest.raises(ParticipationError, match="Lampen"):
        make(process, **MONEY, rule_settings={})
    assert not Ballot.objects.exists()
    with pytest.raises(PermissionDenied):
        votes.make_ballot(process=process, by=UserFactory(), title="T", question="q", **TICKS)
    Proposal.objects.filter(pk=one.pk).update(state=ProposalState.IN_CHECK)
    with pytest.raises(ParticipationError):
        make(process)


def test_until_it_opens_the_paper_can_be_copied_again_and_from_then_on_it_stays_as_it_was() -> None:
    process, one, two, _three = with_three()
    vote = make(process)
    Proposal.objects.filter(pk=one.pk).update(title="Lampen op zonne-energie")
    assert vote.ballot.options.first().title == "Lampen"
    votes.copy_again(vote=vote, by=vote.made_by)
    assert vote.ballot.options.first().title == "Lampen op zonne-energie"
    ballots.announce(ballot=Ballot.objects.get(), by=vote.made_by)
    ballots.open_now(ballot=Ballot.objects.get(), by=vote.made_by)
    before = list(vote.ballot.options.values("title", "text", "cost_cents"))
    Proposal.objects.filter(pk=one.pk).update(title="Iets heel anders", text="Anders", municipal_cost_cents=1)
    with pytest.raises(VotingError):
        votes.copy_again(vote=vote, by=vote.made_by)
    assert list(vote.ballot.options.values("title", "text", "cost_cents")) == before
    # And nobody takes it off the paper: not its makers, not a merger, not another verdict.
    with pytest.raises(WrongMoment):
        proposals.withdraw(proposal=one, by=one.author, reason="Toch niet")
    with pytest.raises(WrongMoment):
        mergers.propose(process=process, by=vote.made_by, sources=[one], target=two, reason="Samen")
    with pytest.raises(WrongMoment):
        feasibility.judge(proposal=one, by=vote.made_by, verdict="not_feasible", reasons="Nee", version=None)


def test_winners_are_marked_once_the_result_is_published_and_makers_hear_it_once() -> None:
    process, one, two, three = with_three()
    vote = opened(process)
    for _ in range(3):
        voting_above.vote(vote.ballot, 2)
    voting_above.vote(vote.ballot, 1)
    assert votes.note_result(vote=vote) == 0
    voting_above.finished(vote.ballot)
    assert votes.note_due() == 1
    assert votes.note_due() == 0
    assert dict(Proposal.objects.values_list("pk", "won")) == {one.pk: False, two.pk: True, three.pk: None}
    assert list(queries.winners(process)) == [two]
    told = Message.objects.filter(kind="participation.proposal_result")
    assert {message.recipient_id for message in told} == {one.author_id, two.author_id}
    assert process.events.filter(verb="result_noted").count() == 1


def test_people_are_called_to_vote_once_by_whichever_road() -> None:
    process, one, _two, _three = with_three()
    follower, neighbour, elsewhere = UserFactory(), UserFactory(), UserFactory()
    people.follow(process=process, by=follower)
    process.areas.add(one.neighbourhood)
    ResidencyFactory(neighbourhood=one.neighbourhood, user=neighbour)
    ResidencyFactory(neighbourhood=one.neighbourhood, user=follower)
    ResidencyFactory(neighbourhood=NeighbourhoodFactory(municipality=process.municipality), user=elsewhere)
    reads = Follower.objects.create(municipality=process.municipality, user=UserFactory())
    Follow.objects.create(follower=reads, area=one.neighbourhood, confirmed_at=timezone.now())
    vote = make(process)
    with pytest.raises(WrongMoment):
        votes.call(vote=vote, by=vote.made_by, whom=queries.FOLLOWERS)
    ballots.announce(ballot=vote.ballot, by=vote.made_by)
    vote = ProcessVote.objects.select_related("ballot", "process__municipality").get()
    assert votes.call(vote=vote, by=vote.made_by, whom=queries.FOLLOWERS) >= 1
    assert votes.call(vote=vote, by=vote.made_by, whom=queries.FOLLOWERS) == 0
    assert votes.call(vote=vote, by=vote.made_by, whom=queries.NEIGHBOURHOOD) == 2
    told = Message.objects.filter(kind="participation.call_to_vote")
    assert told.filter(recipient=follower).count() == 1
    assert set(told.filter(recipient__in=[neighbour, reads.user, elsewhere]).values_list("recipient", flat=True)) == {
        neighbour.pk,
        reads.user_id,
    }


def test_supporting_after_the_phases_is_refused_and_a_cancelled_ballot_makes_room() -> None:
    process, _one, _two, _three = with_three()
    vote = opened(process)
    ballots.cancel(ballot=vote.ballot, by=vote.made_by, reason="Fout in de vraag")
    assert queries.current(process) is None
    assert make(process).pk != vote.pk
    other = submitted(process)
    process.phases.update(closes_at=timezone.now() - timedelta(minutes=1), opens_at=timezone.now() - timedelta(days=1))
    with pytest.raises(WrongMoment):
        proposals.support(proposal=Proposal.objects.get(pk=other.pk), by=UserFactory())


def test_readers_of_newsletters_without_an_account_are_told_of_the_vote_when_it_opens() -> None:
    process, *_proposals = with_three()
    reader = Follower.objects.create(municipality=process.municipality, address="anna@adres.example")
    Follow.objects.create(follower=reader, confirmed_at=timezone.now())
    vote = make(process)
    before = queries.reach(vote).readers
    assert before is not None
    assert (before.number, before.is_to_come) == (1, True)
    ballots.announce(ballot=vote.ballot, by=vote.made_by)
    assert not Newsletter.objects.exists()
    ballots.open_now(ballot=Ballot.objects.get(), by=vote.made_by)
    newsletters.run_due()
    after = queries.reach(ProcessVote.objects.select_related("ballot__municipality").get()).readers
    assert after is not None
    assert (after.number, after.is_to_come) == (1, False)
    assert Newsletter.objects.get().items[0]["url"] == vote.ballot.get_absolute_url()


def test_no_version_of_a_page_moves_when_somebody_votes_so_that_none_is_a_clock_of_votes() -> None:
    process, *_proposals = with_three()
    vote = opened(process)
    words = (process.municipality.slug, process.slug)

    def versions() -> tuple[object, ...]:
        return (page_versions.of_process(*words), page_versions.of_index(words[0]), page_versions.of_proposals(*words))

    with time_machine.travel(clock.now(), tick=False):
        voters = [voting_above.resident(process.municipality) for _n in range(4)]
        before = versions()
        for voter in voters[:3]:
            voting_above.vote(vote.ballot, 1, by=voter)
        mixing.empty_inlet(ballot_id=vote.ballot_id, at_least=1)
        voting_above.vote(vote.ballot, 2, by=voters[3])
        assert versions() == before
        Ballot.objects.filter(pk=vote.ballot_id).update(reminded_at=clock.now())
        assert versions() != before, "what does change on a page moves it"
