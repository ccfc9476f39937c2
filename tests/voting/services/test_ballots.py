import hashlib
import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from foundation.core.models import AuditEvent
from foundation.municipalities.enums import RoleKind
from foundation.municipalities.models import Sector
from foundation.notifications.models import Message
from foundation.voting.errors import NotReady, VotingError, WrongMoment
from foundation.voting.models import Ballot, BallotSecret, Option
from foundation.voting.services import ballots, options
from tests.factories import voting
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory, RoleFactory, civil_servant

pytestmark = pytest.mark.django_db


def verbs(ballot: Ballot) -> list[str]:
    return list(AuditEvent.objects.about(ballot).order_by("created_at").values_list("verb", flat=True))


@pytest.mark.parametrize("kind", [RoleKind.AMBASSADOR, RoleKind.COUNCIL_MEMBER, RoleKind.ALDERMAN, None])
def test_only_civil_servants_and_administrators_make_ballots(kind: str | None) -> None:
    municipality = MunicipalityFactory()
    sector = Sector.objects.create(municipality=municipality, name="Zorg") if kind == RoleKind.AMBASSADOR else None
    user = RoleFactory(municipality=municipality, kind=kind, sector=sector).user if kind else UserFactory()
    with pytest.raises(PermissionDenied):
        ballots.create(municipality=municipality, title="Buurtbudget", by=user)


def test_a_colleague_of_another_municipality_changes_nothing() -> None:
    ballot = voting.draft()
    with pytest.raises(PermissionDenied):
        ballots.change(ballot=ballot, by=civil_servant(MunicipalityFactory()), title="Anders")


def test_two_ballots_with_one_title_get_their_own_address() -> None:
    first = voting.draft(title="Buurtbudget Crabbehof")
    second = ballots.create(municipality=first.municipality, title="Buurtbudget Crabbehof", by=first.created_by)
    assert (first.slug, second.slug) == ("buurtbudget-crabbehof", "buurtbudget-crabbehof-2")


def test_closing_before_opening_is_refused_in_words() -> None:
    ballot = voting.draft()
    with pytest.raises(ValidationError, match=r"opening|opent|na"):
        ballots.change(ballot=ballot, by=ballot.created_by, closes_at=ballot.opens_at - timedelta(hours=1))


@pytest.mark.parametrize(
    ("change", "count"),
    [
        ({"question": ""}, 1),
        ({"budget_cents": None}, 1),
        ({"budget_cents": 100}, 1),
        ({"limit_kind": "number", "max_choices": None}, 1),
        ({"opens_at": None}, 1),
        ({"rule_settings": {"nonsense": 1}}, 1),
        ({"question": "", "budget_cents": None}, 2),
    ],
)
def test_an_incomplete_ballot_is_not_announced_and_says_what_is_missing(change: dict, count: int) -> None:
    ballot = voting.draft()
    ballots.change(ballot=ballot, by=ballot.created_by, **change)
    with pytest.raises(NotReady) as refusal:
        ballots.announce(ballot=ballot, by=ballot.created_by)
    assert len(refusal.value.problems) == count
    ballot.refresh_from_db()
    assert ballot.state == "draft"


def test_an_announced_ballot_can_change_but_not_become_incomplete() -> None:
    ballot = voting.announced()
    assert ballots.change(ballot=ballot, by=ballot.created_by, title="Nieuwe titel").title == "Nieuwe titel"
    with pytest.raises(NotReady):
        options.replace_all(ballot=ballot, options=[], by=ballot.created_by)
    assert ballot.options.count() == 3


def test_announcing_tells_residents_of_its_areas_only() -> None:
    municipality = MunicipalityFactory()
    inside, outside = NeighbourhoodFactory.create_batch(2, municipality=municipality)
    neighbour = voting.resident(municipality, inside)
    voting.resident(municipality, outside)
    voting.announced(municipality, areas=[inside])
    assert list(Message.objects.values_list("recipient", "kind")) == [(neighbour.pk, "voting.ballot_announced")]


def test_opening_freezes_the_rules_and_their_hash() -> None:
    ballot = voting.opened()
    assert ballot.rules_sha256 == hashlib.sha256(ballot.rules_json.encode()).hexdigest()
    rules = json.loads(ballot.rules_json)
    assert [(o["number"], o["title"], o["cost_cents"]) for o in rules["options"]] == [
        (1, "Bankjes in het park", 300_000),
        (2, "Moestuin", 500_000),
        (3, "Speeltoestel", 800_000),
    ]
    assert rules["rule"]["name"] == "equal_shares"
    assert len(rules["rule"]["settings"]["lot_seed"]) == 32
    assert BallotSecret.objects.get().ballot_id == ballot.pk
    assert verbs(ballot)[-2:] == ["voting.ballot_announced", "voting.ballot_opened"]


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Anders"},
        {"question": "Anders?"},
        {"budget_cents": 1},
        {"closes_at": "2030-01-01T00:00Z"},
        {"rule": "greedy"},
        {"rule_settings": {}},
        {"minimum_age": 3},
        {"is_binding": False},
        {"rules_json": "{}"},
        {"rules_sha256": ""},
        {"max_choices": 3},
    ],
)
def test_after_opening_the_database_refuses_to_change_the_rules(change: dict) -> None:
    ballot = voting.opened()
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        Ballot.objects.filter(pk=ballot.pk).update(**change)


def test_after_opening_the_database_refuses_to_touch_options_and_areas() -> None:
    municipality = MunicipalityFactory()
    area = NeighbourhoodFactory(municipality=municipality)
    ballot = voting.opened(municipality, areas=[area])
    attempts = [
        lambda: Option.objects.filter(ballot=ballot).update(cost_cents=1),
        lambda: Option.objects.filter(ballot=ballot).first().delete(),
        lambda: Option.objects.create(ballot=ballot, number=9, title="Erbij", cost_cents=1),
        lambda: ballot.ballot_areas.all().delete(),
    ]
    for attempt in attempts:
        with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
            attempt()
    with pytest.raises(WrongMoment):
        ballots.change(ballot=ballot, by=ballot.created_by, title="Anders")
    with pytest.raises(WrongMoment):
        options.replace_all(ballot=ballot, options=[], by=ballot.created_by)


def test_an_open_ballot_cannot_be_deleted() -> None:
    ballot = voting.opened()
    with pytest.raises(WrongMoment):
        ballots.delete_draft(ballot=ballot, by=ballot.created_by)
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        Ballot.objects.filter(pk=ballot.pk)._raw_delete("default")


def test_the_clock_opens_and_closes() -> None:
    ballot = voting.announced()
    assert ballots.advance(ballot_id=ballot.pk, now=ballot.opens_at - timedelta(seconds=1)) is None
    assert ballots.advance(ballot_id=ballot.pk, now=ballot.opens_at) == "open"
    assert ballots.advance(ballot_id=ballot.pk, now=ballot.closes_at) is None  # votes may still be under way
    assert ballots.advance(ballot_id=ballot.pk, now=ballot.closes_at + timedelta(seconds=5)) == "closed"
    assert ballots.advance(ballot_id=ballot.pk, now=ballot.closes_at + timedelta(days=1)) is None
    assert verbs(ballot)[-2:] == ["voting.ballot_opened", "voting.ballot_closed"]


def test_the_phase_follows_the_clock_although_nobody_moved_the_state() -> None:
    ballot = voting.announced()
    assert ballot.phase(ballot.opens_at - timedelta(seconds=1)) == "announced"
    assert ballot.phase(ballot.opens_at) == "open"
    assert ballot.phase(ballot.closes_at - timedelta(microseconds=1)) == "open"
    assert ballot.phase(ballot.closes_at) == "closed"


@pytest.mark.parametrize("make", [voting.draft, voting.announced, voting.opened])
def test_cancelling_needs_a_reason_and_destroys_the_keys(make: object) -> None:
    ballot = make()  # type: ignore[operator]
    with pytest.raises(VotingError):
        ballots.cancel(ballot=ballot, by=ballot.created_by, reason="  ")
    ballot = ballots.cancel(ballot=ballot, by=ballot.created_by, reason="Het geld is er niet.")
    assert (ballot.state, ballot.cancel_reason) == ("cancelled", "Het geld is er niet.")
    assert not BallotSecret.objects.exists()


def test_a_withdrawn_ballot_is_a_draft_again() -> None:
    ballot = voting.announced()
    ballot = ballots.withdraw(ballot=ballot, by=ballot.created_by, reason="Tikfout")
    assert (ballot.state, ballot.announced_by, ballot.announced_at) == ("draft", None, None)
