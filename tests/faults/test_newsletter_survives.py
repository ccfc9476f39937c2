"""A newsletter and a reminder reach everybody once, though the worker is killed twice in the middle.

``AANZET_NEWSLETTER_FULL=1`` sends to 20,000 and 5,000, as ``bin/bench newsletter`` does.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.mailing import Post, run
from tests.faults.portal import Portal
from tests.notifications.smtp_server import free_port, running

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults")]
FULL = bool(os.environ.get("AANZET_NEWSLETTER_FULL"))
FOLLOWERS, REMINDED, SECONDS = (20_000, 5_000, 1800) if FULL else (600, 100, 120)  # the hundred follow twice


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def mailing_portal(post: Post) -> Iterator[Portal]:
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="aanzet-post-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        portal = Portal(Path(folder))
        # A busy machine must not look like a slow mail server.
        portal.environment |= {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "TWO_FACTOR_FOR_STAFF": "false"}
        try:
            with running(post, port):
                portal.start()
                yield portal
        finally:
            portal.stop()


def test_newsletter_and_reminder_come_once_though_the_worker_is_killed_twice(
    mailing_portal: Portal, post: Post
) -> None:
    told = run(mailing_portal, post, followers=FOLLOWERS, reminded=REMINDED, seconds=SECONDS)
    sys.stdout.write(f"{told}\n")  # with -s: what docs/newsletters.md says
    assert len(told.kills) == 2
    assert told.doubles == 0
    # One e-mail at most per kill is between the final dot and our row (decision 0003): it is not sent again.
    assert told.uncertain <= 2
    assert told.newsletter + told.reminder >= FOLLOWERS + REMINDED - told.uncertain
    assert sum(told.outcome.values()) == FOLLOWERS + REMINDED
    assert told.outcome["municipalities.newsletter sent"] >= FOLLOWERS - told.uncertain
    assert told.progress == sorted(told.progress)
    assert len(set(told.progress)) > 2  # it was seen while it grew
