"""How long a thread takes beside an empty Django view on the same server: ``bin/bench discussion``.

Starts the real web server (granian) on 127.0.0.1 with a database of its own: threads of 1,000 and 5,000 comments (two in three are
replies). Requests go round by round to all pages in turn, so that a busy moment of the machine hits all alike; reported are
medians and their ratio to the empty view. Read the ratios. Fails when a page that everybody reads takes more than ten times as long.
``logged in`` rows have no limit.
"""

from __future__ import annotations

import argparse
import sys
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks._portal import Page, compare, portal  # noqa: E402

LIMIT = 10.0
SLUG = "bench"
SIZES = (1000, 5000)
TEXT = "Een **bijdrage** van een bewoner over het plan, nummer {n}.\n\nMet een tweede alinea en een lijstje:\n\n- een\n- twee"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=200)
    arguments = parser.parse_args()
    with portal() as house:
        threads, cookie = _content()
        pages = []
        for size, number in threads.items():
            path, word = f"/{SLUG}/gesprek/{number}/", b"Bewoner"
            pages += [
                Page(f"{size} comments", path, word=word),
                Page(f"{size} comments, last page", f"{path}?gesprek=9999", word=word),
                Page(f"{size} comments, most replies", f"{path}?volgorde=reacties", word=word),
                Page(f"{size} comments, logged in", path, cookie, word, limited=False),
            ]
        return compare(house.serve(), pages, rounds=arguments.rounds, warmup=20, limit=LIMIT)


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


if __name__ == "__main__":
    sys.exit(main())
