"""A process from its template to its end: states, dates, followers told once, nothing overwritten in silence."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from foundation.core import clock
from foundation.core.models import AuditEvent
from foundation.notifications.models import Message
from participation.enums import Form, PhaseKind, ProcessRole, ProcessState
from participation.errors import ParticipationError, Stale, WrongMoment
from participation.frame import warnings
from participation.models import Process
from participation.services import people, phases, processes
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory, civil_servant
from tests.factories.participation import PhaseFactory, ProcessFactory, running

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("form", Form.values)
def test_every_template_makes_a_process_that_follows_its_frame(form: str) -> None:
    municipality = MunicipalityFactory()
    made = processes.create(
        municipality=municipality, form=form, title="Plein", by=civil_servant(municipality), starts_on=date(2026, 3, 2)
    )
    told = {warning.code for warning in warnings(made, list(made.phases.all()))}
    assert not told & {"phases", "long", "execution", "wait", "evaluation", "order", "views", "views_short", "vote"}
    first = made.phases.first()
    assert first is not None
    assert timezone.localtime(first.opens_at).hour == 0
    kinds = [phase.kind for phase in made.phases.all()]
    assert kinds.index(PhaseKind.EXECUTION) < kinds.index(PhaseKind.EVALUATION)


def test_views_lie_open_until_a_working_day_and_the_clock_change_moves_no_midnight() -> None:
    municipality = MunicipalityFactory()
    made = processes.create(
        municipality=municipality,
        form=Form.STATUTORY,
        title="Plan",
        by=civil_servant(municipality),
        starts_on=date(2026, 2, 26),
    )
    views = made.phases.get(kind=PhaseKind.VIEWS)
    # Deposited on Thursday 12 March; six weeks run through Wednesday 22 April, over the night of 29 March.
    assert timezone.localtime(views.opens_at).date() == date(2026, 3, 12)
    assert timezone.localtime(views.closes_at).isoformat() == "2026-04-23T00:00:00+02:00"


def test_publishing_asks_for_words_and_phases_and_tells_nobody_twice() -> None:
    municipality = MunicipalityFactory()
    servant = civil_servant(municipality)
    made = processes.create(municipality=municipality, form=Form.RESIDENTS, title="Plein", by=servant)
    with pytest.raises(ParticipationError, match="kort"):
        processes.publish(process=made, by=servant)
    changed = processes.change(process=made, by=servant, version=1, summary="Kort", why="Daarom")
    published = processes.publish(process=changed, by=servant, version=changed.version)
    assert published.state == ProcessState.PUBLISHED
    with pytest.raises(WrongMoment):
        processes.publish(process=made, by=servant)
    assert list(published.events.values_list("verb", flat=True)) == ["publish"]
    assert AuditEvent.objects.filter(verb="participation.publish").count() == 1


def test_two_editors_of_one_plan_the_second_is_told() -> None:
    process = running()
    servant = civil_servant(process.municipality)
    processes.change(process=process, by=servant, version=1, why="Eerste")
    with pytest.raises(Stale):
        processes.change(process=process, by=servant, version=1, why="Tweede")
    assert Process.objects.get().why == "Eerste"


def test_moved_dates_ask_a_reason_and_are_told_to_followers_once() -> None:
    process = running(kind=PhaseKind.PROPOSALS)
    servant, follower = civil_servant(process.municipality), UserFactory()
    people.follow(process=process, by=follower)
    phase = process.phases.get()
    later = phase.closes_at + timedelta(days=7)
    with pytest.raises(ParticipationError):
        phases.change(phase=phase, by=servant, closes_at=later)
    phases.change(phase=phase, by=servant, closes_at=later, reason="Er kwam veel binnen")
    phases.change(phase=phase, by=servant, title="Ideeën")
    assert Message.objects.filter(recipient=follower, kind="participation.news").count() == 1
    with pytest.raises(ParticipationError, match="begonnen"):
        phases.change(phase=phase, by=servant, kind=PhaseKind.VOTE)
    with pytest.raises(WrongMoment):
        phases.remove(phase=phase, by=servant)


def test_beat_tells_an_opened_phase_once_and_again_when_it_was_moved() -> None:
    process = running(kind=PhaseKind.PROPOSALS)
    follower = UserFactory()
    people.follow(process=process, by=follower)
    mine = Message.objects.filter(recipient=follower, kind="participation.phase_opened")
    phases.tell_due()
    phases.tell_due()
    assert mine.count() == 1
    servant = civil_servant(process.municipality)
    phases.change(
        phase=process.phases.get(),
        by=servant,
        opens_at=clock.now() - timedelta(hours=1),
        reason="Een dag later begonnen",
    )
    phases.tell_due()
    assert mine.count() == 2


def test_a_copy_keeps_hours_of_the_day_over_the_change_of_the_clock() -> None:
    process = running()
    opens = timezone.make_aware(timezone.datetime(2026, 3, 20, 9, 0))  # type: ignore[attr-defined]
    PhaseFactory(process=process, number=1, opens_at=opens, closes_at=opens + timedelta(days=20))
    made = processes.copy(
        process=process, by=civil_servant(process.municipality), title="Nog eens", starts_on=date(2027, 1, 4)
    )
    phase = made.phases.get()
    assert timezone.localtime(phase.opens_at).isoformat() == "2027-01-04T09:00:00+01:00"
    assert made.state == ProcessState.DRAFT
    assert made.copied_from == process


def test_order_of_phases_changes_without_gaps() -> None:
    process = ProcessFactory()
    servant = civil_servant(process.municipality)
    one, _two, three = (PhaseFactory(process=process, number=n, title=str(n)) for n in (1, 2, 3))
    phases.put(phase=three, by=servant, up=True)
    phases.put(phase=one, by=servant, up=True)
    assert [phase.title for phase in process.phases.all()] == ["1", "3", "2"]
    phases.remove(phase=one, by=servant)
    assert list(process.phases.values_list("title", "number")) == [("3", 1), ("2", 2)]


def test_strangers_and_staff_elsewhere_run_nothing() -> None:
    process = running()
    for user in (UserFactory(), civil_servant(MunicipalityFactory())):
        with pytest.raises(PermissionDenied):
            processes.change(process=process, by=user, version=1, why="Anders")
        with pytest.raises(PermissionDenied):
            processes.stop(process=process, by=user, reason="Klaar")
        with pytest.raises(PermissionDenied):
            people.give_role(process=process, user=user, role=ProcessRole.CHAIR, by=user)


def test_the_last_coordinator_stays_until_there_is_another() -> None:
    servant = UserFactory()
    process = running(by=servant)
    boss = civil_servant(process.municipality)
    with pytest.raises(ParticipationError):
        people.take_role(role=process.roles.get(), by=boss)
    people.give_role(process=process, user=boss, role=ProcessRole.COORDINATOR, by=boss)
    people.take_role(role=process.roles.get(user=servant), by=boss)
    assert list(process.roles.values_list("user", flat=True)) == [boss.pk]


def test_a_stopped_process_keeps_its_reason_and_takes_nothing_any_more() -> None:
    process = running(kind=PhaseKind.PROPOSALS)
    servant = civil_servant(process.municipality)
    stopped = processes.stop(process=process, by=servant, reason="De grond is verkocht")
    assert stopped.state_reason == "De grond is verkocht"
    with pytest.raises(WrongMoment):
        processes.change(process=stopped, by=servant, version=None, why="Toch")
    with pytest.raises(WrongMoment):
        phases.add(process=stopped, by=servant, kind=PhaseKind.VOTE, title="Stem")
