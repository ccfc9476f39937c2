"""The steps of the town hall: take up, ask, extend, send on, decide, look again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from foundation.core import clock
from foundation.core.clock import AMSTERDAM
from foundation.core.models import AuditEvent
from foundation.municipalities.models import ByLaw
from foundation.notifications.models import Message
from initiatives.enums import InitiativeKind, InitiativeState, Outcome
from initiatives.errors import InitiativeError, Stale, WrongMoment
from initiatives.models import Decision, Initiative, Letter
from initiatives.queries import page
from initiatives.queries import terms as term_queries
from initiatives.queries.terms import weeks_for, weeks_left
from initiatives.services import desk, terms
from initiatives.services import initiatives as initiative_services
from initiatives.services.term_settings import set_weeks
from tests.factories import initiatives
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import (
    MunicipalityFactory,
    RoleFactory,
    SectorFactory,
    administrator,
    civil_servant,
)

pytestmark = pytest.mark.django_db
S = InitiativeState


@pytest.fixture(autouse=True)
def _monday(time_machine: Any) -> None:
    """Monday 12 January 2026, ten o'clock."""
    time_machine.move_to(datetime(2026, 1, 12, 10, tzinfo=AMSTERDAM), tick=False)


def on(time_machine: Any, day: date) -> None:
    time_machine.move_to(datetime(day.year, day.month, day.day, 10, tzinfo=AMSTERDAM), tick=False)


def decide(initiative: Initiative, by: Any, outcome: str = Outcome.AGREED, **fields: Any) -> Decision:
    today = date(2026, 1, 12)
    values = {"reasons": "Het past bij ons beleid.", "decided_on": today, "notified_on": today} | fields
    return desk.decide(initiative=initiative, outcome=outcome, by=by, **values)


def test_additions_stop_the_clock_and_it_goes_on_where_it_stood(time_machine: Any) -> None:
    initiative = initiatives.submitted()
    servant = civil_servant(initiative.municipality)
    assert initiative.due_on == date(2026, 3, 9)
    desk.ask_additions(initiative=initiative, reason="Het budget.", until=date(2026, 1, 26), by=servant)
    initiative.refresh_from_db()
    assert (initiative.state, initiative.due_on, initiative.answer_by) == (S.INCOMPLETE, None, date(2026, 1, 26))
    on(time_machine, date(2026, 1, 19))
    desk.take_up(initiative=initiative, by=servant)
    initiative.refresh_from_db()
    # The 13th to the 18th did not count: six days.
    assert (initiative.state, initiative.due_on, initiative.answer_by) == (S.IN_ASSESSMENT, date(2026, 3, 16), None)


def test_asking_for_additions_tells_the_team_once_with_a_letter_and_takes_the_contact(mailoutbox: Any) -> None:
    initiative = initiatives.submitted()
    servant = civil_servant(initiative.municipality)
    desk.ask_additions(initiative=initiative, reason="Het budget.", until=date(2026, 1, 26), by=servant)
    initiative.refresh_from_db()
    message = Message.objects.get(kind="initiatives.moved")
    assert message.recipient == initiative.team.get().user
    letter = Letter.objects.get()
    assert "26 januari 2026" in " ".join(letter.paragraphs)
    assert "Het budget." in letter.paragraphs
    assert initiative.handler == servant
    assert AuditEvent.objects.filter(verb="initiatives.ask_additions").count() == 1


@pytest.mark.parametrize(("until", "reason"), [(date(2026, 1, 12), "Het budget."), (date(2026, 2, 1), "  ")])
def test_asking_needs_a_reason_and_a_day_to_come(until: date, reason: str) -> None:
    initiative = initiatives.submitted()
    with pytest.raises(InitiativeError):
        desk.ask_additions(initiative=initiative, reason=reason, until=until, by=civil_servant(initiative.municipality))
    initiative.refresh_from_db()
    assert initiative.state == S.SUBMITTED
    assert not Letter.objects.exists()


def test_the_second_of_two_people_with_the_same_page_is_told_and_overwrites_nothing() -> None:
    initiative = initiatives.in_state(S.IN_ASSESSMENT)
    first, second = civil_servant(initiative.municipality), civil_servant(initiative.municipality)
    decide(initiative, first, version=1)
    with pytest.raises(Stale):
        decide(initiative, second, Outcome.REFUSED, version=1)
    with pytest.raises(WrongMoment):
        decide(initiative, second, Outcome.REFUSED)
    initiative.refresh_from_db()
    assert initiative.state == S.AGREED
    assert Decision.objects.count() == 1


def test_a_decision_has_reasons_an_objection_term_and_a_letter() -> None:
    initiative = initiatives.in_state(S.IN_ASSESSMENT)
    servant = civil_servant(initiative.municipality)
    with pytest.raises(ValidationError):
        decide(initiative, servant, reasons="  ")
    taken = decide(initiative, servant, Outcome.REFUSED, grounds=[{"kind": "may", "text": "Niet beter."}])
    assert taken.objection_until == date(2026, 2, 23)
    initiative.refresh_from_db()
    assert (initiative.state, initiative.due_on) == (S.REFUSED, None)
    text = " ".join(Letter.objects.get().paragraphs)
    assert "23 februari 2026" in text
    assert "Niet beter." in text
    # Awb 3:45: who objects must know to whom, and 6:5: what must be in it.
    to_whom = f"brief aan het college van burgemeester en wethouders van {initiative.municipality}"
    assert to_whom in text
    assert "Zet je handtekening" in text
    # Awb 10:10: who signs says on whose behalf.
    assert Letter.objects.get().signed_as == (
        f"Namens het college van burgemeester en wethouders van {initiative.municipality}, {servant}"
    )
    shown = Client().get(initiative.get_absolute_url()).content.decode()
    assert to_whom in shown
    assert "je handtekening." in shown


def test_conditions_belong_to_agreeing_with_conditions_only() -> None:
    initiative = initiatives.in_state(S.IN_ASSESSMENT)
    servant = civil_servant(initiative.municipality)
    with pytest.raises(ValidationError):
        decide(initiative, servant, Outcome.AGREED_PARTLY)
    assert decide(initiative, servant, Outcome.AGREED, conditions="Om tien uur stil.").conditions == ""


def test_a_decision_in_the_future_is_refused() -> None:
    initiative = initiatives.in_state(S.IN_ASSESSMENT)
    tomorrow = date(2026, 1, 13)
    with pytest.raises(InitiativeError):
        decide(initiative, civil_servant(initiative.municipality), decided_on=tomorrow, notified_on=tomorrow)


def test_not_treated_only_after_the_chance_to_complete(time_machine: Any) -> None:
    initiative = initiatives.submitted()
    servant = civil_servant(initiative.municipality)
    with pytest.raises(WrongMoment):
        decide(initiative, servant, Outcome.NOT_TREATED)
    desk.ask_additions(initiative=initiative, reason="Het budget.", until=date(2026, 1, 26), by=servant)
    on(time_machine, date(2026, 1, 26))
    with pytest.raises(InitiativeError):
        decide(initiative, servant, Outcome.NOT_TREATED)
    on(time_machine, date(2026, 1, 27))
    with pytest.raises(WrongMoment):
        decide(initiative, servant, Outcome.REFUSED)
    assert decide(initiative, servant, Outcome.NOT_TREATED).outcome == Outcome.NOT_TREATED
    initiative.refresh_from_db()
    assert initiative.state == S.REFUSED


def test_extending_moves_the_last_day_and_is_limited_by_the_by_law() -> None:
    initiative = initiatives.submitted()
    ByLaw.objects.create(municipality=initiative.municipality, extension_weeks=4)
    servant = civil_servant(initiative.municipality)
    desk.extend(initiative=initiative, weeks=3, reason="Het onderzoek duurt langer.", by=servant)
    initiative.refresh_from_db()
    assert initiative.due_on == date(2026, 3, 30)
    assert weeks_left(initiative) == 1
    with pytest.raises(InitiativeError, match="1"):
        desk.extend(initiative=initiative, weeks=2, reason="Nog langer.", by=servant)


def test_nobody_is_at_the_move_on_a_finished_plan_of_another_list() -> None:
    initiative = initiatives.in_state(S.FINISHED)
    assert page.card(initiative, AnonymousUser(), None, clock.now()).kind == "municipality"
    assert page.card(initiative, AnonymousUser(), None, clock.now(), imported=True).kind == "done"


def test_additions_that_come_at_once_leave_no_trace_in_the_term() -> None:
    initiative = initiatives.submitted()
    due, maker = initiative.due_on, initiative.team.get().user
    desk.ask_additions(
        initiative=initiative, reason="Het budget.", until=date(2026, 1, 26), by=civil_servant(initiative.municipality)
    )
    initiative.refresh_from_db()
    initiative_services.submit(initiative=initiative, by=maker, answer="Hier is het.")
    initiative.refresh_from_db()
    assert initiative.due_on == due
    term = term_queries.of(initiative)
    assert term is not None
    assert [event.what for event in term.history] == ["received"]


def test_who_waits_too_long_reads_what_they_can_do(time_machine: Any) -> None:
    initiative = initiatives.submitted(by=(maker := UserFactory()))
    in_time = page.card(initiative, maker, None, clock.now())
    assert in_time.until.startswith("T/m ")
    assert "twee weken" not in in_time.note
    on(time_machine, date(2026, 3, 10))
    late = page.card(initiative, maker, None, clock.now())
    assert "twee weken" in late.note
    assert "twee weken" not in page.card(initiative, UserFactory(), None, clock.now()).note


def test_extending_after_the_term_is_refused(time_machine: Any) -> None:
    initiative = initiatives.submitted()
    servant = civil_servant(initiative.municipality)
    on(time_machine, date(2026, 3, 10))
    with pytest.raises(InitiativeError):
        desk.extend(initiative=initiative, weeks=2, reason="Te laat.", by=servant)


def test_sending_on_names_who_decides_and_the_decision_carries_it() -> None:
    initiative = initiatives.in_state(S.IN_ASSESSMENT)
    servant = civil_servant(initiative.municipality)
    desk.forward(initiative=initiative, body="council", reason="De raad gaat over dit budget.", by=servant)
    with pytest.raises(InitiativeError):
        desk.forward(initiative=initiative, body="council", reason="Nog eens.", by=servant)
    initiative.refresh_from_db()
    assert decide(initiative, servant).body == "council"
    assert "de gemeenteraad" in " ".join(Letter.objects.filter(kind="decision").get().paragraphs).lower()


def test_reconsidering_starts_a_new_term() -> None:
    initiative = initiatives.in_state(S.IN_ASSESSMENT)
    servant = civil_servant(initiative.municipality)
    decide(initiative, servant, Outcome.REFUSED)
    desk.reconsider(initiative=initiative, reason="Het bezwaar is gegrond.", by=servant)
    initiative.refresh_from_db()
    assert (initiative.state, initiative.due_on) == (S.IN_ASSESSMENT, date(2026, 2, 23))
    term = terms.of(initiative)
    assert term is not None
    assert term.start == date(2026, 1, 12)


def test_strangers_and_other_municipalities_can_do_nothing() -> None:
    initiative = initiatives.in_state(S.IN_ASSESSMENT)
    for user in (UserFactory(), civil_servant(MunicipalityFactory()), initiative.team.get().user):
        with pytest.raises(PermissionDenied):
            decide(initiative, user)
        with pytest.raises(PermissionDenied):
            desk.extend(initiative=initiative, weeks=1, reason="Zomaar.", by=user)
        with pytest.raises(PermissionDenied):
            desk.forward(initiative=initiative, body="council", reason="Zomaar.", by=user)
        with pytest.raises(PermissionDenied):
            desk.assign(municipality=initiative.municipality, ids=[initiative.pk], handler=None, by=user)


def test_bulk_assigning_takes_only_what_is_of_this_municipality() -> None:
    mine, other = initiatives.submitted(), initiatives.submitted()
    draft = initiatives.draft(mine.municipality)
    boss, servant = administrator(mine.municipality), civil_servant(mine.municipality)
    ids = [mine.pk, other.pk, draft.pk]
    assert desk.assign(municipality=mine.municipality, ids=ids, handler=servant, by=boss) == 1
    assert desk.assign(municipality=mine.municipality, ids=ids, handler=servant, by=boss) == 0
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.handler, other.handler) == (servant, None)
    assert Message.objects.filter(kind="initiatives.assigned", recipient=servant).count() == 1
    with pytest.raises(InitiativeError):
        desk.assign(municipality=mine.municipality, ids=ids, handler=UserFactory(), by=boss)
    with pytest.raises(InitiativeError):
        desk.assign(municipality=mine.municipality, ids=ids, handler=servant, by=boss, sector=SectorFactory())


def test_terms_of_a_kind_come_before_the_by_law_and_that_before_the_awb() -> None:
    municipality = MunicipalityFactory()
    boss = administrator(municipality)
    challenge = InitiativeKind.CHALLENGE
    assert weeks_for(municipality, challenge).source == "awb"
    ByLaw.objects.create(municipality=municipality, decision_weeks=10)
    assert weeks_for(municipality, challenge).decision == 10
    set_weeks(municipality=municipality, kind=challenge, decision=26, extension=26, by=boss)
    assert (weeks_for(municipality, challenge).decision, weeks_for(municipality, "care").decision) == (26, 10)
    with pytest.raises(ValidationError):
        set_weeks(municipality=municipality, kind=challenge, decision=53, by=boss)
    with pytest.raises(PermissionDenied):
        set_weeks(municipality=municipality, kind=challenge, decision=8, by=civil_servant(municipality))
    set_weeks(municipality=municipality, kind=challenge, decision=None, by=boss)
    assert weeks_for(municipality, challenge).source == "by_law"


def warned(today: date) -> list[tuple[str, Any]]:
    from initiatives.services import warnings

    before = set(Message.objects.values_list("pk", flat=True))
    warnings.warn(today=today)
    return sorted((m.kind.removeprefix("initiatives."), m.recipient) for m in Message.objects.exclude(pk__in=before))


def test_warnings_before_and_after_the_term_go_to_the_contact_once() -> None:
    initiative = initiatives.submitted()
    servant = civil_servant(initiative.municipality)
    Initiative.objects.filter(pk=initiative.pk).update(handler=servant)
    due = date(2026, 3, 9)
    seen = {}
    for days in range(20, -4, -1):
        day = due - timedelta(days=days)
        for _again in range(2):
            for kind, who in warned(day):
                assert who == servant
                seen.setdefault(days, []).append(kind)
    assert seen == {14: ["term_ends"], 7: ["term_ends"], 1: ["term_ends"], -1: ["term_ended"]}


def test_a_worker_that_was_away_for_a_week_warns_once() -> None:
    initiative = initiatives.submitted()
    boss = administrator(initiative.municipality)
    assert warned(date(2026, 3, 4)) == [("term_ends", boss)]
    assert warned(date(2026, 3, 5)) == []


def test_without_a_contact_the_ambassador_of_the_sector_is_warned() -> None:
    initiative = initiatives.submitted()
    sector = SectorFactory(municipality=initiative.municipality)
    administrator(initiative.municipality)
    ambassador = RoleFactory(municipality=initiative.municipality, kind="ambassador", sector=sector).user
    Initiative.objects.filter(pk=initiative.pk).update(sector=sector)
    assert warned(date(2026, 3, 8)) == [("term_ends", ambassador)]


def test_the_team_is_reminded_of_its_additions_and_the_desk_told_when_nothing_came() -> None:
    initiative = initiatives.submitted()
    servant = civil_servant(initiative.municipality)
    desk.ask_additions(initiative=initiative, reason="Het budget.", until=date(2026, 1, 26), by=servant)
    assert warned(date(2026, 1, 20)) == []
    assert warned(date(2026, 1, 22)) == [("answer_soon", initiative.team.get().user)]
    assert warned(date(2026, 1, 26)) == []
    assert warned(date(2026, 1, 27)) == [("additions_over", servant)]


def test_nothing_is_warned_once_decided() -> None:
    initiative = initiatives.in_state(S.IN_ASSESSMENT)
    decide(initiative, civil_servant(initiative.municipality))
    assert warned(date(2026, 3, 9)) == []
