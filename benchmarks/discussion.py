"""How long a thread takes beside an empty Django view on the same server: ``bin/bench discussion``.

Starts the real web server (granian) on 127.0.0.1 with a database of its own: threads of 1,000 and 5,000 comments (two in three are
replies). Requests go round by round to all pages in turn, so that a busy moment of the machine hits all alike; reported are
medians and their ratio to the empty view. Read the ratios. Fails when a page that everybody reads takes more than ten times as long.
``logged in`` rows have no limit.
"""

from __future__ import annotations

import argparse
import http.client
import os
import shutil
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
LIMIT = 10.0
SLUG = "bench"
SIZES = (1000, 5000)
TEXT = "Een **bijdrage** van een bewoner over het plan, nummer {n}.\n\nMet een tweede alinea en een lijstje:\n\n- een\n- twee"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=200)
    arguments = parser.parse_args()
    var = Path(tempfile.mkdtemp(prefix="aanzet-bench-"))
    os.environ |= {"AANZET_VAR": str(var), "DJANGO_SETTINGS_MODULE": "benchmarks.settings"}
    var.chmod(0o755)  # PostgreSQL runs as somebody else when we are root
    (var / "static").mkdir()
    from benchmarks.pages import _free_port, _serve
    from config import embedded

    database, redis = embedded.Postgres(), embedded.Redis()
    database.start()
    redis.start()
    server = None
    try:
        threads, cookie = _content()
        port = _free_port()
        server = _serve(port)
        return _measure(port, threads, cookie, arguments.rounds)
    finally:
        if server is not None:
            server.terminate()
            server.wait(timeout=10)
        redis.stop()
        database.stop()
        shutil.rmtree(var, ignore_errors=True)


def _content() -> tuple[dict[int, int], str]:
    """Fill the database; returns the thread per size, and the session cookie of a resident."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from foundation.accounts.models import User
    from foundation.core import clock
    from foundation.discussion.models import Comment, Thread
    from foundation.municipalities.models import Municipality

    call_command("migrate", verbosity=0)
    now = clock.now()
    municipality = Municipality.objects.create(name="Bench", slug=SLUG, cbs_code="GM9999", published_at=now)
    people = User.objects.bulk_create(User(email=f"b{n}@example.nl", name=f"Bewoner {n}") for n in range(500))
    threads = {}
    for size in SIZES:
        thread = Thread.objects.create(
            municipality=municipality,
            kind="for_against",
            title=f"Bench {size}",
            visible_count=size,
            for_count=size // 3,
        )
        tops = Comment.objects.bulk_create(
            Comment(
                thread=thread,
                author=people[n % 499],
                side="for" if n % 2 else "against",
                text=TEXT.format(n=n),
                reply_count=2,
                created_at=now - timedelta(minutes=n),
                published_at=now,
            )
            for n in range(size // 3)
        )
        Comment.objects.bulk_create(
            Comment(
                thread=thread,
                parent=tops[n % len(tops)],
                author=people[n % 499],
                text=TEXT.format(n=n),
                created_at=now - timedelta(seconds=n),
                published_at=now,
            )
            for n in range(size - len(tops))
        )
        threads[size] = thread.pk
    client = Client()
    client.force_login(people[-1], "django.contrib.auth.backends.ModelBackend")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    connection.close()
    return threads, f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def _measure(port: int, threads: dict[int, int], cookie: str, rounds: int) -> int:
    pages = [("empty view", "/leeg/", "")]
    for size, number in threads.items():
        path = f"/{SLUG}/gesprek/{number}/"
        pages += [
            (f"{size} comments", path, ""),
            (f"{size} comments, last page", f"{path}?gesprek=9999", ""),
            (f"{size} comments, most replies", f"{path}?volgorde=reacties", ""),
            (f"{size} comments, logged in", path, cookie),
        ]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    times: dict[str, list[float]] = {name: [] for name, _path, _cookie in pages}
    for turn in range(rounds + 20):
        for name, path, session in pages:
            begin = time.perf_counter()
            connection.request("GET", path, headers={"Cookie": session} if session else {})
            answer = connection.getresponse()
            body = answer.read()
            taken = time.perf_counter() - begin
            if answer.status != 200 or (path != "/leeg/" and b"Bewoner" not in body):
                raise SystemExit(f"{path} answered {answer.status}")
            if turn >= 20:
                times[name].append(taken)
    empty = statistics.median(times["empty view"])
    worst = 0.0
    for name, _path, session in pages:
        median = statistics.median(times[name])
        print(f"  {name:34} {median * 1000:7.2f} ms  {median / empty:5.1f} x")
        worst = worst if session else max(worst, median / empty)
    print(f"limit {LIMIT} x: {'kept' if worst <= LIMIT else 'NOT kept'}")
    return 0 if worst <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
