"""How a process ends: views, answers, decisions, execution, the report."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from foundation.core import clock
from foundation.municipalities.enums import RoleKind
from foundation.notifications.models import Message
from initiatives.enums import InitiativeState
from participation.enums import AnswerOutcome, PhaseKind
from participation.enums_outcome import DecisionState, MilestoneMoment
from participation.errors import ParticipationError, Stale, WrongMoment
from participation.models import Decision, HandOver, Maker, Process, Proposal, PublicView
from participation.queries import report as report_queries
from participation.services import answers, decisions, execution, people, public_views, reports
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory, RoleFactory, civil_servant
from tests.factories.participation import open_phase, running

pytestmark = pytest.mark.django_db


def proposal_of(process: Process, **fields: object) -> Proposal:
    maker = UserFactory()
    made = Proposal.objects.create(
        process=process,
        author=maker,
        title="Bankjes op het plein",
        summary="Drie bankjes",
        text="Wij willen drie bankjes.",
        **{"state": "feasible", "submitted_at": clock.now(), "cost_cents": 450_000, **fields},
    )
    Maker.objects.create(proposal=made, user=maker)
    return made


def test_a_view_is_given_once_while_they_lie_open_and_its_sender_follows() -> None:
    process = running(kind=PhaseKind.VIEWS)
    user, key = UserFactory(), uuid.uuid4()
    for _again in range(2):
        public_views.give(process=process, by=user, text="Het plein moet groener.", key=key)
    assert PublicView.objects.count() == 1
    assert process.follows.filter(user=user).exists()
    later = running(kind=PhaseKind.PROPOSALS)
    with pytest.raises(WrongMoment):
        public_views.give(process=later, by=user, text="Te laat")


@pytest.mark.parametrize(("channel", "days", "fits"), [("letter", 6, True), ("letter", 9, False), ("spoken", 6, False)])
def test_a_letter_may_arrive_within_a_week_after_the_last_day(channel: str, days: int, *, fits: bool) -> None:
    process = running()
    now = clock.now()
    open_phase(process, PhaseKind.VIEWS, opens_at=now - timedelta(days=60), closes_at=now - timedelta(days=10))
    servant = civil_servant(process.municipality)
    day = clock.today() - timedelta(days=10 - days)

    def enter() -> PublicView:
        return public_views.enter(
            process=process, by=servant, text="Brief", channel=channel, received_on=day, sender="Mw. De Boer"
        )

    if fits:
        assert enter().sender == "Mw. De Boer"
    else:
        with pytest.raises(ParticipationError):
            enter()


def test_an_answer_needs_a_reason_and_two_who_answer_at_once_are_told() -> None:
    process = running(kind=PhaseKind.VIEWS)
    view = public_views.give(process=process, by=UserFactory(), text="Groener graag")
    servant = civil_servant(process.municipality)
    with pytest.raises(ParticipationError):
        answers.answer(contribution=view, outcome=AnswerOutcome.ADOPTED, text=" ", by=servant)
    answered = answers.answer(contribution=view, outcome="partly", text="Drie bomen.", by=servant, version=1)
    assert (answered.answer_outcome, answered.answered_by) == ("partly", servant)
    with pytest.raises(Stale):
        answers.answer(contribution=view, outcome="adopted", text="Tien bomen.", by=servant, version=1)
    with pytest.raises(PermissionDenied):
        answers.answer(contribution=view, outcome="adopted", text="Ja", by=civil_servant(MunicipalityFactory()))


def test_a_decision_says_what_when_and_why_and_is_recorded_once() -> None:
    process = running(kind=PhaseKind.DECISION)
    follower, servant = UserFactory(), civil_servant(process.municipality)
    people.follow(process=process, by=follower)
    proposed = decisions.prepare(
        process=process, by=servant, body="council", title="Plein", decides_on=clock.today() + timedelta(days=20)
    )
    with pytest.raises(ParticipationError, match="toekomst"):
        decisions.record(
            decision=proposed,
            by=servant,
            state="adopted",
            decided_on=clock.today() + timedelta(days=1),
            text="Ja",
            reasons="Omdat",
        )
    alderman = UserFactory()
    RoleFactory(municipality=process.municipality, user=alderman, kind=RoleKind.ALDERMAN)
    taken = decisions.record(
        decision=proposed, by=alderman, state="changed", decided_on=clock.today(), text="Ja, mits", reasons="Draagvlak"
    )
    assert taken.state == DecisionState.CHANGED
    with pytest.raises(WrongMoment):
        decisions.record(
            decision=proposed, by=servant, state="rejected", decided_on=clock.today(), text="Nee", reasons="Geld"
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=taken.pk).update(reasons="")
    assert Message.objects.filter(recipient=follower).count() == 2  # the date, and the decision


def test_milestones_say_why_they_come_later_or_not_at_all() -> None:
    process = running(kind=PhaseKind.EXECUTION)
    servant = civil_servant(process.municipality)
    step = execution.plan(process=process, by=servant, title="Bankjes", due_on=clock.today() - timedelta(days=1))
    assert step.moment() == MilestoneMoment.LATE
    later = clock.today() + timedelta(days=30)
    with pytest.raises(ParticipationError):
        execution.change(milestone=step, by=servant, version=1, title="Bankjes", due_on=later)
    moved = execution.change(milestone=step, by=servant, version=1, title="Bankjes", due_on=later, note="Levertijd")
    with pytest.raises(ParticipationError):
        execution.close(milestone=moved, by=servant, done=False, note="")
    closed = execution.close(milestone=moved, by=servant, done=True, note="")
    assert closed.moment() == MilestoneMoment.DONE
    with pytest.raises(WrongMoment):
        execution.close(milestone=moved, by=servant, done=False, note="Toch niet")
    assert list(process.events.values_list("verb", flat=True)) == ["milestone_moved", "milestone_done"]


def test_a_proposal_becomes_one_initiative_in_execution_with_its_makers() -> None:
    process = running(kind=PhaseKind.EXECUTION)
    servant, proposal = civil_servant(process.municipality), proposal_of(process)
    handed = execution.start(proposal=proposal, by=servant)
    made = handed.initiative
    assert made.state == InitiativeState.IN_EXECUTION
    assert (made.origin_label, made.origin_url) == (process.title, proposal.get_absolute_url())
    assert [member.user for member in made.team.all()] == [proposal.author]
    assert handed.budget_cents == 450_000
    assert made.conversation.thread is not None
    with pytest.raises(WrongMoment):
        execution.start(proposal=proposal, by=servant)
    lost = proposal_of(process, won=False)
    with pytest.raises(ParticipationError):
        execution.start(proposal=lost, by=servant)
    assert HandOver.objects.count() == 1


def test_the_report_begins_from_the_facts_and_keeps_those_of_its_publication(client) -> None:  # type: ignore[no-untyped-def]
    process = running(kind=PhaseKind.VIEWS, open_text="De inrichting")
    servant = civil_servant(process.municipality)
    view = public_views.give(process=process, by=UserFactory(), text="Groener <script>alert(1)</script> graag 🌳")
    answers.answer(contribution=view, outcome="adopted", text="Doen we.", by=servant)
    assert reports.Report.objects.count() == 0
    begun = reports.write(process=process, by=servant, text=report_queries.current(process).text, version=0)
    with pytest.raises(Stale):
        reports.write(process=process, by=servant, text="Iets anders", version=0)
    assert process.why in begun.text
    assert len(report_queries.chapters(process)) == 3
    page = reverse("participation:report", args=[process.municipality.slug, process.slug])
    assert client.get(page).status_code == 404
    reports.publish(process=process, by=servant, version=begun.version)
    public_views.give(process=process, by=UserFactory(), text="Nog een")
    shown = client.get(page).content.decode()
    assert "De inrichting" in shown
    assert "graag" in shown
    assert "<script>alert" not in shown
    assert "Er kwam één zienswijze binnen." in shown  # as it was when it was published
    document = client.get(reverse("participation:report_pdf", args=[process.municipality.slug, process.slug]))
    assert document.content.startswith(b"%PDF")
