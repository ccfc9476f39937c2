"""The page of one plan is kept for readers without a session, and no change is ever seen late."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from foundation.accounts.models import User
from foundation.core import clock
from foundation.municipalities.models import Area, ByLaw, Municipality
from initiatives.enums import COOPERATIVES, InitiativeState
from initiatives.models import Initiative
from initiatives.queries import versions
from initiatives.services import conversation, cooperatives, hands, initiatives, lines, support, townhall, visibility
from tests.factories import initiatives as made
from tests.factories.accounts import UserFactory
from tests.factories.discussion import comment
from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory, SectorFactory, civil_servant
from tests.kept import read, seen

pytestmark = pytest.mark.django_db
# Tables that the page of a plan does not show; the others must be in ``versions.PLAN``.
NOT_SHOWN = {
    "AddedValue": "town hall",
    "Change": "counts changes itself",
    "Draft": "of its writer",
    "DraftPicture": "of its writer",
    "Escalation": "town hall",
    "Follow": "nobody sees who follows",
    "ImportRun": "town hall",
    "InternalNote": "town hall",
    "KindTerm": "used when a term begins",
    "Letter": "of whom it is to",
    "Risk": "town hall",
    "Risk_owners": "town hall",
    "SavedView": "of a civil servant",
    "Support": "counted on its plan; names are in it",
    "TeamInvitation": "of who is invited",
    "TermEvent": "counted on its plan",
}


@dataclass
class World:
    """A plan with somebody who makes it, and one like it elsewhere."""

    plan: Initiative
    maker: User
    servant: User
    other: Initiative

    @property
    def url(self) -> str:
        return reverse("initiatives:detail", args=[self.plan.municipality.slug, self.plan.slug])


@pytest.fixture
def world() -> World:
    here = MunicipalityFactory(name="Rivierdam")
    maker, area = UserFactory(name="Piet"), NeighbourhoodFactory(municipality=here, name="Kade", population=900)
    elsewhere = MunicipalityFactory(name="Elders")
    other = made.in_state(InitiativeState.IN_EXECUTION, elsewhere, title="Moestuin aan de kade")
    plan = made.submitted(here, by=maker, title="Moestuin", neighbourhood=area)
    conversation.open_for(plan, by=None)
    return World(Initiative.objects.get(pk=plan.pk), maker, civil_servant(here, name="Ans"), other)


def _thread(world: World) -> object:
    return comment(world.plan.conversation.thread, UserFactory(name="Truus"))


CHANGES: dict[str, Callable[[World], object]] = {
    "support": lambda w: support.support(initiative=w.plan, by=UserFactory()),
    "support with a name": lambda w: support.support(initiative=w.plan, by=UserFactory(name="Kees"), show_name=True),
    "another title": lambda w: initiatives.change(initiative=w.plan, by=w.maker, version=None, title="Kruidentuin"),
    "withdrawn": lambda w: initiatives.withdraw(initiative=w.plan, by=w.maker, reason="Geen tijd"),
    "news": lambda w: lines.add_news(initiative=w.plan, by=w.maker, title="Gestart", text="Wij zijn begonnen."),
    "a budget line": lambda w: lines.add_budget_line(
        initiative=w.plan, by=w.maker, kind="cost", label="Zaad", amount_cents=900
    ),
    "a step": lambda w: lines.add_milestone(initiative=w.plan, by=w.maker, title="Spitten", day=clock.today()),
    "the name of a maker": lambda w: User.objects.filter(name="Piet").update(name="Pieter"),
    "a comment": _thread,
    "sectors were asked": lambda w: townhall.ask_sectors(
        initiative=w.plan,
        by=w.servant,
        sectors=[SectorFactory(municipality=w.plan.municipality)],
        answer_by=clock.today() + timedelta(days=9),
        question="Kan het?",
    ),
    "a cooperative": lambda w: cooperatives.tell(
        initiative=w.plan, by=w.maker, stage="network", is_intermediary=True, is_provider=True
    ),
    "the by-law": lambda w: ByLaw.objects.update_or_create(
        municipality=w.plan.municipality, defaults={"support_threshold": 30}
    ),
    "the municipality": lambda w: Municipality.objects.filter(name="Rivierdam").update(name="Waterdam"),
    "je or u": lambda w: Municipality.objects.filter(name="Rivierdam").update(address_form="u"),
    "the neighbourhood": lambda w: Area.objects.update(name="Oever"),
    "a plan beside it has another name": lambda w: Initiative.objects.filter(pk=w.other.pk).update(title="Moestuintje"),
    "a plan beside it was hidden": lambda w: visibility.hide(
        initiative=w.other, by=civil_servant(w.other.municipality), reason="Schelden"
    ),
    "the municipality of a plan beside it closed": lambda w: Municipality.objects.filter(name="Elders").update(
        published_at=None
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_every_change_is_seen_at_once(world: World, name: str) -> None:
    if "cooperative" in name:
        Initiative.objects.filter(pk=world.plan.pk).update(kind=next(iter(COOPERATIVES)))
        world.plan.refresh_from_db()
    seen(world.url, lambda: CHANGES[name](world))


def test_a_hidden_plan_is_gone_at_once_and_its_team_gets_a_page_of_its_own(world: World) -> None:
    assert read(world.url) == read(world.url)
    visibility.hide(initiative=world.plan, by=world.servant, reason="Schelden")
    assert Client().get(world.url).status_code == 404
    team = Client()
    team.force_login(world.maker, backend="django.contrib.auth.backends.ModelBackend")
    assert team.get(world.url).status_code == 200
    assert Client().get(world.url).status_code == 404


def test_a_plan_of_which_nobody_knows_what_stands_beside_it_is_drawn(world: World) -> None:
    assert versions.of_plan(world.plan.municipality.slug, world.plan.slug) is None
    read(world.url)
    known = versions.of_plan(world.plan.municipality.slug, world.plan.slug)
    assert known
    assert hands.may_be_asked_for(world.plan) in (True, False)
    made.submitted(world.plan.municipality, title="Iets heel anders")
    assert versions.of_plan(world.plan.municipality.slug, world.plan.slug) == known


def test_every_table_is_in_the_version_or_said_why_not() -> None:
    looked = " ".join(versions.PLAN)
    for model in apps.get_app_config("initiatives").get_models(include_auto_created=True):
        named = f"{model._meta.db_table} t" in looked
        assert named != (model.__name__ in NOT_SHOWN), model
