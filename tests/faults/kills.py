"""Rounds of kill -9 under load, and the reckoning after them. Used by the suite (few rounds) and by ``bin/bench kills``."""

from __future__ import annotations

import http.client
import json
import random
import re
import secrets
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg

from config import embedded
from foundation.voting import counting
from tests.faults.portal import CSRF, RECEIPT, ROOT, Portal

SENDERS = 16  # as many as the web server has threads, so that votes meet and are cast together
VICTIMS = ("web process", "whole web server", "worker", "Redis", "PostgreSQL")
_TOKEN = re.compile(r'name="formulier" value="([^"]+)"')
# Lines of the roll that were written in one transaction share its number.
_TOGETHER = """
    SELECT coalesce(sum(votes) FILTER (WHERE votes > 1), 0)::int, coalesce(max(votes), 0)
      FROM (SELECT count(*) AS votes FROM voting_voterrecord WHERE ballot_id = %s GROUP BY xmin::text) t
"""


@dataclass
class Voter:
    """Somebody who votes once, and sends the very same form again as long as nobody has answered."""

    number: int
    choice: tuple[str, ...]
    token: str
    reads: bool  # goes by the pages, as people do, so that the vote may take the fast lane; the others only send
    twice: bool  # sends the form once more after the receipt
    cookie: str = ""


@dataclass
class Storm:
    """Voters who go on voting while things are killed, and what they were told."""

    portal: Portal
    voters: int
    chance: random.Random
    acknowledged: dict[str, str] = field(default_factory=dict)  # receipt -> choices
    by_voter: dict[int, str] = field(default_factory=dict)  # voter -> receipt
    seen: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    silence: float = 0.0  # longest time without any receipt, in seconds
    _done: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _ask: threading.Lock = field(default_factory=threading.Lock)
    _next: int = 0
    _last: float = 0.0

    def __enter__(self) -> Storm:
        self._desk = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.arrange_many", str(self.voters)],
            env=self.portal.environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._desk.stdout is not None
        arranged = json.loads(self._desk.stdout.readline())
        self.ballot = int(arranged["ballot"])
        self.address = str(arranged["address"])
        self.names = (str(arranged["session_name"]), str(arranged["csrf_name"]))
        self._last = time.monotonic()
        self._threads = [threading.Thread(target=self._send) for _ in range(SENDERS)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        assert self._desk.stdin is not None
        assert self._desk.stdout is not None
        self._desk.stdin.close()
        self._desk.wait(30)
        self._desk.stdout.close()

    def end(self) -> None:
        """Nobody new comes; who is under way goes on until the answer is there."""
        self._done.set()
        for thread in self._threads:
            thread.join(120)
            if thread.is_alive():
                self.problems.append("a voter got no answer for two minutes")

    def ask_desk(self, line: str) -> str:
        with self._ask:
            assert self._desk.stdin is not None
            assert self._desk.stdout is not None
            self._desk.stdin.write(line + "\n")
            self._desk.stdin.flush()
            return self._desk.stdout.readline().strip()

    def _new_voter(self) -> Voter | None:
        with self._lock:
            if self._done.is_set() or self._next >= self.voters or self.problems:
                return None
            number, self._next = self._next, self._next + 1
            choice = tuple(sorted(self.chance.sample(["1", "2"], self.chance.randint(1, 2))))
            reads, twice = self.chance.random() < 0.5, self.chance.random() < 0.1
            return Voter(number, choice, secrets.token_urlsafe(24), reads, twice)

    def _send(self) -> None:
        while (voter := self._new_voter()) is not None:
            receipt = self._vote(voter, read=voter.reads)
            if receipt and voter.twice and self._vote(voter, read=False) not in (receipt, ""):
                self.problems.append("the same form gave two receipts")

    def _vote(self, voter: Voter, *, read: bool) -> str:
        """Until there is a receipt; empty when there was a problem."""
        deadline = time.monotonic() + 100
        while time.monotonic() < deadline and not self.problems:
            if not voter.cookie:
                voter.cookie = self.ask_desk(f"log-in {voter.number}")
                self.seen["log-ins"] += 1
            try:
                if read:
                    read = not self._read(voter)
                    continue
                status, body = self._request("POST", "stem/controleren/", voter, self._form(voter))
            except (OSError, http.client.HTTPException):
                self.seen["no answer"] += 1
                time.sleep(0.05)
                continue
            found = RECEIPT.search(body)
            if status == 200 and found:
                self._note(voter, found[1].replace("-", ""))
                return found[1]
            if not self._is_excused(voter, status):
                self.problems.append(f"{status}: {body[:300]}")
        return ""

    def _read(self, voter: Voter) -> bool:
        """Choose and look at the page before sending. True when the form is in hand."""
        status, body = self._request("POST", "stem/", voter, [*self._form(voter), ("doe", "controleer")])
        if status == 302:
            status, body = self._request("GET", "stem/controleren/", voter)
            found = _TOKEN.search(body)
            if status == 200 and found:
                voter.token = found[1]
                return True
        if not self._is_excused(voter, status):
            self.problems.append(f"{status} before sending: {body[:300]}")
        return False

    def _is_excused(self, voter: Voter, status: int) -> bool:
        # Logged out, because Redis began with nothing; 400 when that happened while the answer was being made.
        if status in (302, 400, 401, 403):
            self.seen["logged out" if status != 400 else "logged out meanwhile (400)"] += 1
            voter.cookie = ""
            return True
        if status >= 500:
            self.seen[f"{status}, try again"] += 1
            time.sleep(0.05)
            return True
        return False

    def _form(self, voter: Voter) -> list[tuple[str, str]]:
        return [
            ("csrfmiddlewaretoken", CSRF),
            ("formulier", voter.token),
            *(("keuze", number) for number in voter.choice),
        ]

    def _request(
        self, method: str, page: str, voter: Voter, data: list[tuple[str, str]] | None = None
    ) -> tuple[int, str]:
        cookies = {self.names[0]: voter.cookie, self.names[1]: CSRF}
        return self.portal.request(method, self.address + page, cookies, data)

    def _note(self, voter: Voter, code: str) -> None:
        with self._lock:
            now = time.monotonic()
            self.silence = max(self.silence, now - self._last)
            self._last = now
            if self.by_voter.setdefault(voter.number, code) != code:
                self.problems.append(f"voter {voter.number} holds two receipts")
            self.acknowledged[code] = ",".join(voter.choice)


def run_rounds(
    storm: Storm,
    rounds: int,
    *,
    per_round: int,
    seconds: float = 86_400,
    tell: Callable[[int, str, float], None] | None = None,
) -> Counter[str]:
    """Kill one thing per round, at a random moment after ``per_round`` more receipts. Returns how often what was killed.

    After ``seconds`` no new round begins.
    """
    portal = storm.portal
    kills = {
        "web process": portal.kill_web,
        "whole web server": portal.kill_whole_web,
        "worker": portal.kill_worker,
        "Redis": portal.kill_redis,
        "PostgreSQL": portal.kill_database,
    }
    # Each as often, in random order.
    order = [VICTIMS[number % len(VICTIMS)] for number in range(rounds)]
    storm.chance.shuffle(order)
    told: Counter[str] = Counter()
    end = time.monotonic() + seconds
    for number, victim in enumerate(order, 1):
        wanted = len(storm.acknowledged) + per_round
        deadline = time.monotonic() + 60
        while len(storm.acknowledged) < wanted and not storm.problems and time.monotonic() < deadline:
            portal.web.watch()
            time.sleep(0.01)
        if len(storm.acknowledged) < wanted:
            storm.problems.append(f"round {number}: no votes come in any more")
        if storm.problems or time.monotonic() > end:
            break
        storm.ask_desk("clock")  # the worker mixes votes while they come in
        time.sleep(storm.chance.uniform(0, 0.3))
        begin = time.monotonic()
        kills[victim]()
        portal.web.watch()
        told[victim] += 1
        if tell is not None:
            tell(number, victim, time.monotonic() - begin)
    return told


def reckon(storm: Storm) -> dict[str, object]:
    """Close, count while the worker is killed once more, and compare everything with what voters were told.

    Returns figures; raises AssertionError where something does not agree.
    """
    portal, ballot = storm.portal, storm.ballot
    assert storm.problems == []
    box = """SELECT code, choices FROM voting_inletvote WHERE ballot_id = %s
             UNION ALL SELECT code, choices FROM voting_vote WHERE ballot_id = %s"""
    rows = [(str(code), str(choices)) for code, choices in portal.rows(box, ballot, ballot)]
    assert sorted(rows) == sorted(storm.acknowledged.items())  # every one, once, as it was; and nothing else
    assert len(storm.by_voter) == len(storm.acknowledged)  # nobody has two
    (mixed,) = portal.rows("SELECT count(*) FROM voting_vote WHERE ballot_id = %s", ballot)[0]
    roll = portal.rows(
        "SELECT count(*), count(DISTINCT voter_key) FROM voting_voterrecord WHERE ballot_id = %s", ballot
    )
    assert roll == [(len(rows), len(rows))]  # turnout is the box
    together, largest = portal.rows(_TOGETHER, ballot)[0]

    # A week goes by. (The database would refuse this from anybody but its superuser without triggers.)
    with psycopg.connect(embedded.database_url(portal.var), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        times = "opens_at = now() - interval '7 days', closes_at = now() - interval '1 minute'"
        connection.execute(f"UPDATE voting_ballot SET {times} WHERE id = %s", [ballot])
    storm.ask_desk("clock")
    portal.kill_worker()
    deadline = time.monotonic() + 90
    asked = 0.0
    while time.monotonic() < deadline:
        if time.monotonic() > asked + 5:
            storm.ask_desk("clock")
            asked = time.monotonic()
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
        [choices.split(",") for choices in storm.acknowledged.values()],
        budget=1_000_000,
        units=100,
    )
    again = counting.count(profile, str(rule), counting.make_settings(str(rule), settings))  # type: ignore[arg-type]
    counted = counting.Outcome.from_dict(outcome)  # type: ignore[arg-type]
    assert counted.winners == again.winners
    assert counted.cast == len(storm.acknowledged)
    _no_traces(storm)
    return {
        "acknowledged": len(storm.acknowledged),
        "cast together with others": together,
        "most in one transaction": largest,
        "mixed before closing": mixed,
        "winners": list(counted.winners),
    }


def _no_traces(storm: Storm) -> None:
    """What a kill kept from being wiped out of the files is wiped by the worker that came after it."""
    deadline = time.monotonic() + 60
    asked = 0.0
    while left := storm.portal.rows("SELECT of FROM core_trace"):
        assert time.monotonic() < deadline, left
        if time.monotonic() > asked + 5:
            storm.ask_desk("clock")
            asked = time.monotonic()
        time.sleep(0.2)
    assert storm.portal.rows("SELECT pg_relation_size('voting_inletvote')") == [(0,)]
