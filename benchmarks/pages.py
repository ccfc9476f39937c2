"""How long the home pages take beside an empty Django view on the same server: ``bin/bench pages [--items 5000]``.

Starts the real web server (granian) on 127.0.0.1 with a database of its own, which holds one municipality with the given number
of items: open votes and coming votes, projects spread over 100 neighbourhoods, published results. Requests go round by round to all pages in
turn, so that a busy moment of the machine hits all alike; reported are medians and their ratio to the empty view. Read the
ratios, not the milliseconds. Fails when a page that everybody reads takes more than four times as long.

``drawn`` rows are pages for somebody who is logged in: they are made anew each time, and have no limit.
"""

from __future__ import annotations

import argparse
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks._portal import Page, compare, portal  # noqa: E402

LIMIT = 4.0
SLUG = "bench"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=300)
    arguments = parser.parse_args()
    with portal() as house:
        cookie = _content(arguments.items)
        port = house.serve()
        print(f"{arguments.items} votes with {2 * arguments.items} projects in 100 neighbourhoods")
        pages = [
            Page("home of the installation", "/", word=b"Bench"),
            Page("home of a municipality", f"/{SLUG}/", word=b"Bench"),
            Page("home of a municipality, drawn", f"/{SLUG}/", cookie, b"Bench", every=10, limited=False),
        ]
        return compare(port, pages, rounds=arguments.rounds, warmup=20, limit=LIMIT)


def _content(items: int) -> str:
    """Fill the database; returns the session cookie of a resident."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    from foundation.accounts.models import User
    from foundation.core import clock
    from foundation.municipalities.enums import AreaKind
    from foundation.municipalities.models import Area, Municipality, Residency
    from foundation.voting.models import Ballot, BallotArea, Option

    call_command("migrate", verbosity=0)
    now = clock.now()
    municipality = Municipality.objects.create(name="Bench", slug=SLUG, cbs_code="GM9999", published_at=now)
    areas = Area.objects.bulk_create(
        Area(
            municipality=municipality,
            kind=AreaKind.NEIGHBOURHOOD,
            code=f"BU9999{n:04d}",
            name=f"Buurt {n}",
            year=2025,
            population=1000,
            geometry=_square(n),
        )
        for n in range(100)
    )
    kinds = [
        ("announced", now - timedelta(days=1), now + timedelta(days=5)),  # open by the clock
        ("announced", now + timedelta(days=1), now + timedelta(days=9)),
    ]
    ballots = Ballot.objects.bulk_create(
        Ballot(
            municipality=municipality,
            slug=f"stemming-{n}",
            title=f"Stemming {n}",
            budget_cents=1_000_000,
            state=kinds[n % 2][0],
            opens_at=kinds[n % 2][1],
            closes_at=kinds[n % 2][2] + timedelta(minutes=n),
            announced_at=now,
        )
        for n in range(items)
    )
    BallotArea.objects.bulk_create(BallotArea(ballot=b, area=areas[n % 100]) for n, b in enumerate(ballots))
    Option.objects.bulk_create(
        Option(ballot=ballot, number=number, title=f"Plan {number}", cost_cents=1000, area=areas[(n + number) % 100])
        for n, ballot in enumerate(ballots)
        for number in (1, 2)
    )
    user = User.objects.create_user("bench@example.nl", None)
    Residency.objects.create(municipality=municipality, user=user, neighbourhood=areas[0])
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    connection.close()
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def _square(number: int) -> dict[str, Any]:
    """A neighbourhood with forty corners on a grid of ten by ten."""
    west, south = 5.2 + 0.01 * (number % 10), 52.7 + 0.006 * (number // 10)
    side = [i / 10 for i in range(10)]
    ring = [
        *((west + 0.01 * s, south) for s in side),
        *((west + 0.01, south + 0.006 * s) for s in side),
        *((west + 0.01 * (1 - s), south + 0.006) for s in side),
        *((west, south + 0.006 * (1 - s)) for s in side),
    ]
    return {"type": "Polygon", "coordinates": [[*map(list, ring), list(ring[0])]]}


if __name__ == "__main__":
    sys.exit(main())
