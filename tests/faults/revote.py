"""A real election held again in a portal: every paper of a file posted by a voter of its own, closed, counted, published, recounted.

Used by the suite (few voters) and by ``bin/bench elections``. ``python -m tests.faults.revote`` is the part that runs inside the
portal's environment: it makes the ballot by the services of staff, and later establishes and publishes the result.
"""

from __future__ import annotations

import json
import random
import secrets
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import psycopg

from config import embedded
from foundation.voting import counting
from foundation.voting.counting import blt, pabulib
from tests.faults.portal import CSRF, RECEIPT, Portal

SENDERS = 6


def read(path: Path) -> Any:
    """A `.pb` or `.blt` file."""
    return blt.read(path) if path.suffix == ".blt" else pabulib.read(path)


def drawn(file: Any, voters: int, seed: int) -> list[tuple[counting.Ballot, int]]:
    """This many papers of a file, drawn without putting back (all of them when there are no more), equal ones together."""
    profile = file.profile()
    papers = [place for place, (_, times) in enumerate(profile.ballots) for _again in range(times)]
    if 0 < voters < len(papers):
        papers = random.Random(seed).sample(papers, voters)
    times = [0] * len(profile.ballots)
    for place in papers:
        times[place] += 1
    return [(ballot, n) for (ballot, _), n in zip(profile.ballots, times, strict=True) if n]


@dataclass(frozen=True)
class Revoted:
    """What came of it."""

    voters: int
    seconds: float  # of voting
    rule: str
    winners: tuple[str, ...]  # as the file calls them, in order
    expected: tuple[str, ...]
    recount: str  # what the downloaded program said
    agrees: bool


def revote(portal: Portal, path: Path, *, voters: int, seed: int = 1, single: bool = False, rule: str = "") -> Revoted:
    """Hold the election of a file again. ``single``: one choice and a plurality instead of a budget."""
    asked = json.dumps({"path": str(path), "voters": voters, "seed": seed, "single": single, "rule": rule})
    arranged = json.loads(portal.python("-m", "tests.faults.revote", "open", asked).splitlines()[-1])
    ballot = arranged["ballot"]
    begin = time.monotonic()
    codes = _vote(portal, arranged)
    seconds = time.monotonic() - begin
    _close_and_count(portal, ballot)
    portal.python("-m", "tests.faults.revote", "publish", str(ballot))
    found = portal.rows(
        """SELECT r.outcome, c.settings, c.rule FROM voting_count c JOIN voting_result r ON r.count_id = c.id
           WHERE c.ballot_id = %s""",
        ballot,
    )
    outcome, settings, rule = found[0]  # type: ignore[assignment]
    numbers = arranged["numbers"]
    expected = _count_file(read(path), drawn(read(path), voters, seed), numbers, rule, settings, single=single)
    said, right = _recount(portal, arranged)
    names = {str(number): name for name, number in numbers.items()}
    winners = tuple(outcome["winners"])  # type: ignore[call-overload,index]
    agrees = right and winners == expected.winners and outcome["cast"] == len(codes) == arranged["voters"]  # type: ignore[call-overload,index]
    return Revoted(
        len(codes),
        seconds,
        rule,
        tuple(names[winner] for winner in winners),
        tuple(names[winner] for winner in expected.winners),
        said,
        agrees,
    )


def _vote(portal: Portal, arranged: dict[str, Any]) -> set[str]:
    waiting: Queue[tuple[str, list[str]]] = Queue()
    for cookie, items in arranged["posts"]:
        waiting.put((cookie, items))
    codes: set[str] = set()
    problems: list[str] = []
    address = f"{arranged['address']}stem/controleren/"

    def send() -> None:
        while not problems:
            try:
                cookie, items = waiting.get_nowait()
            except Empty:
                return
            data = [("csrfmiddlewaretoken", CSRF), ("formulier", secrets.token_urlsafe(24))]
            data += [("keuze", item) for item in items] or [("blanco", "ja")]
            cookies = {arranged["session_name"]: cookie, arranged["csrf_name"]: CSRF}
            status, body = portal.request("POST", address, cookies, data, seconds=100)
            receipt = RECEIPT.search(body)
            if status == 200 and receipt:
                codes.add(receipt[1])
            else:
                problems.append(f"{status}: {body[:300]}")

    threads = [threading.Thread(target=send) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    return codes


def _close_and_count(portal: Portal, ballot: int) -> None:
    # Days go by. (The database would refuse this from anybody but its superuser without triggers.)
    with psycopg.connect(embedded.database_url(portal.var), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        times = "opens_at = now() - interval '7 days', closes_at = now() - interval '1 minute'"
        connection.execute(f"UPDATE voting_ballot SET {times} WHERE id = %s", [ballot])
    send = "from foundation.voting.tasks import close_due_ballots as t; t.delay()"
    deadline = time.monotonic() + 120
    asked = 0.0
    while not portal.rows("SELECT 1 FROM voting_count WHERE ballot_id = %s", ballot):
        assert time.monotonic() < deadline, "the worker does not count"
        if time.monotonic() > asked + 30:
            portal.python("manage.py", "shell", "-v", "0", "-c", send)
            asked = time.monotonic()
        time.sleep(0.2)


def _count_file(
    file: Any,
    ballots: Iterable[tuple[counting.Ballot, int]],
    numbers: dict[str, int],
    rule: str,
    settings: Any,
    *,
    single: bool,
) -> counting.Outcome:
    """The count of these papers straight from the file, by the settings that were published."""
    profile = file.profile(units=100)
    options = tuple(replace(option, id=str(numbers[option.id])) for option in profile.options)
    if single or rule in ("instant_runoff", "schulze", "stv"):
        options, profile = tuple(replace(option, cost=0) for option in options), replace(profile, budget=None)
    kind = counting.BallotType.SINGLE if single else profile.ballot_type
    if rule in ("greedy", "equal_shares") and kind is counting.BallotType.SINGLE:
        kind = counting.BallotType.APPROVAL
    profile = replace(profile, ballot_type=kind, options=options, ballots=tuple(ballots))
    return counting.count(profile, rule, counting.make_settings(rule, settings))


def _recount(portal: Portal, arranged: dict[str, Any]) -> tuple[str, bool]:
    """What the program from the result page says of the bundle from the result page, in a Python with nothing installed."""
    folder = portal.var / f"download-{arranged['ballot']}"
    folder.mkdir()
    for name in ("recount.py", "bundel.zip"):
        address = f"http://127.0.0.1:{portal.port}{arranged['address']}uitslag/{name}"
        with urllib.request.urlopen(address, timeout=60) as answer:
            (folder / name).write_bytes(answer.read())
    python = getattr(sys, "_base_executable", sys.executable)
    done = subprocess.run(
        [python, "-I", "-S", "recount.py", "bundel.zip", "--rules", arranged["rules"]],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=600,
    )
    return (done.stdout + done.stderr).strip(), done.returncode == 0


def _open(asked: dict[str, Any]) -> None:
    from django.conf import settings

    from foundation.accounts.models import User
    from foundation.core import clock
    from foundation.municipalities.models import Residency
    from foundation.voting import paper_types
    from foundation.voting.services import ballots, historic, imports
    from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory, civil_servant
    from tests.faults.arrange import log_in

    file = read(Path(asked["path"]))
    number = User.objects.count()
    municipality = MunicipalityFactory(
        name=f"Stad {number}", slug=f"stad-{number}", cbs_code=f"GM{number % 9000 + 1000}"
    )
    officer = civil_servant(municipality, email=f"ambtenaar{number}@example.nl")
    fields = historic.fields_of(file, rule=asked["rule"] or None)
    if asked["single"]:
        fields = {"type": "single", "rule": "plurality", "limit_kind": "none", "spends": False}
    options, budget_cents = historic.options_of(file, municipality, spends=fields.pop("spends"))
    ballot = imports.ballot_from_options(
        municipality=municipality,
        title=(file.get("description") or "Verkiezing")[:120],
        question="Een echte verkiezing, opnieuw.",
        options=options,
        budget_cents=budget_cents,
        by=officer,
        opens_at=clock.now() + timedelta(hours=1),
        closes_at=clock.now() + timedelta(days=7),
        **fields,
    )
    ballot = ballots.open_now(ballot=ballots.announce(ballot=ballot, by=officer), by=officer)
    numbers = {option.reference: option.number for option in ballot.options.all()}
    paper = paper_types.of(ballot.frozen)
    papers = [
        paper.items(choice)
        for choice, times in historic.choices_of(_only(file, asked), numbers, ballot.type)
        for _again in range(times)
    ]
    random.Random(asked["seed"]).shuffle(papers)
    users = User.objects.bulk_create(
        [User(email=f"kiezer{number}-{n}@example.nl", name=f"Kiezer {n}", password="!") for n in range(len(papers))]
    )
    area = NeighbourhoodFactory(municipality=municipality, code=f"BU{number:08d}")
    Residency.objects.bulk_create(
        [Residency(municipality=municipality, user=user, neighbourhood=area) for user in users]
    )
    told = {
        "ballot": ballot.pk,
        "rules": ballot.rules_sha256,
        "address": f"/{municipality.slug}/stemmingen/{ballot.slug}/",
        "numbers": numbers,
        "voters": len(papers),
        "posts": [(log_in(user), items) for user, items in zip(users, papers, strict=True)],
        "session_name": settings.SESSION_COOKIE_NAME,
        "csrf_name": settings.CSRF_COOKIE_NAME,
    }
    sys.stdout.write(json.dumps(told) + "\n")


@dataclass(frozen=True)
class _Drawn:
    """A file with only the papers that were drawn."""

    whole: Any
    ballots: tuple[tuple[counting.Ballot, int], ...]

    def profile(self) -> counting.Profile:
        return replace(self.whole.profile(), ballots=self.ballots)


def _only(file: Any, asked: dict[str, Any]) -> Any:
    return _Drawn(file, tuple(drawn(file, asked["voters"], asked["seed"])))


def _publish(pk: int) -> None:
    from foundation.voting.models import Ballot
    from foundation.voting.services import publishing
    from tests.factories.municipalities import civil_servant

    ballot = Ballot.objects.get(pk=pk)
    colleague = civil_servant(ballot.municipality, email=f"collega{pk}@example.nl")
    publishing.publish(ballot=publishing.certify(ballot=ballot, by=colleague), by=colleague)


if __name__ == "__main__":
    import django

    django.setup()
    if sys.argv[1] == "open":
        _open(json.loads(sys.argv[2]))
    else:
        _publish(int(sys.argv[2]))
