"""Heads of the hour: signed once, mailed when there is news, published and checked; observers are forgotten at the end."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from foundation.core.models import AuditEvent
from foundation.notifications.models import Message
from foundation.voting.errors import WrongMoment
from foundation.voting.models import Ballot, HourHead, Observer
from foundation.voting.queries import bundle, public_log
from foundation.voting.services import counting, hours, mixing
from foundation.voting.verifier import recount
from tests.factories import voting
from tests.voting.verifier.test_recount import edit_json, nothing, reason, resummed

pytestmark = pytest.mark.django_db(transaction=True)
KIND = "voting.head_of_the_hour"


def test_each_hour_is_signed_once_and_mailed_when_the_log_grew() -> None:
    ballot = voting.opened(limit_kind="none")
    hours.set_observers(ballot=ballot, addresses=["Waarnemer@Example.org", " "], by=ballot.announced_by)
    now = ballot.opened_at.replace(minute=30)
    first = hours.sign_hour(ballot_id=ballot.pk, now=now)
    assert first is not None
    assert (first.number, first.size, first.hour) == (0, 0, now.replace(minute=0, second=0, microsecond=0))
    assert hours.sign_hour(ballot_id=ballot.pk, now=now + timedelta(minutes=20)) is None  # twice in one hour
    voting.vote(ballot, 1)
    quiet = hours.sign_hour(ballot_id=ballot.pk, now=now + timedelta(hours=1))  # one vote hides in nothing: not mixed
    assert quiet is not None
    assert (quiet.number, quiet.root) == (0, first.root)
    for _ in range(mixing.ENOUGH):
        voting.vote(ballot, 2)
    grown = hours.sign_hour(ballot_id=ballot.pk, now=now + timedelta(hours=2))
    assert grown is not None
    assert (grown.number, grown.size) == (1, mixing.ENOUGH + 1)
    hours.sign_hour(ballot_id=ballot.pk, now=now + timedelta(hours=3))
    mails = Message.objects.filter(kind=KIND).order_by("moment")
    assert [mail.address for mail in mails] == ["waarnemer@example.org"] * 2  # the first hour, and the one with news
    assert mails[1].context["head"] == grown.head == public_log.heads(ballot)[0].name
    assert mails[0].context["rules_sha256"] == ballot.rules_sha256
    assert "Bankjes" not in str([(mail.subject, mail.context) for mail in mails])

    files = recount.read_zip(bundle.bundle(finished(ballot)))
    told: dict[str, Any] = {}
    recount.verify(files, lambda code, **data: told.update({code: data}), heads_noted=(grown.head,))
    assert told["ok_hours"] == {"number": 4}
    assert not Observer.objects.exists()
    assert not Message.objects.filter(kind=KIND).exists()

    published = json.loads(files["hours.json"])
    other = {**published[2], "size": 20}
    for changed in (published[:-1], [*published[:2], other, published[3]], []):
        assert reason(resummed(edit_json("hours.json", lambda _old, new=changed: new)(files))) == "hours_differ"
    statement = {"hours_sha256": recount.sha256(recount.canonical([other]).encode())}
    rules = json.loads(files["rules.json"])
    key = bytes.fromhex(rules["log"]["public_key"])
    with pytest.raises(recount.Wrong, match="hour_not_signed"):
        recount.check_hours(
            {"hours.json": recount.canonical([other]).encode()}, ballot.rules_sha256, key, [], statement
        )
    one = recount.canonical([published[2]]).encode()
    with pytest.raises(recount.Wrong, match="hour_differs"):  # signed, but a head was taken back since
        recount.check_hours({"hours.json": one}, ballot.rules_sha256, key, [], {"hours_sha256": recount.sha256(one)})
    recount.verify(files, nothing)


def finished(ballot: Ballot) -> Ballot:
    voting.close(ballot)
    last = Message.objects.filter(kind=KIND).count()
    assert hours.sign_hour(ballot_id=ballot.pk, now=ballot.closes_at + timedelta(hours=1)) is None  # closed: no more
    done = voting.finished(ballot)
    assert last == 2
    return done


def test_the_last_head_is_mailed_when_the_votes_are_counted() -> None:
    ballot = voting.opened()
    hours.set_observers(ballot=ballot, addresses=["a@example.org"], by=ballot.announced_by)
    voting.vote(ballot, 1)
    voting.close(ballot)
    counting.count_ballot(ballot_id=ballot.pk)
    mail = Message.objects.get(kind=KIND)
    assert (mail.moment, mail.context["number"], mail.context["size"]) == ("last", 1, 1)


def test_only_staff_sets_observers_and_the_trail_holds_no_address() -> None:
    ballot = voting.opened()
    with pytest.raises(PermissionDenied):
        hours.set_observers(ballot=ballot, addresses=["a@example.org"], by=voting.resident(ballot.municipality))
    with pytest.raises(ValidationError, match="geen"):
        hours.set_observers(ballot=ballot, addresses=["geen adres"], by=ballot.announced_by)
    hours.set_observers(ballot=ballot, addresses=["a@example.org", "b@example.org"], by=ballot.announced_by)
    hours.set_observers(ballot=ballot, addresses=["b@example.org"], by=ballot.announced_by)
    assert list(Observer.objects.values_list("email", flat=True)) == ["b@example.org"]
    assert "example.org" not in str(list(AuditEvent.objects.filter(verb="voting.observers_set").values()))
    done = voting.finished(ballot)
    with pytest.raises(WrongMoment):
        hours.set_observers(ballot=done, addresses=["a@example.org"], by=ballot.announced_by)
    assert HourHead.objects.count() == 0
