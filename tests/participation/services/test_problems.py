"""Problems: brought in once, endorsed once per person, merged into one statement that can be taken apart again."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from foundation.notifications.models import Message
from participation.enums import ProcessRole
from participation.errors import ParticipationError, Stale, WrongMoment
from participation.models import Endorsement, Problem, ProblemStatement
from participation.services import answers, people, problems
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import civil_servant
from tests.factories.participation import running
from tests.factories.proposals import analysis, problem

pytestmark = pytest.mark.django_db


def test_who_brings_a_problem_in_endorses_it_and_a_double_click_makes_one() -> None:
    process, resident, key = analysis(), UserFactory(), uuid.uuid4()
    first = problem(process, resident, key=key)
    again = problem(process, resident, key=key)
    assert first.pk == again.pk
    assert first.endorsements_total == 1
    assert Problem.objects.count() == 1


def test_the_same_words_sent_from_a_new_form_make_one_until_they_were_taken_off_the_site() -> None:
    process, resident = analysis(), UserFactory()
    first = problem(process, resident, key=uuid.uuid4())
    assert problem(process, resident, key=uuid.uuid4()).pk == first.pk
    assert problem(process, resident, title="Een ander probleem").pk != first.pk
    assert problem(process, UserFactory()).pk != first.pk
    answers.hide(contribution=first, by=civil_servant(process.municipality), reason="Een adres.")
    assert problem(process, resident).pk != first.pk


def test_problems_come_only_while_the_analysis_is_open() -> None:
    process = analysis()
    phase = process.phases.get()
    there = problem(process)
    phase.closes_at = timezone.now() - timedelta(minutes=1)
    phase.save()
    process = type(process).objects.get()
    with pytest.raises(WrongMoment):
        problem(process)
    with pytest.raises(WrongMoment):
        problems.endorse(problem=Problem.objects.get(), by=UserFactory())
    with pytest.raises(WrongMoment):
        problems.change(problem=there, by=there.author, version=None, text="Anders")
    with pytest.raises(WrongMoment):
        problem(running())


def test_endorsing_often_is_once_and_the_database_keeps_the_number() -> None:
    there, neighbour = problem(analysis()), UserFactory()
    for _ in range(3):
        problems.endorse(problem=there, by=neighbour)
    there.refresh_from_db()
    assert there.endorsements_total == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        Endorsement.objects.create(problem=there, user=neighbour)
    problems.take_back(problem=there, by=neighbour)
    problems.take_back(problem=there, by=neighbour)
    there.refresh_from_db()
    assert there.endorsements_total == 1


def test_the_writer_withdraws_a_problem_whole_until_it_is_used_or_answered() -> None:
    process = analysis()
    by = civil_servant(process.municipality)
    there, used, answered = (problem(process, UserFactory(), title=title) for title in ("Weg", "Samen", "Beantwoord"))
    problems.endorse(problem=there, by=UserFactory())
    for other in (UserFactory(), by):
        with pytest.raises(PermissionDenied):
            problems.withdraw(problem=there, by=other)
    problems.withdraw(problem=there, by=there.author)
    assert not Problem.objects.filter(pk=there.pk).exists()
    assert not Endorsement.objects.filter(problem_id=there.pk).exists()
    problems.state(process=process, by=by, title="Samen", text="Eén", sources=[used], version=0)
    answers.answer(contribution=answered, by=by, outcome="adopted", text="Dit pakken we op.", version=answered.version)
    for stays in (used, answered):
        with pytest.raises(WrongMoment):
            problems.withdraw(problem=stays, by=stays.author)


def test_nobody_withdraws_a_problem_when_the_analysis_is_over() -> None:
    process = analysis()
    there = problem(process)
    process.phases.update(closes_at=timezone.now() - timedelta(minutes=1))
    with pytest.raises(WrongMoment):
        problems.withdraw(problem=there, by=there.author)


def test_only_the_writer_changes_a_problem_and_two_windows_are_noticed() -> None:
    there = problem(analysis())
    with pytest.raises(PermissionDenied):
        problems.change(problem=there, by=UserFactory(), version=1, text="Anders")
    problems.change(problem=there, by=there.author, version=1, text="Eerste")
    with pytest.raises(Stale):
        problems.change(problem=there, by=there.author, version=1, text="Tweede")
    with pytest.raises(ValidationError):
        problems.change(problem=there, by=there.author, version=2, text="x" * 10_001)
    assert Problem.objects.get().text == "Eerste"


def test_the_chair_makes_one_statement_of_several_and_takes_one_out_again() -> None:
    process, chair = analysis(), UserFactory()
    servant = civil_servant(process.municipality)
    people.give_role(process=process, user=chair, role=ProcessRole.CHAIR, by=servant)
    one, two = problem(process), problem(process, title="Auto's rijden hard")
    with pytest.raises(PermissionDenied):
        problems.state(process=process, by=UserFactory(), title="T", text="t", sources=[one], version=0)
    problems.state(
        process=process, by=chair, title="Onveilig plein", text="Donker en druk.", sources=[one, two], version=0
    )
    with pytest.raises(Stale):
        problems.state(process=process, by=servant, title="Anders", text="x", sources=[one], version=0)
    second = problems.state(process=process, by=chair, title="Donker plein", text="Donker.", sources=[one], version=1)
    third = problems.state(process=process, by=chair, title="Weer samen", text="D.", sources=[one, two], version=2)
    assert list(second.sources.all()) == [one]
    assert third.number == 3
    told = Message.objects.filter(kind="participation.problem_merged")
    assert {message.recipient_id for message in told} == {one.author_id, two.author_id}
    assert told.count() == 2
    assert process.events.filter(verb="problem_stated").count() == 1


def test_a_statement_takes_no_problem_of_elsewhere_or_off_the_site_and_stays_as_said() -> None:
    process = analysis()
    servant = civil_servant(process.municipality)
    hidden = answers.hide(contribution=problem(process), by=servant, reason="Scheldt")
    for wrong in (problem(analysis()), hidden):
        with pytest.raises(ParticipationError):
            problems.state(process=process, by=servant, title="T", text="t", sources=[wrong], version=0)
    problems.state(process=process, by=servant, title="T", text="t", sources=[], version=0)
    with pytest.raises(Exception, match=r"stays_as_said|update"), transaction.atomic():
        ProblemStatement.objects.update(text="Vervalst")
    with pytest.raises(ParticipationError):
        problems.endorse(problem=hidden, by=UserFactory())
