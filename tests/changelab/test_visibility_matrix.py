"""Who reads what of a lab: every kind of thing x level x person, on pages, documents, lists and logs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from changelab import open_data
from changelab.api import Labsoort
from changelab.enums import Carrier, Level, ObstacleKind, StakeholderKind
from changelab.models import KitchenItem, Lab, LabMember
from changelab.personal_data import kitchen_models
from changelab.services import journey, kitchen, obstacles, plans, stakeholders
from foundation.accounts.models import User
from learning_network import search
from tests.factories.accounts import UserFactory
from tests.factories.changelab import lab, lab_member, open_cohort
from tests.factories.learning_network import lead, member, running

pytestmark = pytest.mark.django_db
WORD = "Zeldzaamwoord"
SEARCHED = ("prototype", "transferplan")


def _plan(of: Lab, by: User) -> Any:
    made = plans.begin(lab=of, title=WORD, by=by)
    plans.add_task(plan=made, by=by, title="Maaien", present_cents=100, transfer_cents=100)
    plans.add_risk(plan=made, by=by, text="Droogte", carrier=Carrier.BOTH)
    return made


MAKE: dict[str, Callable[[Lab, User], Any]] = {
    "stakeholder": lambda of, by: stakeholders.add(lab=of, by=by, name=WORD, kind=StakeholderKind.RESIDENT),
    "observation": lambda of, by: journey.observe(lab=of, by=by, text=WORD),
    "insight": lambda of, by: journey.find_insight(lab=of, by=by, text=WORD),
    "prototype": lambda of, by: journey.try_something(lab=of, by=by, title=WORD, hypothesis="Het lukt"),
    "obstacle": lambda of, by: obstacles.add(lab=of, by=by, kind=ObstacleKind.LEGAL, title=WORD),
    "transferplan": _plan,
}
# Written out by hand from the table in changelab/visibility.py. "own": the people of the lab itself.
READERS: dict[str, frozenset[str]] = {
    "withdrawn": frozenset(["own", "lead of the lab"]),
    "cohort": frozenset(["own", "lead of the lab", "other lab", "facilitator", "programme lead"]),
    "network": frozenset(
        ["own", "lead of the lab", "other lab", "facilitator", "programme lead", "member", "other cohort"]
    ),
    "everyone": frozenset(
        [
            *("own", "lead of the lab", "other lab", "facilitator", "programme lead", "member", "other cohort"),
            *("anonymous", "resident", "left the lab", "superuser"),
        ]
    ),
}


@pytest.fixture
def world(settings) -> tuple[Lab, dict[str, Any]]:
    settings.TWO_FACTOR_FOR_STAFF = False
    boss = lead()
    programme = running(by=boss)
    cohort = open_cohort(programme, by=boss)
    made = lab(cohort)
    first = LabMember.objects.get(lab=made, role="lead").user
    facilitator = UserFactory()
    programme.roles.create(user=facilitator, kind="facilitator")
    gone = lab_member(made)
    LabMember.objects.filter(user=gone).update(left_at=made.created_at)
    gone.__dict__.pop("_lab_places", None)
    other = lab(open_cohort(running(title="Ander programma"), title="Andere lichting"))
    there = LabMember.objects.get(lab=other, role="lead").user
    neighbour = lab(cohort)
    people = {
        "anonymous": None,
        "resident": UserFactory(),
        "superuser": UserFactory(is_superuser=True),
        "member": member(),
        "own": lab_member(made),
        "lead of the lab": first,
        "left the lab": gone,
        "other lab": LabMember.objects.get(lab=neighbour, role="lead").user,
        "other cohort": there,
        "facilitator": facilitator,
        "programme lead": boss,
    }
    return made, people


def pages_of(of: Lab, item: KitchenItem) -> list[str]:
    """Every page, document and sheet on which this item may stand."""
    names = {
        "stakeholder": ["stakeholders"],
        "observation": ["journey"],
        "insight": ["journey"],
        "prototype": ["journey"],
        "obstacle": ["obstacles"],
        "transferplan": ["plans"],
    }[item._meta.model_name or ""]
    base = [of.cohort.slug, of.slug]
    found = [reverse(f"changelab:{name}", args=base) for name in [*names, "kitchen", "lab"]]
    if item._meta.model_name == "transferplan":
        found += [
            reverse(f"changelab:{name}", args=[*base, item.pk]) for name in ("plan_page", "plan_sheet", "plan_pdf")
        ]
    return found


OPEN = {
    "stakeholder": "betrokkenen",
    "observation": "observaties",
    "insight": "inzichten",
    "prototype": "prototypes",
    "obstacle": "obstakels",
    "transferplan": "plannen-van-aanpak",
}


def test_every_kind_of_thing_is_in_this_matrix_and_in_the_open_data() -> None:
    assert {model._meta.model_name for model in kitchen_models()} == set(MAKE)
    assert {kind.model._meta.model_name: code for code, kind in open_data.KINDS.items()} == OPEN
    assert {soort.value for soort in Labsoort} == set(OPEN.values())


def open_data_shows(kind: str, item: KitchenItem) -> dict[str, bool]:
    """Whether it stands in the list of the API, has an address there, and is in the feed, for who has no account."""
    client, address = Client(), f"/api/v1/changelab/{OPEN[kind]}"
    whole = client.get(f"{address}/{item.pk}")
    return {
        "list": WORD in client.get(address).content.decode(),
        "whole": whole.status_code == 200 and WORD in whole.content.decode(),
        "feed": WORD in client.get(reverse("changelab:news")).content.decode(),
    }


@pytest.mark.parametrize("kind", sorted(MAKE))
def test_each_person_reads_exactly_what_the_level_allows(kind: str, world: tuple[Lab, dict[str, Any]]) -> None:
    made, people = world
    by = people["lead of the lab"]
    item = MAKE[kind](made, by)
    for level in ("cohort", "network", "everyone", "withdrawn"):
        if level == "withdrawn":
            kitchen.withdraw(item=item, by=by)
        else:
            kitchen.share(item=item, level=Level(level), by=by)
        opened = open_data_shows(kind, item)
        assert set(opened.values()) == {level == "everyone"}, (kind, level, opened)
        for name, person in people.items():
            user = AnonymousUser() if person is None else User.objects.get(pk=person.pk)
            may = type(item).objects.visible_to(user).filter(pk=item.pk).exists()
            assert may == (name in READERS[level]), (kind, level, name)
            if kind in SEARCHED:
                hits = {hit.title for group in search.everywhere(user, WORD) for hit in group.hits}
                assert may == (WORD in hits), (kind, level, name, "search")
            client = Client()
            if person is not None:
                client.force_login(person)
            page, *more = pages_of(made, item)
            for path in (page, *more):
                answer = client.get(path)
                if answer.status_code == 200 and path.endswith("/"):
                    shown = WORD in answer.content.decode()
                    assert may or not shown, (kind, level, name, path)
                    if path == page:
                        assert shown == may, (kind, level, name, path)
                if path.endswith((".pdf", ".xlsx")):
                    assert answer.status_code == (200 if may else 404), (kind, level, name, path)


def test_the_log_tells_what_was_shared_when(world: tuple[Lab, dict[str, Any]]) -> None:
    made, people = world
    by = people["lead of the lab"]
    item = MAKE["obstacle"](made, by)
    kitchen.share(item=item, level=Level.EVERYONE, by=by)
    kitchen.share(item=item, level=Level.EVERYONE, by=by)
    kitchen.withdraw(item=item, by=by)
    kitchen.share(item=item, level=Level.COHORT, by=by)
    assert [(line.old, line.new) for line in made.share_log.order_by("pk")] == [
        ("cohort", "everyone"),
        ("everyone", "withdrawn"),
        ("withdrawn", "cohort"),
    ]
