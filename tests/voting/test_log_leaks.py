"""The public log while a vote is open: two elections that differ in choices only give the same answers, hashes apart."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client

from foundation.core import clock
from foundation.voting.models import Ballot, Vote
from foundation.voting.services import mixing
from tests.factories import voting
from tests.voting.test_leaks import _same_area, _vote_without_turnout, addresses, clients, without_noise

pytestmark = pytest.mark.django_db(transaction=True)


def without_hashes(answer: Any) -> str:
    """Without roots, signatures and commitments: random, whatever was voted (the nonce of each is)."""
    return re.sub(r"[0-9a-f]{64,128}", "#", without_noise(answer))


def receipts(ballot: Ballot) -> list[str]:
    """What a voter reads who asks for the own vote, for each vote in the box; its own code and place taken out."""
    client, told = Client(), []
    for code in Vote.objects.filter(ballot=ballot).values_list("code", flat=True):
        answer = client.post(ballot.get_absolute_url() + "bewijs/", {"code": code})
        assert answer.status_code == 200
        text = without_hashes(answer).replace(code, "CODE")
        told.append(re.sub(r"regel \d+ van", "regel van", text))
    return told


def test_with_a_full_log_every_answer_is_the_same_whatever_was_voted(settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False
    ballot = voting.opened(projects=[(f"Plan {n}", 100_00) for n in range(1, 6)], limit_kind="none", allow_change=True)
    everybody = clients(ballot)
    seen: list[dict[tuple[str, str], str]] = []
    asked: list[list[str]] = []
    with time_machine.travel(clock.now(), tick=False):
        for choice in (1, 4):
            for _voter in range(mixing.ENOUGH):
                _vote_without_turnout(ballot, choice)
            # Some change their vote: what they changed it into tells nothing either.
            people = [voting.resident(ballot.municipality, _same_area(ballot)) for _ in range(2)]
            given = [voting.vote(ballot, 2, by=person) for person in people]
            for person, receipt in zip(people, given, strict=True):
                voting.change(ballot, receipt.code, choice, by=person)
            mixing.empty_inlet(ballot_id=ballot.pk)
            seen.append(
                {
                    (name, path): without_hashes(client.get(path))
                    for name, client in everybody.items()
                    for path in addresses(ballot)
                }
            )
            asked.append(receipts(ballot))
            with connection.cursor() as cursor:  # back to nothing, as only a test may
                cursor.execute(
                    "TRUNCATE voting_inletvote, voting_vote, voting_voterrecord, voting_logentry, voting_loghead,"
                    " voting_replacedvote"
                )
    assert [key for key in seen[0] if seen[0][key] != seen[1][key]] == []
    assert asked[0] == asked[1]
    assert len(set(asked[0])) == 1
    assert any("Kop 1: 24 stemmen" in text for text in seen[0].values()), "the log was not full"
