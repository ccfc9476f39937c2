"""Voters vote over HTTP while web, worker and PostgreSQL are killed: nothing acknowledged is lost, nothing is double."""

from __future__ import annotations

import hashlib
import http.client
import json
import random
import secrets
import threading
import time
from queue import Empty, Queue

import psycopg
import pytest

from config import embedded
from foundation.voting import counting
from tests.faults.portal import CSRF, RECEIPT, Portal

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults")]
VOTERS = 240
KILLS = 9


class Voters:
    """People who send their vote, and send the very same form again when no answer comes."""

    def __init__(self, portal: Portal, arranged: dict[str, object]) -> None:
        self.portal = portal
        self.address = f"{arranged['address']}stem/controleren/"
        self.names = (str(arranged["session_name"]), str(arranged["csrf_name"]))
        self.waiting: Queue[tuple[str, str, list[str]]] = Queue()
        self.acknowledged: dict[str, str] = {}
        self.problems: list[str] = []
        self.done = threading.Event()
        chance = random.Random(7)
        for cookie in arranged["cookies"]:  # type: ignore[attr-defined]
            choice = sorted(chance.sample(["1", "2"], chance.randint(1, 2)))
            self.waiting.put((cookie, secrets.token_urlsafe(24), choice))

    def run(self) -> None:
        while not self.done.is_set():
            try:
                cookie, token, choice = self.waiting.get(timeout=0.2)
            except Empty:
                continue
            data = [("csrfmiddlewaretoken", CSRF), ("formulier", token), *(("keuze", number) for number in choice)]
            try:
                status, body = self.portal.request(
                    "POST", self.address, {self.names[0]: cookie, self.names[1]: CSRF}, data
                )
            except (OSError, http.client.HTTPException):
                self.waiting.put((cookie, token, choice))  # nobody told us: send the same form again
                time.sleep(0.05)
                continue
            found = RECEIPT.search(body)
            if status == 200 and found:
                self.acknowledged[found[1].replace("-", "")] = ",".join(choice)
            elif status >= 500:
                self.waiting.put((cookie, token, choice))
                time.sleep(0.05)
            else:
                self.problems.append(f"{status}: {body[:200]}")


def test_acknowledged_votes_survive_kills_of_web_worker_and_database(portal: Portal) -> None:
    arranged = json.loads(portal.python("-m", "tests.faults.arrange", str(VOTERS)).splitlines()[-1])
    voters = Voters(portal, arranged)
    threads = [threading.Thread(target=voters.run) for _ in range(4)]
    for thread in threads:
        thread.start()
    kills = [portal.kill_web, portal.kill_worker, portal.kill_database] * (KILLS // 3)
    random.Random(11).shuffle(kills)
    try:
        for number, kill in enumerate(kills, 1):
            # Each kill strikes while votes come in: wait until a share of them is acknowledged.
            deadline = time.monotonic() + 30
            while len(voters.acknowledged) < VOTERS * number // (KILLS + 2) and time.monotonic() < deadline:
                time.sleep(0.01)
            kill()
            portal.web.watch()
        deadline = time.monotonic() + 60
        while len(voters.acknowledged) < VOTERS and not voters.problems and time.monotonic() < deadline:
            portal.web.watch()
            time.sleep(0.1)
    finally:
        voters.done.set()
        for thread in threads:
            thread.join()
    assert voters.problems == []
    assert len(voters.acknowledged) == VOTERS

    ballot = arranged["ballot"]
    box = """SELECT code, choices FROM voting_inletvote WHERE ballot_id = %s
             UNION ALL SELECT code, choices FROM voting_vote WHERE ballot_id = %s"""
    rows = [(str(code), str(choices)) for code, choices in portal.rows(box, ballot, ballot)]
    assert sorted(rows) == sorted(voters.acknowledged.items())
    assert portal.rows("SELECT count(*) FROM voting_voterrecord WHERE ballot_id = %s", ballot) == [(VOTERS,)]

    # A week goes by (the database would refuse this from anybody but its superuser without triggers). The clock closes
    # the ballot; the worker is killed while it counts, a new one ends with one count.
    with psycopg.connect(embedded.database_url(portal.var), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        times = "opens_at = now() - interval '7 days', closes_at = now() - interval '1 minute'"
        connection.execute(f"UPDATE voting_ballot SET {times} WHERE id = %s", [ballot])
    send = "from foundation.voting.tasks import close_due_ballots as t; t.delay()"
    portal.python("manage.py", "shell", "-v", "0", "-c", send)
    portal.kill_worker()
    portal.python("manage.py", "shell", "-v", "0", "-c", f"{send}; t.delay()")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if portal.rows("SELECT 1 FROM voting_count WHERE ballot_id = %s", ballot):
            break
        time.sleep(0.2)
    found = portal.rows(
        """SELECT r.outcome, c.settings, c.rule FROM voting_count c JOIN voting_result r ON r.count_id = c.id
           WHERE c.ballot_id = %s""",
        ballot,
    )
    assert len(found) == 1
    outcome, settings, rule = found[0]
    options = portal.rows("SELECT number, title, cost_cents FROM voting_option WHERE ballot_id = %s ORDER BY 1", ballot)
    profile = counting.Profile.approval(
        [counting.Option(str(number), str(title), cost) for number, title, cost in options],  # type: ignore[arg-type]
        [choices.split(",") for choices in voters.acknowledged.values()],
        budget=1_000_000,
        units=100,
    )
    again = counting.count(profile, str(rule), counting.make_settings(str(rule), settings))
    assert counting.Outcome.from_dict(outcome).winners == again.winners
    assert hashlib.sha256(again.canonical().encode()).hexdigest() == again.sha256()
    assert counting.Outcome.from_dict(outcome).cast == VOTERS
