"""The initiators' own steps: state, term, timeline, audit and messages agree; nothing is overwritten in silence."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from foundation.core import clock
from foundation.core.models import AuditEvent
from foundation.municipalities.enums import RoleKind
from foundation.notifications.models import Message
from initiatives.enums import InitiativeState, TermEventKind
from initiatives.errors import InitiativeError, Stale, WrongMoment
from initiatives.models import KindTerm
from initiatives.services import desk, initiatives, support
from initiatives.services.lines import add_news
from tests.factories.accounts import UserFactory
from tests.factories.initiatives import TeamMemberFactory, in_state, submitted
from tests.factories.municipalities import MunicipalityFactory, RoleFactory, civil_servant

pytestmark = pytest.mark.django_db
TEXT: dict[str, Any] = {"title": "Moestuin", "summary": "Groente", "story": "Wij willen dit."}


def test_handing_in_makes_public_and_starts_the_term_of_its_kind() -> None:
    municipality, user = MunicipalityFactory(), UserFactory()
    KindTerm.objects.create(municipality=municipality, kind="energy", decision_weeks=26)
    RoleFactory(municipality=municipality, kind=RoleKind.ADMINISTRATOR)
    made = initiatives.create(municipality=municipality, kind="energy", by=user, **TEXT)
    assert not made.is_public
    sent = initiatives.submit(initiative=made, by=user)
    assert sent.is_public
    assert sent.due_on is not None
    assert sent.due_on >= clock.today() + timedelta(weeks=26)
    assert sent.term_events.get().weeks == 26
    assert [entry.verb for entry in sent.timeline.all()] == ["submit"]
    assert AuditEvent.objects.filter(verb="initiatives.submit").count() == 1
    assert Message.objects.filter(kind="initiatives.handed_in").count() == 1
    assert sent.conversation.thread.hosts.get().user == user


def test_same_titles_get_different_addresses_and_reserved_words_are_not_used() -> None:
    municipality, user = MunicipalityFactory(), UserFactory()
    slugs = {
        initiatives.create(municipality=municipality, kind="care", by=user, **{**TEXT, "title": title}).slug
        for title in ("Moestuin", "Moestuin", "Nieuw", "???")
    }
    assert len(slugs) == 4
    assert "nieuw" not in slugs


def test_additions_resume_the_term_and_tell_the_contact() -> None:
    user, initiative = UserFactory(), None
    initiative = submitted(by=user)
    servant = civil_servant(initiative.municipality)
    asked = desk.ask_additions(
        initiative=initiative, reason="Het budget", until=clock.today() + timedelta(days=14), by=servant
    )
    assert asked.state == InitiativeState.INCOMPLETE
    sent = initiatives.submit(initiative=asked, by=user, answer="Zie de begroting")
    assert sent.state == InitiativeState.SUBMITTED
    assert sent.answer_by is None
    assert sent.due_on is not None
    assert [event.kind for event in sent.term_events.all()] == [
        TermEventKind.RECEIVED,
        TermEventKind.SUSPENDED,
        TermEventKind.RESUMED,
    ]
    assert Message.objects.filter(kind="initiatives.added", recipient=servant).count() == 1
    entry = sent.timeline.last()
    assert entry is not None
    assert (entry.reason, entry.by_municipality) == ("Zie de begroting", False)


def test_second_editor_is_told_and_nothing_is_overwritten() -> None:
    user, colleague = UserFactory(), UserFactory()
    initiative = submitted(by=user, **TEXT)
    TeamMemberFactory(initiative=initiative, user=colleague)
    opened = initiative.version
    initiatives.change(initiative=initiative, by=colleague, version=opened, story="Van de buurvrouw")
    with pytest.raises(Stale):
        initiatives.change(initiative=initiative, by=user, version=opened, story="Van mij")
    initiative.refresh_from_db()
    assert initiative.story == "Van de buurvrouw"


def test_text_stays_as_it_is_while_the_municipality_assesses_it() -> None:
    user = UserFactory()
    initiative = in_state(InitiativeState.IN_ASSESSMENT, by=user)
    with pytest.raises(WrongMoment):
        initiatives.change(initiative=initiative, by=user, version=None, story="Anders")


def test_end_before_start_is_refused_with_words() -> None:
    user = UserFactory()
    initiative = submitted(by=user)
    with pytest.raises(ValidationError, match=r"einde|The end"):
        initiatives.change(
            initiative=initiative, by=user, version=None, starts_on=date(2027, 5, 1), ends_on=date(2027, 4, 1)
        )


def test_withdrawing_needs_a_reason_and_ends_the_waiting() -> None:
    user = UserFactory()
    initiative = submitted(by=user)
    with pytest.raises(InitiativeError):
        initiatives.withdraw(initiative=initiative, by=user, reason=" ")
    gone = initiatives.withdraw(initiative=initiative, by=user, reason="Wij verhuizen.")
    gone.refresh_from_db()
    assert (gone.state, gone.due_on) == (InitiativeState.WITHDRAWN, None)


@pytest.mark.parametrize("action", ["change", "submit", "withdraw", "start", "finish"])
@pytest.mark.parametrize("who", ["stranger", "servant", "member", "initiator"])
def test_only_those_who_carry_it_take_its_steps(action: str, who: str) -> None:
    state = {"start": InitiativeState.AGREED, "finish": InitiativeState.IN_EXECUTION}.get(
        action, InitiativeState.INCOMPLETE
    )
    initiative = in_state(state, title="Moestuin")
    people = {
        "stranger": UserFactory,
        "servant": lambda: civil_servant(initiative.municipality),
        "member": lambda: TeamMemberFactory(initiative=initiative, role="member").user,
        "initiator": lambda: initiative.team.filter(role="initiator").get().user,
    }
    user = people[who]()
    more = {"change": {"version": None, "story": "Anders"}, "withdraw": {"reason": "Daarom"}}.get(action, {})
    may = who == "initiator" or (who == "member" and action == "change")
    may = may or (who == "servant" and action in ("start", "finish"))  # the table of states says so
    if may:
        getattr(initiatives, action)(initiative=initiative, by=user, **more)
    else:
        with pytest.raises(PermissionDenied):
            getattr(initiatives, action)(initiative=initiative, by=user, **more)


def test_followers_hear_of_steps_and_news_once_and_the_team_not_twice() -> None:
    user, fan = UserFactory(), UserFactory()
    initiative = in_state(InitiativeState.AGREED, by=user)
    support.follow(initiative=initiative, by=fan)
    support.follow(initiative=initiative, by=user)
    initiatives.start(initiative=initiative, by=user)
    add_news(initiative=initiative, by=user, title="De schep staat klaar", text="Zaterdag **om tien uur**.")
    assert sorted(Message.objects.filter(recipient=fan).values_list("kind", flat=True)) == [
        "initiatives.news",
        "initiatives.went_on",
    ]
    assert not Message.objects.filter(recipient=user).exists()
