"""The klussenbank: asked, offered, matched, closed, counted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.accounts.models import User
from foundation.core import clock
from foundation.notifications.models import Message
from initiatives.enums import HandsState, OfferState
from initiatives.errors import InitiativeError, WrongMoment
from initiatives.models import HandsOffer, HandsRequest
from initiatives.queries import hands as queries
from initiatives.services import hands
from tests.factories import initiatives
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory, RoleFactory, SectorFactory, civil_servant

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _without_second_factor(settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def asked(hours: int = 10) -> tuple[HandsRequest, User]:
    """A request of an initiative, and its initiator."""
    initiative = initiatives.submitted()
    maker = initiative.team.get().user
    row = hands.ask(
        municipality=initiative.municipality, initiative=initiative, by=maker, title="Begroting nakijken", hours=hours
    )
    return row, maker


def test_hands_are_found_when_enough_hours_are_taken_and_looked_for_again_when_somebody_stops() -> None:
    row, maker = asked(10)
    first, second = civil_servant(row.municipality), civil_servant(row.municipality)
    one = hands.offer(request=row, by=first, hours=6)
    two = hands.offer(request=row, by=second, hours=4)
    hands.answer(offer=one, accept=True, by=maker)
    row.refresh_from_db()
    assert row.state == HandsState.OPEN
    hands.answer(offer=two, accept=True, by=maker)
    row.refresh_from_db()
    assert row.state == HandsState.MATCHED
    hands.withdraw(offer=two, by=second)
    row.refresh_from_db()
    assert row.state == HandsState.OPEN
    hands.close(request=row, by=maker, done={one.pk: 7})
    row.refresh_from_db()
    assert row.state == HandsState.DONE
    total = queries.totals(row.municipality)
    assert (total.asked, total.open, total.hours_asked, total.hours_promised, total.hours_done) == (1, 0, 10, 6, 7)
    with pytest.raises(WrongMoment):
        hands.close(request=row, by=maker, done=None)
    with pytest.raises(WrongMoment):
        hands.offer(request=row, by=second, hours=1)


def test_an_answer_is_given_once_and_told_to_who_offered() -> None:
    row, maker = asked()
    helper = civil_servant(row.municipality)
    made = hands.offer(request=row, by=helper, hours=3)
    assert Message.objects.get(kind="initiatives.hands").recipient == maker
    hands.answer(offer=made, accept=False, by=maker)
    with pytest.raises(WrongMoment):
        hands.answer(offer=made, accept=True, by=maker)
    assert Message.objects.filter(kind="initiatives.hands", recipient=helper).count() == 1


def test_offering_again_changes_the_offer_until_it_is_taken() -> None:
    row, maker = asked()
    helper = civil_servant(row.municipality)
    made = hands.offer(request=row, by=helper, hours=3)
    hands.offer(request=row, by=helper, hours=5)
    assert HandsOffer.objects.get().hours == 5
    hands.answer(offer=made, accept=True, by=maker)
    with pytest.raises(WrongMoment):
        hands.offer(request=row, by=helper, hours=1)


@pytest.mark.parametrize("hours", [0, 2001])
def test_hours_have_a_limit(hours: int) -> None:
    row, _maker = asked()
    with pytest.raises(ValidationError):
        hands.offer(request=row, by=civil_servant(row.municipality), hours=hours)
    with pytest.raises(ValidationError):
        hands.ask(municipality=row.municipality, initiative=row.initiative, by=_maker, title="Te veel", hours=hours)


def test_hours_worked_are_of_those_who_were_taken() -> None:
    row, maker = asked()
    made = hands.offer(request=row, by=civil_servant(row.municipality), hours=3)
    with pytest.raises(InitiativeError):
        hands.close(request=row, by=maker, done={made.pk: 3})
    hands.answer(offer=made, accept=True, by=maker)
    with pytest.raises(InitiativeError):
        hands.close(request=row, by=maker, done={made.pk: -1})


def test_who_may_ask_offer_and_answer() -> None:
    row, maker = asked()
    here = row.municipality
    made = hands.offer(request=row, by=civil_servant(here), hours=3)
    strangers = [
        UserFactory(),
        civil_servant(MunicipalityFactory()),
        RoleFactory(municipality=here, kind="council_member").user,
    ]
    for user in strangers:
        with pytest.raises(PermissionDenied):
            hands.ask(municipality=here, initiative=row.initiative, by=user, title="X", hours=1)
        with pytest.raises(PermissionDenied):
            hands.offer(request=row, by=user, hours=1)
        with pytest.raises(PermissionDenied):
            hands.answer(offer=made, accept=True, by=user)
        with pytest.raises(PermissionDenied):
            hands.withdraw(offer=made, by=user)
        page = reverse("initiatives:hands_request", args=[here.slug, row.pk])
        assert client_of(user).get(page).status_code == 404
    with pytest.raises(PermissionDenied):
        hands.offer(request=row, by=maker, hours=1)
    with pytest.raises(InitiativeError):
        hands.ask(municipality=here, sector=SectorFactory(), by=civil_servant(here), title="X", hours=1)
    draft = initiatives.draft(here)
    with pytest.raises(InitiativeError):
        hands.ask(municipality=here, initiative=draft, by=draft.team.get().user, title="X", hours=1)
    yesterday = clock.today() - timedelta(days=1)
    with pytest.raises(InitiativeError):
        hands.ask(municipality=here, initiative=row.initiative, by=maker, title="X", hours=1, needed_by=yesterday)


def test_the_whole_road_in_the_browser() -> None:
    initiative = initiatives.submitted()
    here = initiative.municipality
    maker, helper = initiative.team.get().user, civil_servant(here)
    team, staff = client_of(maker), client_of(helper)
    ask = reverse("initiatives:hands_ask", args=[here.slug, initiative.slug])
    assert team.post(ask, {"title": "", "hours": "0"}).status_code == 422
    assert team.post(ask, {"title": "Tekenen", "hours": "8"}).status_code == 302
    row = HandsRequest.objects.get()
    public = Client().get(initiative.get_absolute_url()).content.decode()
    assert "Tekenen" in public
    page = reverse("initiatives:hands_request", args=[here.slug, row.pk])
    assert Client().get(page).status_code == 302
    assert "Tekenen" in staff.get(reverse("initiatives:hands", args=[here.slug])).content.decode()
    staff.post(reverse("initiatives:hands_offer", args=[here.slug, row.pk]), {"hours": "8", "text": "Ik teken graag"})
    made = HandsOffer.objects.get()
    assert "Ik teken graag" in team.get(page).content.decode()
    assert "Ik teken graag" not in public
    team.post(reverse("initiatives:hands_answer", args=[here.slug, row.pk, made.pk]), {"antwoord": "ja"})
    made.refresh_from_db()
    assert made.state == OfferState.ACCEPTED
    team.post(reverse("initiatives:hands_close", args=[here.slug, row.pk]), {"klaar": "1", f"uren-{made.pk}": "9"})
    made.refresh_from_db()
    assert made.hours_done == 9
    sector = SectorFactory(municipality=here)
    new = reverse("initiatives:hands_new", args=[here.slug])
    assert staff.post(new, {"title": "Inpakken", "hours": "2", "sector": sector.pk}).status_code == 302


def test_more_requests_cost_no_more_queries() -> None:
    row, _maker = asked()
    here = row.municipality
    client = client_of(civil_servant(here))
    numbers = []
    for rows in (1, 3):
        for _n in range(rows):
            initiative = initiatives.submitted(here)
            made = hands.ask(
                municipality=here, initiative=initiative, by=initiative.team.get().user, title="Klus", hours=3
            )
            hands.offer(request=made, by=civil_servant(here), hours=2)
        page = reverse("initiatives:hands", args=[here.slug])
        client.get(page)
        with CaptureQueriesContext(connection) as made_queries:
            client.get(page)
        numbers.append(len(made_queries))
    assert numbers[0] == numbers[1]


@pytest.mark.parametrize("state", ["refused", "withdrawn", "evaluated"])
def test_nothing_is_asked_for_a_plan_that_does_not_go_on(state: str) -> None:
    initiative = initiatives.in_state(state)
    maker = initiative.team.get().user
    page = client_of(maker).get(initiative.get_absolute_url()).content.decode()
    assert reverse("initiatives:hands_ask", args=[initiative.municipality.slug, initiative.slug]) not in page
    with pytest.raises(InitiativeError):
        hands.ask(municipality=initiative.municipality, initiative=initiative, by=maker, title="Tekenen", hours=4)
