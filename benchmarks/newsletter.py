"""A newsletter to 20,000 followers and a reminder to 5,000 people: `bin/bench newsletter [--followers N] [--reminded N]`.

A real portal with one worker process, a real SMTP server on this machine, and the worker killed with -9 twice: while the
messages are written and while the e-mails go. Tells how many were accepted once, how long it took, what the largest process
of the worker held, and how a public page answered meanwhile.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.faults.mailing import Post, run
from tests.faults.portal import Portal
from tests.notifications.smtp_server import free_port, running


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--followers", type=int, default=20_000)
    parser.add_argument("--reminded", type=int, default=5_000)
    parser.add_argument("--minutes", type=float, default=30)
    given = parser.parse_args()
    post, port = Post(), free_port()
    with tempfile.TemporaryDirectory(prefix="aanzet-post-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        portal = Portal(Path(folder))
        portal.environment |= {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "TWO_FACTOR_FOR_STAFF": "false"}
        try:
            with running(post, port):
                portal.start()
                told = run(portal, post, followers=given.followers, reminded=given.reminded, seconds=given.minutes * 60)
        finally:
            portal.stop()
    wanted = given.followers + given.reminded
    came = told.newsletter + told.reminder
    print(f"killed: {told.kills}")
    print(f"accepted once: {told.newsletter} newsletters, {told.reminder} reminders; doubles: {told.doubles}")
    print(f"uncertain (a kill between the final dot and our row): {told.uncertain}; rows: {told.outcome}")
    print(f"{told.seconds:.0f} s, {came / told.seconds:.0f} a second; largest process {told.memory_mb} MB")
    print(f"a public page meanwhile: median {told.page_median_ms:.0f} ms, worst {told.page_worst_ms:.0f} ms")
    print(f"the slowest of them, (second, ms): {told.page_slowest}")
    return 0 if not told.doubles and wanted - told.uncertain <= came <= wanted else 1


if __name__ == "__main__":
    sys.exit(main())
