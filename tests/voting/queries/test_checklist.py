"""The checklist: what blocks, what warns, and where each is mended."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from foundation.core import clock, health
from foundation.municipalities.models import Municipality
from foundation.voting.models import Ballot, Observer, Option
from foundation.voting.queries.checklist import checklist
from foundation.voting.services import ballots, rehearsals
from tests.factories import voting
from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory, civil_servant
from tests.factories.voting_codes import batch_of

pytestmark = pytest.mark.django_db


def lines(ballot: Ballot, kind: str = "warn", now: datetime | None = None) -> str:
    fresh = Ballot.objects.select_related("municipality").get(pk=ballot.pk)
    return "\n".join(line.text for line in checklist(fresh, now or clock.now()) if line.kind == kind)


def noon(days: int) -> datetime:
    return (clock.now().astimezone(clock.AMSTERDAM) + timedelta(days=days)).replace(hour=12, minute=0)


def ready(municipality: Municipality | None = None, **fields: Any) -> Ballot:
    """A vote about which nothing is to be said but what a test changes."""
    municipality = municipality or MunicipalityFactory(setup_steps=["verordening"])
    by = civil_servant(municipality)
    civil_servant(municipality)
    voting.resident(municipality)
    values = {"opens_at": noon(3), "closes_at": noon(20), "takes_paper": True, **fields}
    ballot = voting.draft(municipality, by=by, **values)
    Option.objects.filter(ballot=ballot).update(
        text="Waarom dit goed is", picture="ballots/x.jpg", picture_alt="Een bank"
    )
    Observer.objects.create(ballot=ballot, email="waarnemer@example.nl")
    rehearsals.start(ballot=ballot, by=by)
    for part in health.PARTS:
        health.beat(part)
    return ballot


def test_a_vote_that_is_ready_gets_no_remarks() -> None:
    ballot = ready()
    assert lines(ballot) == lines(ballot, "block") == ""
    assert len(lines(ballot, "ok").splitlines()) >= 9


def test_what_is_missing_blocks_and_leads_to_the_step_where_it_is_mended() -> None:
    ballot = voting.draft(projects=[], opens_at=None, closes_at=None, budget_cents=None, question="")
    found = [line for line in checklist(ballot, clock.now()) if line.kind == "block"]
    assert [line.url.rstrip("/").rsplit("/", 1)[1] for line in found] == [
        "gegevens", "projecten", "regels", "wie-en-wanneer",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"opens_at": noon(3).replace(hour=3)}, "'s nachts open"),
        ({"closes_at": noon(20).replace(hour=4)}, "'s nachts dicht"),
        ({"closes_at": noon(6)}, "korter dan een week"),
        ({"opens_at": clock.now() + timedelta(hours=3)}, "minder dan een dag"),
        ({"takes_paper": False}, "papier"),
        ({"budget_cents": 100_000_00}, "passen samen in het budget"),
        ({"budget_cents": 6_000_00}, "Duurder dan het hele budget"),
    ],
)
def test_times_paper_and_money_are_looked_at(fields: dict[str, Any], words: str) -> None:
    assert words in lines(ready(**fields))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"text": ""}, "uitleg"),
        ({"picture": ""}, "geen foto"),
        ({"picture_alt": ""}, "wat erop staat"),
        ({"cost_cents": 0}, "Zonder kosten"),
    ],
)
def test_each_project_is_looked_at(change: dict[str, Any], words: str) -> None:
    ballot = ready()
    Option.objects.filter(ballot=ballot, number=1).update(**change)
    assert words in lines(ballot)


def test_people_and_machinery_are_looked_at() -> None:
    alone = MunicipalityFactory()
    ballot = voting.draft(alone)
    said = lines(ballot)
    for words in ("tweede", "verordening", "waarnemer", "geoefend", "achtergrond", "account"):
        assert words in said, words
    assert "tweede" not in lines(voting.draft(alone, is_binding=False))


def test_a_vote_with_codes_asks_for_letters() -> None:
    ballot = ready(electorate="codes")
    assert "nog geen codes" in lines(ballot)
    batch_of(ballot, size=1, language="en")
    said = lines(ballot)
    assert "nog geen codes" not in said
    assert "niet gedrukt" in said
    assert "Engels" in said
    batch_of(ballot, size=1, make=False)
    assert "Nog niet alle brieven" in lines(ballot)


def test_projects_outside_the_neighbourhoods_that_vote_are_named() -> None:
    ballot = ready()
    here, there = NeighbourhoodFactory.create_batch(2, municipality=ballot.municipality)
    Option.objects.filter(ballot=ballot, number=1).update(area=there)
    ballots.change(ballot=ballot, by=ballot.created_by, areas=[here])
    assert "buiten de buurten" in lines(ballot)


def test_warnings_do_not_block_announcing(client: Client, settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False
    ballot = voting.draft()
    client.force_login(ballot.created_by, "django.contrib.auth.backends.ModelBackend")
    url = f"/{ballot.municipality.slug}/beheer/stemmingen/{ballot.slug}/"
    for path in ("", "controle/"):
        page = client.get(url + path).content.decode()
        assert "Let hierop:" in page
        assert "Kondig deze stemming aan" in page
    client.post(url + "stap/", {"stap": "aankondigen"})
    ballot.refresh_from_db()
    assert ballot.state == "announced"
