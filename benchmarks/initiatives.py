"""How long the lists of initiatives take beside an empty Django view on the same server: ``bin/bench initiatives``.

Starts the real web server (granian) on 127.0.0.1 with a database of its own: one municipality with 10,000 initiatives in all states,
spread over 100 neighbourhoods, with 50,000 supports; a second one with 100. Requests go round by round to all pages in turn, so that a
busy moment of the machine hits all alike; reported are medians and their ratio to the empty view. Each page is asked with nothing
kept, after a change (somebody supports a plan), once more, and then by a resident who is logged in. Read the ratios. Fails when a
page takes more than ten times as long when it is kept or after a change, or asks the database more in the large municipality than
in the small one.
"""

from __future__ import annotations

import argparse
import http.client
import random
import sys
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks._portal import EMPTY, Portal, portal  # noqa: E402

LIMIT = 10.0
WARMING = 3
WAYS = ("kept", "after a change", "first", "logged in")
EMPTY_AT_WORK = "empty view behind the door"
LARGE, SMALL = "bench", "bench-klein"
CHANGE = "UPDATE initiatives_initiative SET supporters_total = supporters_total + 1 WHERE id = %s"
# Name, path behind the municipality, whether a civil servant asks.
PAGES = [
    ("list", "initiatieven/", False),
    ("list, page 200", "initiatieven/?page=200", False),
    ("list by support", "initiatieven/?volgorde=steun", False),
    ("one neighbourhood and state", "initiatieven/?buurt=BU99990005&stand=gaat-door", False),
    ("search", "initiatieven/?zoek=moestuin", False),
    ("search, a word in half of them", "initiatieven/?zoek=bewoners", False),
    ("search in everything", "zoeken/?q=moestuin", False),
    ("one initiative", "initiatieven/plan-7/", False),
    ("elsewhere", "initiatieven/elders/?zoek=moestuin", False),
    ("worklist", "beheer/initiatieven/", True),
    ("worklist, late ones", "beheer/initiatieven/?lijst=te-laat", True),
    ("worklist, searched", "beheer/initiatieven/?q=moestuin", True),
    ("board", "beheer/initiatieven/bord/", True),
]
WORDS = [
    "speelplek",
    "bankjes",
    "bomen",
    "fietsen",
    "koken",
    "muziek",
    "ouderen",
    "jeugd",
    "sport",
    "kunst",
    "water",
    "zonnepanelen",
    "vergroenen",
    "feest",
]
STORY = "De bewoners van onze straat willen samen {a} en {b}. " * 12


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--items", type=int, default=10_000)
    arguments = parser.parse_args()
    with portal() as house:
        cookies, more = _content(arguments.items)
        port = house.serve()
        return max(_measure(port, cookies, arguments.rounds, house), more)


def _content(items: int) -> tuple[tuple[str, str], int]:
    """Fill the database; returns the session cookies of a civil servant and a resident, and 1 where a page asks more in the large one."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.cache import cache
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from foundation.accounts.models import User
    from foundation.core import clock
    from foundation.municipalities.enums import RoleKind
    from foundation.municipalities.models import Municipality, Role

    call_command("migrate", verbosity=0)
    now = clock.now()
    people = User.objects.bulk_create(User(email=f"b{n}@example.nl", name=f"Bewoner {n}") for n in range(5_000))
    servant = User.objects.create_user("ambtenaar@example.nl", None)
    for number, (slug, size) in enumerate(((LARGE, items), (SMALL, 100))):
        municipality = Municipality.objects.create(
            name=f"Bench {number}", slug=slug, cbs_code=f"GM999{9 - number}", published_at=now
        )
        Role.objects.create(municipality=municipality, user=servant, kind=RoleKind.CIVIL_SERVANT)
        _initiatives(municipality, size, people, servant, number)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    client = Client()
    client.force_login(servant, "django.contrib.auth.backends.ModelBackend")
    worst = 0
    for name, path, staff in PAGES:
        asked = {}
        for slug in (LARGE, SMALL):
            reader = client if staff else Client()
            address = f"/{slug}/{path.replace('page=200', 'page=2')}".replace(
                "BU9999", "BU9999" if slug == LARGE else "BU9998"
            )
            reader.get(address)  # what belongs to the process, such as content types
            cache.clear()
            client.force_login(servant, "django.contrib.auth.backends.ModelBackend")
            with CaptureQueriesContext(connection) as queries:
                reader.get(address)
            asked[slug] = len(queries)
        differs = "" if asked[LARGE] <= asked[SMALL] else "  MORE"
        worst = worst or int(bool(differs))
        print(f"  {name:32} {asked[LARGE]:3} queries, {asked[SMALL]:3} with 100{differs}")
    resident = Client()
    resident.force_login(people[-1], "django.contrib.auth.backends.ModelBackend")
    name = settings.SESSION_COOKIE_NAME
    connection.close()
    return (f"{name}={client.cookies[name].value}", f"{name}={resident.cookies[name].value}"), worst


def _initiatives(municipality: Any, size: int, people: list[Any], servant: Any, number: int) -> None:
    from benchmarks.pages import _square
    from foundation.core import clock
    from foundation.municipalities.enums import AreaKind
    from foundation.municipalities.models import Area
    from initiatives.enums import UNDECIDED, InitiativeState
    from initiatives.models import Initiative, Support

    now, chance = clock.now(), random.Random(7)
    areas = Area.objects.bulk_create(
        Area(
            municipality=municipality,
            kind=AreaKind.NEIGHBOURHOOD,
            code=f"BU999{9 - number}{n:04d}",
            name=f"Buurt {n}",
            year=2025,
            population=1000,
            geometry=_square(n),
        )
        for n in range(100)
    )
    states = [state for state in InitiativeState if state != InitiativeState.DRAFT]
    rows = []
    for n in range(size):
        a, b = chance.choice(WORDS), chance.choice(WORDS)
        state = states[n % len(states)]
        story = STORY.format(a=a, b=b) if n % 2 else STORY.replace("bewoners", "mensen").format(a=a, b=b)
        rows.append(
            Initiative(
                municipality=municipality,
                slug=f"plan-{n}",
                title=f"{'Moestuin' if n % 50 == 7 else a.capitalize()} in de straat {n}",
                summary=f"Samen {a} en {b} in onze buurt.",
                story=story,
                state=state,
                neighbourhood=areas[n % 100],
                submitted_at=now - timedelta(minutes=n),
                due_on=clock.today() + timedelta(days=n % 90 - 20) if state in UNDECIDED else None,
                handler=servant if n % 40 == 0 else None,
            )
        )
    made = Initiative.objects.bulk_create(rows, batch_size=1000)
    Support.objects.bulk_create(
        (
            Support(initiative=row, user=person)
            for row in made
            for person in chance.sample(people, chance.choice((0, 0, 1, 4, 20)))
        ),
        batch_size=5000,
    )


@dataclass
class Taken:
    """What the requests of one page and one way took: seconds on the clock, and of the processors."""

    wall: list[float] = field(default_factory=list)
    work: list[float] = field(default_factory=list)


def _measure(port: int, cookies: tuple[str, str], rounds: int, house: Portal) -> int:
    """Ask every page in four ways in turn: ``first`` with nothing kept but sessions (and what the process holds), ``after a
    change`` when somebody just supported a plan of this municipality, ``kept`` when nothing changed since the last request, and ``logged
    in`` then too, by a resident (by the civil servant where it is a page of theirs).
    The empty views are asked as often, in between.
    """
    from django.core.cache import cache
    from django.db import connection as database

    from benchmarks import cpu
    from config import embedded
    from initiatives.models import Initiative

    redis = cache._cache.get_client(write=True)  # type: ignore[attr-defined]
    ids = list(Initiative.objects.filter(municipality__slug=LARGE).values_list("pk", flat=True))
    chance = random.Random(11)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    empties = [(EMPTY, "/leeg/", False), (EMPTY_AT_WORK, f"/{LARGE}/beheer/leeg/", True)]
    pages = [*empties, *((name, f"/{LARGE}/{path}", staff) for name, path, staff in PAGES)]
    taken = {(name, way): Taken() for name, _path, _staff in pages for way in WAYS}
    postgres = int((embedded.Layout(house.var).pgdata / "postmaster.pid").read_text().split()[0])
    processes: list[int] = []
    for turn in range(rounds + WARMING):
        if turn == WARMING and house.server is not None:
            processes = cpu.family(house.server.pid, postgres)
        for name, path, staff in pages:
            for way in ("first", "after a change", "kept", "logged in"):
                if way == "first":
                    for key in redis.scan_iter(match="*", count=1000):
                        if b"sessions" not in key:
                            redis.delete(key)
                elif way == "after a change":
                    with database.cursor() as cursor:
                        cursor.execute(CHANGE, [chance.choice(ids)])
                cookie = cookies[0] if staff else cookies[1] if way == "logged in" else ""
                headers = {"Cookie": cookie} if cookie else {}
                before = cpu.seconds(processes)
                begin = time.perf_counter()
                connection.request("GET", path, headers=headers)
                answer = connection.getresponse()
                body = answer.read()
                wall = time.perf_counter() - begin
                if answer.status != 200 or ("leeg" not in path and b"Bench" not in body):
                    raise SystemExit(f"{path} answered {answer.status}")
                if turn >= WARMING:
                    taken[name, way].wall.append(wall)
                    taken[name, way].work.append(cpu.seconds(processes) - before)
    return _tell(taken, [name for name, _path, _staff in pages], rounds)


def _tell(taken: dict[tuple[str, str], Taken], names: list[str], rounds: int) -> int:
    def empty(name: str) -> tuple[float, float]:
        every = [taken[name, way] for way in WAYS]
        return median(s for one in every for s in one.wall), median(s for one in every for s in one.work)

    wall, work = empty(EMPTY)
    print(f"medians of {rounds} requests: milliseconds, times the empty view on the clock, (times of the processors)")
    print(f"  {'':32} " + " ".join(f"{way:>22}" for way in WAYS))
    worst = dict.fromkeys(WAYS, 0.0)
    for name in names:
        cells = []
        for way in WAYS:
            one = taken[name, way]
            ratio = median(one.wall) / wall
            cells.append(
                f"{median(one.wall) * 1000:7.2f} {ratio:5.1f} x ({median(one.work) / work if work else 0:5.1f})"
            )
            worst[way] = max(worst[way], ratio)
        print(f"  {name:32} " + " ".join(f"{cell:>22}" for cell in cells))
    for way in WAYS:
        print(f"limit {LIMIT} x, {way}: {'kept' if worst[way] <= LIMIT else 'NOT kept'} ({worst[way]:.1f} x)")
    return 0 if max(worst["kept"], worst["after a change"]) <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
