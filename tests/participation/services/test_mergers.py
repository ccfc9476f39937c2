"""Merging: only when every maker agrees, all at once, each supporter once, however many answer together."""

from __future__ import annotations

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from foundation.notifications.models import Message
from participation.enums_proposals import MergerState, ProposalState
from participation.errors import ParticipationError, WrongMoment
from participation.models import Merger, Proposal
from participation.services import makers, mergers, proposals
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import civil_servant
from tests.factories.proposals import gathering, submitted

pytestmark = pytest.mark.django_db


def test_a_into_b_happens_when_the_last_maker_agrees_and_supporters_count_once() -> None:
    process, both, one = gathering(), UserFactory(), UserFactory()
    servant = civil_servant(process.municipality)
    a, b = submitted(process), submitted(process, title="Licht in het park")
    for proposal in (a, b):
        proposals.support(proposal=proposal, by=both)
    proposals.support(proposal=a, by=one)
    merger = mergers.propose(process=process, by=servant, sources=[a], target=b, reason="Allebei licht")
    assert Message.objects.filter(kind="participation.merge_asked").count() == 2
    merger = mergers.respond(merger=merger, by=a.author, agrees=True)
    assert merger.state == MergerState.ASKED
    with pytest.raises(PermissionDenied):
        mergers.respond(merger=merger, by=UserFactory(), agrees=True)
    merger = mergers.respond(merger=merger, by=b.author, agrees=True)
    a.refresh_from_db()
    b.refresh_from_db()
    assert (merger.state, merger.result) == (MergerState.DONE, b)
    assert (a.state, a.merged_into) == (ProposalState.MERGED, b)
    assert b.supporters_total == 4  # two makers, both, one
    assert set(b.makers.values_list("user", flat=True)) == {a.author_id, b.author_id}
    assert a.supporters_total == 3  # stays readable as it was
    assert a in Proposal.objects.public()
    a.thread.refresh_from_db()
    assert not a.thread.is_open
    with pytest.raises(WrongMoment):
        mergers.cancel(merger=merger, by=servant)
    with pytest.raises(WrongMoment):
        proposals.support(proposal=a, by=UserFactory())


def test_two_into_a_new_one_that_is_checked_anew() -> None:
    process = gathering()
    servant = civil_servant(process.municipality)
    a, b = submitted(process), submitted(process)
    with pytest.raises(ParticipationError):
        mergers.propose(process=process, by=servant, sources=[a, b], reason="Samen")
    with pytest.raises(ParticipationError):
        mergers.propose(process=process, by=servant, sources=[a], reason="Samen", title="T", summary="s", text="t")
    merger = mergers.propose(
        process=process, by=servant, sources=[a, b], reason="Samen", title="Overal licht", summary="s", text="t"
    )
    for proposal in (a, b):
        merger = mergers.respond(merger=merger, by=proposal.author, agrees=True)
    made = merger.result
    assert made is not None
    made.refresh_from_db()
    assert (made.title, made.state, made.supporters_total) == ("Overal licht", ProposalState.SUBMITTED, 2)
    assert made.thread is not None
    assert set(made.merged_from.all()) == {a, b}


def test_one_no_ends_it_and_nothing_changed() -> None:
    process = gathering()
    servant = civil_servant(process.municipality)
    a, b = submitted(process), submitted(process)
    merger = mergers.propose(process=process, by=servant, sources=[a], target=b, reason="Samen")
    with pytest.raises(ParticipationError):
        mergers.propose(process=process, by=servant, sources=[b], target=a, reason="Andersom")
    with pytest.raises(ParticipationError):
        mergers.respond(merger=merger, by=a.author, agrees=False)
    mergers.respond(merger=merger, by=a.author, agrees=False, reason="Wij willen iets anders")
    with pytest.raises(WrongMoment):
        mergers.respond(merger=merger, by=b.author, agrees=True)
    assert set(Proposal.objects.values_list("state", flat=True)) == {ProposalState.SUBMITTED}
    assert mergers.propose(process=process, by=servant, sources=[b], target=a, reason="Nog eens").pk


def test_withdrawing_ends_the_plan_and_who_joins_is_asked_too() -> None:
    process, friend = gathering(), UserFactory()
    servant = civil_servant(process.municipality)
    a, b = submitted(process), submitted(process)
    merger = mergers.propose(process=process, by=servant, sources=[a], target=b, reason="Samen")
    invitation = makers.invite(proposal=a, email=friend.email, by=a.author)
    makers.join(invitation=invitation, by=friend, name_is_public=False)
    for user in (a.author, b.author):
        merger = mergers.respond(merger=merger, by=user, agrees=True)
    assert merger.state == MergerState.ASKED
    makers.leave(proposal=a, by=friend)  # who still waits goes: everybody left has agreed
    merger.refresh_from_db()
    assert merger.state == MergerState.DONE
    c, d = submitted(process), submitted(process)
    other = mergers.propose(process=process, by=servant, sources=[c], target=d, reason="Samen")
    proposals.withdraw(proposal=c, by=c.author, reason="Klaar")
    other.refresh_from_db()
    assert other.state == MergerState.CANCELLED


def test_only_the_chair_and_staff_propose_it() -> None:
    process = gathering()
    a, b = submitted(process), submitted(process)
    with pytest.raises(PermissionDenied):
        mergers.propose(process=process, by=a.author, sources=[a], target=b, reason="Samen")


@pytest.mark.django_db(transaction=True)
def test_makers_who_answer_at_the_same_moment_carry_it_out_once() -> None:
    process = gathering()
    servant = civil_servant(process.municipality)
    several = [submitted(process) for _ in range(4)]
    merger = mergers.propose(process=process, by=servant, sources=several[:3], target=several[3], reason="Samen")
    failures: list[Exception] = []

    def answer(proposal: Proposal) -> None:
        try:
            mergers.respond(merger=Merger.objects.get(), by=proposal.author, agrees=True)
        except Exception as error:  # told below
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=answer, args=[proposal]) for proposal in several]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    merger.refresh_from_db()
    assert failures == []
    assert merger.state == MergerState.DONE
    assert Proposal.objects.get(pk=several[3].pk).supporters_total == 4
    assert Proposal.objects.filter(merged_into=several[3]).count() == 3
