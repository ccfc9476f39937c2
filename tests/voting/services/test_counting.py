import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from foundation.core import clock
from foundation.core.models import AuditEvent
from foundation.notifications.models import Message
from foundation.voting import counting as pure
from foundation.voting import papers, tasks
from foundation.voting.counting import pabulib
from foundation.voting.errors import BoxMismatch, VotingError, WrongMoment
from foundation.voting.models import Ballot, Count, Result, Vote
from foundation.voting.services import counting, mixing, publishing
from foundation.voting.services.historic import import_historic
from tests.factories import voting
from tests.factories.municipalities import MunicipalityFactory, RoleFactory, civil_servant
from tests.voting.services.test_casting import at_once

pytestmark = pytest.mark.django_db(transaction=True)

VOTES = ((1, 2), (1,), (3,), (2,), ())


def closed(**fields: object) -> Ballot:
    ballot = voting.opened(**fields)
    for choices in VOTES:
        voting.vote(ballot, *choices)
    return voting.close(ballot)


def test_a_count_equals_counting_the_same_votes_by_hand() -> None:
    ballot = closed()
    made = counting.count_ballot(ballot_id=ballot.pk)
    assert made is not None
    ballot.refresh_from_db()
    assert ballot.state == "counted"
    options = [pure.Option(str(o.number), o.title, o.cost_cents) for o in ballot.options.all()]
    profile = pure.Profile.approval(
        options, [[str(n) for n in choices] for choices in VOTES], budget=ballot.budget_cents, units=100
    )
    outcome = pure.count(profile, "equal_shares", made.settings)
    assert made.result.outcome == outcome.to_dict()
    assert (made.result.cast, made.result.blank) == (5, 1)
    assert made.settings["lot_seed"] == f"{ballot.frozen['rule']['settings']['lot_seed']}:{made.box_hash}"
    assert made.box_hash == papers.box_hash(bytes(c) for c in Vote.objects.values_list("commitment", flat=True))


def test_counting_again_finds_the_first_count() -> None:
    ballot = closed()
    first = counting.count_ballot(ballot_id=ballot.pk)
    second = counting.count_ballot(ballot_id=ballot.pk)
    assert first == second
    assert Count.objects.count() == 1


def test_an_open_ballot_is_not_counted() -> None:
    ballot = voting.opened()
    voting.vote(ballot, 1)
    assert counting.count_ballot(ballot_id=ballot.pk) is None
    assert not Vote.objects.exists()


def test_two_workers_at_once_make_one_count() -> None:
    ballot = closed()
    at_once(
        [lambda: tasks.close_due_ballots(), lambda: tasks.close_due_ballots(), lambda: tasks.count_ballot(ballot.pk)]
    )
    assert (Count.objects.count(), Result.objects.count()) == (1, 1)
    assert AuditEvent.objects.filter(verb="voting.ballot_counted").count() == 1


def test_beat_closes_and_counts_what_is_due() -> None:
    ballot = voting.opened()
    voting.vote(ballot, 1)
    with time_machine.travel(ballot.closes_at + timedelta(minutes=1)):  # the closing time is frozen, so the clock moves
        tasks.close_due_ballots()
    ballot.refresh_from_db()
    assert ballot.state == "counted"


def test_a_changed_vote_stops_the_count_and_is_told() -> None:
    ballot = closed()
    mixing.empty_inlet(ballot_id=ballot.pk, at_least=1)
    with connection.cursor() as cursor:  # an operator with the power to switch triggers off
        cursor.execute("ALTER TABLE voting_vote DISABLE TRIGGER USER")
        cursor.execute("UPDATE voting_vote SET choices = '3' WHERE choices = '1'")
        cursor.execute("ALTER TABLE voting_vote ENABLE TRIGGER USER")
    with pytest.raises(BoxMismatch, match="not what it was"):
        counting.count_ballot(ballot_id=ballot.pk)
    ballot.refresh_from_db()
    assert ballot.state == "closed"
    assert cache.get(counting.progress_key(ballot.pk))["phase"] == "failed"


def test_a_vote_without_a_line_in_the_roll_stops_the_count() -> None:
    ballot = closed()
    nonce = bytes(16)
    with transaction.atomic():
        mixing.fill_box(ballot_id=ballot.pk, papers=[("0" * 12, "1", nonce, papers.commitment(nonce, "0" * 12, "1"))])
    with pytest.raises(BoxMismatch, match="5 voters, but the box has 6"):
        counting.count_ballot(ballot_id=ballot.pk)


def test_a_binding_result_is_established_by_somebody_else() -> None:
    ballot = voting.counted()
    with pytest.raises(VotingError):
        publishing.certify(ballot=ballot, by=ballot.announced_by)
    colleague = civil_servant(ballot.municipality)
    assert publishing.certify(ballot=ballot, by=colleague).state == "certified"
    with pytest.raises(WrongMoment):
        publishing.certify(ballot=ballot, by=colleague)


def test_certifying_forgets_who_was_told_that_their_vote_came_in() -> None:
    municipality = MunicipalityFactory()
    voter = voting.resident(municipality)
    ballot = voting.opened(municipality)
    voting.vote(ballot, 1, by=voter, mail=True)
    kinds = ["voting.vote_received", "voting.closing_soon"]
    assert Message.objects.filter(recipient=voter, kind__in=kinds).count() == 1
    ballot = voting.close(ballot)
    counting.count_ballot(ballot_id=ballot.pk)
    ballot.refresh_from_db()
    publishing.certify(ballot=ballot, by=civil_servant(ballot.municipality))
    assert not Message.objects.filter(kind__in=kinds).exists()
    assert Message.objects.filter(recipient=voter).exists()  # what tells nothing of voting stays


def test_an_indicative_result_may_be_established_by_one_person() -> None:
    ballot = voting.counted(is_binding=False)
    assert publishing.certify(ballot=ballot, by=ballot.announced_by).state == "certified"


def test_a_resident_or_council_member_certifies_nothing() -> None:
    ballot = voting.counted()
    for user in (
        voting.resident(ballot.municipality),
        RoleFactory(municipality=ballot.municipality, kind="alderman").user,
    ):
        with pytest.raises(PermissionDenied):
            publishing.certify(ballot=ballot, by=user)


def test_nothing_is_published_before_it_is_certified() -> None:
    ballot = voting.counted()
    with pytest.raises(WrongMoment):
        publishing.publish(ballot=ballot, by=ballot.created_by)


# --- Killed in the middle ----------------------------------------------------------------------------------------------

_SLOW_COUNT = """
import time
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = "{name}"
django.setup()
from foundation.voting import counting as pure
from foundation.voting.services import counting
real = pure.count
def slow(*args):
    outcome = real(*args)
    print("counted", flush=True)
    time.sleep(120)
    return outcome
pure.count = slow
counting.count_ballot(ballot_id={pk})
"""


@pytest.mark.faults
def test_a_killed_count_leaves_nothing_and_the_next_ends_in_the_same_result() -> None:
    ballot = closed()
    worker = subprocess.Popen(
        [sys.executable, "-c", _SLOW_COUNT.format(pk=ballot.pk, name=connection.settings_dict["NAME"])],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"},
        stdout=subprocess.PIPE,
        cwd=Path(__file__).resolve().parents[3],
    )
    try:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"counted\n"
        assert counting.count_ballot(ballot_id=ballot.pk) is None  # the other one has it
    finally:
        worker.kill()
        worker.wait()
        worker.stdout.close()
    assert not Count.objects.exists()
    made = None
    for _ in range(50):  # until the server has noticed that the connection is gone
        made = counting.count_ballot(ballot_id=ballot.pk)
        if made:
            break
        time.sleep(0.1)
    assert made is not None
    assert Vote.objects.count() == 5
    assert made.result.outcome["winners"]


# --- Real elections -----------------------------------------------------------------------------------------------------

SAMPLE = [
    "Netherlands_Amsterdam_179.pb",
    "Netherlands_Amsterdam_490.pb",
    "Netherlands_Amsterdam_643.pb",
    "Netherlands_Assen_2024.pb",
]


@pytest.mark.parametrize("name", SAMPLE)
def test_a_real_election_counts_as_the_pure_code_counts_the_file(shared_data: Path, name: str) -> None:
    file = pabulib.read(shared_data / "pabulib" / name)
    municipality = MunicipalityFactory()
    ballot = import_historic(municipality=municipality, file=file, by=civil_servant(municipality))
    made = counting.count_ballot(ballot_id=ballot.pk)
    assert made is not None
    number = {o.reference: str(o.number) for o in ballot.options.all()}
    direct = file.profile(units=100)
    renamed = pure.Profile.approval(
        [pure.Option(number[o.id], o.name, o.cost) for o in direct.options],
        [[number[direct.options[p].id] for p in b.choices] for b, times in direct.ballots for _ in range(times)],
        budget=direct.budget,
        units=direct.units,
    )
    outcome = pure.count(renamed, ballot.rule, made.settings)
    assert made.result.outcome == outcome.to_dict()
    assert made.result.cast == len(file.votes)


def test_ninety_thousand_votes_are_imported_and_counted_in_seconds(shared_data: Path) -> None:
    file = pabulib.read(shared_data / "pabulib" / "Poland_Lodz_2022.pb")
    municipality = MunicipalityFactory()
    start = time.process_time()
    ballot = import_historic(municipality=municipality, file=file, by=civil_servant(municipality))
    imported = time.process_time()
    made = counting.count_ballot(ballot_id=ballot.pk)
    counted = time.process_time()
    assert made is not None
    assert made.result.cast == 90_494
    print(f"import {imported - start:.1f} s, count {counted - imported:.1f} s of our CPU")  # noqa: T201
    assert counted - imported < 20
    assert clock.now() > ballot.closes_at
