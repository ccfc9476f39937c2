"""Rehearsals: they behave as a vote does, and nothing of them is left when the real vote opens."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from foundation.core import clock
from foundation.voting.errors import InvalidChoice, NotReady, WrongMoment
from foundation.voting.models import Ballot, BallotSecret, Rehearsal, RehearsalVote
from foundation.voting.services import ballots, options, rehearsals
from tests.factories import voting

pytestmark = pytest.mark.django_db


def rehearsed(**fields: Any) -> Ballot:
    ballot = voting.announced(**fields)
    rehearsals.start(ballot=ballot, by=ballot.created_by)
    return ballot


def test_a_test_vote_is_checked_as_a_real_one() -> None:
    ballot = rehearsed()
    rehearsals.cast(ballot=ballot, choices={1, 2}, by=ballot.created_by)
    with pytest.raises(InvalidChoice, match=r"budget|kosten|cost"):
        rehearsals.cast(ballot=ballot, choices={1, 2, 3}, by=ballot.created_by)
    with pytest.raises(InvalidChoice):
        rehearsals.cast(ballot=ballot, choices={9}, by=ballot.created_by)
    assert list(RehearsalVote.objects.values_list("choices", flat=True)) == ["1,2"]


@pytest.mark.parametrize("kind", ["budget", *voting.PAPERS])
def test_made_up_votes_of_every_type_are_counted(kind: str) -> None:
    ballot = rehearsed(**voting.PAPERS.get(kind, {}))
    assert rehearsals.cast_random(ballot=ballot, number=60, by=ballot.created_by) == 60
    rehearsals.close(ballot=ballot, by=ballot.created_by)
    tried, outcome = rehearsals.outcome_of(ballot)
    assert outcome.cast == 60
    assert len(outcome.stories) == len(tried.frozen["options"])


def test_a_changed_ballot_asks_for_a_new_rehearsal() -> None:
    ballot = rehearsed()
    ballots.change(ballot=ballot, by=ballot.created_by, budget_cents=20_000_00)
    for act in (
        lambda: rehearsals.cast(ballot=ballot, choices={1}, by=ballot.created_by),
        lambda: rehearsals.cast_random(ballot=ballot, number=1, by=ballot.created_by),
        lambda: rehearsals.outcome_of(Ballot.objects.get(pk=ballot.pk)),
    ):
        with pytest.raises(WrongMoment):
            act()
    rehearsals.start(ballot=ballot, by=ballot.created_by)
    rehearsals.cast(ballot=ballot, choices={1}, by=ballot.created_by)


def test_a_closed_rehearsal_takes_no_votes_and_an_unfinished_ballot_has_none() -> None:
    ballot = rehearsed()
    rehearsals.close(ballot=ballot, by=ballot.created_by)
    with pytest.raises(WrongMoment):
        rehearsals.cast(ballot=ballot, choices={1}, by=ballot.created_by)
    bare = voting.draft(projects=[])
    with pytest.raises(NotReady):
        rehearsals.start(ballot=bare, by=bare.created_by)


def test_a_rehearsal_is_of_civil_servants_and_has_a_most() -> None:
    ballot = rehearsed()
    with pytest.raises(PermissionDenied):
        rehearsals.cast(ballot=ballot, choices={1}, by=voting.resident(ballot.municipality))
    with pytest.raises(WrongMoment):
        rehearsals.cast_random(ballot=ballot, number=rehearsals.MOST_VOTES + 1, by=ballot.created_by)


def _everything() -> dict[str, list[str]]:
    """Every row of every table as text, with the running numbers of other tables left as they are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
        found = {}
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            found[table] = [row[0] for row in cursor.fetchall()]
    return found


@pytest.mark.parametrize("by_the_clock", [True, False])
def test_nothing_of_a_rehearsal_is_left_once_the_vote_opens(by_the_clock: bool) -> None:
    """In no table, session, head of the log or file; the audit trail only tells that there was one."""
    ballot = rehearsed(title="Proefkonijn")
    before = _everything()
    files = {path for root in (settings.MEDIA_ROOT, settings.PRIVATE_ROOT) for path in Path(root).rglob("*")}
    rehearsals.cast(ballot=ballot, choices={1, 2}, by=ballot.created_by)
    rehearsals.cast_random(ballot=ballot, number=50, by=ballot.created_by)
    rehearsals.close(ballot=ballot, by=ballot.created_by)
    rehearsals.outcome_of(ballot)
    traces = [str(pk) for pk in RehearsalVote.objects.values_list("pk", flat=True)]
    during = _everything()
    assert {table for table in during if during[table] != before[table]} == {
        "voting_rehearsal",
        "voting_rehearsalvote",
    }, "a rehearsal touches nothing but its own tables"
    if by_the_clock:
        assert ballot.opens_at is not None
        assert ballots.advance(ballot_id=ballot.pk, now=ballot.opens_at + timedelta(seconds=1)) == "open"
    else:
        ballots.open_now(ballot=ballot, by=ballot.created_by, now=clock.now())
    after = _everything()
    assert after["voting_rehearsal"] == after["voting_rehearsalvote"] == []
    for table in ("voting_vote", "voting_inletvote", "voting_voterrecord", "voting_logentry", "voting_loghead"):
        assert after[table] == [], table
    text = "\n".join(row for rows in after.values() for row in rows)
    assert not [trace for trace in traces if trace in text]
    assert {table for table in after if after[table] != before[table]} <= {
        "core_auditevent",
        "notifications_message",
        "notifications_delivery",
        "voting_ballot",
        "voting_ballotsecret",
        "voting_rehearsal",
        "voting_reminder",
    }, "what opening itself writes, and no more"
    assert BallotSecret.objects.filter(ballot=ballot).count() == 1
    assert {p for root in (settings.MEDIA_ROOT, settings.PRIVATE_ROOT) for p in Path(root).rglob("*")} == files
    assert not cache.get(f"voting:counting:{ballot.pk}")


def test_the_database_does_not_open_a_rehearsed_ballot_nor_takes_test_votes_after() -> None:
    ballot = rehearsed()
    frozen = Ballot.objects.filter(pk=ballot.pk)
    with pytest.raises(DatabaseError, match="no_rehearsal_when_open"), transaction.atomic():
        frozen.update(rules_sha256="0" * 64)
    opened = voting.opened()
    with pytest.raises(DatabaseError, match="frozen_when_open"), transaction.atomic():
        Rehearsal.objects.create(ballot=opened, rules_sha256="0" * 64)
    with pytest.raises(WrongMoment):
        rehearsals.start(ballot=opened, by=opened.created_by)


def test_cancelling_and_wiping_take_the_test_votes_away() -> None:
    ballot, other = rehearsed(), rehearsed(title="Andere")
    rehearsals.cast(ballot=ballot, choices={1}, by=ballot.created_by)
    assert rehearsals.wipe(ballot=ballot, by=ballot.created_by)
    assert not rehearsals.wipe(ballot=ballot, by=ballot.created_by)
    ballots.cancel(ballot=other, by=other.created_by, reason="Geen geld")
    assert not Rehearsal.objects.exists()


def test_projects_may_be_replaced_while_rehearsing() -> None:
    ballot = rehearsed()
    options.replace_all(
        ballot=ballot, options=[options.NewOption("A", 100), options.NewOption("B", 200)], by=ballot.created_by
    )
    assert not rehearsals.is_current(Ballot.objects.get(pk=ballot.pk), Rehearsal.objects.get(ballot=ballot))
