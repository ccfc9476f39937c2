"""Vandaag: what waits, each with the page where it is done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from foundation.accounts.models import User
from foundation.core import clock, health
from foundation.municipalities.enums import RoleKind
from foundation.municipalities.models import Municipality
from foundation.municipalities.services import invitations
from foundation.voting.models import Ballot
from initiatives.models import Initiative
from portal.queries.today import Today, today
from tests.factories import initiatives, voting
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import (
    MunicipalityFactory,
    ResidencyFactory,
    RoleFactory,
    administrator,
    civil_servant,
)

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def rivierdam(settings: Any) -> Municipality:
    settings.TWO_FACTOR_FOR_STAFF = False
    for part in health.PARTS:
        health.beat(part)
    return MunicipalityFactory(name="Rivierdam", slug="rivierdam")


@pytest.fixture
def marloes(rivierdam: Municipality) -> User:
    return civil_servant(rivierdam)


def of(municipality: Municipality, user: User, **later: float) -> Today:
    return today(municipality, user, clock.now() + timedelta(**later))


def titles(lines: list[Any]) -> list[tuple[str, str]]:
    return [(line.title, line.badge) for line in lines]


def test_each_ballot_stands_where_its_moment_puts_it(rivierdam: Municipality, marloes: User) -> None:
    voting.draft(rivierdam, by=marloes, title="Concept")
    voting.announced(rivierdam, title="Begint zo")
    voting.announced(rivierdam, title="Nog lang niet", opens_at=clock.now() + timedelta(days=20),
                     closes_at=clock.now() + timedelta(days=30))  # fmt: skip
    voting.opened(rivierdam, title="Open", closes_at=clock.now() + timedelta(days=5))
    voting.opened(rivierdam, title="Nog lang open", closes_at=clock.now() + timedelta(days=20))
    voting.counted(rivierdam, title="Geteld")
    voting.certified(rivierdam, title="Vastgesteld")
    voting.published(rivierdam, title="Klaar")
    voting.opened(title="Van een ander")

    work = of(rivierdam, marloes)

    assert titles(work.now) == [("Geteld", "Vaststellen"), ("Vastgesteld", "Publiceren")]
    assert titles(work.soon) == [("Open", "Nu open"), ("Begint zo", "Gaat open")]
    assert titles(work.drafts) == [("Concept", "Concept")]
    assert all(line.url.startswith("/rivierdam/beheer/") for line in [*work.now, *work.soon, *work.drafts])


def test_a_count_that_takes_longer_than_two_minutes_is_said_to_be_stuck(rivierdam: Municipality, marloes: User) -> None:
    ballot = voting.opened(rivierdam)
    voting.close(ballot)
    closed_at = Ballot.objects.get(pk=ballot.pk).closed_at
    assert closed_at is not None

    (line,) = today(rivierdam, marloes, closed_at + timedelta(minutes=1)).now
    assert (line.badge, line.late) == ("Wordt geteld", False)
    (line,) = today(rivierdam, marloes, closed_at + timedelta(minutes=3)).now
    assert (line.badge, line.late) == ("Telling staat stil", True)


def test_a_silent_worker_is_told_within_two_minutes_in_words(rivierdam: Municipality, marloes: User) -> None:
    assert of(rivierdam, marloes).warnings == []

    (warning,) = of(rivierdam, marloes, minutes=2, seconds=1).warnings

    assert warning.kind == "error"
    assert "elke stem is veilig" in warning.text


def test_an_invitation_without_an_answer_waits_for_the_administrator_only(
    rivierdam: Municipality, marloes: User
) -> None:
    henk = administrator(rivierdam)
    invitations.invite(municipality=rivierdam, email="nieuw@example.nl", kind=RoleKind.CIVIL_SERVANT, by=henk)

    assert of(rivierdam, marloes).people == []
    (line,) = of(rivierdam, henk).people
    assert (line.badge, line.late) == ("Uitgenodigd", False)
    (line,) = of(rivierdam, henk, days=400).people
    assert (line.badge, line.late) == ("Verlopen", True)


def test_the_page_of_a_quiet_day_says_so(client: Client, rivierdam: Municipality, marloes: User) -> None:
    client.force_login(marloes, BACKEND)

    html = client.get("/rivierdam/beheer/").content.decode()

    assert "Er wacht niets op je" in html
    assert "Maak een stemming" in html


def test_an_ambassador_sees_no_button_for_what_is_not_theirs(client: Client, rivierdam: Municipality) -> None:
    from foundation.municipalities.models import Sector

    sector = Sector.objects.create(municipality=rivierdam, name="Zorg")
    yusuf = RoleFactory(municipality=rivierdam, user=UserFactory(), kind=RoleKind.AMBASSADOR, sector=sector).user
    client.force_login(yusuf, BACKEND)

    assert "Maak een stemming" not in client.get("/rivierdam/beheer/").content.decode()


def test_an_empty_municipality_shows_its_administrator_the_steps(client: Client, settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False
    empty = MunicipalityFactory(slug="kruiswolde", published_at=None)
    client.force_login(administrator(empty), BACKEND)

    html = client.get("/kruiswolde/beheer/").content.decode()

    assert "Richt de gemeente in" in html
    assert "/kruiswolde/beheer/inrichten/buurten/" in html


@pytest.mark.parametrize(
    ("person", "status"),
    [("anonymous", 302), ("resident", 404), ("elsewhere", 404), ("council", 403), ("civil_servant", 200)],
)
def test_who_may_see_the_work_of_today(client: Client, rivierdam: Municipality, person: str, status: int) -> None:
    people = {
        "resident": lambda: ResidencyFactory(municipality=rivierdam, neighbourhood=None).user,
        "elsewhere": lambda: civil_servant(MunicipalityFactory()),
        "council": lambda: RoleFactory(municipality=rivierdam, user=UserFactory(), kind=RoleKind.COUNCIL_MEMBER).user,
        "civil_servant": lambda: civil_servant(rivierdam),
    }
    if person in people:
        client.force_login(people[person](), BACKEND)

    assert client.get("/rivierdam/beheer/").status_code == status


def test_the_number_of_queries_does_not_grow(rivierdam: Municipality, marloes: User) -> None:
    def count() -> int:
        user = User.objects.get(pk=marloes.pk)
        with CaptureQueriesContext(connection) as found:
            of(rivierdam, user)
        return len(found)

    def add() -> None:
        voting.draft(rivierdam)
        voting.announced(rivierdam)
        voting.counted(rivierdam)

    add()
    one = count()
    add()
    add()
    assert count() == one


def test_the_day_on_the_page_is_the_day_in_amsterdam(client: Client, rivierdam: Municipality, marloes: User) -> None:
    with time_machine.travel("2027-06-30T22:30:00Z", tick=False):  # half past midnight in Amsterdam
        client.force_login(marloes, BACKEND)
        assert "donderdag 1 juli 2027" in client.get("/rivierdam/beheer/").content.decode()


def test_initiatives_and_discussions_that_wait_are_named() -> None:
    municipality = MunicipalityFactory()
    servant = civil_servant(municipality)
    now = clock.now()
    late = initiatives.in_state("in_assessment", municipality, title="Te laat besloten")
    Initiative.objects.filter(pk=late.pk).update(due_on=clock.today(now) - timedelta(days=1))
    initiatives.submitted(municipality, title="Nieuw plan")
    initiatives.submitted(municipality, title="Van een collega", handler=civil_servant(municipality))
    initiatives.submitted(title="Van elders")
    work = today(municipality, servant, now)
    assert [(line.title, line.late) for line in work.initiatives] == [("Te laat besloten", True), ("Nieuw plan", False)]
    assert work.talk == []
    assert not work.is_quiet
