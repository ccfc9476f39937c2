"""A storm of votes around closing time: each is counted and acknowledged, or refused with the reason; never both, never neither."""

from __future__ import annotations

import json
import re
import secrets
import threading
import time
from datetime import UTC, datetime, timedelta
from queue import Empty, Queue

import psycopg
import pytest

from config import embedded
from tests.faults.portal import CSRF, RECEIPT, Portal

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults")]
VOTERS = 3000
SENDERS = 8
# What a resident reads: the vote is not open (any more), or it closed just now.
REASON = re.compile(r"niet open|net gesloten|gesloten")


class Storm:
    """Sends every vote once; the closing time is set when a share of them is in."""

    def __init__(self, portal: Portal, arranged: dict[str, object]) -> None:
        self.portal = portal
        self.address = f"{arranged['address']}stem/controleren/"
        self.names = (str(arranged["session_name"]), str(arranged["csrf_name"]))
        self.waiting: Queue[str] = Queue()
        for cookie in arranged["cookies"]:  # type: ignore[attr-defined]
            self.waiting.put(cookie)
        self.acknowledged: list[str] = []
        self.refused: list[datetime] = []  # when the answer came
        self.last_acknowledged_sent = datetime.min.replace(tzinfo=UTC)
        self.problems: list[str] = []

    def run(self) -> None:
        while True:
            try:
                cookie = self.waiting.get_nowait()
            except Empty:
                return
            data = [("csrfmiddlewaretoken", CSRF), ("formulier", secrets.token_urlsafe(24)), ("keuze", "1")]
            sent = datetime.now(UTC)
            cookies = {self.names[0]: cookie, self.names[1]: CSRF}
            status, body = self.portal.request("POST", self.address, cookies, data, seconds=100)  # it is sent once
            found = RECEIPT.search(body)
            if status == 200 and found:
                self.acknowledged.append(found[1].replace("-", ""))
                self.last_acknowledged_sent = max(self.last_acknowledged_sent, sent)
            elif status == 409 and REASON.search(body) and not found:
                self.refused.append(datetime.now(UTC))
            else:
                self.problems.append(f"{status}: {body[:300]}")


def test_every_vote_around_closing_time_is_counted_or_refused_with_the_reason(portal: Portal) -> None:
    arranged = json.loads(portal.python("-m", "tests.faults.arrange", str(VOTERS)).splitlines()[-1])
    ballot = arranged["ballot"]
    storm = Storm(portal, arranged)
    threads = [threading.Thread(target=storm.run) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 60
    while len(storm.acknowledged) < VOTERS // 4 and not storm.problems and time.monotonic() < deadline:
        time.sleep(0.01)
    # The end of the vote comes to meet it: it closes in the middle of the storm. (From opening on the database refuses this
    # from anybody but its superuser without triggers.)
    closes = datetime.now(UTC) + timedelta(milliseconds=400)
    with psycopg.connect(embedded.database_url(portal.var), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        times = "opens_at = now() - interval '7 days', closes_at = %s"
        connection.execute(f"UPDATE voting_ballot SET {times} WHERE id = %s", [closes, ballot])
    for thread in threads:
        thread.join()

    assert storm.problems == []
    assert len(storm.acknowledged) + len(storm.refused) == VOTERS
    assert len(storm.acknowledged) >= VOTERS // 4
    assert storm.refused, "the vote closed after the storm: more voters are needed"
    assert storm.last_acknowledged_sent < closes  # nothing that was sent after the end was taken
    assert min(storm.refused) >= closes  # nothing was refused before it
    box = """SELECT code FROM voting_inletvote WHERE ballot_id = %s
             UNION ALL SELECT code FROM voting_vote WHERE ballot_id = %s"""
    assert sorted(str(code) for (code,) in portal.rows(box, ballot, ballot)) == sorted(storm.acknowledged)
    roll = "SELECT count(*) FROM voting_voterrecord WHERE ballot_id = %s"
    assert portal.rows(roll, ballot) == [(len(storm.acknowledged),)]
    # The grace for votes that were on their way is over before the count: nothing comes after the box was closed.
    time.sleep(6)
    send = "from foundation.voting.tasks import close_due_ballots as t; t.delay(); t.delay()"
    portal.python("manage.py", "shell", "-v", "0", "-c", send)
    deadline = time.monotonic() + 150
    count = "SELECT r.outcome FROM voting_count c JOIN voting_result r ON r.count_id = c.id WHERE c.ballot_id = %s"
    while not (found := portal.rows(count, ballot)) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert len(found) == 1
    assert found[0][0]["cast"] == len(storm.acknowledged)  # type: ignore[call-overload,index]
